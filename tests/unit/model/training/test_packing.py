"""Packed gives what one question at a time gives: losses, and the gradient of everything that is trained."""

import pytest
import torch

from model.seagull.conversation import Conversation
from model.seagull.network import SeagullForCausalLM
from model.training import passes
from model.training.config import resolve
from model.training.errors import TrainingError
from model.training.lessons import Choice, Lesson
from model.training.supervision import Sample, as_question, pack, packed
from model.training.trainable import Trained, make_trainable, trainable
from tests.unit.model import seagull_tiny as tiny
from tests.unit.model.training import material


@pytest.fixture(scope="module")
def words():
    return tiny.tokenizer()


def _trained(words, **changes) -> tuple[Trained, Conversation]:
    network = tiny.network()
    config = resolve("tuned", {"rank": 4, "alpha": 8, "dropout": 0.0})
    for name, value in changes.items():
        setattr(network.config, name, value)
    talk = Conversation(words, network.config)
    trained = make_trainable(network, config, "base")
    torch.manual_seed(1)
    for name, parameter in trainable(trained):
        if "lora_B" in name:  # which begin as zeros, so that LoRA's other half would have no gradient
            parameter.data.normal_(0, 0.05)
    return trained, talk


def _gradients(trained: Trained) -> dict[str, torch.Tensor]:
    found = {name: p.grad.clone() for name, p in trainable(trained) if p.grad is not None}
    trained.adapted.zero_grad()
    return found


@pytest.mark.parametrize(
    "changes", [{}, {"denials": "corrected"}, {"targets": "one-hot", "other_tokens": 1.0}]
)
@pytest.mark.parametrize("checkpointing", [False, True])
def test_packed_is_one_by_one(words, changes, checkpointing) -> None:
    trained, talk = _trained(words)
    network = trained.network
    if checkpointing:
        network.activation_checkpointing_enable()
    network.train()
    entries = material.questions(talk, resolve("tuned", changes))
    inputs = material.inputs(network)
    length = len(passes.prefix_ids(network, talk))
    whole = packed(entries, length)
    losses = passes.packed_losses(network, talk, inputs, whole)
    losses.mean().backward()
    together = _gradients(trained)
    singles = []
    for sample, question in entries:
        loss = passes.single_loss(network, talk, inputs, sample, question)
        (loss / len(entries)).backward()
        singles.append(loss.detach())
    alone = _gradients(trained)
    torch.testing.assert_close(losses.detach(), torch.stack(singles), rtol=1e-5, atol=1e-6)
    assert together.keys() == alone.keys()
    scale = max(float(value.norm()) for value in alone.values())
    for name, value in alone.items():
        assert float((together[name] - value).norm()) <= 1e-4 * float(value.norm()) + 1e-6 * scale, name


def test_a_token_budget_changes_nothing(words) -> None:
    trained, talk = _trained(words)
    network, entries = trained.network, material.questions(talk)
    inputs, length = material.inputs(network), len(passes.prefix_ids(network, talk))
    whole = passes.packed_losses(network, talk, inputs, packed(entries, length))
    parts = pack(entries, length, length + 150)
    assert len(parts) > 2
    assert all(part.length <= length + 150 for part in parts)
    assert [s for part in parts for s in part.samples] == [s for s, _ in entries]
    split = torch.cat([passes.packed_losses(network, talk, inputs, part) for part in parts])
    torch.testing.assert_close(split, whole, rtol=1e-5, atol=1e-6)


def test_gradients_reach_all_that_is_trained_and_nothing_else(words) -> None:
    trained, talk = _trained(words)
    network = trained.network
    work = packed(material.questions(talk), len(passes.prefix_ids(network, talk)))
    passes.packed_losses(network, talk, material.inputs(network), work).mean().backward()
    names = dict(trainable(trained))
    assert all(p.grad is not None for p in names.values())
    told = {name.split("base_model.model.")[1] for name in names}
    lora = {name for name in told if "lora_" in name}
    assert len(lora) == 2 * 7 * network.config.num_hidden_layers
    assert all(name.startswith("model.layers.") for name in lora)
    assert {name.split(".modules_to_save")[0] for name in told - lora} == {
        "model.mm_projector",
        "mask_extractor",
    }
    assert not any(p.requires_grad for p in network.model.vision_tower.parameters())
    assert all(p.dtype == torch.float32 for p in names.values())


