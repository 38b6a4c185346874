"""Finding segmenters opens no weights and imports neither torch nor OpenCV; loading takes either kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from model.segmenters.factory import CLASSICAL, find_segmenters, load_segmenter
from model.segmenters.protocol import Prompt, SegmenterError, SegmenterSpec
from tests.unit.model import tiny_sam


def test_without_weights_there_is_the_classical_one(tmp_path: Path) -> None:
    assert find_segmenters([tmp_path, tmp_path / "missing"]) == [CLASSICAL]
    assert load_segmenter(CLASSICAL).name == CLASSICAL.name


def test_weights_are_found_by_name_the_largest_first(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    for name in ("sam_vit_b_01ec64.pth", "sam_vit_h_4b8939.pth", "resnet.pth", "sam_vit_b_01ec64.pth.part"):
        (one / name).write_bytes(b"")
    for name in ("sam_vit_l_0b3195.pth", "sam_vit_b_01ec64.pth", "sam_vit_b.pth"):
        (other / name).write_bytes(b"")
    specs = find_segmenters([one, str(other)])
    assert [spec.name for spec in specs] == [
        "SAM ViT-H (4b8939)",
        "SAM ViT-L (0b3195)",
        "SAM ViT-B (sam_vit_b.pth)",
        "SAM ViT-B (01ec64)",
        "Classical (GrabCut, no weights)",
    ]
    assert specs[3].path == str(one / "sam_vit_b_01ec64.pth")


def test_a_found_file_loads(tmp_path: Path) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path)
    spec, _ = find_segmenters([tmp_path])
    segmenter = load_segmenter(spec, "cpu")
    assert spec.path == str(path)
    found = segmenter.predict(segmenter.encode(tiny_sam.picture(40, 60)), Prompt(((20.0, 20.0, True),)))
    assert len(found) == 3


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SegmenterError, match="no segmenter of the kind"):
        load_segmenter(SegmenterSpec("x", None, "magic"))


def test_finding_imports_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from model.segmenters import protocol, factory, embedding_cache\n"
        "factory.find_segmenters([sys.argv[1]])\n"
        "heavy = {'torch', 'torchvision', 'cv2', 'scipy', 'skimage', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
