"""The passphrase of the lead role: set, asked for, taken away. Only an Argon2 hash of it is stored.

It keeps people at a shared machine from doing what a lead does by mistake or out of curiosity. It cannot keep
out somebody who may write the database itself; so whoever owns that may also take it away.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import LeadPassphrase, now
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import Refused
from annotation_db.rating import permissions
from annotation_db.rating.permissions import Action

SHORTEST: Final = 8
LONGEST: Final = 200
FREE: Final = 3
"""Wrong passphrases in a row before one has to wait."""
LONGEST_WAIT_S: Final = 300


class WrongPassphrase(Refused):
    """The passphrase is not the lead's, or one has to wait before the next try."""


def is_set(store: Store) -> bool:
    """Whether the lead role has a passphrase."""
    return transact_read(store, lambda s: s.scalar(select(LeadPassphrase.id)) is not None)


def wait_s(failures: int, failed_at: datetime | None, at: datetime) -> float:
    """Seconds to wait before the next try: none for the first ones, then 2, 4, 8 ... up to five minutes.

    Never longer, even where the last one seems to be yet to come because a clock was put back.
    """
    if failed_at is None or failures < FREE:
        return 0.0
    pause = min(LONGEST_WAIT_S, 2 ** min(failures - FREE + 1, 16))
    left = (failed_at + timedelta(seconds=pause) - at).total_seconds()
    return min(float(pause), max(0.0, left))


def prove(store: Store, passphrase: str) -> str:
    """Try a passphrase.

    Returns
    -------
    str
        What an `Actor` has as its proof; "" where no passphrase is set.

    Raises
    ------
    WrongPassphrase
        If it is wrong, or wrong ones were given just now and one has to wait.
    """
    lock = transact_read(store, _hash) if store.read_only else transact(store, _begin_try)
    if not lock:
        return ""
    if not _fits(lock, passphrase):
        raise WrongPassphrase("This is not the lead's passphrase; try again.")
    if not store.read_only:
        transact(store, _forget_failures, repeatable=True)
    return lock


def set_new(store: Store, passphrase: str, who: str) -> str:
    """Set the lead's passphrase, or another one; returns the proof of whoever set it.

    Every lead is asked for the new one from then on.

    Raises
    ------
    Refused
        If it is shorter than `SHORTEST` or longer than `LONGEST` characters, or nobody leads the project.
    NotAllowed
        If whoever acts is no lead.
    """
    plain = _plain(passphrase)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise Refused(f"A passphrase has {SHORTEST} to {LONGEST} characters; take several words.")
    made = _made(plain)

    def work(s: Session) -> None:
        permissions.require(s, Action.SETTINGS)
        if not permissions.is_led(s):
            raise Refused("Nobody leads this project yet; make somebody its lead first.")
        row = s.get(LeadPassphrase, 1, with_for_update=True)
        if row is None:
            s.add(LeadPassphrase(id=1, hash=made, set_by=who))
        else:
            row.hash, row.failures, row.failed_at, row.set_by, row.set_at = made, 0, None, who, now()
        audit.record(s, who, "passphrase.set", "project")

    transact(store, work, who=who)
    return made


def remove(store: Store, who: str, *, forgotten: bool = False) -> bool:
    """Take the passphrase away; whether there was one.

    Parameters
    ----------
    forgotten : bool
        Nobody knows it: the caller has made sure that this is the keeper of the database.

    Raises
    ------
    NotAllowed
        If whoever acts is no lead, unless it is `forgotten`.
    """

    def work(s: Session) -> bool:
        if not forgotten:
            permissions.require(s, Action.SETTINGS)
        if s.scalar(select(LeadPassphrase.id)) is None:
            return False
        s.execute(delete(LeadPassphrase))
        audit.record(s, who, "passphrase.forgotten" if forgotten else "passphrase.remove", "project")
        return True

    return transact(store, work, who=who, repeatable=True)


def _begin_try(s: Session) -> str:
    """The hash to check against; the try counts as a wrong one until it has been found right.

    So that tries side by side, or a program that is killed, gain nobody anything.
    """
    row = s.get(LeadPassphrase, 1, with_for_update=True)
    if row is None:
        return ""
    wait = wait_s(row.failures, row.failed_at, now())
    if wait > 0:
        raise WrongPassphrase(f"Too many wrong passphrases; wait {ceil(wait)} seconds, then try again.")
    row.failures, row.failed_at = row.failures + 1, now()
    return row.hash


def _forget_failures(s: Session) -> None:
    row = s.get(LeadPassphrase, 1, with_for_update=True)
    if row is not None:
        row.failures, row.failed_at = 0, None


def _hash(s: Session) -> str:
    return s.scalar(select(LeadPassphrase.hash)) or ""


def _plain(passphrase: str) -> str:
    """Keyboards differ in how they write accents; the same words are one passphrase."""
    return unicodedata.normalize("NFC", passphrase)


def _made(plain: str) -> str:
    from argon2 import PasswordHasher  # late: few projects have a passphrase

    return PasswordHasher().hash(plain)


def _fits(lock: str, passphrase: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(lock, _plain(passphrase))
    except (Argon2Error, InvalidHashError):
        return False
