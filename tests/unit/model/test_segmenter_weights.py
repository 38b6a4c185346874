"""Weights files: whole ones load, all others are refused in one sentence and nothing in them runs."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch

from model.segmenters import weights
from model.segmenters.protocol import SegmenterError
from model.segmenters.sam import SamSegmenter
from model.segmenters.sam_architecture import read_sizes
from model.segmenters.weights import read_state_dict, verified_sha256
from tests.unit.model import tiny_sam


class Bomb:
    """Unpickling it would create a file."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return Path.touch, (self.target,)


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "memory" / "hashes.json"


def _refused(path: Path, memory: Path) -> str:
    with pytest.raises(SegmenterError) as caught:
        SamSegmenter.load(path, "cpu", hashes=memory)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence and sentence.endswith(".")
    return sentence


def test_a_changed_file_is_refused_by_its_hash(tmp_path: Path, memory: Path) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "MD5" in _refused(path, memory)


def test_a_renamed_file_is_refused_by_its_hash(tmp_path: Path, memory: Path) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path, "sam_vit_h_4b8939.pth")
    assert "4b8939" in _refused(path, memory)


def test_a_file_without_a_hash_in_its_name_is_accepted(tmp_path: Path, memory: Path) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path, "finetuned.pth")
    assert SamSegmenter.load(path, "cpu", hashes=memory).name.startswith("SAM")


def test_a_missing_file_is_refused(tmp_path: Path, memory: Path) -> None:
    assert "cannot be opened" in _refused(tmp_path / "sam_vit_b_01ec64.pth", memory)


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path: Path, memory: Path, keep: float) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path, "cut.pth")
    content = path.read_bytes()
    path.write_bytes(content[: int(keep * len(content)) if keep < 1 else int(keep)])
    assert "download it again" in _refused(path, memory)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_with_code_is_refused_and_the_code_does_not_run(
    tmp_path: Path, memory: Path, zipped: bool
) -> None:
    path, target = tmp_path / "code.pth", tmp_path / "executed"
    if zipped:
        torch.save({"weight": Bomb(target)}, path)
    else:
        path.write_bytes(pickle.dumps({"weight": Bomb(target)}))
    assert "was not opened" in _refused(path, memory)
    assert not target.exists()


@pytest.mark.parametrize("content", [[1, 2], {"a": 1}, {"optimizer": {"a": torch.ones(1)}}])
def test_a_file_of_other_things_is_refused(tmp_path: Path, memory: Path, content: Any) -> None:
    path = tmp_path / "other.pth"
    torch.save(content, path)
    assert "SAM" in _refused(path, memory)


def test_the_weights_of_another_model_are_refused(tmp_path: Path, memory: Path) -> None:
    path = tmp_path / "resnet.pth"
    torch.save(torch.nn.Linear(3, 4).state_dict(), path)
    assert "another kind of model" in _refused(path, memory)


def test_weights_with_a_tensor_missing_or_of_another_shape_are_refused(tmp_path: Path, memory: Path) -> None:
    for change in ("mask_decoder.transformer.norm_final_attn.weight", "image_encoder.neck.2.weight"):
        weights = tiny_sam.build().state_dict()
        if "norm" in change:
            del weights[change]
        else:
            weights[change] = weights[change][:, :, :1]
        path = tmp_path / f"{change}.pth"
        torch.save(weights, path)
        assert "not a complete SAM model" in _refused(path, memory)


def test_an_old_style_file_loads_too(tmp_path: Path, memory: Path) -> None:
    path = tmp_path / "old.pth"
    torch.save(tiny_sam.build().state_dict(), path, _use_new_zipfile_serialization=False)
    assert SamSegmenter.load(path, "cpu", hashes=memory).signature.startswith("sam-")


def test_a_verified_file_is_not_hashed_again_until_it_changes(tmp_path: Path, memory: Path) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path, "finetuned.pth")
    first = verified_sha256(path, memory)
    memory.write_text(memory.read_text().replace(first, "f" * 64))
    assert verified_sha256(path, memory) == "f" * 64
    path.write_bytes(path.read_bytes() + b"x")
    assert verified_sha256(path, memory) not in {first, "f" * 64}


def test_what_others_remember_meanwhile_is_kept(
    tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (tiny_sam.save(tiny_sam.build(), tmp_path, f"{name}.pth") for name in "ab")
    hashed = weights._hashes

    def slowly(path: Path) -> dict[str, str]:
        if path == first:
            verified_sha256(second, memory)
        return hashed(path)

    monkeypatch.setattr(weights, "_hashes", slowly)
    verified_sha256(first, memory)
    monkeypatch.setattr(weights, "_hashes", lambda path: pytest.fail("hashed again"))
    verified_sha256(first, memory)
    verified_sha256(second, memory)
    assert [path.name for path in memory.parent.iterdir()] == [memory.name]


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_damaged_memory_of_hashes_is_forgotten(tmp_path: Path, memory: Path, content: str) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path)
    memory.parent.mkdir()
    memory.write_text(content)
    assert verified_sha256(path, memory) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_digits_in_the_published_names_are_those_of_the_md5(tmp_path: Path, memory: Path) -> None:
    """As stated for the published files: sam_vit_b_01ec64.pth has MD5 01ec64d2..., SHA-256 ec2df627...."""
    path = tiny_sam.save(tiny_sam.build(), tmp_path)
    content = path.read_bytes()
    assert hashlib.md5(content, usedforsecurity=False).hexdigest().startswith(path.stem[-6:])
    assert not hashlib.sha256(content).hexdigest().startswith(path.stem[-6:])
    assert verified_sha256(path, memory) == hashlib.sha256(content).hexdigest()


def test_a_name_may_carry_the_sha256_as_well(tmp_path: Path, memory: Path) -> None:
    plain = tiny_sam.save(tiny_sam.build(), tmp_path, "plain.pth")
    digest = hashlib.sha256(plain.read_bytes()).hexdigest()
    assert verified_sha256(plain.rename(tmp_path / f"finetuned_{digest[:8]}.pth"), memory) == digest


def test_the_sizes_are_read_off_the_tensors(tmp_path: Path) -> None:
    path = tiny_sam.save(tiny_sam.build(side=96, heads=4), tmp_path)
    sizes = read_sizes(read_state_dict(path), path.name)
    assert (sizes.img_size, sizes.patch, sizes.width, sizes.depth, sizes.heads) == (96, 16, 32, 3, 4)
    assert (sizes.window, sizes.everywhere, sizes.channels, sizes.masks) == (3, (1,), 32, 3)
    assert (sizes.decoder_depth, sizes.decoder_mlp, sizes.decoder_downsample) == (2, 64, 2)


@pytest.mark.parametrize(
    ("maker", "name", "everywhere"),
    [
        ("vit_b", "ViT-B", (2, 5, 8, 11)),
        ("vit_l", "ViT-L", (5, 11, 17, 23)),
        ("vit_h", "ViT-H", (7, 15, 23, 31)),
    ],
)
def test_the_published_architectures_are_recognised(
    maker: str, name: str, everywhere: tuple[int, ...]
) -> None:
    from segment_anything import sam_model_registry

    with torch.device("meta"):
        weights = sam_model_registry[maker]().state_dict()
    sizes = read_sizes(weights, maker)
    assert (sizes.name, sizes.everywhere, sizes.window, sizes.img_size) == (name, everywhere, 14, 1024)
    assert sizes.heads == {"vit_b": 12}.get(maker, 16)
