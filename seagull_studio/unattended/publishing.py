"""Make the documentation's screenshots: the gallery at 1x and 2x, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

SCALES = (1, 2)


def publish(folder: Path) -> int:
    """Write NAME.png (1x) and NAME@2x.jpg (2x) into `folder`; exit status 0 if all of it worked."""
    folder.mkdir(parents=True, exist_ok=True)
    for scale in SCALES:
        with tempfile.TemporaryDirectory() as working:
            environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": "offscreen"}
            command = [sys.executable, "-m", "seagull_studio.unattended", "--gallery", working]
            status = subprocess.run(command, env=environment, check=False).returncode
            if status:
                return status
            for shot in sorted((Path(working) / "screenshots").glob("*.png")):
                _write(shot, folder, scale)
    print(f"Screenshots written to {folder}")
    return 0


def _write(shot: Path, folder: Path, scale: int) -> None:
    """PNG keeps the letters sharp at 1x; a JPEG keeps four times the pixels small."""
    with Image.open(shot) as opened:
        picture = opened.convert("RGB")
    if scale == 1:
        picture.save(folder / shot.name, optimize=True)
    else:
        picture.save(folder / f"{shot.stem}@{scale}x.jpg", quality=82, optimize=True)
