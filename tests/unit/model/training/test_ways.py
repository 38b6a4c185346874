"""Settings that change what is trained, and a disk that takes no more."""

import json
import resource
import signal

import pytest
import torch
from safetensors.torch import load_file

from model.seagull import checkpoint
from model.seagull.conversation import Conversation
from model.training.errors import TrainingError
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
