"""Qualification, gold items and hidden repeats, in tables of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STANDS = sa.text("lifted_at IS NULL")
_SCALES = {
    "blur": 6,
    "colorfulness": 6,
    "compression": 6,
    "contrast": 6,
    "exposure": 6,
    "noise": 6,
    "quality": 5,
    "importance": 5,
}


def upgrade() -> None:
    with op.batch_alter_table("project") as table:
        # Read back from SQLite an empty default would come out in brackets.
        table.alter_column("instructions", existing_type=sa.Text(), server_default="")
        table.add_column(sa.Column("qualification", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(
            sa.Column("qualification_attempts", sa.Integer(), server_default="3", nullable=False)
        )
        table.create_check_constraint(
            op.f("ck_project_qualification_attempts"), "qualification_attempts BETWEEN 1 AND 20"
        )
        for scale in _SCALES:
            name = f"pass_{scale}"
            table.add_column(sa.Column(name, sa.Double(), server_default="0.7", nullable=False))
            table.create_check_constraint(op.f(f"ck_project_{name}"), f"{name} BETWEEN 0 AND 1")
    op.create_table(
        "check_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("set_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("latent", sa.JSON(), nullable=False),
        sa.Column("made_of", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("byte_size", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('practice', 'graded', 'gold')", name=op.f("ck_check_item_kind")),
        sa.CheckConstraint("level IN ('object', 'component')", name=op.f("ck_check_item_level")),
        sa.CheckConstraint("width >= 1 AND height >= 1", name=op.f("ck_check_item_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_item")),
        sa.UniqueConstraint("uid", name=op.f("uq_check_item_uid")),
    )
    op.create_index(op.f("ix_check_item_retired_at_kind"), "check_item", ["retired_at", "kind"])
    op.create_table(
        "check_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("roi_id", sa.Integer(), nullable=True),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        *(sa.Column(scale, sa.Integer(), nullable=False) for scale in _SCALES),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("prefill", sa.Text(), server_default="none", nullable=False),
        sa.CheckConstraint(
            "kind IN ('practice', 'graded', 'gold', 'repeat')", name=op.f("ck_check_answer_kind")
        ),
        sa.CheckConstraint("(kind = 'repeat') = (roi_id IS NOT NULL)", name=op.f("ck_check_answer_roi_id")),
        sa.CheckConstraint("(kind = 'repeat') = (item_id IS NULL)", name=op.f("ck_check_answer_item_id")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_check_answer_attempt")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_check_answer_revision")),
        sa.CheckConstraint(
            "duration_ms IS NULL OR duration_ms >= 0", name=op.f("ck_check_answer_duration_ms")
        ),
        sa.CheckConstraint(
            "prefill IN ('none', 'control', 'revealed', 'shown')", name=op.f("ck_check_answer_prefill")
        ),
        *(
            sa.CheckConstraint(
                f"{scale} IN ({', '.join(str(level) for level in range(levels))})",
                name=op.f(f"ck_check_answer_{scale}"),
            )
            for scale, levels in _SCALES.items()
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["check_item.id"], name=op.f("fk_check_answer_item_id_check_item")
        ),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_check_answer_roi_id_roi")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_check_answer_annotator_id_annotator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_answer")),
        sa.UniqueConstraint("uid", name=op.f("uq_check_answer_uid")),
        sa.UniqueConstraint("annotator_id", "item_id", "attempt", "revision", name="uq_check_answer_item"),
        sa.UniqueConstraint("annotator_id", "roi_id", "attempt", "revision", name="uq_check_answer_roi"),
    )
    op.create_index(op.f("ix_check_answer_annotator_id_slot"), "check_answer", ["annotator_id", "slot"])
    op.create_table(
        "repeat_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_repeat_request_attempt")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_repeat_request_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_repeat_request_roi_id_roi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat_request")),
        sa.UniqueConstraint(
            "annotator_id", "roi_id", "attempt", name=op.f("uq_repeat_request_annotator_id_roi_id_attempt")
        ),
    )
    op.create_table(
        "let_through",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.CheckConstraint("length(reason) >= 1", name=op.f("ck_let_through_reason")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_let_through_annotator_id_annotator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_let_through")),
    )
    op.create_index(
        "uq_let_through_standing",
        "let_through",
        ["annotator_id"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )


def downgrade() -> None:
    for dropped in ("let_through", "repeat_request", "check_answer", "check_item"):
        op.drop_table(dropped)
    with op.batch_alter_table("project") as table:
        for name in ("qualification_attempts", *(f"pass_{scale}" for scale in _SCALES)):
            table.drop_constraint(op.f(f"ck_project_{name}"), type_="check")
            table.drop_column(name)
        table.drop_column("qualification")
