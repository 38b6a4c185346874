"""How suggestions are given: the policy, the model, and the share that stays without."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from seagull_studio.state.models_view import PrefillView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidingComboBox
from seagull_studio.views.kit.scrolling_page import SectionCard, WheelGuard

POLICIES = ("off", "prefill", "reveal")


class PrefillCard(SectionCard):
    """Choices are edited here and take effect with Apply; a poll never undoes what is being edited."""

    prefill_changed = Signal(str, str, float)
    """Policy, key of the model ("" for none), control share 0..1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("PrefillCard", "Pre-fill"), parent)
        self._held = PrefillView("off", "", 0.2)
        self.policies = QButtonGroup(self)
        for index, (title, said) in enumerate(self._words()):
            self.body.addLayout(self._make_policy(index, title, said))
        self.model = ElidingComboBox()
        self.model.setMinimumWidth(280)
        self.model.setAccessibleName(self.tr("Model"))
        self.share = style.spin_box(0, 100, 20)
        self.share.setSuffix(" %")
        self.share.setMinimumWidth(88)
        self.share.setAccessibleName(self.tr("Control share"))
        WheelGuard(self.model)
        WheelGuard(self.share)
        self.apply = style.button(self.tr("Apply"), "primary")
        self.apply.clicked.connect(self._apply)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(style.label(self.tr("Model")))
        row.addWidget(self.model)
        row.addSpacing(16)
        row.addWidget(style.label(self.tr("Control share")))
        row.addWidget(self.share)
        row.addStretch(1)
        row.addWidget(self.apply)
        said = self.tr(
            "The control share of each annotator's ROIs stays without a suggestion. "
            "They are drawn by a fixed seed. The bias report compares with them."
        )
        self._said = style.label("", "small", wrap=True)
        self.body.addSpacing(4)
        self.body.addLayout(row)
        self.body.addWidget(style.label(said, "small", wrap=True))
        self.body.addWidget(self._said)
        self.policies.idClicked.connect(self._look)
        self.model.currentIndexChanged.connect(self._look)
        self.share.valueChanged.connect(self._look)
        self._take(self._held)

    def set_prefill(self, prefill: PrefillView) -> None:
        """Show what holds in the project; edits stay unless it has changed meanwhile."""
        before = self._held
        same = (before.policy, before.model, before.control_share) == (
            prefill.policy,
            prefill.model,
            prefill.control_share,
        )
        if prefill == before:
            return
        if not same:
            self._take(prefill)
            return
        policy, model, share = self.choice()
        self._take(prefill)
        self._edit(policy, model, share)

    def choice(self) -> tuple[str, str, float]:
        """Policy, key of the model and control share as they stand here, applied or not."""
        policy = POLICIES[max(0, self.policies.checkedId())]
        share = self._held.control_share
        # A share such as 0.125 is not rounded by merely being shown.
        if self.share.value() != round(100 * share):
            share = self.share.value() / 100
        return policy, str(self.model.currentData() or ""), share

    def complaint(self) -> str:
        """What stands against the choice, or what to know about it; "" for nothing."""
        return self._said.text()

    def _take(self, prefill: PrefillView) -> None:
        self._held = prefill
        self.model.blockSignals(True)
        self.model.clear()
        self.model.addItem(self.tr("No model") if prefill.models else self.tr("No model yet"), "")
        for key, name in prefill.models:
            self.model.addItem(name, key)
        self.model.blockSignals(False)
        self._edit(prefill.policy, prefill.model, prefill.control_share)

    def _edit(self, policy: str, model: str, share: float) -> None:
        self.policies.button(POLICIES.index(policy)).setChecked(True)
        self.model.setCurrentIndex(max(0, self.model.findData(model)))
        self.share.setValue(round(100 * share))
        self._look()

    def _look(self) -> None:
        policy, model, share = self.choice()
        said, wrong = "", False
        if policy != "off" and not model:
            said, wrong = self.tr("Choose a model first."), True
        elif policy == "prefill" and share == 0.0:
            said = self.tr("With a control share of 0 % the weight of the suggestions cannot be measured.")
        elif policy == "prefill" and share == 1.0:
            said = self.tr("With a control share of 100 % nobody sees a suggestion.")
        self._said.setText(said)
        self._said.setVisible(bool(said))
        style.set_role(self._said, "alert" if said else "small")
        self.model.setEnabled(policy != "off")
        self.share.setEnabled(policy != "off")
        held = (self._held.policy, self._held.model, self._held.control_share)
        self.apply.setEnabled(not wrong and (policy, model, share) != held)

    def _apply(self) -> None:
        self.prefill_changed.emit(*self.choice())

    def _make_policy(self, index: int, title: str, said: str) -> QVBoxLayout:
        button = QRadioButton(title)
        button.setAccessibleDescription(said)
        self.policies.addButton(button, index)
        words = style.label(said, "muted", wrap=True)
        words.setContentsMargins(28, 0, 0, 0)
        block = QVBoxLayout()
        block.setSpacing(0)
        block.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        block.addWidget(words)
        return block

    def _words(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("Off"), self.tr("Nobody sees what a model says. All ratings are the annotators' own.")),
            (
                self.tr("Pre-fill"),
                self.tr(
                    "Every row starts with the model's suggestion, to be confirmed or changed. "
                    "It is faster, but people drift towards what they are shown."
                ),
            ),
            (
                self.tr("Reveal after submitting"),
                self.tr(
                    "People rate on their own and see the model's answer only when their rating is saved. "
                    "The rating stays their own, but over time they may learn to rate like the model."
                ),
            ),
        )
