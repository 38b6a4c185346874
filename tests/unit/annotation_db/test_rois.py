"""ROIs: what is kept, and which masks are refused."""

from __future__ import annotations

import numpy as np
import pytest

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import masks, rois
from annotation_db.pictures.masks import Rle
from annotation_db.rating import exclusions
from tests.unit.annotation_db.conftest import Filled, box_mask, fill


def test_a_roi_is_kept_with_all_its_facts(any_filled: Filled) -> None:
    image = any_filled.images[0]
    mask = box_mask(5, 6, 50, 40)
    mask[10, 10] = False
    with any_filled.store.write() as s:
        made = rois.add(
            s,
            image_id=image.id,
            mask=mask,
            level="component",
            external_id="wing",
            prompts={"points": [[7.5, 8, True]]},
            segmenter="classical",
            predicted_iou=0.93,
            who="Ada",
        )
    with any_filled.store.read() as s:
        found = rois.get(s, made.id)
        assert found == made == rois.find(s, image.id, "wing")
        assert audit.list_all(s, 1)[0].action == "roi.add"
    assert np.array_equal(masks.decode(Rle(found.size, found.counts)), mask)
    assert (found.area, found.bbox, found.level) == (1999, (5, 6, 50, 40), "component")
    assert (found.prompts, found.segmenter, found.predicted_iou) == (
        {"points": [[7.5, 8, True]]},
        "classical",
        0.93,
    )
    assert (found.created_by, found.withdrawn) == ("Ada", False)


def test_ids_of_ours_are_short_and_free(filled: Filled) -> None:
    image = filled.images[0]
    with filled.store.write() as s:
        rois.add(s, image_id=image.id, mask=box_mask(0, 0, 50, 30), external_id="r4", who="x")
        made = rois.add(s, image_id=image.id, mask=box_mask(0, 0, 51, 30), who="x")
        more = rois.add(s, image_id=image.id, mask=box_mask(0, 0, 52, 30), who="x")
        assert [r.external_id for r in rois.of_image(s, image.id)] == ["r1", "r2", "r4", "r5", "r6"]
        assert (made.external_id, more.external_id) == ("r5", "r6")


@pytest.mark.parametrize(
    ("mask", "says"),
    [
        (box_mask(0, 0, 0, 0), "is empty"),
        (box_mask(0, 0, 31, 33), "fewer than the 1024"),
        (np.ones((48, 63), dtype=np.bool_), "63 x 48 pixels but the picture is 64 x 48"),
        (np.ones((64, 48), dtype=np.bool_), "48 x 64 pixels but the picture is 64 x 48"),
        (Rle((48, 64), "nonsense"), "damaged"),
        (masks.encode(box_mask(0, 0, 40, 30)), "exactly the same mask"),
    ],
)
def test_masks_that_are_refused(filled: Filled, mask: object, says: str) -> None:
    with pytest.raises(Refused, match=says) as caught, filled.store.write() as s:
        rois.add(s, image_id=filled.images[0].id, mask=mask, who="x")  # type: ignore[arg-type]
    assert str(caught.value).endswith(".")
    with filled.store.read() as s:
        assert len(rois.list_all(s)) == 6


def test_what_else_is_refused(filled: Filled) -> None:
    mask = box_mask(0, 0, 60, 40)
    image_id = filled.images[0].id
    with filled.store.write() as s:
        with pytest.raises(NotFound):
            rois.add(s, image_id=999, mask=mask, who="x")
        with pytest.raises(Refused, match="has a ROI r1 already"):
            rois.add(s, image_id=image_id, mask=mask, external_id="r1", who="x")
        with pytest.raises(Refused, match="is empty"):
            rois.add(s, image_id=image_id, mask=mask, external_id=" ", who="x")
        with pytest.raises(Refused, match="object or component"):
            rois.add(s, image_id=image_id, mask=mask, level="part", who="x")  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            rois.get(s, 999)
        with pytest.raises(NotFound, match=r"p0\.png"):
            rois.find(s, image_id, "nothing")


def test_the_smallest_area_is_the_projects(tmp_path, store: Store) -> None:  # type: ignore[no-untyped-def]
    with Store.create(tmp_path / "other", "p", min_roi_area=4) as other:
        made = fill(other, tmp_path / "pictures", rois_n=1)
        with other.write() as s:
            tiny = rois.add(s, image_id=made.images[0].id, mask=box_mask(62, 46, 2, 2), who="x")
            assert tiny.bbox == (62, 46, 2, 2)


def test_a_withdrawn_roi_is_kept_but_not_listed(any_filled: Filled) -> None:
    first = any_filled.rois[0]
    with any_filled.store.write() as s:
        exclusion = exclusions.exclude(s, "roi", first.id, reason="not an object", who="lead")
        assert first.id not in [r.id for r in rois.list_all(s)]
        assert [r.id for r in rois.of_image(s, first.image_id)] == [any_filled.rois[1].id]
        assert [r.withdrawn for r in rois.of_image(s, first.image_id, withdrawn=True)] == [True, False]
        assert rois.get(s, first.id).withdrawn
        assert len(rois.list_all(s, withdrawn=True)) == 6
        exclusions.lift(s, exclusion.id, who="lead")
        assert rois.get(s, first.id) == first
