"""Fetching files from a real server on this machine: whole, broken off, changed, wrong, no room."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from model.download import DownloadError, DownloadStopped, download, standing_bytes
from tests.unit.model.range_server import RangeServer, serving

CONTENT = np.random.default_rng(0).bytes(1_500_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[RangeServer]:
    with serving(CONTENT) as made:
        yield made


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "weights" / "w.bin"


def test_a_file_is_fetched_checked_and_not_fetched_twice(server: RangeServer, target: Path) -> None:
    told: list[tuple[int, int, str]] = []
    path = download(server.url, target, sha256=SHA256, progress=lambda *now: told.append(now))
    assert path == target and path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT), "w.bin")
    assert [p.name for p in target.parent.iterdir()] == ["w.bin"]
    download(server.url, target, sha256=SHA256)
    assert len(server.asked) == 1


def test_a_broken_connection_is_taken_up_where_it_broke(server: RangeServer, target: Path) -> None:
    server.cuts = [300_000, 500_000]
    download(server.url, target, sha256=SHA256, pause_s=0.01)
    assert target.read_bytes() == CONTENT
    assert server.asked == [None, "bytes=300000-", "bytes=800000-"]


def test_two_programs_do_not_write_one_part(server: RangeServer, target: Path) -> None:
    told: list[str] = []

    def meanwhile(*now: object) -> None:
        if not told:
            with pytest.raises(DownloadError, match=r"w\.bin is being downloaded by another") as caught:
                download(server.url, target, sha256=SHA256)
            told.append(str(caught.value))

    download(server.url, target, sha256=SHA256, progress=meanwhile)
    assert told and target.read_bytes() == CONTENT
    assert [p.name for p in target.parent.iterdir()] == ["w.bin"]


def test_what_arrived_is_kept_for_the_next_call(server: RangeServer, target: Path) -> None:
    server.cuts = [200_000]

    def after_some() -> bool:
        return standing_bytes(target) > 0

    with pytest.raises(DownloadStopped, match="start again to go on"):
        download(server.url, target, cancelled=after_some, pause_s=0.01)
    had = standing_bytes(target)
    assert 0 < had < len(CONTENT) and not target.exists()
    download(server.url, target, sha256=SHA256, pause_s=0.01)
    assert server.asked[-1] == f"bytes={had}-" and target.read_bytes() == CONTENT


def test_a_server_that_never_comes_back_ends_in_one_sentence(server: RangeServer, target: Path) -> None:
    server.statuses = [503] * 20
    with pytest.raises(DownloadError, match="the server says 503") as refused:
        download(server.url, target, pause_s=0.001)
    assert len(server.asked) == 5 and str(refused.value).count(".") >= 1


def test_two_versions_are_never_glued_together(server: RangeServer, target: Path) -> None:
    server.cuts = [400_000]
    with pytest.raises(DownloadStopped):
        download(server.url, target, cancelled=lambda: standing_bytes(target) > 0, pause_s=0.01)
    server.content, server.etag = bytes(reversed(CONTENT)), '"two"'
    download(server.url, target)
    assert target.read_bytes() == server.content


def test_a_server_without_ranges_or_versions_begins_again(server: RangeServer, target: Path) -> None:
    server.ranges, server.etag, server.cuts = False, None, [100_000]
    download(server.url, target, pause_s=0.01)
    assert target.read_bytes() == CONTENT and server.asked == [None, None]


def test_all_had_arrived_before_it_was_stopped(server: RangeServer, target: Path) -> None:
    with pytest.raises(DownloadStopped):
        download(server.url, target, cancelled=lambda: standing_bytes(target) >= len(CONTENT) - 1_000_000)
    with target.with_name("w.bin.part").open("ab") as file:
        file.write(CONTENT[standing_bytes(target) :])
    download(server.url, target, sha256=SHA256)
    assert server.asked[-1] == f"bytes={len(CONTENT)}-" and target.read_bytes() == CONTENT


def test_another_file_than_expected_is_thrown_away(server: RangeServer, target: Path) -> None:
    with pytest.raises(DownloadError, match=r"is not the file expected .* thrown away"):
        download(server.url, target, sha256="0" * 64)
    assert list(target.parent.iterdir()) == []


def test_a_file_that_is_there_and_is_another_one_stays(server: RangeServer, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"mine")
    with pytest.raises(DownloadError, match="another file; move it away"):
        download(server.url, target, sha256=SHA256)
    assert target.read_bytes() == b"mine" and server.asked == []


def test_no_room_is_said_before_anything_is_written(server: RangeServer, target: Path) -> None:
    with pytest.raises(DownloadError, match=r"are free; make room"):
        download(server.url, target, spare=1 << 60)
    assert standing_bytes(target) == 0


def test_a_folder_that_can_not_be_made(server: RangeServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DownloadError, match="choose another folder"):
        download(server.url, tmp_path / "file" / "w.bin")


def test_addresses(server: RangeServer, target: Path) -> None:
    with pytest.raises(DownloadError, match="no https address"):
        download("http://example.org/w.bin", target)
    with pytest.raises(DownloadError, match="no https address"):
        download("file:///etc/passwd", target)
    server.statuses = [404]
    with pytest.raises(DownloadError, match="404 Not Found"):
        download(server.url, target)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DownloadError, match="broke"):
        download(f"http://127.0.0.1:{port}/w.bin", target, pause_s=0.001)
