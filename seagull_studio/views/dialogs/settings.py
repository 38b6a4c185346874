"""The dialog for what a person chooses once."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from seagull_studio.state.settings_view import Settings, Theme
from seagull_studio.views.dialogs.folder_field import FolderField
from seagull_studio.views.dialogs.frame import DialogFrame

THEMES: tuple[Theme, ...] = ("system", "light", "dark")
LANGUAGES = ("", "en", "zh_CN")


class SettingsDialog(DialogFrame):
    """Theme, language, weights folder."""

    about_requested = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("SettingsDialog", "Settings"), parent)
        self.theme = QComboBox()
        self.theme.addItems([self.tr("As the system"), self.tr("Light"), self.tr("Dark")])
        self.theme.setCurrentIndex(THEMES.index(settings.theme))
        self.language = QComboBox()
        self.language.addItems([self.tr("As the system"), "English", "简体中文"])
        known = settings.language if settings.language in LANGUAGES else ""
        self.language.setCurrentIndex(LANGUAGES.index(known))
        self.weights = FolderField(settings.weights_folder)
        self.add_field(self.tr("Colors of the window"), self.theme)
        restart = self.tr("Another language shows at the next start.")
        self.add_field(self.tr("Language"), self.language, restart)
        weights = self.tr("Where the SAM weights lie. Without them the classical segmenter is used.")
        self.add_field(self.tr("Weights folder"), self.weights, weights)
        self.add_button(self.tr("About…")).clicked.connect(self.about_requested)
        self.add_button(self.tr("Cancel"), rejects=True)
        self.add_button(self.tr("Save"), "primary", accepts=True)

    def settings(self) -> Settings:
        """The settings as the dialog has them."""
        return Settings(
            THEMES[self.theme.currentIndex()],
            LANGUAGES[self.language.currentIndex()],
            self.weights.text(),
        )
