"""Pictures that moved, were renamed, are withdrawn; a project that moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.labels import labels
from annotation_db.labels.label_rules import policy_named
from annotation_db.pictures import images, rois
from annotation_db.pictures.relocation import relocate
from annotation_db.rating import assignments, coverage, exclusions, ratings
from seagull_studio.operations import pictures
from tests.unit.annotation_db.conftest import Filled, box_mask, save_picture


def files(store: Store) -> dict[str, Path]:
    with store.read() as s:
        return {image.path: images.absolute_path(image) for image in images.list_all(s)}


def test_a_moved_folder_and_renamed_files_are_found_by_their_bytes(filled: Filled, tmp_path: Path) -> None:
    store, old = filled.store, tmp_path / "pictures"
    moved = tmp_path / "elsewhere" / "deep"
    moved.mkdir(parents=True)
    (old / "p0.png").rename(moved / "p0.png")
    (old / "p1.png").rename(moved / "renamed.png")
    (old / "p2.png").unlink()
    save_picture(moved / "p2.png", 99)
    done = relocate(store, tmp_path / "elsewhere", "lead")
    assert dict(done.found) == {"p0.png": moved / "p0.png", "p1.png": moved / "renamed.png"}
    assert done.missing == ("p2.png",) and "p2.png is not the picture p2.png" in done.differing[0]
    found = files(store)
    assert found["p0.png"] == moved / "p0.png"  # the name that files of votes use stays
    assert found["deep/renamed.png"] == moved / "renamed.png"
    with store.read() as s:
        assert [images.verify(image) is None for image in images.list_all(s)] == [True, True, False]
        assert audit.list_all(s, 1)[0].action == "image.relocate"
    save_picture(old / "p2.png", 2)
    with pytest.raises(Refused, match="No picture of the project is missing"):
        relocate(store, moved, "lead")


def test_what_is_not_there_changes_nothing(filled: Filled, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    before = files(filled.store)
    (tmp_path / "pictures").rename(tmp_path / "moved")
    save_picture(tmp_path / "bare" / "p1.png", 50)
    with pytest.raises(Refused, match=r"None of the 3 missing pictures.*1 files there have the name"):
        relocate(filled.store, tmp_path / "bare", "lead")
    with pytest.raises(Refused, match="There is no folder"):
        relocate(filled.store, tmp_path / "nowhere", "lead")
    assert files(filled.store) == before
    assert len(relocate(filled.store, tmp_path / "moved", "lead").found) == 3
    (tmp_path / "moved").rename(tmp_path / "pictures")
    assert len(relocate(filled.store, tmp_path / "pictures", "lead").found) == 3
    assert files(filled.store) == before


def test_a_withdrawn_picture_takes_its_rois_along(any_filled: Filled) -> None:
    store, who = any_filled.store, any_filled.annotators[0].id
    gone, stays = any_filled.images[0], any_filled.images[1]
    with store.write() as s:
        for roi in any_filled.rois:
            ratings.submit(s, roi_id=roi.id, annotator_id=who, votes=[5] * 6 + [1, 2])
    done = pictures.withdraw(store, gone.path, "  a copy ", "lead")
    assert (done.image, done.rois) == (gone.path, 2)
    theirs = {roi.id for roi in any_filled.rois if roi.image_id == gone.id}
    policy = policy_named("paper", min_raters=1)
    with store.read() as s:
        assert {label.roi_id for label in labels.compute(s, policy)}.isdisjoint(theirs)
        assert {roi.id for roi in rois.list_all(s)}.isdisjoint(theirs)
        assert set(ratings.counting(s)).isdisjoint(theirs)
        other = any_filled.annotators[1].id
        assert {e.roi.id for e in assignments.next_entries(s, other, limit=99)}.isdisjoint(theirs)
        counted = coverage.coverage(s)
        assert (counted.images, counted.rois, counted.ratings, counted.images_without_roi) == (2, 4, 4, 0)
        assert coverage.per_annotator(s)[0][1] == 4
        assert [image.withdrawn for image in images.list_all(s)] == [True, False, False]
        assert exclusions.standing(s, "image")[0].reason == "a copy"
        assert audit.list_all(s, 1)[0].action == "image.exclude"
    with store.write() as s:
        with pytest.raises(Refused, match="was withdrawn"):
            ratings.submit(s, roi_id=min(theirs), annotator_id=other, votes=[5] * 6 + [1, 2])
        with pytest.raises(Refused, match="is withdrawn; bring it back"):
            rois.add(s, image_id=gone.id, mask=box_mask(9, 9, 33, 33), who="lead")
    with pytest.raises(Refused, match="not withdrawn"):
        pictures.restore(store, stays.path, "lead")
    with pytest.raises(Refused, match="reason"):
        pictures.withdraw(store, stays.path, " ", "lead")
    with pytest.raises(NotFound):
        pictures.withdraw(store, "unknown.png", "x", "lead")
    assert pictures.restore(store, gone.path, "lead").rois == 2
    with store.read() as s:
        assert {label.roi_id for label in labels.compute(s, policy)} >= theirs
