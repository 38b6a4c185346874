"""Looking for garbage is put off while rows are made, and goes on afterwards."""

from __future__ import annotations

import gc
import threading

import pytest

from annotation_db.garbage import uncollected


@pytest.fixture(autouse=True)
def collecting() -> None:
    assert gc.isenabled()


def test_it_goes_on_after_the_last_of_several_threads() -> None:
    inside, done = threading.Event(), threading.Event()

    def other() -> None:
        with uncollected():
            inside.set()
            done.wait(10)

    with uncollected():
        thread = threading.Thread(target=other)
        thread.start()
        assert inside.wait(10)
        assert not gc.isenabled()
    assert not gc.isenabled()  # the other's rows are not all made yet
    done.set()
    thread.join(10)
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(OSError), uncollected():
        raise OSError
    assert gc.isenabled()


def test_what_was_off_before_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
