"""Errors of the system that libraries in other languages raise as exceptions of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_TOLD: Final = re.compile(r"\(os error (\d+)\)")
"""How libraries written in Rust (safetensors, tokenizers) tell the system's number of an error."""


@contextmanager
def as_os_errors() -> Iterator[None]:
    """Raise what such a library says of the system in the block, a full disk for one, as `OSError`."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # safetensors has a class of its own, tokenizers raises bare Exception
        told = _TOLD.search(str(error))
        if told is None:
            raise
        number = int(told[1])
        if os.name == "nt":
            raise OSError(0, os.strerror(0), None, number) from error
        raise OSError(number, os.strerror(number)) from error
