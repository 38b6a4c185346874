"""Learning is shown: a network finetuned on votes about distorted photographs judges held-out ones.

Photographs are cut, each ROI is distorted at a known severity, and simulated annotators rate it
(`learning_material`); the project, the export and `finetune` are the real ones. By seed other photographs are
held out. Compared on their ROIs: trained on the labels (mixture, votes, one-hot), trained on the same labels
dealt out anew (shuffled), the same network untrained, the classical baseline fitted to the same training
ROIs, and what is attainable.

**The network is not SEAGULL**: `init-checkpoint`'s small one with random weights. Its image encoder is
trained from scratch beforehand, on the training photographs and without anybody's votes
(`learning_encoder`), and then frozen; the untrained network has the same one.

    python -m tests.bench.learning                    three seeds
    python -m tests.bench.learning --folder DIR       keeps all there; begun again, it goes on
    python -m tests.bench.learning --seeds 0 --only mixture --set epochs=8        a trial
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from annotation_db.pictures.picture_files import open_rgb
from annotation_db.vocabulary.scales import DISTORTIONS, MAX_SCORE, SCALE_NAMES
from model.evaluation import label_file, prediction_file
from model.evaluation.evaluate import evaluate
from model.predictors.baseline import Baseline
from model.predictors.baseline_fit import LabelledRoi
from model.predictors.features import measure
from model.predictors.protocol import expected_level
from model.seagull import checkpoint, presets
from model.seagull.conversation import Conversation
from model.seagull.preset_names import CARD
from model.training.config import TrainingConfig, read_assignment, resolve
from model.training.dataset import TrainingImage, divide
from model.training.export_folder import read_export
from model.training.pictures import Pictures
from model.training.run import finetune
from model.training.trainable import make_trainable, with_precision
from model.training.validation import prediction_lines
from tests.bench import learning_encoder
from tests.bench import learning_material as material

TARGETS: Final = ("mixture", "votes", "one-hot")
"""In the order in which they are trained; the runs on shuffled labels come after the first."""
SETTINGS: Final[Mapping[str, Any]] = {
    "rank": 16, "alpha": 32, "dropout": 0.0, "lora_rate": 3e-3, "extractor_rate": 3e-3, "epochs": 4,
    "batch_answers": 27, "judgements": False, "keep": "last", "device": "cpu",
}  # fmt: skip
"""What differs from the preset "tuned": a network that knows nothing needs other rates than a trained one."""
PRESET: Final = "small"
NETWORK: Final[Mapping[str, Any]] = {"picture_side": material.SIDE, "image_level": 3}
"""What differs from the preset of `model.seagull.presets`; the last level gives a quarter of the tokens."""
ENCODER_STEPS: Final = 8000
UNTRAINED, SHUFFLED, BASELINE = "untrained", "shuffled", "baseline"
_SEEDS = len(material.HELD_OUT)


def config(seed: int, **changes: Any) -> TrainingConfig:
    """The settings of one run."""
    return resolve("tuned", {**SETTINGS, "seed": seed, **changes})


def make_base(folder: Path, seed: int, encoder_steps: int) -> Path:
    """A checkpoint with random weights but for the image encoder's, which are trained."""
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent) as name:
            random = Path(name)
            presets.write(random, PRESET, seed, **NETWORK)
            loaded = checkpoint.load(random, device="cpu", dtype="float32")
            sources = [one for name in material.seen_in_training(seed) for one in material.photograph(name)]
            learning_encoder.train(loaded.network.model.vision_tower, sources, seed, encoder_steps)
            whole = random / "whole"
            whole.mkdir()
            checkpoint.save(loaded, whole)
            shutil.copy(random / CARD, whole)
            whole.rename(folder)
    return folder


