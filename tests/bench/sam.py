"""SAM against ``segment_anything.SamPredictor`` with the same weights, and the window while it works.

    python -m tests.bench.sam [--model vit_b] [--runs 3] [--weights sam_vit_b_01ec64.pth]

Without a weights file the weights are random: they take the same time. Both sides use torch on the
processor with the same number of threads, in turns, in one process; the figures are medians, and
processor time stands beside them because it does not depend on what else the machine is doing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def write_weights(model: str, path: str) -> None:
    """Write random weights of a published architecture to a file."""
    import torch
    from segment_anything import sam_model_registry

    torch.manual_seed(0)
    sam = sam_model_registry[model]()
    with torch.no_grad():
        for name, parameter in sam.named_parameters():
            if "rel_pos" in name or "pos_embed" in name:
                parameter.normal_(0, 0.1)
            if name.startswith("mask_decoder.output_upscaling") and parameter.dim() == 4:
                # The same for all four pixels that each becomes: masks with edges, as trained ones have.
                parameter.copy_(parameter.mean(dim=(2, 3), keepdim=True).expand_as(parameter))
    torch.save(sam.state_dict(), path)


Times = list[tuple[float, float]]
"""Elapsed and processor time of each run, in seconds."""


def _seconds(call: Callable[[], Any]) -> tuple[float, float]:
    start, processor = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - start, time.process_time() - processor


def _say(what: str, ours: Times, baseline: Times, unit: float = 1.0, name: str = "s") -> None:
    for kind, column in (("elapsed", 0), ("processor", 1)):
        own = statistics.median(run[column] for run in ours) * unit
        other = statistics.median(run[column] for run in baseline) * unit
        ratio = statistics.median(a[column] / b[column] for a, b in zip(ours, baseline, strict=True))
        print(f"{what}, {kind}: ours {own:.3g} {name}, SamPredictor {other:.3g} {name}, ratio {ratio:.2f}")


def compare(path: Path, model: str, runs: int) -> None:
    """Encoding and clicks: time against the baseline, and how far the results differ."""
    from segment_anything import SamPredictor, sam_model_registry

    from model.segmenters.protocol import Prompt
    from model.segmenters.sam import SamSegmenter

    ours = SamSegmenter.load(path, "cpu", hashes=path.with_suffix(".json"))
    predictor = SamPredictor(sam_model_registry[model](str(path)).eval())
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 255, (1200, 1800, 3), dtype=np.uint8)
    times: dict[str, Times] = {"ours": [], "baseline": []}
    embedding = ours.encode(rgb)
    for _ in range(runs):
        times["ours"].append(_seconds(lambda: ours.encode(rgb)))
        times["baseline"].append(_seconds(lambda: predictor.set_image(rgb)))
    _say("encode 1800 x 1200", times["ours"], times["baseline"])
    apart = float((embedding.features - predictor.get_image_embedding()).abs().max())
    print(f"embedding: largest difference {apart:.2g}")
    for wide, high in ((1800, 1200), (4000, 3000)):
        # Both decode the same features. How large the picture was only matters where masks are enlarged.
        features = predictor.get_image_embedding().numpy()
        embedding = ours.from_arrays({"features": features, "size": np.array([high, wide])})
        predictor.original_size = (high, wide)
        predictor.input_size = (round(1024 * high / wide), 1024)
        point = np.array([[wide * 0.4, high * 0.6]])
        prompt = Prompt(((float(point[0, 0]), float(point[0, 1]), True),))
        first = _seconds(lambda e=embedding, p=prompt: ours.predict(e, p))
        predictor.predict(point, np.array([1]))
        times = {"ours": [], "baseline": []}
        for _ in range(5 * runs):
            times["ours"].append(_seconds(lambda e=embedding, p=prompt: ours.predict(e, p)))
            times["baseline"].append(_seconds(lambda p=point: predictor.predict(p, np.array([1]))))
        _say(f"click on {wide} x {high}", times["ours"], times["baseline"], 1e3, "ms")
        print(f"first click on a picture: {first[0] * 1e3:.3g} ms")
        masks, ious, _ = predictor.predict(point, np.array([1]))
        found = ours.predict(embedding, prompt)
        wrong = sum(int((h.mask != masks[i]).sum()) for h, i in zip(found, np.argsort(-ious), strict=True))
        print(f"masks: {wrong} of {3 * high * wide} pixels differ")


def responsiveness(path: Path, turns: int) -> None:
    """Longest gap between turns of the event loop while a picture is encoded, against none being so."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QCoreApplication, QElapsedTimer, Qt, QTimer

    from model.segmenters.factory import load_segmenter
    from model.segmenters.protocol import SegmenterSpec
    from seagull_studio.services.encoder import EncoderService, ImageKey

    app = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    gaps: list[float] = []
    clock = QElapsedTimer()
    clock.start()

    def tick() -> None:
        gaps.append(clock.nsecsElapsed() / 1e6)
        clock.restart()

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(5)
    timer.timeout.connect(tick)

    def measure(what: str, until: Callable[[], bool]) -> None:
        gaps.clear()
        clock.restart()
        start = time.perf_counter()
        while not until():
            app.processEvents()
            time.sleep(0.0005)
        late = sorted(gaps)
        print(
            f"event loop while {what} ({time.perf_counter() - start:.1f} s): longest gap {late[-1]:.0f} ms, "
            f"99.9 % below {late[int(0.999 * (len(late) - 1))]:.0f} ms"
        )

    rgb = np.random.default_rng(0).integers(0, 255, (3000, 4000, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        service = EncoderService(Path(folder), read=lambda _key: rgb)
        done: list[int] = []
        loaded: list[str] = []
        service.encoded.connect(done.append)
        service.ready.connect(loaded.append)
        timer.start()
        end = time.perf_counter() + 3
        measure("nothing is done", lambda: time.perf_counter() > end)
        service.set_segmenter(lambda: load_segmenter(SegmenterSpec("SAM", str(path), "sam"), "cpu"))
        service.want(ImageKey(0, "0" * 64, Path("0"), rgb.shape[:2]))
        measure("the segmenter is loaded", lambda: bool(loaded))
        measure("the first picture is encoded", lambda: bool(done))
        for turn in range(1, turns + 1):
            service.want(ImageKey(turn, f"{turn:064d}", Path(str(turn)), rgb.shape[:2]))
            measure("a picture is encoded", lambda turn=turn: turn in done)
        timer.stop()
        service.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="vit_b", choices=["vit_b", "vit_l", "vit_h"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--only", choices=["compare", "responsiveness"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.weights
        if path is None:
            path = Path(folder) / f"sam_{chosen.model}.pth"
            # In a process of its own, so that this one has not imported torch when it is measured.
            code = f"from tests.bench.sam import write_weights as w; w({chosen.model!r}, {str(path)!r})"
            subprocess.run([sys.executable, "-c", code], check=True)
        if chosen.only != "compare":
            responsiveness(path, chosen.runs)
        if chosen.only != "responsiveness":
            compare(path, chosen.model, chosen.runs)


if __name__ == "__main__":
    main()
