"""Label runs on the command line: listed, compared, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.annotation_db.io_project import write_csv
from tests.unit.seagull_studio.test_cli_commands import GOOD, Terminal, made, rate, run

__all__ = ["made", "run"]


def test_label_runs_are_listed_compared_and_deleted(
    made: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made.json("labels", "list", made.project) == {"runs": []}
    assert "no label run yet" in made("labels", "list", made.project)[1]
    made.json("import", made.project, rate(made), "--kind", "ratings")
    made.json("aggregate", made.project)
    made.json("export", made.project, tmp_path / "out", "--format", "csv")
    changed = write_csv(
        tmp_path / "more.csv", [["a.png", "r1", f"rater {k}", *GOOD[:6], 4, 2] for k in range(5)]
    )
    made.json("import", made.project, changed, "--kind", "ratings", "--revise")
    made.json("aggregate", made.project)

    second, first = made.json("labels", "list", made.project)["runs"]
    assert (first["run"], first["labelled"], second["run"], second["named_by"]) == (1, 5, 2, [])
    assert [(one["kind"], one["name"]) for one in first["named_by"]] == [("export", str(tmp_path / "out"))]
    found = made.json("labels", "compare", made.project, 1, second["uid"])
    assert (found["same"], found["numbers_only"], found["first"]["uid"]) == (4, 0, first["uid"])
    (change,) = found["changed"]
    assert (change["image"], change["roi"], change["why"]) == ("a.png", "r1", ["corrections"])
    assert change["before"]["levels"]["quality"] == 1 and change["after"]["levels"]["blur"] == 5
    assert change["scales"] == ["quality"] and len(change["uid"]) == 32
    said = made("labels", "compare", made.project, 1, 2)[1]
    assert "a.png r1: quality poor -> good (corrections)" in said, said

    assert "add --yes" in made("labels", "delete", made.project, 1)[2]
    assert "There is no label run 7" in made.refused("labels", "delete", made.project, 7, "--yes")
    status, out, err = made("labels", "delete", made.project, 1, "--yes")
    assert (status, out) == (0, "Label run 1 was deleted.\n")
    assert f"Label run 1 is named by the export {tmp_path / 'out'}" in err
    assert made.json("labels", "delete", made.project, 2, "--yes")["deleted"]["uid"] == second["uid"]
    assert made.json("labels", "list", made.project) == {"runs": []}
    assert made.json("check", made.project)["findings"] == []
