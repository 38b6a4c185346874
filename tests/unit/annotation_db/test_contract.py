"""The contract of docs/databases.md, the same for both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from annotation_db import project
from annotation_db.database.schema import Annotator, Audit, Place, Rating, new_uid
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import rois
from annotation_db.rating import annotators, assignments, exclusions, places, ratings
from annotation_db.records import NewRating, QueueProgress
from annotation_db.vocabulary.scales import Votes
from tests.unit.annotation_db.conftest import Filled, box_mask

VOTES = Votes(1, 2, 3, 4, 5, 0, 1, 2)


class TestContract:
    """Every test gets a project in a folder, and one on a server."""

    @pytest.fixture
    def made(self, any_filled: Filled) -> Filled:
        return any_filled

    @pytest.fixture
    def store(self, made: Filled) -> Store:
        return made.store

    def test_whole_or_not_at_all(self, made: Filled, store: Store) -> None:
        with store.read() as s:
            before = s.scalar(select(func.count(Audit.id)))
        with pytest.raises(Refused), store.write("lead") as s:
            annotators.add(s, "Eve", who="lead")
            rois.add(s, image_id=made.images[0].id, mask=box_mask(5, 5, 40, 30), who="lead")
            ratings.submit(
                s, NewRating(roi_id=made.rois[0].id, annotator_id=made.annotators[0].id, votes=(9,) * 8)
            )
        with store.read() as s:
            assert s.scalar(select(func.count(Audit.id))) == before
            assert s.scalar(select(func.count(Annotator.id))) == 4 and len(rois.list_all(s)) == 6

    def test_readers_see_one_moment(self, made: Filled, store: Store) -> None:
        roi, ada = made.rois[0].id, made.annotators[0].id
        with store.read() as s:
            assert ratings.counting(s) == {}
            with store.write() as other:
                ratings.submit(other, NewRating(roi_id=roi, annotator_id=ada, votes=VOTES))
            assert ratings.counting(s) == {}
            assert assignments.progress(s, ada) == QueueProgress(0, 0, 6)
        with store.read() as s:
            assert list(ratings.counting(s)) == [roi]

    def test_readers_cannot_write(self, made: Filled, store: Store) -> None:
        with pytest.raises(Exception), store.read() as s:  # noqa: B017 - each database has its own word
            annotators.add(s, "Eve", who="lead")
        with store.read() as s, pytest.raises(NotFound):
            annotators.find(s, "Eve")

    def test_votes_are_only_added(self, made: Filled, store: Store) -> None:
        roi, ada = made.rois[0].id, made.annotators[0].id
        for vote in range(3):
            with store.write() as s:
                ratings.submit(s, NewRating(roi_id=roi, annotator_id=ada, votes=(vote,) * 8))
        with store.read() as s:
            assert [(r.revision, r.votes.blur) for r in ratings.history(s, roi, ada)] == [
                (1, 0),
                (2, 1),
                (3, 2),
            ]

    def test_a_rating_given_twice_is_stored_once(self, made: Filled, store: Store) -> None:
        roi, ada, uid = made.rois[0].id, made.annotators[0].id, new_uid()
        for _ in range(3):
            transact(
                store,
                lambda s: ratings.submit(s, NewRating(roi_id=roi, annotator_id=ada, votes=VOTES, uid=uid)),
                repeatable=True,
            )
        with store.read() as s:
            assert s.scalars(select(Rating.uid)).all() == [uid]

    def test_never_more_than_wanted(self, made: Filled, store: Store) -> None:
        start = threading.Barrier(5)
        raised: list[Exception] = []

        def work(who: int | None) -> None:
            start.wait()
            for roi in made.rois:
                try:
                    if who is None:
                        transact(
                            store, lambda s: assignments.assign(s, raters=2, who="lead"), repeatable=True
                        )
                    else:
                        transact(store, lambda s, roi=roi: places.claim(s, roi.id, who), repeatable=True)  # type: ignore[misc]
                except Refused:
                    pass
                except Exception as error:
                    raised.append(error)

        everybody = [*[who.id for who in made.annotators], None]
        threads = [threading.Thread(target=work, args=(who,)) for who in everybody]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert raised == []
        with store.read() as s:
            held = (
                select(Place.roi_id, func.count()).where(Place.state.in_(places.HELD)).group_by(Place.roi_id)
            )
            assert all(row[1] <= 3 for row in s.execute(held))
            assert s.scalar(select(func.count(Place.id))) == 18

    def test_a_writer_that_gives_up_leaves_nothing_locked(self, made: Filled, store: Store) -> None:
        roi, ada, bea = made.rois[0].id, made.annotators[0].id, made.annotators[1].id
        with pytest.raises(RuntimeError), store.write() as s:
            places.claim(s, roi, ada)
            project.update(s, "lead", raters_wanted=1)
            raise RuntimeError("the program is killed")
        with store.write() as s:
            places.claim(s, roi, bea)
            assert project.get(s).raters_wanted == 3
            assert assignments.progress(s, ada).open == 0

    def test_the_same_project_gives_the_same_order(self, made: Filled, store: Store) -> None:
        with store.write() as s:
            assignments.assign(s, who="lead")
            orders = [
                [e.roi.id for e in assignments.next_entries(s, who.id, limit=99)] for who in made.annotators
            ]
        assert orders == ORDERS

    def test_refusals_are_one_sentence_and_change_nothing(self, made: Filled, store: Store) -> None:
        roi, ada = made.rois[0].id, made.annotators[0].id
        with store.write() as s:
            exclusions.exclude(s, "roi", roi, reason="x", who="lead")
        refused = [
            lambda s: places.claim(s, roi, ada),
            lambda s: ratings.submit(s, NewRating(roi_id=roi, annotator_id=ada, votes=VOTES)),
            lambda s: annotators.add(s, "annotator 0", who="lead"),
            lambda s: exclusions.exclude(s, "roi", roi, reason="again", who="lead"),
            lambda s: project.update(s, "lead", raters_wanted=50_000_000),
        ]
        for work in refused:
            with pytest.raises(Refused) as caught:
                transact(store, work)
            assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
        with store.read() as s:
            assert s.scalar(select(func.count(Rating.id))) == 0 and project.get(s).raters_wanted == 3


ORDERS = [[1, 4, 2, 5], [6, 2, 3, 1, 4], [2, 6, 3, 5], [6, 1, 4, 5, 3]]
