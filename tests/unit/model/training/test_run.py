"""A whole run: what it writes, that its result is loaded and merged, and what it refuses."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from model.seagull import checkpoint
from model.seagull.assessor import Assessor
from model.seagull.inputs import prepare_picture
from model.training.errors import TrainingError, TrainingStopped
from model.training.merge import merge
from model.training.same_bits import the_same_each_time
from seagull_studio.operations import evaluation
from tests.unit.model import seagull_tiny as tiny
from tests.unit.model.training import exported


@pytest.fixture(scope="module")
def run(export_folder, base, tmp_path_factory) -> Path:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("runs") / "one"
    said: list[tuple[int, int, str]] = []
    report = exported.train(
        export_folder, base, out, progress=lambda *told: said.append(told), make_report=evaluation.report
    )
    torch.set_num_threads(threads)
    assert said[0] == (0, 0, "reading the export")
    assert said[-1][0] == said[-1][1] == report.steps
    return out


def test_what_a_run_writes(run, base) -> None:
    names = {path.name for path in run.iterdir()}
    assert names >= {
        "run.json", "events.jsonl", "tensorboard", "checkpoints", "adapter", "card.md", "trainer_state.json",
        "predictions_test.jsonl", "evaluation.json", "report.html", "result.json",
    }  # fmt: skip
    assert {path.name for path in (run / "checkpoints").iterdir()} == {"epoch-1", "epoch-2"}
    told = json.loads((run / "run.json").read_text())
    assert told["export"]["policy"]["name"] == "paper"
    assert told["seed"] == 0
    assert {len(told["deciding"][name]) for name in ("export", "base")} == {64}
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    steps = [event for event in events if event["event"] == "step"]
    result = json.loads((run / "result.json").read_text())
    assert len(steps) == result["steps"]
    assert {"quality", "importance", "distortions", "judgement", "presence"} >= steps[0]["losses"].keys()
    assert steps[0]["tokens_per_second"] > 0
    assert sum(step["answers"] for step in steps) == result["answers"]
    test = next(event for event in events if event["event"] == "self-test")
    assert test["loss"] < 1e-4
    assert test["gradient"] < 1e-4
    assert result["loss"][1] < result["loss"][0]
    state = json.loads((run / "trainer_state.json").read_text())
    assert state["global_step"] == result["steps"]
    assert [entry["step"] for entry in state["log_history"] if "loss" in entry] == [
        *range(1, result["steps"] + 1)
    ]
    card = (run / "card.md").read_text()
    assert told["deciding"]["export"] in card
    assert 'targets "mixture"' in card


def test_held_out_pictures_are_encoded_once(run) -> None:
    counts = json.loads((run / "run.json").read_text())["export"]["counts"]
    kept = list((run / "encoder-levels").iterdir())
    assert len(kept) == counts["train"]["images"] + counts["validation"]["images"]


def test_levels_that_are_known_are_not_computed_again(base) -> None:
    loaded = checkpoint.load(base, device="cpu")
    image, masks = tiny.picture(), tiny.masks(2)
    pixels = prepare_picture(image, loaded.network.config.picture_side)[None]
    levels = loaded.network.encode_levels(pixels)
    assessor = Assessor(loaded.network, loaded.tokenizer, mode="given")
    wanted = [one.quality for one in assessor.assess(image, masks)]
    encoded: list[object] = []
    loaded.network.model.vision_tower.register_forward_hook(lambda *told: encoded.append(told))
    found = assessor.assess_rois(assessor.open_picture(image, levels), masks)
    assert [one.quality for one in found] == wanted
    assert not encoded


def test_held_out_groups_are_not_trained_on(run) -> None:
    counts = json.loads((run / "run.json").read_text())["export"]["counts"]
    assert counts["validation"]["images"] == 2  # a group of the sample is two pictures
    assert counts["train"]["images"] + 2 + counts["test"]["images"] == 10


def test_the_test_images_are_predicted(run, export_folder) -> None:
    lines = [json.loads(line) for line in (run / "predictions_test.jsonl").read_text().splitlines()]
    wanted = json.loads((export_folder / "rois_test.json").read_text())
    assert [(one["img"], one["id"]) for one in lines] == [(one["img"], one["id"]) for one in wanted]
    assert all(0 <= one["quality"]["score"] <= 4 for one in lines)
    assert all(set(one["distortions"].values()) <= {0, 1, 2, 3, 4, 5} for one in lines)


def test_the_run_is_evaluated_as_the_command_evaluates(run, export_folder) -> None:
    found = evaluation.measure(run / "predictions_test.jsonl", export_folder / "rois_test.json")
    told = json.loads((run / "evaluation.json").read_text())
    assert told == json.loads(json.dumps(found.document))
    assert told["rois"] == len((run / "predictions_test.jsonl").read_text().splitlines()) == 4
    assert told["calibration"] is not None
    assert json.loads((run / "result.json").read_text())["evaluation"] == told
    page = (run / "report.html").read_text()
    assert "tiny, finetuned" in page
    assert "SIMULATED" not in page
    assert "PLCC that a perfect model reaches" in (run / "card.md").read_text()


def test_the_card_says_what_the_base_was(run) -> None:
    card = json.loads((run / "adapter" / "card.json").read_text())
    assert card["base_untrained"] is False
    assert card["evaluated_mode"] == "given"
    assert "answers that could not be read: n/a" in (run / "card.md").read_text(), (
        "nothing of the kind was read"
    )
    assert card["finetuned_on"] == json.loads((run / "run.json").read_text())["export"]["sha256"]


def test_without_test_images_there_is_a_reason_and_no_evaluation(export_folder, base, tmp_path) -> None:
    source = tmp_path / "export"
    shutil.copytree(export_folder, source)

    def no_labels(rois) -> None:
        for roi in rois:
            if roi["split"] == "test":
                roi["label"] = None

    for name in ("rois.json", "rois_test.json"):
        exported.change(source, name, no_labels, honestly=True)
    report = exported.train(source, base, tmp_path / "out", changes={"epochs": 1, "batch_answers": 200})
    told = report.as_json()
    assert told["evaluation"] is None
    assert "has no ROI with a label" in told["undefined"]["evaluation"]
    assert not (tmp_path / "out" / "evaluation.json").exists()
    assert "Not evaluated:" in (tmp_path / "out" / "card.md").read_text()


def test_the_adapter_is_loaded_on_its_base_and_merged(run, base, tmp_path) -> None:
    loaded = checkpoint.load(run / "adapter", device="cpu")
    plain = checkpoint.load(base, device="cpu")
    image, masks = tiny.picture(), tiny.masks(2)
    found = [_scores(one, image, masks) for one in (loaded, plain)]
    assert found[0] != found[1]
    report = merge(run / "adapter", tmp_path / "merged")
    assert report.difference < 1e-4
    merged = checkpoint.load(tmp_path / "merged", device="cpu")
    assert _scores(merged, image, masks) == pytest.approx(found[0], abs=1e-4)
    assert {p.dtype for p in merged.network.parameters()} == {torch.float32}
    with pytest.raises(TrainingError, match="is not empty"):
        merge(run / "adapter", tmp_path / "merged")


def _scores(loaded, image, masks) -> list[float]:
    found = Assessor(loaded.network, loaded.tokenizer, mode="given").assess(image, masks)
    return [score for one in found for score in (one.quality.score, one.importance.score)]


def test_a_finished_model_is_never_overwritten(run, export_folder, base) -> None:
    before = (run / "adapter" / "adapter_model.safetensors").stat().st_mtime_ns
    with pytest.raises(TrainingError, match="holds a finished model, which is not overwritten"):
        exported.train(export_folder, base, run)
    again = exported.train(export_folder, base, run, resume=True)
    assert again.as_json()["steps"] == json.loads((run / "result.json").read_text())["steps"]
    with pytest.raises(TrainingError, match="was begun with another seed"):
        exported.train(export_folder, base, run, resume=True, changes={"seed": 1})
    assert (run / "adapter" / "adapter_model.safetensors").stat().st_mtime_ns == before


def test_stopped_and_resumed_is_not_stopped(run, export_folder, base, tmp_path) -> None:
    out, asked = tmp_path / "stopped", iter([False, False, True])
    with pytest.raises(TrainingStopped, match="--resume goes on"):
        exported.train(export_folder, base, out, cancelled=lambda: next(asked))
    assert not (out / "adapter").exists()
    with pytest.raises(TrainingError, match="holds an unfinished run; go on with --resume"):
        exported.train(export_folder, base, out)
    with pytest.raises(TrainingError, match="was begun with another targets"):
        exported.train(export_folder, base, out, resume=True, changes={"targets": "votes"})
    exported.train(export_folder, base, out, resume=True)
    same_weights(out, run)


def test_a_run_goes_on_with_the_threads_it_was_begun_with(export_folder, base, tmp_path) -> None:
    out, found, asked = tmp_path / "threads", set(), iter([True])
    changes = {"epochs": 1, "batch_answers": 200}
    torch.set_num_threads(2)
    with pytest.raises(TrainingStopped):
        exported.train(export_folder, base, out, changes=changes, cancelled=lambda: next(asked))
    assert json.loads((out / "run.json").read_text())["threads"] == 2
    torch.set_num_threads(1)
    exported.train(
        export_folder, base, out, changes=changes, resume=True,
        progress=lambda _done, _total, what: found.add(torch.get_num_threads()) if "epoch" in what else None,
    )  # fmt: skip
    assert found == {2}
    assert torch.get_num_threads() == 1, "it is put back"


@pytest.mark.parametrize(("device", "same"), [("cpu", True), ("cuda", False)])
def test_the_device_of_the_run_decides_about_the_same_bits(device, same) -> None:
    before = torch.are_deterministic_algorithms_enabled()
    with the_same_each_time(torch.device(device)):
        assert torch.are_deterministic_algorithms_enabled() is same
    assert torch.are_deterministic_algorithms_enabled() is before


def test_stopped_while_it_validates_or_predicts(run, export_folder, base, tmp_path) -> None:
    out, told = tmp_path / "stopped", [""]

    def stop_at(beginning: str) -> dict:
        return {
            "progress": lambda _done, _total, what: told.append(what),
            "cancelled": lambda: told[-1].startswith(beginning),
        }

    with pytest.raises(TrainingStopped, match=r"after step \d+ of \d+; --resume goes on"):
        exported.train(export_folder, base, out, **stop_at("validating epoch 1, picture 2 of 2"))
    events = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    assert not any(one["event"] == "epoch" for one in events)
    with pytest.raises(TrainingStopped, match="test images are not predicted yet; --resume"):
        exported.train(export_folder, base, out, resume=True, **stop_at("predicting the test images, 2 of"))
    assert not (out / "adapter").exists()
    exported.train(export_folder, base, out, resume=True)
    same_weights(out, run)
    events = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    steps = [one["step"] for one in events if one["event"] == "step"]
    assert steps == [*range(1, len(steps) + 1)], "no step was taken twice"


def same_weights(one: Path, other: Path) -> None:
    a, b = (load_file(out / "adapter" / "adapter_model.safetensors") for out in (one, other))
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_a_loss_that_is_no_number(export_folder, base, tmp_path) -> None:
    changes = {"lora_rate": 1.0, "extractor_rate": 1.0, "max_grad_norm": 1e6, "warmup": 0.0, "epochs": 20}
    changes |= {"alpha": 1e6}
    with pytest.raises(TrainingError, match=r"no number at step \d+.* is kept\); try lower rates"):
        exported.train(export_folder, base, tmp_path / "out", changes={**changes, "checkpoint_minutes": 0.0})
    kept = next((tmp_path / "out" / "checkpoints").iterdir())
    weights = load_file(kept / "adapter_model.safetensors")
    assert all(bool(value.isfinite().all()) for value in weights.values())
