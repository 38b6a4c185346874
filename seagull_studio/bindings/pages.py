"""The pages of a project beside Annotate, each made with its binding when it is first asked for.

They are imported then too: exports, imports and reports are no part of getting the first ROI on the screen.
A new page is a binding, a function here that makes it, and a line in `PAGES`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget

from seagull_studio.bindings.session import Session
from seagull_studio.log import log_file
from seagull_studio.state.annotate_view import ModeView
from seagull_studio.state.rating_view import RatingForm


class PageBinding(Protocol):
    """What a page does."""

    def refresh(self) -> None:
        """Read again what is shown; called whenever the page comes to the front."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What pages are made with: one annotator in one project."""

    session: Session
    form: RatingForm
    who: str
    """Stands behind what is changed."""
    weights: Sequence[Path]
    """Folders in which weights are looked for."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """One page of the window."""

    id: str
    title: Callable[[], str]
    """In the language of the window."""
    icon: str
    make: Callable[[Setting], tuple[QWidget, PageBinding]]


def _project(setting: Setting) -> tuple[QWidget, PageBinding]:
    from seagull_studio.bindings.project import ProjectBinding
    from seagull_studio.views.project.project_page import ProjectPage

    page = ProjectPage(setting.form)
    return page, ProjectBinding(page, setting.session, setting.who, str(log_file()))


def _models(setting: Setting) -> tuple[QWidget, PageBinding]:
    from seagull_studio.bindings.models import ModelsBinding
    from seagull_studio.views.models.models_page import ModelsPage

    page = ModelsPage()
    return page, ModelsBinding(
        page, setting.session, setting.form, setting.who, setting.weights, str(log_file())
    )


PAGES: Final = (
    PageKind("models", lambda: QCoreApplication.translate("Pages", "Models"), "jobs", _models),
    PageKind("project", lambda: QCoreApplication.translate("Pages", "Project"), "project", _project),
)


class Pages(QObject):
    """The pages of one annotator in one project, as far as they were made."""

    def __init__(self, setting: Setting, parent: QObject) -> None:
        super().__init__(parent)
        self._setting = setting
        self._bindings: dict[str, PageBinding] = {}

    def modes(self) -> list[tuple[ModeView, Callable[[], QWidget]]]:
        """What the window offers, with what makes each page."""
        return [(ModeView(kind.id, kind.title(), kind.icon), partial(self._make, kind)) for kind in PAGES]

    def binding(self, page: str) -> PageBinding | None:
        """What a page does, once it is made."""
        return self._bindings.get(page)

    def _make(self, kind: PageKind) -> QWidget:
        page, binding = kind.make(self._setting)
        self._bindings[kind.id] = binding
        binding.refresh()
        return page
