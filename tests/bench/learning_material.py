"""What `tests.bench.learning` learns from: cut, distorted and rated photographs, in a real project, exported.

Squares are cut from the colour photographs inside scikit-image's wheel and distorted by
`model.distortions` at drawn severities, each ROI by itself. The latent truth of a ROI is that of
`seagull_studio.operations.sample.truth`; importance follows the ROI's size. Simulated annotators rate them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from annotation_db.database.store import Store
from annotation_db.exports.run import export
from annotation_db.pictures import frozen_splits, groups, images, rois
from annotation_db.pictures.split_wish import Part, SplitWish
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import DISTORTIONS, MAX_SCORE, NON_EXISTENT, SCALE_NAMES, Votes
from model import distortions
from seagull_studio.operations import simulated_raters
from seagull_studio.operations.sample.truth import ABSENT, LOSS

Rgb = npt.NDArray[np.uint8]

SIDE: Final = 256
"""Of a picture, in pixels of the photograph."""
GRID: Final = 3
"""A picture has GRID x GRID ROIs, each with distortions of its own: without the masks nothing is learned."""
SMALLEST, LARGEST = 40, 84
"""Sides of a ROI's box in pixels; importance goes with them."""
HOW_MANY: Final = (0.15, 0.6, 0.25)
"""Probabilities of no, one and two distortions of a ROI."""
PHOTOGRAPHS: Final = ("astronaut", "chelsea", "coffee", "motorcycle", "rocket", "hubble", "retina", "ihc")
"""In colour: a grey one has lost its colours, whatever its votes say."""
HELD_OUT: Final = (("astronaut", "coffee"), ("chelsea", "motorcycle"), ("rocket", "coffee"))
"""By seed: the photographs that test; the other six train and validate."""
VALIDATING: Final = ("retina", "hubble", "ihc")
"""By seed."""
QUALITY: Final = 3.7
"""Latent, of what nothing was done to."""
RATERS, VOTES = 9, 7
FLAT: Final = 12.0
"""Standard deviation of luma below which a box shows too little to be distorted."""
_WHO: Final = "bench"


@dataclass(frozen=True, slots=True)
class Made:
    """One picture."""

    photograph: str
    part: Part
    rgb: Rgb
    boxes: tuple[tuple[int, int, int, int], ...]
    """x, y, width and height of each ROI."""
    truth: npt.NDArray[np.float64]
    """Latent values, (ROIs, 8)."""


def photograph(name: str) -> list[Rgb]:
    """A photograph, or both of a stereo pair."""
    from skimage import data

    if name == "motorcycle":
        return [np.asarray(one) for one in data.stereo_motorcycle()[:2]]
    loaded = {"hubble": "hubble_deep_field", "ihc": "immunohistochemistry"}.get(name, name)
    return [np.asarray(getattr(data, loaded)())[..., :3]]


def seen_in_training(seed: int) -> tuple[str, ...]:
    """The photographs that are not held out."""
    return tuple(name for name in PHOTOGRAPHS if name not in HELD_OUT[seed])


