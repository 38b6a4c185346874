"""Encode all pictures of a project beforehand, so that annotators' machines need only the decoder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, Refused
from annotation_db.pictures import images
from annotation_db.pictures.picture_files import open_rgb
from annotation_db.rating.permissions import Action
from annotation_db.records import ImageRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from model.segmenters.embedding_cache import EmbeddingCache
from model.segmenters.factory import find_segmenters, load_segmenter
from model.segmenters.precompute import PictureToEncode, precompute
from model.segmenters.protocol import SegmenterError, SegmenterSpec
from seagull_studio.operations.acting import allow


@dataclass(frozen=True, slots=True)
class EmbedReport:
    """What became of the pictures of a project."""

    segmenter: str
    pictures: int
    encoded: int
    already: int
    """Pictures whose embedding was there before."""
    failed: tuple[tuple[str, str], ...]
    """(path, sentence) of pictures that could not be read or encoded."""
    stopped: bool
    """It was cancelled; what was encoded until then is kept."""


def cache_folder(store: Store) -> Path:
    """Where a project keeps its embeddings."""
    return store.folder / "cache" / "embeddings"


def choose(folders: Iterable[str | Path], wanted: str | None = None) -> SegmenterSpec:
    """The segmenter to encode with: the one asked for, else the largest whose weights are found.

    Parameters
    ----------
    folders : iterable of str or Path
        Folders to look for weights in.
    wanted : str, optional
        A weights file, or the (beginning of the) name of a segmenter or its file.

    Raises
    ------
    Refused
        If there is none, or it is one that encodes nothing.
    """
    looked = [Path(folder) for folder in folders]
    if wanted is not None and Path(wanted).is_file():
        file = Path(wanted).resolve()
        found = [spec for spec in find_segmenters([file.parent]) if spec.path == str(file)]
        if not found:
            raise Refused(f"{file.name} is not named as SAM weights are, such as sam_vit_b_01ec64.pth.")
        return found[0]
    specs = [spec for spec in find_segmenters(looked) if spec.path is not None]
    if wanted is not None:
        names = [(spec, spec.name.casefold(), Path(spec.path or "").name.casefold()) for spec in specs]
        specs = [spec for spec, *said in names if any(name.startswith(wanted.casefold()) for name in said)]
    if not specs:
        what = "no SAM weights" if wanted is None else f"no SAM weights called {wanted}"
        raise Refused(
            f"There are {what} in {', '.join(map(str, looked)) or 'any folder'}; put sam_vit_b_01ec64.pth "
            "(or _l_, _h_) there, or name the file. The classical segmenter needs no embeddings."
        )
    return specs[0]


def embed(
    store: Store,
    spec: SegmenterSpec,
    *,
    device: str = "auto",
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> EmbedReport:
    """Encode every picture whose embedding is not there yet.

    Stopping loses nothing: calling it again goes on where it stopped.

    Parameters
    ----------
    spec : SegmenterSpec
        From `choose`.
    device : str
        "auto", "cpu", "cuda", "cuda:1", "mps" ...

    Raises
    ------
    Refused
        If the weights cannot be used, or the embeddings not be kept.
    """
    allow(store, Action.MODELS)
    with store.read() as s:
        pictures = images.list_all(s)
    if progress is not None:
        progress(0, len(pictures), f"loading {spec.name}")
    try:
        segmenter = load_segmenter(spec, device)
        report = precompute(
            [PictureToEncode(p.path, p.sha256, partial(_read, p)) for p in pictures],
            segmenter,
            EmbeddingCache(cache_folder(store)),
            progress,
            cancelled,
        )
    except SegmenterError as error:
        raise Refused(str(error)) from error
    return EmbedReport(
        segmenter=segmenter.name,
        pictures=len(pictures),
        encoded=report.encoded,
        already=report.already,
        failed=tuple((str(key), sentence) for key, sentence in report.failed),
        stopped=report.stopped,
    )


def run_job(
    store: Store,
    options: dict[str, Any],
    *,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> str:
    """The same as a job: options ``segmenter`` (name or file), ``weights_folders``, ``device``.

    Parameters
    ----------
    options : dict
        As above.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.

    Returns
    -------
    str
        One sentence about what was done.

    Raises
    ------
    Cancelled
        If it was stopped.
    """
    spec = choose(options.get("weights_folders", []), options.get("segmenter"))
    report = embed(store, spec, device=options.get("device", "auto"), progress=progress, cancelled=cancelled)
    if report.stopped:
        raise Cancelled(sentence(report))
    return sentence(report)


def sentence(report: EmbedReport) -> str:
    """What was done, for a person."""
    ready = report.encoded + report.already
    if report.stopped:
        return (
            f"Stopped with {ready} of {report.pictures} pictures ready; start it again to go on from there."
        )
    told = f"{ready} of {report.pictures} pictures are ready for {report.segmenter} ({report.encoded} new)"
    return f"{told}; {len(report.failed)} could not be encoded." if report.failed else f"{told}."


def _read(image: ImageRecord) -> npt.NDArray[np.uint8]:
    wrong = images.verify(image)
    if wrong is not None:
        # The embedding is filed under the hash of the imported picture; another one must not be.
        raise Refused(wrong)
    return open_rgb(images.absolute_path(image))
