"""What the views are fed with: the rating form and the session log."""

from __future__ import annotations

import pytest

from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES
from seagull_studio.state.rating_view import LANGUAGES, ROW_ORDER, rating_form
from seagull_studio.state.session_view import SessionLog


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_has_the_scales_of_the_database(language):
    form = rating_form(language)
    assert ROW_ORDER == SCALE_NAMES
    assert tuple(row.name for row in form.rows) == SCALE_NAMES
    for row in form.rows:
        scale = SCALES[row.name]
        assert row.kind == scale.kind
        assert [(level.id, level.value) for level in row.levels] == [
            (level.id, level.value) for level in scale.levels
        ]
        if language == "en":
            assert [level.word for level in row.levels] == [level.word for level in scale.levels]
        assert len({level.word for level in row.levels}) == len(row.levels)
        assert len({level.wording for level in row.levels}) == len(row.levels)


def test_minor_is_a_severity_and_an_importance():
    ids = {level.id for row in rating_form().rows for level in row.levels if level.word == "minor"}
    assert ids == {"severity.minor", "importance.minor"}


def test_every_level_has_an_example_and_together_they_are_small():
    levels = [level for row in rating_form().rows for level in row.levels]
    assert len(levels) == 46
    assert all(level.example is not None for level in levels)
    assert sum(level.example.stat().st_size for level in levels if level.example) < 1_500_000


def test_an_unknown_language_reads_english():
    assert rating_form("fr").language == "en"


def test_pace_is_the_median_and_none_before_the_first():
    log = SessionLog(0.0)
    assert log.pace is None
    for seconds in (5.0, 100.0, 7.0):
        log = log.rated(seconds)
    assert (log.count, log.pace) == (3, 7.0)


def test_a_pause_is_due_after_thirty_minutes_and_again_after_the_next_thirty():
    log = SessionLog(100.0)
    assert not log.pause_due(100 + 1799)
    assert log.pause_due(100 + 1800)
    rested = log.rested(1950.0)
    assert not rested.pause_due(1950 + 1799)
    assert rested.pause_due(1950 + 1800)
    assert not SessionLog(0.0, pause_after_minutes=0).pause_due(1e9)
