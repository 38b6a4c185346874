"""Whoever sits in front of the window, as a controller meets them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TypeVar

from seagull_studio.services.long_task import LongTask
from seagull_studio.state.questions import Question, Result

T = TypeVar("T")


class Person(Protocol):
    """Is asked, told and kept informed. The window answers with dialogs, a test with what it wrote down."""

    def ask(self, question: Question[T]) -> T | None:
        """Wait for an answer; None if the person gave none, or if the page went meanwhile."""

    def refuse(self, sentence: str) -> None:
        """Say why something was not done, and wait until it is read."""

    def show(self, result: Result) -> None:
        """Say what came of something, and go on."""

    def watch(self, title: str, task: LongTask) -> None:
        """Show how far a task is, and let it be cancelled, until it ends."""

    def open(self, place: Path) -> None:
        """Show a file or a folder in the program that the person has for it."""
