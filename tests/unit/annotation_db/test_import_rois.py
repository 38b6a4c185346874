"""ROI files of three formats: what is taken, what is complained of, and that it is all or nothing."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pycocotools import mask as coco_mask

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, ImportRefused, Refused
from annotation_db.imports.reports import ImportReport
from annotation_db.imports.rois import read
from annotation_db.imports.run import import_rois
from annotation_db.pictures import images, masks, rois
from annotation_db.rating import exclusions
from annotation_db.records import RoiRecord

from .io_project import SIZE, box, project, write_json


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with project(tmp_path) as made:
        yield made


def blob() -> np.ndarray:
    mask = np.zeros(SIZE, dtype=np.bool_)
    mask[10:30, 20:50] = True
    mask[30:40, 20:30] = True
    return mask


def take(store: Store, tmp_path: Path, value: Any, **how: Any) -> ImportReport:
    return import_rois(store, write_json(tmp_path / "file.json", value), who="lead", **how)


def all_rois(store: Store) -> list[RoiRecord]:
    with store.read() as s:
        return rois.list_all(s)


def one_complaint(store: Store, tmp_path: Path, value: Any, **how: Any) -> str:
    report = take(store, tmp_path, value, **how)
    assert not report.applied
    assert len(report.complaints) == 1
    assert all_rois(store) == []
    return report.describe(report.complaints[0])


def test_all_ways_to_write_a_mask_give_the_same_mask(store: Store, tmp_path: Path) -> None:
    raw = coco_mask.encode(np.asfortranarray(blob().astype(np.uint8)))
    counts = raw["counts"].decode()
    flat = blob().ravel(order="F")
    edges = np.flatnonzero(np.diff(flat.astype(np.int8))) + 1
    runs = np.diff([0, *edges, flat.size]).tolist()
    size = list(SIZE)
    entries = [
        {"img": "a.png", "rle": {"size": size, "counts": counts}},
        {"img": "b.png", "rle": counts},
        {"img": "sub/c.png", "rle": {"size": size, "counts": runs}},
        {"img": "d.png", "rle": str(raw["counts"])},
        {"img": "./e.png", "rle": runs, "level": "component", "id": 12},
    ]
    report = take(store, tmp_path, entries)
    assert report.applied and report.added == 5 and report.format == "seagull"
    assert {roi.counts for roi in all_rois(store)} == {counts}
    last = all_rois(store)[-1]
    assert (last.level, last.external_id, last.segmenter) == ("component", "12", "imported")
    assert (masks.decode(masks.Rle(last.size, last.counts)) == blob()).all()


def test_a_box_is_filled(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, [{"img": "a.png", "points": [10, 20, 30, 40]}])
    (roi,) = all_rois(store)
    assert roi.bbox == (10, 20, 30, 40) and roi.area == 1200 and roi.level == "object"


def test_a_dry_run_tells_the_same_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    entries = [box("a.png", "r1"), box("b.png", "r1")]
    dry = take(store, tmp_path, entries, dry_run=True)
    assert not dry.applied and all_rois(store) == []
    real = take(store, tmp_path, entries)
    assert (dry.added, dry.already, dry.images, dry.complaints) == (2, 0, 2, ())
    assert (real.added, real.already, real.images, real.complaints) == (2, 0, 2, ())
    again = take(store, tmp_path, entries)
    assert (again.applied, again.added, again.already) == (True, 0, 2)
    assert len(all_rois(store)) == 2


def test_one_bad_entry_keeps_the_whole_file_out_unless_it_is_left_out(store: Store, tmp_path: Path) -> None:
    entries = [box("a.png", "r1"), box("zebra.png", "r1"), box("b.png", "r1", x=70)]
    report = take(store, tmp_path, entries)
    assert not report.applied and all_rois(store) == []
    assert [c.line for c in report.complaints] == [2, 3]
    skipped = take(store, tmp_path, entries, skip=True)
    assert skipped.applied and skipped.left_out == 2 and len(all_rois(store)) == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (box("../../etc/passwd", "r1"), "no picture ../../etc/passwd is in the project"),
        (box("c:\\windows\\win.ini", "r1"), "no picture"),
        ({"points": [1, 1, 30, 30]}, '"img" must be a text'),
        ({"img": "a\0.png", "points": [1, 1, 30, 30]}, "control characters"),
        ({"img": "x" * 5000, "points": [1, 1, 30, 30]}, "longer than 4096"),
        ({"img": "a.png"}, 'neither "rle" nor "points"'),
        ("a.png", "must be an object"),
        ({"img": "a.png", "points": [1, 2, 3]}, "a box [x, y, width, height]"),
        ({"img": "a.png", "points": [1, 2, 0, 3]}, "empty"),
        ({"img": "a.png", "points": [1, 2, 10, "3"]}, "must be a number"),
        ({"img": "a.png", "points": [1, 2, 10, True]}, "must be a number"),
        ({"img": "a.png", "points": [1, 2, 10, 10**300]}, "no place in a picture"),
        ({"img": "a.png", "points": [70, 2, 20, 20]}, "outside the picture of 80 x 60"),
        ({"img": "a.png", "points": [1, 2, 3, 3]}, "covers 9 pixels, but ROIs need 16"),
        ({"img": "a.png", "rle": {"size": [80, 60], "counts": "01"}}, "size is [height, width]"),
        ({"img": "a.png", "rle": {"size": [10**9, 10**9], "counts": "01"}}, "but the picture is 80 x 60"),
        ({"img": "a.png", "rle": {"size": [int("9" * 4000), 80], "counts": "01"}}, "80 x 99999"),
        ({"img": "a.png", "rle": {"size": "big", "counts": "01"}}, '"size" must be [height, width]'),
        ({"img": "a.png", "rle": {"counts": "zzzzzz"}}, "damaged"),
        ({"img": "a.png", "rle": "é"}, "damaged"),
        ({"img": "a.png", "rle": "P" * 100_000}, "damaged"),
        ({"img": "a.png", "rle": [1, 2, -3]}, "do not add up"),
        ({"img": "a.png", "rle": [4800.0]}, "whole numbers"),
        ({"img": "a.png", "rle": [4800]}, "empty"),
        ({"img": "a.png", "rle": {"size": [60, 80]}}, '"counts" must be'),
        ({**box("a.png", "r1"), "level": "whole"}, '"object" or "component"'),
        ({**box("a.png", "r1"), "id": ["r1"]}, '"id" must be a text'),
    ],
)
def test_what_is_complained_of(store: Store, tmp_path: Path, entry: Any, said: str) -> None:
    told = one_complaint(store, tmp_path, [entry])
    assert told.startswith("entry 1: ") and said in told
    assert "\n" not in told and len(told) < 300


def test_two_entries_of_one_mask_or_one_id(store: Store, tmp_path: Path) -> None:
    same = [box("a.png", "r1"), box("a.png", "r2")]
    assert "the same mask stands in entry 1" in one_complaint(store, tmp_path, same)
    twice = [box("a.png", "r1"), box("a.png", "r1", x=40)]
    assert 'the id "r1" is taken' in one_complaint(store, tmp_path, twice)


def test_an_id_of_the_file_is_never_taken_by_one_of_ours(store: Store, tmp_path: Path) -> None:
    entries = [{"img": "a.png", "points": [5, 5, 20, 30]}, box("a.png", "r1", x=40)]
    assert take(store, tmp_path, entries).applied
    assert {roi.external_id: roi.bbox[0] for roi in all_rois(store)} == {"r1": 40, "r2": 5}


def test_a_withdrawn_roi_does_not_come_back_by_import(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, [box("a.png", "r1")])
    with store.write("lead") as s:
        exclusions.exclude(s, "roi", rois.list_all(s)[0].id, reason="off the object", who="lead")
    again = take(store, tmp_path, [box("a.png", "r1")])
    assert (again.added, again.already) == (0, 1) and all_rois(store) == []


def test_a_name_that_fits_two_pictures_is_ambiguous(tmp_path: Path) -> None:
    from .io_project import pictures

    photos = pictures(tmp_path / "photos", ["one/x.png", "two/x.png"])
    with project(tmp_path, photos=photos) as store:
        assert "2 pictures of the project are called x.png" in one_complaint(
            store, tmp_path, [box("x.png", "r1")]
        )
        assert take(store, tmp_path, [box("one/x.png", "r1"), box("photos/two/x.png", "r1")]).applied


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe[\x00]\x00", "UTF-16"),
        (b'[{"img": "\xe9.png"}]', "not UTF-8 text (line 1)"),
        (b"[{]", "not JSON (line 1"),
        (b"", "not JSON"),
        (b'[{"img": "a.png", "points": [NaN, 1, 2, 3]}]', "NaN"),
        (b'[{"img": "a.png", "points": [' + b"9" * 5000 + b"]}]", "thousands of digits"),
        (b"[" * 200_000, "nested too deeply"),
        (b'"text"', "is not a SEAGULL list"),
        (b"{}", "is not a SEAGULL list"),
    ],
)
def test_files_that_are_no_roi_files(store: Store, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        import_rois(store, file, who="lead")
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_missing_file_and_another_format(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="There is no file"):
        import_rois(store, tmp_path / "nowhere.json", who="lead")
    with pytest.raises(ImportRefused, match="is not a coco file"):
        take(store, tmp_path, [], fmt="coco")
    with pytest.raises(ImportRefused, match="only labelme may be a folder"):
        import_rois(store, tmp_path, fmt="coco", who="lead")
    assert "holds no ROIs" in take(store, tmp_path, []).complaints[0].message


def test_a_byte_order_mark_is_no_harm(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "bom.json"
    file.write_text(json.dumps([box("a.png", "r1")]), encoding="utf-8-sig")
    assert import_rois(store, file, who="lead").added == 1


def test_stopping_changes_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        take(store, tmp_path, [box("a.png", "r1")], cancelled=lambda: True)
    assert all_rois(store) == []


def coco_file(*annotations: dict[str, Any]) -> dict[str, Any]:
    return {"images": [{"id": 7, "file_name": "a.png"}], "annotations": [*annotations], "categories": []}


def test_coco_polygons_run_lengths_and_crowds(store: Store, tmp_path: Path) -> None:
    raw = coco_mask.encode(np.asfortranarray(blob().astype(np.uint8)))
    square = [10.0, 10.0, 40.0, 10.0, 40.0, 40.0, 10.0, 40.0]
    second = [50.0, 10.0, 60.0, 10.0, 60.0, 40.0]
    crowd = {"size": list(SIZE), "counts": [100, 900, 3800]}
    report = take(
        store,
        tmp_path,
        coco_file(
            {"id": 1, "image_id": 7, "segmentation": [square, second], "iscrowd": 0},
            {"id": 2, "image_id": 7, "segmentation": {"size": list(SIZE), "counts": raw["counts"].decode()}},
            {
                "id": 3,
                "image_id": 7,
                "segmentation": crowd,
                "iscrowd": 1,
                "attributes": {"level": "component"},
            },
        ),
    )
    assert report.applied and report.format == "coco"
    polygon, compressed, uncompressed = all_rois(store)
    expected = coco_mask.merge(coco_mask.frPyObjects([square, second], *SIZE))
    assert polygon.counts == expected["counts"].decode() and polygon.external_id == "1"
    assert compressed.area == int(blob().sum())
    assert uncompressed.area == 900 and uncompressed.level == "component"


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ({"id": 1, "image_id": 8, "segmentation": [[1, 1, 20, 1, 20, 20]]}, "not among the file's images"),
        ({"id": 1, "image_id": [7], "segmentation": []}, "not among the file's images"),
        ({"id": 1, "image_id": 7, "bbox": [1, 1, 20, 20]}, "a ROI needs a mask"),
        ({"id": 1, "image_id": 7, "segmentation": [[1, 1, 20, 1]]}, "three corners or more"),
        ({"id": 1, "image_id": 7, "segmentation": [[1, 1, 20, 1, 2000, 20]]}, "outside the picture"),
        ({"id": 1, "image_id": 7, "segmentation": [["1", 1, 20, 1, 20, 20]]}, "must be a number"),
    ],
)
def test_coco_complaints(store: Store, tmp_path: Path, annotation: dict[str, Any], said: str) -> None:
    assert said in one_complaint(store, tmp_path, coco_file(annotation))


def shape(kind: str, points: list[Any], label: str = "dog", **more: Any) -> dict[str, Any]:
    return {"label": label, "shape_type": kind, "points": points, **more}


def labelme_file(*shapes: dict[str, Any], picture: str = "..\\photos\\a.png") -> dict[str, Any]:
    return {"imagePath": picture, "imageHeight": SIZE[0], "imageWidth": SIZE[1], "shapes": [*shapes]}


def png(mask: np.ndarray) -> str:
    raw = io.BytesIO()
    Image.fromarray(mask.astype(np.uint8) * 255).convert("1").save(raw, "PNG")
    return base64.b64encode(raw.getvalue()).decode()


def wordy_png() -> str:
    """A mask with more text in it, packed small, than is ever unpacked."""
    raw, text = io.BytesIO(), PngInfo()
    text.add_text("Comment", " " * 3_000_000, zip=True)
    Image.new("1", (21, 11), 1).save(raw, "PNG", pnginfo=text)
    return base64.b64encode(raw.getvalue()).decode()


def test_labelme_shapes_of_every_kind(store: Store, tmp_path: Path) -> None:
    inside = np.ones((11, 21), dtype=np.bool_)
    inside[0, 0] = False
    report = take(
        store,
        tmp_path,
        labelme_file(
            shape("polygon", [[10, 10], [30, 10], [30, 30], [10, 30]]),
            shape("rectangle", [[70, 50], [40, 20]]),
            shape("circle", [[40, 30], [50, 30]]),
            shape("mask", [[20, 10], [40, 20]], mask=png(inside)),
        ),
    )
    assert report.applied and report.format == "labelme"
    polygon, rectangle, circle, bitmap = all_rois(store)
    assert polygon.external_id == "dog-1" and polygon.area == 400
    assert rectangle.bbox == (40, 20, 30, 30) and rectangle.area == 900
    assert circle.bbox == (30, 20, 20, 20) and abs(circle.area - np.pi * 100) < 6
    assert bitmap.bbox == (20, 10, 21, 11) and bitmap.area == 21 * 11 - 1


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (shape("point", [[1, 1]]), "is no region"),
        (shape("linestrip", [[1, 1], [9, 9], [20, 20]]), "is no region"),
        (shape("polygon", [[1, 1], [9, 9]]), "is no region"),
        (shape("mask", [[20, 10], [40, 20]], mask="%%%"), "damaged"),
        (shape("mask", [[20, 10], [40, 20]], mask="é"), "damaged"),
        (shape("mask", [[20, 10], [40, 20]], mask=base64.b64encode(b"GIF89a").decode()), "damaged"),
        (shape("mask", [[20, 10], [40, 20]], mask=wordy_png()), "damaged"),
        (shape(["x"], [[20, 10], [40, 20]]), '"shape_type" must be a text, not ["x"]'),  # type: ignore[arg-type]
        (shape("mask", [[20, 10], [40, 20]], mask=png(np.ones((5, 5), dtype=np.bool_))), "size of its box"),
        (shape("mask", [[70, 10], [90, 20]], mask=png(np.ones((11, 21), dtype=np.bool_))), "outside"),
        (shape("circle", [[1, 1], ["x", 2]]), "must be a number"),
    ],
)
def test_labelme_complaints(store: Store, tmp_path: Path, bad: dict[str, Any], said: str) -> None:
    assert said in one_complaint(store, tmp_path, labelme_file(bad))


def test_a_folder_of_labelme_files(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "labelme"
    folder.mkdir()
    square = shape("polygon", [[10, 10], [30, 10], [30, 30], [10, 30]])
    write_json(folder / "a.json", labelme_file(square))
    write_json(folder / "b.json", labelme_file(square, picture="b.png"))
    report = import_rois(store, folder, who="lead")
    assert report.applied and report.added == 2
    write_json(folder / "other.json", {"version": 1})
    refused = import_rois(store, folder, who="lead")
    assert not refused.applied and "other.json is no labelme file" in refused.complaints[0].message


def test_shapes_drawn_on_a_picture_of_another_size(store: Store, tmp_path: Path) -> None:
    data = labelme_file(shape("polygon", [[10, 10], [30, 10], [30, 30]])) | {"imageHeight": 61}
    assert "drawn on a picture of 80 x 61" in one_complaint(store, tmp_path, data)


def test_an_image_of_the_index_is_the_one_of_the_project(store: Store) -> None:
    with store.read() as s:
        assert images.find(s, "sub/c.png").path == "sub/c.png"


SPOKEN = (
    "img a.png id rle size counts points level object segmentation shape_type imagePath label circle mask "
    "polygon rectangle attributes roi flags PPYo1 b'01' \ud800 60"
)
WORDS = st.sampled_from(SPOKEN.split(" "))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.just([60, 80]) | st.just([4800]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=25,
)


WRAPPED = (
    VALUES
    | st.builds(lambda rle: [{"img": "a.png", "rle": rle}], VALUES)
    | st.builds(lambda box: [{"img": "a.png", "points": box}], st.lists(VALUES, min_size=4, max_size=4))
    | st.builds(lambda mask: coco_file({"image_id": 7, "segmentation": mask}), VALUES)
    | st.builds(lambda kind, points: labelme_file(shape(kind, points)), WORDS, st.lists(VALUES, max_size=3))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(WRAPPED)
def test_any_json_is_rois_complaints_or_one_refusal(tmp_path: Path, value: Any) -> None:
    file = tmp_path / "fuzz.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    try:
        reading = read(file, "auto")
    except ImportRefused as refused:
        assert "\n" not in str(refused)
        return
    for candidate in reading.candidates:
        try:
            assert candidate.draw(SIZE).size == SIZE
        except Refused as refused:
            assert "\n" not in str(refused)
