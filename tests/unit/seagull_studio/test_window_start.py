"""The window starts without the heavy libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEAVY = (
    "torch",
    "torchvision",
    "transformers",
    "timm",
    "scipy",
    "skimage",
    "cv2",
    "pandas",
    "alembic",
    "matplotlib",
    "jinja2",
)


def test_the_window_starts_without_torch_and_its_like(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from seagull_studio.app import make_application\napplication = make_application()\n"
        "from seagull_studio.bindings.studio import Studio\n"
        "from seagull_studio.services.settings import Settings\n"
        f"studio = Studio(application, Settings(Path({str(tmp_path / 'settings.ini')!r})))\n"
        "studio.show()\napplication.processEvents()\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
