"""A process whose people rate, or lead, as the window does, without one: started by test_many_raters_at_once.

Everything that it was told is saved stands, one line each, in a file of its own, written at once.
"""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import StudioError
from annotation_db.pictures import rois
from annotation_db.rating import assignments
from annotation_db.vocabulary.scales import Votes
from seagull_studio.operations import marking
from seagull_studio.operations.rating import submit, take_next
from seagull_studio.operations.submission import Submission

RETRIES = 20


class Rater:
    def __init__(self, store: Store, me: int, seed: int, file: str) -> None:
        self._store = store
        self._me = me
        self._draw = random.Random(seed)
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(self, *words: object) -> None:
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())

    def insist(self, work: Callable[[], object]) -> object:
        """As the window's outbox: again, until it is said to be done; refusals are sentences."""
        for _ in range(RETRIES):
            try:
                return work()
            except StudioError as error:
                self.say("refused", error)
                if "reached" not in str(error) and "nothing was changed" not in str(error):
                    return None
            except Exception as error:
                self.say("raw", type(error).__name__, " ".join(str(error).split()))
                return None
        return None

    def rate(self, turns: int) -> None:
        after, skipped = None, tuple[int, ...]()
        for _ in range(turns):
            turn = self.insist(lambda: take_next(self._store, self._me, after_image=after, skipped=skipped))  # noqa: B023
            if turn is None or turn.current is None:  # type: ignore[attr-defined]
                continue
            roi, after = turn.current.entry.roi.id, turn.current.entry.image.id  # type: ignore[attr-defined]
            if self._draw.random() < 0.1:
                skipped = (*skipped, roi)  # left lying: its lease runs out some day
                continue
            votes = Votes(*[self._draw.randrange(5) for _ in range(8)])
            given = Submission(
                roi, self._me, votes, shown_at=turn.current.entry.image.added_at, duration_ms=9
            )  # type: ignore[attr-defined]
            for _ in range(1 + (self._draw.random() < 0.1)):  # now and then the answer got lost
                if self.insist(lambda: submit(self._store, given)) is not None:  # noqa: B023
                    self.say("rating", given.uid, roi, *votes)

    def lead(self, turns: int, people: int) -> None:
        """Do what leads do to a project with so many annotators."""
        everything = [roi.id for roi in transact_read(self._store, rois.list_all)]
        for _ in range(turns):
            roi, who = self._draw.choice(everything), self._draw.randint(1, people)
            kind = self._draw.randrange(5)
            if kind == 0:
                some = self._draw.sample(range(1, people + 1), k=max(1, people // 2))
                raters = self._draw.randint(1, 4)

                def assign(some: list[int] = some, raters: int = raters) -> object:
                    return transact(
                        self._store,
                        lambda s: assignments.assign(s, raters=raters, annotators=some, who="lead"),
                        repeatable=True,
                    )

                self.insist(assign)
            elif kind == 1:

                def free(who: int = who) -> object:
                    return transact(
                        self._store, lambda s: assignments.take_back(s, who, "lead"), repeatable=True
                    )

                self.insist(free)
            elif kind == 2:
                self.insist(lambda: marking.restore(self._store, roi, "lead"))  # noqa: B023
            else:
                self.insist(lambda: marking.withdraw(self._store, roi, "not sure", "lead"))  # noqa: B023
            self.say("led", kind)


def main(location: str, role: str, people: str, seed: str, turns: str, file: str) -> None:
    """Each of the `people` (``1,2,3``) works in a thread of their own, with connections of their own."""

    def work(me: int) -> None:
        with Store.open(location, wait_s=30) as store:
            rater = Rater(store, me, int(seed) * 100 + me, file)
            rater.say("begun")
            if role == "lead":
                rater.lead(int(turns), me)
            else:
                rater.rate(int(turns))
            rater.say("ended")

    threads = [threading.Thread(target=work, args=(int(me),)) for me in people.split(",")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
