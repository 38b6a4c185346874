"""JSON from outside: what two readers may understand differently is refused in a clause."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.errors import ImportRefused, Refused
from annotation_db.exports.staging import Staging
from annotation_db.files import json_text
from annotation_db.imports.files import read_json


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 2}', '"a" twice'),
        ('[{"a": {"b": 1, "b": "1"}}]', '"b" twice'),
        ('{"a": 1, "a": true}', '"a" twice'),
        ('{"a": {"c": 1, "d": 2}, "a": {"c": 1}}', '"a" twice'),
        ("[NaN]", "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("[1e999]", "1e999"),
        ("[" * 100_000, "too deeply"),
        ('{"a":' * 100_000, "too deeply"),
        ("[" + "1" * 5000 + "]", "thousands of digits"),
        ("{'a': 1}", "line 1, column 2"),
        ("", "line 1, column 1"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(json_text.NotJson, match=said):
        json_text.read(text)
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ImportRefused, match=said) as caught:
        read_json(tmp_path / "a.json")
    assert str(caught.value).startswith("a.json ") and str(caught.value).endswith(".")


def test_what_is_read() -> None:
    assert json_text.read('{"a": [1, 2.5, null], "b": {"a": 0}}') == {"a": [1, 2.5, None], "b": {"a": 0}}
    assert json_text.read('{"a": {"c": 1, "d": 2}, "a": {"d": 2, "c": 1}}') == {"a": {"c": 1, "d": 2}}


def test_a_manifest_nested_without_end_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(Refused, match="no export of this program"), Staging(tmp_path, overwrite=True):
        pass
