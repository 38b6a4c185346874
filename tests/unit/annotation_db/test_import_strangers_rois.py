"""ROI files as other programs write them, right ones and wrong ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from annotation_db.database.store import Store
from annotation_db.errors import ImportRefused
from annotation_db.imports.reports import ImportReport
from annotation_db.imports.run import import_rois
from annotation_db.pictures import masks, rois
from annotation_db.records import RoiRecord

from .io_project import SIZE, pictures, project, write_json

SQUARE = [10, 10, 30, 10, 30, 30, 10, 30]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with project(tmp_path) as made:
        yield made


def take(store: Store, tmp_path: Path, value: Any, **how: Any) -> ImportReport:
    return import_rois(store, write_json(tmp_path / "file.json", value), who="lead", **how)


def all_rois(store: Store) -> list[RoiRecord]:
    with store.read() as s:
        return rois.list_all(s)


def coco(*annotations: dict[str, Any], **image: Any) -> dict[str, Any]:
    return {"images": [{"id": 1, "file_name": "a.png", **image}], "annotations": [*annotations]}


def labelme(*shapes: dict[str, Any], **more: Any) -> dict[str, Any]:
    size = {"imageHeight": SIZE[0], "imageWidth": SIZE[1]}
    return {"imagePath": "a.png", "shapes": [*shapes], **size, **more}


SIZES = [
    ({"width": 40, "height": 30}, "40 x 30"),
    ({"width": 160, "height": 120}, "160 x 120"),
    ({"width": 40.0, "height": 30.0}, "40.0 x 30.0"),
    ({"width": 80.5, "height": 60}, "80.5 x 60"),
    ({"width": 81, "height": None}, "81 x ?"),
    ({"width": 0, "height": 0}, "0 x 0"),
    ({"width": "80", "height": 60}, "must be a number, not 80"),
    ({"width": True, "height": 60}, "must be a number"),
]


@pytest.mark.parametrize(("size", "said"), SIZES)
def test_a_picture_of_another_size_is_refused_with_both(
    store: Store, tmp_path: Path, size: dict[str, Any], said: str
) -> None:
    polygon = {"id": 1, "image_id": 1, "segmentation": [SQUARE]}
    counted = {"id": 1, "image_id": 1, "segmentation": {"size": list(SIZE), "counts": [1200, 2400, 1200]}}
    shape = {"label": "x", "points": [[10, 10], [30, 10], [30, 30]], "shape_type": "polygon"}
    sides = {"imageWidth": size["width"], "imageHeight": size["height"]}
    for value in (coco(polygon, **size), coco(counted, **size), labelme(shape, **sides)):
        (complaint,) = take(store, tmp_path, value).complaints
        assert complaint.line == 1 and said in complaint.message
        if "number" not in said:
            assert complaint.message.endswith("but the picture is 80 x 60.")
    assert all_rois(store) == []


@pytest.mark.parametrize("size", [{}, {"width": None}, {"width": 80.0, "height": 60.0}, {"width": 80}])
def test_the_right_size_or_none_is_taken(store: Store, tmp_path: Path, size: dict[str, Any]) -> None:
    polygon = {"id": 1, "image_id": 1, "segmentation": [SQUARE]}
    assert take(store, tmp_path, coco(polygon, **size)).added == 1


def test_the_size_before_the_exif_turn_is_refused(tmp_path: Path) -> None:
    photo = pictures(tmp_path / "photos", ["a.jpg"]) / "a.jpg"
    exif = Image.Exif()
    exif[274] = 6
    Image.open(photo).save(photo, exif=exif)
    with project(tmp_path, photos=photo.parent) as store:
        polygon = {"id": 1, "image_id": 1, "segmentation": [SQUARE]}
        before = coco(polygon, file_name="a.jpg", width=SIZE[1], height=SIZE[0])
        (complaint,) = take(store, tmp_path, before).complaints
        assert "80 x 60 pixels, but the picture is 60 x 80" in complaint.message
        assert "as it is displayed" in complaint.message
        after = coco(polygon, file_name="a.jpg", width=SIZE[0], height=SIZE[1])
        assert take(store, tmp_path, after).added == 1


def test_two_images_or_annotations_of_one_id_are_refused(store: Store, tmp_path: Path) -> None:
    first, second = (
        {"id": k, "image_id": 1, "segmentation": [[x, 10, x + 20, 10, x + 20, 30, x, 30]]}
        for k, x in ((1, 10), (2, 40))
    )
    images_twice = coco(first, second)
    images_twice["images"].append({"id": 1, "file_name": "b.png"})
    report = take(store, tmp_path, images_twice)
    assert not report.applied and [c.line for c in report.complaints] == [None, 1, 2]
    assert all("2 images of the file have the id 1 (a.png and b.png)" in c.message for c in report.complaints)
    images_twice["annotations"] = []
    assert not take(store, tmp_path, images_twice).applied
    report = take(store, tmp_path, coco(first, {**second, "id": 1}))
    assert [c.line for c in report.complaints] == [2]
    assert "entry 1 has the id 1 too" in report.complaints[0].message
    assert all_rois(store) == []


@pytest.mark.parametrize(("other", "told"), [(1.0, "2 images"), (True, "no whole number"), (1.5, "no whole")])
def test_ids_are_compared_as_numbers(store: Store, tmp_path: Path, other: object, told: str) -> None:
    one = coco({"id": 1, "image_id": 1, "segmentation": [[10, 10, 30, 10, 30, 30, 10, 30]]})
    one["images"].append({"id": other, "file_name": "b.png"})
    report = take(store, tmp_path, one)
    assert not report.applied and told in report.complaints[0].message
    assert all_rois(store) == []
    one["images"].pop()
    one["annotations"][0]["image_id"] = 1.0
    assert take(store, tmp_path, one).added == 1


@pytest.mark.parametrize(
    "key", [{"segmentation": {"size": [60, 80], "counts": [0, 4800]}}, {"bbox": [1, 1, 9, 9]}]
)
def test_a_results_list_is_called_what_it_is(store: Store, tmp_path: Path, key: dict[str, Any]) -> None:
    result = {"image_id": 1, "category_id": 1, "score": 0.9, **key}
    for fmt in ("auto", "coco", "seagull"):
        with pytest.raises(ImportRefused, match="is a COCO results list, which names no pictures"):
            take(store, tmp_path, [result], fmt=fmt)


@pytest.mark.parametrize("kind", ["rectangle", "rotation", "oriented_rectangle", "quadrilateral"])
def test_rectangles_of_four_corners(store: Store, tmp_path: Path, kind: str) -> None:
    upright = [[10.5, 10], [30.5, 10], [30.5, 40], [10.5, 40]]
    turned = [[50, 10], [70, 20], [62, 36], [42, 26]]
    shapes = [{"label": "x", "shape_type": kind, "points": points} for points in (upright, turned)]
    assert take(store, tmp_path, labelme(*shapes)).applied
    box, slanted = all_rois(store)
    of_two = {"label": "y", "shape_type": "rectangle", "points": [upright[0], upright[2]]}
    assert take(store, tmp_path, labelme(of_two)).already == 1
    assert box.area == 20 * 30
    corners = [(float(x), float(y)) for x, y in turned]
    assert slanted.counts == masks.from_polygons([corners], SIZE).counts
    crossed = {"label": "z", "shape_type": kind, "points": [turned[0], turned[2], turned[1], turned[3]]}
    (complaint,) = take(store, tmp_path, labelme(crossed)).complaints
    assert "make no rectangle" in complaint.message


def polygon(label: str, x: int, group: object, width: int = 10, **more: Any) -> dict[str, Any]:
    points = [[x, 10], [x + width, 10], [x + width, 30], [x, 30]]
    return {"label": label, "shape_type": "polygon", "points": points, "group_id": group, **more}


def test_shapes_of_one_group_are_one_roi(store: Store, tmp_path: Path) -> None:
    shapes = [
        polygon("car", 5, 1),
        polygon("dog", 20, None),
        polygon("car", 40, 1, 20),
        polygon("car", 45, 1),  # within the one before: no hole
        polygon("car", 65, 2),
        polygon("dog", 35, None, 4),
        polygon("dog", 75, 1, 4),
    ]
    report = take(store, tmp_path, labelme(*shapes))
    assert report.applied and report.added == 5
    found = {roi.external_id: roi for roi in all_rois(store)}
    assert set(found) == {"car-1", "dog-2", "car-5", "dog-6", "dog-7"}
    assert found["car-1"].area == (10 + 20) * 20 and found["car-1"].bbox == (5, 10, 55, 20)
    inside = masks.decode(masks.Rle(SIZE, found["car-1"].counts))
    assert np.array_equal(inside.any(axis=0), [5 <= x < 15 or 40 <= x < 60 for x in range(SIZE[1])])


@pytest.mark.parametrize(
    ("part", "line", "said"),
    [
        (polygon("car", 200, 1), 1, "outside the picture"),
        (polygon("car", 40, 1, flags={"component": True}), 1, "some are not"),
        (
            {"label": "car", "shape_type": "line", "points": [[1, 1], [9, 9]], "group_id": 1},
            2,
            "is no region",
        ),
    ],
)
def test_a_group_is_taken_whole_or_not(
    store: Store, tmp_path: Path, part: dict[str, Any], line: int, said: str
) -> None:
    report = take(store, tmp_path, labelme(polygon("car", 5, 1), part, polygon("car", 60, 1)), skip=True)
    (complaint,) = report.complaints
    assert said in complaint.message and complaint.line == line
    assert all_rois(store) == []
