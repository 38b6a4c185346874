"""Public functions of many parameters say what each is, in numpydoc's Parameters section."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MANY = 4
"""So many parameters, the object and the database session aside, are no longer clear by their names alone."""
UNCOUNTED = {"self", "cls", "s"}
ELSEWHERE = "parameters are those of `", "parameters and errors are those of `", "Fields as in `"
"""Beginnings of a reference to a function that has the section."""


def functions(file: Path) -> Iterator[tuple[str, ast.FunctionDef, str]]:
    """Name, function and docstring of what a module offers; a constructor's has its class's with it."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node, ast.get_docstring(node) or ""
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    around = ast.get_docstring(node) if method.name == "__init__" else None
                    said = f"{around or ''}\n{ast.get_docstring(method) or ''}"
                    yield f"{node.name}.{method.name}", method, said


def parameters(function: ast.FunctionDef) -> list[str]:
    """Names of the parameters that count."""
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in names if name not in UNCOUNTED]


@pytest.mark.parametrize(
    "package",
    [
        "annotation_db",
        "model",
        "seagull_studio/operations",
        "seagull_studio/services",
        "seagull_studio/jobs",
        "seagull_studio/state",
    ],
)
def test_functions_of_many_parameters_have_a_parameters_section(package: str) -> None:
    files = [path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts]
    assert len(files) > 8
    bare = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name, function, docstring in functions(file)
        if not function.name.startswith("_") or function.name == "__init__"
        if len(parameters(function)) >= MANY
        if "Parameters\n----------\n" not in docstring and not any(words in docstring for words in ELSEWHERE)
    ]
    assert bare == []
