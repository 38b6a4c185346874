"""What goes with a paper: figures of the Review page as files, and the report."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.operations import figures, report
from seagull_studio.services.session import Session
from seagull_studio.state.figure_view import AnyFigure
from seagull_studio.state.questions import ChooseNewFile, Result


class ReviewPapersController(QObject):
    """Asks where to, and writes beside the window."""

    saved = Signal(object)
    """Path of a figure that was written."""

    def __init__(self, session: Session, person: Person) -> None:
        super().__init__()
        self._session = session
        self._person = person

    def save_figure(self, view: AnyFigure | None) -> None:
        """Ask for a file, and draw one chart into it."""
        if view is None:
            self._person.refuse(self.tr("This chart shows nothing yet; wait until its figures are there."))
            return
        kinds = self.tr("SVG (*.svg);;PDF (*.pdf)")
        file = self._person.ask(ChooseNewFile(self.tr("Save the figure"), f"{view.stem}.svg", kinds))
        if file is None:
            return
        self._session.workers.ask(
            lambda: figures.save(view, file), self.saved.emit, self._person.refuse, owner=self
        )

    def make_report(self) -> None:
        """Ask for a file, and write the report into it."""
        file = self._person.ask(
            ChooseNewFile(self.tr("Save the report"), "report.html", self.tr("HTML (*.html)"))
        )
        if file is not None:
            run_on_project(
                self._person,
                self._session,
                self.tr("Making the report"),
                lambda store, progress, cancelled: report.write(
                    store, file, overwrite=True, beside=True, progress=progress, cancelled=cancelled
                ),
                self._made,
                owner=self,
            )

    def _made(self, written: report.Reported) -> None:
        sentence = self.tr("The report is in {file}. It is in English, and opens in any browser.")
        sentence = sentence.format(file=written.file)
        if written.simulated:
            sentence += " " + self.tr("Some of its annotators are simulated, and the report says so.")
        self._person.show(Result(self.tr("Report"), sentence, folder=str(Path(written.file).parent)))
