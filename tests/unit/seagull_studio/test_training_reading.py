"""The folder of a training as its curves are read from it, whatever was done to its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seagull_studio.controllers.training_views import view_of
from seagull_studio.jobs.training_reading import TrainingReader, thinned


def step(number: int, loss: float = 1.0) -> dict[str, Any]:
    return {
        "event": "step", "step": number, "losses": {"quality": loss, "presence": 2 * loss},
        "rates": {"lora": 1e-4, "in full": 2e-5}, "tokens_per_second": 700.0, "memory_bytes": 5 * 10**8,
    }  # fmt: skip


def epoch(number: int, at: int, srocc: float | None) -> dict[str, Any]:
    plcc = None if srocc is None else srocc + 0.1
    figures = {"quality": {"srocc": srocc, "plcc": plcc}, "importance": {"srocc": None, "plcc": None}}
    return {"event": "epoch", "epoch": number, "step": at, "validation": figures}


def write(out: Path, *events: Any, rest: bytes = b"") -> None:
    out.mkdir(exist_ok=True)
    with (out / "events.jsonl").open("ab") as file:
        file.write(b"".join(json.dumps(one).encode() + b"\n" for one in events) + rest)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


def test_it_reads_on_and_passes_over_what_is_cut_off_or_damaged(out: Path) -> None:
    reader = TrainingReader(out)
    assert not reader.read().losses, "there is no folder yet"
    write(out, step(1, 3.0), rest=b'{"event": "st')
    assert reader.read().losses["quality"] == [(1.0, 3.0)]
    write(out, {"x": 1}, rest=b"")  # ends the line that was cut off
    write(out, step(2, "high"), [1], step(2, 2.5), {"event": "step"}, rest=b"\xff\xfe\n")
    found = reader.read()
    assert found.losses["quality"] == [(1.0, 3.0), (2.0, 2.5)]
    assert found.losses["presence"][-1] == (2.0, 5.0)
    assert found.speed == [(1.0, 700.0), (2.0, 700.0)] and found.memory == 5e8


def test_what_is_done_again_after_a_kill_is_shown_once(out: Path) -> None:
    write(out, step(1), step(2), epoch(1, 2, 0.5), step(3), step(4))
    write(out, {"event": "resumed", "checkpoint": "epoch-1", "step": 2}, step(3, 0.9), epoch(2, 3, None))
    found = TrainingReader(out).read()
    assert [point[0] for point in found.losses["quality"]] == [1, 2, 3]
    assert found.losses["quality"][-1] == (3.0, 0.9)
    assert found.srocc["quality"] == [(2.0, 0.5)]
    assert found.plcc["quality"] == [(2.0, 0.6)]


def test_a_file_that_is_another_one_is_read_from_its_beginning(out: Path) -> None:
    reader = TrainingReader(out)
    write(out, step(1), step(2), step(3))
    reader.read()
    (out / "events.jsonl").unlink()
    write(out, step(1, 9.0))
    assert reader.read().losses["quality"] == [(1.0, 9.0)]


def test_what_is_simulated_or_untrained_is_called_so(out: Path) -> None:
    write(out, {"event": "attainable", "quality": 0.9, "importance": None}, step(1))
    assert view_of(TrainingReader(out).read(), out).warning == ""
    about = {"export": {"simulated": True}, "base": {"untrained": True}}
    (out / "run.json").write_text(json.dumps(about))
    view = view_of(TrainingReader(out).read(), out)
    assert "UNTRAINED" in view.warning and "SIMULATED" in view.warning
    loss, srocc, plcc, rate, speed = view.charts
    assert [curve.name for curve in loss.curves] == ["quality", "yes/no: distortions"]
    assert [(level.name, level.value) for level in plcc.levels] == [("attainable, quality", 0.9)]
    assert srocc.levels == (), "what is attainable is a PLCC"
    assert len(rate.curves) == 2 and len(speed.curves[0].points) == 1
    assert view.now == "700 tokens per second · 0.5 GB of memory at most"
    assert (view.figures, view.adapter, view.report) == ((), "", "")


def test_what_is_attainable_stands_beside_the_plcc_alone(out: Path) -> None:
    write(out, step(1))
    figures = {"srocc": 0.5, "plcc": 0.4}
    panel = {"scales": {scale: {"attainable": {"plcc": 0.9}} for scale in ("quality", "importance")}}
    told = {
        "quality": figures,
        "importance": figures,
        "panel": panel,
        "types": {"f1": 0.3},
        "severity": {"f1": 0.2},
    }
    (out / "result.json").write_text(json.dumps({"evaluation": told}))
    rows = {row.name: row.attainable for row in view_of(TrainingReader(out).read(), out).figures}
    assert (rows["SROCC, quality"], rows["SROCC, importance"]) == ("–", "–")
    assert (rows["PLCC, quality"], rows["PLCC, importance"]) == ("0.90", "0.90")


def test_how_many_answers_of_the_present_model_could_not_be_read(out: Path) -> None:
    write(out, step(1))
    figures = {"srocc": 0.5, "plcc": 0.4}
    panel = {"scales": {scale: {"attainable": {"plcc": 0.9}} for scale in ("quality", "importance")}}
    told = {
        **dict.fromkeys(("quality", "importance"), figures),
        "panel": panel,
        **{name: {"f1": 0.3} for name in ("types", "severity")},
        "against": {"types": {"f1": {"other": 0.0}}, "unreadable": 0.6667},
    }
    (out / "result.json").write_text(json.dumps({"evaluation": told}))
    rows = {row.name: row for row in view_of(TrainingReader(out).read(), out).figures}
    assert rows["F1 of distortions"].present == "0.00"
    assert rows["Answers that could not be read"].present == "67 %"


def test_results_that_nobody_can_read_are_told_and_not_raised(out: Path) -> None:
    write(out, step(1))
    (out / "result.json").write_text('{"evaluation": {"quality": 3}}')
    assert "cannot be read" in view_of(TrainingReader(out).read(), out).note
    (out / "result.json").write_text('{"evaluation": null, "undefined": {"evaluation": "No labels."}}')
    assert view_of(TrainingReader(out).read(), out).note == "It could not be evaluated: No labels."
    (out / "result.json").write_text("[" * 100_000)
    assert view_of(TrainingReader(out).read(), out).note == ""


def test_many_points_are_thinned_to_means() -> None:
    points = [(float(n), float(n % 2)) for n in range(1000)]
    few = thinned(points, 100)
    assert len(few) == 100 and few[0] == (4.5, 0.5)
    assert thinned(points[:50], 100) == tuple(points[:50])
