"""``qualify``: a set is made, somebody is let through, repeats are asked for; for leads only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.rating import check_items
from annotation_db.records import QueueEntry
from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES, Votes
from seagull_studio import cli
from seagull_studio.operations import rating
from tests.e2e import projects
from tests.unit.seagull_studio.checked_turns import turns


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: object, status: int = 0) -> Any:
        capsys.readouterr()
        assert cli.run([*map(str, arguments), "--json"]) == status
        return json.loads(capsys.readouterr().out)

    return call


def test_a_lead_sets_the_test_up_reads_it_and_lets_somebody_through(run: Any, tmp_path: Path) -> None:
    at = projects.make(tmp_path, pictures=2, people=["Ada"])
    run("annotator", "add", at, "Lea", "--role", "lead")
    assert run("qualify", at)["set"] is None
    made = run("qualify", at, "--make", "--practice", 1, "--graded", 2, "--gold", 1, "--seed", 4)
    assert made == {"set": 1, "items": {"practice": 1, "graded": 2, "gold": 1}}
    run("settings", at, "--set", "qualification=yes", "--set", "qualification_attempts=1")
    refused = run("settings", at, "--set", "pass_blur=1.5", status=1)
    assert refused["error"] == "pass_blur is from 0 to 1, not 1.5."

    def wrong_blur(entry: QueueEntry) -> Votes:
        assert entry.check is not None, "no real ROI before the test is passed"
        with store.read() as s:
            expected = check_items.get(s, entry.check.target_id).expected
        return Votes(*expected)._replace(blur=0 if expected[0] > 2 else 5)

    with Store.open(at) as store:
        assert len(list(turns(store, rating.sign_in(store, "Ada").id, voter=wrong_blur))) == 3
    told = run("qualify", at)
    people = {one["annotator"]: one for one in told["annotators"]}
    assert told["qualification"] and told["attempts"] == 1 and told["pass"]["noise"] == 0.7
    assert people["Lea"]["state"] == "not needed" and people["Ada"]["state"] == "failed"
    (attempt,) = people["Ada"]["attempts"]
    assert attempt["missed"] == ["blur"] and attempt["passed"] is False
    assert attempt["within"] == {name: 0.0 if name == "blur" else 1.0 for name in SCALE_NAMES}
    assert set(DISTORTIONS) < set(attempt["within"])

    for arguments in (("--make",), ("--let-through", "Ada", "--reason", "x"), ("--repeats", "Ada"), ()):
        said = run("qualify", at, *arguments, "--as", "Ada", status=1)
        assert "for leads, and Ada is an annotator" in said["error"]
    assert "needs a reason" in run("qualify", at, "--let-through", "Ada", "--reason", " ", status=1)["error"]
    assert run("qualify", at, "--let-through", "Ada", "--reason", "known to us")["let_through"] is True
    with Store.open(at) as store:
        entry = rating.take_next(store, rating.sign_in(store, "Ada").id, after_image=None).current
        assert entry is not None and entry.entry.check is None and entry.entry.roi.id > 0
    assert run("qualify", at, "--take-back", "Ada")["let_through"] is False
    assert "not let through" in run("qualify", at, "--take-back", "Ada", status=1)["error"]

    # A new set gives everybody their attempts anew; what was answered stays.
    run("qualify", at, "--make", "--practice", 0, "--graded", 1, "--gold", 0)
    with Store.open(at) as store:
        entry = rating.take_next(store, rating.sign_in(store, "Ada").id, after_image=None).current
        assert entry is not None and entry.entry.check is not None and entry.entry.check.kind == "graded"
        with store.read() as s:
            done = [one.action for one in audit.list_all(s)]
    assert done.count("check.set") == 2 and "qualification.lift" in done
    (again,) = [one for one in run("qualify", at)["annotators"] if one["annotator"] == "Ada"]
    assert again["state"] == "under way" and len(again["attempts"]) == 1
    assert "more than 20 ROIs" in run("qualify", at, "--repeats", "Ada", status=1)["error"]
