"""How often each kind of thing was changed: other programs see from it what to read again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_counter")),
        sa.UniqueConstraint("kind", name=op.f("uq_change_counter_kind")),
    )


def downgrade() -> None:
    op.drop_table("change_counter")
