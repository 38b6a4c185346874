"""Predictions of models, the pre-fill policy, and what each rating's annotator saw of a prediction."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SEVERITY = ("blur", "colorfulness", "compression", "contrast", "exposure", "noise")


def upgrade() -> None:
    op.create_table(
        "predictor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("untrained", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('seagull', 'baseline', 'plugin')", name=op.f("ck_predictor_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predictor")),
        sa.UniqueConstraint("signature", name=op.f("uq_predictor_signature")),
        sa.UniqueConstraint("uid", name=op.f("uq_predictor_uid")),
    )
    op.create_table(
        "prediction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("predictor_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in (*_SEVERITY, "quality", "importance")),
        sa.Column("confidences", sa.JSON(), nullable=False),
        sa.Column("quality_probabilities", sa.JSON(), nullable=True),
        sa.Column("quality_score", sa.Double(), nullable=True),
        sa.Column("importance_probabilities", sa.JSON(), nullable=True),
        sa.Column("importance_score", sa.Double(), nullable=True),
        sa.Column("distortions", sa.JSON(), nullable=False),
        sa.Column("raw_text", sa.Text(), nullable=False),
        sa.Column("unreadable", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "quality_score IS NULL OR quality_score BETWEEN 0 AND 4",
            name=op.f("ck_prediction_quality_score"),
        ),
        sa.CheckConstraint(
            "importance_score IS NULL OR importance_score BETWEEN 0 AND 4",
            name=op.f("ck_prediction_importance_score"),
        ),
        sa.CheckConstraint("seconds IS NULL OR seconds >= 0", name=op.f("ck_prediction_seconds")),
        *(
            sa.CheckConstraint(f"{name} IN (0, 1, 2, 3, 4, 5)", name=op.f(f"ck_prediction_{name}"))
            for name in _SEVERITY
        ),
        sa.CheckConstraint("quality IN (0, 1, 2, 3, 4)", name=op.f("ck_prediction_quality")),
        sa.CheckConstraint("importance IN (0, 1, 2, 3, 4)", name=op.f("ck_prediction_importance")),
        sa.ForeignKeyConstraint(
            ["predictor_id"], ["predictor.id"], name=op.f("fk_prediction_predictor_id_predictor")
        ),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_prediction_roi_id_roi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
        sa.UniqueConstraint("predictor_id", "roi_id", name=op.f("uq_prediction_predictor_id_roi_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_prediction_uid")),
    )
    op.create_index(op.f("ix_prediction_roi_id"), "prediction", ["roi_id"], unique=False)
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("prefill_policy", sa.Text(), server_default="off", nullable=False))
        table.add_column(sa.Column("prefill_predictor_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("control_share", sa.Double(), server_default="0.2", nullable=False))
        table.create_check_constraint(
            op.f("ck_project_prefill_policy"), "prefill_policy IN ('off', 'prefill', 'reveal')"
        )
        table.create_check_constraint(op.f("ck_project_control_share"), "control_share BETWEEN 0 AND 1")
        table.create_foreign_key(
            op.f("fk_project_prefill_predictor_id_predictor"), "predictor", ["prefill_predictor_id"], ["id"]
        )
    with op.batch_alter_table("rating") as table:
        table.add_column(sa.Column("prefill", sa.Text(), server_default="none", nullable=False))
        table.add_column(sa.Column("prediction_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("outcomes", sa.JSON(), nullable=True))
        table.create_check_constraint(
            op.f("ck_rating_prefill"), "prefill IN ('none', 'control', 'revealed', 'shown')"
        )
        table.create_foreign_key(
            op.f("fk_rating_prediction_id_prediction"), "prediction", ["prediction_id"], ["id"]
        )
        table.create_index(op.f("ix_rating_prediction_id"), ["prediction_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("rating") as table:
        table.drop_index(op.f("ix_rating_prediction_id"))
        table.drop_constraint(op.f("fk_rating_prediction_id_prediction"), type_="foreignkey")
        table.drop_constraint(op.f("ck_rating_prefill"), type_="check")
        table.drop_column("outcomes")
        table.drop_column("prediction_id")
        table.drop_column("prefill")
    with op.batch_alter_table("project") as table:
        table.drop_constraint(op.f("fk_project_prefill_predictor_id_predictor"), type_="foreignkey")
        table.drop_constraint(op.f("ck_project_control_share"), type_="check")
        table.drop_constraint(op.f("ck_project_prefill_policy"), type_="check")
        table.drop_column("control_share")
        table.drop_column("prefill_predictor_id")
        table.drop_column("prefill_policy")
    op.drop_index(op.f("ix_prediction_roi_id"), table_name="prediction")
    op.drop_table("prediction")
    op.drop_table("predictor")
