"""The compressed counts of a COCO mask, read and checked: the codec itself trusts them."""

from __future__ import annotations


def run_lengths(counts: str) -> list[int]:
    """Read a compressed counts string: lengths of runs outside, inside, outside, ...

    Six-bit groups, five of them data, low first, sign in the last; from the third run on each
    number is the difference to the one two before (COCO API, ``maskApi.c``).

    Raises
    ------
    ValueError
        If the string is damaged.
    """
    runs: list[int] = []
    value = shift = 0
    for char in counts:
        group = ord(char) - 48
        if not 0 <= group < 64 or shift > 50:
            raise ValueError("no run-length code")
        value |= (group & 31) << shift
        shift += 5
        if group & 32:
            continue
        if group & 16:
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
        value = shift = 0
    if shift or any(run < 0 for run in runs):
        raise ValueError("no run-length code")
    return runs


def runs_of_size(counts: str, size: tuple[int, int]) -> list[int]:
    """Read the counts of a mask of this height and width.

    Raises
    ------
    ValueError
        With one sentence, if the string is damaged or does not fill the size exactly.
    """
    height, width = size
    if height < 1 or width < 1:
        raise ValueError(f"A mask of {width} x {height} pixels is empty; give one of the picture's size.")
    try:
        runs = run_lengths(counts)
    except ValueError:
        raise ValueError("The mask's run-length code is damaged; export it again.") from None
    if (total := sum(runs)) != height * width:
        raise ValueError(
            f"The mask's run-length code holds {total} pixels, but {width} x {height} are "
            f"{height * width}; export it again."
        )
    return runs
