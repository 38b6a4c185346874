"""Which segmenters there are on this machine, and loading one. Imports torch and OpenCV only to load."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from model.segmenters.protocol import Segmenter, SegmenterError, SegmenterSpec
from model.torch_library import load_ahead, uncollected
from model.torch_pair import imported_for

CLASSICAL: Final = SegmenterSpec("Classical (GrabCut, no weights)", None, "classical")
_SAM_FILE: Final = re.compile(r"sam_vit_(?P<size>[blh])(?:_(?P<hash>[0-9a-f]{6,64}))?\.pth")
_ORDER: Final = "hlb"


def find_segmenters(folders: Iterable[str | Path]) -> list[SegmenterSpec]:
    """SAM weights in some folders, the largest model first, and last the segmenter without weights.

    Files are recognised by name (``sam_vit_b_01ec64.pth`` and the like) and not opened; a folder that is
    missing or cannot be read has none. A file name found twice counts once.
    """
    found: dict[str, tuple[str, Path]] = {}
    for folder in folders:
        try:
            paths = sorted(Path(folder).iterdir())
        except OSError:
            continue
        for path in paths:
            match = _SAM_FILE.fullmatch(path.name)
            if match and path.is_file():
                found.setdefault(path.name, (match["size"], path))
    specs = []
    for size, path in sorted(found.values(), key=lambda pair: (_ORDER.index(pair[0]), pair[1].name)):
        promised = _SAM_FILE.fullmatch(path.name)
        digits = f" ({promised['hash'][:6]})" if promised and promised["hash"] else f" ({path.name})"
        specs.append(SegmenterSpec(f"SAM ViT-{size.upper()}{digits}", str(path), "sam"))
    return [*specs, CLASSICAL]


def load_segmenter(spec: SegmenterSpec, device: str = "auto") -> Segmenter:
    """Load what `find_segmenters` found; takes seconds for SAM.

    Raises
    ------
    SegmenterError
        If the weights cannot be used (see `SamSegmenter.load`) or a library is missing.
    """
    if spec.kind == "classical":
        from model.segmenters.classical import ClassicalSegmenter

        return ClassicalSegmenter()
    if spec.kind != "sam" or spec.path is None:
        raise SegmenterError(f"There is no segmenter of the kind {spec.kind!r}; choose another one.")
    load_ahead()
    with uncollected():
        with imported_for("SAM", SegmenterError):
            from model.segmenters.sam import SamSegmenter
        return SamSegmenter.load(spec.path, device)
