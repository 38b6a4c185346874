"""Labels that several runs found are stored once; pictures can be withdrawn; changes of places are noted."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from annotation_db import content_hash, raw_values

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

_PORTION = 2000
_LABEL = sa.Table(
    "label",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.Integer, nullable=False),
    sa.Column("roi_id", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("rating_ids", sa.JSON, nullable=False),
    sa.Column("result", sa.JSON, nullable=False),
    sa.Column("content_hash", sa.String(32), nullable=False),
)
_BEFORE = ("run_id", "roi_id", "status", "n", "rating_ids", "result")
_AFTER = ("roi_id", "status", "n", "rating_ids", "result")
_KINDS = "kind IN ('rating', 'annotator', 'roi'{more})"

_EVENTS = {
    "place_added": ("INSERT ON place", "", "= NEW.roi_id"),
    "place_changed": ("UPDATE OF roi_id, annotator_id, state, lease_until ON place", "", "= NEW.roi_id"),
    "place_removed": ("DELETE ON place", "", "= OLD.roi_id"),
    "rating_added": ("INSERT ON rating", "NEW.revision = 1", "= NEW.roi_id"),
    "rating_moved": ("UPDATE OF roi_id, annotator_id, kind, revision ON rating", "", "= NEW.roi_id"),
    "roi_excluded": ("INSERT ON exclusion", "NEW.kind = 'roi'", "= NEW.target_id"),
    "roi_restored": ("UPDATE ON exclusion", "NEW.kind = 'roi'", "= NEW.target_id"),
    "image_excluded": (
        "INSERT ON exclusion",
        "NEW.kind = 'image'",
        "IN (SELECT id FROM roi WHERE image_id = NEW.target_id)",
    ),
    "image_restored": (
        "UPDATE ON exclusion",
        "NEW.kind = 'image'",
        "IN (SELECT id FROM roi WHERE image_id = NEW.target_id)",
    ),
}
_NEWEST = "(SELECT max(turn) FROM place_change)"
_PRUNE = """
    IF random() < 0.0005 THEN
        edge := (SELECT turn FROM place_change WHERE roi_id != 0 ORDER BY id DESC OFFSET 50000 LIMIT 1);
        IF edge IS NOT NULL THEN
            INSERT INTO place_change (roi_id, turn) VALUES (0, edge);
            DELETE FROM place_change WHERE id IN (
                SELECT id FROM place_change
                WHERE roi_id != 0 AND turn < edge OR turn > txid_current() OR roi_id = 0 AND turn < edge
                ORDER BY id LIMIT 100000 FOR UPDATE SKIP LOCKED);
        END IF;
    END IF;"""


def upgrade() -> None:
    _kinds(", 'image'")
    _labels()
    op.create_table(
        "place_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_change")),
    )
    op.create_index(op.f("ix_place_change_roi_id_turn"), "place_change", ["roi_id", "turn"])
    op.create_index(op.f("ix_place_change_turn"), "place_change", ["turn"])
    for name, (happens, condition, rois) in _EVENTS.items():
        if op.get_bind().dialect.name == "sqlite":
            when = f"WHEN {condition} " if condition else ""
            op.execute(
                f"CREATE TRIGGER studio_{name} AFTER {happens} {when}BEGIN "
                "INSERT INTO place_change (roi_id, turn) "
                f"SELECT id, coalesce({_NEWEST}, 0) + 1 FROM roi WHERE id {rois}; "
                f"DELETE FROM place_change WHERE roi_id {rois} AND turn < {_NEWEST}; END"
            )
            continue
        when = f"WHEN ({condition}) " if condition else ""
        op.execute(
            f"CREATE FUNCTION studio_{name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "DECLARE edge bigint;\nBEGIN\n"
            "    INSERT INTO place_change (roi_id, turn) "
            f"SELECT id, txid_current() FROM roi WHERE id {rois};{_PRUNE}\n    RETURN NULL;\nEND $$".replace(
                ":=", "\\:="
            )
        )
        op.execute(
            f"CREATE TRIGGER studio_{name} AFTER {happens} FOR EACH ROW {when}"
            f"EXECUTE FUNCTION studio_{name}()"
        )


def _kinds(more: str) -> None:
    hashed = sa.Column("content_hash", sa.String(length=32), server_default="", nullable=False)
    with op.batch_alter_table("exclusion", reflect_args=(hashed,)) as table:
        table.drop_constraint(op.f("ck_exclusion_kind"), type_="check")
        table.create_check_constraint(op.f("ck_exclusion_kind"), _KINDS.format(more=more))


def _labels() -> None:
    op.add_column("label_run", sa.Column("labelled", sa.Integer(), server_default="0", nullable=False))
    op.add_column("label_run", sa.Column("insufficient", sa.Integer(), server_default="0", nullable=False))
    op.add_column("label_run", sa.Column("digest", sa.String(length=32), server_default="", nullable=False))
    op.add_column("label_run", sa.Column("summary", sa.JSON(), nullable=True))
    op.create_table(
        "roi_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rating_ids", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=32), server_default="", nullable=False),
        sa.CheckConstraint("status IN ('labelled', 'insufficient')", name=op.f("ck_roi_label_status")),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_roi_label_roi_id_roi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roi_label")),
        sa.UniqueConstraint("roi_id", "content_hash", name=op.f("uq_roi_label_roi_id_content_hash")),
    )
    op.create_table(
        "run_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["roi_label.id"], name=op.f("fk_run_label_label_id_roi_label")),
        sa.ForeignKeyConstraint(["run_id"], ["label_run.id"], name=op.f("fk_run_label_run_id_label_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_label")),
        sa.UniqueConstraint("run_id", "label_id", name=op.f("uq_run_label_run_id_label_id")),
    )
    op.create_index(op.f("ix_run_label_label_id"), "run_label", ["label_id"])
    _move()
    op.drop_index(op.f("ix_label_roi_id"), table_name="label")
    op.drop_table("label")


def _move() -> None:
    """Each run keeps its labels; those that say the same of a ROI become one row."""
    connection = op.get_bind()
    kept: dict[tuple[int, str], int] = {}
    hashes: dict[int, list[str]] = {}
    shared: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for label_id, run_id, roi_id, made in _hashed(connection):
        first = kept.setdefault((roi_id, made), label_id)
        if first == label_id:
            moved.append({"label": label_id, "hash": made})
        shared.append({"run": run_id, "label": first})
        hashes.setdefault(run_id, []).append(made)
    if moved:
        connection.execute(
            sa.text(
                "INSERT INTO roi_label (id, roi_id, status, n, rating_ids, result, content_hash) "
                "SELECT id, roi_id, status, n, rating_ids, result, :hash FROM label WHERE id = :label"
            ),
            moved,
        )
        connection.execute(sa.text("INSERT INTO run_label (run_id, label_id) VALUES (:run, :label)"), shared)
        if connection.dialect.name == "postgresql":
            op.execute(
                "SELECT setval(pg_get_serial_sequence('roi_label', 'id'), (SELECT max(id) FROM roi_label))"
            )
    for status in ("labelled", "insufficient"):
        op.execute(
            f"UPDATE label_run SET {status} = (SELECT count(*) FROM label "
            f"WHERE label.run_id = label_run.id AND status = '{status}')"
        )
    runs = [row[0] for row in connection.execute(sa.text("SELECT id FROM label_run"))]
    if runs:
        connection.execute(
            sa.text("UPDATE label_run SET digest = :digest WHERE id = :run"),
            [{"run": run, "digest": content_hash.of_all(hashes.get(run, ()))} for run in runs],
        )


def _hashed(connection: sa.Connection) -> Iterator[tuple[int, int, int, str]]:
    """Labels by run and ROI: id, run, ROI, and the hash to be stored.

    Of a label that is not what was stored, the old hash, which is wrong there too: `check` finds it.
    """
    names = [column.name for column in _LABEL.columns]
    query = f"SELECT {', '.join(names)} FROM label ORDER BY run_id, roi_id"
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        rows: Iterator[Any] = raw_values.rows(driver, query)
    else:
        rows = iter(connection.execute(sa.select(_LABEL).order_by(_LABEL.c.run_id, _LABEL.c.roi_id)))
    for row in rows:
        yield row[0], row[1], row[2], _hash(dict(zip(names, row, strict=True)), connection.dialect.name)


def _hash(raw: dict[str, Any], dialect: str) -> str:
    stored = raw["content_hash"].decode() if isinstance(raw["content_hash"], bytes) else raw["content_hash"]
    wrong = stored or f"not hashed {raw['id']}"
    try:
        read = {n: raw_values.value(_LABEL.c[n], v) if dialect == "sqlite" else v for n, v in raw.items()}
    except raw_values.Unreadable:
        return wrong
    if stored and content_hash.of_columns(_LABEL.c, read, _BEFORE) != stored:
        return wrong
    return content_hash.of_columns(_LABEL.c, read, _AFTER)


def downgrade() -> None:
    for name, (happens, _, _) in _EVENTS.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER studio_{name}")
        else:
            op.execute(f"DROP TRIGGER studio_{name} ON {happens.split()[-1]}")
            op.execute(f"DROP FUNCTION studio_{name}()")
    op.drop_table("place_change")
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rating_ids", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=32), server_default="", nullable=False),
        sa.CheckConstraint("status IN ('labelled', 'insufficient')", name=op.f("ck_label_status")),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_label_roi_id_roi")),
        sa.ForeignKeyConstraint(["run_id"], ["label_run.id"], name=op.f("fk_label_run_id_label_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("run_id", "roi_id", name=op.f("uq_label_run_id_roi_id")),
    )
    op.create_index(op.f("ix_label_roi_id"), "label", ["roi_id"])
    op.execute(
        "INSERT INTO label (run_id, roi_id, status, n, rating_ids, result) "
        "SELECT run_id, roi_id, status, n, rating_ids, result "
        "FROM run_label JOIN roi_label ON roi_label.id = run_label.label_id"
    )
    op.drop_table("run_label")
    op.drop_table("roi_label")
    with op.batch_alter_table("label_run") as table:
        for column in ("labelled", "insufficient", "digest", "summary"):
            table.drop_column(column)
    op.execute("DELETE FROM exclusion WHERE kind = 'image'")
    _kinds("")
