"""The command line as processes of their own: streams, exit status, interruption, nothing heavy loaded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from tests.unit.annotation_db.io_project import NAMES, box, pictures, write_csv, write_json
from tests.unit.model import unfit_torchvision
from tests.unit.seagull_studio.predict_parts import write_plugin

PROGRAM = [sys.executable, "-m", "seagull_studio"]
ROOT = Path(__file__).parents[3]


def start(arguments: Sequence[object], folder: Path, **more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(arguments: Sequence[object], folder: Path, **more: str) -> tuple[int, str, str]:
    process = start(arguments, folder, **more)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_from_photographs_to_an_export(tmp_path: Path) -> None:
    pictures(tmp_path / "photos")
    rois = write_json(tmp_path / "rois.json", [box(name, "r1") for name in NAMES])
    rows = [[n, "r1", f"Zoë {k}", 5, 5, 2, 5, 5, k % 6, 3, 2] for n in NAMES for k in range(7)]
    votes = write_csv(tmp_path / "votes.csv", rows)
    # An ASCII-only terminal must not stop the work.
    for arguments in (
        ["new", "project", "--images", "photos", "--min-area", "16"],
        ["import", "project", rois, "--kind", "rois"],
        ["import", "project", votes, "--kind", "ratings"],
        ["aggregate", "project"],
        ["export", "project", "out"],
    ):
        status, out, err = run(arguments, tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
        assert status == 0 and out, err
    status, out, err = run(["aggregate", "project", "--json"], tmp_path)
    assert status == 0 and len(json.loads(out)["rois"]) == 5
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    heavy = (
        "torch",
        "transformers",
        "PySide6",
        "sqlalchemy",
        "numpy",
        "scipy",
        "skimage",
        "cv2",
        "matplotlib",
        "jinja2",
    )
    script = (
        "import sys\nfrom seagull_studio.cli import run\nassert run(['--help']) == 0\n"
        f"print([m for m in {heavy} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]" and "aggregate" in done.stdout


def test_the_commands_on_data_load_no_torch(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom seagull_studio.cli import run\n"
        "run(['check', 'nowhere'])\n"
        "import seagull_studio.cli.labelling, seagull_studio.cli.importing, seagull_studio.cli.maintenance\n"
        "sys.exit([m for m in ('torch', 'transformers', 'PySide6') if m in sys.modules] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_display_is_one_sentence(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("displays are named in the environment on Linux only")
    nothing = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    status, out, err = run([], tmp_path, **nothing)
    assert (status, out) == (1, "") and "no display" in err and err.count("\n") == 1
    status, out, err = run(["open", "nowhere"], tmp_path, **nothing)
    assert status == 1 and "There is no project in nowhere" in err


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    Store.create(tmp_path / "project", "Trial").close()
    process = start(["aggregate", "project", "--json"], tmp_path)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.wait(timeout=60)
    process.stderr.close()
    assert "Traceback" not in err and "Exception" not in err


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C as a signal")
def test_embed_stops_by_ctrl_c_and_goes_on(tmp_path: Path) -> None:
    from tests.unit.model import tiny_sam

    names = [f"{'p' * (k + 1)}.png" for k in range(40)]
    pictures(tmp_path / "photos", names)
    weights = tiny_sam.save(tiny_sam.build(), tmp_path)
    assert run(["new", "project", "--images", "photos"], tmp_path)[0] == 0
    cache = tmp_path / "project" / "cache" / "embeddings"
    process = start(["embed", "project", "--segmenter", weights, "--json"], tmp_path, OMP_NUM_THREADS="1")
    deadline = time.monotonic() + 100
    while len(list(cache.glob("*.embedding"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    document = json.loads(out)
    kept = len(list(cache.glob("*.embedding")))
    if document.get("stopped"):
        assert process.returncode == 1 and "start it again to go on" in err
        assert document["encoded"] == kept < 40
    else:  # a fast machine had finished
        assert process.returncode == 0 and kept == 40
    status, out, err = run(["embed", "project", "--segmenter", weights, "--json"], tmp_path)
    document = json.loads(out)
    assert status == 0 and (document["already"], document["encoded"]) == (kept, 40 - kept)
    assert "Traceback" not in err


@pytest.mark.parametrize("processes", [1, 2])
def test_deprecations_of_libraries_are_kept_from_users(tmp_path: Path, processes: int) -> None:
    pictures(tmp_path / "photos")
    rois = write_json(tmp_path / "rois.json", [box(name, "r1") for name in NAMES])
    path = os.pathsep.join([str(write_plugin(tmp_path / "site")), str(ROOT)])
    said = ""
    for arguments in (
        ["new", "project", "--images", "photos", "--min-area", "16"],
        ["import", "project", rois, "--kind", "rois"],
        ["predict", "project", "--model", "scripted:old", "--device", "cpu", "--processes", processes],
    ):
        status, _, said = run(arguments, tmp_path, PYTHONPATH=path)
        assert status == 0, said
    assert "This one matters." in said and "deprecated" not in said


def test_doctor_names_what_mends_a_torchvision_for_another_torch(tmp_path: Path) -> None:
    path = unfit_torchvision.python_path(tmp_path)
    status, out, err = run(["doctor", "--json"], tmp_path, PYTHONPATH=path)
    assert status == 0, err
    document = json.loads(out)
    pair = document["pair"]
    assert (pair["matches"], pair["reason"]) == (
        False,
        "RuntimeError: operator torchvision::nms does not exist",
    )
    assert "-m pip install torch torchvision" in pair["mend"]
    assert any(problem.endswith(pair["mend"]) for problem in document["problems"])
