"""A request for more ratings keeps its target when the project's number changes."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roi", sa.Column("raters_floor", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("roi", "raters_floor")  # in place: triggers refer to the table
