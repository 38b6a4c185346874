"""What a person is asked and told while something is done. The window shows each as a dialog. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


class Question(Generic[T]):
    """Asks for a `T`; whoever asks gets None where the person gave no answer.

    A new question is a dataclass of this kind, and a line in `seagull_studio.bindings.dialogs` that says
    which dialog asks it.
    """


@dataclass(frozen=True, slots=True)
class Confirm(Question[bool]):
    """Whether to do what is said; never answered by False."""

    title: str
    sentence: str
    action: str
    """The button that does it."""
    danger: bool = True
    """It cannot be undone, so Enter does not do it."""


@dataclass(frozen=True, slots=True)
class AskReason(Question[str]):
    """Why something is to be done."""

    title: str
    sentence: str
    action: str
    danger: bool = True
    """Something does not count from then on."""


@dataclass(frozen=True, slots=True)
class NumberField:
    """A whole number that is asked for."""

    name: str
    lowest: int
    highest: int
    value: int
    """Proposed."""


@dataclass(frozen=True, slots=True)
class AskNumbers(Question[tuple[int, ...]]):
    """Some whole numbers, in the order of the fields."""

    title: str
    sentence: str
    fields: tuple[NumberField, ...]
    action: str


@dataclass(frozen=True, slots=True)
class Read(Question[bool]):
    """Something to be read before it goes on."""

    title: str
    sentence: str
    lines: tuple[str, ...]
    action: str


@dataclass(frozen=True, slots=True)
class AskPassword(Question[str]):
    """A server's password; never remembered with what was asked."""

    sentence: str
    """Which server wants it, or why the last one was not taken."""


@dataclass(frozen=True, slots=True)
class ChooseFolder(Question[Path]):
    """A folder that is there."""

    title: str


@dataclass(frozen=True, slots=True)
class ChooseFile(Question[Path]):
    """A file that is there."""

    title: str
    kinds: str
    """Such as ``CSV (*.csv)``; several are separated by ``;;``."""


@dataclass(frozen=True, slots=True)
class ChooseNewFile(Question[Path]):
    """A file to be written; one that is there was confirmed."""

    title: str
    name: str
    """What is proposed."""
    kinds: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of something, to be read; nobody waits for an answer."""

    title: str
    sentence: str
    lines: tuple[str, ...] = ()
    folder: str = ""
    """What was made and can be looked at; "" for nothing."""
