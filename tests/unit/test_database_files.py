"""Nothing opens a file of a database except SQLite, and there is one SQLite in the process.

An ordinary `open` of such a file, once closed, drops every lock that the process holds on it
(https://www.sqlite.org/howtocorrupt.html, 2.2); two copies of the library do the same (2.2.1).
"""

from __future__ import annotations

import ast
import errno
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("annotation_db", "model", "seagull_studio", "resources")
OPENERS = frozenset(
    {"open", "read_bytes", "read_text", "write_bytes", "write_text", "touch", "copy", "copy2", "copyfile"}
    | {"copytree", "copyfileobj", "file_digest", "fdopen", "memmap", "mmap", "QFile", "sendfile", "link_to"}
)
TELLTALE = ("DATABASE", ".sqlite", "-wal", "-shm", "self._file", "place.file", "store.file")
OTHER_SQLITES = ("pysqlite3", "apsw", "sqlean", "QSqlDatabase", "QtSql", "aiosqlite", "duckdb")


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            yield node, name


def opened_past_sqlite(source: str) -> list[str]:
    """Calls that open something which looks like a file of a database."""
    found = []
    for node, name in calls(ast.parse(source)):
        text = ast.unparse(node)
        if name in OPENERS and "Store.open" not in text and any(word in text for word in TELLTALE):
            found.append(f"line {node.lineno}: {text}")
    return found


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_code_opens_a_database_file(path: Path) -> None:
    found = opened_past_sqlite(path.read_text(encoding="utf-8"))
    # The journal is a file of its own, beside the database, and is not SQLite's.
    if path.name == "journal.py":
        found = [line for line in found if "self._file" not in line]
    assert not found


def test_the_look_through_the_code_finds_what_it_looks_for() -> None:
    assert opened_past_sqlite("with (folder / DATABASE).open('rb') as f: f.read(100)")
    assert opened_past_sqlite("shutil.copy2(folder / 'project.sqlite', target)")
    assert not opened_past_sqlite("store = Store.open(folder / DATABASE)")


def test_the_bias_report_replaces_no_database(tmp_path: Path) -> None:
    from annotation_db.predictions.prefill_bias import BiasReport
    from seagull_studio.operations.bias_file import write_bias

    (tmp_path / "project.sqlite").write_bytes(b"a project")
    report = BiasReport.__new__(BiasReport)
    object.__setattr__(report, "scales", {})  # all that is looked at
    with pytest.raises(OSError, match="a database has this name"):
        write_bias(report, tmp_path / "project.sqlite")
    assert (tmp_path / "project.sqlite").read_bytes() == b"a project"


def test_the_bias_report_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotation_db.predictions.prefill_bias import BiasReport
    from seagull_studio.operations.bias_file import write_bias

    report = BiasReport.__new__(BiasReport)
    object.__setattr__(report, "scales", {})
    file = tmp_path / "bias.csv"
    file.write_text("an older one")
    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", _full)
        with pytest.raises(OSError, match="No space"):
            write_bias(report, file)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["an older one"]
    write_bias(report, file)
    assert [path.name for path in tmp_path.iterdir()] == ["bias.csv"]
    assert file.read_text().startswith("scale,shown,control,adoption")


def _full(_handle: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_no_code_forks_or_brings_another_sqlite() -> None:
    for path in modules():
        source = path.read_text(encoding="utf-8")
        assert not any(word in source for word in OTHER_SQLITES), path
        forking = [
            ast.unparse(node)
            for node, name in calls(ast.parse(source))
            if name in ("fork", "forkpty")
            or (name in ("get_context", "set_start_method") and "fork" in ast.unparse(node))
        ]
        assert not forking, path
        assert "multiprocessing" not in source or "spawn" in source, path


ONE_LIBRARY = """
    import sqlite3, sys
    from annotation_db.database.store import Store
    with Store.open(sys.argv[1]) as store, store.read():
        import PySide6.QtWidgets, sqlalchemy  # all that the window loads
        import seagull_studio.bindings.studio
        files = {line.split()[-1] for line in open("/proc/self/maps") if ".so" in line}
    print(sorted(name for name in files if "libsqlite3" in name or "sqldrivers" in name))
    print(sorted(name for name in files if "_sqlite3" in name))
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what is loaded")
def test_the_window_loads_one_sqlite(tmp_path: Path) -> None:
    from annotation_db.database.store import Store

    Store.create(tmp_path / "p", "p").close()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ONE_LIBRARY), str(tmp_path / "p")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    libraries, drivers = (ast.literal_eval(line) for line in done.stdout.splitlines())
    assert len(libraries) <= 1 and len(drivers) == 1  # some Pythons have the library inside the driver
