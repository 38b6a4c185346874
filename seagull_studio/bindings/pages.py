"""The pages of a project beside Annotate, each made with its controller when it is first asked for.

They are imported then too: exports, imports and reports are no part of getting the first ROI on the screen.
A new page is a view, its controller, a binding that makes and wires both, and a line in `PAGES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget

from annotation_db.database.changes import Kind
from seagull_studio.bindings.setting import Setting
from seagull_studio.controllers.page import PageController
from seagull_studio.services.owners import belongs_to, is_there
from seagull_studio.state.annotate_view import ModeView


@dataclass(frozen=True, slots=True)
class PageKind:
    """One page of the window."""

    id: str
    title: Callable[[], str]
    """In the language of the window."""
    icon: str
    make: Callable[[Setting], tuple[QWidget, PageController]]
    is_theirs: Callable[[Setting], bool] = lambda setting: setting.leads
    """Whether it is there for whoever sits at the window; most are for leads: whoever rates must not see
    what others gave."""


def _project(setting: Setting) -> tuple[QWidget, PageController]:
    from seagull_studio.bindings.project import make_project

    return make_project(setting)


def _models(setting: Setting) -> tuple[QWidget, PageController]:
    from seagull_studio.bindings.models import make_models

    return make_models(setting)


def _review(setting: Setting) -> tuple[QWidget, PageController]:
    from seagull_studio.bindings.review import make_review

    return make_review(setting)


def _compare(setting: Setting) -> tuple[QWidget, PageController]:
    from seagull_studio.bindings.compare import make_compare

    return make_compare(setting)


PAGES: Final = (
    PageKind(
        "compare",
        lambda: QCoreApplication.translate("Pages", "My ratings"),
        "compare",
        _compare,
        lambda setting: setting.feedback,
    ),
    PageKind("models", lambda: QCoreApplication.translate("Pages", "Models"), "jobs", _models),
    PageKind("review", lambda: QCoreApplication.translate("Pages", "Review"), "review", _review),
    PageKind("project", lambda: QCoreApplication.translate("Pages", "Project"), "project", _project),
)


class Pages(QObject):
    """The pages of one annotator in one project, as far as they were made.

    A page that is looked at is told when another page or program has written; the others when they are shown.
    """

    def __init__(self, setting: Setting, parent: QObject) -> None:
        super().__init__(parent)
        self._setting = setting
        self._made: dict[str, tuple[QWidget, PageController]] = {}
        setting.session.changes.changed.connect(self._changed)

    def modes(self) -> list[tuple[ModeView, Callable[[], QWidget]]]:
        """What the window offers, with what makes each page."""
        return [
            (ModeView(kind.id, kind.title(), kind.icon), partial(self._make, kind))
            for kind in PAGES
            if kind.is_theirs(self._setting)
        ]

    def controller(self, page: str) -> PageController | None:
        """What a page does, once it is made."""
        return self._made[page][1] if page in self._made else None

    def refresh(self, page: str) -> None:
        """A page comes to the front."""
        if (controller := self.controller(page)) is not None:
            controller.refresh()

    def _make(self, kind: PageKind) -> QWidget:
        page, controller = self._made[kind.id] = kind.make(self._setting)
        controller.refresh()
        return page

    def _changed(self, kinds: frozenset[Kind], by: QObject | None) -> None:
        for page, controller in self._made.values():
            if is_there(page) and page.isVisible() and not belongs_to(by, controller):
                controller.others_wrote(kinds)
