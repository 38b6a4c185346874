"""Looking through a SEAGULL checkpoint folder without loading it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from model.seagull.adapter import check_adapter, is_adapter
from model.seagull.checkpoint import check
from model.seagull.errors import CheckpointError
from model.seagull.preset_names import CARD
from model.seagull.weight_files import read_json


class FolderCheck(NamedTuple):
    """What a SEAGULL folder has and lacks; fields as in `model.registry.CheckedCheckpoint`."""

    ok: bool
    sentence: str
    missing: list[str]
    unexpected: list[str]
    card: dict[str, Any] | None


def check_folder(folder: Path) -> FolderCheck:
    """Compare a folder's weights with the network that its configuration describes, as loading does."""
    card: dict[str, Any] | None = None
    try:
        card = dict(read_json(folder / CARD)) if (folder / CARD).is_file() else None
        if is_adapter(folder):
            count, base = check_adapter(folder)
            return FolderCheck(True, f"An adapter of {count} weights, all there, on {base}.", [], [], card)
        network, report = check(folder)
    except CheckpointError as error:
        return FolderCheck(False, str(error), list(error.missing), list(error.unexpected), card)
    where = f", the image encoder in {report.encoder_from.name}" if report.encoder_from is not None else ""
    loud = " They are random: this network is untrained." if card and card.get("untrained") is True else ""
    told = f"All {len(network.state_dict())} weights are there{where}.{loud}"
    return FolderCheck(True, told, [], [], card)
