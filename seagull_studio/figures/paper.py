"""The paper that figures are drawn on: size, colours, fonts; and how it becomes SVG or PDF.

matplotlib is imported when the first figure is drawn, and never by the window's own thread. Texts stay texts
in both kinds of file, so that they can be searched, and edited for a journal.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Format = Literal["svg", "pdf"]
ACCENT: Final = "#1f5fa8"
SOFT: Final = "#9db8d6"
ALERT: Final = "#c2572b"
MUTED: Final = "#5f6b76"
LINE: Final = "#d5dbe1"
TEXT: Final = "#1b2229"
_LOCK: Final = threading.Lock()
"""matplotlib's settings are those of the whole process."""
_FONT: Final = "DejaVu Sans"
"""Comes with matplotlib: widths are the same on every machine."""
_STYLE: Final[dict[str, Any]] = {
    "font.family": _FONT,
    "font.size": 9,
    "axes.edgecolor": LINE,
    "axes.labelcolor": TEXT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": TEXT,
    "xtick.color": MUTED,
    "ytick.color": LINE,
    "ytick.labelcolor": TEXT,
    "xtick.labelcolor": TEXT,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "seagull-studio",
    "pdf.fonttype": 42,
}
_NO_METADATA: Final[dict[Format, dict[str, Any]]] = {
    "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
    "pdf": {"Creator": None, "CreationDate": None, "Producer": None},
}
"""The same figure is the same file, whenever and by whichever release it is drawn."""


@contextmanager
def drawing() -> Iterator[None]:
    """Draw and save inside of this, one at a time."""
    import matplotlib

    with _LOCK, matplotlib.rc_context(_STYLE):
        yield


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """A new sheet with one pair of axes.

    Parameters
    ----------
    width, height : float
        In inches.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def saved(figure: Figure, kind: Format) -> bytes:
    """The file."""
    target = io.BytesIO()
    figure.savefig(target, format=kind, metadata=_NO_METADATA[kind])
    data = target.getvalue()
    if kind == "svg":  # whoever looks at it may not have this font
        data = data.replace(f"'{_FONT}'".encode(), f"'{_FONT}', Arial, Helvetica, sans-serif".encode())
    return data


def inline(svg: bytes, name: str, said: str) -> str:
    """An SVG file as an element of an HTML page.

    Parameters
    ----------
    name : str
        Goes before each id, which must be unique in the page.
    said : str
        What the figure shows, for those who cannot see it.
    """
    from html import escape

    text = svg.decode("utf-8")
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"\bid=\"", f'id="{name}-', text)
    text = re.sub(r"(url\(|href=\")#", rf"\g<1>#{name}-", text)
    text = re.sub(r" xmlns(:xlink)?=\"[^\"]*\"| version=\"[^\"]*\"", "", text)
    text = text.replace("xlink:href", "href")
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(said, quote=True)}"', 1)
