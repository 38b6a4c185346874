"""Files that other people's tools read."""

import json
import struct
from pathlib import Path

from model.training.run_files import EventLines, TensorBoardFile, crc32c


def test_crc32c_of_the_standard() -> None:
    """RFC 3720, appendix B.4."""
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(b"123456789") == 0xE3069283


def _records(path: Path) -> list[bytes]:
    data, found = path.read_bytes(), []
    while data:
        length = struct.unpack("<Q", data[:8])[0]
        for part, at in ((data[:8], 8), (data[12 : 12 + length], 12 + length)):
            crc = crc32c(part)
            masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
            assert struct.unpack("<I", data[at : at + 4])[0] == masked
        found.append(data[12 : 12 + length])
        data = data[16 + length :]
    return found


def test_event_files_are_whole_records(tmp_path) -> None:
    board = TensorBoardFile(tmp_path / "tensorboard")
    board.scalars(300, {"loss/all": 1.5, "rate/lora": 1e-4})
    file = next((tmp_path / "tensorboard").iterdir())
    assert ".tfevents." in file.name
    version, event = _records(file)
    assert version.endswith(b"\x1a\x0dbrain.Event:2")
    assert b"\x10\xac\x02" in event  # the step 300 as a varint in field 2
    assert b"\x0a\x08loss/all\x15" + struct.pack("<f", 1.5) in event


def test_a_line_that_a_kill_cut_off_costs_only_itself(tmp_path) -> None:
    path = tmp_path / "events.jsonl"
    events = EventLines(path)
    events.add("step", step=1)
    path.write_bytes(path.read_bytes() + b'{"event": "st')
    events.add("resumed", step=1)
    lines = path.read_text().splitlines()
    assert [len(lines), json.loads(lines[0])["step"], json.loads(lines[2])["event"]] == [3, 1, "resumed"]
