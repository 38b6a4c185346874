"""Checkpoints of strangers: each is loaded or refused in one sentence, and nothing in it runs."""

import json
import os
import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import peft
import pytest
import safetensors.torch
import timm
import torch

from model import registry
from model.plain_files import FileRefused
from model.seagull import checkpoint
from model.seagull.config import from_published
from model.seagull.config_rules import RULES, check_ids
from model.seagull.encoder_rules import ENCODERS
from model.seagull.errors import CheckpointError, SeagullError
from model.seagull.image_encoder import ImageEncoder
from model.seagull.memory_needs import meta_network
from model.segmenters.protocol import SegmenterError
from model.segmenters.weights import read_state_dict, verified_sha256
from model.tensor_files import read_tensors, why_not_plain
from tests.unit.model import seagull_tiny as tiny


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    return tiny.published_weights(tiny.network())


def _refused(folder: Path, words: str, **options: object) -> str:
    with pytest.raises(SeagullError, match=words) as caught:
        checkpoint.load(folder, device="cpu", **options)
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 700 and sentence.endswith(".")
    told = registry.check(registry.look_at(folder))
    assert not told.ok and told.sentence == sentence
    return sentence


def _changed(folder: Path, **entries: object) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | entries))


VALUES = (
    None, -1, 0, 1, 3, 10**6, 10**30, 0.5, 32.0, 1e300, float("nan"), float("inf"), "x", "32", [], [1], {},
    {"a": 1}, {"type": "linear"}, {"rope_type": "llama3", "factor": 1e9}, True, False,
)  # fmt: skip


@pytest.mark.parametrize("key", list(RULES))
def test_every_entry_of_a_configuration_is_within_bounds_or_refused(key: str) -> None:
    settings = tiny.config().to_dict()
    for value in VALUES:
        try:
            config = from_published(settings | {key: value})
            check_ids(config)
        except ValueError as error:
            assert len(str(error)) < 400 and "\n" not in str(error)
        else:
            # Whatever passes makes a network, in a moment.
            assert config.num_hidden_layers <= 256
            if key in {"num_hidden_layers", "encoder", "encoder_options"}:
                meta_network(config)
    settings.pop(key, None)
    from_published(settings)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (
            {"num_hidden_layers": 1_000_000},
            "num_hidden_layers is a whole number from 1 to 256, not '1000000'",
        ),
        ({"num_attention_heads": 0}, "num_attention_heads is a whole number"),
        ({"num_attention_heads": 5}, "can not be shared by 5 attention heads"),
        ({"picture_side": 100}, "no multiple of 32"),
        ({"hidden_act": "prelu"}, "hidden_act is one of silu"),
        ({"pad_token_id": 100_000}, "pad_token_id is 100000, and the network has 600 words"),
        ({"encoder": "hf-hub:timm/convnext_tiny.fb_in1k"}, "encoder 'hf-hub:.*' is none of convnext_atto"),
        ({"encoder": "local-dir:/models"}, "is none of convnext_atto"),
        ({"encoder_options": {"checkpoint_path": "/x.bin"}}, "depths and dims, not 'checkpoint_path'"),
        ({"encoder_options": {"pretrained": True, "depths": [1] * 4}}, "not 'pretrained'"),
        ({"encoder_options": {"depths": [1, 1, 10**6, 1]}}, "depths in encoder_options is a list of 4 whole"),
    ],
)
def test_a_configuration_out_of_bounds_at_the_door(tmp_path, weights, entries, words) -> None:
    folder = tiny.publish(tmp_path, weights, shards=1)
    _changed(folder, **entries)
    assert "config.json" in _refused(folder, words)


