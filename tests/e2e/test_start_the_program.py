"""Starting brings up the window without what only computing needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "torchvision", "transformers", "cv2", "scipy", "skimage")
TELL = f"""
import sys
print(sorted(set(sys.modules) & set({HEAVY!r})))
"""
START_THE_WINDOW = """
import sys
from pathlib import Path
from seagull_studio.app import make_application
from tests.e2e.desk import Desk
desk = Desk(make_application(), Path(sys.argv[2]))
desk.open(Path(sys.argv[1]), "ann")
desk.see_roi()
desk.studio.show_mode("project")
desk.settle()
desk.close()
"""
IMPORT_EVERYTHING = """
import importlib, pkgutil
import annotation_db
for module in pkgutil.walk_packages(annotation_db.__path__, "annotation_db."):
    if not module.name.endswith(".env"):  # Alembic runs that one
        importlib.import_module(module.name)
assert not any(name.split(".")[0] == "PySide6" for name in sys.modules)
"""


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}{TELL}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_the_window_opens_a_sample_project_without_them(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from seagull_studio.operations import sample_project

    sample_project.create(tmp_path / "sample").close()
    assert run(START_THE_WINDOW, str(tmp_path / "sample"), str(tmp_path / "settings.ini")) == "[]"


@pytest.mark.parametrize(
    "code", ["import annotation_db, annotation_db.database.store\n", "import seagull_studio.cli\n"]
)
def test_importing_needs_none_of_them(code: str) -> None:
    assert run(code) == "[]"


def test_no_module_of_annotation_db_needs_qt_or_torch() -> None:
    loaded = run(IMPORT_EVERYTHING)
    assert "torch" not in loaded and "transformers" not in loaded
