"""What a run takes is computed before anything is loaded, and agrees with what the profiler sees."""

import pytest
import torch

from model.seagull.config import published_7b
from model.seagull.conversation import Conversation
from model.training.config import resolve
from model.training.memory_plan import PassSize, plan, shortage
from model.training.passes import packed_losses, prefix_ids
from model.training.supervision import packed
from model.training.trainable import in_its_precision, make_trainable, trainable
from tests.unit.model import seagull_tiny as tiny
from tests.unit.model.test_seagull_memory_needs import _peak
from tests.unit.model.training import material

SIZES = {"hidden_size": 128, "intermediate_size": 344, "num_hidden_layers": 3, "num_attention_heads": 4}


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize(("precision", "low", "high"), [("float32", 0.9, 1.1), ("bfloat16", 0.6, 1.1)])
def test_computed_agrees_with_measured(precision, low, high, checkpointing) -> None:
    """The measured peak as a share of the computed one: within 10 % in float32, at most that in 16 bits."""
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
            packed_losses(network, talk, inputs, work).sum().backward()

    def two() -> None:
        one()
        one()

    one()
    trained.adapted.zero_grad()
    measured = _peak(two)
    size = PassSize(work.tree.prefix, work.length, len(set(work.nodes)), 3)
    computed = plan(settings, config, size)
    share = measured / computed.working
    print(f"{precision} checkpointing={checkpointing}: {measured} of {computed.working}, {share:.3f}")
    assert low <= share <= high
    assert computed.weights == sum(
        p.nbytes for n, p in tiny.network(**SIZES).to(network.dtype).named_parameters()
    )
    assert computed.trained == sum(p.nbytes for _, p in trainable(trained))
    assert computed.optimiser == 2 * computed.trained


def test_seagull_7b_on_cards_of_24_and_80_gigabytes() -> None:
    settings = published_7b()
    config = resolve("tuned", {"precision": "bfloat16"})
    told = shortage(settings, config, int(24e9), "cuda")
    assert told is not None
    assert told.startswith("This training needs about ")
    assert "quantised=4bit" in told
    assert (
        shortage(
            settings,
            resolve("tuned", {"precision": "bfloat16", "gradient_checkpointing": True}),
            int(80e9),
            "cuda",
        )
        is None
    )
    assert shortage(settings, config, int(8e9), "cuda").endswith("free; use a device with more memory.")