def test_nothing_but_sizes_reaches_timm(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(timm, "create_model", lambda *args, **kwargs: pytest.fail("timm was asked"))
    for name, options in (("hf-hub:a/b", None), ("convnext_tiny", {"checkpoint_path": "x"})):
        with pytest.raises(ValueError, match="encoder"):
            ImageEncoder(name, options)


def test_every_encoder_that_is_allowed_can_be_built() -> None:
    for name in ENCODERS:
        with torch.device("meta"):
            assert len(ImageEncoder(name, {"depths": [1] * 4}).widths) == 4


def test_numbers_that_are_none_are_refused(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, weights, shards=1)
    _changed(folder, attention_dropout=float("nan"))
    _refused(folder, "config.json is damaged or cut short .it holds NaN")
    text = (folder / "config.json").read_text().replace("NaN", "0.0")
    (folder / "config.json").write_text(text[:-1] + ', "hidden_size": 64}')
    _refused(folder, "it says two things of 'hidden_size'")


def test_a_network_that_leaves_weights_out_is_refused(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, weights, shards=1)
    _changed(folder, num_hidden_layers=1)
    _refused(folder, r"9 weights that its config.json has no place for \(model.layers.1")
    _changed(folder, num_hidden_layers=2, tie_word_embeddings=True)
    _refused(folder, "ties lm_head.weight to model.embed_tokens.weight, and the two differ")


def test_an_encoder_file_deeper_than_the_configuration_is_refused(tmp_path, weights) -> None:
    tower = "model.vision_tower."
    folder = tiny.publish(tmp_path, {n: v for n, v in weights.items() if not n.startswith(tower)}, shards=1)
    own = {n.removeprefix(tower): v for n, v in weights.items() if n.startswith(tower)}
    torch.save({**own, "vision_tower.visual.trunk.stages.2.blocks.1.gamma": torch.ones(16)},
               folder / "vision_tower.bin")  # fmt: skip
    _refused(folder, r"stages.2.blocks.1.gamma")


def test_one_weight_in_two_files_is_refused(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, None)
    for number in (1, 2):
        torch.save(weights, folder / f"pytorch_model-0000{number}-of-00002.bin")
    _refused(folder, "twice")


def _tensors() -> dict[str, torch.Tensor]:
    return {
        "sparse": torch.eye(8).to_sparse(),
        "quantised": torch.quantize_per_tensor(torch.eye(8), 0.1, 0, torch.qint8),
        "meta": torch.empty(8, 8, device="meta"),
        "complex": torch.eye(8, dtype=torch.complex64),
        "whole": torch.ones(8, 8, dtype=torch.int64),
        "empty": torch.ones(0, 8),
        "expanded": torch.ones(1).expand(1 << 20, 1 << 20),
    }


@pytest.mark.filterwarnings("ignore")  # of layouts that are going to change
@pytest.mark.parametrize("kind", ["sparse", "quantised", "meta", "complex", "whole", "empty", "expanded"])
def test_tensors_that_are_no_weights(tmp_path, weights, kind) -> None:
    folder = tiny.publish(tmp_path, None)
    for name in ("model.norm.weight", "model.embed_tokens.weight"):
        torch.save(weights | {name: _tensors()[kind]}, folder / "pytorch_model.bin")
        _refused(
            folder, "is (empty|of the type|larger than|without numbers|sparse)|holds (sparse|quant|empty)"
        )
    torch.save({"weight": _tensors()[kind]}, tmp_path / "sam_vit_b.pth")
    told = registry.check(registry.look_at(tmp_path / "sam_vit_b.pth"))
    assert not told.ok and "\n" not in told.sentence


def test_plain_tensors_are_plain() -> None:
    for kind in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        assert why_not_plain(torch.ones(2, 3, dtype=kind).t()) is None


def test_a_packed_archive_is_refused_by_its_declared_size(tmp_path) -> None:
    folder = tiny.publish(tmp_path, None)
    with zipfile.ZipFile(folder / "pytorch_model.bin", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, protocol=2))
        with archive.open("archive/data/0", "w") as entry:
            for _ in range(64):
                entry.write(bytes(1 << 20))
    _refused(folder, "is packed .* would become 67,")


@pytest.mark.parametrize("kind", ["fifo", "folder", "device"])
@pytest.mark.parametrize("name", ["config.json", "pytorch_model.bin", "sam_vit_b.pth", "baseline.json"])
@pytest.mark.timeout(30)
def test_what_is_no_file_is_not_opened(tmp_path, weights, name, kind) -> None:
    folder = tiny.publish(tmp_path, weights, shards=1, index=False)
    file = folder / name
    file.unlink(missing_ok=True)
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero")
    if name == "sam_vit_b.pth":
        for look in (verified_sha256, read_state_dict):
            with pytest.raises(SegmenterError, match=r"is a (folder|pipe, socket or device)"):
                look(file)
    elif name == "baseline.json":
        from model.predictors.baseline import Baseline
        from model.predictors.protocol import PredictorError

        with pytest.raises(PredictorError, match=r"is a pipe, socket or device|There is no baseline"):
            Baseline.load(file)
    else:
        (folder / "pytorch_model-00001-of-00001.bin").unlink()
        with pytest.raises(CheckpointError, match=r"is a (folder|pipe, socket or device)"):
            checkpoint.load(folder, device="cpu")


class _Named:
    """A class of some program."""


class _Runs:
    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self):
        return os.mkdir, (str(self.place),)