def make_exports(folder: Path, seed: int, train: int, test: int) -> tuple[Path, Path]:
    """Export folders of one seed: with the labels, and with the training labels shuffled."""
    found = [folder / "labels", folder / SHUFFLED]
    if not all((one / "export" / "manifest.json").is_file() for one in found):
        made = material.make_pictures(seed, train, test)
        votes, rates = material.votes_of(made, seed)
        for one, given in zip(found, (votes, material.shuffled(made, votes, seed)), strict=True):
            if not (one / "export" / "manifest.json").is_file():
                material.make_export(one, made, given, rates)
    return found[0] / "export", found[1] / "export"


def untrained_lines(export: Path, base: Path, settings: TrainingConfig) -> list[str]:
    """What the network says before it has learned anything."""
    chosen = with_precision(settings, torch.device("cpu"))
    loaded = checkpoint.load(base, device="cpu", dtype="float32")
    talk = Conversation(loaded.tokenizer, loaded.network.config)
    trained = make_trainable(loaded.network, chosen, str(base))
    pictures = Pictures(trained.network, talk, None, open_rgb, chosen.tokens_per_pass)
    test = divide(read_export(export), chosen).test
    return list(prediction_lines(trained, loaded.tokenizer, pictures, test, UNTRAINED))


def baseline_lines(export: Path, settings: TrainingConfig) -> list[str]:
    """What the classical baseline says, fitted to the very ROIs that the network is trained on."""
    dataset = divide(read_export(export), settings)
    rois = [
        LabelledRoi(image.image.name, row, _tally(roi.votes.counts))
        for image in dataset.train
        for roi, row in zip(image.rois, _measures(image), strict=True)
    ]
    fitted = Baseline.fit(rois)
    lines = []
    for image in dataset.test:
        picture, masks = _looked_at(image)
        for roi, said in zip(image.rois, fitted.predict(picture, masks), strict=True):
            votes = dict(zip(SCALE_NAMES, said.votes, strict=True))
            scores = {
                name: None if p is None else min(expected_level(p), float(MAX_SCORE))
                for name, p in (("quality", said.quality), ("importance", said.importance))
            }
            shown = {name: votes[name] for name in DISTORTIONS}
            lines.append(
                prediction_file.as_line(
                    prediction_file.PredictedRoi(
                        image.image.name, roi.roi.id, scores, shown, {}, roi.roi.uid
                    ),
                    model=BASELINE,
                )
            )
    return lines


def _looked_at(image: TrainingImage) -> tuple[Any, list[Any]]:
    picture = image.image.read(open_rgb)
    return picture, [roi.roi.mask(picture) for roi in image.rois]


def _measures(image: TrainingImage) -> Any:
    return measure(*_looked_at(image))


def _tally(counts: Mapping[str, tuple[int, ...]]) -> Any:
    found = np.zeros((len(SCALE_NAMES), 6), dtype=np.int64)
    for row, name in zip(found, SCALE_NAMES, strict=True):
        row[: len(counts[name])] = counts[name]
    return found


def figures(document: Mapping[str, Any]) -> dict[str, float | None]:
    """Of an evaluation, what is compared."""
    return {
        "quality SROCC": document["quality"]["srocc"],
        "quality PLCC": document["quality"]["plcc"],
        "importance SROCC": document["importance"]["srocc"],
        "types F1": document["types"]["f1"],
        "mean F1 by distortion": document["per_distortion_f1"]["average"],
        "unreadable": document["unreadable"],
    }


def judged(export: Path, predictions: Path) -> dict[str, Any]:
    """An evaluation with few resamples: the intervals told here are over seeds."""
    labels = label_file.read(export / "rois_test.json")
    return evaluate(labels, prediction_file.read(predictions), bootstrap=100).document


