"""Schema versions: the first one equals the schema, older databases are upgraded after a backup."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, create_engine, insert, inspect, make_url, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from annotation_db.database import migrations
from annotation_db.database.engines import server_url
from annotation_db.database.new_projects import alone_on_server
from annotation_db.database.schema import Annotator, Base, Place
from annotation_db.database.store import Store
from annotation_db.errors import ProjectError
from annotation_db.filters import saved
from annotation_db.filters.matching import matching
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.labels import labels
from annotation_db.pictures import frozen_splits, groups, images, rois
from annotation_db.pictures.split_wish import SplitWish
from annotation_db.predictions import prefill
from annotation_db.predictions.prediction_records import PrefillPolicy
from annotation_db.rating import annotators, assignments, place_balance, places, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import SCALE_NAMES
from tests.server import Server
from tests.unit.annotation_db.conftest import box_mask

NEXT = """
import sqlalchemy as sa
from alembic import op
revision = "9999"
down_revision = "{newest}"
def upgrade():
    with op.batch_alter_table("annotator") as table:
        table.add_column(sa.Column("colour", sa.Text(), nullable=False, server_default="grey"))
    {more}
"""


def scripts_with_next(folder: Path, more: str = "") -> Path:
    """This program's migrations and one more, as the next version will have."""
    copy = folder / "scripts"
    shutil.copytree(migrations.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    text = NEXT.format(newest=migrations.revisions()[-1], more=more)
    (copy / "versions" / "9999_colour.py").write_text(text)
    return copy


def tables_of(file: Path) -> dict[str, list[str]]:
    """Each table's and index's definition, its clauses in alphabetical order."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"
        ).fetchall()
    return {name: sorted(clauses(sql)) for name, sql in rows}


def clauses(sql: str) -> list[str]:
    """What stands between the commas of a definition that are in no inner brackets."""
    depth, parts = 0, [""]
    for letter in sql:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += letter
    return [re.sub(r"[\s\"]+", " ", part).strip(" ()") for part in parts]


def upgraded_from_nothing(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        migrations.upgrade(connection)
    engine.dispose()


def test_migrations_lead_to_the_schema_that_projects_are_made_with(tmp_path: Path) -> None:
    upgraded_from_nothing(tmp_path / "migrated.sqlite")
    Store.create(tmp_path / "p", "p").close()
    made, migrated = tables_of(tmp_path / "p" / "project.sqlite"), tables_of(tmp_path / "migrated.sqlite")
    assert made == migrated
    assert any("ck_rating_blur" in clause for clause in made["rating"])


def test_alembic_finds_no_difference(tmp_path: Path) -> None:
    upgraded_from_nothing(tmp_path / "migrated.sqlite")
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.sqlite'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_alembic_finds_no_difference_on_a_server(postgres: Server) -> None:
    url = postgres.new_database()
    engine = create_engine(server_url(url))
    with engine.begin() as connection:
        migrations.upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_schema_is_valid_for_postgresql_where_there_is_no_server() -> None:
    for table in Base.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_revisions_are_read_off_the_script_names() -> None:
    directory = ScriptDirectory(str(migrations.MIGRATIONS))
    known = [script.revision for script in directory.walk_revisions()][::-1]
    assert migrations.revisions() == known
    assert directory.get_current_head() == known[-1]


def test_an_older_project_is_upgraded_after_a_backup(tmp_path: Path) -> None:
    with Store.create(tmp_path / "p", "p") as store, store.write() as s:
        annotators.add(s, "Ada", who="me")
    before = (tmp_path / "p" / "project.sqlite").read_bytes()
    scripts = scripts_with_next(tmp_path)
    with Store.open(tmp_path / "p", scripts=scripts) as store, store.read() as s:
        assert s.connection().exec_driver_sql("SELECT name, colour FROM annotator").all() == [("Ada", "grey")]
    (backup,) = (tmp_path / "p" / "backups").iterdir()
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (
            migrations.revisions()[-1],
        )
        assert copy.execute("SELECT name FROM annotator").fetchone() == ("Ada",)
    assert before != (tmp_path / "p" / "project.sqlite").read_bytes()

    Store.open(tmp_path / "p", scripts=scripts).close()  # nothing left to do, so no second backup
    assert [backup] == list((tmp_path / "p" / "backups").iterdir())
    with pytest.raises(ProjectError, match="newer SEAGULL Studio"):
        Store.open(tmp_path / "p")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ("raise RuntimeError('half way')", RuntimeError),
        (
            "op.execute(\"INSERT INTO roi SELECT 1, uid, 99, name, 'object', 1, 1, '', 1, 0, 0, 1, 1, '{{}}',"
            " '', NULL, '', created_at, '', 0 FROM annotator\")",
            ProjectError,
        ),
    ],
)
def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path, more: str, error: type[Exception]) -> None:
    with Store.create(tmp_path / "p", "p") as store, store.write() as s:
        annotators.add(s, "Ada", who="me")
    scripts = scripts_with_next(tmp_path, more.replace("{{}}", "{}"))
    with pytest.raises(error):
        Store.open(tmp_path / "p", scripts=scripts)
    with Store.open(tmp_path / "p") as store, store.read() as s:
        assert [a.name for a in annotators.list_all(s)] == ["Ada"]


OLD = Path(__file__).parents[2] / "data" / "projects"


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_a_project_of_an_old_version_is_upgraded_and_resumed(version: str, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    shutil.copytree(OLD / version, folder)
    with closing(sqlite3.connect(folder / "project.sqlite")) as old:
        before = old.execute(f"SELECT {', '.join(SCALE_NAMES)} FROM rating ORDER BY id").fetchall()
        assert old.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)

    with Store.open(folder) as store:
        with store.read() as s:
            got = [ratings.get_many(s, [number])[number] for number in range(1, len(before) + 1)]
            assert [tuple(rating.votes) for rating in got] == before
            (run,) = labels.runs(s)
            assert run.policy == labels.policy_named("paper", min_raters=run.policy.min_raters)
            assert labels.run_labels(s, run.id) == labels.compute(s, run.policy)
            if version == "0001":
                assert {(r.prefill, r.prediction_id, r.outcomes, r.unassisted) for r in got} == {
                    ("none", None, None, True)
                }
                assert prefill.policy(s) == PrefillPolicy("off", None, 0.2)
                apart = replace(run.policy, votes="unassisted")
                assert labels.compute(s, apart) == labels.compute(s, run.policy)
            ada = annotators.find(s, "Ada")
            entry, *_ = assignments.next_entries(s, ada.id)
        with store.write() as s:
            rating = ratings.submit(
                s, NewRating(roi_id=entry.roi.id, annotator_id=ada.id, votes=[5] * 6 + [4, 4])
            )
            revision = ratings.submit(
                s, NewRating(roi_id=1, annotator_id=ada.id, votes=[5] * 6 + [4, 4])
            ).revision
            assert revision == {"0001": 3, "0002": 2}[version]
        assert rating.id == len(before) + 1
    (backup,) = (folder / "backups").iterdir()
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)
    Store.create(tmp_path / "new", "p").close()
    assert tables_of(folder / "project.sqlite") == tables_of(tmp_path / "new" / "project.sqlite")


ALL_RATED = ["rated Ada", "rated Bo", "rated Cy"]
PLACES = {
    # One of the three ratings of ROI 2 is excluded, so one more is wanted; ROI 6 was assigned.
    "0001": {
        **dict.fromkeys((1, 3, 4, 5), ALL_RATED),
        2: ["closed Cy", "free", "rated Ada", "rated Bo"],
        6: ["assigned Ada", "assigned Bo", "assigned Cy"],
    },
    # Bo's rating of ROI 1 and all of Cy's do not count. ROIs 1 to 4 were assigned, the others claimed.
    "0002": {
        1: ["closed Bo", "closed Cy", "free", "rated Ada", "rated Dee"],
        2: ["assigned Bo", "closed Cy", "free", "rated Ada"],
        3: ["assigned Bo", "closed Cy", "free", "rated Ada"],
        4: ["assigned Ada", "assigned Bo", "closed Cy", "free"],
        5: ["claimed Ada", "free", "rated Bo"],
        6: ["claimed Dee", "closed Cy", "free", "rated Ada"],
        7: ["closed Cy", "free", "free", "free"],
        8: ["free", "free", "free"],
    },
}


def places_of(s: Session) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = select(Place.roi_id, Place.state, Annotator.name).outerjoin(Annotator)
    for roi_id, state, name in s.execute(query.order_by(Place.roi_id, Place.state, Annotator.name)):
        found.setdefault(roi_id, []).append(f"{state} {name or ''}".strip())
    return found


def on_a_server(folder: Path, version: str, url: str) -> None:
    """The same old project, as that version had it on a server."""
    source = create_engine(f"sqlite:///{folder / 'project.sqlite'}")
    target = create_engine(server_url(url))
    there = MetaData()
    with source.connect() as old, target.begin() as new:
        migrations.upgrade(new, target=version)
        there.reflect(new)
        for table in there.sorted_tables:
            same = Table(table.name, MetaData(), autoload_with=old)
            rows = [
                {
                    key: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
                    for key, value in row._mapping.items()
                }
                for row in old.execute(select(same))
            ]
            if rows and table.name != "alembic_version":
                new.execute(insert(table), rows)
                if "id" in table.c and table.name != "project":
                    name = table.name
                    new.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
                    )
    source.dispose()
    target.dispose()


@pytest.mark.parametrize("where", ["folder", "postgresql"])
@pytest.mark.parametrize("version", ["0001", "0002"])
def test_places_take_over_from_assignments(
    version: str, where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    location: str | Path = tmp_path / "p"
    shutil.copytree(OLD / version, location)
    if where == "postgresql":
        location = request.getfixturevalue("postgres").new_database()
        on_a_server(tmp_path / "p", version, str(location))
    with Store.open(location) as store:
        with store.read() as s:
            found = places_of(s)
            assert found == PLACES[version]
            everything = s.execute(select(Place.__table__).order_by(Place.id)).all()
        with store.write() as s:
            place_balance.rebalance(s)
        with store.read() as s:  # the upgrade left nothing to be done
            after = s.execute(select(Place.__table__).order_by(Place.id)).all()
            assert [row[:6] for row in after] == [row[:6] for row in everything]
        with store.write() as s:  # an abandoned claim is free for others
            if version == "0002":
                bo = annotators.find(s, "Bo").id
                assert places.claim(s, 6, bo) and places.claim(s, 5, annotators.find(s, "Dee").id)
            rois.add(s, image_id=1, mask=box_mask(4, 12, 40, 30), who="Lea")
            assert places_of(s)[max(PLACES[version]) + 1] == ["free"] * 3


def test_migrations_can_be_taken_back(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    upgraded_from_nothing(tmp_path / "p.sqlite")
    there = tables_of(tmp_path / "p.sqlite")
    engine = create_engine(f"sqlite:///{tmp_path / 'p.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(migrations.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert not inspect(connection).has_table("prediction")
        command.upgrade(config, "head")
    engine.dispose()
    assert tables_of(tmp_path / "p.sqlite") == there


def test_a_project_on_a_server_is_upgraded(postgres: Server, tmp_path: Path) -> None:
    url = postgres.new_database()
    with Store.create(url, "p") as store, store.write() as s:
        annotators.add(s, "Ada", who="me")
    scripts = scripts_with_next(tmp_path)
    with Store.open(url, scripts=scripts) as store, store.read() as s:
        assert s.connection().exec_driver_sql("SELECT name, colour FROM annotator").all() == [("Ada", "grey")]
    assert make_url(url).database is not None


def test_opening_imports_neither_alembic_nor_scipy(tmp_path: Path) -> None:
    Store.create(tmp_path / "p", "p").close()
    code = (
        "import sys\nfrom annotation_db.database.store import Store\n"
        "from annotation_db.labels import labels\nfrom annotation_db.pictures import images\n"
        "from annotation_db.rating import assignments, coverage, ratings\n"
        f"Store.open({str(tmp_path / 'p')!r}).close()\n"
        "print([m for m in ('alembic', 'scipy', 'torch', 'PySide6', 'skimage', 'cv2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_two_programs_that_open_an_older_project_on_a_server_upgrade_it_once(
    postgres: Server, tmp_path: Path
) -> None:
    url = postgres.new_database()
    shutil.copytree(OLD / "0002", tmp_path / "p")
    on_a_server(tmp_path / "p", "0002", url)
    code = "from annotation_db.database.store import Store; Store.open(sys.argv[1], wait_s=60.0).close()"
    code = f"import sys; {code}"
    first = create_engine(server_url(url))
    with first.begin() as connection:
        alone_on_server(connection)
        second = subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE, text=True)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
        with postgres.admin() as admin:
            while not admin.execute(waiting).fetchone()[0]:  # type: ignore[attr-defined]
                assert second.poll() is None, "it did not wait"
                time.sleep(0.05)
        migrations.upgrade(connection)
    first.dispose()
    assert second.communicate(timeout=60)[1] == "" and second.returncode == 0


@pytest.mark.parametrize("where", ["folder", "postgresql"])
def test_pictures_of_an_older_project_are_in_no_group_and_can_be(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    location: str | Path = tmp_path / "p"
    shutil.copytree(OLD / "0002", location)
    if where == "postgresql":
        location = request.getfixturevalue("postgres").new_database()
        on_a_server(tmp_path / "p", "0002", str(location))
    with Store.open(location) as store:
        with store.read() as s:
            pictures = images.list_all(s)
            assert pictures and {image.group for image in pictures} == {""}
            assert frozen_splits.get(s) is None and saved.list_all(s) == []
        with store.write("Lea") as s:
            groups.assign(s, {image.id: "all" for image in pictures}, "Lea")
            frozen_splits.freeze(s, SplitWish(), {pictures[0].id: "test"}, {}, known=None, who="Lea")
            saved.save(s, "few", RoiFilter(rated_fewer_than=3), "Lea")
            assert len(matching(s, RoiFilter(groups=("all",)))) == 7  # one of eight is withdrawn
