"""Groups of pictures, a split that is frozen, and filters by name."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("image", sa.Column("group_key", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "frozen_split",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("train", sa.Double(), nullable=False),
        sa.Column("val", sa.Double(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("folds", sa.Integer(), nullable=False),
        sa.Column("frozen_by", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_frozen_split_single_row")),
        sa.CheckConstraint(
            "train BETWEEN 0 AND 1 AND val BETWEEN 0 AND 1", name=op.f("ck_frozen_split_shares")
        ),
        sa.CheckConstraint("folds >= 0", name=op.f("ck_frozen_split_folds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_split")),
    )
    op.create_table(
        "frozen_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("part IN ('train', 'val', 'test')", name=op.f("ck_frozen_part_part")),
        sa.CheckConstraint(
            "fold IS NULL OR (fold >= 1 AND part = 'train')", name=op.f("ck_frozen_part_fold")
        ),
        sa.ForeignKeyConstraint(["image_id"], ["image.id"], name=op.f("fk_frozen_part_image_id_image")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_part")),
        sa.UniqueConstraint("image_id", name=op.f("uq_frozen_part_image_id")),
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_filter_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_filter")
    op.drop_table("frozen_part")
    op.drop_table("frozen_split")
    op.drop_column("image", "group_key")  # in place: other tables refer to it
