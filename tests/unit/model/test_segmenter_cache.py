"""The embedding cache: whole entries or none, bounded, shared by processes; and filling it beforehand."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model.segmenters.embedding_cache import EmbeddingCache, EmbeddingKey
from model.segmenters.precompute import PictureToEncode, precompute
from model.segmenters.protocol import Prompt, SegmenterError
from model.segmenters.sam import SamSegmenter
from tests.unit.model import tiny_sam

KEY = EmbeddingKey("a" * 64, "sam-1-v1")
ARRAYS = {"features": np.arange(60, dtype=np.float32).reshape(3, 4, 5), "size": np.array([7, 9])}


def test_an_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "cache")
    assert cache.get(KEY) is None
    cache.put(KEY, ARRAYS)
    found = EmbeddingCache(tmp_path / "cache").get(KEY)
    assert found is not None and set(found) == set(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype
    assert [p.suffix for p in (tmp_path / "cache").iterdir()] == [".embedding"]


def test_another_picture_or_other_weights_are_another_entry(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.put(KEY, ARRAYS)
    assert cache.get(EmbeddingKey("b" * 64, KEY.signature)) is None
    assert cache.get(EmbeddingKey(KEY.picture_sha256, "sam-2-v1")) is None


@pytest.mark.parametrize("damage", ["truncate", "empty", "flip", "tail", "other key", "garbage"])
def test_a_damaged_entry_is_not_there_and_is_removed(tmp_path: Path, damage: str) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.put(KEY, ARRAYS)
    path = cache.path(KEY)
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[-100] ^= 4
    elif damage == "other key":
        other = EmbeddingKey("b" * 64, KEY.signature)
        cache.put(other, ARRAYS)
        content = bytearray(cache.path(other).read_bytes())
    else:
        content = {
            "truncate": content[: len(content) // 2],
            "empty": bytearray(),
            "tail": content + b"x",
            "garbage": bytearray(b"\x80\x04nonsense" * 50),
        }[damage]
    path.write_bytes(content)
    assert cache.get(KEY) is None
    assert not path.exists()
    cache.put(KEY, ARRAYS)
    assert cache.get(KEY) is not None


def test_the_least_recently_used_entries_go(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    keys = [EmbeddingKey(f"{i:064d}", "s") for i in range(4)]
    for age, key in enumerate(keys):
        cache.put(key, ARRAYS)
        os.utime(cache.path(key), (1000 + age, 1000 + age))
    size = cache.path(keys[0]).stat().st_size
    assert cache.get(keys[0]) is not None
    small = EmbeddingCache(tmp_path, max_bytes=3 * size + 100)
    small.put(KEY, ARRAYS)
    left = [key for key in [*keys, KEY] if small.path(key).exists()]
    assert left == [keys[0], keys[3], KEY]


def test_what_a_killed_process_left_is_cleared_and_what_another_is_writing_is_not(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    old, new = tmp_path / "old.unfinished", tmp_path / "new.unfinished"
    old.write_bytes(b"1")
    new.write_bytes(b"1")
    os.utime(old, (1000, 1000))
    cache.put(KEY, ARRAYS)
    assert not old.exists() and new.exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SegmenterError, match="could not be kept"):
        EmbeddingCache(tmp_path / "file" / "cache").put(KEY, ARRAYS)


def test_two_processes_may_use_one_cache(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from model.segmenters.embedding_cache import EmbeddingCache, EmbeddingKey\n"
        "cache = EmbeddingCache(Path(sys.argv[1]), max_bytes=60_000)\n"
        "for turn in range(60):\n"
        "    key = EmbeddingKey(f'{turn % 8:064d}', 's')\n"
        "    found = cache.get(key)\n"
        "    assert found is None or (found['a'] == turn % 8).all()\n"
        "    cache.put(key, {'a': np.full(2000, turn % 8, np.float32)})\n"
        "assert 'torch' not in sys.modules\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) <= 70_000
    assert not list(tmp_path.glob("*.unfinished"))


@pytest.fixture
def segmenter(tmp_path: Path) -> SamSegmenter:
    return SamSegmenter.load(tiny_sam.save(tiny_sam.build(), tmp_path), "cpu", hashes=tmp_path / "h.json")


def test_precompute_encodes_what_is_missing_and_reports_what_fails(
    segmenter: SamSegmenter, tmp_path: Path
) -> None:
    cache = EmbeddingCache(tmp_path / "cache")
    rgb = tiny_sam.picture(60, 80)

    def unreadable() -> np.ndarray:
        raise ValueError("b.jpg is cut off; copy it again.")

    pictures = [
        PictureToEncode("a", "a" * 64, lambda: rgb),
        PictureToEncode("b", "b" * 64, unreadable),
        PictureToEncode("c", "c" * 64, lambda: tiny_sam.picture(50, 50)),
    ]
    steps: list[tuple[int, int, str]] = []
    report = precompute(pictures, segmenter, cache, lambda *step: steps.append(step))
    assert (report.encoded, report.already, report.stopped) == (2, 0, False)
    assert report.failed == (("b", "b.jpg is cut off; copy it again."),)
    assert steps == [(0, 3, "a"), (1, 3, "b"), (2, 3, "c"), (3, 3, "")]
    again = precompute(pictures[:1], segmenter, cache)
    assert (again.encoded, again.already) == (0, 1)
    arrays = cache.get(EmbeddingKey("a" * 64, segmenter.signature))
    assert arrays is not None
    prompt = Prompt(((20.0, 20.0, True),))
    fresh = segmenter.predict(segmenter.encode(rgb), prompt)
    stored = segmenter.predict(segmenter.from_arrays(arrays), prompt)
    for one, other in zip(fresh, stored, strict=True):
        np.testing.assert_array_equal(one.mask, other.mask)


def test_precompute_stops_between_and_within_pictures(segmenter: SamSegmenter, tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "cache")
    pictures = [PictureToEncode(i, f"{i:064d}", lambda: tiny_sam.picture(60, 80)) for i in range(3)]
    for allowed in (0, 2, 5):
        answers = iter([False] * allowed + [True])
        report = precompute(pictures, segmenter, cache, cancelled=lambda answers=answers: next(answers))
        assert report.stopped
    assert cache.get(EmbeddingKey(f"{0:064d}", segmenter.signature)) is not None


def test_an_entry_signed_anew_around_damage_is_not_there(tmp_path: Path) -> None:
    """Whoever writes into the folder can sign: neither numpy's header nor zip's may end the program."""
    cache = EmbeddingCache(tmp_path)
    cache.put(KEY, ARRAYS)
    path = cache.path(KEY)
    whole = path.read_bytes()
    start = len(b"SEAGULL embedding 1\n") + 32
    rng = np.random.default_rng(5)
    bodies = [bytearray(whole[start:]) for _ in range(150)]
    for body in bodies:
        for at in rng.integers(len(KEY.text) + 1, len(body), 3):
            body[at] = rng.integers(256)
    bomb = io.BytesIO()
    np.savez_compressed(bomb, features=np.zeros(10_000_000, np.float32), size=np.array([7, 9]))
    bodies.append(bytearray(KEY.text.encode() + b"\n" + bomb.getvalue()))
    for body in bodies:
        path.write_bytes(whole[: start - 32] + hashlib.sha256(body).digest() + body)
        cache.get(KEY)
    assert not path.exists()
