"""A report read back: its elements, tables and texts, and what makes it valid and self-contained."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

SECTIONS = (
    *("counts", "methods", "agreement", "coverage", "labels", "stability", "panels", "annotators"),
    *("screening", "prefill", "split", "program"),
)
_VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed, in order, and no id stands twice."""

    def __init__(self, file: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.source = file.read_text(encoding="utf-8")
        self.ids: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.cells: dict[tuple[str, str, str], list[str]] = {}
        """By scale, metric and key, the values of the agreement table."""
        self.counts: dict[str, str] = {}
        self._open: list[str] = []
        self._row: tuple[str, str] = ("", "")
        self._key = self._count = ""
        self.feed(self.source)
        self.close()
        assert self._open == []

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def drawings(self) -> list[str]:
        return re.findall(r"<svg.*?</svg>", self.source, flags=re.DOTALL)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        assert len(told) == len(attrs), f"an attribute stands twice in {tag}"
        self.attributes += [(tag, name, value) for name, value in told.items()]
        if "id" in told:
            assert told["id"] not in self.ids, f"the id {told['id']} stands twice"
            self.ids.append(told["id"])
        if tag == "tr":
            self._row = told.get("data-scale", ""), told.get("data-metric", "")
        if tag == "td":
            self._key, self._count = told.get("data-key", ""), told.get("data-count", "")
            if self._key:
                self.cells[(*self._row, self._key)] = []
        if tag == "data" and self._key:
            self.cells[(*self._row, self._key)].append(told["value"])

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1] == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()
        if tag == "td":
            self._key = self._count = ""

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.texts.append(data)
        if self._count:
            self.counts[self._count] = self.counts.get(self._count, "") + data

    def check(self, figures: int = 7) -> None:
        """It is one valid page that fetches nothing and runs nothing, with all its sections and figures."""
        assert self.source.startswith('<!DOCTYPE html>\n<html lang="en">')
        assert [one for one in self.ids if one in SECTIONS] == list(SECTIONS)
        tags = {tag for tag, _, _ in self.attributes}
        assert not tags & {"script", "iframe", "object", "embed", "link", "img", "base", "form"}
        for tag, name, value in self.attributes:
            assert not name.startswith("on"), (tag, name)
            if name in ("href", "src", "xlink:href"):
                assert value.startswith("#") and value[1:] in self.ids, (tag, value)
            for used in re.findall(r"url\(#([^)]+)\)", value):
                assert used in self.ids
        assert "http://" not in self.source and "https://" not in self.source and "@import" not in self.source
        assert len(self.drawings) == figures
        for drawing in self.drawings:
            assert_drawn(drawing)


def assert_drawn(svg: str) -> None:
    """It parses, and something beside the sheet itself is drawn on it."""
    root = ElementTree.fromstring(svg)
    kinds = [element.tag.rpartition("}")[2] for element in root.iter()]
    words = [element.text for element in root.iter() if element.tag.rpartition("}")[2] == "text"]
    assert root.tag.rpartition("}")[2] == "svg"
    assert kinds.count("path") + kinds.count("use") >= 5 and len([word for word in words if word]) >= 3
