"""Drafts: exact undo, edits by hand on top of hypotheses, masks kept small."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from seagull_studio.state.draft import Click, Draft, Edit
from seagull_studio.state.history import History
from seagull_studio.state.packed_mask import PackedMask

SIZE = (40, 60)


def rectangle(y0: int, y1: int, x0: int, x1: int) -> np.ndarray:
    mask = np.zeros(SIZE, np.bool_)
    mask[y0:y1, x0:x1] = True
    return mask


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, max_side=23)))
def test_packing_keeps_every_pixel(mask: np.ndarray) -> None:
    packed = PackedMask.pack(mask)
    assert np.array_equal(packed.unpack(), mask)
    assert packed.area == mask.sum()
    if mask.any():
        x, y, width, height = packed.bbox
        ys, xs = np.nonzero(mask)
        assert (x, y, x + width - 1, y + height - 1) == (xs.min(), ys.min(), xs.max(), ys.max())


def test_a_click_is_answered_and_then_edited_by_hand() -> None:
    draft = Draft(SIZE).with_click(Click(10.5, 8.5, True))
    assert draft.awaits_answer and draft.mask is None
    draft = draft.with_answer((PackedMask.pack(rectangle(5, 15, 5, 20)),), (0.9,))
    assert not draft.awaits_answer and draft.predicted_iou == 0.9
    painted = draft.with_edit(Edit("polygon", ((30, 5), (40, 5), (40, 15), (30, 15)), 0, True))
    assert painted.mask is not None and painted.mask.area == 10 * 15 + 10 * 10
    assert painted.predicted_iou is None, "a hand changed it: the network said nothing of this mask"
    erased = painted.with_edit(Edit("stroke", ((10.0, 10.0),), 50.0, False))
    assert erased.mask is None


def test_cycling_keeps_the_edits_by_hand() -> None:
    masks = tuple(PackedMask.pack(rectangle(5, 15, 5, x)) for x in (10, 20, 30))
    edit = Edit("polygon", ((50, 30), (55, 30), (55, 35), (50, 35)), 0, True)
    draft = Draft(SIZE).with_click(Click(6, 6, True)).with_answer(masks, (0.9, 0.8, 0.7)).with_edit(edit)
    areas = []
    for _ in range(4):
        areas.append(draft.mask.area if draft.mask else 0)
        draft = draft.cycled()
    assert areas == [50 + 25, 150 + 25, 250 + 25, 50 + 25]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-5, 65), st.floats(-5, 45), st.floats(0.5, 12), st.booleans()),
        min_size=1,
        max_size=8,
    )
)
def test_edits_are_what_painting_on_a_whole_mask_gives(
    strokes: list[tuple[float, float, float, bool]],
) -> None:
    """The incremental, cropped composition equals the plain one on full-size arrays."""
    start = rectangle(10, 30, 10, 40)
    draft = Draft(SIZE).with_click(Click(12, 12, True)).with_answer((PackedMask.pack(start),), (None,))
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]] + 0.5
    expected = start.copy()
    for x, y, radius, adding in strokes:
        draft = draft.with_edit(Edit("stroke", ((x, y),), radius, adding))
        expected[(columns - x) ** 2 + (rows - y) ** 2 <= radius**2] = adding
    got = draft.mask.unpack() if draft.mask else np.zeros(SIZE, np.bool_)
    assert np.array_equal(got, expected)


@given(st.lists(st.sampled_from(["push", "undo", "redo"]), max_size=40))
def test_history_behaves_like_a_list_with_a_cursor(acts: list[str]) -> None:
    history, states, at = History(0), [0], 0
    for number, act in enumerate(acts, start=1):
        if act == "push":
            history, states = history.push(number), [*states[: at + 1], number]
            at += 1
        elif act == "undo":
            history, at = history.undo(), max(0, at - 1)
        else:
            history, at = history.redo(), min(len(states) - 1, at + 1)
        assert history.present == states[at]
        assert (history.can_undo, history.can_redo) == (at > 0, at < len(states) - 1)


def test_what_is_stored_with_the_roi_tells_how_it_was_made() -> None:
    draft = (
        Draft(SIZE)
        .with_click(Click(1.25, 2.5, True))
        .with_box((0, 0, 10, 10))
        .with_answer((PackedMask.pack(rectangle(0, 9, 0, 9)),), (0.5,))
        .with_edit(Edit("stroke", ((1.234, 2.0),), 3.0, False))
    )
    told = draft.as_json()
    assert told["clicks"] == [[1.25, 2.5, 1]]
    assert told["box"] == [0, 0, 10, 10]
    assert told["hypothesis"] == 0
    assert told["edits"] == [{"kind": "stroke", "points": [[1.23, 2.0]], "radius": 3.0, "adding": False}]


def test_drafts_are_immutable() -> None:
    with pytest.raises(AttributeError):
        Draft(SIZE).chosen = 1  # type: ignore[misc]
