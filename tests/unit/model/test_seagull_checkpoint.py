"""Checkpoints: every layout that is out there, and everything that may be wrong with one."""

import json
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import peft
import pytest
import safetensors.torch
import torch

from model import registry_seagull
from model.seagull import checkpoint, whole_checkpoint
from model.seagull.assessor import Assessor
from model.seagull.errors import CheckpointError, MemoryShortError, SeagullError
from model.seagull.network import SeagullForCausalLM
from tests.unit.model import seagull_tiny as tiny

TOWER = "model.vision_tower."


@pytest.fixture(scope="module")
def network() -> SeagullForCausalLM:
    return tiny.network()


@pytest.fixture
def weights(network) -> dict[str, torch.Tensor]:
    return tiny.published_weights(network)


def _same(loaded: SeagullForCausalLM, network: SeagullForCausalLM) -> None:
    mine, theirs = loaded.state_dict(), network.state_dict()
    assert mine.keys() == theirs.keys()
    for name, value in theirs.items():
        assert torch.equal(mine[name], value), name


def _refused(folder: Path, words: str, **options: object) -> CheckpointError:
    with pytest.raises(CheckpointError, match=words) as caught:
        checkpoint.load(folder, device="cpu", **options)
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 700
    return caught.value


@pytest.mark.parametrize("index", [True, False])
def test_the_published_layout(tmp_path, network, weights, index) -> None:
    loaded = checkpoint.load(tiny.publish(tmp_path, weights, shards=3, index=index), device="cpu")
    _same(loaded.network, network)
    assert len(loaded.report.unused) == 4
    with torch.no_grad():
        ids = torch.tensor([[1, 5, 9]])
        torch.testing.assert_close(loaded.network(input_ids=ids).logits, network(input_ids=ids).logits)
    assert loaded.network.config.global_token_id is not None


def test_safetensors_and_what_save_writes(tmp_path, network) -> None:
    words = tiny.tokenizer()
    checkpoint.save(checkpoint.Checkpoint(network, words, checkpoint.LoadReport()), tmp_path)
    assert (tmp_path / "model.safetensors").is_file()
    loaded = checkpoint.load(tmp_path, device="cpu")
    _same(loaded.network, network)
    result = Assessor(loaded.network, loaded.tokenizer, mode="given").assess(tiny.picture(), tiny.masks()[:1])
    wanted = Assessor(network, words, mode="given").assess(tiny.picture(), tiny.masks()[:1])
    assert result == wanted


def test_precision_is_chosen(tmp_path, weights) -> None:
    loaded = checkpoint.load(tiny.publish(tmp_path, weights), device="cpu", dtype="bfloat16")
    assert {p.dtype for p in loaded.network.parameters()} == {torch.bfloat16}
    assert loaded.network.model.rotary_emb.inv_freq.dtype == torch.float32


@pytest.mark.parametrize("prefix", ["visual.trunk.", "trunk.", "vision_tower.visual.trunk.", ""])
def test_the_image_encoder_in_a_file_of_its_own(tmp_path, network, weights, prefix) -> None:
    long = TOWER + "vision_tower.visual.trunk."
    tower = {prefix + n.removeprefix(long): v for n, v in weights.items() if n.startswith(long)}
    rest = {n: v for n, v in weights.items() if not n.startswith(TOWER)}
    folder = tiny.publish(tmp_path / "without", rest)
    error = _refused(folder, "lacks the image encoder")
    assert error.missing and all(name.startswith(TOWER) for name in error.missing)
    elsewhere = tmp_path / "encoder.bin"
    torch.save({**tower, "text.transformer.weight": torch.ones(2)}, elsewhere)
    _same(checkpoint.load(folder, device="cpu", vision_tower=elsewhere).network, network)
    shutil.copy(elsewhere, folder / "open_clip_pytorch_model.bin")
    loaded = checkpoint.load(folder, device="cpu")
    _same(loaded.network, network)
    assert loaded.report.encoder_from == folder / "open_clip_pytorch_model.bin"


def test_missing_and_unexpected_names_are_listed(tmp_path, weights) -> None:
    del weights["mask_extractor.res3.bias"]
    weights["mask_extractor.strange"] = torch.ones(1)
    error = _refused(
        tiny.publish(tmp_path, weights),
        r"lacks 1 of \d+ weights \(mask_extractor.res3.bias\), and has 1 that",
    )
    assert error.missing == ("mask_extractor.res3.bias",)
    assert error.unexpected == ("mask_extractor.strange",)


def test_weights_left_over_are_refused(tmp_path, weights) -> None:
    weights["model.extra.weight"] = torch.ones(1)
    error = _refused(tiny.publish(tmp_path, weights), r"1 weights that its config.json has no place for")
    assert error.unexpected == ("model.extra.weight",)


class _Trap:
    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self):
        return os.mkdir, (str(self.place),)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_with_code_is_refused_and_nothing_runs(tmp_path, weights, zipped) -> None:
    folder, place = tiny.publish(tmp_path, None), tmp_path / "ran"
    trap = {**weights, "trap": _Trap(place)}
    torch.save(trap, folder / "pytorch_model.bin", _use_new_zipfile_serialization=zipped)
    _refused(folder, "program code")
    assert not place.exists()


