"""What this program is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class AboutDialog(DialogFrame):
    """Version, purpose, source of the method, license."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("AboutDialog", "About SEAGULL Studio")
        super().__init__(title, parent, width=460)
        for text, role in (
            (self.tr("Version {version}").format(version=version), "muted"),
            (
                self.tr(
                    "Mark regions of photographs, rate their distortions, quality and importance, "
                    "and make a data set of them."
                ),
                "",
            ),
            (self.tr("Scales and labels follow SEAGULL (arXiv 2411.10161)."), ""),
            (
                self.tr(
                    "Free software under the GNU General Public License, version 3 or later. "
                    "It comes without any warranty."
                ),
                "muted",
            ),
        ):
            self.body.addWidget(style.label(text, role, wrap=True))
        self.add_button(self.tr("Close"), "primary", accepts=True)
