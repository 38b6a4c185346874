"""Pictures that moved, were renamed, are withdrawn; a project that moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.labels import labels
from annotation_db.labels.label_rules import policy_named
from annotation_db.pictures import images, relocation, rois
from annotation_db.pictures.relocation import relocate
from annotation_db.rating import assignments, coverage, exclusions, ratings
from annotation_db.records import NewRating
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
            ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=who, votes=[5] * 6 + [1, 2]))
    done = pictures.withdraw(store, gone.id, "  a copy ", "lead")
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
            ratings.submit(s, NewRating(roi_id=min(theirs), annotator_id=other, votes=[5] * 6 + [1, 2]))
        with pytest.raises(Refused, match="is withdrawn; bring it back"):
            rois.add(s, image_id=gone.id, mask=box_mask(9, 9, 33, 33), who="lead")
    with pytest.raises(Refused, match="not withdrawn"):
        pictures.restore(store, stays.id, "lead")
    with pytest.raises(Refused, match="reason"):
        pictures.withdraw(store, stays.id, " ", "lead")
    with pytest.raises(NotFound):
        pictures.withdraw(store, 99, "x", "lead")
    assert pictures.restore(store, gone.id, "lead").rois == 2
    with store.read() as s:
        assert {label.roi_id for label in labels.compute(s, policy)} >= theirs


def two(store: Store, folder: Path) -> None:
    """Two pictures of different bytes."""
    for number, size in ((0, (64, 48)), (1, (60, 48))):
        save_picture(folder / f"f{number}.png", number, size)
    with store.write("lead") as s:
        images.add(s, images.scan_folder(folder), who="lead")


def by_hash(store: Store) -> dict[str, Path]:
    with store.read() as s:
        return {image.sha256: images.absolute_path(image) for image in images.list_all(s)}


def test_names_that_went_round_among_pictures_are_found(any_store: Store, tmp_path: Path) -> None:
    two(any_store, tmp_path / "p")
    first, second = by_hash(any_store)
    (tmp_path / "p" / "f1.png").rename(tmp_path / "p" / "f2.png")
    (tmp_path / "p" / "f0.png").rename(tmp_path / "p" / "f1.png")
    assert len(relocate(any_store, tmp_path / "p", "lead").found) == 2
    assert by_hash(any_store) == {first: tmp_path / "p" / "f1.png", second: tmp_path / "p" / "f2.png"}


def test_files_of_one_size_that_changed_their_names_are_not_taken_for_each_other(
    any_store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "p"
    for number in range(3):  # of one size, as files without compression are
        save_picture(folder / f"f{number}.bmp", number)
    with any_store.write() as s:
        images.add(s, images.scan_folder(folder), who="lead")
    first, second, third = by_hash(any_store)
    with pytest.raises(Refused, match="No picture of the project is missing"):
        relocate(any_store, folder, "lead")
    (folder / "f0.bmp").rename(folder / "aside")
    (folder / "f1.bmp").rename(folder / "f0.bmp")
    (folder / "aside").rename(folder / "f1.bmp")
    done = relocate(any_store, folder, "lead")
    assert [path for path, _ in done.found] == ["f0.bmp", "f1.bmp"] and done.missing == ()
    assert by_hash(any_store) == {
        first: folder / "f1.bmp",
        second: folder / "f0.bmp",
        third: folder / "f2.bmp",
    }


def test_a_file_that_was_changed_in_its_place_is_told_of(any_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    for number in range(2):
        save_picture(folder / f"f{number}.bmp", number)
    with any_store.write() as s:
        images.add(s, images.scan_folder(folder), who="lead")
    save_picture(folder / "f0.bmp", 7)
    with pytest.raises(Refused, match=r"None of the 1 missing pictures.*1 files there have the name"):
        relocate(any_store, folder, "lead")


def test_a_picture_may_have_the_name_of_one_that_is_missing(any_store: Store, tmp_path: Path) -> None:
    two(any_store, tmp_path / "p")
    first, second = by_hash(any_store)
    (tmp_path / "p" / "f1.png").unlink()
    (tmp_path / "p" / "f0.png").rename(tmp_path / "p" / "f1.png")
    done = relocate(any_store, tmp_path / "p", "lead")
    assert done.missing == ("f1.png",) and by_hash(any_store)[first] == tmp_path / "p" / "f1.png"
    with any_store.read() as s:
        assert len({image.path for image in images.list_all(s)}) == 2
        assert [images.is_there(image) for image in images.list_all(s)].count(False) == 1
    assert second in by_hash(any_store)


def test_files_that_go_while_they_are_looked_at_are_passed_over(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pictures").rename(tmp_path / "moved")
    (tmp_path / "moved" / "a.png").write_bytes(b"x")
    files_of = relocation._files

    def going(folder: Path) -> Iterator[Path]:
        for path in files_of(folder):
            if path.name == "a.png":
                path.unlink()
            yield path

    monkeypatch.setattr(relocation, "_files", going)
    assert len(relocate(filled.store, tmp_path / "moved", "lead").found) == 3


def test_of_two_pictures_of_one_path_each_is_withdrawn_and_brought_back(store: Store, tmp_path: Path) -> None:
    for number in range(2):
        save_picture(tmp_path / f"d{number}" / "dog.png", number)
        with store.write("lead") as s:
            images.add(s, images.scan_folder(tmp_path / f"d{number}"), who="lead")
    with store.read() as s:
        one, other = images.list_all(s)
    for image in (one, other):
        pictures.withdraw(store, image.id, "x", "lead")
    told = [name for name, _ in pictures.withdrawn(store)]
    assert told == [images.absolute_path(image).as_posix() for image in (one, other)]
    pictures.restore(store, pictures.named(store, told[1]), "lead")
    with store.read() as s:
        assert [image.withdrawn for image in images.list_all(s)] == [True, False]
