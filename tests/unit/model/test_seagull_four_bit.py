"""4-bit weights: which layers, how large, refused in one sentence, and right where the library is there."""

from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from model.seagull import checkpoint, four_bit
from model.seagull.assessor import Assessor
from model.seagull.config import published_7b
from model.seagull.errors import CheckpointError, SeagullError
from model.seagull.memory_needs import meta_network
from model.seagull.network import SeagullForCausalLM
from tests.unit.model import seagull_tiny as tiny

WIDE = {"hidden_size": 128, "intermediate_size": 256, "attention_bias": True}
needs_library = pytest.mark.skipif(find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed")


def _saved(folder: Path, **changes: object) -> SeagullForCausalLM:
    network = tiny.network(**changes)
    checkpoint.save(checkpoint.Checkpoint(network, tiny.tokenizer(), checkpoint.LoadReport()), folder)
    return network


def test_only_the_decoder_layers_become_4_bit() -> None:
    network = meta_network(published_7b())
    names = four_bit.planned(network)
    assert len(names) == 32 * 7
    assert {name.split(".", 3)[3] for name in names} == {
        *(f"self_attn.{part}_proj" for part in "qkvo"),
        *(f"mlp.{part}_proj" for part in ("gate", "up", "down")),
    }
    kept = {name for name, m in network.named_modules() if isinstance(m, torch.nn.Linear)} - set(names)
    assert {name.split(".")[0] for name in kept} == {"lm_head", "mask_extractor", "model"}
    assert "model.mm_projector" in kept
    assert any(name.startswith("model.vision_tower.") for name in kept)


@pytest.mark.parametrize(
    ("device", "installed", "words"),
    [
        ("cpu", True, "need a CUDA GPU, and the device chosen is cpu"),
        ("mps", False, "the device chosen is mps"),
        ("cuda", False, r"need the package bitsandbytes; install seagull-studio\[quantised\]"),
    ],
)
def test_refusals_are_one_sentence(device, installed, words) -> None:
    said = four_bit.refusal(device, installed=installed)
    assert said is not None and "\n" not in said
    with pytest.raises(SeagullError, match=words):
        raise SeagullError(said)


def test_nothing_is_refused_where_both_are_there() -> None:
    assert four_bit.refusal("cuda", installed=True) is None


def test_loading_in_4_bits_without_a_gpu_is_refused(tmp_path) -> None:
    _saved(tmp_path)
    with pytest.raises(SeagullError, match="4-bit weights need a CUDA GPU"):
        checkpoint.load(tmp_path, device="cpu", quantised="4bit")
    with pytest.raises(ValueError, match="quantised is None or '4bit', not '8bit'"):
        checkpoint.load(tmp_path, device="cpu", quantised="8bit")


def test_an_adapter_in_4_bits_without_a_gpu_is_refused(tmp_path) -> None:
    _saved(tmp_path / "base")
    place = tmp_path / "adapter"
    place.mkdir()
    (place / "adapter_config.json").write_text('{"base_model_name_or_path": "../base"}')
    (place / "adapter_model.safetensors").write_bytes(b"")
    with pytest.raises(SeagullError, match="4-bit weights need a CUDA GPU"):
        checkpoint.load(place, device="cpu", quantised="4bit")


@pytest.mark.skipif(find_spec("bitsandbytes") is not None, reason="bitsandbytes is installed")
def test_a_gpu_without_the_library_is_refused() -> None:
    with pytest.raises(SeagullError, match="need the package bitsandbytes"):
        four_bit.check(torch.device("cuda"))


def test_packed_bytes() -> None:
    # 64 * 256 weights: half a byte each, 256 scales of one byte, one scale of these, the code books.
    assert four_bit.packed_bytes(64 * 256) == 64 * 128 + 256 + 4 + four_bit.CODE_BYTES
    assert four_bit.packed_bytes(4096**2) / 4096**2 == pytest.approx(0.516, abs=0.001)


def _packed(network: SeagullForCausalLM) -> SeagullForCausalLM:
    # The library packs on the CPU too; only `check` asks for a GPU, where it is fast.
    return four_bit.convert(network, torch.device("cpu"))


@needs_library
def test_packed_layers_compute_nearly_the_same_and_take_what_was_computed() -> None:
    plain, network = tiny.network(**WIDE), _packed(tiny.network(**WIDE))
    assert four_bit.is_quantised(network) and not four_bit.is_quantised(plain)
    for name in four_bit.planned(plain):
        before, after = plain.get_submodule(name), network.get_submodule(name)
        # The size first: some CPUs pack the weights anew when they are first used.
        state = after.weight.quant_state
        scales = (state.code, state.absmax, state.state2.absmax, state.state2.code, state.offset)
        taken = after.weight.nbytes + sum(part.nbytes for part in scales)
        assert taken == four_bit.packed_bytes(before.weight.numel())
        x = torch.randn(5, before.in_features)
        with torch.no_grad():
            wanted, found = before(x), after(x)
        assert (found - wanted).norm() < 0.15 * wanted.norm()
    kept = {
        n: p for n, p in plain.named_parameters() if n.removesuffix(".weight") not in four_bit.planned(plain)
    }
    for name, value in kept.items():
        assert torch.equal(network.get_parameter(name), value), name


@needs_library
def test_weights_are_packed_while_they_are_read(tmp_path, monkeypatch) -> None:
    plain = _saved(tmp_path, **WIDE)
    monkeypatch.setattr(four_bit, "check", lambda device: None)
    loaded = checkpoint.load(tmp_path, device="cpu", quantised="4bit")
    wanted = _packed(plain)
    assert [n for n, p in loaded.network.named_parameters() if p.dtype == torch.uint8] == [
        n for n, p in wanted.named_parameters() if p.dtype == torch.uint8
    ]
    with torch.no_grad():
        ids = torch.tensor([[1, 5, 9]])
        torch.testing.assert_close(loaded.network(input_ids=ids).logits, wanted(input_ids=ids).logits)
    result = Assessor(loaded.network, loaded.tokenizer, mode="given").assess(tiny.picture(), tiny.masks())
    assert len(result) == 3 and all(r.quality is not None for r in result)
    with pytest.raises(CheckpointError, match="4 bits can not be saved"):
        checkpoint.save(loaded, tmp_path / "again")
