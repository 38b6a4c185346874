"""Which ROIs lie behind a bar, a dot or a cell, and how they are called."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QCoreApplication

from annotation_db.agreement.one_annotator import others_levels
from annotation_db.labels.firmness import is_firm, is_toss
from annotation_db.vocabulary.scales import NON_EXISTENT, SCALE_NAMES
from seagull_studio.operations.review import Material
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import Target


def behind(target: Target | None, material: Material) -> frozenset[int] | None:
    """The ids of the ROIs; None for all of them."""
    table = material.table
    if target is None or target.kind == "spread":
        return None
    if target.kind == "roi":
        return frozenset(target.numbers)
    if target.kind == "unrated":
        return frozenset(material.rois) - frozenset(table.roi_ids.tolist())
    if target.kind == "votes":
        least, most = target.numbers
        per_roi = table.per_roi
        chosen = (per_roi >= least) & (per_roi <= most)
    elif target.kind == "presence":
        absent = table.counts(target.scale)[:, NON_EXISTENT]
        chosen = (absent > 0) & (absent < table.per_roi)
    elif target.kind == "confusion":
        annotator_id, others, own = target.numbers
        places = np.flatnonzero(table.annotator_ids == annotator_id)
        if not len(places):
            return frozenset()
        mine, told = others_levels(table, target.scale, int(places[0]))
        rows = mine[(told == others) & (table.column(target.scale)[mine] == own)]
        return frozenset(table.roi_ids[table.roi[rows]].tolist())
    else:
        stability = material.disputes.stability[:, SCALE_NAMES.index(target.scale)]
        firm, toss = is_firm(stability), is_toss(stability)
        between = ~(firm | toss | np.isnan(stability))
        chosen = {"firm": firm, "toss": toss, "between": between}[target.kind]
    return frozenset(table.roi_ids[chosen].tolist())


def says_votes(target: Target) -> bool:
    """Whether the ROIs behind it are those of certain votes, and not only of more or less agreement."""
    return target.kind in ("confusion", "presence")


def caption(target: Target, form: RatingForm, names: Mapping[int, str]) -> str:
    """What is shown, in words."""
    translate = QCoreApplication.translate
    row = next((row for row in form.rows if row.name == target.scale), None)
    title = row.title if row is not None else ""
    if target.kind == "confusion" and row is not None:
        annotator_id, others, own = target.numbers
        said = translate("ReviewTargets", "{scale}: {name} says {own}, the others {others}")
        return said.format(
            scale=title,
            name=names.get(annotator_id, ""),
            own=row.levels[own].word,
            others=row.levels[others].word,
        )
    if target.kind == "votes":
        least, most = target.numbers
        said = (
            translate("ReviewTargets", "ROIs with {n} ratings")
            if least == most
            else translate("ReviewTargets", "ROIs with {n} ratings or more")
        )
        return said.format(n=least)
    said = {
        "spread": translate("ReviewTargets", "{scale}: by spread of the votes"),
        "presence": translate("ReviewTargets", "{scale}: some see it, some do not"),
        "firm": translate("ReviewTargets", "{scale}: firm labels"),
        "between": translate("ReviewTargets", "{scale}: labels that may still change"),
        "toss": translate("ReviewTargets", "{scale}: labels that are a coin's toss"),
        "unrated": translate("ReviewTargets", "ROIs without a rating"),
        "roi": translate("ReviewTargets", "One ROI"),
    }[target.kind]
    return said.format(scale=title)
