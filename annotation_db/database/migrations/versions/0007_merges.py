"""Annotators who are one person: which were merged, and what their ratings were before."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "annotator_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("undone_at", moment, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.CheckConstraint("kept_id <> other_id", name=op.f("ck_annotator_merge_two")),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["annotator.id"], name=op.f("fk_annotator_merge_kept_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["annotator.id"], name=op.f("fk_annotator_merge_other_id_annotator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotator_merge")),
    )
    op.create_index(
        "uq_annotator_merge_standing",
        "annotator_merge",
        ["other_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "merged_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("prefill", sa.Text(), nullable=False),
        sa.Column("prediction_id", sa.Integer(), nullable=True),
        sa.Column("outcomes", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_merged_rating_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["annotator_merge.id"], name=op.f("fk_merged_rating_merge_id_annotator_merge")
        ),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name=op.f("fk_merged_rating_rating_id_rating")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_rating")),
        sa.UniqueConstraint("merge_id", "rating_id", name=op.f("uq_merged_rating_merge_id_rating_id")),
    )
    op.create_index(op.f("ix_merged_rating_rating_id"), "merged_rating", ["rating_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_merged_rating_rating_id"), table_name="merged_rating")
    op.drop_table("merged_rating")
    op.drop_index("uq_annotator_merge_standing", table_name="annotator_merge")
    op.drop_table("annotator_merge")
