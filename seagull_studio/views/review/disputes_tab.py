"""Disputed ROIs one after the other: the list, the picture, all votes, and what can be done, by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import CaseView, DisputeList, Order
from seagull_studio.views.canvas import Canvas
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.icons import IconButton
from seagull_studio.views.rating.rating_panel import RatingPanel
from seagull_studio.views.review.dispute_list import DisputeTable
from seagull_studio.views.review.vote_strips import VoteStrips

_ORDERS: Final[tuple[Order, ...]] = ("stability", "spread", "bimodality", "distance")
_LONGEST_FILTER: Final = 26


class DisputesTab(QWidget):
    """Shows the ROI it is told; keys work wherever the keyboard is in it."""

    roi_chosen = Signal(int)
    order_chosen = Signal(str, str)
    """Figure, and scale ("" for each ROI's worst)."""
    all_requested = Signal()
    step_requested = Signal(int)
    accept_requested = Signal()
    more_requested = Signal()
    withdraw_requested = Signal()
    exclude_rating_requested = Signal(int)
    """Id of a rating."""
    save_requested = Signal()
    names_toggled = Signal(bool)
    accepted_toggled = Signal(bool)
    back_to_marking_requested = Signal()
    blind_toggled = Signal(bool)
    filter_requested = Signal()
    rated = Signal(object)
    """Eight levels, of the ROI whose votes are hidden."""

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case: CaseView | None = None
        self._rating: int | None = None
        self._rated_roi: int | None = None
        self._scales = ["", *(row.name for row in form.rows)]
        # List and picture are beside each other, or above each other where room is short.
        self._left = _split((self._make_list(form), self._make_picture()), (470, 230), (3, 4))
        self._votes = self._make_votes(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(_split((self._left, self._votes), (700, 450), (7, 4)))
        self._add_keys()
        self.set_case(None)

    def minimumSizeHint(self) -> QSize:
        """Of list and picture above each other."""
        beside = self._votes.minimumSizeHint().width() + self._left.handleWidth()
        return QSize(max(self._left_widths) + beside, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self._votes.minimumSizeHint().width() + 2 * self._left.handleWidth()
        fits = self.width() >= sum(self._left_widths) + beside
        across = Qt.Orientation.Horizontal if fits else Qt.Orientation.Vertical
        if across != self._left.orientation():
            self._left.setOrientation(across)

    @property
    def _left_widths(self) -> list[int]:
        return [self._left.widget(at).minimumSizeHint().width() for at in range(self._left.count())]

    def set_list(self, shown: DisputeList) -> None:
        """Show these ROIs."""
        self._caption.setText(shown.caption)
        self.all.setVisible(not shown.everything)
        self.table.set_list(shown)
        self._say_blind(shown.blind)
        if self._case is not None:
            self.table.choose(self._case.roi_id)

    def set_order(self, order: str, scale: str) -> None:
        """Show by what the list is ordered."""
        for box, at in ((self.order, _ORDERS.index(order)), (self.scale, self._scales.index(scale))):
            box.blockSignals(True)
            box.setCurrentIndex(at)
            box.blockSignals(False)

    def set_case(self, case: CaseView | None) -> None:
        """Show one ROI; the rating that was chosen stays chosen."""
        self._case = case
        hidden = case is not None and case.hidden
        for made in self._actions:
            made.setEnabled(case is not None and not (hidden and made in self._judging))
        self._show_panel(case)
        if case is None:
            self._name.setText("")
            self._said.setText(self.tr("No ROI is chosen."))
            self.strips.set_case(None, None)
            return
        self._name.setText(case.name)
        self._said.setText(" · ".join(part for part in (case.place, case.said) if part))
        self.accept.setText(self.tr("Dispute again") if case.accepted else self.tr("Accept…"))
        self.table.choose(case.roi_id)
        if self._rating not in [vote.rating_id for vote in case.votes]:
            self._rating = None
        self._say_rating()

    def choose_rating(self, rating_id: int) -> None:
        """Choose one of the ratings."""
        self._rating = rating_id
        self._say_rating()

    def rating(self) -> int | None:
        """Id of the rating that is chosen."""
        return self._rating

    def text(self) -> str:
        """What is said of the ROI."""
        return f"{self._name.text()}\n{self._said.text()}\n{self._chosen.text()}"

    def caption(self) -> str:
        """Which ROIs are listed."""
        return self._caption.text()

    def set_panel_votes(self, levels: Sequence[int]) -> None:
        """Show a rating that could not be stored, to be submitted again."""
        self.panel.set_votes(levels)

    def _show_panel(self, case: CaseView | None) -> None:
        """The form in place of the votes, as long as those are hidden."""
        hidden = case is not None and case.hidden
        before = self._rated_roi
        self._rated_roi = case.roi_id if case is not None and hidden else None
        self._right.setCurrentIndex(int(hidden))
        if case is not None and self._rated_roi is not None and self._rated_roi != before:
            self.panel.set_roi(case.name)
            self.panel.setFocus()
        elif before is not None and not hidden and self.isVisible():
            self.setFocus()  # the page's keys work again

    def _step_rating(self, by: int) -> None:
        votes = self._case.votes if self._case is not None else ()
        if votes:
            ids = [vote.rating_id for vote in votes]
            at = ids.index(self._rating) + by if self._rating in ids else (0 if by > 0 else -1)
            self.choose_rating(ids[at % len(ids)])

    def _say_rating(self) -> None:
        votes = self._case.votes if self._case is not None else ()
        vote = next((vote for vote in votes if vote.rating_id == self._rating), None)
        self.strips.set_case(self._case, self._rating)
        self.exclude.setEnabled(vote is not None)  # there is none while votes are hidden
        if self._case is not None and self._case.hidden:
            self._chosen.setText(self.tr("Rate this ROI; its votes come afterwards."))
        elif vote is None:
            self._chosen.setText(self.tr("Choose a rating: click a dot, or press ← →."))
            self.exclude.setText(self.tr("Exclude rating…"))
        elif vote.counts:
            self._chosen.setText(self.tr("Rating of {who}").format(who=vote.caption))
            self.exclude.setText(self.tr("Exclude rating…"))
        else:
            self._chosen.setText(self.tr("Rating of {who}: does not count").format(who=vote.caption))
            self.exclude.setText(self.tr("Readmit rating"))

    def _ask_exclude(self) -> None:
        if self._rating is not None:
            self.exclude_rating_requested.emit(self._rating)

    def _make_list(self, form: RatingForm) -> QWidget:
        self._caption = ElidedLabel("", "heading")
        self.all = style.button(self.tr("Show all"), "link")
        self.all.clicked.connect(self.all_requested)
        self.save = IconButton("export", self.tr("Save as CSV…"), inverts=False)
        self._save_tip = self.save.toolTip()
        self.save.clicked.connect(self.save_requested)
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order"))
        self.order.addItems(
            [
                self.tr("Least stable"),
                self.tr("Widest spread"),
                self.tr("Two camps"),
                self.tr("Far from the model"),
            ]
        )
        self.scale = QComboBox()
        self.scale.setAccessibleName(self.tr("Scale"))
        self.scale.addItems([self.tr("Worst scale"), *(row.title for row in form.rows)])
        for box in (self.order, self.scale):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.activated.connect(lambda _: self._tell_order())
        self.accepted = QCheckBox(self.tr("Accepted ones too"))
        self.accepted.toggled.connect(self.accepted_toggled)
        self.filter = style.button(self.tr("Filter…"), "link")
        self.filter.setToolTip(self.tr("Key {key}").format(key="F"))
        self.filter.clicked.connect(self.filter_requested)
        self.table = DisputeTable()
        self.table.chosen.connect(self.roi_chosen)
        head = QHBoxLayout()
        head.addWidget(self._caption, 1)
        head.addWidget(self.all)
        head.addWidget(self.save)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self.order, 1)
        choices.addWidget(self.scale, 1)
        narrow = QHBoxLayout()
        narrow.addWidget(self.accepted, 1)
        narrow.addWidget(self.filter)
        return _column((head, choices, narrow, self.table), (24, 0, 8, 16))

    def set_filter(self, name: str) -> None:
        """Say by which filter the list is narrowed; "" for none."""
        told = self.tr("Filter: {name}").format(name=name) if name else self.tr("Filter…")
        self.filter.setText(told if len(told) <= _LONGEST_FILTER else told[:_LONGEST_FILTER] + "…")

    def _tell_order(self) -> None:
        self.order_chosen.emit(_ORDERS[self.order.currentIndex()], self._scales[self.scale.currentIndex()])

    def _make_picture(self) -> QWidget:
        self.canvas = Canvas()
        self.canvas.set_mode("rate")
        self._name = ElidedLabel("", "strong", Qt.TextElideMode.ElideMiddle)
        self._said = ElidedLabel("", "small")
        self.back = style.button(self.tr("Previous"))
        self.forth = style.button(self.tr("Next"))
        walk = QHBoxLayout()
        walk.setSpacing(8)
        walk.addWidget(self.back, 1)
        walk.addWidget(self.forth, 1)
        return _column((self._name, self._said, self.canvas, walk), (8, 0, 8, 16))

    def _make_votes(self, form: RatingForm) -> QWidget:
        self.panel = RatingPanel(form)
        self.panel.submitted.connect(self.rated)
        self.blind = QCheckBox(self.tr("Rate first"))
        self.blind.setToolTip(
            self.tr(
                "Blind second look: give your own rating, which counts like any other, then see the votes"
            )
        )
        self.blind.toggled.connect(self.blind_toggled)
        self.strips = VoteStrips()
        self.strips.clicked.connect(self.choose_rating)
        self._chosen = ElidedLabel("", "small")
        self.names = QCheckBox(self.tr("Names"))
        self.names.setToolTip(self.tr("Say who gave each rating"))
        self.names.toggled.connect(self.names_toggled)
        self.accept = style.button(self.tr("Accept…"), "primary")
        self.more = style.button(self.tr("Ask for more…"))
        self.exclude = style.button(self.tr("Exclude rating…"))
        self.withdraw = style.button(self.tr("Withdraw ROI…"))
        self.mark = style.button(self.tr("Back to marking…"))
        self._actions: tuple[QPushButton, ...] = (
            *(self.accept, self.more, self.exclude),
            *(self.withdraw, self.mark, self.back, self.forth),
        )
        self._judging = (self.accept, self.more, self.exclude)
        """What is decided by the votes: not before those are seen."""
        for made, asks in (
            (self.accept, self.accept_requested.emit),
            (self.more, self.more_requested.emit),
            (self.exclude, self._ask_exclude),
            (self.withdraw, self.withdraw_requested.emit),
            (self.mark, self.back_to_marking_requested.emit),
            (self.back, lambda: self.step_requested.emit(-1)),
            (self.forth, lambda: self.step_requested.emit(1)),
        ):
            made.clicked.connect(lambda _=False, asks=asks: asks())
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        buttons = QGridLayout()
        buttons.setSpacing(8)
        for at, made in enumerate(self._actions):
            if made not in (self.back, self.forth):
                buttons.addWidget(made, at // 3, at % 3)
        line = QHBoxLayout()
        line.addWidget(self._chosen, 1)
        line.addWidget(self.blind)
        line.addWidget(self.names)
        self._right = QStackedWidget()
        self._right.addWidget(_column((self.strips, buttons), (0, 0, 0, 0)))
        self._right.addWidget(self.panel)
        return _column((line, self._right), (8, 0, 24, 16))

    def _say_blind(self, blind: bool) -> None:
        """What goes by the votes is no use before those are seen."""
        why = self.tr("Not while ROIs are rated first: it tells of the votes") if blind else ""
        for made, tip in ((self.order, ""), (self.scale, ""), (self.save, self._save_tip)):
            made.setEnabled(not blind)
            made.setToolTip(why or tip)

    def _add_keys(self) -> None:
        keys: tuple[tuple[str, QPushButton | None, Callable[[], object]], ...] = (
            ("A", self.accept, self.accept.click),
            ("R", self.more, self.more.click),
            ("X", self.exclude, self.exclude.click),
            ("W", self.withdraw, self.withdraw.click),
            ("F", None, self.filter.click),
            ("B", self.mark, self.mark.click),
            ("P", self.back, self.back.click),
            ("N", self.forth, self.forth.click),
            ("Left", None, lambda: self._step_rating(-1)),
            ("Right", None, lambda: self._step_rating(1)),
        )
        for key, button, act in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
            if button is not None:
                button.setToolTip(self.tr("Key {key}").format(key=key))


def _split(parts: tuple[QWidget, ...], sizes: tuple[int, ...], shares: tuple[int, ...]) -> QSplitter:
    made = QSplitter(Qt.Orientation.Horizontal)
    made.setChildrenCollapsible(False)
    for at, (part, share) in enumerate(zip(parts, shares, strict=True)):
        made.addWidget(part)
        made.setStretchFactor(at, share)
    made.setSizes(sizes)
    return made


def _column(parts: tuple[object, ...], margins: tuple[int, int, int, int]) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(*margins)
    column.setSpacing(8)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part, isinstance(part, (Canvas, DisputeTable, QStackedWidget, VoteStrips)))
        elif isinstance(part, (QHBoxLayout, QGridLayout)):
            column.addLayout(part)
    return made
