"""How far annotators agree: measured over all counting ratings, and written as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from annotation_db.agreement.observer_model import PRIOR_VOTES
from annotation_db.agreement.report import AgreementReport, report
from annotation_db.agreement.report_json import APART, as_json
from annotation_db.agreement.report_tables import tables
from annotation_db.agreement.screening import WEAK
from annotation_db.database.store import Store
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators, check_answers, counting_columns
from annotation_db.rating.permissions import Action
from annotation_db.records import VotesUsed
from annotation_db.safety import integrity
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations.acting import allow

BOOTSTRAP: Final = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """A report with the names that people know annotators by."""

    report: AgreementReport
    names: Mapping[int, str]
    """By annotator id."""
    simulated: frozenset[int]
    """Annotators who are no people."""
    votes: VotesUsed

    def as_json(self) -> dict[str, Any]:
        """What ``agreement --json`` prints."""
        return {**as_json(self.report, self.names), "votes": self.votes}

    def remarks(self) -> tuple[str, ...]:
        """What whoever reads the figures must know, in sentences."""
        models = self.as_json()["bias_model"].values()
        said = [WEAK]
        if any(model["connected"] is False for model in models):
            said.append(APART)
        if any(model["converged"] is False for model in models):
            said.append("Bias and inconsistency did not converge on every scale; --json says on which.")
        return tuple(said)


def measure(
    store: Store,
    *,
    bootstrap: int = BOOTSTRAP,
    seed: int = 0,
    prior_votes: float = PRIOR_VOTES,
    votes: VotesUsed = "all",
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Measured:
    """Compute all figures of agreement, from one moment in time; see `annotation_db.agreement.report`.

    Parameters
    ----------
    bootstrap : int
        Resamples of images for each interval.
    seed : int
        Of resamples and panels.
    prior_votes : float
        Pseudo-votes of the shrunk observer model; 0 is P.910 as published.
    votes : {"all", "unassisted"}
        Whether votes beside a suggestion enter.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.

    Raises
    ------
    ProjectError
        If the database is damaged.
    Cancelled
        If `cancelled` said so.
    """
    allow(store, Action.REVIEW)
    with store.read() as s:
        integrity.refuse_damaged(s)
        people = annotators.list_all(s)
        columns = counting_columns.read(s, votes, progress=progress, cancelled=cancelled)
        repeats = check_answers.repeats(s, votes)
    found = report(
        columns,
        bootstrap=bootstrap,
        seed=seed,
        prior_votes=prior_votes,
        repeats=repeats,
        progress=progress,
        cancelled=cancelled,
    )
    names = {person.id: person.name for person in people}
    simulated = frozenset(person.id for person in people if person.simulated)
    return Measured(found, names, simulated, votes)


def write_tables(store: Store, measured: Measured, folder: Path, *, overwrite: bool = False) -> Path:
    """Write the report as CSV tables into a folder that appears whole or not at all.

    Parameters
    ----------
    measured : Measured
        What `measure` gave.
    folder : Path
        Where to.
    overwrite : bool
        Whether an earlier folder of these tables is replaced.

    Raises
    ------
    Refused
        If the folder is not empty, or is no earlier one of these and `overwrite` was asked for.
    DiskError
        If the disk is full or not writable.
    """
    from annotation_db.exports.staging import Staging

    with store.read() as s:
        pictures = {image.id: image.path for image in images.list_all(s)}
        named = {
            roi.id: (pictures[roi.image_id], roi.external_id, roi.uid)
            for roi in rois.list_all(s, withdrawn=True)
        }
    found = measured.report
    facts = {
        "agreement": {
            "bootstrap": found.resamples,
            "seed": found.seed,
            "prior_votes": found.prior_votes,
            "draws": found.draws,
            "votes": measured.votes,
        }
    }
    with Staging(folder, overwrite=overwrite) as staging:
        for each in tables(found, measured.names, named):
            with staging.table(each.name, each.header) as table:
                for row in each.rows:
                    table.add(row)
        return staging.commit(facts)
