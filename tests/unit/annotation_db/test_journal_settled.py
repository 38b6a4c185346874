"""Lines of a journal that are damaged and still JSON, and entries that the project refuses."""

from __future__ import annotations

import json

from annotation_db.database import journal
from annotation_db.database.schema import Rating
from annotation_db.rating import exclusions, ratings
from annotation_db.safety import integrity
from seagull_studio.operations import journals
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.test_journal import lose, rate


def test_a_flipped_digit_that_leaves_a_line_json_is_found(filled: Filled) -> None:
    rate(filled, level=1)
    filled.store.journal.close()
    (path,) = filled.store.journal.folder.glob("*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"blur": 1', b'"blur": 3'))
    assert journal.read(path).unreadable == 1 and not journal.read(path).entries
    unsealed = [json.loads(line) for line in path.read_text().splitlines() if line]
    del unsealed[0]["seal"]  # as older versions wrote them
    path.write_text(json.dumps(unsealed[0]) + "\n")
    assert [entry["votes"]["blur"] for entry in journal.read(path).entries] == [3]


def test_what_is_refused_can_be_laid_aside_and_is_tried_again(filled: Filled) -> None:
    rate(filled)
    lose(filled.store, Rating)
    with filled.store.write("lead") as s:
        withdrawn = exclusions.exclude(s, "roi", filled.rois[0].id, reason="masked twice", who="lead")
    done = journals.put_back(filled.store, "lead", lambda *_: None, lambda: False)
    assert (done.stored, len(done.refused), len(done.against_rules)) == (0, 1, 1)
    assert any(finding.kind == "journal" for finding in integrity.check(filled.store))
    file = journal.lay_aside(filled.store.folder, done.against_rules)
    assert not any(finding.kind == "journal" for finding in integrity.check(filled.store))
    assert [entry["uid"] for entry in journal.read(file).entries] == [done.against_rules[0]["uid"]]
    filled.store.journal.close()
    again = journals.put_back(filled.store, "lead", lambda *_: None, lambda: False)
    assert (again.stored, again.refused) == (0, ()), "tried again, and not named"
    assert not list(filled.store.journal.folder.glob("*.jsonl")), "nothing else keeps its journal"
    with filled.store.write("lead") as s:
        exclusions.lift(s, withdrawn.id, who="lead")
    assert journals.put_back(filled.store, "lead", lambda *_: None, lambda: False).stored == 1
    assert journals.put_back(filled.store, "lead", lambda *_: None, lambda: False).stored == 0
    with filled.store.read() as s:
        assert [rating.uid for rating in ratings.all_latest(s)] == [done.against_rules[0]["uid"]]
