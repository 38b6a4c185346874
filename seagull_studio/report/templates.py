"""How pages are made of templates: everything is escaped, a name that is missing is an error."""

from __future__ import annotations

from math import isfinite
from typing import Any

import resources


def environment() -> Any:
    """The environment that all reports are rendered in."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(resources.path("report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = number
    made.filters["count"] = lambda value: f"{value:,}"
    made.filters["drawing"] = Markup
    return made


def number(value: float | None, digits: int = 3, sign: bool = False) -> Any:
    """A number as it is read, with all its digits for programs; a dash where there is none."""
    from markupsafe import Markup

    if value is None or not isfinite(value):
        return "–"
    told = f"{value:{'+' if sign else ''}.{digits}f}".replace("-", "−")
    return Markup('<data value="{}">{}</data>').format(repr(value), told)
