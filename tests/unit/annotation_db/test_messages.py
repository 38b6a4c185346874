"""Messages of leads: left, read once, kept; older projects."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from annotation_db.database import audit
from annotation_db.database.engines import server_url
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.rating import annotators, merging, messages
from annotation_db.rating.permissions import NotAllowed
from annotation_db.records import Actor
from seagull_studio.operations import messages as operations
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.test_acceptances import migrations_down


def test_a_message_is_left_read_once_and_kept(any_filled: Filled) -> None:
    one, other = (who.id for who in any_filled.annotators[:2])
    with any_filled.store.write("Lea") as s:
        for text, wrong in (("  ", "needs a text"), ("x" * 4001, "at most 4,000"), ("a\0b", "is text")):
            with pytest.raises(Refused, match=wrong):
                messages.write(s, one, text, "Lea")
        with pytest.raises(NotFound, match="no annotator number 999"):
            messages.write(s, 999, "Hello", "Lea")
        robot = annotators.add(s, "robot", simulated=True, who="Lea")
        with pytest.raises(Refused, match="simulated"):
            messages.write(s, robot.id, "Hello", "Lea")
        first = messages.write(s, one, " Blur of the\nbackground counts. ", "Lea")
        assert (first.text, first.by, first.read_at) == ("Blur of the\nbackground counts.", "Lea", None)
        second = messages.write(s, one, "Thank you.", "Lea")
        assert audit.list_all(s, 1)[0].detail == {"message": second.id, "text": "Thank you."}
    with any_filled.store.write() as s:
        assert messages.unread(s, one) == [first, second] and messages.unread(s, other) == []
        with pytest.raises(Refused, match="somebody else"):
            messages.acknowledge(s, first.id, other)
        with pytest.raises(NotFound, match="no message number 999"):
            messages.acknowledge(s, 999, one)
        read = messages.acknowledge(s, first.id, one)
        assert read.read_at is not None and read.read_by == any_filled.annotators[0].name
        assert messages.acknowledge(s, first.id, one) == read  # the first time counts
        assert messages.unread(s, one) == [second] and messages.list_all(s) == [read, second]


def test_whoever_was_merged_reads_what_was_written_to_either_name(filled: Filled) -> None:
    kept, other = (who.id for who in filled.annotators[:2])
    with filled.store.write("Lea") as s:
        to_other = messages.write(s, other, "Before the merge.", "Lea")
        merging.merge(s, kept, other, who="Lea")
        after = messages.write(s, other, "After the merge.", "Lea")
        assert [one.id for one in messages.unread(s, kept)] == [to_other.id, after.id]
        assert {one.annotator_id for one in messages.list_all(s)} == {kept}
        assert messages.acknowledge(s, to_other.id, other).read_by == filled.annotators[1].name


def test_only_leads_write_and_only_its_annotator_reads(filled: Filled) -> None:
    store, (ann, bo) = filled.store, filled.annotators[:2]
    with store.write("Lea") as s:
        lea = annotators.add(s, "Lea", role="lead", who="Lea")
    left = operations.write(store, ann.name, "Hello", "Lea")
    assert operations.unread(store) == ()  # nobody sits there
    store.acting = Actor(bo.name, bo.id)
    assert operations.unread(store) == ()
    with pytest.raises(NotAllowed):
        operations.write(store, ann.name, "Hello", bo.name)
    with pytest.raises(NotAllowed):
        operations.listing(store)
    with pytest.raises(Refused, match="somebody else"):
        operations.acknowledge(store, left.id)
    store.acting = Actor(ann.name, ann.id)
    assert [one.id for one in operations.unread(store)] == [left.id]
    operations.acknowledge(store, left.id)
    assert operations.unread(store) == ()
    store.acting = Actor(lea.name, lea.id)
    (listed,) = operations.listing(store)
    assert listed.read_by == ann.name


@pytest.mark.parametrize("where", ["folder", "postgresql"])
def test_a_project_made_before_there_were_messages_gets_them(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    location: str | Path = tmp_path / "p"
    if where == "postgresql":
        location = request.getfixturevalue("postgres").new_database()
    Store.create(location, "p").close()
    url = server_url(location) if where == "postgresql" else f"sqlite:///{tmp_path / 'p' / 'project.sqlite'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        migrations_down(connection)
        assert not inspect(connection).has_table("message")
    engine.dispose()
    with Store.open(location) as store, store.write("Lea") as s:
        ann = annotators.add(s, "Ann", who="Lea")
        messages.write(s, ann.id, "Hello", "Lea")
        assert len(messages.unread(s, ann.id)) == 1
