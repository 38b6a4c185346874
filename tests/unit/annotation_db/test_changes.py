"""Noticing that another program has written."""

from __future__ import annotations

import subprocess
import sys
import time

from annotation_db import annotators, changes
from annotation_db.store import Store

WRITE = """
import sys
from annotation_db import annotators
from annotation_db.store import Store
with Store.open(sys.argv[1]) as store, store.write("other") as s:
    annotators.add(s, "from elsewhere", who="other")
"""


def mark(store: Store) -> int:
    with store.read() as s:
        return changes.mark(s)


def settled(store: Store) -> int:
    """The mark once a server has told of everything before."""
    last, since = mark(store), time.monotonic()
    while time.monotonic() < since + 1.5:
        time.sleep(0.05)
        if (now := mark(store)) != last:
            last, since = now, time.monotonic()
    return last


def test_what_another_program_writes_changes_the_mark(any_store: Store) -> None:
    before = settled(any_store)
    assert mark(any_store) == before, "looking changes nothing"
    location = str(any_store.folder) if any_store.url.startswith("sqlite") else any_store.url
    subprocess.run([sys.executable, "-c", WRITE, location], check=True, timeout=60)
    deadline = time.monotonic() + 10
    while mark(any_store) == before:
        assert time.monotonic() < deadline, "nobody noticed"
        time.sleep(0.05)


def test_what_this_program_writes_itself_does_not_on_sqlite(store: Store) -> None:
    before = mark(store)
    with store.write("lead") as s:
        annotators.add(s, "own", who="lead")
    assert mark(store) == before
