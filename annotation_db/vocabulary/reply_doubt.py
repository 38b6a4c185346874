"""What a reply does not assert: questions, echoes of ours, what might be, what others say, what it denies.

Standard library only. A word in doubt is unreadable; which level was meant instead is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

DISTORTION_PATTERNS: Final = {
    "blur": r"blur(?:ry|red|riness|ring|s)?",
    "colorfulness": r"colou?rfulness",
    "compression": r"compress(?:ion|ed)",
    "contrast": r"contrast",
    "exposure": r"(?:over|under)?[- ]?expos(?:ure|ed)",
    "noise": r"nois(?:e|y)",
}
"""How a reply may name each distortion."""
ANY_DISTORTION: Final = "|".join(DISTORTION_PATTERNS.values())
NEGATION: Final = (
    r"(?:not|cannot|\w+n't|isnt|arent|wasnt|doesnt|dont|cant|wont)(?: with| in)?|no|never|without|neither|"
    r"nor|none|nothing|nobody|nowhere|lacks?|lacking|lack of|absence of|free (?:of|from)|hardly|barely|"
    r"scarcely|rarely|seldom|far (?:from|below|short)|anything but|short of|other than|rather than|"
    r"instead of|than|opposite of|too\b.{1,40}?\bto|by no means|fails?|failed|ceases?|den(?:y|ies|ied)|"
    r"doubt(?:s|ful|ed)?|false|untrue|wrong|incorrect"
)
"""What denies the words after it."""
_AUXILIARY: Final = r"is|are|was|were|does|do|did|can|could|would|should|will|has|have"
_SUBJECT: Final = r"the|this|it|its|there|that|these|any|you|we|overall"
_QUESTION: Final = re.compile(
    rf"(?:(?:q|question|user|human)\s{{0,3}}:\W{{0,3}})?(?:(?:{_AUXILIARY})\s+(?:{_SUBJECT})\b|"
    r"what\b.*\bis\s+the\b.*\bof\s+this\s+region|how\s+(?:good|bad|important|severe)\s+(?:is|are)\b)"
)
_TAKEN_BACK: Final = re.compile(
    r"(?:(?:a|answer|assistant)\W{1,3})?(?:no|not|nope|never|or not|not (?:really|at all|so|quite|true)|"
    r"false|wrong|incorrect|untrue|just kidding|(?:(?:that|this|it|which)(?:'s| is| was)? ?(?:isn't|wasn't|"
    r"not|false|wrong|untrue|incorrect)(?: \w+){0,3}))"
)
_DENIED_AT_LAST: Final = re.compile(r"(?:,\s*(?:it|that) (?:is|was) not|\bor not)$")
_PARTS: Final = re.compile(
    r"\b(?:(?<!anything )but|however|although|though|yet|whereas|while|except|nevertheless|nonetheless)\b"
)
_SUPPOSED: Final = re.compile(
    r"\b(?:if|unless|would|wouldn't|could|couldn't|should|shouldn't|might|may|perhaps|maybe|possibly|potentially|"
    r"suppos\w+|assum\w+|imagin\w+|hypothetical\w*|pretend\w*|whether|wish\w*|hop(?:e|es|ed|ing)|ideally|"
    r"in theory|can be|either|allegedly|reportedly|purportedly|was \w+ before|expected to|used to|formerly|"
    r"previously|once was|was once|as though|"
    r"(?:were|had) (?:it|the|this|there)|\w+'d be)\b"
)
_OTHERS: Final = re.compile(
    r"\b(?:some|others?|most|many|few|several|certain)\s+(?:\w+\s+)?(?:say|says|said|think|call|claim|believe|"
    r"find|consider|rate|describe|argue)\b"
    r"|\b(?:people|persons?|they|someone|somebody|everyone|you|he|she|raters?|annotators?|observers?|viewers?|"
    r"critics|experts?|users?)\s+(?:\w+\s+)?(?:says?|said|thinks?|thought|calls?|called|claims?|claimed|"
    r"believes?|find|considers?|rates?|rated|describes?|described|argues?)\b"
    r"|\bit is (?:said|claimed|believed|rumou?red|alleged)\b"
    r"|\b(?:said|claimed|believed|rumou?red|alleged) to\b"
    r"|\baccording to\b|\bso-called\b|\basked (?:whether|if|about)\b"
)
_ECHO: Final = re.compile(r"\bdistortions?\s+(?:types?\s+)?(?:can\s+|may\s+)?includes?\b")
_SEVERITY: Final = re.compile(r"\b(?:extreme|severe|moderate|minor|trivial)\b")
_HARMLESS: Final = (
    r"\b(?:no|without(?: a| any)?|beyond(?: a| any)?) (?:doubt|question)s?\b",
    r"\bnothing (?:but|less than|short of)\b|\bnot (?:only|just|merely)\b|\bno less than\b",
    r"\bi(?: would|'d| should| might) (?:say|rate|call|describe|judge|consider|assess)\b",
    r"\b(?:in|by) contrast\b(?= to\b|,)",
    r"\bimportant(?= to (?:note|notice|mention|remember|understand|consider|point|say)\b)",
    r"\b(?:good|excellent|great|proper|correct|balanced) (?:contrast|colou?rfulness|exposure)\b",
    r"\b(?:contrast|colou?rfulness|exposure) (?:is|are|looks?|seems?|appears?) (?:\w+ )?"
    r"(?:good|fine|excellent|great|normal|natural|adequate|proper|correct|balanced|ok|okay|acceptable)\b",
)
"""Phrases in which a word is not what it looks like; they are passed over."""


class Part(NamedTuple):
    """A stretch of a reply that is asserted or in doubt as a whole."""

    start: int
    end: int


def simplified(reply: str) -> str:
    """A reply of the same length, in lower case, without marks of emphasis and without harmless phrases."""
    lower = "".join(_plain_character(character) for character in reply)
    for phrase in _HARMLESS:
        lower = re.sub(phrase, _blank, lower)
    return re.sub(r"\{[^{}]*\}", _one_entry, lower)


def asserted(text: str) -> list[Part]:
    """The parts of a text that say something of their own.

    Parameters
    ----------
    text : str
        From `simplified`.
    """
    sentences: list[list[Part]] = []
    for start, end in _sentences(text):
        sentence = text[start:end]
        words = _words(sentence)
        if not words:
            continue
        if _TAKEN_BACK.fullmatch(words):
            # "Good? No." and "Good. Not really.": what came before is not said.
            sentences[-1:] = [[]]
            continue
        here: list[Part] = []
        sentences.append(here)
        if _DENIED_AT_LAST.search(words) or "?" in sentence or _QUESTION.match(words) or _is_echo(sentence):
            continue
        last = start
        for cut in [*(match.start() for match in _PARTS.finditer(text, start, end)), end]:
            part = text[last:cut]
            if part.strip() and not _SUPPOSED.search(part) and not _OTHERS.search(part):
                here.append(Part(last, cut))
            last = cut
    return [part for here in sentences for part in here]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in re.finditer(r"[.!?;]+(?=[\s\"')\]}]|$)|\n", text):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _words(sentence: str) -> str:
    """A sentence from its first to its last letter or digit."""
    places = [place for place, character in enumerate(sentence) if character.isalnum()]
    return sentence[places[0] : places[-1] + 1] if places else ""


def _is_echo(sentence: str) -> bool:
    """Whether the question's list of distortions is said again: names, and nothing of them."""
    if _SEVERITY.search(sentence):
        return False
    named = sum(
        re.search(rf"\b{pattern}\b", sentence) is not None for pattern in DISTORTION_PATTERNS.values()
    )
    return bool(named) and (named >= 4 or _ECHO.search(sentence) is not None)


def _plain_character(character: str) -> str:
    if character in "*_`#~|":
        return " "
    if character in "‘’ʼ":
        return "'"
    if character in "‐‑":
        return "-"
    if character in "\r\v\f\u2028\u2029\x85":
        return "\n"
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _one_entry(match: re.Match[str]) -> str:
    """An object of one distortion and its severity ({"type": "blur", "severity": "minor"}) is one clause."""
    names = re.findall(rf"\b(?:{ANY_DISTORTION})\b", match[0])
    if len(names) == 1 and len(_SEVERITY.findall(match[0])) == 1:
        return match[0].replace(",", " ").replace("\n", " ")
    return match[0]