def one_seed(
    folder: Path,
    seed: int,
    train: int,
    test: int,
    kinds: tuple[str, ...],
    say: Callable[[str], None],
    encoder_steps: int = ENCODER_STEPS,
    **changes: Any,
) -> dict[str, dict[str, Any]]:
    """All that is compared, by name; what has ended before is only read.

    Parameters
    ----------
    encoder_steps : int
        For which the image encoder is trained.
    **changes
        Settings of the trainings.
    """
    exports = make_exports(folder, seed, train, test)
    base, documents = make_base(folder / "base", seed, encoder_steps), dict[str, dict[str, Any]]()
    for kind in kinds:
        began, export = time.perf_counter(), exports[kind == SHUFFLED]
        if kind in (UNTRAINED, BASELINE):
            path = folder / f"{kind}.jsonl"
            if not path.is_file():
                made = (
                    untrained_lines(export, base, config(seed))
                    if kind == UNTRAINED
                    else baseline_lines(export, config(seed))
                )
                path.write_text("".join(f"{line}\n" for line in made), encoding="utf-8")
        else:
            settings = config(seed, targets=TARGETS[0] if kind == SHUFFLED else kind, **changes)
            finetune(export, base, folder / f"run-{kind}", settings, open_picture=open_rgb, resume=True)
            path = folder / f"run-{kind}" / "predictions_test.jsonl"
        # Held-out ROIs have the same labels in both exports.
        documents[kind] = judged(export, path)
        told = ", ".join(f"{k} {_told(v)}" for k, v in figures(documents[kind]).items())
        say(f"seed {seed}: {kind}, {told} ({time.perf_counter() - began:.0f} s)")
    return documents


def interval(values: list[float]) -> tuple[float, float]:
    """Mean, and half the 95 % interval of Student's t (2 degrees of freedom for three seeds)."""
    from scipy.stats import t

    if len(values) < 2:
        return float(np.mean(values)), float("nan")
    half = t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return float(np.mean(values)), float(half)


def report(found: list[dict[str, dict[str, Any]]], say: Callable[[str], None]) -> None:
    """Means over seeds with intervals, as a table."""
    names = list(figures(next(iter(found[0].values()))))
    say("| | " + " | ".join(names) + " |")
    say("|---|" + "---|" * len(names))
    for kind in found[0]:
        rows = [figures(one[kind]) for one in found if kind in one]
        say(f"| {kind} | " + " | ".join(_mean([row[name] for row in rows]) for name in names) + " |")
    panels = [next(iter(one.values()))["panel"]["scales"] for one in found]
    best = {f"{s} PLCC": [one[s]["attainable"]["plcc"] for one in panels] for s in ("quality", "importance")}
    for name, values in best.items():
        say(f"attainable {name}: {_mean(values)}")


def _mean(values: list[float | None]) -> str:
    known = [one for one in values if one is not None]
    if not known:
        return "n/a"
    mean, half = interval(known)
    return f"{mean:.2f} ± {half:.2f}" if np.isfinite(half) else f"{mean:.2f}"


def _told(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def main() -> None:
    kinds = (UNTRAINED, BASELINE, TARGETS[0], SHUFFLED, *TARGETS[1:])
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.learning", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--seeds", type=int, nargs="*", choices=range(_SEEDS), default=list(range(_SEEDS)))
    parser.add_argument("--train", type=int, default=40, help="pictures of each training photograph")
    parser.add_argument("--test", type=int, default=10, help="pictures of each held-out photograph")
    parser.add_argument("--encoder-steps", type=int, default=ENCODER_STEPS)
    parser.add_argument("--only", nargs="*", choices=kinds, default=kinds)
    parser.add_argument("--folder", type=Path, help="keep everything there, and go on with what is there")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="settings of the trainings")
    given = parser.parse_args()
    changes = dict(read_assignment(one) for one in given.set)
    torch.set_num_threads(1)

    def say(line: str) -> None:
        print(line, flush=True)

    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        say(json.dumps({**SETTINGS, **changes, **NETWORK, "train": given.train, "test": given.test}))
        found = [
            one_seed(
                folder / str(seed),
                seed,
                given.train,
                given.test,
                tuple(given.only),
                say,
                encoder_steps=given.encoder_steps,
                **changes,
            )
            for seed in given.seeds
        ]
        report(found, say)


if __name__ == "__main__":
    main()
