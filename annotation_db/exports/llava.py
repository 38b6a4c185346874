"""LLaVA-style conversations: every analysis and judgement question on a ROI, with its answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotation_db.exports.material import Material
from annotation_db.records import RoiLabel, RoiRecord
from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import OVERALL


def conversations(material: Material, rois: list[RoiRecord]) -> Iterator[dict[str, Any]]:
    """One record per ROI and question: three analysis questions, then sixteen judgement questions.

    ``mask`` names the ROI's mask among `mask_rows`.
    """
    for roi in rois:
        label = material.labels[roi.id]
        for about, question, answer in questions(label):
            yield {
                "id": f"{roi.uid}/{about}",
                "image": material.names[roi.image_id],
                "roi": roi.external_id,
                "uid": roi.uid,
                "mask": roi.uid,
                "type": "judgement" if answer in (texts.YES, texts.NO) else "analysis",
                "conversations": [
                    {"from": "human", "value": texts.OPENING + question},
                    {"from": "gpt", "value": answer},
                ],
            }


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


def mask_rows(material: Material, rois: list[RoiRecord]) -> Iterator[dict[str, Any]]:
    """The masks that the conversations speak of: rows of one shape, found by ``mask``."""
    for roi in rois:
        yield {
            "mask": roi.uid,
            "uid": roi.uid,
            "image": material.names[roi.image_id],
            "roi": roi.external_id,
            "level": roi.level,
            "size": list(roi.size),
            "counts": roi.counts,
            "bbox": list(roi.bbox),
        }
