"""Settings that change what is trained, and a disk that takes no more."""

import json
import resource
import signal

import pytest
import torch
from safetensors.torch import load_file

from model.seagull import checkpoint
from model.seagull.conversation import Conversation
from model.training.dataset import divide
from model.training.errors import TrainingError, TrainingStopped
from model.training.export_folder import read_export
from model.training.plan import Plan
from model.training.ranks import Ranks
from model.training.rates import best_rate, choose_rate
from model.training.trainable import make_trainable
from tests.unit.model.training import exported

SHORT = {"epochs": 1, "batch_answers": 200}


def test_an_adapter_without_global_tokens_is_used_without_them(export_folder, base, tmp_path) -> None:
    out = tmp_path / "out"
    exported.train(
        export_folder, base, out, changes={**SHORT, "with_global_token": False, "judgements": False}
    )
    loaded = checkpoint.load(out / "adapter", device="cpu")
    assert (loaded.network.config.with_global_token, loaded.network.config.with_local_token) == (False, True)
    talk = Conversation(loaded.tokenizer, loaded.network.config)
    assert talk.global_id not in talk.tail_ids("Analyze the quality of this region.")
    events = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    kinds = {kind for event in events if event["event"] == "step" for kind in event["losses"]}
    assert kinds == {"quality", "importance", "distortions"}


def test_lora_on_the_encoder_trains_it_and_is_loaded(export_folder, base, tmp_path) -> None:
    out = tmp_path / "out"
    exported.train(export_folder, base, out, changes={**SHORT, "encoder_lora": True})
    assert not (out / "encoder-levels").exists()
    trained = load_file(out / "adapter" / "adapter_model.safetensors")
    moved = [n for n, v in trained.items() if "vision_tower" in n and "lora_B" in n and bool(v.any())]
    assert moved
    loaded, plain = checkpoint.load(out / "adapter", device="cpu"), checkpoint.load(base, device="cpu")
    name = moved[0].removeprefix("base_model.model.").replace("lora_B.weight", "weight")
    assert not torch.equal(loaded.network.get_parameter(name), plain.network.get_parameter(name))


def test_the_rate_is_chosen_by_short_runs_and_kept(export_folder, base, tmp_path) -> None:
    out = tmp_path / "out"
    exported.train(export_folder, base, out, changes={**SHORT, "batch_answers": 60, "lora_rate": None})
    told = json.loads((out / "rates.json").read_text())
    assert set(told["tried"]) == {"1e-05", "5e-05", "0.0001", "0.0002"}
    assert told["chosen"] in (1e-5, 5e-5, 1e-4, 2e-4)
    events = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    steps = [event for event in events if event["event"] == "step"]
    assert [event["step"] for event in steps] == [*range(1, len(steps) + 1)]
    assert max(event["rates"]["lora"] for event in steps) == pytest.approx(told["chosen"])
    given = tmp_path / "given"
    changes = {**SHORT, "batch_answers": 60, "lora_rate": told["chosen"]}
    exported.train(export_folder, base, given, changes=changes)
    one, other = (load_file(a / "adapter" / "adapter_model.safetensors") for a in (out, given))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_choosing_the_rate_is_told_and_gone_on_with(export_folder, base, tmp_path) -> None:
    out, said = tmp_path / "out", [""]
    changes = {**SHORT, "batch_answers": 1000, "lora_rate": None}
    with pytest.raises(TrainingStopped, match="goes on with the rate it was at"):
        exported.train(
            export_folder, base, out, changes=changes,
            progress=lambda _done, _total, what: said.append(what),
            cancelled=lambda: said[-1] == "choosing the rate: 5e-05, step 1 of 1",
        )  # fmt: skip
    assert "choosing the rate: 1e-05, step 1 of 1" in said
    before = json.loads((out / "rates.json").read_text())
    assert (before["chosen"], before["steps"], list(before["tried"])) == (None, 1, ["1e-05"])
    said.clear()
    exported.train(
        export_folder, base, out, resume=True, changes=changes,
        progress=lambda _done, _total, what: said.append(what),
    )  # fmt: skip
    assert not any(what.startswith("choosing the rate: 1e-05") for what in said)
    after = json.loads((out / "rates.json").read_text())
    assert after["tried"]["1e-05"] == before["tried"]["1e-05"]
    assert set(after["tried"]) == {"1e-05", "5e-05", "0.0001", "0.0002"}


@pytest.mark.parametrize("told", ['{"chosen": null, "tried": {"1e-05": 3}}', "{", "[" * 100_000, "[]"])
def test_a_damaged_choice_of_the_rate_is_named(told, export_folder, base, tmp_path) -> None:
    (tmp_path / "rates.json").write_text(told)
    network = checkpoint.load(base, device="cpu").network
    trained = make_trainable(network, exported.config(), str(base))
    plan = Plan(divide(read_export(export_folder), exported.config()), exported.config())
    with pytest.raises(TrainingError, match=r"rates.json can not be read .* chooses the rate anew"):
        choose_rate(
            tmp_path, trained, exported.config(), plan,
            lambda rate, steps: pytest.fail("nothing is to be tried"), Ranks(),
        )  # fmt: skip


def test_the_best_rate() -> None:
    assert best_rate({1e-5: {"mean_srocc": 0.3, "loss": 1}, 1e-4: {"mean_srocc": 0.4, "loss": 2}}) == 1e-4
    assert best_rate({1e-5: {"mean_srocc": 0.4, "loss": 3}, 1e-4: {"mean_srocc": 0.4, "loss": 2}}) == 1e-5
    assert best_rate({1e-5: {"mean_srocc": None, "loss": 1}, 1e-4: {"mean_srocc": 0.4, "loss": 2}}) == 1e-5
    assert best_rate({1e-5: {"mean_srocc": 0.1, "loss": 1}, 1e-4: None}) == 1e-5
    with pytest.raises(TrainingError, match="no number at every rate"):
        best_rate({1e-5: None})


def test_a_disk_that_takes_no_more_leaves_the_last_checkpoint(export_folder, base, tmp_path) -> None:
    out = tmp_path / "out"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    steps = iter(range(100))

    def full_after_two() -> bool:
        if next(steps) == 1:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        return False

    try:
        with pytest.raises(
            TrainingError, match=r"step-\d+ could not be written .* earlier checkpoints are whole"
        ):
            exported.train(
                export_folder, base, out, changes={"checkpoint_minutes": 0.0}, cancelled=full_after_two
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    kept = [path.name for path in (out / "checkpoints").iterdir()]
    assert kept == ["step-1"]
    report = exported.train(export_folder, base, out, resume=True, changes={"checkpoint_minutes": 0.0})
    assert (out / "adapter" / "adapter_model.safetensors").is_file()
    assert report.epochs == 2
