"""Finding checkpoints on disk, saying what exactly is missing, and fetching published ones."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from model import registry, registry_seagull
from model.download import DownloadError
from model.predictors.protocol import PredictorError
from model.seagull.checkpoint import Checkpoint, LoadReport, save
from model.seagull.errors import CheckpointError
from model.segmenters.protocol import SegmenterError
from model.sources import SOURCES, Source, SourceFile
from tests.unit.model import seagull_tiny as tiny
from tests.unit.model import tiny_sam
from tests.unit.model.range_server import serving


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save(Checkpoint(tiny.network(), tiny.tokenizer(), LoadReport()), folder)
    (folder / "card.json").write_text(json.dumps({"untrained": True}))
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    for path in whole.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def checked(folder: Path) -> registry.CheckedCheckpoint:
    return registry.check(registry.look_at(folder))


def without(folder: Path, part: str, into: Path | None = None) -> list[str]:
    """Take the weights whose name has `part` out of a folder."""
    file = folder / "model.safetensors"
    weights = load_file(file)
    gone = {name: value for name, value in weights.items() if part in name}
    save_file({name: value for name, value in weights.items() if name not in gone}, file)
    if into is not None:
        torch.save({name.partition(".vision_tower.")[2]: value for name, value in gone.items()}, into)
    return sorted(gone)


def test_checkpoints_are_found_in_folders_and_right_inside_them(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "weights" / "other").mkdir(parents=True)
    sam = tiny_sam.save(tiny_sam.build(), tmp_path / "weights")
    found = registry.find_checkpoints([tmp_path / "weights", whole.parent, whole, tmp_path / "nowhere"])
    assert [(f.kind, f.path) for f in found] == [("sam", sam), ("seagull", whole)]
    assert all(f.size > 1000 for f in found)


def test_a_whole_one_says_so_and_shows_its_card(whole: Path) -> None:
    result = checked(whole)
    assert result.ok and result.missing == () and result.card == {"untrained": True}
    assert "weights are there" in result.sentence


def test_missing_weights_are_told_by_name(copy: Path) -> None:
    gone = without(copy, "mask_extractor.final_mlp")
    result = checked(copy)
    assert not result.ok and sorted(result.missing) == gone and gone
    assert f"lacks {len(gone)} of" in result.sentence


def test_a_missing_encoder_is_told_as_such_and_taken_from_its_own_file(copy: Path) -> None:
    gone = without(copy, ".vision_tower.", copy.parent / "vision_tower.bin")
    result = checked(copy)
    assert not result.ok and sorted(result.missing) == gone
    assert "lacks the image encoder" in result.sentence and "download seagull-7b" in result.sentence
    (copy.parent / "vision_tower.bin").rename(copy / "vision_tower.bin")
    assert checked(copy).ok


def test_unknown_weights_and_wrong_shapes_are_told_by_name(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    weights["model.extra"] = torch.zeros(3)
    save_file(weights, copy / "model.safetensors")
    assert not checked(copy).ok and checked(copy).unexpected == ("model.extra",)
    weights["model.norm.weight"] = torch.zeros(3)
    save_file(weights, copy / "model.safetensors")
    result = checked(copy)
    assert not result.ok and result.missing[0].startswith("model.norm.weight (3,)")


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("tokenizer.json", "has no tokenizer"),
        ("config.json", "has no config.json"),
        ("model.safetensors", "holds no weights"),
    ],
)
def test_missing_files_are_told_by_name(copy: Path, gone: str, said: str) -> None:
    (copy / gone).unlink()
    result = checked(copy)
    assert not result.ok and said in result.sentence


def test_a_missing_shard_and_a_damaged_file(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "model-00001-of-00002.safetensors")
    assert "model-00002-of-00002.safetensors" in checked(copy).sentence
    (copy / "model-00001-of-00002.safetensors").rename(copy / "model.safetensors")
    (copy / "model.safetensors").write_bytes((copy / "model.safetensors").read_bytes()[:5000])
    assert "damaged or cut short" in checked(copy).sentence
    (copy / "config.json").write_text('{"model_type": "seagull", "hidden_size": "wide"}')
    assert "config.json" in checked(copy).sentence


@pytest.mark.parametrize("name", ["config.json", "card.json", "tokenizer.json", "baseline.json"])
def test_json_nested_without_end_is_damage_and_no_crash(copy: Path, name: str) -> None:
    (copy / name).write_text("[" * 100_000)
    result = checked(copy)
    assert not result.ok and result.sentence.endswith("again.") and "\n" not in result.sentence


@pytest.mark.parametrize(
    "error", [PredictorError("It is so."), CheckpointError("It is so."), SegmenterError("It is so.")]
)
def test_whatever_a_check_refuses_is_told(
    whole: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(folder: Path) -> None:
        raise error

    monkeypatch.setattr(registry_seagull, "check_folder", refuse)
    result = checked(whole)
    assert not result.ok and result.sentence == "It is so."


def test_an_adapter_on_itself_is_told(copy: Path) -> None:
    (copy / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": str(copy)}))
    save_file({"w": torch.zeros(1)}, copy / "adapter_model.safetensors")
    assert not checked(copy).ok and "itself an adapter" in checked(copy).sentence


def test_an_adapter_without_its_base(copy: Path, whole: Path) -> None:
    for path in copy.iterdir():
        path.unlink()
    (copy / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": "/nowhere/base"}))
    assert checked(copy).missing == ("adapter_model.safetensors",)
    save_file({"w": torch.zeros(1)}, copy / "adapter_model.safetensors")
    assert checked(copy).missing == ("/nowhere/base",)
    (copy / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": str(whole)}))
    assert not checked(copy).ok and "peft_type is LORA, not 'None'" in checked(copy).sentence


def test_sam_files_are_known_by_their_hash(tmp_path: Path) -> None:
    file = tiny_sam.save(tiny_sam.build(), tmp_path)
    result = registry.check(registry.look_at(file))
    assert result.ok and "none of the three published" in result.sentence
    torch.save({"weight": torch.ones(2)}, tmp_path / "sam_vit_b.pth")
    foreign = registry.check(registry.look_at(tmp_path / "sam_vit_b.pth"))
    assert not foreign.ok and "another kind of model" in foreign.sentence
    (tmp_path / "sam_vit_b.pth").write_bytes(pickle.dumps(print))
    hostile = registry.check(registry.look_at(tmp_path / "sam_vit_b.pth"))
    assert not hostile.ok and "program code" in hostile.sentence
    wrong = tmp_path / "sam_vit_b_01ec64.pth"
    wrong.write_bytes(b"x")
    result = registry.check(registry.look_at(wrong))
    assert not result.ok and "download it again" in result.sentence


def test_what_is_no_checkpoint_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no checkpoint: choose"):
        registry.look_at(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ValueError, match="is no checkpoint"):
        registry.look_at(tmp_path)


def test_sources_state_sizes_hashes_and_pages() -> None:
    for name in ("sam-vit-b", "sam-vit-l", "sam-vit-h"):
        (file,) = SOURCES[name].files
        assert file.sha256 is not None and len(file.sha256) == 64 and file.size
    big = SOURCES["seagull-7b"]
    assert big.size is None and big.size_text == "9.98 GB + 4.15 GB + 1.41 GB"
    assert all(f.url.startswith("https://") for s in SOURCES.values() for f in s.files)
    assert big.page.endswith("huggingface.co/Zevin2023/SEAGULL-7B")
    with pytest.raises(DownloadError, match="no weights called vit"):
        registry.source_named("vit")


def test_fetching_a_source_of_several_files(tmp_path: Path) -> None:
    content = b"weights" * 1000
    with serving(content) as server:
        digest = hashlib.sha256(content).hexdigest()
        files = tuple(SourceFile(name, server.url, None, digest) for name in ("a.bin", "config.json"))
        source = Source("x", "X", "seagull", "page", "MIT", files, folder="X")
        assert registry.fetch(source, tmp_path) == tmp_path / "X"
        assert (tmp_path / "X" / "config.json").read_bytes() == content
        alone = replace(source, folder="", files=files[:1])
        assert registry.fetch(alone, tmp_path) == tmp_path / "a.bin"
        assert len(server.asked) == 3
