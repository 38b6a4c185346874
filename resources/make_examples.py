"""Make the example pictures of every level: ``python -m resources.make_examples``.

They are synthetic: photographs that come with scikit-image, distorted at the strengths of
`model.distortions`. The pictures are committed; run this again after changing a strength.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

import resources
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT
from model import distortions

WIDTH, HEIGHT = 280, 210

SCENES = {
    # name of the photograph, left and top of the part that is shown
    "blur": ("chelsea", 90, 30),
    "colorfulness": ("coffee", 180, 90),
    "compression": ("astronaut", 90, 0),
    "contrast": ("rocket", 200, 130),
    "exposure": ("coffee", 180, 90),
    "noise": ("chelsea", 90, 30),
    "quality": ("astronaut", 90, 0),
}
QUALITY = (
    # bad .. excellent: what is mixed, each with its severity (0 extreme .. 4 trivial)
    (("blur", 1), ("noise", 1), ("compression", 0)),
    (("blur", 2), ("noise", 2), ("compression", 1)),
    (("blur", 3), ("noise", 3), ("compression", 3)),
    (("blur", 4), ("noise", 4)),
    (),
)
IMPORTANCE = (
    # unimportant .. essential: photograph, outline (x0, y0, x1, y1) as shares of width and height
    ("coffee", (0.02, 0.03, 0.20, 0.22)),
    ("astronaut", (0.00, 0.05, 0.20, 0.75)),
    ("coffee", (0.62, 0.28, 0.80, 0.66)),
    ("astronaut", (0.56, 0.03, 0.86, 0.48)),
    ("chelsea", (0.25, 0.05, 0.85, 0.95)),
)


def main() -> None:
    """Write all pictures to resources/examples and say how large they are."""
    folder = resources.path("examples")
    folder.mkdir(exist_ok=True)
    pictures = {**_severities(), **_qualities(), **_importances()}
    for name, picture in pictures.items():
        # High quality and no chroma subsampling: the coding of the example must not add to what it shows.
        picture.save(folder / f"{name}.jpg", quality=88, subsampling=0)
    total = sum((folder / f"{name}.jpg").stat().st_size for name in pictures)
    print(f"{len(pictures)} pictures, {total / 1024:.0f} KiB")


def _severities() -> dict[str, Image.Image]:
    made = {}
    for name in DISTORTIONS:
        scene = _scene(name)
        for value in range(NON_EXISTENT):
            made[f"{name}_{value}"] = Image.fromarray(distortions.apply(name, scene, value))
        made[f"{name}_{NON_EXISTENT}"] = Image.fromarray(scene)
    return made


def _qualities() -> dict[str, Image.Image]:
    made = {}
    for value, mixture in enumerate(QUALITY):
        picture = _scene("quality")
        for name, severity in mixture:
            picture = distortions.apply(name, picture, severity)
        made[f"quality_{value}"] = Image.fromarray(picture)
    return made


def _importances() -> dict[str, Image.Image]:
    made = {}
    for value, (photograph, (x0, y0, x1, y1)) in enumerate(IMPORTANCE):
        whole = Image.fromarray(_photograph(photograph))
        scale = max(WIDTH / whole.width, HEIGHT / whole.height)
        picture = whole.resize(
            (round(whole.width * scale), round(whole.height * scale)), Image.Resampling.LANCZOS
        )
        picture = picture.crop((0, 0, WIDTH, HEIGHT))
        box = (x0 * WIDTH, y0 * HEIGHT, x1 * WIDTH, y1 * HEIGHT)
        draw = ImageDraw.Draw(picture)
        draw.rectangle(box, outline=(0, 0, 0), width=4)
        draw.rectangle((box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1), outline=(255, 255, 255), width=2)
        made[f"importance_{value}"] = picture
    return made


def _scene(name: str) -> np.ndarray:
    photograph, left, top = SCENES[name]
    return np.ascontiguousarray(_photograph(photograph)[top : top + HEIGHT, left : left + WIDTH])


def _photograph(name: str) -> np.ndarray:
    from skimage import data

    return np.ascontiguousarray(getattr(data, name)()[..., :3])


if __name__ == "__main__":
    main()