def make_pictures(seed: int, train: int, test: int) -> list[Made]:
    """Pictures of all photographs: `train` of each training one, a fifth of that to validate, `test` each."""
    made = []
    for name in PHOTOGRAPHS:
        part: Part = "test" if name in HELD_OUT[seed] else "val" if name == VALIDATING[seed] else "train"
        count = {"train": train, "val": max(4, train // 5), "test": test}[part]
        rng = np.random.default_rng([seed, PHOTOGRAPHS.index(name)])
        sources = photograph(name)
        made += [_picture(name, part, sources[n % len(sources)], rng) for n in range(count)]
    return made


def _picture(name: str, part: Part, source: Rgb, rng: np.random.Generator) -> Made:
    y, x = (int(rng.integers(0, length - SIDE + 1)) for length in source.shape[:2])
    rgb = np.ascontiguousarray(source[y : y + SIDE, x : x + SIDE, :])
    boxes = tuple(_box(rgb, n // GRID, n % GRID, rng) for n in range(GRID * GRID))
    latent = np.full((len(boxes), len(SCALE_NAMES)), ABSENT)
    for row, box in zip(latent, boxes, strict=True):
        chosen = rng.choice(len(DISTORTIONS), size=rng.choice(3, p=HOW_MANY), replace=False)
        for number in sorted(chosen):
            kind, severity = DISTORTIONS[number], int(rng.integers(0, 5))
            variants, drawn = distortions.variants(kind), int(rng.integers(2**31))
            variant = variants[rng.integers(len(variants))]
            rgb = distortions.apply(kind, rgb, severity, drawn, variant=variant, mask=_mask(box), feather=3.0)
            row[SCALE_NAMES.index(kind)] = severity
        costs = [LOSS[k] * (NON_EXISTENT - min(row[SCALE_NAMES.index(k)], NON_EXISTENT)) for k in DISTORTIONS]
        row[SCALE_NAMES.index("quality")] = max(QUALITY - (max(costs) + sum(costs)) / 2, 0.0)
        size = (box[2] * box[3]) ** 0.5
        row[SCALE_NAMES.index("importance")] = MAX_SCORE * (size - SMALLEST) / (LARGEST - SMALLEST)
    return Made(name, part, rgb, boxes, latent)


def _box(rgb: Rgb, row: int, column: int, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """A box in one cell of the grid, where there is something to be seen if such a place is found."""
    cell = SIDE // GRID
    for _ in range(10):
        width, height = (int(n) for n in rng.integers(SMALLEST, LARGEST + 1, 2))
        x = column * cell + int(rng.integers(0, cell - width + 1))
        y = row * cell + int(rng.integers(0, cell - height + 1))
        if rgb[y : y + height, x : x + width].mean(-1).std() > FLAT:
            break
    return x, y, width, height


def _mask(box: tuple[int, int, int, int]) -> npt.NDArray[np.bool_]:
    x, y, width, height = box
    mask = np.zeros((SIDE, SIDE), dtype=np.bool_)
    mask[y : y + height, x : x + width] = True
    return mask


def votes_of(made: Sequence[Made], seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Votes, (annotators, ROIs, 8), and who rates what, (annotators, ROIs)."""
    people = simulated_raters.make_annotators(RATERS, careless=False, reversed_=False, seed=seed)
    truth = np.concatenate([one.truth for one in made])
    return (
        simulated_raters.simulate(truth, people, seed),
        simulated_raters.allocate([VOTES] * len(truth), RATERS, seed),
    )


def shuffled(made: Sequence[Made], votes: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.int64]:
    """The same votes, dealt out anew among training and among validation ROIs; those of test ROIs stay."""
    parts = np.array([one.part for one in made for _ in one.boxes])
    order = np.arange(len(parts))
    for part in ("train", "val"):
        here = np.flatnonzero(parts == part)
        order[here] = np.random.default_rng([seed, 7]).permutation(here)
    return votes[:, order]


def make_export(
    folder: Path, made: Sequence[Made], votes: npt.NDArray[np.int64], rates: npt.NDArray[np.bool_]
) -> Path:
    """A project with pictures, groups, ROIs and ratings, its split frozen by photograph; then its export."""
    photos = folder / "images"
    photos.mkdir(parents=True)
    names = [f"{n:05d}-{one.photograph}.png" for n, one in enumerate(made)]
    for name, one in zip(names, made, strict=True):
        Image.fromarray(one.rgb).save(photos / name)
    facts: dict[str, Any] = {"raters_wanted": VOTES, "min_roi_area": 256, "seed": 0, "simulated": True}
    with Store.create(folder / "project", "Learning", **facts) as store:
        with store.write(_WHO) as s:
            images.add(s, images.scan_folder(photos), source="scikit-image", who=_WHO)
            ids = {Path(image.path).name: image.id for image in images.list_all(s)}
            groups.assign(s, {ids[n]: one.photograph for n, one in zip(names, made, strict=True)}, _WHO)
            parts = {ids[name]: one.part for name, one in zip(names, made, strict=True)}
            frozen_splits.freeze(s, SplitWish(), parts, {}, known=None, who=_WHO)
            roi_ids = [
                rois.add(s, image_id=ids[name], mask=_mask(box), external_id=f"r{number}", who=_WHO).id
                for name, one in zip(names, made, strict=True)
                for number, box in enumerate(one.boxes)
            ]
            people = [annotators.add(s, f"sim-{n}", simulated=True, who=_WHO).id for n in range(RATERS)]
            at = datetime(2026, 1, 1, tzinfo=UTC)
            ratings.submit_many(
                s,
                (
                    NewRating(
                        roi_id=roi_ids[roi],
                        annotator_id=people[who],
                        votes=Votes(*votes[who, roi].tolist()),
                        shown_at=at,
                        submitted_at=at,
                        duration_ms=9000,
                        origin="simulated",
                    )
                    for who, roi in np.argwhere(rates)
                ),
            )
        export(store, folder / "export", copy_images=True, who=_WHO)
    return folder / "export"
