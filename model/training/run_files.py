"""The files of a run that people's own tools read: JSON lines, TensorBoard, trainer_state.json."""

from __future__ import annotations

import json
import os
import struct
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

_POLYNOMIAL: Final = 0x82F63B78
"""Of CRC-32C (Castagnoli), bits reversed."""


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return tuple(table)


_CRC: Final = _crc_table()


def crc32c(data: bytes) -> int:
    """CRC-32C, as TFRecord files have it."""
    value = 0xFFFFFFFF
    for byte in data:
        value = _CRC[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFF


class EventLines:
    """``events.jsonl``: one JSON object a line, appended, each with when and what.

    Parameters
    ----------
    path : Path or None
        None: nothing is written.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, event: str, **more: Any) -> None:
        """Append one event.

        Raises
        ------
        OSError
            If the disk is full or not writable.
        """
        if self._path is None:
            return
        line = json.dumps(
            {"at": datetime.now(UTC).isoformat(), "event": event, **more}, ensure_ascii=False, allow_nan=False
        )
        with self._path.open("ab") as file:
            # The line before may have been cut off by a kill; this one must not be lost with it.
            ragged = file.tell() > 0 and _last_byte(self._path) != b"\n"
            file.write((b"\n" if ragged else b"") + line.encode() + b"\n")


class TensorBoardFile:
    """An event file that TensorBoard reads: TFRecords of Event messages with simple values.

    Written by hand, because tensorboard itself is a web server with two dozen packages. The format: TFRecord
    (length, masked CRC-32C, data, masked CRC-32C) of tensorflow's ``event.proto``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Add some numbers of one step; the first make the file."""
        summary = b"".join(
            _text(1, _text(1, tag.encode()) + b"\x15" + struct.pack("<f", value))
            for tag, value in values.items()
        )
        self._write(_double(1, time.time()) + b"\x10" + _varint(step) + _text(5, summary))

    def _write(self, event: bytes) -> None:
        if self._path is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            now = time.time()
            self._path = self._folder / f"events.out.tfevents.{now:.6f}.seagull.{os.getpid()}"
            self._write(_double(1, now) + _text(3, b"brain.Event:2"))
        length = struct.pack("<Q", len(event))
        record = length + _masked(length) + event + _masked(event)
        with self._path.open("ab") as file:
            file.write(record)


def _masked(data: bytes) -> bytes:
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _text(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


def trainer_state(
    *,
    epoch: float,
    step: int,
    steps: int,
    epochs: int,
    history: list[dict[str, Any]],
    best: float | None,
    best_folder: str | None,
) -> dict[str, Any]:
    """As ``transformers.Trainer`` writes it, so that its readers read ours.

    Parameters
    ----------
    epoch, step : float, int
        Where the run is.
    steps, epochs : int
        How many there will be.
    history : list of dict
        What was logged.
    best : float or None
        The best validation figure so far.
    best_folder : str or None
        The checkpoint that it is of.
    """
    return {
        "best_metric": best,
        "best_model_checkpoint": best_folder,
        "epoch": epoch,
        "global_step": step,
        "max_steps": steps,
        "num_train_epochs": epochs,
        "is_local_process_zero": True,
        "is_world_process_zero": True,
        "log_history": history,
    }
