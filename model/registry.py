"""Checkpoints on disk: finding them, checking one, and fetching those that are published."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from annotation_db.vocabulary.callbacks import Progress
from model.download import DownloadError, download
from model.plain_files import FileRefused, read_object
from model.predictors.baseline import FILE as BASELINE_FILE
from model.seagull.preset_names import CARD
from model.segmenters.factory import find_segmenters
from model.sources import SOURCES, Source
from model.torch_pair import imported_for

Kind = Literal["sam", "seagull", "baseline"]
_WEIGHTS: Final = ("model*.safetensors", "pytorch_model*.bin", "adapter_model.safetensors")


@dataclass(frozen=True, slots=True)
class FoundCheckpoint:
    """A checkpoint on disk, recognised by its files' names and not opened."""

    kind: Kind
    name: str
    """Shown to people."""
    path: Path
    """A folder, or a file for SAM."""
    size: int
    """Bytes."""
    untrained: bool = False
    """It says of itself that its weights are random."""


@dataclass(frozen=True, slots=True)
class CheckedCheckpoint:
    """What a checkpoint has and lacks."""

    found: FoundCheckpoint
    ok: bool
    sentence: str
    """What is wrong and what to do; or that all is there."""
    missing: tuple[str, ...] = ()
    """Names of the weights or files that are missing, complete."""
    unexpected: tuple[str, ...] = ()
    """Names of weights that nobody knows."""
    card: dict[str, Any] | None = None
    """What it was trained on, where it says so."""


def find_checkpoints(folders: Iterable[str | Path]) -> list[FoundCheckpoint]:
    """SAM files, SEAGULL folders and baselines in some folders and in the folders right inside them.

    A folder that is missing or can not be read has none.
    """
    looked = [Path(folder) for folder in folders]
    found: dict[Path, FoundCheckpoint] = {}
    for spec in find_segmenters(looked):
        if spec.path is not None:
            path = Path(spec.path)
            found.setdefault(path.resolve(), FoundCheckpoint("sam", spec.name, path, path.stat().st_size))
    for folder in looked:
        for place in (folder, *_folders(folder)):
            kind = _kind(place)
            if kind is not None:
                found.setdefault(place.resolve(), _found(kind, place))
    return list(found.values())


def look_at(path: str | Path) -> FoundCheckpoint:
    """The checkpoint in one folder or file that somebody chose.

    Raises
    ------
    ValueError
        With one sentence, if it is none.
    """
    place = Path(path).expanduser()
    if place.is_file():
        for spec in find_segmenters([place.parent]):
            if spec.path is not None and Path(spec.path) == place:
                return FoundCheckpoint("sam", spec.name, place, place.stat().st_size)
        place = place.parent
    kind = _kind(place)
    if kind is None:
        raise ValueError(
            f"{path} is no checkpoint: choose a SAM file named as published (sam_vit_b_01ec64.pth), or a "
            "folder with SEAGULL weights (config.json and model*.safetensors or pytorch_model*.bin)."
        )
    return _found(kind, place)


def check(found: FoundCheckpoint) -> CheckedCheckpoint:
    """Look through a checkpoint: is all there, under the right names, in the right shapes?

    As loading does, without loading: nothing in it is executed, and no network is filled. SAM files are
    hashed (once).
    """
    from model.predictors.protocol import PredictorError
    from model.seagull.errors import SeagullError
    from model.segmenters.protocol import SegmenterError

    checks = {"sam": _check_sam, "seagull": _check_seagull, "baseline": _check_baseline}
    try:
        return checks[found.kind](found)
    except (PredictorError, SeagullError, SegmenterError) as error:
        return CheckedCheckpoint(found, False, str(error))


def fetch(
    source: Source,
    folder: str | Path,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    fetcher: Callable[..., Path] = download,
) -> Path:
    """Fetch published weights; what is there already is kept, what broke off is gone on with.

    Parameters
    ----------
    source : Source
        One of `model.sources.SOURCES`.
    folder : str or Path
        The weights folder; SEAGULL gets a folder of its own in it.
    progress, cancelled
        As in `model.download.download`.
    fetcher : callable
        Called as `download` is.

    Returns
    -------
    Path
        The checkpoint: a file for SAM, else a folder.

    Raises
    ------
    DownloadError
        As `download`.
    """
    place = Path(folder).expanduser() / source.folder
    paths = [
        fetcher(
            file.url,
            place / file.name,
            sha256=file.sha256,
            size=file.size,
            progress=progress,
            cancelled=cancelled,
        )
        for file in source.files
    ]
    return place if source.folder else paths[0]


def source_named(name: str) -> Source:
    """A published source.

    Raises
    ------
    DownloadError
        If there is none of this name.
    """
    if name not in SOURCES:
        raise DownloadError(f"There are no weights called {name}; there are {', '.join(SOURCES)}.")
    return SOURCES[name]


def _found(kind: Kind, folder: Path) -> FoundCheckpoint:
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    try:
        untrained = read_object(folder / CARD).get("untrained") is True
    except (FileRefused, OSError, ValueError):  # none, or one that checking and loading refuse
        untrained = False
    return FoundCheckpoint(kind, folder.name, folder, size, untrained)


def _kind(folder: Path) -> Kind | None:
    if (folder / BASELINE_FILE).is_file():
        return "baseline"
    try:
        weights = any(path.is_file() for pattern in _WEIGHTS for path in folder.glob(pattern))
        settings = (folder / "config.json").is_file() or (folder / "adapter_config.json").is_file()
    except OSError:
        return None
    # One of both is enough to be called one: then the check says what is missing.
    return "seagull" if weights or (settings and _is_seagull_config(folder)) else None


def _is_seagull_config(folder: Path) -> bool:
    try:
        text = (folder / "config.json").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return (folder / "adapter_config.json").is_file()
    return re.search(r'"model_type"\s*:\s*"seagull"', text) is not None


def _folders(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return


def _check_sam(found: FoundCheckpoint) -> CheckedCheckpoint:
    from model.segmenters.protocol import SegmenterError
    from model.segmenters.weights import read_state_dict, verified_sha256

    digest = verified_sha256(found.path)
    published = {file.sha256 for source in SOURCES.values() for file in source.files}
    if digest in published:
        return CheckedCheckpoint(found, True, f"{found.path.name} is the file that was published.")
    with imported_for("SAM", SegmenterError):
        from model.segmenters.sam_architecture import check_sam
    sizes = check_sam(read_state_dict(found.path), found.path.name)
    return CheckedCheckpoint(
        found,
        True,
        f"{found.path.name} is a whole SAM {sizes.name}; it is none of the three published files.",
    )


def _check_baseline(found: FoundCheckpoint) -> CheckedCheckpoint:
    from model.predictors.baseline import Baseline

    card = dict(Baseline.load(found.path).card)
    return CheckedCheckpoint(
        found, True, f"A baseline fitted to {card.get('rois', '?')} ROIs of a project.", card=card
    )


def _check_seagull(found: FoundCheckpoint) -> CheckedCheckpoint:
    from model.seagull.errors import SeagullError

    # Imports torch, which takes seconds.
    with imported_for("SEAGULL", SeagullError):
        from model.registry_seagull import check_folder

    ok, sentence, missing, unexpected, card = check_folder(found.path)
    return CheckedCheckpoint(found, ok, sentence, tuple(missing), tuple(unexpected), card)
