"""Predict with several processes, one for each GPU: each takes a share of the pictures and writes its rows.

The processes are those of `accelerate`: this module starts them on one machine, and started by ``accelerate
launch`` on several machines the command ``predict`` takes its share in the same way (`this_share`).
"""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from annotation_db.database.store import Store
from annotation_db.errors import Refused, StudioError
from annotation_db.rating.permissions import Action
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.jobs import predict
from seagull_studio.library_warnings import keep_from_users
from seagull_studio.operations.access import environment_for, open_project
from seagull_studio.operations.acting import allow

_POLL_S: Final = 0.1
_MODULE: Final = "seagull_studio.jobs.predict_shards"


@dataclass(frozen=True, slots=True)
class Share:
    """Which process of how many this one is, and its device."""

    index: int
    count: int
    device: str


def this_share(device: str, environment: Mapping[str, str] = os.environ) -> Share:
    """This process's share, where something like ``accelerate launch`` started it; else all of the work."""
    if int(environment.get("WORLD_SIZE", "1")) < 2:
        return Share(0, 1, device)
    from accelerate import PartialState

    state = PartialState(cpu=device == "cpu")
    chosen = str(state.device) if device == "auto" else device
    return Share(state.process_index, state.num_processes, chosen)


def run_shards(
    store: Store,
    spec: str,
    *,
    processes: int,
    device: str = "auto",
    limit_images: int | None = None,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> predict.PredictReport:
    """The same as `predict.run`, by several processes.

    Parameters
    ----------
    spec, device, limit_images, progress, cancelled
        As in `predict.run`; a device is "auto", "cpu" or "cuda".
    processes : int
        At most as many as there are GPUs, if there are any.

    Raises
    ------
    Refused
        If there are fewer GPUs than processes, or one of them could not go on; what was predicted is kept.
    """
    allow(store, Action.MODELS)
    on_cpu = _check_devices(processes, device)
    environment = {
        **environment_for(store.password),
        "WORLD_SIZE": str(processes),
        "LOCAL_WORLD_SIZE": str(processes),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(_free_port()),
    }
    if on_cpu:
        environment["ACCELERATE_USE_CPU"] = "true"
        environment.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // processes)))
    said: queue.SimpleQueue[tuple[int, dict[str, Any]]] = queue.SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="seagull-predict-") as folder:
        stop = Path(folder) / "stop"
        # Anybody on this machine can read it: there is no password in it.
        order = {
            "project": store.location,
            "model": spec,
            "device": "cpu" if on_cpu else device,
            "limit_images": limit_images,
            "stop": str(stop),
        }
        children = []
        for rank in range(processes):
            ranks = {"RANK": str(rank), "LOCAL_RANK": str(rank)}
            children.append(
                subprocess.Popen(
                    [sys.executable, "-m", _MODULE, json.dumps(order)],
                    stdout=subprocess.PIPE,
                    env={**environment, **ranks},
                    text=True,
                    encoding="utf-8",
                )
            )
        readers = [
            threading.Thread(target=_read, args=(rank, child, said), name=f"seagull shard {rank}")
            for rank, child in enumerate(children)
        ]
        try:
            for reader in readers:
                reader.start()
            ends = _follow(processes, said, stop, progress, cancelled)
        finally:
            for child in children:
                # One that has said its last word is over in a moment; the others are not to live on.
                try:
                    child.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
            for reader in readers:
                reader.join()
    return _together(ends, [child.returncode for child in children])


def _follow(
    processes: int,
    said: queue.SimpleQueue[tuple[int, dict[str, Any]]],
    stop: Path,
    progress: Progress | None,
    cancelled: CancelCheck | None,
) -> dict[int, dict[str, Any]]:
    """Pass progress on until every process has said its last word; the words by process."""
    ends: dict[int, dict[str, Any]] = {}
    counts: dict[int, tuple[int, int]] = {}
    while len(ends) < processes:
        if cancelled is not None and cancelled():
            stop.touch()
        try:
            rank, word = said.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if "done" in word:
            counts[rank] = (int(word["done"]), int(word["total"]))
            if progress is not None:
                done, total = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
                progress(done, total, str(word["what"]))
        else:
            ends[rank] = word
            if "report" not in word:
                # The others stop too, with what they have kept: the person has something to look at.
                stop.touch()
    return ends


def _together(ends: dict[int, dict[str, Any]], codes: list[int]) -> predict.PredictReport:
    reports = [end["report"] for end in ends.values() if "report" in end]
    predicted = sum(report["predicted"] for report in reports)
    for rank, end in sorted(ends.items()):
        if "refused" in end:
            raise Refused(f"{end['refused']} The other processes predicted {predicted} ROIs, which are kept.")
        if "report" not in end:
            raise Refused(
                f"Process {rank + 1} of {len(codes)} ended without a word (status {codes[rank]}), perhaps "
                "for want of memory; what was predicted is kept, start again with fewer processes."
            )
    return predict.PredictReport(
        model=reports[0]["model"],
        predictor_id=reports[0]["predictor"],
        untrained=reports[0]["untrained"],
        pictures=sum(report["pictures"] for report in reports),
        predicted=predicted,
        unreadable=sum(report["unreadable"] for report in reports),
        failed=tuple((entry["file"], entry["message"]) for report in reports for entry in report["failed"]),
        stopped=any(report["stopped"] for report in reports),
    )


def _read(
    rank: int, child: subprocess.Popen[str], said: queue.SimpleQueue[tuple[int, dict[str, Any]]]
) -> None:
    """Hand on what a process says, line by line, and in the end that it has said all."""
    last = False
    assert child.stdout is not None
    with child.stdout as lines:
        for line in lines:
            try:
                word = json.loads(line)
            except json.JSONDecodeError:
                continue
            if isinstance(word, dict):
                last = last or "done" not in word
                said.put((rank, word))
    if not last:
        said.put((rank, {"died": True}))


def _check_devices(processes: int, device: str) -> bool:
    """Whether the processes work on the CPU."""
    if device.startswith("cuda:") or device == "mps":
        raise Refused(f"Several processes can not share {device}; name auto, cuda or cpu.")
    import torch

    gpus = torch.cuda.device_count()
    if device == "cpu" or (device == "auto" and not gpus):
        return True
    if processes > gpus:
        raise Refused(f"There are {gpus} GPUs for {processes} processes; ask for {gpus} at most.")
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(order: Mapping[str, Any]) -> None:
    """One of the processes."""
    # Standard output carries our words only; what libraries print goes beside it.
    words = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(**word: Any) -> None:
        words.write(json.dumps(word) + "\n")
        words.flush()

    try:
        share = this_share(order["device"])
        with open_project(order["project"]) as store:
            report = predict.run(
                store,
                order["model"],
                device="auto" if share.device == "cuda" else share.device,
                limit_images=order["limit_images"],
                shard=(share.index, share.count),
                progress=lambda done, total, what: say(done=done, total=total, what=what),
                cancelled=Path(order["stop"]).exists,
            )
        say(report=report.as_json())
    except StudioError as error:
        say(refused=str(error))


if __name__ == "__main__":
    keep_from_users()
    main(json.loads(sys.argv[1]))