@pytest.mark.parametrize("gone", ["with_global_token", "with_local_token"])
def test_an_ablated_token_is_really_gone(words, gone) -> None:
    trained, talk = _trained(words, **{gone: False})
    network = trained.network
    entries = material.questions(talk)
    inputs, length = material.inputs(network), len(passes.prefix_ids(network, talk))
    losses = passes.packed_losses(network, talk, inputs, packed(entries, length)).detach()
    word = network.config.global_token_id if gone == "with_global_token" else network.config.local_token_id
    assert word not in packed(entries, length).tree.ids
    single = passes.single_loss(network, talk, inputs, *entries[0]).detach()
    assert float(losses[0]) == pytest.approx(float(single), abs=1e-5)


def test_bfloat16_under_autocast_trains_float32(words) -> None:
    torch.manual_seed(0)
    network: SeagullForCausalLM = tiny.network().to(torch.bfloat16)
    talk = Conversation(words, network.config)
    trained = make_trainable(network, resolve("tuned", {"rank": 4, "alpha": 8}), "base")
    assert {p.dtype for _, p in trainable(trained)} == {torch.float32}
    assert network.model.layers[0].mlp.up_proj.base_layer.weight.dtype == torch.bfloat16
    entries = material.questions(talk)
    from model.training.trainable import in_its_precision

    with in_its_precision(trained.network):
        work = packed(entries, len(passes.prefix_ids(network, talk)))
        losses = passes.packed_losses(trained.network, talk, material.inputs(trained.network), work)
        losses.mean().backward()
    assert losses.dtype == torch.float32
    assert all(p.grad is not None and p.grad.dtype == torch.float32 for _, p in trainable(trained))


def test_a_sample_without_a_supervised_token_is_refused_by_name(words) -> None:
    talk = Conversation(words, tiny.config())
    nothing = Lesson("quality", "Analyze the quality of this region.", "The quality is good.", (), 0.0)
    with pytest.raises(TrainingError, match=r"ROI 7 of b\.png has no token to be trained on"):
        as_question(talk, Sample(0, "ROI 7 of b.png", nothing))


def test_the_loss_of_a_question_is_what_its_formula_says(words) -> None:
    """One level word of several tokens and one of one, by plain softmax over the vocabulary."""
    network = tiny.network()
    talk = Conversation(words, network.config)
    target = (0.25, 0.0, 0.25, 0.5, 0.0)
    words_ = ("unimportant", "minor", "normal", "important", "essential")
    answer = "This region is important to the overall quality."
    start = answer.index("important")
    lesson = Lesson(
        "importance", "Analyze its importance.", answer, (Choice(start, start + 9, words_, target),), 0.05
    )
    sample = Sample(0, "ROI 0", lesson)
    with torch.no_grad():
        inputs, length = material.inputs(network), len(passes.prefix_ids(network, talk))
        work = packed([(sample, as_question(talk, sample))], length)
        found = float(passes.packed_losses(network, talk, inputs, work)[0])

        def logp(text: str, end: bool = False) -> tuple[torch.Tensor, list[int], int]:
            ids = talk.tail_ids(lesson.question, text) + ([talk.eos_id] if end else [])
            prompt = len(talk.tail_ids(lesson.question))
            full = torch.tensor([[*talk.picture_ids, *ids]])
            table = (
                network(
                    input_ids=full,
                    pixel_values=_pixels(network),
                    masks=inputs.masks[:1],
                    crop_values=inputs.crops[:1],
                )
                .logits[0, length:]
                .log_softmax(-1)
            )
            return table, ids, prompt

        kl = 0.0
        for word, t in zip(words_, target, strict=True):
            if t:
                table, ids, prompt = logp(answer[:start] + word)
                shared = len(talk.tail_ids(lesson.question, answer[:start].rstrip()))
                said = sum(float(table[n - 1, ids[n]]) for n in range(shared, len(ids)))
                kl += t * (float(torch.tensor(t).log()) - said)
        table, ids, prompt = logp(answer, end=True)
        word_end = len(talk.tail_ids(lesson.question, answer[: start + 9]))
        rest = [n for n in range(prompt, len(ids)) if not shared <= n < word_end]
        others = -sum(float(table[n - 1, ids[n]]) for n in rest)
        wanted = (kl + 0.05 * others) / (1 + 0.05 * len(rest))
    assert found == pytest.approx(wanted, rel=1e-5)


def _pixels(network: SeagullForCausalLM) -> torch.Tensor:
    from model.seagull.inputs import prepare_picture

    return prepare_picture(tiny.picture(), network.config.picture_side)[None]
