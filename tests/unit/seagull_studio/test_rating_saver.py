"""Ratings while the database is busy or away: they wait, are kept here, and go out in order, once each."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database import journal
from annotation_db.database.store import Store
from annotation_db.rating import ratings
from annotation_db.safety import journal_check
from annotation_db.vocabulary.scales import Votes
from seagull_studio.controllers.rating import RatingController
from seagull_studio.controllers.rating_saver import RatingSaver
from seagull_studio.operations import journals
from seagull_studio.operations import rating as operations
from seagull_studio.services.database import DatabaseService
from seagull_studio.state.session_view import SavedState

ROOT = Path(__file__).parents[3]
VOTES = Votes(5, 5, 3, 5, 5, 2, 3, 4)
OTHER = Votes(0, 1, 2, 3, 4, 5, 0, 1)

HOLDER = """
import sys, time
from annotation_db.database import audit
from annotation_db.database.store import Store
with Store.open(sys.argv[1]) as store, store.write("import") as s:
    audit.record(s, "import", "long", "work")
    print("holding", flush=True)
    sys.stdin.readline()
"""


class Holder:
    """Another program in the middle of a transaction."""

    def __init__(self, project: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(HOLDER), str(project)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None and self.process.stdout.readline() == "holding\n"

    def let_go(self) -> None:
        self.process.communicate("\n", timeout=30)


@pytest.fixture
def flow(qtbot: QtBot, project: Path) -> Iterator[tuple[RatingController, list[SavedState]]]:
    database = DatabaseService(project)
    controller = RatingController(database, 1)
    states: list[SavedState] = []
    controller.save_state_changed.connect(lambda state, _reason: states.append(state))
    controller.start()
    qtbot.waitUntil(lambda: controller.current is not None and database.pending == 0, timeout=20_000)
    yield controller, states
    database.close()


def stored(project: Path) -> list[Votes]:
    with Store.open(project) as store, store.read() as s:
        return [rating.votes for rating in ratings.all_latest(s)]


def test_a_rating_waits_for_another_programs_transaction_and_says_so(
    flow: tuple[RatingController, list[SavedState]], qtbot: QtBot, project: Path
) -> None:
    controller, states = flow
    holder = Holder(project)
    began = time.monotonic()
    controller.submit(VOTES)
    qtbot.waitUntil(lambda: SavedState.WAITING in states, timeout=20_000)
    qtbot.wait(6_000)  # longer than any other transaction waits
    assert time.monotonic() - began > 6 and SavedState.FAILED not in states
    holder.let_go()
    qtbot.waitUntil(lambda: states[-1] is SavedState.SAVED, timeout=20_000)
    assert SavedState.FAILED not in states and VOTES in stored(project)


def test_what_cannot_wait_longer_is_kept_here_and_goes_out_in_order(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotation_db.database import store as opening

    monkeypatch.setattr(opening, "PATIENCE_S", 0.2)
    with Store.open(project, wait_s=0.1) as store:
        turn = operations.take_next(store, 1, after_image=None)
        assert turn.current is not None
        entry = turn.current.entry
        holder = Holder(project)
        given = [
            operations.Submission(
                entry.roi.id,
                1,
                votes,
                turn.annotator.created_at,
                900,
                roi_uid=entry.roi.uid,
                annotator_uid=turn.annotator.uid,
                annotator=turn.annotator.name,
            )
            for votes in (VOTES, OTHER)
        ]
        for submission in given:
            kept = operations.submit_or_keep(store, submission)
            assert kept.rating is None and "Another program" in kept.reason
        assert len(store.outbox) == 2
        (file,) = journal.read_all(project)
        assert [one["uid"] for one in file.entries] == [one.uid for one in given]
        assert file.waiting == {one.uid for one in given}
        assert operations.send_waiting(store)[0] == 2  # still held
        holder.let_go()
        assert operations.send_waiting(store) == (0, ())
        with store.read() as s:
            history = ratings.history(s, entry.roi.id, 1)
        assert [one.uid for one in history] == [one.uid for one in given]
        assert [one.votes for one in history] == [VOTES, OTHER]
        assert operations.send_waiting(store) == (0, ())
        assert not journal_check.look(store).missing and not journal_check.look(store).waiting


def test_what_waited_when_the_program_was_killed_is_sent_at_the_next_opening(project: Path) -> None:
    script = """
        import os, signal, sys
        from datetime import UTC, datetime
        from annotation_db.database import store as opening
        from annotation_db.vocabulary.scales import Votes
        from seagull_studio.operations import rating
        opening.PATIENCE_S = 0.2
        with opening.Store.open(sys.argv[1], wait_s=0.1) as store:
            turn = rating.take_next(store, 1, after_image=None)
            roi = turn.current.entry.roi
            print(roi.id, flush=True)
            sys.stdin.readline()
            given = rating.Submission(
                roi.id, 1, Votes(1, 1, 1, 1, 1, 1, 1, 1), datetime.now(UTC), 5, roi_uid=roi.uid,
                annotator_uid=turn.annotator.uid, annotator=turn.annotator.name,
            )
            assert rating.submit_or_keep(store, given).rating is None
            print(given.uid, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    window = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(project)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert window.stdout is not None and window.stdin is not None
    window.stdout.readline()
    holder = Holder(project)
    window.stdin.write("\n")
    window.stdin.flush()
    uid = window.stdout.readline().strip()
    window.communicate(timeout=30)
    holder.let_go()
    assert len(uid) == 32
    with Store.open(project) as store:
        assert [entry["uid"] for entry in journal_check.look(store).waiting] == [uid]
        assert journals.at_opening(store) == ()
        with store.read() as s:
            assert uid in {rating.uid for rating in ratings.all_latest(s)}
    with Store.open(project) as store:
        assert journals.at_opening(store) == ()
    assert not list((project / "journal").glob("*.jsonl"))


def test_the_mark_says_kept_and_then_saved(
    flow: tuple[RatingController, list[SavedState]],
    qtbot: QtBot,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from seagull_studio.controllers import rating_saver

    monkeypatch.setattr(rating_saver, "SEND_EVERY_MS", 200)
    from annotation_db.database import store as opening

    monkeypatch.setattr(opening, "PATIENCE_S", 0.0)
    database = DatabaseService(project)
    mine = RatingSaver(database)
    states: list[SavedState] = []
    mine.state_changed.connect(lambda state, _reason: states.append(state))
    done: list[object] = []
    database.ask(lambda store: operations.take_next(store, 1, after_image=None), done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    (turn,) = done
    assert isinstance(turn, operations.QueueView) and turn.current is not None
    holder = Holder(project)
    roi, who = turn.current.entry.roi, turn.annotator
    mine.give(
        operations.Submission(
            roi.id, 1, VOTES, who.created_at, 5, roi_uid=roi.uid, annotator_uid=who.uid, annotator=who.name
        )
    )
    qtbot.waitUntil(lambda: states[-1] is SavedState.KEPT, timeout=30_000)
    assert mine.kept == 1 and mine.unsaved == 0 and SavedState.FAILED not in states
    holder.let_go()
    qtbot.waitUntil(lambda: states[-1] is SavedState.SAVED, timeout=30_000)
    assert mine.kept == 0 and VOTES in stored(project)
    database.close()


def test_what_waits_from_an_earlier_time_is_shown_and_sent_without_another_rating(
    qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seagull_studio.controllers import rating_saver

    monkeypatch.setattr(rating_saver, "SEND_EVERY_MS", 200)
    database = DatabaseService(project)
    mine = RatingSaver(database)
    states: list[SavedState] = []
    mine.state_changed.connect(lambda state, _reason: states.append(state))
    mine.resume()
    qtbot.waitUntil(lambda: database.pending == 0, timeout=20_000)
    assert states == [], "nothing waits, and nothing was saved"

    def leave_waiting(store: Store) -> None:
        turn = operations.take_next(store, 1, after_image=None)
        assert turn.current is not None
        roi, who = turn.current.entry.roi, turn.annotator
        for uid in ("no such ROI", roi.uid):  # the first is refused, and told
            given = operations.Submission(roi.id, 1, VOTES, who.created_at, 5, roi_uid=uid)
            given = replace(given, annotator_uid=who.uid, annotator=who.name)
            store.outbox.keep(operations._journal_entry(given))

    refused: list[str] = []
    mine.refused.connect(refused.append)
    database.ask(leave_waiting)
    mine.resume()
    qtbot.waitUntil(lambda: bool(states) and states[-1] is SavedState.SAVED, timeout=30_000)
    assert states[0] is SavedState.KEPT and VOTES in stored(project)
    assert len(refused) == 1 and "cannot be stored" in refused[0]
    database.close()
