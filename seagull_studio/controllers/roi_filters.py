"""Filters of ROIs as a person says them and as the database takes them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import cast

from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.records import RoiLevel
from seagull_studio.operations.filters import Choices
from seagull_studio.state.filter_view import FilterFields, FilterView


def as_view(found: Choices) -> FilterView:
    """What can be chosen from."""
    return FilterView(found.sources, found.groups, found.annotators, found.models, found.saved)


def as_filter(fields: FilterFields) -> RoiFilter:
    """What the fields ask for, without the saved filter."""
    labels = {fields.scale: (fields.label,)} if fields.scale else {}
    asked = RoiFilter(
        sources=(fields.source,) if fields.source else (),
        groups=(fields.group,) if fields.group else (),
        level=cast("RoiLevel | None", fields.level or None),
        rated_at_least=fields.at_least or None,
        rated_fewer_than=fields.fewer_than or None,
        labels=MappingProxyType(labels),
        stability_below=fields.stability / 100 if fields.stability else None,
        annotators=(fields.annotator,) if fields.annotator else (),
    )
    if not fields.model:
        return asked
    return replace(asked, model=fields.model, distance_at_least=fields.distance)
