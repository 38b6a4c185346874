"""The report that goes with a paper, read back: sections, numbers, pseudonyms, hostile names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from annotation_db.agreement.report_json import as_json
from annotation_db.database.schema import Project
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, Refused
from annotation_db.rating import acceptances, annotators, exclusions, ratings
from annotation_db.records import Actor, NewRating
from annotation_db.vocabulary.scales import Votes
from seagull_studio.operations import report, review
from tests.unit.annotation_db import io_project
from tests.unit.annotation_db.predicted import model
from tests.unit.seagull_studio.report_page import Page
from tests.unit.seagull_studio.sample_copy import sample

DAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def made(
    store: Store, folder: Path, name: str = "report.html", *, figures: int = 7, **options: object
) -> Page:
    written = report.write(store, folder / name, bootstrap=20, made_at=DAY, **options)  # type: ignore[arg-type]
    page = Page(written.file)
    assert written.bytes == written.file.stat().st_size
    page.check(figures)
    return page


def test_the_sample_project(tmp_path: Path) -> None:
    with Store.open(sample(tmp_path)) as store:
        page = made(store, tmp_path)
        material = review.read(store)
        found = as_json(review.measure(material, bootstrap=20), material.names)
        again = made(store, tmp_path, "again.html", overwrite=False)
        other = made(store, tmp_path, "other.html", seed=1)
        other_day = datetime(2027, 1, 1, tzinfo=UTC)
        report.write(store, tmp_path / "later.html", bootstrap=20, made_at=other_day)
    for scale, metrics in found["scales"].items():
        for told in metrics.values():
            for key in ("alpha", "percent_agreement", "rois", "ratings"):
                assert page.cells[scale, told["metric"], key] == [repr(told[key])]
            assert page.cells[scale, told["metric"], "ci95"] == [repr(end) for end in told["ci95"]]
    assert {name: int(n) for name, n in page.counts.items()} == {
        **{"images": 20, "rois": 59, "ratings": 357, "annotators": 11, "sessions": 11}
    }
    assert again.source == page.source and other.source != page.source
    lines = (tmp_path / "later.html").read_text(encoding="utf-8").splitlines()
    differing = [a for a, b in zip(page.source.splitlines(), lines, strict=True) if a != b]
    assert differing == ['<p class="small" id="made">Made on 2026-03-01 12:00 UTC</p>']
    assert "SIMULATED" in page.text and page.text.count("(simulated)") == 11
    assert not re.search(r"sim-\w+", page.source)
    assert "Nothing was excluded." in page.text and "20 pictures are in 8 groups" in page.text
    for person in range(1, 12):
        assert f"rater-{person:02}" in page.text


def test_an_empty_project_has_every_section_too(tmp_path: Path) -> None:
    with io_project.project(tmp_path) as store:
        page = made(store, tmp_path, figures=5)  # of annotators there are none
    assert "Nothing was rated yet" in page.text and "Nobody has rated anything" in page.text
    assert page.counts["ratings"] == "0" and "undefined" in page.source


def test_one_annotator(tmp_path: Path) -> None:
    with io_project.rated(tmp_path, raters=1) as store:
        with store.write("w") as s:
            for one in annotators.list_all(s)[1:]:
                exclusions.exclude(s, "annotator", one.id, reason="too few", who="w")
        page = made(store, tmp_path)
    assert page.counts["annotators"] == "1" and "no ROI has two counting ratings" in page.text
    assert page.cells["quality", "ordinal (Krippendorff 2011)", "alpha"] == []


def test_decisions_are_told_without_names(tmp_path: Path) -> None:
    with Store.open(sample(tmp_path)) as store:
        with store.write("Petra Vogel") as s:
            ada = annotators.add(s, "Ada Lovelace", who="Petra Vogel")
            bo = annotators.add(s, "Bo", who="Petra Vogel")
            roi = next(iter(review.gather(s).rois))
            new = NewRating(roi, ada.id, Votes(5, 5, 5, 5, 5, 5, 2, 2))
            rating = ratings.submit(s, new)
            reason = "ADA  Lovelace (Lovelace!) told bo, Petra and Petra Vogel that the boat <b>blinks</b>"
            exclusions.exclude(s, "annotator", ada.id, reason=reason, who="Petra Vogel")
            exclusions.exclude(s, "rating", rating.id, reason="a slip", who="Bo")
            exclusions.lift_of(s, "rating", rating.id, who="Petra Vogel")
            acceptances.accept(s, roi, note="Bo and I looked again", who="Petra Vogel")
            model(s, "shaky", untrained=True)
        page = made(store, tmp_path)
        numbers = dict(re.findall(r"<td>annotator</td>\s*<td>(rater-\d+)</td>\s*<td>(.*?)</td>", page.source))
    (ada_is,), (said,) = numbers.keys(), numbers.values()
    bo_is = re.search(r"<td>(rater-\d+) and I looked again</td>", page.source)
    assert bo_is is not None and bo_is[1] != ada_is
    assert said == (
        f"{ada_is} ({ada_is}!) told {bo_is[1]}, a lead and a lead that the boat &lt;b&gt;blinks&lt;/b&gt;"
    )
    assert bo.id != ada.id and f"{ada_is} on " in page.text and "a slip" in page.text
    for name in ("Lovelace", "Petra", "Vogel", "Ada "):
        assert name.casefold() not in page.source.casefold()
    assert "shaky (UNTRAINED: random weights)" in page.text


def test_a_hostile_project_runs_nothing(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'&{{ 7*7 }}"
    with io_project.rated(tmp_path) as store:
        with store.write("<img src=x onerror=q()>") as s:
            s.get_one(Project, 1).name = evil
            person = annotators.add(s, "</td></table>", who="w")
            exclusions.exclude(s, "annotator", person.id, reason=evil, who="<img src=x onerror=q()>")
        page = made(store, tmp_path)
    assert page.text.count(evil) == 3  # title, heading, reason
    assert "onerror" not in page.source and "<script" not in page.source


def test_what_is_refused(tmp_path: Path) -> None:
    with io_project.rated(tmp_path) as store:
        file = tmp_path / "r.html"
        file.write_text("mine", encoding="utf-8")
        with pytest.raises(Refused, match="there already"):
            report.write(store, file)
        with pytest.raises(Refused, match="is a folder"):
            report.write(store, tmp_path, overwrite=True)
        with pytest.raises(Refused, match="no folder"):
            report.write(store, tmp_path / "no" / "r.html")
        with pytest.raises(Refused, match="database"):
            report.write(store, tmp_path / "project" / "project.sqlite", overwrite=True)
        with pytest.raises(Cancelled):
            report.write(store, file, bootstrap=20, overwrite=True, cancelled=lambda: True)
        assert file.read_text(encoding="utf-8") == "mine"
        told: list[str] = []
        report.write(
            store, file, bootstrap=20, overwrite=True, progress=lambda done, total, what: told.append(what)
        )
        assert told[-1] == "file" and "figure: agreement" in told
        with store.write("w") as s:
            annotators.add(s, "Lea", role="lead", who="w")
            plain = annotators.add(s, "Max", who="w")
        store.acting = Actor("Max", plain.id)
        with pytest.raises(Refused, match="lead"):
            report.write(store, file, overwrite=True)
