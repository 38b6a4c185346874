"""What every page of a project can be told."""

from __future__ import annotations

from PySide6.QtCore import QObject

from annotation_db.database.changes import Kind


class PageController(QObject):
    """Decides what one page shows and does; emits what is to be shown, and knows no widgets.

    What it asks of the database names it as `owner`, so that it does not hear of its own writing.
    """

    def refresh(self) -> None:
        """Read everything again; called when the page is made, and whenever it comes to the front."""
        raise NotImplementedError

    def others_wrote(self, kinds: frozenset[Kind]) -> None:
        """Another page or program has changed these while this page is looked at."""
        self.refresh()
