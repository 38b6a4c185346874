"""A run's folder that a kill or a disk has damaged: gone on with, or one sentence that names the file."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from model.training import checkpoints
from model.training.errors import TrainingError
from model.training.finetune_report import FinetuneReport
from model.training.run_folder import check_place, refuse_another
from model.training.standing import Standing

KILLED_BETWEEN_RENAMES = """
import os, signal, sys
from pathlib import Path
from model.training import checkpoints

target = Path(sys.argv[1])
seen = []

def watch(event, _args):
    if event == "os.rename":
        seen.append(event)
        if len(seen) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
checkpoints.build(target, lambda folder: (folder / "place.json").write_text("half"))
"""


def _checkpoint(out: Path, name: str, step: int) -> Path:
    folder = out / checkpoints.FOLDER / name
    folder.mkdir(parents=True)
    (folder / checkpoints.PLACE).write_text(json.dumps(Standing(step=step).as_json()))
    return folder


@pytest.mark.parametrize("name", [".run.json.partial-3f29ab01", ".events.jsonl.partial-00000000"])
@pytest.mark.parametrize("resume", [True, False])
def test_what_a_kill_left_does_not_keep_a_run_from_beginning(tmp_path, name, resume) -> None:
    (tmp_path / name).write_bytes(b"{")
    check_place(tmp_path, resume)
    (tmp_path / "photo.png").touch()
    with pytest.raises(TrainingError, match=r"photo\.png"):
        check_place(tmp_path, resume)


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_killed_while_a_checkpoint_is_replaced(tmp_path) -> None:
    _checkpoint(tmp_path, "epoch-1", 3)
    kept = _checkpoint(tmp_path, "step-5", 5)
    command = [sys.executable, "-c", KILLED_BETWEEN_RENAMES, str(kept)]
    ended = subprocess.run(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not kept.exists()
    assert checkpoints.latest(tmp_path) == kept
    assert checkpoints.read_place(kept)["step"] == 5
    assert {path.name for path in kept.parent.iterdir()} == {"epoch-1", "step-5"}


def test_one_set_aside_goes_where_the_new_one_is_whole(tmp_path) -> None:
    old = _checkpoint(tmp_path, ".step-5.replaced-3f29ab01", 5)
    new = _checkpoint(tmp_path, "step-5", 6)
    assert checkpoints.latest(tmp_path) == new
    assert checkpoints.read_place(new)["step"] == 6
    assert not old.exists()


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "{}", '{"step": NaN}'])
def test_damaged_files_are_named(tmp_path, text) -> None:
    place = _checkpoint(tmp_path, "epoch-1", 3) / checkpoints.PLACE
    place.write_text(text)
    with pytest.raises(TrainingError, match=r"epoch-1.place\.json is damaged .*; remove that folder, then"):
        checkpoints.latest(tmp_path)
    for name in ("run.json", "result.json"):
        (tmp_path / name).write_text(text)
    with pytest.raises(TrainingError, match=r"run\.json is damaged .*; begin in a new folder"):
        refuse_another(tmp_path, {"config": {}})
    with pytest.raises(TrainingError, match=r"result\.json is damaged .*; remove it"):
        FinetuneReport.of(tmp_path)
