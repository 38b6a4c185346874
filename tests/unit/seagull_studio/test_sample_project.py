"""The sample project: real pictures, known truth, simulated annotators who say that they are."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

import resources
from annotation_db import project
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, DiskError, ProjectError
from annotation_db.pictures import images, near_duplicates, rois
from annotation_db.pictures.picture_files import open_rgb
from annotation_db.rating import annotators, ratings
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, SCALE_NAMES
from seagull_studio.operations import sample_project, simulated_raters
from seagull_studio.operations.sample import photographs
from seagull_studio.operations.sample.pictures import PICTURES, Applied, SamplePicture
from seagull_studio.operations.sample.simulation import Simulation, rated_rois
from seagull_studio.operations.sample.truth import ABSENT, true_values


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int, str]]:
    return []


@pytest.fixture(scope="module")
def store(tmp_path_factory, told):
    folder = tmp_path_factory.mktemp("sample") / "project"
    with sample_project.create(folder, seed=3, progress=lambda *step: told.append(step)) as made:
        yield made


@pytest.fixture(scope="module")
def session(store):
    with store.read() as opened:
        yield opened


@pytest.fixture(scope="module")
def simulation(store) -> dict:
    return json.loads((store.folder / sample_project.SIMULATION).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def by_roi(session) -> dict[tuple[str, str], list]:
    """Counting ratings of every ROI, by picture and ROI name."""
    paths = {image.id: image.path for image in images.list_all(session)}
    counting = ratings.counting(session)
    return {(paths[r.image_id], r.external_id): counting.get(r.id, []) for r in rois.list_all(session)}


class TestWhatIsInIt:
    def test_twenty_pictures_from_scikit_image_each_saying_what_was_done(self, session) -> None:
        found = images.list_all(session)
        assert sorted(image.path for image in found) == sorted(picture.file for picture in PICTURES)
        assert len(found) == 20
        assert {image.source for image in found} == {"scikit-image"}
        assert all(images.verify(image) is None for image in found)
        notes = {image.path: image.note for image in found}
        assert notes["astronaut.png"] == "skimage.data astronaut: the original, nothing applied."
        assert notes["astronaut-face-blur.png"] == (
            "skimage.data astronaut: moderate blur (Gaussian, sigma 2.8 px) on the ROI face only."
        )

    def test_the_copies_of_one_photograph_are_one_group_and_look_alike(self, session) -> None:
        found = images.list_all(session)
        photographs = {picture.file: picture.photograph for picture in PICTURES}
        assert {image.path: image.group for image in found} == photographs
        alike = near_duplicates.find(found).groups
        assert {frozenset(one.path for one in of_group) for of_group in alike} == {
            frozenset(files)
            for name in photographs.values()
            if len(files := [file for file, of in photographs.items() if of == name]) > 1
        }

    def test_originals_are_pixel_for_pixel_the_photographs(self, session) -> None:
        for picture in PICTURES:
            if not picture.applied:
                image = images.find(session, picture.file)
                shown = open_rgb(images.absolute_path(image))
                assert np.array_equal(shown, photographs.load(picture.photograph)), picture.file

    def test_a_local_distortion_stays_inside_its_roi(self, session) -> None:
        local = [p for p in PICTURES if any(applied.inside for applied in p.applied)]
        assert len(local) == 2
        for picture in local:
            shown = open_rgb(images.absolute_path(images.find(session, picture.file)))
            mask = photographs.rois()[picture.photograph][picture.applied[0].inside].mask()
            changed = (shown != photographs.load(picture.photograph)).any(axis=-1)
            assert not changed[~mask].any()
            assert changed[mask].mean() > 0.6

    def test_rois_are_objects_and_components_none_too_small(self, session) -> None:
        found = rois.list_all(session)
        assert len(found) == 59
        assert {roi.level for roi in found} == {"object", "component"}
        assert min(roi.area for roi in found) >= 1024
        assert {roi.segmenter for roi in found} == {"manual"}

    def test_something_is_left_for_the_newcomer(self, session, by_roi) -> None:
        counts = [len(found) for found in by_roi.values()]
        assert counts.count(0) == 7
        assert sum(0 < count < 7 for count in counts) == 5
        assert sum(count >= 7 for count in counts) == 47
        bare = images.find(session, "coins.png")
        assert rois.of_image(session, bare.id) == []

    def test_every_distortion_is_there(self) -> None:
        assert {applied.name for picture in PICTURES for applied in picture.applied} == set(DISTORTIONS)

    def test_every_photograph_is_credited(self) -> None:
        credits = resources.read_text("sample", "CREDITS.md")
        assert all(name in credits for name in photographs.PHOTOGRAPHS)

    def test_the_page_about_it_lists_every_picture_with_its_rois(self) -> None:
        page = Path(__file__).parents[3] / "docs" / "sample-project.md"
        rows = [line.split("|") for line in page.read_text(encoding="utf-8").splitlines() if ".png`" in line]
        listed = {row[1].strip(" `"): row[3].strip() for row in rows}
        assert list(listed) == [picture.file for picture in PICTURES]
        for picture in PICTURES[:-1]:
            assert listed[picture.file] == ", ".join(picture.rois)


class TestMarkedAsSimulated:
    def test_project_annotators_and_ratings_say_so(self, session) -> None:
        assert project.get(session).simulated
        assert "simulated" in project.get(session).name
        people = annotators.list_all(session)
        assert len(people) == 11
        assert all(person.simulated and person.name.startswith("sim-") for person in people)
        assert {rating.origin for rating in ratings.all_latest(session)} == {"simulated"}

    def test_times_are_plausible(self, session) -> None:
        for person in annotators.list_all(session):
            sitting = ratings.of_annotator(session, person.id)
            for rating in sitting:
                took = rating.submitted_at - rating.shown_at
                assert took == timedelta(milliseconds=rating.duration_ms)
                assert rating.submitted_at < datetime.now(UTC)
            assert all(a.submitted_at < b.shown_at for a, b in pairwise(sitting))

    def test_work_is_even(self, session) -> None:
        loads = [len(ratings.of_annotator(session, p.id)) for p in annotators.list_all(session)]
        assert max(loads) - min(loads) <= 1


class TestTheTruthCanBeRecovered:
    def test_the_file_holds_model_crew_and_every_roi(self, simulation, by_roi) -> None:
        assert simulation["simulated"] is True
        assert simulation["seed"] == 3
        assert "vote = round(clip" in simulation["model"]
        assert len(simulation["annotators"]) == 11
        assert {(entry["image"], entry["roi"]) for entry in simulation["rois"]} == set(by_roi)
        assert all(list(entry["truth"]) == list(SCALE_NAMES) for entry in simulation["rois"])
        assert all(
            entry["ratings"] == len(by_roi[entry["image"], entry["roi"]]) for entry in simulation["rois"]
        )

    @pytest.mark.parametrize("scale", ["quality", "importance"])
    def test_means_follow_the_truth(self, simulation, by_roi, scale) -> None:
        pairs = [
            (np.mean([getattr(rating.votes, scale) for rating in found]), entry["truth"][scale])
            for entry in simulation["rois"]
            if len(found := by_roi[entry["image"], entry["roi"]]) >= 7
        ]
        assert spearmanr(*zip(*pairs, strict=True)).statistic > 0.75

    def test_majorities_find_the_applied_distortions(self, simulation, by_roi) -> None:
        right = []
        for entry in simulation["rois"]:
            found = by_roi[entry["image"], entry["roi"]]
            if len(found) >= 7:
                for name in DISTORTIONS:
                    absent = sum(getattr(rating.votes, name) == NON_EXISTENT for rating in found)
                    right.append((2 * absent > len(found)) == (entry["truth"][name] > 4.5))
        assert np.mean(right) > 0.97

    def test_the_odd_ones_out_can_be_told(self, session, simulation, by_roi) -> None:
        names = {person.id: person.name for person in annotators.list_all(session)}
        follows: dict[str, list[tuple[float, int]]] = {}
        for entry in simulation["rois"]:
            for rating in by_roi[entry["image"], entry["roi"]]:
                follows.setdefault(names[rating.annotator_id], []).append(
                    (entry["truth"]["quality"], rating.votes.quality)
                )
        rho = {name: spearmanr(*zip(*p, strict=True)).statistic for name, p in follows.items()}
        assert rho.pop("sim-reversed") < -0.6
        assert abs(rho.pop("sim-careless")) < 0.5
        assert min(rho.values()) > 0.6


class TestDrawing:
    def test_masks_fit_their_photographs(self) -> None:
        for name, drawn in photographs.rois().items():
            shape = photographs.load(name).shape[:2]
            for roi in drawn.values():
                mask = roi.mask()
                assert mask.shape == shape
                assert mask.sum() >= 1024

    def test_the_saucer_lies_under_cup_and_spoon(self) -> None:
        coffee = photographs.rois()["coffee"]
        above = coffee["cup"].mask() | coffee["spoon"].mask()
        assert not (coffee["saucer"].mask() & above).any()

    def test_an_unknown_photograph_is_refused(self) -> None:
        with pytest.raises(ValueError, match="none of the photographs"):
            photographs.load("tiger")


@pytest.fixture(scope="module")
def coffee() -> dict[str, photographs.SampleRoi]:
    return photographs.rois()["coffee"]


class TestTruth:
    def of(self, coffee, roi: str, *applied: Applied) -> dict[str, float]:
        return true_values(SamplePicture("x.png", "coffee", (roi,), applied), coffee[roi], coffee)

    def test_an_original_is_what_its_makers_judged(self, coffee) -> None:
        truth = self.of(coffee, "spoon")
        assert truth["exposure"] == 4.2
        assert truth["quality"] == 2.9
        assert all(truth[name] == ABSENT for name in DISTORTIONS if name != "exposure")

    def test_a_distortion_of_the_whole_picture_has_its_severity(self, coffee) -> None:
        truth = self.of(coffee, "cup", Applied("blur", 3, "gaussian"))
        assert truth["blur"] == 3.0
        assert truth["quality"] == pytest.approx(3.4 - 2 * 0.70)
        assert truth["importance"] == self.of(coffee, "cup")["importance"]

    def test_a_local_one_counts_by_the_share_it_covers(self, coffee) -> None:
        local = Applied("noise", 1, "gaussian", inside="espresso")
        assert self.of(coffee, "espresso", local)["noise"] == 1.0
        assert self.of(coffee, "spoon", local)["noise"] == ABSENT
        espresso, cup = coffee["espresso"].mask(), coffee["cup"].mask()
        share = (espresso & cup).sum() / cup.sum()
        assert self.of(coffee, "cup", local)["noise"] == pytest.approx(
            ABSENT - share * (ABSENT - 1), abs=1e-4
        )

    def test_the_original_s_own_severity_is_not_lessened(self, coffee) -> None:
        assert self.of(coffee, "spoon", Applied("exposure", 4, "under"))["exposure"] == 4.0
        clock = photographs.rois()["clock"]
        blurred = SamplePicture("x.png", "clock", ("dial",), (Applied("blur", 4, "gaussian"),))
        assert true_values(blurred, clock["dial"], clock)["blur"] == 0.3

    def test_quality_never_leaves_its_scale(self, coffee) -> None:
        two = (Applied("blur", 0, "motion"), Applied("noise", 0, "shot"))
        assert self.of(coffee, "saucer", *two)["quality"] == 0.0


def test_the_same_seed_gives_the_same_votes() -> None:
    drawn = photographs.rois()
    day = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def votes(seed: int) -> list:
        simulated = Simulation(seed, simulated_raters.make_annotators(seed=seed), tuple(rated_rois(drawn)))
        return list(simulated.ratings(range(1, 60), range(1, 12), day))

    assert votes(1) == votes(1)
    assert [rating.votes for rating in votes(1)] != [rating.votes for rating in votes(2)]


def test_progress_ends_complete(store, told) -> None:
    assert [done for done, _, _ in told] == list(range(len(PICTURES) + 1))
    assert {total for _, total, _ in told} == {len(PICTURES)}


def test_it_opens_again(store) -> None:
    with Store.open(store.folder) as again, again.read() as session:
        assert len(images.list_all(session)) == 20
        assert Path(images.list_all(session)[0].root) == store.folder / "images"


class TestRefusals:
    def test_a_folder_that_is_not_empty(self, tmp_path) -> None:
        (tmp_path / "thesis.txt").write_text("mine")
        with pytest.raises(ProjectError, match="is not empty; choose a new or empty folder"):
            sample_project.create(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]

    def test_stopped_half_way_nothing_is_left(self, tmp_path) -> None:
        asked = []

        def stop() -> bool:
            asked.append(True)
            return len(asked) > 2

        with pytest.raises(Cancelled):
            sample_project.create(tmp_path / "project", cancelled=stop)
        assert list(tmp_path.iterdir()) == []

    def test_a_place_that_cannot_be_written(self, tmp_path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(DiskError, match="cannot be found or made"):
            sample_project.create(tmp_path / "file" / "project")


def test_importing_it_loads_nothing_heavy() -> None:
    code = (
        "import sys, seagull_studio.operations.sample_project; "
        "print({'torch', 'PySide6', 'skimage', 'scipy', 'cv2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


KILLED = """
import os, signal, sys
from seagull_studio.operations import sample_project
def progress(done, total, what):
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)
sample_project.create(sys.argv[1], progress=progress)
"""


def test_what_a_killed_one_left_goes_with_the_next(tmp_path) -> None:
    folder = tmp_path / "Documents" / "sample"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)
    assert killed.returncode != 0
    (left,) = folder.parent.glob(".sample.partial-*")
    assert len(list(left.glob("images/*.png"))) == 2
    with pytest.raises(Cancelled):
        sample_project.create(folder, cancelled=lambda: True)
    assert list(folder.parent.iterdir()) == []