@pytest.mark.parametrize("protocol", range(6))
def test_a_bare_pickle_is_called_what_it_is(tmp_path, protocol) -> None:
    file, ran = tmp_path / "weights.bin", tmp_path / "ran"
    for content, code in (
        ({"a": 1, "b": [2.5, "x"]}, False),
        ({"a": np.ones(3)}, False),
        (_Named(), True),
        ({"a": _Runs(ran)}, True),
    ):
        file.write_bytes(pickle.dumps(content, protocol=protocol))
        with pytest.raises(FileRefused) as caught:
            read_tensors(file)
        assert ("program code" in str(caught.value)) == (code and protocol >= 2), (protocol, content)
        assert str(caught.value).startswith(str(file)) and "\n" not in str(caught.value)
    assert not ran.exists()


def test_a_file_of_garbage_with_any_beginning(tmp_path) -> None:
    noise = np.random.default_rng(0)
    for start in (b"", b"PK\x03\x04", b"\x80\x02", b"\x80\x04", b"\x80\x02}q\x00."):
        for name in ("a.bin", "a.safetensors", "a.pth"):
            (tmp_path / name).write_bytes(start + noise.bytes(2000))
            with pytest.raises(FileRefused, match=str(tmp_path)):
                read_tensors(tmp_path / name)


def test_an_unknown_number_format_in_safetensors(tmp_path, weights) -> None:
    folder = tiny.publish(tmp_path, None)
    safetensors.torch.save_file(weights, folder / "model.safetensors")
    content = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(content.replace(b'"dtype":"F32"', b'"dtype":"C64"', 1))
    _refused(folder, "damaged|of the type")


@pytest.fixture(scope="module")
def adapters(tmp_path_factory, weights) -> tuple[Path, Path]:
    """A base and a whole adapter on it."""
    place = tmp_path_factory.mktemp("adapters")
    base = tiny.publish(place / "base", weights, shards=1)
    settings = peft.LoraConfig(
        r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], modules_to_save=["mm_projector"]
    )
    adapted = peft.get_peft_model(checkpoint.load(base, device="cpu").network, settings)
    adapted.peft_config["default"].base_model_name_or_path = str(base)
    adapted.save_pretrained(place / "whole")
    return base, place / "whole"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("lora_", "lacks 20 of the 22 weights"),
        ("layers.1.self_attn.v_proj.lora_B", "lacks 1 of the 22 weights"),
        ("mm_projector.bias", "lacks 1 of the 22 weights"),
    ],
)
def test_an_adapter_without_all_of_its_matrices_is_refused(tmp_path, adapters, part, words) -> None:
    place = tmp_path / "adapter"
    shutil.copytree(adapters[1], place)
    assert registry.check(registry.look_at(place)).ok
    file = place / "adapter_model.safetensors"
    content = safetensors.torch.load_file(file)
    safetensors.torch.save_file({n: v for n, v in content.items() if part not in n}, file)
    _refused(place, words)
    safetensors.torch.save_file({**content, "base_model.model.extra": torch.ones(1)}, file)
    _refused(place, "1 weights that its adapter_config.json does not name")
    name = next(name for name in content if part in name)
    safetensors.torch.save_file({**content, name: torch.ones(3, 3)}, file)
    _refused(place, r"has the shape \(3, 3\) for")


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"r": 10**9}, "r is a whole number from 1 to 4096"),
        ({"r": 8}, "does not fit"),
        ({"lora_alpha": float("nan")}, "holds NaN"),
        ({"peft_type": "XLORA", "adapters": {"a": "hub/name"}}, "peft_type is LORA"),
        ({"megatron_config": {"a": 1}, "megatron_core": "os"}, "megatron_config is not known"),
        ({"layer_replication": [[0, 10**9]]}, "layer_replication is not known"),
        ({"target_modules": "(a+)+b"}, "a pattern with few repeats"),
        ({"target_modules": "[a"}, "is no pattern"),
        ({"target_modules": None}, "names no part"),
        ({"target_modules": ["nowhere"]}, "does not fit"),
        ({"target_modules": ["q_proj", "v_proj", "k_proj"]}, "lacks 10 of the 32 weights"),
        ({"modules_to_save": "x" * 1000}, "modules_to_save is a list of names"),
        ({"rank_pattern": {"q_proj": -1}}, "rank_pattern of q_proj is a whole number"),
    ],
)
def test_the_configuration_of_an_adapter_within_bounds(tmp_path, adapters, entries, words) -> None:
    place = tmp_path / "adapter"
    shutil.copytree(adapters[1], place)
    file = place / "adapter_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | entries))
    _refused(place, words)
