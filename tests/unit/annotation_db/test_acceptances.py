"""Disputed ROIs: accepted and disputed again, requests taken back, whom to ask more of; older projects."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.orm import Session

from annotation_db.database import audit, migrations
from annotation_db.database.engines import server_url
from annotation_db.database.schema import Place
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.labels import export_notes
from annotation_db.labels.firmness import Firmness, firmness
from annotation_db.labels.more_raters import Aim, plan
from annotation_db.rating import acceptances, assignments, exclusions, ratings, requests
from annotation_db.records import NewRating
from tests.unit.annotation_db.conftest import Filled

VOTES = (1, 2, 3, 4, 5, 0, 1, 2)


def states(s: Session, roi_id: int) -> Counter[str]:
    return Counter(s.scalars(select(Place.state).where(Place.roi_id == roi_id)))


def test_a_roi_is_accepted_with_a_note_and_disputed_again(any_filled: Filled) -> None:
    roi = any_filled.rois[0].id
    with any_filled.store.write() as s:
        with pytest.raises(Refused, match="needs a note"):
            acceptances.accept(s, roi, note="  ", who="Lea")
        with pytest.raises(NotFound, match="no ROI number 999"):
            acceptances.accept(s, 999, note="fine", who="Lea")
        made = acceptances.accept(s, roi, note=" Glass: both are right. ", who="Lea")
        assert (made.note, made.by, made.lifted_at) == ("Glass: both are right.", "Lea", None)
        with pytest.raises(Refused, match="accepted already"):
            acceptances.accept(s, roi, note="again", who="Lea")
        assert acceptances.standing(s) == {roi: made}
    with any_filled.store.write() as s:
        lifted = acceptances.lift_of(s, roi, who="Bo")
        assert lifted is not None and (lifted.id, lifted.lifted_by) == (made.id, "Bo")
        assert acceptances.lift_of(s, roi, who="Bo") is None and acceptances.standing(s) == {}
        assert acceptances.accept(s, roi, note="after all", who="Lea").id != made.id
        told = [(one.action, one.who) for one in audit.list_all(s, 3)]
        assert told == [("roi.accept", "Lea"), ("roi.unaccept", "Bo"), ("roi.accept", "Lea")]


def test_nothing_is_asked_or_accepted_of_what_is_withdrawn(any_filled: Filled) -> None:
    one, two = (roi.id for roi in any_filled.rois[:2])
    with any_filled.store.write("Lea") as s:
        exclusions.exclude(s, "roi", one, reason="blurred", who="Lea")
        with pytest.raises(Refused, match="is withdrawn and has no label"):
            acceptances.accept(s, one, note="fine", who="Lea")
        before = requests.waiting(s)
        with pytest.raises(Refused, match="1 of 2 ROIs are withdrawn"):
            assignments.ask_for_more(s, [one, two], 1, "Lea")
        assert requests.waiting(s) == before
        exclusions.lift_of(s, "roi", one, who="Lea")
        assignments.ask_for_more(s, [one, two], 1, "Lea")
        assert acceptances.accept(s, one, note="fine", who="Lea").roi_id == one


def test_a_request_is_taken_back_and_what_was_given_since_stays(any_filled: Filled) -> None:
    first, second = (roi.id for roi in any_filled.rois[:2])
    people = [who.id for who in any_filled.annotators]
    with any_filled.store.write() as s:
        for who in people[:3]:  # as many as wanted
            ratings.submit(s, NewRating(roi_id=first, annotator_id=who, votes=VOTES))
        assignments.ask_for_more(s, [first, second], 2, "Lea")
        assert requests.waiting(s)[first] == 2 and states(s, second) == {"free": 5}
        ratings.submit(s, NewRating(roi_id=first, annotator_id=people[3], votes=VOTES))
        entry = audit.list_all(s, 1)[0]
        assert entry.action == requests.ASKED
        assert requests.take_back(s, entry.id, "Lea") == 2
        assert states(s, first) == {"rated": 3, "closed": 1} and states(s, second) == {"free": 3}
        assert len(ratings.counting(s)[first]) == 4
        assert first not in requests.waiting(s) and requests.undone(s) == {entry.id}
        with pytest.raises(Refused, match="taken back already"):
            requests.take_back(s, entry.id, "Lea")
        with pytest.raises(NotFound, match="no request number"):
            requests.take_back(s, entry.id + 99, "Lea")


def test_the_last_export_says_which_images_test(any_filled: Filled) -> None:
    with any_filled.store.write() as s:
        assert export_notes.test_images(s) == frozenset()
        export_notes.note(s, "/data/a", [1, 2], "Lea")
        export_notes.note(s, "/data/b", [3], "Lea")
        assert export_notes.test_images(s) == {3}


def test_more_is_asked_of_the_least_stable_and_never_of_the_test_part() -> None:
    stability = np.full((7, 8), 0.95)
    stability[:, 6] = [0.5, 0.3, 0.7, 0.4, 0.2, 0.1, 0.95]
    stability[6] = np.nan  # nothing is known of it
    found = plan(
        Aim(0.65, 14),
        np.array([10, 11, 12, 13, 14, 15, 16]),
        np.array([7, 9, 7, 14, 7, 7, 7]),
        stability,
        seconds=np.array([4.0, np.nan, 8.0, 30.0]),
        in_test=np.array([False, False, False, False, True, False, False]),
        waiting={15: 1},
        accepted=frozenset(),
    )
    assert found.roi_ids == (11, 10)  # 12 is stable enough, 13 has 14 ratings, 14 tests, 15 is waited for
    assert (found.at_most, found.seconds_each) == (5 + 7, 8.0)
    assert (found.in_test, found.waiting, found.accepted) == (1, 1, 0)


def test_labels_are_firm_or_a_coins_toss() -> None:
    assert firmness(np.array([0.9, 1.0, 0.89, 0.6, 0.59, np.nan])) == Firmness(firm=2, between=2, toss=1)


@pytest.mark.parametrize("where", ["folder", "postgresql"])
def test_a_project_made_before_there_were_acceptances_gets_them(
    where: str, request: pytest.FixtureRequest, tmp_path
) -> None:
    location = tmp_path / "p"
    if where == "postgresql":
        location = request.getfixturevalue("postgres").new_database()
    with Store.create(location, "p") as store:
        uid = store_uid(store)
    url = server_url(location) if where == "postgresql" else f"sqlite:///{location / 'project.sqlite'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        migrations_down(connection)
        assert not inspect(connection).has_table("acceptance")
    engine.dispose()
    with Store.open(location) as store, store.read() as s:
        assert store_uid(store) == uid and acceptances.standing(s) == {}


def store_uid(store: Store) -> str:
    from annotation_db import project

    with store.read() as s:
        return project.get(s).uid


def migrations_down(connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.downgrade(config, "0010")
