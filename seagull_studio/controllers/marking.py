"""Marking ROIs: prompts in, hypotheses back, edits by hand, accept. Knows no widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.records import ImageRecord, RoiLevel, RoiRecord
from model.segmenters.protocol import Hypothesis, Prompt
from seagull_studio.controllers.person import Person
from seagull_studio.operations import marking as operations
from seagull_studio.operations import pictures
from seagull_studio.operations.drafts import KeptDraft
from seagull_studio.services.database import DatabaseService
from seagull_studio.state.draft import Click, Draft, Edit, Effect
from seagull_studio.state.history import History
from seagull_studio.state.packed_mask import PackedMask
from seagull_studio.state.questions import AskReason

Decode = Callable[[int, int, Prompt], None]
"""(generation, image id, prompt): ask for hypotheses; the answer comes to `answered`."""


class MarkingController(QObject):
    """One person marking ROIs, picture by picture, with unlimited undo on each."""

    pictures_changed = Signal(object)
    """Tuple of `ImageRecord`."""
    counts_changed = Signal(object)
    """ROIs per image id."""
    picture_changed = Signal(object)
    """`ImageRecord` now in front, or None when the project has none."""
    rois_changed = Signal(object)
    """Tuple of `RoiRecord` on the picture in front."""
    draft_changed = Signal(object)
    """`Draft`."""
    begun_changed = Signal(object, object)
    """`ImageRecord` and its `Draft`, of any picture: to be kept."""
    undo_changed = Signal(bool, bool)
    """Whether there is something to undo, and to redo."""
    waiting_changed = Signal(bool)
    """True while the segmenter's answer is awaited."""
    saved = Signal(object)
    """`RoiRecord` that was accepted and is on disk."""
    refused = Signal(str)
    hypothesis_chosen = Signal(int, int)
    """Generation of an answer, and which of its hypotheses later clicks build on."""

    def __init__(self, database: DatabaseService, who: str, decode: Decode, person: Person) -> None:
        super().__init__()
        self._person = person
        self._database = database
        self._who = who
        self._decode = decode
        self._pictures: tuple[ImageRecord, ...] = ()
        self._image: ImageRecord | None = None
        self._rois: tuple[RoiRecord, ...] = ()
        self._histories: dict[int, History[Draft]] = {}
        self._generation = 0
        self._answered = 0
        self._waiting = False
        self._writing = False
        self._level: RoiLevel = "object"
        self._segmenter = "manual"

    @property
    def image(self) -> ImageRecord | None:
        return self._image

    @property
    def pictures(self) -> tuple[ImageRecord, ...]:
        return self._pictures

    @property
    def draft(self) -> Draft | None:
        history = self._history()
        return history.present if history else None

    @property
    def unfinished(self) -> tuple[ImageRecord, ...]:
        """Pictures on which a region was begun and not accepted."""
        begun = {at for at, history in self._histories.items() if not history.present.is_empty}
        return tuple(image for image in self._pictures if image.id in begun)

    def put_back(self, kept: Mapping[str, KeptDraft]) -> None:
        """What was begun before, by the uid of its picture; what has been begun here meanwhile stays."""
        for image in (one for one in self._pictures if one.uid in kept):
            draft = kept[image.uid].draft
            same = kept[image.uid].sha256 == image.sha256 and draft.size == _size(image)
            before = self._histories.get(image.id, History(draft))
            if same and not (before.can_undo or before.can_redo):
                self._arrive(image.id, History(Draft(draft.size)).push(draft), wrote=False)

    @property
    def level(self) -> RoiLevel:
        return self._level

    def set_level(self, level: RoiLevel) -> None:
        """Level that the next accepted ROI gets."""
        self._level = level

    def set_segmenter(self, name: str) -> None:
        """Name stored with ROIs that the segmenter helped to mark."""
        self._segmenter = name
        draft = self.draft
        if draft is not None and draft.has_prompt:
            self._request(draft)

    def start(self) -> None:
        """Load the list of pictures; the first without a ROI comes to the front."""
        self._database.ask(
            lambda s: (operations.list_pictures(s), operations.roi_counts(s)), self._started, owner=self
        )

    def _started(self, answer: tuple[tuple[ImageRecord, ...], dict[int, int]]) -> None:
        self._pictures, counts = answer
        self.pictures_changed.emit(self._pictures)
        self.counts_changed.emit(counts)
        at = self._place_in_list()
        if at is not None:
            if self._pictures[at] != self._image:  # its file is at another place now
                self.open_image(self._pictures[at].id)
        elif self._pictures:
            bare = (image for image in self._pictures if not counts.get(image.id))
            self.open_image(next(bare, self._pictures[0]).id)
        else:
            self._image = None
            self.picture_changed.emit(None)

    def _place_in_list(self) -> int | None:
        """Where the picture in front stands; None if it is not listed any more."""
        front = None if self._image is None else self._image.id
        return next((at for at, image in enumerate(self._pictures) if image.id == front), None)

    def open_image(self, image_id: int) -> None:
        """Bring a picture to the front; a draft left on it is still there."""
        image = next((image for image in self._pictures if image.id == image_id), None)
        if image is None:
            return
        self._image = image
        self._generation += 1
        self._set_waiting(False)
        self.picture_changed.emit(image)
        self.reload()
        history = self._history()
        if history:
            self._set(history)

    def step(self, by: int) -> None:
        """The picture `by` places further in the list; stops at its ends."""
        at = self._place_in_list()
        if at is not None and 0 <= at + by < len(self._pictures):
            self.open_image(self._pictures[at + by].id)

    def neighbours(self) -> tuple[ImageRecord, ...]:
        """Pictures likely to be asked for next: the two after this one and the one before."""
        at = self._place_in_list()
        if at is None:
            return ()
        return (*self._pictures[at + 1 : at + 3], *self._pictures[max(0, at - 1) : at])

    def reload(self) -> None:
        """Read the ROIs of the picture in front again."""
        if self._image is not None:
            image_id = self._image.id
            self._database.ask(lambda s: operations.picture(s, image_id), self._loaded, owner=self)

    def look_again(self) -> None:
        """Another program has written: tell of the ROIs of the picture in front if they are others now."""
        if self._image is not None:
            image_id = self._image.id
            self._database.ask(lambda s: operations.picture(s, image_id), self._seen_again, owner=self)

    def _seen_again(self, picture: operations.Picture) -> None:
        if picture.rois != self._rois:
            self._loaded(picture)
            self._database.ask(operations.roi_counts, self.counts_changed.emit, owner=self)

    def _loaded(self, picture: operations.Picture) -> None:
        if self._image is not None and picture.image.id == self._image.id:
            self._rois = picture.rois
            self.rois_changed.emit(picture.rois)

    # What the person does on the canvas

    def click(self, x: float, y: float, positive: bool) -> None:
        draft = self._editable()
        if draft and (positive or draft.has_prompt):
            self._push(draft.with_click(Click(x, y, positive)))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if draft := self._editable():
            self._push(draft.with_box((x0, y0, x1, y1)))

    def stroke(self, points: Sequence[tuple[float, float]], radius: float, adding: bool) -> None:
        draft = self._editable()
        if draft and (adding or draft.mask is not None):
            self._push(draft.with_edit(Edit("stroke", tuple(points), radius, adding)))

    def polygon(self, points: Sequence[tuple[float, float]], adding: bool = True) -> None:
        draft = self._editable()
        if draft and len(points) >= 3:
            self._push(draft.with_edit(Edit("polygon", tuple(points), 0.0, adding)))

    def cycle(self) -> None:
        """The segmenter's next hypothesis."""
        draft = self._editable()
        if draft and (turned := draft.cycled()) is not draft:
            self._push(turned)
            self.hypothesis_chosen.emit(self._answered, turned.chosen)

    def discard(self) -> None:
        """Throw the draft away (undo brings it back)."""
        draft = self._editable()
        if draft and not draft.is_empty:
            self._push(Draft(draft.size))

    def accept(self) -> None:
        """Freeze the draft into a ROI."""
        draft = self._editable()
        if draft is None or self._image is None:
            return
        if draft.mask is None:
            self.refused.emit(self.tr("There is no mask yet: click an object, draw a box, or paint."))
            return
        new = operations.NewRoi(
            self._image.id,
            draft.mask.unpack(),
            self._level,
            draft.as_json(),
            self._segmenter if draft.hypotheses else "manual",
            draft.predicted_iou,
        )
        self._writing = True
        self._database.ask(
            lambda s: operations.accept(s, new, self._who),
            partial(self._accepted, self._image.id),
            self._write_failed,
            owner=self,
        )

    def withdraw(self, roi_id: int) -> None:
        """Take a ROI off the picture (undo brings it back)."""
        draft = self._editable()
        if draft is None or self._image is None:
            return
        reason, image_id = self.tr("withdrawn while marking"), self._image.id
        self._writing = True
        self._database.ask(
            lambda s: operations.withdraw(s, roi_id, reason, self._who),
            lambda _: self._changed(image_id, replace(draft, effect=Effect("withdraw", roi_id))),
            self._write_failed,
            owner=self,
        )

    def withdraw_picture(self, image_id: int, name: str) -> None:
        """Take a picture out of the project, with its ROIs, if the person gives a reason."""
        said = self.tr(
            "Its ROIs are no longer handed out, labelled or exported, and their ratings do not count. "
            "Nothing is deleted: it can be brought back on the Project page."
        )
        title = self.tr("Withdraw {picture}?").format(picture=name)
        reason = self._person.ask(AskReason(title, said, self.tr("Withdraw")))
        if not reason:
            return
        self._database.ask(
            lambda s: pictures.withdraw(s, image_id, reason, self._who),
            lambda _: self.start(),
            self.refused.emit,
            owner=self,
        )

    def undo(self) -> None:
        history = self._history()
        if history is not None and history.can_undo and not self._writing:
            self._go_to(history.undo(), history.present.effect, again=False)

    def redo(self) -> None:
        history = self._history()
        if history is not None and history.can_redo and not self._writing:
            following = history.redo()
            self._go_to(following, following.present.effect, again=True)

    # What comes back

    def answered(self, generation: int, image_id: int, hypotheses: Sequence[Hypothesis]) -> None:
        """The segmenter's answer; one to an older question is dropped."""
        history = self._history()
        if generation != self._generation or history is None or self._image is None:
            return
        if image_id != self._image.id:
            return
        self._set_waiting(False)
        self._answered = generation
        masks = tuple(PackedMask.pack(hypothesis.mask) for hypothesis in hypotheses)
        ious = tuple(hypothesis.predicted_iou for hypothesis in hypotheses)
        self._set(history.amend(history.present.with_answer(masks, ious)), ask=False)

    def decoding_failed(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._set_waiting(False)
            self.refused.emit(sentence)

    def _accepted(self, image_id: int, roi: RoiRecord) -> None:
        size = self._histories[image_id].present.size
        self._changed(image_id, Draft(size, effect=Effect("accept", roi.id)))
        self.saved.emit(roi)

    def _changed(self, image_id: int, draft: Draft) -> None:
        self._writing = False
        self._arrive(image_id, self._histories[image_id].push(draft))

    def _go_to(self, history: History[Draft], effect: Effect | None, *, again: bool) -> None:
        """Step through the history; what the step did in the database is reversed, or done again, first."""
        if effect is None or self._image is None:
            self._set(history)
            return
        gone = (effect.kind == "accept") != again
        reason, roi_id = self.tr("undone while marking"), effect.roi_id
        self._writing = True
        self._database.ask(
            (lambda s: operations.withdraw(s, roi_id, reason, self._who))
            if gone
            else (lambda s: operations.restore(s, roi_id, self._who)),
            partial(self._stepped, self._image.id, history),
            self._write_failed,
            owner=self,
        )

    def _stepped(self, image_id: int, history: History[Draft], _: None) -> None:
        self._writing = False
        self._arrive(image_id, history)

    def _arrive(self, image_id: int, history: History[Draft], *, wrote: bool = True) -> None:
        """The database has followed: show it, unless another picture is in front by now."""
        if self._image is not None and self._image.id == image_id:
            self._set(history)
        else:
            self._histories[image_id] = history
            for image in (one for one in self._pictures if one.id == image_id):
                self.begun_changed.emit(image, history.present)
        if wrote:
            self._refresh_counts()

    def _refresh_counts(self) -> None:
        self.reload()
        self._database.ask(operations.roi_counts, self.counts_changed.emit, owner=self)

    def _write_failed(self, sentence: str) -> None:
        self._writing = False
        self.refused.emit(sentence)

    # The history of the picture in front

    def _history(self) -> History[Draft] | None:
        if self._image is None:
            return None
        return self._histories.setdefault(self._image.id, History(Draft(_size(self._image))))

    def _editable(self) -> Draft | None:
        return None if self._writing else self.draft

    def _push(self, draft: Draft) -> None:
        history = self._history()
        if history:
            self._set(history.push(draft))

    def _set(self, history: History[Draft], *, ask: bool = True) -> None:
        if self._image is None:
            return
        self._histories[self._image.id] = history
        draft = history.present
        if ask:
            self._generation += 1
            self._set_waiting(False)
            if draft.awaits_answer:
                self._request(draft)
        self.begun_changed.emit(self._image, draft)
        self.draft_changed.emit(draft)
        self.undo_changed.emit(history.can_undo, history.can_redo)

    def _request(self, draft: Draft) -> None:
        if self._image is None:
            return
        self._generation += 1
        self._set_waiting(True)
        points = tuple((click.x, click.y, click.positive) for click in draft.clicks)
        self._decode(self._generation, self._image.id, Prompt(points=points, box=draft.box))

    def _set_waiting(self, waiting: bool) -> None:
        if waiting != self._waiting:
            self._waiting = waiting
            self.waiting_changed.emit(waiting)


def _size(image: ImageRecord) -> tuple[int, int]:
    return image.height, image.width
