"""Times as ISO 8601 texts, written by the database: to parse and write a million of them takes seconds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class as_iso(FunctionElement[str]):
    """SQL: a `UtcDateTime` as `datetime.isoformat` writes it: ``2026-11-21T07:12:31.118022+00:00``."""

    type = String()
    inherit_cache = True


@compiles(as_iso, "sqlite")
def _in_a_folder(element: as_iso, compiler: SQLCompiler, **how: Any) -> str:
    time = compiler.process(element.clauses, **how)
    part = f"substr({time}, 20)"
    part = f"CASE {part} WHEN '.000000' THEN '' ELSE {part} END"
    return f"(substr({time}, 1, 10) || 'T' || substr({time}, 12, 8) || {part} || '+00:00')"


@compiles(as_iso, "postgresql")
def _on_a_server(element: as_iso, compiler: SQLCompiler, **how: Any) -> str:
    time = f"({compiler.process(element.clauses, **how)}) AT TIME ZONE 'UTC'"
    part = f"to_char({time}, '.US')"
    part = f"CASE {part} WHEN '.000000' THEN '' ELSE {part} END"
    whole = f"to_char({time}, 'YYYY-MM-DD') || 'T' || to_char({time}, 'HH24:MI:SS')"
    return f"({whole} || {part} || '+00:00')"
