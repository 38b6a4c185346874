"""What a run takes is computed before anything is loaded, and agrees with what the profiler sees."""

import json
from dataclasses import replace

import pytest
import torch

from model.seagull.config import published_7b
from model.seagull.conversation import Conversation
from model.training.config import resolve
from model.training.errors import TrainingError
from model.training.memory_plan import PassSize, measured, plan, shortage
from model.training.memory_short import memory_told, remedy
from model.training.passes import packed_losses, prefix_ids
from model.training.supervision import packed
from model.training.trainable import in_its_precision, make_trainable, trainable
from tests.unit.model import seagull_tiny as tiny
from tests.unit.model.test_seagull_memory_needs import _peak
from tests.unit.model.training import exported, material

SIZES = {"hidden_size": 128, "intermediate_size": 344, "num_hidden_layers": 3, "num_attention_heads": 4}


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_computed_agrees_with_measured(precision, checkpointing) -> None:
    """The peak that the profiler sees is within 10 % of the computed one."""
    changes = {"rank": 16, "alpha": 32, "precision": precision, "gradient_checkpointing": checkpointing}
    config = resolve("tuned", changes)
    network = tiny.network(**SIZES).to(getattr(torch, precision))
    settings = tiny.config(**SIZES)
    talk = Conversation(tiny.tokenizer(), network.config)
    trained = make_trainable(network, config, "base")
    if checkpointing:
        network.activation_checkpointing_enable()
    trained.adapted.train()
    work = packed(material.questions(talk, config), len(prefix_ids(network, talk)))
    inputs = material.inputs(network)

    def one() -> None:
        with in_its_precision(network):
            loss = packed_losses(network, talk, inputs, work).sum()
        loss.backward()

    def two() -> None:
        one()
        one()

    one()
    trained.adapted.zero_grad()
    taken = _peak(two)
    size = PassSize(work.tree.prefix, work.length, len(set(work.nodes)), 3)
    computed = plan(settings, config, size)
    share = taken / computed.working
    print(f"{precision} checkpointing={checkpointing}: {taken} of {computed.working}, {share:.3f}")
    assert 0.9 <= share <= 1.1
    assert computed.weights == sum(
        p.nbytes for n, p in tiny.network(**SIZES).to(network.dtype).named_parameters()
    )
    assert computed.trained == sum(p.nbytes for _, p in trainable(trained))
    assert computed.optimiser == 2 * computed.trained


def test_layers_are_added_as_they_are_measured() -> None:
    config = resolve("tuned", {"rank": 16, "precision": "float32"})
    settings, size = tiny.config(num_hidden_layers=7), PassSize(80, 300, 100, 3)
    assert plan(settings, config, size).working == measured(settings, config, size)[1]


def test_seagull_7b_on_a_card_of_24_gigabytes() -> None:
    settings = published_7b()
    config = resolve("tuned", {"precision": "bfloat16"})
    needed = plan(settings, config)
    assert 40e9 < needed.peak < 50e9
    assert 14e9 < needed.weights < 15e9
    assert shortage(settings, config, int(80e9), "cuda", needed) is None
    told = shortage(settings, config, int(24e9), "cuda", needed)
    assert told is not None
    assert told.endswith("set gradient_checkpointing=true, or use a device with more memory.")


def test_what_is_told_to_switch_on() -> None:
    settings = tiny.config(**SIZES)
    config = resolve("tuned", {"rank": 16, "precision": "float32"})
    needed = plan(settings, config)
    less = plan(settings, replace(config, gradient_checkpointing=True))
    assert less.peak < needed.peak
    assert shortage(settings, config, needed.peak, "cpu", needed) is None
    told = shortage(settings, config, needed.peak - 1, "cpu", needed)
    assert told is not None
    assert "set gradient_checkpointing=true, or use" in told
    told = shortage(settings, config, less.peak - 1, "cpu", needed)
    assert told is not None
    assert told.endswith("free; use a device with more memory.")


def test_out_of_memory_says_what_can_still_be_changed() -> None:
    config = resolve()
    with (
        pytest.raises(TrainingError, match="gradient_checkpointing=true and go on with --resume, or begin"),
        memory_told("cuda", config, "a pass of 9 tokens"),
    ):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
    assert "quantised=4bit" in remedy("cuda", config)
    assert "gradient_checkpointing" not in remedy("cpu", replace(config, gradient_checkpointing=True))
    with pytest.raises(RuntimeError, match="something else"), memory_told("cpu", config, "this"):
        raise RuntimeError("something else")


def test_the_plan_is_told_before_anything_is_loaded_and_kept(export_folder, tmp_path) -> None:
    base = tiny.publish(tmp_path / "base", tiny.published_weights(tiny.network()))
    said: list[str] = []
    exported.train(
        export_folder, base, tmp_path / "out", say=said.append, changes={"epochs": 1, "batch_answers": 200}
    )
    assert len(said) == 1
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    megabytes = run["memory_plan"]["peak"] / 1e6
    assert said[0].startswith(f"This training will take about {megabytes:.1f} MB, of ")
    assert set(run["memory_plan"]) == {"weights", "trained", "optimiser", "working", "peak"}
