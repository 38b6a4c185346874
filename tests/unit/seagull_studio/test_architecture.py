"""What import-linter cannot see: widgets used where only signals and state belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import seagull_studio

PACKAGE = Path(seagull_studio.__file__).parent
LAYERS = {
    "controllers": ("PySide6.QtWidgets", "PySide6.QtGui"),
    "services": ("PySide6.QtWidgets",),
    "operations": ("PySide6",),
    "state": ("PySide6.QtWidgets", "annotation_db.store", "sqlalchemy"),
}
MODULES = [path for layer in LAYERS for path in sorted((PACKAGE / layer).rglob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    """Dotted names of everything that a module imports, late imports included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_widgets_below_the_views(path: Path) -> None:
    forbidden = LAYERS[path.relative_to(PACKAGE).parts[0]]
    wrong = [
        name for name in imported(path) for bad in forbidden if name == bad or name.startswith(f"{bad}.")
    ]
    assert wrong == []


def test_views_import_nothing_that_computes_or_stores() -> None:
    bad = ("annotation_db", "model", "sqlalchemy", "torch")
    wrong = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in sorted((PACKAGE / "views").rglob("*.py"))
        for name in imported(path)
        if name.split(".")[0] in bad
    ]
    assert wrong == []
