"""What SEAGULL is asked and what it answers: the one place that training and inference share.

Standard library only, and of this package only the scales, so that it may be imported at no cost.
Sources: SEAGULL (arXiv 2411.10161), Sec. 3.3 and its figures; the opening is the published
inference code's, with its missing comma, because checkpoints were trained on these very characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from annotation_db.scales import DISTORTIONS, NON_EXISTENT, SCALES, SEVERITY_WORDS

OPENING: Final = (
    "<image>\nThis provides an overview of the image.\n Please answer the following questions about the "
    "provided region. Note: Distortions include: blur, colorfulness, compression, contrast exposure and "
    "noise.\n Here is the region <global><local>. "
)
"""Stands before every instruction; the three places in angle brackets become tokens."""

QUALITY_QUESTION: Final = "Analyze the quality of this region."
IMPORTANCE_QUESTION: Final = (
    "Consider the impact of this region on the overall image quality. Analyze its importance to the "
    "overall image quality."
)
DISTORTION_QUESTION: Final = "Provide the distortion type of this region."

YES: Final = "Yes"
NO: Final = "No"
WITHOUT_DISTORTIONS: Final = "without distortions"


class JudgementQuestion(NamedTuple):
    """A question answered by Yes or No: for training, and to ask whether a distortion is there."""

    scale: str
    """One of `annotation_db.scales.SCALE_NAMES`."""
    value: int | None
    """The level asked about; None for a distortion, which is asked about as such."""
    text: str


def judgement_questions() -> tuple[JudgementQuestion, ...]:
    """Every judgement question: five on quality, five on importance, one per distortion, in this order."""
    return (
        *(
            JudgementQuestion("quality", level.value, f"Is the quality of this region {level.word}")
            for level in SCALES["quality"].levels
        ),
        *(
            JudgementQuestion(
                "importance", level.value, f"Is this region {level.word} to the overall quality"
            )
            for level in SCALES["importance"].levels
        ),
        *(JudgementQuestion(name, None, f"Is this region in {name} distortion") for name in DISTORTIONS),
    )


def yes_no(value: bool) -> str:
    """The answer to a judgement question."""
    return YES if value else NO


def quality_answer(level: int) -> str:
    """The answer to `QUALITY_QUESTION`, such as "The quality is good.".

    Raises
    ------
    ValueError
        If `level` is not 0..4.
    """
    return f"The quality is {SCALES['quality'].word(level)}."


def importance_answer(level: int) -> str:
    """The answer to `IMPORTANCE_QUESTION`, such as "This region is important to the overall quality.".

    Raises
    ------
    ValueError
        If `level` is not 0..4.
    """
    return f"This region is {SCALES['importance'].word(level)} to the overall quality."


def distortion_answer(levels: Mapping[str, int]) -> str:
    """The answer to `DISTORTION_QUESTION`.

    Parameters
    ----------
    levels : mapping of str to int
        Severity 0..4 of each distortion that is there; 5 (non-existent) is passed over.
        Whatever the mapping's order, they are told in the order of `DISTORTIONS`.

    Returns
    -------
    str
        "without distortions", "With minor blur distortion.", "With minor colorfulness and trivial
        contrast distortions." or, from three on, "With a, b and c distortions.".

    Raises
    ------
    ValueError
        If a name is no distortion or a level is not on its scale.
    """
    for name, level in levels.items():
        if name not in DISTORTIONS:
            raise ValueError(f"{name!r} is not one of the distortions {', '.join(DISTORTIONS)}")
        SCALES[name].check(level)
    told = [
        f"{SEVERITY_WORDS[levels[name]]} {name}"
        for name in DISTORTIONS
        if levels.get(name, NON_EXISTENT) != NON_EXISTENT
    ]
    if not told:
        return WITHOUT_DISTORTIONS
    if len(told) == 1:
        return f"With {told[0]} distortion."
    return f"With {', '.join(told[:-1])} and {told[-1]} distortions."


_NEGATION: Final = r"not|no|never|isn['’]t|aren['’]t|without|neither|nor|none|lacks?|lacking|free (?:of|from)"
_DISTORTION_PATTERNS: Final = {
    "blur": r"blur(?:ry|red|riness|s)?",
    "colorfulness": r"colou?rfulness",
    "compression": r"compression",
    "contrast": r"contrast",
    "exposure": r"(?:over|under)?[- ]?expos(?:ure|ed)",
    "noise": r"nois(?:e|y)",
}
_SEVERITIES: Final = "|".join(SEVERITY_WORDS)
_ANY_DISTORTION: Final = "|".join(_DISTORTION_PATTERNS.values())
_PAIR: Final = re.compile(rf"\b(?:{_SEVERITIES})\s+(?:{_ANY_DISTORTION})\b", re.IGNORECASE)
_CLEAN: Final = re.compile(
    r"\b(?:without|no|free (?:of|from)|(?:not|n['’]t)(?: \w+)? any)\s+"
    r"(?:(?:any|visible|noticeable|obvious|apparent|significant)\s+){0,2}distortions?\b"
    r"|\bdistortion[- ]free\b",
    re.IGNORECASE,
)
_TOKENS: Final = re.compile(
    r"\b(?:"
    rf"(?P<absent>non[- ]?existent)|(?P<negation>{_NEGATION})|(?P<severity>{_SEVERITIES})|"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _DISTORTION_PATTERNS.items())
    + r"|(?P<turn>with|but|however|has|have|shows?)|(?P<joint>and|or|as well as|plus))\b"
    r"|(?P<stop>[.;\n!?])|(?P<comma>[,&/])",
    re.IGNORECASE,
)


def parse_quality(text: str) -> int | None:
    """The quality level, 0..4, that a reply names; None when it names none, several, or denies one."""
    return _one_level(text, "quality")


def parse_importance(text: str) -> int | None:
    """The importance level, 0..4, that a reply names; None when it names none, several, or denies one.

    "Minor" before a distortion word is a severity and does not count here.
    """
    return _one_level(_PAIR.sub(" ", text), "importance")


def parse_yes_no(text: str) -> bool | None:
    """Whether a reply says yes or no; None when it says neither or both."""
    said = {word.lower() for word in re.findall(r"\b(yes|no)\b", text, re.IGNORECASE)}
    return said == {"yes"} if len(said) == 1 else None


def parse_distortions(text: str) -> dict[str, int | None] | None:
    """The distortions that a reply names, wherever and in whatever case they stand.

    Parameters
    ----------
    text : str
        A reply, such as "With minor colorfulness and trivial contrast distortions.".

    Returns
    -------
    dict of str to (int or None), or None
        Severity 0..4 per distortion in the order of `DISTORTIONS`. A severity is None where a
        distortion is named without one, or with contradicting ones. ``{}`` when the reply says that
        there are no distortions. None when it can not be read: nothing is ever guessed.
    """
    clean = _CLEAN.search(text) is not None
    found: dict[str, set[int | None]] = {}
    for clause in _clauses(_CLEAN.sub(" ", text)):
        for name, severity in _mentions(clause):
            found.setdefault(name, set()).add(severity)
    if clean:
        return None if found else {}
    if not found:
        return None
    # A repeated name without a severity ("minor blur; the blur is ...") takes nothing away.
    known = {name: values - {None} or values for name, values in found.items()}
    return {
        name: next(iter(known[name])) if len(known[name]) == 1 else None
        for name in DISTORTIONS
        if name in known
    }


def _one_level(text: str, scale: str) -> int | None:
    found: set[int] = set()
    for level in SCALES[scale].levels:
        for match in re.finditer(rf"\b{level.word}\b", text, re.IGNORECASE):
            # "Not good" is not "good", and says nothing of which other level it is.
            if re.search(rf"\b(?:{_NEGATION})(?:\s+\w+){{0,2}}\s+$", text[: match.start()], re.IGNORECASE):
                return None
            found.add(level.value)
    return found.pop() if len(found) == 1 else None


class _Clause(NamedTuple):
    severities: list[tuple[int, int]]
    """Place and level."""
    names: list[tuple[int, str]]
    """Place and distortion."""


def _clauses(text: str) -> list[_Clause]:
    """Cut a reply at stops, commas and conjunctions; what is denied is left out.

    A denial holds on over commas and "and" ("no blur or noise"), until a severity word, "with",
    "but" or a full stop.
    """
    clauses = [_Clause([], [])]
    denied = False
    for place, match in enumerate(_TOKENS.finditer(text)):
        kind = match.lastgroup or ""
        here = clauses[-1]
        if kind in {"absent", "negation"}:
            # "Blur is non-existent", "blur is not there": the name came first.
            if here.names and not here.severities:
                here.names.clear()
            else:
                denied = True
        elif kind in {"stop", "turn"}:
            denied = False
            clauses.append(_Clause([], []))
        elif kind in {"comma", "joint"}:
            clauses.append(_Clause([], []))
        elif kind == "severity":
            denied = False
            here.severities.append((place, SEVERITY_WORDS.index(match.group().lower())))
        elif not denied:
            here.names.append((place, kind))
    return clauses


def _mentions(clause: _Clause) -> list[tuple[str, int | None]]:
    """Pair severities with distortions where the clause leaves no doubt, else leave them unread."""
    order = sorted([(p, "s") for p, _ in clause.severities] + [(p, "n") for p, _ in clause.names])
    alternating = all(a[1] != b[1] for a, b in pairwise(order))
    if len(clause.severities) == len(clause.names) and alternating:
        return [(n, s) for (_, n), (_, s) in zip(clause.names, clause.severities, strict=True)]
    return [(name, None) for _, name in clause.names]
