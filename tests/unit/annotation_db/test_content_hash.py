"""Every row that decides a label carries the hash of what it says, whoever wrote it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from annotation_db.database import content_hash, migrations, sweeps
from annotation_db.database.content_hash import COLUMNS, HASH
from annotation_db.database.schema import Base
from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.predictions import predictions
from annotation_db.rating import exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from seagull_studio.operations import sample_project
from tests.unit.annotation_db.conftest import Filled, Server, fill
from tests.unit.annotation_db.predicted import model, said

OLD = Path(__file__).parents[2] / "data" / "projects"


def wrong_rows(store: Store) -> list[tuple[str, int]]:
    """Rows whose hash is not that of what the ORM reads."""
    with store.read() as s:
        return [
            (name, row["id"])
            for name in COLUMNS
            for row in s.execute(Base.metadata.tables[name].select()).mappings()
            if content_hash.of_values(name, dict(row)) != row[HASH]
        ]


def damage(store: Store) -> list[str]:
    with store.read() as s:
        return [one.what for one in sweeps.of_connection(s.connection())]


def written_by_every_path(filled: Filled) -> None:
    """Ratings, revisions, predictions, some told anew, exclusions, a lifted one, a label run."""
    store = filled.store
    one, two = filled.rois[0].id, filled.rois[1].id
    who = filled.annotators[0].id
    with store.write("lead") as s:
        made = model(s)
        even = [0.2, 0.2, 0.2, 0.2, 0.2]
        more = {
            "quality_probabilities": even,
            "quality_score": 2 / 3,
            "raw_text": "a\nb",
            "seconds": 0.1 + 0.2,
        }
        predictions.store(s, made.id, [said(one, **more), said(two)])
        predictions.store(s, made.id, [said(two, [None] * 8, unreadable=["blur"])])
        ratings.submit(s, NewRating(roi_id=one, annotator_id=who, votes=[1] * 8, origin='Über\n"x" 像'))
        ratings.submit(s, NewRating(roi_id=one, annotator_id=who, votes=[2] * 8, duration_ms=12))
        ratings.submit_many(
            s,
            [
                NewRating(roi.id, person.id, Votes(*[3] * 8))
                for roi in filled.rois
                for person in filled.annotators
            ],
        )
        kept = exclusions.exclude(s, "annotator", who, reason="x'y \\ z", who="lead")
        exclusions.lift(s, kept.id, who="lead")
        exclusions.exclude(s, "rating", 1, reason="slip", who="lead")
    labels.store_run(filled.store, labels.policy_named("paper", min_raters=2), "lead")


def test_every_write_sets_it_on_both_databases(any_filled: Filled) -> None:
    written_by_every_path(any_filled)
    store = any_filled.store
    with store.read() as s:
        counts = {name: s.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in COLUMNS}
    assert all(counts.values()), counts
    assert wrong_rows(store) == [] and damage(store) == []


def test_the_sample_project_and_its_labels(tmp_path: Path) -> None:
    with sample_project.create(tmp_path / "sample") as store:
        labels.store_run(store, labels.policy_named("paper"), "lead")
        assert wrong_rows(store) == [] and damage(store) == []


def test_a_changed_row_is_found_on_a_server_too(postgres: Server, tmp_path: Path) -> None:
    with Store.create(postgres.new_database(), "p", raters_wanted=3) as store:
        written_by_every_path(fill(store, tmp_path / "pictures"))
        with store.write() as s:
            s.execute(text("UPDATE rating SET blur = (blur + 1) % 5 WHERE id = 3"))
            s.execute(text("UPDATE exclusion SET lifted_at = NULL WHERE id = 1"))
        assert damage(store) == [
            "row 3 of rating is damaged: it is not what was stored",
            "row 1 of exclusion is damaged: it is not what was stored",
        ]


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_every_hashed_column_matters(filled: Filled, table: str) -> None:
    written_by_every_path(filled)
    file = filled.store.folder / "project.sqlite"
    filled.store.close()
    for name in COLUMNS[table]:
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA ignore_check_constraints=ON")
            row_id, before = database.execute(f'SELECT id, "{name}" FROM "{table}" ORDER BY id').fetchone()
            other = (
                before + 1
                if isinstance(before, (int, float))
                else (None if before else "2026-01-01 00:00:00.000000")
            )
            try:
                database.execute(f'UPDATE "{table}" SET "{name}" = ? WHERE id = ?', (other, row_id))
            except sqlite3.IntegrityError:  # NOT NULL
                database.execute(f'UPDATE "{table}" SET "{name}" = ? WHERE id = ?', (f"{before}x", row_id))
            found = [one.subject for one in sweeps.of_file(database, (sweeps.contents(table),))]
            database.rollback()
        assert found == [f"{table} row {row_id}"], name


NO_CONTENT = {"roi": ("raters_more", "raters_floor"), "label_run": ("labelled", "insufficient", "summary")}
"""Columns that decide no label: how many more ratings are asked for, how many labels a run names."""


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_the_lists_name_every_column_or_say_why_not(table: str) -> None:
    columns = {column.name for column in Base.metadata.tables[table].columns}
    beside = {"id", HASH, *NO_CONTENT.get(table, ())}
    assert columns - set(COLUMNS[table]) == beside, "add new columns as content_hash says"
    listed = [content_hash.is_json(Base.metadata.tables[table].c[name]) for name in COLUMNS[table]]
    assert listed == sorted(listed), "JSON columns come last"


def test_one_moment_in_two_zones_has_one_hash() -> None:
    values = {"uid": "u", "created_by": "me", "policy": {"b": 1, "a": [1.5]}}
    at = datetime(2026, 11, 28, 12, 0, 0, 5, tzinfo=UTC)
    elsewhere = at.astimezone(timezone(timedelta(hours=8)))
    assert content_hash.of_values("label_run", {**values, "created_at": at}) == content_hash.of_values(
        "label_run", {**values, "created_at": elsewhere}
    )
    with pytest.raises(ValueError, match="aware"):
        content_hash.of_values("label_run", {**values, "created_at": at.replace(tzinfo=None)})


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(reason=TEXTS, by=TEXTS, target=st.integers(0, 2**31 - 1))
def test_sqlite_writes_the_very_text_that_is_hashed(reason: str, by: str, target: int) -> None:
    """Otherwise the quick pass would stop at every row."""
    values = content_hash.with_hash(
        "exclusion", {"kind": "roi", "target_id": target, "reason": reason, "by": by}
    )
    shape = Base.metadata.tables["exclusion"]
    with closing(sqlite3.connect(":memory:")) as database:
        names = [column.name for column in shape.columns if column.name in values]
        listed = ", ".join(f'"{name}"' for name in names)
        database.execute(f"CREATE TABLE t ({listed})")
        stored = [f"{v:%Y-%m-%d %H:%M:%S.%f}" if isinstance(v := values[n], datetime) else v for n in names]
        database.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(names))})", stored)
        (made,) = database.execute(f"SELECT {content_hash.as_sql(shape, 'sqlite')} FROM t").fetchone()
    assert content_hash.of_bytes(made) == values[HASH]


def test_rows_of_an_old_project_are_hashed_when_it_is_opened(tmp_path: Path) -> None:
    shutil.copytree(OLD / "0001", tmp_path / "p")
    with Store.open(tmp_path / "p") as store:
        assert wrong_rows(store) == [] and damage(store) == []
        with store.read() as s:
            assert s.execute(text("SELECT count(*) FROM rating WHERE content_hash != ''")).scalar()


def taken_back(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.downgrade(config, version)


def test_rows_on_a_server_are_hashed_by_the_migration(postgres: Server, tmp_path: Path) -> None:
    url = postgres.new_database()
    with Store.create(url, "p", raters_wanted=3) as store:
        written_by_every_path(fill(store, tmp_path / "pictures"))
        with store.write() as s:
            taken_back(s.connection(), "0002")
    with Store.open(url) as store:
        assert wrong_rows(store) == [] and damage(store) == []
        (backup,) = (store.folder / "backups").glob("before-upgrade-*.sqlite")
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
        assert copy.execute("SELECT count(*) FROM rating").fetchone() == (26,)
