"""The documents: their links, the commands, tables, columns, files, paths and keys that they name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from PySide6.QtWidgets import QGridLayout, QLabel

from annotation_db.database.schema import Base
from annotation_db.exports import tables
from annotation_db.exports.run import export
from annotation_db.imports.ratings_csv import COLUMNS
from annotation_db.labels import labels
from annotation_db.labels.label_rules import POLICIES
from annotation_db.vocabulary.scales import SCALES
from seagull_studio.cli.commands import app
from seagull_studio.views.dialogs import ShortcutsDialog
from tests.unit.annotation_db import io_project

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PACKAGES = "annotation_db|model|seagull_studio|resources|tests|docs"


def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its fenced examples."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def fenced(page: Path, language: str) -> Iterator[str]:
    yield from re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )


def anchors(page: Path) -> set[str]:
    """The names that links may give a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands() -> dict[str, set[str]]:
    """Every command with its options; a command of a group has both names."""
    found: dict[str, set[str]] = {}

    def walk(command: object, name: str) -> None:
        below = getattr(command, "commands", None)
        if below is not None:
            for key, each in below.items():
                walk(each, f"{name} {key}".strip())
        else:
            found[name] = {option for each in command.params for option in each.opts}  # type: ignore[attr-defined]

    walk(typer.main.get_command(app), "")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_paths_exist(page: Path) -> None:
    named = re.findall(rf"`((?:{PACKAGES})/[\w./-]*)`", prose(page))
    assert [path for path in named if not (ROOT / path).exists() and "NNNN" not in path] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_json_are_json(page: Path) -> None:
    for example in fenced(page, "json"):
        json.loads(example)


def test_every_command_is_described_and_every_described_one_exists() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    known = commands()
    assert [
        name for name in known if f"seagull-studio {name}" not in pages and f"`{name} --json`" not in pages
    ] == []
    words = {name.split()[0] for name in known}
    said = re.findall(r"(?:`|^\s*)seagull-studio ([a-z][a-z-]*)", pages, flags=re.MULTILINE)
    assert sorted(set(said) - words) == []


def test_every_json_document_is_described() -> None:
    described = text("data-formats.md")
    printing = [name for name, options in commands().items() if "--json" in options]
    assert len(printing) > 10
    assert [name for name in printing if f"`{name} --json`" not in described] == []


def test_every_table_and_column_is_described() -> None:
    sections = re.split(r"^### ", text("data-formats.md"), flags=re.MULTILINE)
    missing = []
    for table in Base.metadata.sorted_tables:
        section = next((part for part in sections if part.startswith(f"`{table.name}`\n")), "")
        missing += [
            f"{table.name}.{column.name}" for column in table.columns if f"`{column.name}`" not in section
        ]
    assert missing == []


def test_every_column_of_the_tables_of_an_export_is_described() -> None:
    described = text("data-formats.md")
    parts = set("_".join(tables.LABEL_HEADER).split("_"))
    assert [name for name in (*COLUMNS, *tables.VOTE_HEADER) if name not in described] == []
    assert [name for name in parts if name not in described] == []


def test_an_export_has_the_files_and_keys_described(tmp_path: Path) -> None:
    with io_project.rated(tmp_path) as store:
        report = export(store, tmp_path / "out")
        with store.read() as s:
            policy = POLICIES["paper"]
            aggregated = labels.as_json(s, labels.compute(s, policy), policy)
    described = text("data-formats.md")
    assert [name for name in report.files if f"`{name}`" not in described] == []
    examples = [json.loads(example) for example in fenced(ROOT / "docs" / "data-formats.md", "json")]
    for real in (
        report.as_json(),
        json.loads((tmp_path / "out" / "manifest.json").read_text()),
        json.loads((tmp_path / "out" / "splits.json").read_text()),
        json.loads((tmp_path / "out" / "images.json").read_text())["images"][0],
        json.loads((tmp_path / "out" / "rois.json").read_text())[0],
        json.loads((tmp_path / "out" / "llava_train.json").read_text())[0],
        json.loads((tmp_path / "out" / "coco.json").read_text()),
        aggregated,
    ):
        assert any(like(example, real) for example in parts_of(examples)), sorted(real)


def parts_of(value: object) -> Iterator[dict[str, object]]:
    """All objects in a JSON value."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts_of(each)


def like(example: dict[str, object], real: dict[str, object]) -> bool:
    """The same keys, and below them too where both are objects that are not shortened."""
    return example.keys() == real.keys() and all(
        not isinstance(value, dict)
        or not isinstance(real[key], dict)
        or key in ("files", "images")
        or value.keys() == real[key].keys()  # type: ignore[attr-defined]
        for key, value in example.items()
    )


def test_every_policy_and_every_level_is_described() -> None:
    described = text("methods.md")
    assert [name for name in POLICIES if f"`{name}`" not in described] == []
    words = {level.word for scale in SCALES.values() for level in scale.levels}
    assert [word for word in words if word not in described] == []


def test_the_keys_are_those_of_the_window(qtbot) -> None:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    lines = text("keys.md").splitlines()
    rows = [
        (grid.itemAtPosition(row, 0).widget(), grid.itemAtPosition(row, 1).widget())
        for grid in dialog.findChildren(QGridLayout)
        for row in range(grid.rowCount())
        if grid.itemAtPosition(row, 1) is not None
    ]
    assert len(rows) > 30
    missing = []
    for key, what in rows:
        assert isinstance(key, QLabel) and isinstance(what, QLabel)
        tokens = [f"`{token}`" for token in key.text().split("  ")]
        wanted = f"| {' '.join(tokens)} | {what.text()} |"
        if wanted not in lines:
            missing.append(wanted)
    assert missing == []
