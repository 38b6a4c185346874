"""A hash of what a row says, in every row that decides a label or an export."""

import sqlalchemy as sa
from alembic import op

from annotation_db.database.content_hash_fill import fill

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SCALES = ("blur", "colorfulness", "compression", "contrast", "exposure", "noise", "quality", "importance")
_HASHED = {
    "roi": (
        *("uid", "image_id", "external_id", "level", "mask_height", "mask_width", "counts", "area"),
        *("box_x", "box_y", "box_width", "box_height", "segmenter", "predicted_iou", "created_by"),
        *("created_at", "prompts"),
    ),
    "rating": (
        *("uid", "roi_id", "annotator_id", "kind", "revision", *_SCALES, "shown_at", "submitted_at"),
        *("duration_ms", "origin", "prefill", "prediction_id", "outcomes"),
    ),
    "prediction": (
        *("uid", "roi_id", "predictor_id", *_SCALES, "quality_score", "importance_score", "raw_text"),
        *("computed_at", "seconds", "confidences", "quality_probabilities", "importance_probabilities"),
        *("distortions", "unreadable"),
    ),
    "exclusion": ("kind", "target_id", "reason", "by", "at", "lifted_at", "lifted_by"),
    "label_run": ("uid", "created_at", "created_by", "policy"),
    "label": ("run_id", "roi_id", "status", "n", "rating_ids", "result"),
}
"""As they were when this was written: what is hashed today is in `annotation_db.database.content_hash`."""


def upgrade() -> None:
    for table, columns in _HASHED.items():
        op.add_column(
            table, sa.Column("content_hash", sa.String(length=32), server_default="", nullable=False)
        )
        fill(op.get_bind(), table, columns)


def downgrade() -> None:
    for table in _HASHED:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("content_hash")