@pytest.mark.parametrize("kind", ["bin", "safetensors"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_file(tmp_path, weights, kind, share) -> None:
    folder = tiny.publish(tmp_path, None)
    if kind == "bin":
        file = folder / "pytorch_model.bin"
        torch.save(weights, file)
    else:
        file = folder / "model.safetensors"
        safetensors.torch.save_file(weights, file)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    _refused(folder, "damaged or cut short; download it again")


def test_a_missing_shard(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, weights, shards=3)
    (folder / "pytorch_model-00002-of-00003.bin").unlink()
    _refused(folder, "lacks pytorch_model-00002-of-00003.bin")


def test_a_wrong_shape(tmp_path, weights) -> None:
    weights["model.mm_projector.weight"] = torch.ones(32, 99)
    _refused(
        tiny.publish(tmp_path, weights), r"another shape .*mm_projector.weight \(32, 99\) for \(32, 16\)"
    )


def test_another_model(tmp_path, weights) -> None:
    _refused(
        tiny.publish(tmp_path / "bert", {"bert.embeddings.weight": torch.ones(2)}, shards=1), "another model"
    )
    llama = {
        n: v for n, v in weights.items() if n.startswith("model.layers") or "embed" in n or "lm_head" in n
    }
    _refused(tiny.publish(tmp_path / "llama", llama), "not a SEAGULL checkpoint")


def test_no_tokenizer_no_config_no_weights_no_folder(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path / "a", weights)
    (folder / "tokenizer.json").unlink()
    _refused(folder, "has no tokenizer")
    (folder / "tokenizer.json").write_text("{")
    _refused(folder, "tokenizer .* can not be read")
    (folder / "config.json").write_text("[1")
    _refused(folder, "config.json is damaged")
    (folder / "config.json").unlink()
    _refused(folder, "has no config.json")
    _refused(tiny.publish(tmp_path / "b", None), "holds no weights")
    _refused(tmp_path / "none", "is no folder")


def test_not_a_list_of_weights(tmp_path) -> None:
    folder = tiny.publish(tmp_path, None)
    torch.save([1, 2], folder / "pytorch_model.bin")
    _refused(folder, "no list of weights")


def test_a_configuration_that_makes_no_sense(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, weights)
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"hidden_size": "wide"}))
    _refused(folder, "does not describe a SEAGULL network")


def test_a_refusal_quotes_a_value_without_end_in_short(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, weights)
    settings = json.loads((folder / "config.json").read_text())
    for name in ("hidden_size", "hidden_act", "encoder_options"):
        (folder / "config.json").write_text(json.dumps(settings | {name: "x" * 100_000}))
        assert len(str(_refused(folder, "."))) < 500, name
        assert len(registry_seagull.check_folder(folder).sentence) < 500, name
    (folder / "config.json").unlink()
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": "x" * 100_000}))
    (folder / "adapter_model.safetensors").touch()
    assert len(str(_refused(folder, "is an adapter on xxx"))) < 500


def test_devices_that_are_not_there(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, weights)
    for name in ("cuda:99", "no-such-device"):
        with pytest.raises(SeagullError, match=name):
            checkpoint.load(folder, device=name)


def test_too_little_memory_for_the_weights(tmp_path, weights, monkeypatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    folder = tiny.publish(tmp_path, weights)
    monkeypatch.setattr(whole_checkpoint, "_assign", full)
    with pytest.raises(MemoryShortError, match="too little memory"):
        checkpoint.load(folder, device="cpu")


def _adapter(place: Path, base: Path) -> torch.Tensor:
    """Train nothing, but change everything: random LoRA weights, a new projector. Returns wanted logits."""
    network = checkpoint.load(base, device="cpu").network
    config = peft.LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=r"model\.layers\..*\.(q_proj|v_proj)",
        modules_to_save=["mm_projector"],
    )
    adapted = peft.get_peft_model(network, config)
    torch.manual_seed(3)
    with torch.no_grad():
        for name, value in adapted.named_parameters():
            if "lora_B" in name or "modules_to_save" in name:
                value.normal_()
    adapted.peft_config["default"].base_model_name_or_path = str(base)
    adapted.save_pretrained(place)
    with torch.no_grad():
        wanted: torch.Tensor = adapted(input_ids=torch.tensor([[1, 5, 9]])).logits
    return wanted


def test_an_adapter_on_its_base(tmp_path, network, weights) -> None:
    base, place = tiny.publish(tmp_path / "base", weights), tmp_path / "adapter"
    wanted = _adapter(place, base)
    for options in ({}, {"base": base}):
        loaded = checkpoint.load(place, device="cpu", **options)
        with torch.no_grad():
            torch.testing.assert_close(loaded.network(input_ids=torch.tensor([[1, 5, 9]])).logits, wanted)
        assert loaded.network.state_dict().keys() == network.state_dict().keys()
        changed = loaded.network.model.mm_projector.weight
        assert not torch.equal(changed, network.model.mm_projector.weight)
    shutil.move(base, tmp_path / "moved")
    _refused(place, "not a folder here; name the folder")
    _refused(place, "is itself an adapter", base=place)
    file = place / "adapter_model.safetensors"
    file.write_bytes(file.read_bytes()[:-50])
    _refused(place, "damaged or cut short|does not fit", base=tmp_path / "moved")
    file.unlink()
    _refused(place, "has no adapter_model.safetensors", base=tmp_path / "moved")


def test_a_sentencepiece_model_without_its_package(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, weights)
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.model").write_bytes(b"not read")
    wanted = "can not be read" if find_spec("sentencepiece") else "needs the package sentencepiece"
    _refused(folder, wanted)
