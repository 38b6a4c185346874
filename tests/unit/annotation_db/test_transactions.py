"""Writing at the same moment as others, and through connections that break."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

from annotation_db.database.failures import translated_error
from annotation_db.database.schema import Annotator, Place, Rating, new_uid, now
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import ProjectError, Refused, StudioError, Unreachable
from annotation_db.pictures import images, rois
from annotation_db.predictions import predictions
from annotation_db.predictions.prediction_records import PredictorInfo
from annotation_db.rating import annotators, assignments, exclusions, places, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from seagull_studio.operations.rating import send_waiting, submit_or_keep
from seagull_studio.operations.submission import Submission
from tests.server import Server
from tests.unit.annotation_db.conftest import Filled, box_mask, fill
from tests.unit.annotation_db.predicted import said

VOTES = Votes(1, 2, 3, 4, 5, 0, 1, 2)


@pytest.fixture
def remote(postgres: Server, tmp_path) -> Iterator[tuple[Server, str, Filled]]:  # type: ignore[no-untyped-def]
    url = postgres.new_database()
    with Store.create(url, "Test", raters_wanted=3, seed=7) as store:
        yield postgres, url, fill(store, tmp_path / "pictures", images_n=2)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run all at the same moment; what each returned, or raised."""
    start = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = works[number]()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def held(store: Store) -> Counter[int]:
    with store.read() as s:
        return Counter(s.scalars(select(Place.roi_id).where(Place.state.in_(places.HELD))))


