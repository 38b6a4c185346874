"""Times as texts that the database writes are what Python writes."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update

from annotation_db.database.iso_times import as_iso
from annotation_db.database.schema import Project
from annotation_db.database.store import Store


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T07:12:31.118022+00:00",
        "2026-11-21T07:12:31+00:00",
        "2026-11-21T00:00:00.000001+00:00",
        "1999-12-31T23:59:59.900000+00:00",
    ],
)
def test_the_text_is_that_of_isoformat(any_store: Store, text: str) -> None:
    with any_store.write() as s:
        s.execute(update(Project).values(created_at=datetime.fromisoformat(text)))
        assert s.execute(select(as_iso(Project.created_at), Project.created_at)).one() == (
            text,
            datetime.fromisoformat(text),
        )


def test_it_is_utc_whatever_zone_the_server_shows(any_store: Store) -> None:
    with any_store.write() as s:
        if s.get_bind().dialect.name == "postgresql":
            s.connection().exec_driver_sql("SET LOCAL TIME ZONE 'Asia/Tokyo'")
        made = s.execute(select(as_iso(Project.created_at), Project.created_at)).one()
        assert made[0] == made[1].isoformat()
