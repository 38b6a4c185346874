"""Labels that did not change are stored once: runs name them instead of having copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from annotation_db.database import content_hash, raw_values
from annotation_db.database.content_hash_fill import fill

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OLD = ("run_id", "roi_id", "status", "n", "rating_ids", "result")
_NEW = ("roi_id", "status", "n", "rating_ids", "result")
_ITEM = ("run_id", "label_id")
"""What was hashed, and what is hashed from here on, as it was when this was written."""
_COUNTS = ("labelled", "insufficient")
_PORTION = 2000


def upgrade() -> None:
    op.create_table(
        "roi_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rating_ids", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        _hash_column(),
        sa.CheckConstraint("status IN ('labelled', 'insufficient')", name=op.f("ck_roi_label_status")),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_roi_label_roi_id_roi")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roi_label")),
    )
    op.create_index(op.f("ix_roi_label_roi_id_content_hash"), "roi_label", ["roi_id", "content_hash"])
    op.create_table(
        "label_run_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        _hash_column(),
        sa.ForeignKeyConstraint(
            ["label_id"], ["roi_label.id"], name=op.f("fk_label_run_item_label_id_roi_label")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["label_run.id"], name=op.f("fk_label_run_item_run_id_label_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_run_item")),
        sa.UniqueConstraint("run_id", "label_id", name=op.f("uq_label_run_item_run_id_label_id")),
    )
    op.create_index(op.f("ix_label_run_item_label_id"), "label_run_item", ["label_id"])
    for name in _COUNTS:
        op.add_column("label_run", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        op.execute(
            f"UPDATE label_run SET {name} = (SELECT count(*) FROM label "
            f"WHERE label.run_id = label_run.id AND label.status = '{name}')"
        )
    _share(op.get_bind())
    op.drop_index(op.f("ix_label_roi_id"), table_name="label")
    op.drop_table("label")


def _hash_column() -> sa.Column[str]:
    return sa.Column("content_hash", sa.String(length=32), server_default="", nullable=False)


def _share(connection: sa.Connection) -> None:
    """Keep one of the labels that say the same, and name it in the runs.

    A row that is damaged is kept as it is, with the hash that gives it away.
    """
    keep = sa.text(
        "INSERT INTO roi_label (id, roi_id, status, n, rating_ids, result, content_hash) "
        "SELECT id, roi_id, status, n, rating_ids, result, :hash FROM label WHERE id = :id"
    )
    item = sa.text(
        "INSERT INTO label_run_item (id, run_id, label_id, content_hash) VALUES (:id, :run, :label, :hash)"
    )
    kept: dict[str, int] = {}
    last = 0
    while portion := _portion(connection, last):
        labels: list[dict[str, Any]] = []
        items: list[dict[str, Any]] = []
        for label_id, run_id, told, made in portion:
            of = label_id if made is None else kept.setdefault(made, label_id)
            if of == label_id:
                labels.append({"id": label_id, "hash": made or told})
            named = content_hash.of_values("label_run_item", {"run_id": run_id, "label_id": of}, _ITEM)
            items.append({"id": label_id, "run": run_id, "label": of, "hash": named})
        if labels:
            connection.execute(keep, labels)
        connection.execute(item, items)
        last = portion[-1][0]
    if connection.dialect.name == "postgresql":
        for table in ("roi_label", "label_run_item"):
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            connection.execute(sa.text(f"SELECT setval({sequence}, (SELECT max(id) FROM {table}))"))


def _portion(connection: sa.Connection, last: int) -> list[tuple[int, int, str, str | None]]:
    """Id, run, old hash and new hash; None for the new one where a row does not say what was stored."""
    try:
        with connection.begin_nested():
            found = connection.exec_driver_sql(_quick(connection, last)).all()
        if all(row[2] == row[3] for row in found):
            return [(row[0], row[1], row[2], row[4]) for row in found]
    except (sa.exc.DBAPIError, UnicodeError):
        pass  # a value that SQL cannot write as text
    return list(_slowly(connection, last))


def _quick(connection: sa.Connection, last: int) -> str:
    table, dialect = content_hash.shape("label"), connection.dialect.name
    hashes = [content_hash.as_sql(table, dialect, names) for names in (_OLD, _NEW)]
    if dialect == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.create_function("studio_hash", 1, content_hash.of_bytes, deterministic=True)
        hashes = [f"studio_hash({one})" for one in hashes]
    return (
        f"SELECT id, run_id, content_hash, {hashes[0]}, {hashes[1]} FROM label "
        f"WHERE id > {last} ORDER BY id LIMIT {_PORTION}"
    )


def _slowly(connection: sa.Connection, last: int) -> Iterator[tuple[int, int, str, str | None]]:
    names = ("id", *_OLD, content_hash.HASH)
    table = content_hash.shape("label")
    if connection.dialect.name == "sqlite":
        listed = ", ".join(f'"{name}"' for name in names)
        driver: Any = connection.connection.driver_connection
        statement = f"SELECT {listed} FROM label WHERE id > {last} ORDER BY id LIMIT {_PORTION}"
        rows = list(raw_values.rows(driver, statement))
    else:
        query = sa.select(*(table.c[name] for name in names)).where(table.c.id > last)
        rows = list(connection.execute(query.order_by(table.c.id).limit(_PORTION)))
    for row in rows:
        told = row[-1].decode(errors="replace") if isinstance(row[-1], bytes) else str(row[-1])
        try:
            values = {
                name: raw_values.value(table.c[name], raw) if connection.dialect.name == "sqlite" else raw
                for name, raw in zip(_OLD, row[1:-1], strict=True)
            }
        except raw_values.Unreadable:
            yield row[0], row[1], told, None
            continue
        sound = content_hash.of_values("label", values, _OLD) == told
        yield row[0], row[1], told, content_hash.of_values("roi_label", values, _NEW) if sound else None


def downgrade() -> None:
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("roi_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("rating_ids", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        _hash_column(),
        sa.CheckConstraint("status IN ('labelled', 'insufficient')", name=op.f("ck_label_status")),
        sa.ForeignKeyConstraint(["roi_id"], ["roi.id"], name=op.f("fk_label_roi_id_roi")),
        sa.ForeignKeyConstraint(["run_id"], ["label_run.id"], name=op.f("fk_label_run_id_label_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("run_id", "roi_id", name=op.f("uq_label_run_id_roi_id")),
    )
    op.create_index(op.f("ix_label_roi_id"), "label", ["roi_id"])
    op.execute(
        "INSERT INTO label (id, run_id, roi_id, status, n, rating_ids, result) "
        "SELECT i.id, i.run_id, l.roi_id, l.status, l.n, l.rating_ids, l.result "
        "FROM label_run_item i JOIN roi_label l ON l.id = i.label_id"
    )
    fill(op.get_bind(), "label", _OLD)
    op.drop_table("label_run_item")
    op.drop_table("roi_label")
    for name in _COUNTS:
        op.drop_column("label_run", name)
