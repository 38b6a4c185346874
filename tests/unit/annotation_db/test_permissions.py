"""Who may do what, and the lead's passphrase; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from annotation_db import project
from annotation_db.database import audit
from annotation_db.database.schema import LeadPassphrase, now
from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.rating import annotators, lead_passphrase, merging, permissions
from annotation_db.rating.lead_passphrase import WrongPassphrase
from annotation_db.rating.permissions import Action, NotAllowed
from annotation_db.records import Actor, AnnotatorRecord

WORDS = "correct horse battery"


def add(store: Store, name: str, role: str = "annotator") -> AnnotatorRecord:
    with store.write("test") as s:
        return annotators.add(s, name, role=role, who="test")  # type: ignore[arg-type]


def allowed(store: Store, actor: Actor | None) -> frozenset[Action]:
    with store.read() as s:
        return permissions.standing(s, actor).allowed


def test_annotators_rate_and_mark_and_leads_do_the_rest(any_store: Store) -> None:
    ann, lea = add(any_store, "Ann"), add(any_store, "Lea", "lead")
    assert allowed(any_store, Actor("Ann", ann.id)) == {Action.RATE, Action.MARK}
    assert allowed(any_store, Actor("Lea", lea.id)) == set(Action)
    assert allowed(any_store, Actor("root")) == set(Action), "the command line acts as a lead"
    assert allowed(any_store, None) == set(Action)
    with any_store.write() as s:
        project.update(s, "Lea", who_may_mark="leads")
    assert allowed(any_store, Actor("Ann", ann.id)) == {Action.RATE}
    any_store.acting = Actor("Ann", ann.id)
    with any_store.read() as s:
        permissions.require(s, Action.RATE)
        for action in set(Action) - {Action.RATE}:
            with pytest.raises(NotAllowed, match="is for leads, and Ann is an annotator"):
                permissions.require(s, action)


def test_as_long_as_nobody_leads_everybody_may_do_everything(any_store: Store) -> None:
    ann, bo = add(any_store, "Ann"), add(any_store, "Bo")
    assert allowed(any_store, Actor("Ann", ann.id)) == set(Action)
    with any_store.write() as s:
        annotators.set_role(s, bo.id, "lead", "Bo")
        entry = audit.list_all(s, 1)[0]
        assert (entry.who, entry.action, entry.detail) == (
            "Bo",
            "annotator.role",
            {"role": "lead", "was": "annotator"},
        )
    assert allowed(any_store, Actor("Ann", ann.id)) == {Action.RATE, Action.MARK}


def test_the_last_lead_stays_one(any_store: Store) -> None:
    ann, lea = add(any_store, "Ann"), add(any_store, "Lea", "lead")
    with any_store.write() as s:
        with pytest.raises(Refused, match="last lead"):
            annotators.set_role(s, lea.id, "annotator", "Lea")
        with pytest.raises(Refused, match="make Ann a lead first"):
            merging.merge(s, ann.id, lea.id, who="Lea")
        annotators.set_role(s, ann.id, "lead", "Lea")
        assert annotators.set_role(s, lea.id, "annotator", "Lea").role == "annotator"
        bot = annotators.add(s, "Bot", simulated=True, who="Lea")
        with pytest.raises(Refused, match="simulated"):
            annotators.set_role(s, bot.id, "lead", "Lea")


def test_own_rois_only(any_store: Store) -> None:
    ann = add(any_store, "Ann")
    add(any_store, "Lea", "lead")
    any_store.acting = Actor("Ann", ann.id)
    with any_store.read() as s:
        permissions.require_for_roi(s, "Ann")
        with pytest.raises(NotAllowed, match="the ROIs of others"):
            permissions.require_for_roi(s, "Lea")


def test_a_passphrase_is_asked_of_every_lead_and_of_the_command_line(any_store: Store) -> None:
    lea = add(any_store, "Lea", "lead")
    assert lead_passphrase.prove(any_store, "anything") == "", "none is set"
    proof = lead_passphrase.set_new(any_store, WORDS, "Lea")
    assert WORDS not in proof and proof.startswith("$argon2id$")
    for name, number in (("Lea", lea.id), ("root", None)):
        assert Action.EXPORT not in allowed(any_store, Actor(name, number))
        assert allowed(any_store, Actor(name, number, proof)) == set(Action)
    with any_store.read() as s:
        assert WORDS not in str([entry.detail for entry in audit.list_all(s)])
        assert permissions.standing(s, Actor("Lea", lea.id)).locked
    assert lead_passphrase.prove(any_store, WORDS) == proof
    any_store.acting = Actor("Lea", lea.id)
    for change in (
        lambda: lead_passphrase.set_new(any_store, "another one", "Lea"),
        lambda: lead_passphrase.remove(any_store, "Lea"),
    ):
        with pytest.raises(NotAllowed, match="passphrase was not given"):
            change()
    any_store.acting = Actor("Lea", lea.id, proof)
    other = lead_passphrase.set_new(any_store, "another one", "Lea")
    assert other != proof and Action.EXPORT not in allowed(any_store, any_store.acting)
    any_store.acting = Actor("Lea", lea.id, other)
    assert lead_passphrase.remove(any_store, "Lea") and not lead_passphrase.is_set(any_store)
    assert not lead_passphrase.remove(any_store, "Lea")


def test_accents_are_one_passphrase_however_they_are_typed(store: Store) -> None:
    add(store, "Lea", "lead")
    lead_passphrase.set_new(store, "caf\u00e9 au lait", "Lea")
    assert lead_passphrase.prove(store, "cafe\u0301 au lait")


def test_wrong_ones_are_slowed_down(any_store: Store) -> None:
    add(any_store, "Lea", "lead")
    lead_passphrase.set_new(any_store, WORDS, "Lea")
    for _ in range(lead_passphrase.FREE):
        with pytest.raises(WrongPassphrase, match="not the lead's"):
            lead_passphrase.prove(any_store, "wrong")
    with any_store.write() as s:  # a clock that was put back since lets nobody wait the longer
        s.get_one(LeadPassphrase, 1).failed_at = now() + timedelta(days=1)
    with pytest.raises(WrongPassphrase, match="wait 2 seconds"):
        lead_passphrase.prove(any_store, WORDS)
    with any_store.write() as s:
        s.get_one(LeadPassphrase, 1).failed_at = now() - timedelta(minutes=1)
    assert lead_passphrase.prove(any_store, WORDS)
    with any_store.read() as s:
        row = s.get_one(LeadPassphrase, 1)
        assert (row.failures, row.failed_at) == (0, None)


def test_the_wait_grows_up_to_five_minutes() -> None:
    at = now()
    waits = [lead_passphrase.wait_s(n, at, at) for n in (0, 2, 3, 4, 5, 20, 10_000)]
    assert waits == [0, 0, 2, 4, 8, 300, 300]
    assert lead_passphrase.wait_s(5, at, at + timedelta(seconds=9)) == 0
    assert lead_passphrase.wait_s(5, at + timedelta(days=1), at) == 8


def test_a_passphrase_has_bounds_and_needs_a_lead(store: Store) -> None:
    with pytest.raises(Refused, match="Nobody leads"):
        lead_passphrase.set_new(store, WORDS, "x")
    add(store, "Lea", "lead")
    for wrong in ("short", "x" * 201):
        with pytest.raises(Refused, match="8 to 200"):
            lead_passphrase.set_new(store, wrong, "Lea")


def test_a_forgotten_one_is_taken_away_by_the_keeper_and_stands_in_the_trail(store: Store) -> None:
    add(store, "Lea", "lead")
    lead_passphrase.set_new(store, WORDS, "Lea")
    store.acting = Actor("keeper")
    assert lead_passphrase.remove(store, "keeper", forgotten=True)
    with store.read() as s:
        assert audit.list_all(s, 1)[0].action == "passphrase.forgotten"
