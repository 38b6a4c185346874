"""Many programs on one project, killed and cut off: no place filled twice, nothing lost, nothing doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from annotation_db.database.schema import Place, Rating
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators, assignments, exclusions, places, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from tests.server import Server, running_server
from tests.unit.annotation_db.conftest import box_mask, save_picture

# They count work, not time: a busy machine makes them longer, not wrong.
pytestmark = pytest.mark.timeout(900)

ROIS, WANTED = 200, 7
VOTES = Votes(*[1] * 8)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


def make(location: Path | str, pictures: Path, people: int) -> None:
    for number in range(10):
        save_picture(pictures / f"p{number}.png", number)
    with Store.create(location, "Many", raters_wanted=WANTED, seed=3) as store, store.write("lead") as s:
        images.add(s, images.scan_folder(pictures), who="lead")
        for image in images.list_all(s):
            for k in range(ROIS // 10):
                rois.add(s, image_id=image.id, mask=box_mask(k % 10, k // 10, 50, 40), who="lead")
        for number in range(people):
            annotators.add(s, f"annotator {number}", who="lead")


@dataclass
class Crowd:
    """The processes, and what they were told."""

    location: str
    folder: Path
    people: int
    in_one: int
    """People of one process."""
    turns: int
    seed: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: int = 0

    def start(self, name: str) -> None:
        role, _, people = name.partition(" ")
        self.started += 1
        command = [sys.executable, "-m", "tests.e2e.rater", self.location, role, people]
        command += [str(self.seed * 1000 + self.started), str(self.turns)]
        with (self.folder / "errors").open("ab") as errors:
            self.running[name] = subprocess.Popen(
                [*command, str(self.folder / f"{self.started:03}.told")],
                cwd=Path(__file__).parents[2],
                stderr=errors,
            )

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def end(self) -> None:
        """Nobody is left behind, whatever happened."""
        for name in list(self.running):
            self.kill(name)

    def told(self) -> list[list[str]]:
        found = []
        for file in sorted(self.folder.glob("*.told")):
            text = file.read_text()
            found += [line.split(" ") for line in text[: text.rfind("\n") + 1].splitlines()]
        return found

    def lines(self) -> int:
        """How much they have done."""
        return sum(file.read_bytes().count(b"\n") for file in self.folder.glob("*.told"))

    def working(self) -> bool:
        return any(process.poll() is None for process in self.running.values())


def let_leases_run_out(
    store: Store, draw: random.Random | None = None, most: int = 5
) -> set[tuple[int, int]]:
    """Time passes for some claims (all without `draw`); the ROIs and annotators of these."""

    def work(s: Session) -> set[tuple[int, int]]:
        query = select(Place.id, Place.roi_id, Place.annotator_id).where(Place.state == "claimed")
        claimed = s.execute(query.order_by(Place.id)).all()
        chosen = claimed if draw is None else draw.sample(claimed, k=min(most, len(claimed)))
        past = places.server_time(s) - timedelta(seconds=1)
        for place_id, _, _ in chosen:
            still = update(Place).where(Place.id == place_id, Place.state == "claimed")
            s.execute(still.values(lease_until=past))
        return {(row[1], row[2]) for row in chosen}

    return transact(store, work, repeatable=True)


def let_them_work(crowd: Crowd, server: Server | None) -> Counter[int]:
    """Run the crowd, and trouble it whenever it has done some work; per ROI, how many leases ran out."""
    draw = random.Random(crowd.seed)
    for first in range(1, crowd.people + 1, crowd.in_one):
        crowd.start("rater " + ",".join(str(first + number) for number in range(crowd.in_one)))
    crowd.start(f"lead {crowd.people},{crowd.people}")
    started = crowd.started
    expired: Counter[int] = Counter()
    troubles = 0
    with Store.open(crowd.location, wait_s=60) as store:
        while crowd.working():
            time.sleep(0.1)
            if crowd.lines() < 16 + 10 * troubles:
                continue
            troubles += 1
            match draw.choice(["kill", "lease", "cut", "cut"]):
                case "kill" if crowd.started < started + 5:
                    name = draw.choice(sorted(crowd.running))
                    crowd.kill(name)
                    if draw.random() < 0.5:  # half of them come back
                        crowd.start(name)
                case "cut" if server is not None:
                    server.end_connections(crowd.location, at_most=4)
                case _:
                    expired.update(roi for roi, _ in let_leases_run_out(store, draw))
    assert troubles > 3
    for name, process in crowd.running.items():
        assert process.wait() == 0, (name, (crowd.folder / "errors").read_text()[-2000:])
    return expired


def check(store: Store, crowd: Crowd, expired: Counter[int]) -> None:
    told = crowd.told()
    assert [line for line in told if line[0] == "raw"] == []
    acknowledged = {
        line[1]: (int(line[2]), tuple(map(int, line[3:]))) for line in told if line[0] == "rating"
    }
    assert len(acknowledged) > crowd.people
    with store.read() as s:
        there = s.scalars(select(Rating)).all()
        latest = {r.uid: (r.roi_id, tuple(r.votes)) for r in ratings.all_latest(s)}
        assert {uid: latest.get(uid) for uid in acknowledged} == acknowledged, "lost"
        pairs = Counter((r.roi_id, r.annotator_id) for r in there)
        assert max(pairs.values()) == 1 == max(r.revision for r in there), "doubled"
        active = Counter(s.scalars(select(Place.roi_id).where(Place.state != "closed")))
        assert set(active.values()) == {WANTED} and len(active) == ROIS
        rated = Counter(s.scalars(select(Place.roi_id).where(Place.state == "rated")))
        given = Counter(r.roi_id for r in there)
        assert all(rated[roi] <= WANTED for roi in given)
        assert all(given[roi] - rated[roi] <= expired[roi] for roi in given), "more than wanted"


def finish(store: Store, people: int) -> None:
    """Everybody rates on until nothing is left."""
    with store.write("lead") as s:
        for standing in exclusions.standing(s, "roi"):
            exclusions.lift(s, standing.id, who="lead")
    for annotator_id in range(1, people + 1):
        with store.write() as s:
            left = assignments.next_entries(s, annotator_id, limit=ROIS)
            ratings.submit_many(s, [NewRating(entry.roi.id, annotator_id, VOTES) for entry in left])


def test_on_a_server(server: Server, tmp_path: Path) -> None:
    url = server.new_database()
    work(Crowd(url, tmp_path, people=24, in_one=3, turns=6, seed=11), server)


def test_in_a_folder(tmp_path: Path) -> None:
    work(Crowd(str(tmp_path / "project"), tmp_path, people=8, in_one=1, turns=12, seed=12), None)


def work(crowd: Crowd, server: Server | None) -> None:
    make(crowd.location, crowd.folder / "pictures", crowd.people)
    try:
        expired = let_them_work(crowd, server)
    finally:
        crowd.end()
    with Store.open(crowd.location, wait_s=60) as store:
        check(store, crowd, expired)
        expired.update(roi for roi, _ in let_leases_run_out(store))
        finish(store, crowd.people)
        check(store, crowd, expired)
        with store.read() as s:
            rated = Counter(s.scalars(select(Place.roi_id).where(Place.state == "rated")))
        assert set(rated.values()) == {WANTED} and len(rated) == ROIS
