"""One rule for names at every door: what a project holds and exports, it and others import again."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotation_db.database.store import Store
from annotation_db.exports.run import export
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.pictures import images, masks, rois
from annotation_db.pictures.image_index import ImageIndex
from annotation_db.pictures.picture_files import PictureFacts
from annotation_db.pictures.picture_scan import ScannedPicture, ScanResult
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes

from .io_project import pictures, project

SIZE: Final = (20, 24)
ROOTS: Final = ("a/pics", "b/pics", "c", "c/pics")
"""Two folders of one name, and one within another."""
FAMILY: Final = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
SEEN: Final = [
    "Screenshot 2026-11-28 at 9.41.02\u202fAM.png",
    "\u3000leading ideographic.png",
    " leading blank.png",
    "trailing blank .png",
    "no\xa0break.png",
    f"{FAMILY}.png",
    "\u200fright\u200eleft\u202e.png",
    f"{'long/' * 60}x.png",
    "x" * 250 + ".png",
    "Case.png",
    "case.png",
    "CASE.PNG",
    unicodedata.normalize("NFC", "été.png"),
    unicodedata.normalize("NFD", "été.png"),
    "pics/x.png",
    "x.png",
    "x.png/x.png",
    "back\\slash.png",
    'quote".png',
    "comma, semicolon; tab-less.png",
    "#hash=1.png",
    "-1+1.png",
    "groß.png",
    "GROSS.png",
    "\ufeffmark.png",
]
characters = st.sampled_from(
    " \xa0\u202f\u3000\u200d\u200e\u200f\u202e\ufeffaAéE\u0301ıİß.,;\"'\\#=-"
) | st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"], blacklist_characters="/")
words = st.text(characters, min_size=1, max_size=12).filter(lambda text: text not in (".", ".."))
paths = st.lists(words, min_size=1, max_size=3).map("/".join).map(lambda path: f"{path}.png")
filed = st.lists(
    st.tuples(st.sampled_from(ROOTS), st.sampled_from(SEEN) | paths), min_size=2, max_size=8, unique=True
)
called = st.text(characters, min_size=1, max_size=9).map(str.strip).filter(bool)


def made(folder: Path, name: str, files: list[tuple[str, str]]) -> Store:
    """A project of pictures that are rows only: nothing here looks at pixels."""
    store = Store.create(folder / name, "Names", min_roi_area=4, seed=1)
    with store.write("lead") as s:
        for root in dict.fromkeys(root for root, _ in files):
            found = tuple(
                ScannedPicture(path, _facts(root, path)) for its, path in sorted(files) if its == root
            )
            assert not images.add(s, ScanResult(folder / root, found, (), 0), who="lead").refused
    return store


def _facts(root: str, path: str) -> PictureFacts:
    digest = hashlib.sha256(f"{root}\n{path}".encode()).hexdigest()
    return PictureFacts(digest, 1, SIZE[1], SIZE[0], 1, "PNG", "RGB")


def fill(store: Store, ids: list[str], people: list[str]) -> None:
    with store.write("lead") as s:
        new = [
            rois.NewRoi(image.id, name, "object", masks.measured(masks.from_box(k, k, 9, 9, SIZE)))
            for image in images.list_all(s)
            for k, name in enumerate(ids)
        ]
        added = rois.add_many(s, new, "lead")
        persons = [annotators.add(s, name, who="lead").id for name in people]
        ratings.submit_many(
            s, [NewRating(roi, p, Votes(*[(roi + p) % 5] * 8)) for roi in added for p in persons]
        )


def contents(store: Store) -> set[tuple[Any, ...]]:
    with store.read() as s:
        pictures_of = {image.id: image.sha256 for image in images.list_all(s)}
        regions = {roi.id: roi for roi in rois.list_all(s)}
        names = {person.id: person.name for person in annotators.list_all(s)}
        return {
            (pictures_of[roi.image_id], roi.external_id, roi.uid, roi.counts, names[person], *rating.votes)
            for rating in ratings.all_latest(s)
            for roi, person in [(regions[rating.roi_id], rating.annotator_id)]
        }


@settings(max_examples=4, deadline=None)
@given(filed, st.lists(called, min_size=1, max_size=3, unique=True), st.lists(called, min_size=1, max_size=2))
@example([("a/pics", name) for name in SEEN] + [("b/pics", "x.png"), ("c", "Case.png")], ["r1"], ["Ada"])
def test_what_is_exported_is_imported_again(
    files: list[tuple[str, str]], ids: list[str], people: list[str]
) -> None:
    people = list({unicodedata.normalize("NFC", name): name for name in people})
    with TemporaryDirectory() as folder, made(Path(folder), "one", files) as one:
        fill(one, ids, people)
        before = contents(one)
        assert len(before) == len(files) * len(ids) * len(people)
        out = export(one, Path(folder) / "out", formats=["seagull", "coco"]).folder
        with made(Path(folder), "two", files) as two:
            for store, added in ((one, 0), (two, len(files) * len(ids))):
                for file in ("rois.json", "coco.json"):
                    report = import_rois(store, out / file, who="lead")
                    assert report.applied and report.added == added, report.complaints
                    added = 0
                votes = import_ratings(store, out / "votes.csv", who="lead")
                assert votes.applied, votes.complaints
                assert votes.added == (0 if store is one else len(before)) and not votes.revised
                assert contents(store) == before


def test_folders_are_scanned_by_the_same_rule(tmp_path: Path) -> None:
    names = [name for name in SEEN if not name.startswith("x.png")]
    photos = pictures(tmp_path / "photos", names)
    with project(tmp_path, photos=photos) as store:
        with store.read() as s:
            stored = images.list_all(s)
            index = ImageIndex(stored)
            assert sorted(image.path for image in stored) == sorted(names)
            for image in stored:
                assert index.find(image.path) == images.find(s, image.path) == image
        out = export(store, tmp_path / "out", copy_images=True).folder
        assert out.is_dir()


@pytest.mark.parametrize("written", ["  a.png ", "photos\\a.png", "./a.png", "photos/a.png"])
def test_names_typed_by_hand_are_found_too(tmp_path: Path, written: str) -> None:
    with project(tmp_path) as store, store.read() as s:
        assert ImageIndex(images.list_all(s)).find(written).path == "a.png"


def test_pictures_under_one_folder_find_their_names_of_two(tmp_path: Path) -> None:
    """Two folders of one name, exported; and the same pictures in a project of their parent folder."""
    files = [("a/pics", "x.png"), ("b/pics", "x.png")]
    with made(tmp_path, "one", files) as one:
        fill(one, ["z"], ["Ada"])
        out = export(one, tmp_path / "out").folder
    with Store.create(tmp_path / "two", "Parent", min_roi_area=4) as two:
        found = tuple(ScannedPicture(f"{root}/{path}", _facts(root, path)) for root, path in files)
        with two.write("lead") as s:
            images.add(s, ScanResult(tmp_path, found, (), 0), who="lead")
        report = import_rois(two, out / "rois.json", who="lead")
        assert report.applied and report.added == 2, report.complaints
        assert import_ratings(two, out / "votes.csv", who="lead").added == 2
