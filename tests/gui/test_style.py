"""Colours, icons, translations: what makes the chrome readable."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QColor, QIcon

import resources
from resources.make_translations import unfinished, update_catalogue
from seagull_studio.views.kit import icons, style


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_contrast_aa(scheme):
    t = style.read_tokens(scheme)
    for surface in (t.window, t.panel, t.card, t.current, t.hover):
        assert contrast(t.text, surface) >= 7
        assert contrast(t.muted, surface) >= 4.5
    for surface in (t.window, t.panel, t.card):
        assert contrast(t.alert, surface) >= 4.5
        assert contrast(t.focus, surface) >= 3
        assert contrast(t.line_strong, surface) >= 2.5
    assert contrast(t.on_accent, t.accent) >= 4.5
    assert contrast(t.on_chosen, t.chosen) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_near_the_picture_is_coloured(scheme):
    t = style.read_tokens(scheme)
    for name in (
        "window",
        "panel",
        "card",
        "line",
        "text",
        "muted",
        "chosen",
        "on_chosen",
        "current",
        "surround",
    ):
        assert getattr(t, name).hsvSaturation() == 0, name
    assert t.accent.hsvSaturation() < 115


def test_the_theme_can_be_changed_while_running(qapp):
    dressed = style.install(qapp, "light")
    with_light = style.tokens().window
    heard = []
    dressed.changed.connect(lambda: heard.append(1))
    assert style.install(qapp, "dark") is dressed
    assert heard == [1]
    assert style.tokens().window.lightness() < with_light.lightness()
    assert "@" not in qapp.styleSheet()
    style.install(qapp, "light")


@pytest.mark.parametrize("path", sorted(resources.path("icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something_in_the_colour_asked_for(qapp, path):
    drawn = icons.pixmap(path.stem, QColor("#ff0000"), 24, 2.0).toImage()
    assert drawn.width() == 48
    seen = [drawn.pixelColor(x, y) for x in range(0, 48, 2) for y in range(0, 48, 2)]
    assert any(color.alpha() > 60 for color in seen)
    if "currentColor" in path.read_text():
        assert all(color.blue() == 0 for color in seen if color.alpha() > 60)


def test_an_icon_is_grey_when_disabled(qapp):
    made = icons.icon("undo")
    plain = made.pixmap(20, QIcon.Mode.Normal).toImage()
    grey = made.pixmap(20, QIcon.Mode.Disabled).toImage()
    assert plain != grey


def test_chinese_is_complete(tmp_path):
    """Every string in the program is in the catalogue, with a translation."""
    catalogue = tmp_path / "zh_CN.ts"
    shutil.copy(resources.path("translations", "zh_CN.ts"), catalogue)
    if not Path(sys.executable).with_name("pyside6-lupdate").exists() and not shutil.which("pyside6-lupdate"):
        pytest.skip("pyside6-lupdate is not installed here")
    update_catalogue(catalogue)
    assert unfinished(catalogue) == [], "run python -m resources.make_translations"


def test_the_compiled_catalogue_speaks_chinese(qapp):
    translator = QTranslator()
    assert translator.load("zh_CN", str(resources.path("translations")))
    assert translator.translate("RatingPanel", "Submit (Enter)") == "提交（Enter）"
    assert translator.translate("AnnotatorDialog", "Lead") == "负责人"
