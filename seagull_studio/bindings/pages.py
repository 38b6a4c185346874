"""The pages of a project beside Annotate, each made with its binding when it is first asked for.

They are imported then too: exports, imports and reports are no part of getting the first ROI on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from seagull_studio.bindings.session import Session
from seagull_studio.log import log_file
from seagull_studio.state.rating_view import RatingForm

if TYPE_CHECKING:
    from seagull_studio.bindings.models import ModelsBinding
    from seagull_studio.bindings.project import ProjectBinding


class Pages(QObject):
    """Project and Models page of one annotator in one project.

    Parameters
    ----------
    session, form
        Of that project and annotator.
    who : str
        Stands behind what is changed.
    weights : sequence of Path
        Folders in which weights are looked for.
    """

    def __init__(
        self,
        session: Session,
        form: RatingForm,
        who: str,
        weights: Sequence[Path],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._form = form
        self._who = who
        self._weights = weights
        self.project: ProjectBinding | None = None
        self.models: ModelsBinding | None = None

    def make_project(self) -> QWidget:
        from seagull_studio.bindings.project import ProjectBinding
        from seagull_studio.views.project.project_page import ProjectPage

        page = ProjectPage(self._form)
        self.project = ProjectBinding(page, self._session, self._who, str(log_file()))
        self.project.refresh()
        return page

    def make_models(self) -> QWidget:
        from seagull_studio.bindings.models import ModelsBinding
        from seagull_studio.views.models.models_page import ModelsPage

        page = ModelsPage()
        self.models = ModelsBinding(
            page, self._session, self._form, self._who, self._weights, str(log_file())
        )
        self.models.refresh()
        return page
