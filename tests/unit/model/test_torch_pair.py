"""torch and torchvision that do not fit each other are found, and are a sentence wherever they are needed."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from model.torch_pair import CPU_INDEX, imported_for, mending, mismatch
from tests.unit.model import seagull_tiny, tiny_sam, unfit_torchvision

SENTENCE = (
    "{} can not be started, because the installed torch and torchvision do not fit each other; "
    "seagull-studio doctor names the command that mends it."
)


@pytest.fixture
def unfit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes started from now on import a torchvision for another torch."""
    monkeypatch.setenv("PYTHONPATH", unfit_torchvision.python_path(tmp_path))


def said_by(code: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_the_tests_run_with_is_a_matching_pair() -> None:
    assert mismatch() is None


def test_a_pair_that_does_not_match_is_found(unfit: None) -> None:
    assert mismatch() == "RuntimeError: operator torchvision::nms does not exist"


def test_a_pair_that_ends_the_process_does_not_match(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torchvision.py").write_text("import os\nos.abort()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert mismatch() == "the process that asked was ended by signal 6"


def test_sam_and_seagull_say_one_sentence(unfit: None, tmp_path: Path) -> None:
    sam = tiny_sam.save(tiny_sam.build(), tmp_path)
    seagull = seagull_tiny.publish(
        tmp_path / "seagull", seagull_tiny.published_weights(seagull_tiny.network())
    )
    code = """
        import sys
        from pathlib import Path
        from model import registry
        from model.predictors.factory import load_predictor
        from model.predictors.protocol import PredictorError
        from model.segmenters.factory import find_segmenters, load_segmenter
        from model.segmenters.protocol import SegmenterError

        sam, seagull = map(Path, sys.argv[1:])
        try:
            load_segmenter(find_segmenters([sam.parent])[0], "cpu")
        except SegmenterError as error:
            print(error)
        try:
            load_predictor(str(seagull), "cpu")
        except PredictorError as error:
            print(error)
        print(registry.check(registry.look_at(seagull)).sentence)
        """
    said = said_by(code, sam, seagull).splitlines()
    assert said == [SENTENCE.format(what) for what in ("SAM", "SEAGULL", "SEAGULL")]


def test_what_failed_is_told_apart() -> None:
    missing = r"SAM needs the library no_such_library, which is not installed"
    with pytest.raises(ValueError, match=missing), imported_for("SAM", ValueError):
        import no_such_library  # noqa: F401
    half = "partially initialized module 'torchvision' has no attribute 'extension'"
    with pytest.raises(ValueError, match="do not fit"), imported_for("SAM", ValueError):
        raise AttributeError(half)
    with pytest.raises(RuntimeError, match="something else"), imported_for("SAM", ValueError):
        raise RuntimeError("something else")


def test_the_command_that_mends() -> None:
    assert mending(gpu=True).endswith("pip install torch torchvision")
    assert mending(gpu=False).endswith(f"pip install torch torchvision --index-url {CPU_INDEX}")
