"""What a pickle asks for, found by reading its instructions and following none."""

from __future__ import annotations

import pickletools
import re
from collections.abc import Iterator
from typing import IO, Final

_MOST_STEPS: Final = 20_000_000
"""Instructions that are read at most; a checkpoint of a hundred thousand tensors has four million."""
_TENSORS: Final = re.compile(
    r"collections\.(OrderedDict|Counter)|torch\.(Size|device)|torch\.\w+Storage"
    r"|torch\.storage\.(Untyped|Typed)Storage|torch\.(bool|u?int\d+|b?float\d+\w*|complex\d+|half|double)"
    r"|torch\._utils\._rebuild_(tensor|tensor_v2|tensor_v3|parameter|parameter_with_state)"
    r"|torch\._tensor\._rebuild_from_type_v2|torch\.nn\.parameter\.Parameter"
    r"|torch\.serialization\._get_layout|_codecs\.encode|(builtins|__builtin__)\.(set|complex)"
)
_NOT_PLAIN: Final = {
    "sparse": re.compile(r"torch\._utils\._rebuild_sparse\w*|torch\.sparse\.\w+"),
    "quantised": re.compile(r"torch\._utils\._rebuild_qtensor|torch\.per_\w+"),
    "empty (meta)": re.compile(r"torch\._utils\._rebuild_meta\w*"),
    "nested": re.compile(r"torch\._utils\._rebuild_nested\w*|torch\.nested\..+"),
}
_DATA: Final = re.compile(
    r"(numpy|pandas|datetime|decimal|collections|torch)\..+|_codecs\.encode"
    r"|(builtins|__builtin__)\.(bytearray|bytes|dict|list|tuple|frozenset|range|slice|int|float|str|bool)"
    r"|copy_?reg\._reconstructor|(builtins|__builtin__)\.object"
)


class NotPlainWeights(Exception):
    """A pickle asks for something else than plain tensors; ``str(error)`` tells what, as "it holds ..."."""

    def __init__(self, what: str, *, code: bool) -> None:
        super().__init__(what)
        self.code = code
        """Whether it is program code."""


def look_through(file: IO[bytes]) -> None:
    """Look through one pickle, and stand behind it.

    Parameters
    ----------
    file : binary file
        Standing at its beginning.

    Raises
    ------
    NotPlainWeights
        With what is asked for beside plain tensors.
    ValueError
        If this is no pickle, or a cut one.
    """
    strange = sorted({name for name in _asked_for(file) if _TENSORS.fullmatch(name) is None})
    for kind, pattern in _NOT_PLAIN.items():
        if any(pattern.fullmatch(name) for name in strange):
            raise NotPlainWeights(f"{kind} tensors", code=False)
    code = [name for name in strange if _DATA.fullmatch(name) is None]
    if code:
        raise NotPlainWeights(f"program code beside weights ({code[0][:100]})", code=True)
    if strange:
        raise NotPlainWeights(f"other things than tensors ({strange[0][:100]})", code=False)


def _asked_for(file: IO[bytes]) -> Iterator[str]:
    """The functions and classes that one pickle names, as "module.name"."""
    strings: list[str] = []
    memory: dict[int, str] = {}
    kept, last = 0, ""
    for step, (opcode, argument, _) in enumerate(pickletools.genops(file)):
        name, text = opcode.name, ""
        if step > _MOST_STEPS:
            raise ValueError("it has more instructions than any list of weights")
        if name in ("GLOBAL", "INST"):
            yield str(argument).replace(" ", ".", 1)
        elif name == "STACK_GLOBAL":
            yield ".".join(strings[-2:]) or "something"
        elif name.startswith("EXT"):
            yield f"extension {argument}"
        elif "UNICODE" in name:
            text = str(argument)
        elif name in ("MEMOIZE", "BINPUT", "LONG_BINPUT"):
            memory[kept if argument is None else int(argument)] = last
            kept += 1
        elif name in ("BINGET", "LONG_BINGET"):
            text = memory.get(int(argument or 0), "")
        # A name is put together of the last two strings; what was kept is a string only right after one.
        if text:
            strings = [*strings[-1:], text]
        last = text
