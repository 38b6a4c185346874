"""Places take the place of assignments: each wanted rating of each ROI is a row."""

from bisect import bisect_right
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_EXCLUDED = """EXISTS (SELECT 1 FROM exclusion e WHERE e.kind = 'annotator' AND e.lifted_at IS NULL
    AND e.target_id = place.annotator_id)"""
_RATED = """EXISTS (SELECT 1 FROM rating r WHERE r.roi_id = place.roi_id
    AND r.annotator_id = place.annotator_id AND r.kind = 'rating')"""
_DROPPED = """EXISTS (SELECT 1 FROM rating r JOIN exclusion e ON e.kind = 'rating' AND e.target_id = r.id
    WHERE e.lifted_at IS NULL AND r.kind = 'rating'
    AND r.roi_id = place.roi_id AND r.annotator_id = place.annotator_id
    AND NOT EXISTS (SELECT 1 FROM rating l WHERE l.roi_id = r.roi_id AND l.annotator_id = r.annotator_id
        AND l.kind = r.kind AND l.revision > r.revision))"""
_SURPLUS = """(SELECT id FROM (SELECT p.id, row_number() OVER (PARTITION BY p.roi_id ORDER BY
    CASE p.state WHEN 'rated' THEN 0 WHEN 'assigned' THEN 1 ELSE 2 END, p.slot) AS number
    FROM place p WHERE p.state IN ('rated', 'assigned', 'claimed')) ranked
    WHERE number > (SELECT raters_wanted FROM project))"""


def upgrade() -> None:
    # Named, since it is read back with its default in brackets.
    hashed = sa.Column("content_hash", sa.String(length=32), server_default="", nullable=False)
    with op.batch_alter_table("roi", reflect_args=(hashed,)) as table:
        table.add_column(sa.Column("raters_more", sa.Integer(), server_default="0", nullable=False))
        table.create_check_constraint(op.f("ck_roi_raters_more"), "raters_more >= 0")
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("slot >= 1", name=op.f("ck_place_slot")),
        sa.CheckConstraint(
            "state IN ('free', 'assigned', 'bundled', 'claimed', 'rated', 'closed')",
            name=op.f("ck_place_state"),
        ),
        sa.CheckConstraint("(state = 'free') = (annotator_id IS NULL)", name=op.f("ck_place_annotator")),
        sa.CheckConstraint(
            "(state = 'claimed') = (lease_until IS NOT NULL)", name=op.f("ck_place_lease_until")
        ),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotator.id"], name=op.f("fk_place_annotator_id_annotator")
        ),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_place_roi_id_roi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("roi_id", "annotator_id", name=op.f("uq_place_roi_id_annotator_id")),
        sa.UniqueConstraint("roi_id", "slot", name=op.f("uq_place_roi_id_slot")),
    )
    op.create_index(op.f("ix_place_annotator_id_state_roi_id"), "place", ["annotator_id", "state", "roi_id"])
    op.create_index(op.f("ix_place_roi_id_state_lease_until"), "place", ["roi_id", "state", "lease_until"])
    _take_over()
    op.drop_index(op.f("ix_assignment_annotator_id_kind_roi_id"), table_name="assignment")
    op.drop_table("assignment")


def _take_over() -> None:
    """Who was handed what, and had rated it, stays; then as many places as wanted."""
    # What was handed to somebody begins as a claim that has run out: nobody waits for it.
    op.execute(
        """INSERT INTO place (id, roi_id, slot, annotator_id, state, lease_until, created_at, changed_at)
        SELECT id, roi_id, row_number() OVER (PARTITION BY roi_id ORDER BY id), annotator_id, 'claimed',
        created_at, created_at, created_at FROM assignment WHERE kind = 'rating'"""
    )
    _find_assigned()
    op.execute(f"UPDATE place SET state = 'rated', lease_until = NULL WHERE {_RATED}")
    op.execute(f"UPDATE place SET state = 'closed', lease_until = NULL WHERE {_EXCLUDED} OR {_DROPPED}")
    op.execute(f"DELETE FROM place WHERE state = 'claimed' AND id IN {_SURPLUS}")
    op.execute(f"UPDATE place SET state = 'closed' WHERE state IN ('rated', 'assigned') AND id IN {_SURPLUS}")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('place', 'id'), (SELECT max(id) FROM place))")
    there = connection.execute(
        sa.text(
            "SELECT roi.id, max(slot), count(CASE WHEN state != 'closed' THEN 1 END), "
            "(SELECT raters_wanted FROM project) FROM roi LEFT JOIN place ON place.roi_id = roi.id "
            "GROUP BY roi.id"
        )
    )
    at = datetime.now(UTC)
    rows = [
        {
            "roi_id": roi_id,
            "slot": (top or 0) + number + 1,
            "state": "free",
            "created_at": at,
            "changed_at": at,
        }
        for roi_id, top, active, wanted in there
        for number in range(wanted - active)
    ]
    if rows:
        op.bulk_insert(_place(), rows)


def _find_assigned() -> None:
    """Tell what a lead handed out from what annotators claimed.

    An assign wrote down in the audit trail how many it handed out, after them and in the same
    transaction: they are the newest ones of that moment. A claim wrote nothing there.
    """
    connection = op.get_bind()
    place = _place()
    handed = sorted(connection.execute(sa.select(place.c.created_at, place.c.id)).all())
    times = [row[0] for row in handed]
    audit = sa.table(
        "audit",
        sa.column("id"),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("action"),
        sa.column("detail", sa.JSON()),
    )
    query = sa.select(audit.c.at, audit.c.detail).where(audit.c.action == "assign").order_by(audit.c.id)
    found: set[int] = set()
    for at, detail in connection.execute(query):
        end = bisect_right(times, at)
        found.update(row[1] for row in handed[max(0, end - int(detail.get("assigned", 0))) : end])
    if found:
        assigned = sa.update(place).where(place.c.id == sa.bindparam("this"))
        connection.execute(
            assigned.values(state="assigned", lease_until=None),
            [{"this": number} for number in sorted(found)],
        )


def _place() -> sa.TableClause:
    moment = sa.DateTime(timezone=True)
    return sa.table(
        "place",
        sa.column("id"),
        sa.column("roi_id"),
        sa.column("slot"),
        sa.column("state"),
        sa.column("lease_until", moment),
        sa.column("created_at", moment),
        sa.column("changed_at", moment),
    )


def downgrade() -> None:
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
        op.f("ix_assignment_annotator_id_kind_roi_id"), "assignment", ["annotator_id", "kind", "roi_id"]
    )
    op.execute(
        "INSERT INTO assignment (id, roi_id, annotator_id, kind, created_at) "
        "SELECT id, roi_id, annotator_id, 'rating', created_at FROM place WHERE annotator_id IS NOT NULL"
    )
    op.drop_table("place")
    with op.batch_alter_table("roi") as table:
        table.drop_constraint(op.f("ck_roi_raters_more"), type_="check")
        table.drop_column("raters_more")
