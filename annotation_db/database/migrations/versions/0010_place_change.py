"""Pictures can be withdrawn; label runs keep what they add up to; changed places are noted."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('rating', 'annotator', 'roi'{more})"
_OF_PICTURE = "IN (SELECT id FROM roi WHERE image_id = NEW.target_id)"
_EVENTS = {
    "place_added": ("INSERT ON place", "", "= NEW.roi_id"),
    "place_changed": ("UPDATE OF roi_id, annotator_id, state, lease_until ON place", "", "= NEW.roi_id"),
    "place_removed": ("DELETE ON place", "", "= OLD.roi_id"),
    "rating_added": ("INSERT ON rating", "NEW.revision = 1", "= NEW.roi_id"),
    "rating_moved": ("UPDATE OF roi_id, annotator_id, kind, revision ON rating", "", "= NEW.roi_id"),
    "roi_excluded": ("INSERT ON exclusion", "NEW.kind = 'roi'", "= NEW.target_id"),
    "roi_restored": ("UPDATE ON exclusion", "NEW.kind = 'roi'", "= NEW.target_id"),
    "image_excluded": ("INSERT ON exclusion", "NEW.kind = 'image'", _OF_PICTURE),
    "image_restored": ("UPDATE ON exclusion", "NEW.kind = 'image'", _OF_PICTURE),
}
"""As they were when this was written: what a new database gets is in `place_changes`."""
_NEWEST = "(SELECT max(turn) FROM place_change)"
_PRUNE = """
    IF random() < 0.0005 THEN
        edge := (SELECT turn FROM place_change WHERE roi_id != 0 ORDER BY id DESC OFFSET 50000 LIMIT 1);
        IF edge IS NOT NULL THEN
            INSERT INTO place_change (roi_id, turn) VALUES (0, edge);
            DELETE FROM place_change WHERE id IN (
                SELECT id FROM place_change
                WHERE turn < edge OR turn >= txid_snapshot_xmax(txid_current_snapshot())
                ORDER BY id LIMIT 100000 FOR UPDATE SKIP LOCKED);
        END IF;
    END IF;"""


def upgrade() -> None:
    _allow(", 'image'")  # first: changing a table in SQLite makes it anew, without its triggers
    op.add_column("label_run", sa.Column("summary", sa.JSON(), nullable=True))
    op.create_table(
        "place_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_change")),
    )
    op.create_index(op.f("ix_place_change_roi_id_turn"), "place_change", ["roi_id", "turn"])
    op.create_index(op.f("ix_place_change_turn"), "place_change", ["turn"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (happens, condition, rois) in _EVENTS.items():
        for statement in (_sqlite if sqlite else _postgresql)(name, happens, condition, rois):
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    for name, (happens, _, _) in _EVENTS.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER studio_{name}")
        else:
            op.execute(f"DROP TRIGGER studio_{name} ON {happens.split()[-1]}")
            op.execute(f"DROP FUNCTION studio_{name}()")
    op.drop_table("place_change")
    op.drop_column("label_run", "summary")  # in place: labels refer to the table
    op.execute("DELETE FROM exclusion WHERE kind = 'image'")
    _allow("")


def _allow(more: str) -> None:
    hashed = sa.Column("content_hash", sa.String(length=32), server_default="", nullable=False)
    with op.batch_alter_table("exclusion", reflect_args=(hashed,)) as table:
        table.drop_constraint(op.f("ck_exclusion_kind"), type_="check")
        table.create_check_constraint(op.f("ck_exclusion_kind"), _KINDS.format(more=more))


def _sqlite(name: str, happens: str, condition: str, rois: str) -> list[str]:
    return [
        f"CREATE TRIGGER studio_{name} AFTER {happens} {f'WHEN {condition} ' if condition else ''}BEGIN "
        "INSERT INTO place_change (roi_id, turn) "
        f"SELECT id, coalesce({_NEWEST}, 0) + 1 FROM roi WHERE id {rois}; "
        f"DELETE FROM place_change WHERE roi_id {rois} AND turn < {_NEWEST}; END"
    ]


def _postgresql(name: str, happens: str, condition: str, rois: str) -> list[str]:
    return [
        f"CREATE FUNCTION studio_{name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "DECLARE edge bigint;\nBEGIN\n"
        "    INSERT INTO place_change (roi_id, turn) "
        f"SELECT id, txid_current() FROM roi WHERE id {rois};{_PRUNE}\n    RETURN NULL;\nEND $$",
        f"CREATE TRIGGER studio_{name} AFTER {happens} FOR EACH ROW "
        f"{f'WHEN ({condition}) ' if condition else ''}EXECUTE FUNCTION studio_{name}()",
    ]
