"""What was written, by kind: to this store's own account, and seen by others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from annotation_db.database import changes, hints
from annotation_db.database.schema import Base
from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.labels.label_rules import policy_named
from annotation_db.predictions import prefill
from annotation_db.rating import annotators, assignments, exclusions, ratings
from annotation_db.records import NewRating
from seagull_studio.operations import changes as operations
from tests.unit.annotation_db.conftest import Filled, Server

WRITE = """
import sys
from annotation_db.rating import annotators
from annotation_db.database.store import Store
with Store.open(sys.argv[1]) as store, store.write("other") as s:
    annotators.add(s, "from elsewhere", who="other")
"""


def counters(store: Store) -> dict[changes.Kind, int]:
    with store.read() as s:
        return changes.counters(s)


def test_every_table_has_a_kind_or_is_named_as_having_none() -> None:
    assert set(changes.KIND_OF) | changes.SILENT == set(Base.metadata.tables)
    assert not set(changes.KIND_OF) & changes.SILENT


def test_each_write_counts_what_it_touches(any_filled: Filled) -> None:
    store = any_filled.store
    person, roi = any_filled.annotators[0].id, any_filled.rois[0].id

    def touched(work: object) -> set[str]:
        before = counters(store)
        with store.write("lead") as s:
            work(s)  # type: ignore[operator]
        after = counters(store)
        return {kind for kind in after if after[kind] != before.get(kind)}

    assert touched(lambda s: assignments.assign(s, who="lead")) == {"places", "trail"}
    assert touched(
        lambda s: ratings.submit(s, NewRating(roi_id=roi, annotator_id=person, votes=[1] * 8))
    ) == {
        "ratings",
        "places",
    }
    assert touched(lambda s: exclusions.exclude(s, "annotator", person, reason="gone", who="lead")) >= {
        "exclusions",
        "places",
    }
    assert touched(lambda s: annotators.add(s, "late", who="lead")) == {"annotators", "trail"}
    assert touched(lambda s: prefill.set_policy(s, "lead", share=0.3)) == {"project", "trail"}
    before = counters(store)
    labels.store_run(store, policy_named("paper"), "lead")
    assert {kind for kind, n in counters(store).items() if n != before.get(kind)} == {"labels", "trail"}


def test_what_is_rolled_back_is_not_counted(any_filled: Filled) -> None:
    store = any_filled.store
    before, own = counters(store), dict(store.written)
    with pytest.raises(ZeroDivisionError), store.write() as s:
        annotators.add(s, "nobody", who="lead")
        s.flush()
        raise ZeroDivisionError
    with store.write() as s:
        assert changes.counters(s) == before
    assert (counters(store), dict(store.written)) == (before, own)


def test_what_another_program_writes_is_told_by_kind_and_own_writes_are_not(any_store: Store) -> None:
    seen, kinds = operations.look(any_store, None)
    assert kinds == frozenset()
    with any_store.write("lead") as s:
        annotators.add(s, "own", who="lead")
    seen, kinds = operations.look(any_store, seen)
    assert kinds == frozenset()
    subprocess.run([sys.executable, "-c", WRITE, any_store.location], check=True, timeout=60)
    with any_store.write("lead") as s:
        annotators.add(s, "own too", who="lead")
    seen, kinds = operations.look(any_store, seen)
    assert kinds == {"annotators", "trail"}
    assert operations.look(any_store, seen)[1] == frozenset()


def test_a_server_hints_at_what_was_committed(postgres: Server) -> None:
    with Store.create(postgres.new_database(), "p") as store:
        heard = hints.hints(store.location, store.password, 0.1)
        assert next(heard) is False
        with store.write("lead") as s:
            annotators.add(s, "ann", who="lead")
            s.flush()
            assert next(heard) is False
        assert next(heard) is True and next(heard) is False
        heard.close()
