"""The dialogs about settings, instructions and who sits there, with real widgets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QLineEdit, QSpinBox

from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.state.project_settings import InstructionsView, ProjectSettingsView, SettingsAnswer
from seagull_studio.state.project_view import AnnotatorChoice, AnnotatorRow
from seagull_studio.views.dialogs import AnnotatorDialog, ShortcutsDialog
from seagull_studio.views.dialogs.instructions import InstructionsDialog
from seagull_studio.views.dialogs.project_settings import ProjectSettingsDialog
from seagull_studio.views.dialogs.sitting import PassphraseDialog, StillThereDialog
from seagull_studio.views.kit.safe_page import WIDEST, SafePage
from seagull_studio.views.project.annotators_card import AnnotatorsCard

VALUES = {
    "name": "Regions",
    "raters_wanted": 7,
    "min_roi_area": 1024,
    "who_may_mark": "everybody",
    "prefill_policy": "off",
    "control_share": 0.2,
    "reminder_minutes": 30,
    "idle_minutes": 30,
    "repeat_share": 0.0,
    "gold_share": 0.12345,
    "feedback": False,
    "qualification": False,
    "qualification_attempts": 3,
    **{f"pass_{name}": 0.7 for name in SCALE_NAMES},
}
BOUNDS = {
    "raters_wanted": (1.0, 1000.0),
    "min_roi_area": (1.0, 2**31 - 1.0),
    "control_share": (0.0, 1.0),
    "reminder_minutes": (0.0, 1440.0),
    "idle_minutes": (0.0, 1440.0),
    "repeat_share": (0.0, 0.5),
    "gold_share": (0.0, 0.5),
    "qualification_attempts": (1.0, 20.0),
    **{f"pass_{name}": (0.0, 1.0) for name in SCALE_NAMES},
}


def view(**more: object) -> ProjectSettingsView:
    facts = {"seed": 11, "guarded": False, "can_show_predictions": True, "shortest_passphrase": 8} | more
    return ProjectSettingsView(VALUES, BOUNDS, **facts)  # type: ignore[arg-type]


def picture(file: Path, width: int = 40) -> Path:
    image = QImage(width, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(file))
    return file


def words(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_settings_come_back_as_far_as_they_were_changed(qtbot):
    dialog = ProjectSettingsDialog(view())
    qtbot.addWidget(dialog)
    assert dialog.answer() == SettingsAnswer({}), "a share with more digits than are shown is not changed"
    fields = dialog.fields
    for name, kind, value in (
        ("name", QLineEdit, "Other"),
        ("raters_wanted", QSpinBox, 9),
        ("who_may_mark", QComboBox, 1),
        ("gold_share", QDoubleSpinBox, 5.0),
        ("idle_minutes", QSpinBox, 0),
        ("qualification_attempts", QSpinBox, 2),
        ("pass_noise", QDoubleSpinBox, 55.0),
    ):
        field = fields[name]
        assert isinstance(field, kind)
        (
            field.setText(value)
            if kind is QLineEdit
            else field.setCurrentIndex(value)
            if kind is QComboBox
            else field.setValue(value)
        )
    assert dialog.answer().changes == {
        "name": "Other",
        "raters_wanted": 9,
        "who_may_mark": "leads",
        "gold_share": 0.05,
        "idle_minutes": 0,
        "qualification_attempts": 2,
        "pass_noise": 0.55,
    }
    assert fields["idle_minutes"].text() == "never" and "11" in words(dialog)
    again = ProjectSettingsDialog(view(), dialog.answer())
    qtbot.addWidget(again)
    assert again.answer() == dialog.answer(), "what could not be stored is still there"


def test_what_is_wrong_cannot_be_saved(qtbot):
    dialog = ProjectSettingsDialog(view(guarded=True, can_show_predictions=False))
    qtbot.addWidget(dialog)
    assert not dialog.fields["prefill_policy"].isEnabled() and dialog._save.isEnabled()
    dialog.fields["name"].setText("  ")
    assert dialog.complaint() == "Give the project a name." and not dialog._save.isEnabled()
    dialog.fields["name"].setText("x")
    for first, second, said in (("short", "short", "at least 8"), ("long enough", "longer", "differ")):
        dialog.passphrase.setText(first)
        dialog.again.setText(second)
        assert said in dialog.complaint() and not dialog._save.isEnabled()
    dialog.again.setText("long enough")
    assert dialog._save.isEnabled() and dialog.answer().passphrase == "long enough"
    assert "long enough" not in repr(dialog.answer())
    dialog.no_passphrase.setChecked(True)
    assert dialog.answer().passphrase == ""


def test_instructions_are_written_with_pictures_and_seen_beside(qtbot, tmp_path):
    dialog = ProjectSettingsDialog(view(instructions=InstructionsView("# Old", {"a.png": b"x"})))
    qtbot.addWidget(dialog)
    editor = dialog.instructions
    assert dialog.answer().instructions is None and "Old" in editor.preview.toPlainText()
    editor.text.setPlainText("# New\n\n")
    editor.text.moveCursor(editor.text.textCursor().MoveOperation.End)
    file = picture(tmp_path / "my picture.png")
    (tmp_path / "other").mkdir()
    other = picture(tmp_path / "other" / "my picture.png")
    for chosen in (file, other, file):
        editor.insert_picture(chosen)
    page = dialog.answer().instructions
    assert page is not None and page.text.count("![my picture](<my picture.png>)") == 2
    assert page.pictures["my picture-2.png"] == other
    editor.show_preview()
    assert not editor.preview.loadResource(2, QUrl("my%20picture.png")).isNull()
    assert "New" in editor.preview.toPlainText() and "Old" not in editor.preview.toPlainText()


def test_a_page_fetches_nothing_and_runs_nothing(qtbot, tmp_path):
    page = SafePage("page")
    qtbot.addWidget(page)
    own = picture(tmp_path / "own.png", width=3 * WIDEST)
    secret = picture(tmp_path / "secret.png")
    away = "http://127.0.0.1:9/"
    pictures = f"![]({secret}) ![](file://{secret}) ![]({away}x.png)\n\n![](own.png) [away]({away})"
    text = f"# A\n\n<script>alert(1)</script> <b>bold</b>\n\n{pictures}"
    page.set_page(text, {"own.png": own.read_bytes()})
    page.show()
    assert page.toHtml().count("<img") == 4, "pictures without a description too"
    shown = page.toPlainText()
    assert "<script>alert(1)</script>" in shown and "<b>bold</b>" in shown, "HTML is text"
    for elsewhere in (str(secret), f"file://{secret}", "http://127.0.0.1:9/x.png", "qrc:/x.png"):
        assert page.loadResource(2, QUrl(elsewhere)).isNull(), elsewhere
    drawn = page.loadResource(2, QUrl("own.png"))
    assert drawn.width() / drawn.devicePixelRatio() <= WIDEST + 1
    assert not page.openLinks() and "away" in page.toPlainText()


def test_the_passphrase_is_typed_unseen_and_a_refusal_is_said(qtbot):
    dialog = PassphraseDialog("Lea", "This is not the lead's passphrase; try again.")
    qtbot.addWidget(dialog)
    assert dialog.passphrase.echoMode() == QLineEdit.EchoMode.Password
    assert "not the lead's" in words(dialog) and "Lea" in words(dialog) and "--forgotten" in words(dialog)


@pytest.mark.parametrize("same", [True, False])
def test_after_a_pause_there_are_two_answers(qtbot, same):
    dialog = StillThereDialog("Lea", 30)
    qtbot.addWidget(dialog)
    (dialog.still if same else dialog.other).click()
    assert dialog.result() and dialog.same is same and "30 minutes" in words(dialog)


def test_who_may_choose_a_role(qtbot):
    for role, shown, chosen in (
        ("lead", True, "lead"),
        ("annotator", False, "annotator"),
        ("", True, "annotator"),
    ):
        dialog = AnnotatorDialog([AnnotatorRow("Ana", "annotator", 0, 0)], role=role)
        qtbot.addWidget(dialog)
        dialog.name.setText("Bo")
        assert dialog.choice() == AnnotatorChoice("Bo", chosen, is_new=True)
        assert dialog.body.indexOf(dialog.role) >= 0 or (dialog.role.parent() is not None) is shown
        assert ("Nobody leads" in words(dialog)) is (role == "lead")


def test_roles_are_asked_for_from_the_card(qtbot):
    card = AnnotatorsCard()
    qtbot.addWidget(card)
    card.set_rows(
        [
            AnnotatorRow("Ana", "annotator", 0, 0),
            AnnotatorRow("Lea", "lead", 0, 0),
            AnnotatorRow("Bot", "annotator", 0, 0, simulated=True),
        ]
    )
    asked: list[tuple[str, str]] = []
    card.lead_requested.connect(lambda name: asked.append(("lead", name)))
    card.annotator_requested.connect(lambda name: asked.append(("annotator", name)))
    buttons = {made.text(): made for made, _ in card._actions}
    for name in ("Ana", "Lea", "Bot"):
        card.choose(name)
        buttons["Make lead"].click()
        buttons["Make annotator"].click()
    assert asked == [("lead", "Ana"), ("annotator", "Lea")]


def test_instructions_are_offered_beside_the_keys(qtbot):
    dialog = InstructionsDialog(InstructionsView("# Rate calmly"))
    qtbot.addWidget(dialog)
    assert "Rate calmly" in dialog.page.toPlainText()
    keys = ShortcutsDialog(instructions=True)
    qtbot.addWidget(keys)
    with qtbot.waitSignal(keys.instructions_requested):
        next(b for b in keys.findChildren(type(keys.add_button(""))) if "Instructions" in b.text()).click()
