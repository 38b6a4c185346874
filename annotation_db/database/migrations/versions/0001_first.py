"""The first schema: pictures, ROIs, annotators, assignments, ratings, exclusions, labels."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "annotator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("order_seed", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('annotator', 'lead')", name=op.f("ck_annotator_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotator")),
        sa.UniqueConstraint("name", name=op.f("uq_annotator_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_annotator_uid")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('rating', 'annotator', 'roi')", name=op.f("ck_exclusion_kind")),
        sa.CheckConstraint("length(reason) >= 1", name=op.f("ck_exclusion_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
    )
    op.create_index(
        "uq_exclusion_standing",
        "exclusion",
        ["kind", "target_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "image_root",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image_root")),
        sa.UniqueConstraint("path", name=op.f("uq_image_root_path")),
    )
    op.create_table(
        "label_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_run")),
        sa.UniqueConstraint("uid", name=op.f("uq_label_run_uid")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raters_wanted", sa.Integer(), nullable=False),
        sa.Column("min_roi_area", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_project_single_row")),
        sa.CheckConstraint("min_roi_area >= 1", name=op.f("ck_project_min_roi_area")),
        sa.CheckConstraint("raters_wanted >= 1", name=op.f("ck_project_raters_wanted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("uid", name=op.f("uq_project_uid")),
    )
    op.create_table(
        "image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("exif_orientation", sa.Integer(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("exif_orientation BETWEEN 1 AND 8", name=op.f("ck_image_exif_orientation")),
        sa.CheckConstraint("width >= 1 AND height >= 1", name=op.f("ck_image_size")),
        sa.ForeignKeyConstraint(["root_id"], ["image_root.id"], name=op.f("fk_image_root_id_image_root")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image")),
        sa.UniqueConstraint("root_id", "path", name=op.f("uq_image_root_id_path")),
        sa.UniqueConstraint("sha256", name=op.f("uq_image_sha256")),
        sa.UniqueConstraint("uid", name=op.f("uq_image_uid")),
    )
    op.create_table(
        "roi",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("mask_height", sa.Integer(), nullable=False),
        sa.Column("mask_width", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("area", sa.Integer(), nullable=False),
        sa.Column("box_x", sa.Integer(), nullable=False),
        sa.Column("box_y", sa.Integer(), nullable=False),
        sa.Column("box_width", sa.Integer(), nullable=False),
        sa.Column("box_height", sa.Integer(), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("segmenter", sa.Text(), nullable=False),
        sa.Column("predicted_iou", sa.Double(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('object', 'component')", name=op.f("ck_roi_level")),
        sa.CheckConstraint("area >= 1", name=op.f("ck_roi_area")),
        sa.CheckConstraint(
            "box_width >= 1 AND box_height >= 1 AND box_x >= 0 AND box_y >= 0", name=op.f("ck_roi_box")
        ),
        sa.CheckConstraint(
            "predicted_iou IS NULL OR predicted_iou BETWEEN -0.5 AND 1.5", name=op.f("ck_roi_predicted_iou")
        ),
        sa.ForeignKeyConstraint(["image_id"], ["image.id"], name=op.f("fk_roi_image_id_image")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roi")),
        sa.UniqueConstraint("image_id", "external_id", name=op.f("uq_roi_image_id_external_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_roi_uid")),
    )
    op.create_index(op.f("ix_roi_image_id"), "roi", ["image_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('rating', 'practice')", name=op.f("ck_assignment_kind")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_assignment_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_assignment_roi_id_roi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "roi_id", "annotator_id", "kind", name=op.f("uq_assignment_roi_id_annotator_id_kind")
        ),
    )
    op.create_index(
        op.f("ix_assignment_annotator_id_kind_roi_id"),
        "assignment",
        ["annotator_id", "kind", "roi_id"],
        unique=False,
    )
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rating_ids", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.CheckConstraint("status IN ('labelled', 'insufficient')", name=op.f("ck_label_status")),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_label_roi_id_roi")),
        sa.ForeignKeyConstraint(["run_id"], ["label_run.id"], name=op.f("fk_label_run_id_label_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("run_id", "roi_id", name=op.f("uq_label_run_id_roi_id")),
    )
    op.create_index(op.f("ix_label_roi_id"), "label", ["roi_id"], unique=False)
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("blur", sa.Integer(), nullable=False),
        sa.Column("colorfulness", sa.Integer(), nullable=False),
        sa.Column("compression", sa.Integer(), nullable=False),
        sa.Column("contrast", sa.Integer(), nullable=False),
        sa.Column("exposure", sa.Integer(), nullable=False),
        sa.Column("noise", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('rating', 'practice')", name=op.f("ck_rating_kind")),
        sa.CheckConstraint("blur IN (0, 1, 2, 3, 4, 5)", name=op.f("ck_rating_blur")),
        sa.CheckConstraint("colorfulness IN (0, 1, 2, 3, 4, 5)", name=op.f("ck_rating_colorfulness")),
        sa.CheckConstraint("compression IN (0, 1, 2, 3, 4, 5)", name=op.f("ck_rating_compression")),
        sa.CheckConstraint("contrast IN (0, 1, 2, 3, 4, 5)", name=op.f("ck_rating_contrast")),
        sa.CheckConstraint("duration_ms IS NULL OR duration_ms >= 0", name=op.f("ck_rating_duration_ms")),
        sa.CheckConstraint("exposure IN (0, 1, 2, 3, 4, 5)", name=op.f("ck_rating_exposure")),
        sa.CheckConstraint("importance IN (0, 1, 2, 3, 4)", name=op.f("ck_rating_importance")),
        sa.CheckConstraint("noise IN (0, 1, 2, 3, 4, 5)", name=op.f("ck_rating_noise")),
        sa.CheckConstraint("quality IN (0, 1, 2, 3, 4)", name=op.f("ck_rating_quality")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_rating_revision")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_rating_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_rating_roi_id_roi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint(
            "roi_id",
            "annotator_id",
            "kind",
            "revision",
            name=op.f("uq_rating_roi_id_annotator_id_kind_revision"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_rating_uid")),
    )
    op.create_index(
        op.f("ix_rating_annotator_id_kind_revision_roi_id"),
        "rating",
        ["annotator_id", "kind", "revision", "roi_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_rating_annotator_id_kind_revision_roi_id"), table_name="rating")
    op.drop_table("rating")
    op.drop_index(op.f("ix_label_roi_id"), table_name="label")
    op.drop_table("label")
    op.drop_index(op.f("ix_assignment_annotator_id_kind_roi_id"), table_name="assignment")
    op.drop_table("assignment")
    op.drop_index(op.f("ix_roi_image_id"), table_name="roi")
    op.drop_table("roi")
    op.drop_table("image")
    op.drop_table("project")
    op.drop_table("label_run")
    op.drop_table("image_root")
    op.drop_index(
        "uq_exclusion_standing",
        table_name="exclusion",
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.drop_table("exclusion")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_table("audit")
    op.drop_table("annotator")
