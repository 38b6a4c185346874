"""What import-linter cannot see: circles, and widgets used where only signals and state belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

import seagull_studio

PACKAGE = Path(seagull_studio.__file__).parent
LAYERS = {
    "controllers": ("PySide6.QtWidgets", "PySide6.QtGui"),
    "services": ("PySide6.QtWidgets",),
    "operations": ("PySide6",),
    "jobs": ("PySide6",),
    "state": ("PySide6.QtWidgets", "annotation_db.database.store", "sqlalchemy"),
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


def test_nothing_imports_in_a_circle() -> None:
    """Late imports count; imports that only type checkers see do not."""
    packages = ("annotation_db", "seagull_studio", "model", "resources")
    graph = grimp.build_graph(*packages, exclude_type_checking_imports=True, cache_dir=None)
    known = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    assert len(known) > 300
    while free := {module for module, others in known.items() if not others & known.keys()}:
        for module in free:
            del known[module]
    assert known == {}, "these, or what they import, go round"
