"""Every kind of entry that the database writes into the audit trail has its words on the Review page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.records import ExclusionKind
from seagull_studio.controllers.review_audit import ReviewAuditController
from tests.unit.seagull_studio.sample_copy import sample
from tests.unit.seagull_studio.sitting import Sitting

ROOT = Path(__file__).parents[3] / "annotation_db"


@pytest.fixture
def sitting(qtbot: QtBot, tmp_path: Path) -> Iterator[Sitting]:
    made = Sitting(sample(tmp_path), qtbot)
    yield made
    made.close()


def constants() -> dict[str, str]:
    """By name, the texts that modules of the database give names to."""
    return {
        f"{file.stem}.{statement.target.id}": statement.value.value
        for file in ROOT.rglob("*.py")
        for statement in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    }


def texts(given: ast.expr, module: str, named: dict[str, str]) -> list[str]:
    """All that the third argument of `audit.record` can be."""
    if isinstance(given, ast.Constant):
        return [str(given.value)]
    if isinstance(given, ast.Name):
        return [named[f"{module}.{given.id}"]]
    if isinstance(given, ast.Attribute):
        return [named[ast.unparse(given)]]
    if isinstance(given, ast.IfExp):
        return texts(given.body, module, named) + texts(given.orelse, module, named)
    assert isinstance(given, ast.JoinedStr), ast.unparse(given)
    parts = [
        get_args(ExclusionKind) if isinstance(part, ast.FormattedValue) else (part.value,)
        for part in given.values
        if isinstance(part, (ast.Constant, ast.FormattedValue))
    ]
    return ["".join(map(str, one)) for one in product(*parts)]


def written() -> set[str]:
    named = constants()
    return {
        text
        for file in ROOT.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("audit.record", "audit.record_many")
        for text in texts(call.args[2], file.stem, named)
    }


def test_every_kind_of_entry_has_its_words(sitting: Sitting) -> None:
    words = ReviewAuditController(sitting.session, "Lea", sitting.person)._words
    actions = written()
    assert {"roi.add", "place.more.undo", "passphrase.forgotten", "image.exclude", "labels.export"} <= actions
    # A role's words say which.
    actions = actions - {"annotator.role"} | {"annotator.role lead", "annotator.role annotator"}
    assert actions - words.keys() == set()
    assert all(said and said != action for action, said in words.items())
