"""LLaVA-style conversations: every analysis and judgement question on a ROI, with its answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from annotation_db.exports.export_data import ExportData
from annotation_db.exports.export_format import ExportFormat
from annotation_db.exports.staging import as_line
from annotation_db.records import RoiLabel, RoiRecord
from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import OVERALL

if TYPE_CHECKING:
    from annotation_db.exports.writer import Writer


def conversations(data: ExportData, roi: RoiRecord) -> str:
    """Items of a JSON list, one for each question on a ROI: the analysis questions, then the judgement ones.

    ``mask`` names the ROI's mask among `mask_rows`.
    """
    uid, image, name = (as_line(text) for text in (roi.uid, data.names[roi.image_id], roi.external_id))
    where = f'"image": {image}, "roi": {name}, "uid": {uid}, "mask": {uid}'
    return ", ".join(
        f'{{"id": {uid[:-1]}/{about}", {where}, {_said(question, answer)}}}'
        for about, question, answer in questions(data.labels[roi.id])
    )


@lru_cache(maxsize=1024)
def _said(question: str, answer: str) -> str:
    """What a record says of no ROI, as members of a JSON object: few are made, and each is written often."""
    record = {
        "type": "judgement" if answer in (texts.YES, texts.NO) else "analysis",
        "conversations": [
            {"from": "human", "value": texts.OPENING + question},
            {"from": "gpt", "value": answer},
        ],
    }
    return as_line(record)[1:-1]


def questions(label: RoiLabel) -> Iterator[tuple[str, str, str]]:
    """What is asked about one labelled ROI: (what it is about, question, answer)."""
    if label.quality is None or label.importance is None:
        raise ValueError("only a labelled ROI has answers")
    overall = {"quality": label.quality.level, "importance": label.importance.level}
    severities = {
        name: distortion.severity.level
        for name, distortion in label.distortions.items()
        if distortion.present and distortion.severity is not None
    }
    yield "quality", texts.QUALITY_QUESTION, texts.quality_answer(overall["quality"])
    yield "importance", texts.IMPORTANCE_QUESTION, texts.importance_answer(overall["importance"])
    yield "distortion", texts.DISTORTION_QUESTION, texts.distortion_answer(severities)
    for question in texts.judgement_questions():
        if question.scale in OVERALL:
            truth = overall[question.scale] == question.value
            about = f"{question.scale}-{question.value}"
        else:
            truth = label.distortions[question.scale].present
            about = question.scale
        yield f"is-{about}", question.text, texts.yes_no(truth)


def mask_rows(data: ExportData, rois: list[RoiRecord]) -> Iterator[dict[str, Any]]:
    """The masks that the conversations speak of: rows of one shape, found by ``mask``."""
    for roi in rois:
        yield {
            "mask": roi.uid,
            "uid": roi.uid,
            "image": data.names[roi.image_id],
            "roi": roi.external_id,
            "level": roi.level,
            "size": list(roi.size),
            "counts": roi.counts,
            "bbox": list(roi.bbox),
        }


def _write(writer: Writer) -> None:
    data = writer.data
    for part in data.parts:
        rois = data.part(part)
        with writer.out.json_list(f"llava_{part}.json") as records:
            for roi in writer.watched(rois, f"{part} conversations", len(rois)):
                records.add(conversations(data, roi))
    with writer.out.json_list("llava_masks.json") as records:
        for mask in mask_rows(data, [roi for part in data.parts for roi in data.part(part)]):
            records.add(as_line(mask))


FORMAT: Final = ExportFormat(
    "llava",
    "LLaVA: questions and answers for training",
    {
        "llava_train.json": "conversations on the training images, one question each",
        "llava_val.json": "conversations on the validation images",
        "llava_test.json": "conversations on the test images",
        "llava_masks.json": "the masks that conversations name in `mask`, one row each",
    },
    _write,
)
