"""finetune and merge from the command line: from an export to predictions of the finetuned model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.unit.model.training import exported
from tests.unit.seagull_studio.test_cli_commands import Terminal


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield Terminal(capsys, tmp_path)
    torch.set_num_threads(threads)


def test_from_an_export_to_predictions(run: Terminal, tmp_path: Path) -> None:
    folder = exported.make_export(tmp_path)
    base = exported.make_base(tmp_path / "base")
    (tmp_path / "settings.json").write_text(json.dumps(exported.SMALL | {"epochs": 9}))
    wanted = ("finetune", folder, "--base", base, "--config", tmp_path / "settings.json", "--set", "epochs=1")
    told = run.json(*wanted, "--out", tmp_path / "run")
    assert told["epochs"] == told["best_epoch"] == 1
    assert len(told["loss"]) == 1
    found = run.json("evaluate", "--predictions", tmp_path / "run" / "predictions_test.jsonl",
                     "--labels", folder / "rois_test.json")  # fmt: skip
    assert found == told["evaluation"] == json.loads((tmp_path / "run" / "evaluation.json").read_text())
    assert "finetuned" in (tmp_path / "run" / "report.html").read_text()
    assert run.json(*wanted, "--out", tmp_path / "run", "--resume") == told
    status, out, err = run(*wanted, "--out", tmp_path / "run", "--resume")
    assert status == 0
    assert f"predict PROJECT --model '{tmp_path / 'run' / 'adapter'}?mode=given'" in out + err
    status, _, err = run(*wanted, "--out", tmp_path / "run")
    assert status == 1
    assert "holds a finished model, which is not overwritten" in err
    made = run.json("predict", run.project, "--model", tmp_path / "run" / "adapter", "--device", "cpu")
    assert made["predicted"] == 20
    assert made["failed"] == []
    merged = run.json("merge", tmp_path / "run" / "adapter", "--out", tmp_path / "merged")
    assert merged["difference"] < 1e-4
    assert (tmp_path / "merged" / "config.json").is_file()


def test_refusals_are_one_sentence(run: Terminal, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[]")
    wanted = ("finetune", tmp_path / "none", "--base", tmp_path / "base", "--out", tmp_path / "run")
    for more, sentence in [
        ((), "has no manifest.json"),
        (("--preset", "best"), "There is no preset 'best'"),
        (("--set", "epochs"), "sets nothing"),
        (("--set", "epochs=0"), "epochs is from 1 to 1000"),
        (("--config", tmp_path / "list.json"), "is no JSON object"),
        (("--config", tmp_path / "nothing.json"), "can not be read as JSON"),
    ]:
        status, out, err = run(*wanted, *more)
        assert (status, out) == (1, "")
        assert sentence in err
        assert err.count("\n") == 1
    status, _, err = run("merge", tmp_path, "--out", tmp_path / "merged")
    assert status == 1
    assert "is no adapter" in err
