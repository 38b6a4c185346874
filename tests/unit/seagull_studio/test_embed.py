"""Encoding a project beforehand: with a small SAM, as function and as job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, Refused
from model.segmenters.protocol import SegmenterSpec
from seagull_studio.jobs import embed
from tests.unit.annotation_db.io_project import project
from tests.unit.model import tiny_sam


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_sam.save(tiny_sam.build(), tmp_path_factory.mktemp("weights"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with project(tmp_path) as made:
        yield made


def entries(store: Store) -> int:
    return len(list(embed.cache_folder(store).glob("*.embedding")))


def test_only_what_is_missing_is_encoded(store: Store, weights: Path) -> None:
    spec = embed.choose([], str(weights))
    told: list[tuple[int, int, str]] = []
    first = embed.embed(store, spec, device="cpu", progress=lambda *now: told.append(now))
    assert (first.encoded, first.already, first.failed, first.stopped) == (5, 0, (), False)
    assert entries(store) == 5 and told[-1][:2] == (5, 5)
    second = embed.embed(store, spec, device="cpu")
    assert (second.encoded, second.already) == (0, 5)
    assert "5 of 5 pictures are ready" in embed.sentence(second)


def test_a_changed_picture_is_not_filed_under_the_old_hash(
    store: Store, weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "photos" / "a.png").write_bytes((tmp_path / "photos" / "b.png").read_bytes())
    report = embed.embed(store, embed.choose([], str(weights)), device="cpu")
    assert [path for path, _ in report.failed] == ["a.png"] and entries(store) == 4


def test_the_job_says_one_sentence_and_can_be_stopped(store: Store, weights: Path) -> None:
    options = {"segmenter": str(weights), "device": "cpu"}
    with pytest.raises(Cancelled, match="0 of 5 pictures ready"):
        embed.run_job(store, options, cancelled=lambda: True)
    assert entries(store) == 0
    assert "(5 new)" in embed.run_job(store, options)


def test_choosing_weights(weights: Path, tmp_path: Path) -> None:
    assert embed.choose([weights.parent]).path == str(weights)
    assert embed.choose([weights.parent], "sam vit-b").path == str(weights)
    assert embed.choose([weights.parent], "sam_vit_b").path == str(weights)
    with pytest.raises(Refused, match="called vit_h"):
        embed.choose([weights.parent], "vit_h")
    with pytest.raises(Refused, match="There are no SAM weights in"):
        embed.choose([tmp_path])
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(Refused, match="is not named as SAM weights are"):
        embed.choose([], str(tmp_path / "model.bin"))


def test_damaged_weights_are_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "sam_vit_b_01ec64.pth"
    file.write_bytes(b"not weights")
    with pytest.raises(Refused, match="sam_vit_b_01ec64"):
        embed.embed(store, SegmenterSpec("SAM", str(file), "sam"))
