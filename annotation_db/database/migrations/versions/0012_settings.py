"""More settings of a project, the lab's own instructions, and the lead's passphrase."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_CHECKS = {
    "who_may_mark": "who_may_mark IN ('everybody', 'leads')",
    "reminder_minutes": "reminder_minutes BETWEEN 0 AND 1440",
    "idle_minutes": "idle_minutes BETWEEN 0 AND 1440",
    "repeat_share": "repeat_share BETWEEN 0 AND 0.5",
    "gold_share": "gold_share BETWEEN 0 AND 0.5",
}
_COLUMNS = (*_CHECKS, "feedback", "instructions")


def upgrade() -> None:
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("who_may_mark", sa.Text(), server_default="everybody", nullable=False))
        table.add_column(sa.Column("reminder_minutes", sa.Integer(), server_default="30", nullable=False))
        table.add_column(sa.Column("idle_minutes", sa.Integer(), server_default="30", nullable=False))
        table.add_column(sa.Column("repeat_share", sa.Double(), server_default="0", nullable=False))
        table.add_column(sa.Column("gold_share", sa.Double(), server_default="0", nullable=False))
        table.add_column(sa.Column("feedback", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("instructions", sa.Text(), server_default="", nullable=False))
        for name, rule in _CHECKS.items():
            table.create_check_constraint(op.f(f"ck_project_{name}"), rule)
    op.create_table(
        "lead_passphrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_lead_passphrase_single_row")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_lead_passphrase_failures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_passphrase")),
    )
    op.create_table(
        "instruction_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_instruction_picture_name")),
    )


def downgrade() -> None:
    op.drop_table("instruction_picture")
    op.drop_table("lead_passphrase")
    with op.batch_alter_table("project") as table:
        for name in _CHECKS:
            table.drop_constraint(op.f(f"ck_project_{name}"), type_="check")
        for name in _COLUMNS:
            table.drop_column(name)
