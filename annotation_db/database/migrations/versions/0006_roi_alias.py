"""The uids under which other projects know a ROI."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roi_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_roi_alias_roi_id_roi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roi_alias")),
        sa.UniqueConstraint("uid", name=op.f("uq_roi_alias_uid")),
    )
    op.create_index(op.f("ix_roi_alias_roi_id"), "roi_alias", ["roi_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_roi_alias_roi_id"), table_name="roi_alias")
    op.drop_table("roi_alias")
