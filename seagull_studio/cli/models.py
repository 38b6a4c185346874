"""Commands about models: predict, fit-baseline, models, download, init-checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotation_db.database.server_access import without_password
from seagull_studio.cli.acting_for import who
from seagull_studio.cli.maintenance import stopped_by_ctrl_c
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Failed, Output, confirmed

if TYPE_CHECKING:
    from model.seagull.preset_names import Preset


def predict(
    output: Output,
    project: str,
    model: str,
    device: str,
    processes: int,
    limit: int | None,
    out: Path | None,
) -> None:
    """``predict``: what is missing; Ctrl-C stops after the picture that is under way."""
    from seagull_studio.jobs import predict as operation
    from seagull_studio.jobs.predict_shards import run_shards, this_share
    from seagull_studio.operations import prediction_files

    if out is not None:
        prediction_files.check(out)

    share = this_share(device)
    with (
        open_project(output, project) as store,
        stopped_by_ctrl_c() as stopped,
        output.progress() as progress,
    ):
        if processes > 1:
            report = run_shards(
                store,
                model,
                processes=processes,
                device=device,
                limit_images=limit,
                progress=progress,
                cancelled=stopped,
            )
        else:
            report = operation.run(
                store,
                model,
                device=share.device,
                limit_images=limit,
                shard=(share.index, share.count),
                progress=progress,
                cancelled=stopped,
            )
        written: dict[str, Any] = {}
        if out is not None and not report.stopped and report.predictor_id is not None:
            written = {"out": str(out), "lines": prediction_files.write(store, report.predictor_id, out)}
    for path, sentence in report.failed:
        output.note(sentence if path in sentence else f"{path}: {sentence}")
    if report.stopped or report.failed:
        raise Failed(operation.sentence(report), **report.as_json(), **written)
    output.result({**report.as_json(), **written})
    output.say(operation.sentence(report))
    if written:
        output.say(f"What it says of {written['lines']} ROIs is in {out}.")


def fit_baseline(output: Output, project: str, policy: str, min_raters: int | None) -> None:
    """``fit-baseline``: from unassisted votes if not told otherwise."""
    from seagull_studio.jobs import fit_baseline as operation

    with (
        open_project(output, project) as store,
        stopped_by_ctrl_c() as stopped,
        output.progress() as progress,
    ):
        report = operation.fit(
            store,
            policy,
            min_raters,
            who=who(),
            progress=progress,
            cancelled=stopped,
        )
    for path, sentence in report.failed:
        output.note(sentence if path in sentence else f"{path}: {sentence}")
    output.result(report.as_json())
    output.say(operation.sentence(report))
    for name, value in report.predictor.card["cross_validation"]["scales"].items():
        told = ", ".join(f"{key} {_number(number)}" for key, number in value.items())
        output.say(f"  {name}: {told}")
    output.say(f"Use it with: seagull-studio predict {without_password(project)} --model {report.folder}")


def models(output: Output, folders: list[Path], check: bool, project: str | None) -> None:
    """``models``: what is on this machine, and what could be fetched."""
    from model import registry
    from model.predictors.factory import find_predictors
    from model.sources import SOURCES

    looked = _folders(folders)
    if project is not None:
        with open_project(output, project) as store:
            looked.append(store.folder / "models")
    found = registry.find_checkpoints(looked)
    checked = {entry.path: registry.check(entry) for entry in found} if check else {}
    output.result(
        {
            "folders": [str(folder) for folder in looked],
            "found": [_found_json(entry, checked.get(entry.path)) for entry in found],
            "predictors": find_predictors(),
            "sources": [
                {
                    "name": source.name,
                    "title": source.title,
                    "bytes": source.size,
                    "size": source.size_text,
                    "page": source.page,
                    "license": source.license,
                    "note": source.note,
                }
                for source in SOURCES.values()
            ],
        }
    )
    if not found:
        output.say(f"There are no models in {', '.join(map(str, looked))}.")
    for entry in found:
        loud = "  UNTRAINED" if entry.untrained else ""
        output.say(f"{entry.kind:9} {entry.size / 1e9:7.2f} GB  {entry.name}  {entry.path}{loud}")
        if entry.path in checked:
            output.say(f"          {checked[entry.path].sentence}")
    output.say("To be fetched with seagull-studio download NAME:")
    for source in SOURCES.values():
        output.say(f"  {source.name:11} {source.size_text:28} {source.title}, {source.page}")
    wrong = [result for result in checked.values() if not result.ok]
    if wrong:
        raise Failed(f"{len(wrong)} of {len(found)} models can not be used.", **output.document)


def download(output: Output, name: str, folder: Path | None, yes: bool) -> None:
    """``download``: asks first; goes on where it broke off."""
    from annotation_db.errors import Cancelled, Refused
    from model import registry
    from model.download import DownloadError, DownloadStopped

    try:
        source = registry.source_named(name)
        place = (folder or _folders([])[0]).expanduser()
        if not yes:
            confirmed(
                output,
                f"{source.title}: {source.size_text} from {source.page} into {place}.",
                "Fetch it?",
                "Nothing was fetched",
            )
        with stopped_by_ctrl_c() as stopped, output.progress() as progress:
            path = registry.fetch(source, place, progress=progress, cancelled=stopped)
    except DownloadStopped as error:
        raise Cancelled(str(error)) from error
    except DownloadError as error:
        raise Refused(str(error)) from error
    output.result({"name": source.name, "path": str(path)})
    output.say(f"{source.title} is in {path}.")


def init_checkpoint(output: Output, folder: Path, preset: Preset, seed: int) -> None:
    """``init-checkpoint``: random weights."""
    from seagull_studio.operations import untrained_checkpoint

    made = untrained_checkpoint.make(folder, preset, seed)
    output.result(made.as_json())
    for sentence in made.sentences():
        output.say(sentence)


def _folders(given: list[Path]) -> list[Path]:
    from seagull_studio.services.settings import Settings, weights_folders

    return [*given, *weights_folders(Settings().choices().weights_folder)]


def _found_json(entry: Any, checked: Any) -> dict[str, Any]:
    told = {
        "kind": entry.kind,
        "name": entry.name,
        "path": str(entry.path),
        "bytes": entry.size,
        "untrained": entry.untrained,
    }
    if checked is None:
        return told
    return {
        **told,
        "ok": checked.ok,
        "message": checked.sentence,
        "missing": list(checked.missing),
        "unexpected": list(checked.unexpected),
        "card": checked.card,
    }


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"
