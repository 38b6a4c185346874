"""The language of the window: English, or Simplified Chinese from the compiled catalogue."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

import resources


def system_language() -> str:
    """``"zh_CN"`` where the system speaks Chinese, else ``"en"``."""
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


def install(app: QApplication, language: str = "") -> str:
    """Translate what `app` shows from here on.

    Parameters
    ----------
    app : QApplication
        Keeps the translators.
    language : str
        ``"en"``, ``"zh_CN"``, or "" for the system's.

    Returns
    -------
    str
        The language taken.
    """
    taken = language or system_language()
    if taken != "zh_CN":
        return "en"
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase_zh_CN", qt_folder), ("zh_CN", str(resources.path("translations")))):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
    return taken
