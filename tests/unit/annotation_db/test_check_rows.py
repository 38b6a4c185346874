"""Items, answers and the test's result, on both databases."""

from __future__ import annotations

import pytest

from annotation_db import project
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import masks
from annotation_db.rating import annotators, check_answers, check_items, check_turns, merging, qualification
from annotation_db.rating.check_answers import NewAnswer
from annotation_db.rating.check_items import NewItem
from annotation_db.vocabulary.scales import Votes
from tests.unit.annotation_db.conftest import box_mask

LATENT = (1.0, 5.75, 5.75, 5.75, 5.75, 5.75, 1.2, 2.5)
RIGHT = Votes(1, 5, 5, 5, 5, 5, 1, 3)


def item(kind: check_items.ItemKind) -> NewItem:
    return NewItem(kind, "object", masks.encode(box_mask(2, 2, 40, 30)), LATENT, {"seed": 1}, b"png")


def test_the_test_is_passed_by_what_was_given_before_its_end(any_store: Store) -> None:
    with any_store.write("Lea") as s:
        with pytest.raises(Refused, match="needs items"):
            check_items.store_set(s, [item("practice")], "Lea")
        assert check_items.store_set(s, [item("practice"), item("graded"), item("graded")], "Lea") == 1
        ada = annotators.add(s, "Ada", who="Lea")
        other = annotators.add(s, "A. da", who="Lea")
        assert qualification.look(s, ada).state == "not needed"
        check_turns.look(s, ada)
    with any_store.write("Lea") as s:
        project.update(s, "Lea", qualification=True, qualification_attempts=1)
        practice, first, second = check_items.standing(s)
        assert (first.expected, check_items.picture(s, first.id)) == (tuple(RIGHT), b"png")
        wrong = RIGHT._replace(quality=4)
        for target, kind, votes in (
            (practice, "practice", wrong),
            (first, "graded", wrong),
            (first, "graded", RIGHT),  # corrected before the end
            (second, "graded", RIGHT._replace(blur=2)),
        ):
            assert qualification.look(s, ada).state == "under way"
            check_answers.submit(s, NewAnswer(kind, target.id, ada.id, 1, votes))  # type: ignore[arg-type]
        check_answers.submit(s, NewAnswer("graded", second.id, ada.id, 1, wrong))  # after it
        stands = qualification.look(s, ada)
        assert stands.state == "passed" and set(stands.attempts[0].shares.values()) == {1.0}
        assert qualification.look(s, other).state == "under way"
        qualification.let_through(s, other.id, reason="known", who="Lea")
        with pytest.raises(Refused, match="let through already"):
            qualification.let_through(s, other.id, reason="known", who="Lea")
        assert qualification.look(s, other).state == "let through"
        qualification.lift(s, other.id, who="Lea")
        with pytest.raises(NotFound):
            check_answers.submit(s, NewAnswer("gold", 99, ada.id, 1, RIGHT))
        with pytest.raises(Refused, match="cannot be stored"):
            check_answers.submit(s, NewAnswer("graded", first.id, ada.id, 1, RIGHT._replace(blur=9)))
        with pytest.raises(Refused, match="not of the kind gold"):
            check_answers.submit(s, NewAnswer("gold", first.id, ada.id, 1, RIGHT))
    with any_store.write("Lea") as s:
        merging.merge(s, other.id, ada.id, who="Lea")
        assert qualification.look(s, annotators.current(s, ada.id)).state == "passed"
        assert check_answers.repeats(s) == {} and check_turns.waiting(s) == {}


def test_what_two_names_of_one_person_did_is_told_apart_in_time(any_store: Store) -> None:
    wrong = RIGHT._replace(quality=4, blur=5)
    with any_store.write("Lea") as s:
        check_items.store_set(s, [item("graded")], "Lea")
        (graded,) = check_items.standing(s, "graded")
        ada, again = (annotators.add(s, name, who="Lea") for name in ("Ada", "A. da"))
        project.update(s, "Lea", qualification=True, qualification_attempts=2)
        check_answers.submit(s, NewAnswer("graded", graded.id, ada.id, 1, wrong))
        check_answers.submit(s, NewAnswer("graded", graded.id, again.id, 1, RIGHT))
        for one in (ada, again):
            qualification.let_through(s, one.id, reason="known", who="Lea")
    with any_store.write("Lea") as s:
        merging.merge(s, again.id, ada.id, who="Lea")
        stands = qualification.look(s, annotators.current(s, ada.id))
        assert [(one.number, one.passed) for one in stands.attempts] == [(1, False), (2, True)]
        assert stands.state == "passed" and stands.used == 2
        assert qualification.let_through_ids(s) == {ada.id, again.id}
        qualification.lift(s, again.id, who="Lea")
        assert qualification.let_through_ids(s) == frozenset()
