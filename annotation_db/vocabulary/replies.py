"""Reading answers back: which level a reply names and where, and which distortions with which severity.

Standard library only. Tolerant of wording, lists and JSON; what is denied, asked, supposed or told of
others is not read (`reply_doubt`), and what leaves a doubt is unreadable, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from annotation_db.vocabulary.reply_doubt import (
    ANY_DISTORTION,
    DISTORTION_PATTERNS,
    NEGATION,
    Part,
    asserted,
    simplified,
)
from annotation_db.vocabulary.scales import DISTORTIONS, SCALES, SEVERITY_WORDS

_NEAR: Final = re.compile(
    r"\b(?:less|more|least|almost|nearly|close to|closer to|below|above|beyond|under|un|non|quasi|pseudo)"
    r"[\s-]+(?:\w+\s+)?(?:an?\s+)?[\"']?$"
)
_REACH: Final = 60
_DENIED: Final = re.compile(rf"(?<![\w-])(?:{NEGATION})(?![\w-])")
_AFTER: Final = re.compile(
    r"[\"')\]]*\s*(?:[:=,-]\s*[\"']?(?:no|not|false|none|absent|null|0)\b[\"']?\s*(?:[,}.!]|$)"
    r"|(?:\w+\s+)?(?:it\s+|that\s+)?(?:is|are|was|does)(?:n't|\s+(?:not|never|absent|wrong|lacking|missing|false))\b"
    r"|(?:it\s+)?(?:is\s+|are\s+)?not\s*(?:[.!]|$)|in no way\b|by no means\b"
    r"|(?:is|would be)\s+(?:an?\s+(?:overstatement|exaggeration|lie)|too (?:much|strong|kind))\b)"
)
_CLAUSES: Final = re.compile(
    r",\s*(?:and\s+|so\s+|thus\s+|hence\s+)?(?=(?:it|it's|this|the|its|overall|i)\b)"
    r"|\b(?:and|so)\s+(?=(?:it|it's|this|the|its|overall)\b)|^\W*(?:no|nope|yes)\s*[,:-]"
)
_NOUN: Final = rf"(?:{ANY_DISTORTION}|distortions?|artifacts?|artefacts?|degradations?|defects?|flaws?)"
_WITHOUT_NOUN: Final = re.compile(
    rf"\b(?:no|without|free (?:of|from)|neither|nor|lacks?)\s+(?:\w+\s+){{0,2}}?{_NOUN}\b"
    rf"(?:\s*(?:,|and|or|nor)*\s*(?:no\s+)?{_NOUN}\b)*"
)
"""A denial that is about distortions; it does not reach a level of quality after it."""
_CLEAN: Final = re.compile(
    r"\b(?:without|no|free (?:of|from)|(?:not|\w*n't)(?: \w+)? any)\s+"
    r"(?:(?:any|visible|noticeable|obvious|apparent|significant)\s+){0,2}distortions?\b"
    r"|\bdistortion[- ]free\b"
)
_TOKENS: Final = re.compile(
    rf"(?P<gone>\b(?:{ANY_DISTORTION})[- ]free\b|\b(?:un|non|anti)[- ](?:{ANY_DISTORTION})\b)"
    r"|(?P<absent>\bnon[- ]?existent\b|\babsent\b|\bnull\b|\bfalse\b|\bn/a\b|\bmissing\b|\binvisible\b)"
    rf"|(?P<negation>(?<![\w-])(?:{NEGATION})(?![\w-]))"
    rf"|(?P<severity>\b(?:{'|'.join(SEVERITY_WORDS)})\b)|"
    + "|".join(rf"(?P<{name}>(?<!\w){pattern}\b)" for name, pattern in DISTORTION_PATTERNS.items())
    + r"|\b(?P<turn>but|however|while|whereas|although|though|yet|except)\b"
    r"|\b(?P<soft>with|has|have|having|shows?|showing)\b"
    r"|\b(?P<either>or)\b|\b(?P<joint>and|as well as|plus)\b"
    r"|(?P<stop>[.;!?])|(?P<line>\n)|(?P<comma>[,&/])"
)
_NAMES: Final = frozenset(DISTORTION_PATTERNS)


class LevelMention(NamedTuple):
    """A level that a reply names, and where its word stands."""

    level: int
    start: int
    end: int


class DistortionMention(NamedTuple):
    """A distortion that a reply names."""

    name: str
    start: int
    end: int
    severity: LevelMention | None


def find_level(reply: str, scale: str) -> LevelMention | None:
    """The first place where a reply asserts its level of quality or importance.

    Parameters
    ----------
    reply : str
    scale : str
        "quality" or "importance".

    Returns
    -------
    Place or None
        None when it asserts none, several, or denies the one that it asserts.
    """
    text = simplified(reply)
    parts = asserted(text)
    # "Minor" that is said of a distortion is a severity.
    passed = (
        {told.severity.start for told in _distortion_mentions(text, parts) if told.severity}
        if scale != "quality"
        else set()
    )
    levels = {level.word: level.value for level in SCALES[scale].levels}
    words = re.compile(rf"\b(?:{'|'.join(levels)})\b")
    found: list[LevelMention] = []
    denied: set[int] = set()
    for part in parts:
        said = _WITHOUT_NOUN.sub(lambda match: " " * len(match[0]), text[part.start : part.end])
        edges = [0, *(match.end() for match in _CLAUSES.finditer(said)), len(said)]
        for start, end in pairwise(edges):
            denial = _DENIED.search(said, start, end)
            for match in words.finditer(said, start, end):
                place = LevelMention(levels[match[0]], part.start + match.start(), part.start + match.end())
                if place.start in passed:
                    continue
                reach = max(start, match.start() - _REACH)
                earlier = denial is not None and denial.end() <= match.start()
                if earlier or _is_denied(said, reach, match.start(), match.end(), end):
                    denied.add(place.level)
                else:
                    found.append(place)
    levels_said = {place.level for place in found}
    return found[0] if len(levels_said) == 1 and not levels_said & denied else None


def find_distortions(reply: str) -> dict[str, DistortionMention] | None:
    """The distortions that a reply asserts.

    Returns
    -------
    dict of str to Told, or None
        In the order of `DISTORTIONS`, with the first place of each; without a severity where it is named
        without one, or with contradicting ones. ``{}`` when the reply says that there are no distortions;
        None when it can not be read.
    """
    text = simplified(reply)
    parts = asserted(text)
    clean = any(
        not _is_denied(text, part.start, match.start(), match.end(), part.end)
        for part in parts
        for match in _CLEAN.finditer(text, part.start, part.end)
    )
    found: dict[str, list[DistortionMention]] = {}
    for told in _distortion_mentions(_CLEAN.sub(lambda match: " " * len(match[0]), text), parts):
        found.setdefault(told.name, []).append(told)
    if clean:
        return None if found else {}
    return {name: _agreed(found[name]) for name in DISTORTIONS if name in found} or None


def parse_quality(text: str) -> int | None:
    """The quality level, 0..4, that a reply names; None when it names none, several, or denies one."""
    place = find_level(text, "quality")
    return None if place is None else place.level


def parse_importance(text: str) -> int | None:
    """The importance level, 0..4, that a reply names; None when it names none, several, or denies one.

    "Minor" that is said of a distortion is a severity and does not count here.
    """
    place = find_level(text, "importance")
    return None if place is None else place.level


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
    found = find_distortions(text)
    if found is None:
        return None
    return {name: told.severity.level if told.severity else None for name, told in found.items()}


def _agreed(mentions: list[DistortionMention]) -> DistortionMention:
    # A repeated name without a severity ("minor blur; the blur is ...") takes nothing away.
    known = [told for told in mentions if told.severity is not None]
    if len({told.severity.level for told in known if told.severity}) == 1:
        return known[0]
    return mentions[0]._replace(severity=None)


def _is_denied(text: str, start: int, word: int, word_end: int, end: int) -> bool:
    """Whether what stands at a word is denied by what is around it in its clause."""
    before, after = text[start:word], text[word_end:end]
    hyphened = re.search(r"\w-$", before) or re.match(r"-(?!quality\b)\w", after)
    return bool(hyphened or _DENIED.search(before) or _NEAR.search(before[-_REACH:]) or _AFTER.match(after))


@dataclass(slots=True)
class _Clause:
    """A stretch of tokens without a comma, "and" or stop in it."""

    separator: str = "stop"
    severities: list[LevelMention] = field(default_factory=list)
    names: list[DistortionMention] = field(default_factory=list)
    taken_back: bool = False
    denied_at: int = -1
    """Where a denial stands after names with severities ("severe blur is not visible")."""

    @property
    def last(self) -> int:
        """Where its last name or severity stands."""
        starts = [place.start for place in self.severities] + [told.start for told in self.names]
        return max(starts, default=-1)


def _distortion_mentions(text: str, parts: list[Part]) -> Iterator[DistortionMention]:
    """Every mention of a distortion that a text asserts."""
    clauses: list[_Clause] = []
    for part in parts:
        here = _clauses(text, part)
        if clauses and text[part.start - 1] == "\n":
            here[0].separator = "line"
        clauses += here
    for clause in _joined(clauses):
        yield from _mentions(clause)


def _clauses(text: str, part: Part) -> list[_Clause]:
    """Cut an asserted part at stops, commas and conjunctions; what is denied is left out.

    A denial holds on over commas and "or" ("no blur or noise"), until a severity after a comma or "and" that
    it did not have itself, "with", "but" or a full stop.
    """
    clauses = [_Clause()]
    denied = named = severe = fresh = False
    for match in _TOKENS.finditer(text, part.start, part.end):
        kind = match.lastgroup or ""
        here = clauses[-1]
        if kind in {"absent", "negation"}:
            if here.names and not here.severities:
                # "Blur, noise are non-existent", "blur is not there": the names came first.
                for clause in reversed(clauses):
                    if clause.severities:
                        break
                    clause.names.clear()
                    if clause.separator not in {"comma", "joint", "either"}:
                        break
                here.taken_back = True
            else:
                here.denied_at = match.start()
                denied, named, severe, fresh = True, False, False, False
        elif kind in {"stop", "turn", "line"} or (kind == "soft" and (fresh or named or not denied)):
            denied = named = severe = False
            clauses.append(_Clause(kind))
        elif kind in {"comma", "joint", "either", "soft"}:
            fresh = kind in {"comma", "joint"} or (fresh and kind == "soft")
            clauses.append(_Clause(kind))
        elif kind == "severity" and not _of_importance(text, match):
            if denied and fresh and not severe and named:
                denied = False
            if denied:
                severe, here.denied_at = True, -1
            elif not here.taken_back:
                place = LevelMention(SEVERITY_WORDS.index(match[0]), match.start(), match.end())
                here.severities.append(place)
        elif kind in _NAMES:
            if denied:
                named, here.denied_at = True, -1
            elif not here.taken_back:
                here.names.append(DistortionMention(kind, match.start(), match.end(), None))
    return [clause for clause in clauses if not -1 < clause.last < clause.denied_at]


def _of_importance(text: str, match: re.Match[str]) -> bool:
    """Whether "minor" is said of the importance."""
    around = text[max(0, match.start() - 24) : match.start()].rpartition("\n")[2], text[match.end() :][:14]
    return match[0] == "minor" and any("importan" in words for words in around)


def _joined(clauses: list[_Clause]) -> Iterator[_Clause]:
    """Put a line with a lone severity and a line with a lone name together."""
    kept = [clause for clause in clauses if clause.severities or clause.names or clause.separator != "line"]
    number = 0
    while number < len(kept):
        here = kept[number]
        after = kept[number + 1] if number + 1 < len(kept) else None
        if after is not None and after.separator == "line" and _complete_each_other(here, after):
            yield _Clause(here.separator, [*here.severities, *after.severities], [*here.names, *after.names])
            number += 2
        else:
            yield here
            number += 1


def _complete_each_other(one: _Clause, other: _Clause) -> bool:
    counts = (len(one.severities), len(one.names), len(other.severities), len(other.names))
    return counts in {(1, 0, 0, 1), (0, 1, 1, 0)}


def _mentions(clause: _Clause) -> list[DistortionMention]:
    """Pair severities with distortions where the clause leaves no doubt, else leave them unread."""
    order = sorted([(p.start, "s") for p in clause.severities] + [(n.start, "n") for n in clause.names])
    alternating = all(a[1] != b[1] for a, b in pairwise(order))
    if len(clause.severities) == len(clause.names) and alternating:
        return [n._replace(severity=s) for n, s in zip(clause.names, clause.severities, strict=True)]
    return list(clause.names)