def test_two_assigns_and_claims_at_once_hand_out_no_more_than_wanted(any_store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    made = fill(any_store, tmp_path / "pictures", images_n=4, rois_n=3, annotators_n=6)
    people = [who.id for who in made.annotators]

    def assign() -> int:
        return transact(any_store, lambda s: assignments.assign(s, who="lead"), repeatable=True).assigned

    def claim(who: int) -> int:
        taken = 0
        for roi in made.rois:
            try:
                transact(any_store, lambda s, roi=roi: places.claim(s, roi.id, who), repeatable=True)  # type: ignore[misc]
                taken += 1
            except Refused as refusal:
                assert "annotators enough" in str(refusal)
        return taken

    results = at_once(assign, lambda: claim(people[0]), assign, lambda: claim(people[1]), assign)
    assert all(isinstance(result, int) for result in results), results
    assert held(any_store) == {roi.id: 3 for roi in made.rois}


def test_two_rois_on_one_picture_at_once(any_store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    made = fill(any_store, tmp_path / "pictures", images_n=1, rois_n=1)

    def add(number: int) -> str:
        mask = box_mask(number, 3, 40, 28)
        return transact(
            any_store, lambda s: rois.add(s, image_id=made.images[0].id, mask=mask, who="lead")
        ).external_id

    results = at_once(*[lambda n=n: add(n) for n in range(6)])  # type: ignore[misc]
    assert sorted(map(str, results)) == [f"r{n}" for n in range(2, 8)]


def test_the_same_name_the_same_model_and_the_same_exclusion_at_once(any_filled: Filled) -> None:
    store, roi = any_filled.store, any_filled.rois[0]

    def enter() -> int:
        return transact(store, lambda s: annotators.get_or_add(s, "Eve", who="Eve"), repeatable=True).id

    assert len({str(result) for result in at_once(*[enter] * 5)}) == 1

    def say() -> int:
        def work(s: Session) -> int:
            known = predictions.register(s, PredictorInfo("M", "plugin", "ffff"), "lead")
            return predictions.store(s, known.id, [said(roi.id)]).stored

        return transact(store, work, repeatable=True)

    assert at_once(*[say] * 4) == [1] * 4

    def withdraw() -> str:
        transact(store, lambda s: exclusions.exclude(s, "roi", roi.id, reason="x", who="lead"))
        return "done"

    results = at_once(*[withdraw] * 4)
    assert results.count("done") == 1
    assert all("already" in str(r) for r in results if r != "done" and isinstance(r, Refused))


def test_the_same_pictures_at_once(any_store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tests.unit.annotation_db.conftest import save_picture

    for number in range(3):
        save_picture(tmp_path / "new" / f"{number}.png", number)
    scan = images.scan_folder(tmp_path / "new")
    results = at_once(*[lambda: transact(any_store, lambda s: images.add(s, scan, who="lead"))] * 3)
    assert sorted(len(r.added) for r in results) == [0, 0, 3]  # type: ignore[attr-defined]


def test_a_rating_given_twice_is_stored_once(any_filled: Filled) -> None:
    roi, other = (r.id for r in any_filled.rois[:2])
    ada = any_filled.annotators[0].id
    uid = new_uid()

    def give() -> tuple[int, int]:
        made = transact(
            any_filled.store,
            lambda s: ratings.submit(s, NewRating(roi_id=roi, annotator_id=ada, votes=VOTES, uid=uid)),
            repeatable=True,
        )
        return made.id, made.revision

    assert len(set(at_once(*[give] * 4))) == 1
    with any_filled.store.write() as s:
        assert ratings.submit(s, NewRating(roi_id=roi, annotator_id=ada, votes=VOTES)).revision == 2
        exclusions.exclude(s, "roi", roi, reason="x", who="lead")
    assert give()[1] == 1  # it is there, whatever became of the ROI since
    with any_filled.store.write() as s:
        rows = [NewRating(roi, ada, VOTES, uid=uid), NewRating(other, ada, VOTES)]
        first, second = ratings.submit_many(s, rows)
        assert first != second and s.scalar(select(func.count(Rating.id))) == 3
        for changed in ({"votes": (0,) * 8}, {"roi_id": other}, {"duration_ms": 5}):
            with pytest.raises(Refused, match="Another rating has the number"):
                ratings.submit(
                    s,
                    NewRating(**{"roi_id": roi, "annotator_id": ada, "votes": VOTES, "uid": uid, **changed}),
                )  # type: ignore[arg-type]


def test_a_connection_that_breaks_is_opened_anew(remote: tuple[Server, str, Filled]) -> None:
    server, url, made = remote
    tries = []

    def work(s: Session) -> int:
        tries.append(1)
        record = annotators.add(s, "Eve", who="Eve")
        if len(tries) < 3:
            server.end_connections(url)
        return record.id

    transact(made.store, work)
    assert len(tries) == 3
    tries.clear()

    def reading(s: Session) -> int:
        tries.append(1)
        s.connection()
        if len(tries) < 3:
            server.end_connections(url)
        return s.scalar(select(func.count(Annotator.id)).where(Annotator.name == "Eve")) or 0

    assert transact_read(made.store, reading) == 1 and len(tries) == 3


def breaks_in_commit(server: Server, url: str, store: Store, times: list[int]) -> None:
    """Break the connection after the commit has come through and before anybody knows."""
    from sqlalchemy import event

    @event.listens_for(store._writer, "commit")
    def _commit(connection: object) -> None:
        if times:
            times.pop()
            connection.connection.dbapi_connection.commit()  # type: ignore[attr-defined]
            connection.exec_driver_sql("SELECT 1")  # type: ignore[attr-defined]
            server.end_connections(url)


def test_where_nobody_knows_whether_it_was_saved(remote: tuple[Server, str, Filled]) -> None:
    server, url, made = remote
    roi, ada, uid = made.rois[0].id, made.annotators[0].id, new_uid()
    breaking = [1]
    breaks_in_commit(server, url, made.store, breaking)
    submitted = transact(
        made.store,
        lambda s: ratings.submit(s, NewRating(roi_id=roi, annotator_id=ada, votes=VOTES, uid=uid)),
        repeatable=True,
    )
    assert not breaking and submitted.revision == 1  # stored by the first try, found by the second
    breaking.append(1)
    with pytest.raises(ProjectError, match="look whether it is there"):
        transact(made.store, lambda s: annotators.add(s, "Eve", who="Eve"))
    with made.store.read() as s:
        assert annotators.find(s, "Eve")
        assert len(ratings.history(s, roi, ada)) == 1


def test_a_server_that_is_away_for_a_moment_or_for_good(postgres: Server, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tests.server import running_server

    with running_server() as server:
        url = server.new_database()
        with Store.create(url, "Test", raters_wanted=3, seed=7) as store:
            server.stop()
            with pytest.raises(StudioError, match="server cannot be reached"):
                transact(store, lambda s: annotators.add(s, "Eve", who="Eve"), attempts=2)
            back = threading.Timer(0.3, server.start)
            back.start()
            assert transact(store, lambda s: annotators.add(s, "Eve", who="Eve"), attempts=12).name == "Eve"
            back.join()


def test_what_goes_on_colliding_is_one_sentence(remote: tuple[Server, str, Filled]) -> None:
    _, _, made = remote
    tries = []

    def work(s: Session) -> None:
        tries.append(1)
        s.add_all([Annotator(name="Twin", order_seed=1), Annotator(name="Twin", order_seed=2)])

    with pytest.raises(ProjectError, match="Someone else is writing the same data"):
        transact(made.store, work, attempts=3)
    assert len(tries) == 3


@pytest.mark.parametrize("code", ["57P01", "57P02", "57P03", "57P05", "53300", "53200", "08006", "58030"])
def test_a_server_that_cannot_now_is_one_to_wait_for(code: str) -> None:
    error = psycopg.errors.lookup(code)("no")
    assert isinstance(translated_error(error, "postgresql://there"), Unreachable)


def test_a_rating_that_the_server_cancels_is_kept(remote: tuple[Server, str, Filled]) -> None:
    server, url, filled = remote
    roi, person = filled.rois[0], filled.annotators[0]
    given = Submission(
        roi.id, person.id, Votes(*[1] * 8), now(), 5, roi_uid=roi.uid, annotator_uid=person.uid
    )
    with psycopg.connect(url) as other:
        other.execute("SET statement_timeout = 0")
        other.execute("SELECT * FROM roi FOR UPDATE")
        with server.admin() as admin:
            name = make_url(url).database
            admin.execute(f"ALTER DATABASE \"{name}\" SET statement_timeout = '300ms'")  # type: ignore[attr-defined]
        with Store.open(url) as store:
            assert "longer than its keeper allows" in submit_or_keep(store, given).reason
            other.rollback()
            assert send_waiting(store) == (0, ())
            with store.read() as s:
                assert [one.uid for one in ratings.all_latest(s)] == [given.uid]
