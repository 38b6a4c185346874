"""The ROI being marked: its prompt, the segmenter's hypotheses, and the edits by hand. Immutable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from seagull_studio.state.packed_mask import PackedMask
from seagull_studio.state.raster import Patch, polygon_patch, stroke_patch

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in picture pixels"""


@dataclass(frozen=True, slots=True)
class Click:
    """A point prompt, in picture pixels."""

    x: float
    y: float
    positive: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """A stroke or a polygon by hand, over what the segmenter said."""

    kind: Literal["stroke", "polygon"]
    points: tuple[Point, ...]
    radius: float
    """Of a stroke, in picture pixels; 0 for a polygon."""
    adding: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """A step that changed the project: a draft accepted as a ROI, or a ROI withdrawn."""

    kind: Literal["accept", "withdraw"]
    roi_id: int


@dataclass(frozen=True, slots=True)
class Draft:
    """One state of the ROI being marked. Every change is a new draft, so that undo is exact."""

    size: tuple[int, int]
    """(height, width) of the displayed picture."""
    clicks: tuple[Click, ...] = ()
    box: Box | None = None
    hypotheses: tuple[PackedMask, ...] = ()
    ious: tuple[float | None, ...] = ()
    chosen: int = 0
    answers: tuple[tuple[Click, ...], Box | None] | None = None
    """The prompt that the hypotheses answer; an older one while an answer is awaited."""
    edits: tuple[Edit, ...] = ()
    mask: PackedMask | None = None
    """The chosen hypothesis with the edits on it; None while there is nothing."""
    effect: Effect | None = None
    """What the step to this draft did in the database; undo must reverse it."""

    @property
    def has_prompt(self) -> bool:
        return bool(self.clicks) or self.box is not None

    @property
    def awaits_answer(self) -> bool:
        """Whether the segmenter has not answered this very prompt yet."""
        return self.has_prompt and self.answers != (self.clicks, self.box)

    @property
    def is_empty(self) -> bool:
        return not self.has_prompt and not self.edits

    @property
    def predicted_iou(self) -> float | None:
        """Of the chosen hypothesis, while no hand has changed it."""
        return self.ious[self.chosen] if self.ious and not self.edits else None

    def with_click(self, click: Click) -> Draft:
        """The draft with one more click."""
        return replace(self, clicks=(*self.clicks, click), effect=None)

    def with_box(self, box: Box) -> Draft:
        """The draft with another box."""
        return replace(self, box=box, effect=None)

    def with_answer(self, masks: tuple[PackedMask, ...], ious: tuple[float | None, ...]) -> Draft:
        """The segmenter's answer to this draft's prompt, best hypothesis first."""
        answers = (self.clicks, self.box)
        answered = replace(self, hypotheses=masks, ious=ious, chosen=0, answers=answers)
        return replace(answered, mask=answered._compose())

    def with_edit(self, edit: Edit) -> Draft:
        """The draft with its mask edited by hand."""
        mask = _apply(self.mask, edit, self.size)
        return replace(self, edits=(*self.edits, edit), mask=mask if mask.area else None, effect=None)

    def cycled(self) -> Draft:
        """The next hypothesis, with the same edits by hand on it."""
        if len(self.hypotheses) < 2:
            return self
        turned = replace(self, chosen=(self.chosen + 1) % len(self.hypotheses), effect=None)
        return replace(turned, mask=turned._compose())

    def composed(self) -> Draft:
        """The draft with its mask made anew of hypothesis and edits."""
        return replace(self, mask=self._compose())

    def as_json(self) -> dict[str, Any]:
        """What is stored with the ROI: enough to see, and to repeat, how it was made."""
        return {
            "clicks": [[click.x, click.y, int(click.positive)] for click in self.clicks],
            "box": list(self.box) if self.box else None,
            "hypothesis": self.chosen if self.hypotheses else None,
            "edits": [
                {
                    "kind": edit.kind,
                    "points": [[round(x, 2), round(y, 2)] for x, y in edit.points],
                    "radius": edit.radius,
                    "adding": edit.adding,
                }
                for edit in self.edits
            ],
        }

    def _compose(self) -> PackedMask | None:
        mask = self.hypotheses[self.chosen] if self.hypotheses else None
        for edit in self.edits:
            mask = _apply(mask, edit, self.size)
        return mask if mask is not None and mask.area else None


def _apply(mask: PackedMask | None, edit: Edit, size: tuple[int, int]) -> PackedMask:
    """`mask` with one edit: only the box that holds both is touched, whatever the picture's size."""
    base = mask or PackedMask(size, 0, 0, 0, 0, b"", 0)
    patch = _patch(edit, size)
    boxes = [
        (x, y, x + width, y + height)
        for x, y, width, height in (base.bbox, (patch.x, patch.y, patch.mask.shape[1], patch.mask.shape[0]))
        if width and height
    ]
    if not boxes:
        return base
    x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
    x1, y1 = max(box[2] for box in boxes), max(box[3] for box in boxes)
    joint = np.zeros((y1 - y0, x1 - x0), np.bool_)
    if base.area:
        joint[base.y - y0 : base.y - y0 + base.height, base.x - x0 : base.x - x0 + base.width] = base.crop()
    height, width = patch.mask.shape
    view = joint[patch.y - y0 : patch.y - y0 + height, patch.x - x0 : patch.x - x0 + width]
    view[patch.mask] = edit.adding
    return PackedMask.pack_crop(joint, x0, y0, size)


def _patch(edit: Edit, size: tuple[int, int]) -> Patch:
    if edit.kind == "stroke":
        return stroke_patch(edit.points, edit.radius, size)
    return polygon_patch(edit.points, size)
