"""A request for more ratings keeps its target when the project's number changes."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("roi") as table:
        table.add_column(sa.Column("raters_floor", sa.Integer(), server_default="0", nullable=False))
        table.create_check_constraint(op.f("ck_roi_raters_floor"), "raters_floor >= 0")


def downgrade() -> None:
    with op.batch_alter_table("roi") as table:
        table.drop_constraint(op.f("ck_roi_raters_floor"), type_="check")
        table.drop_column("raters_floor")
