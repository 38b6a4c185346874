"""Schema versions. Alembic is imported only when a database really has to be upgraded."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent
"""The Alembic script folder of this program."""


def revisions(scripts: Path = MIGRATIONS) -> list[str]:
    """All revisions this program knows, oldest first: the four digits that script names start with."""
    return sorted(file.name[:4] for file in (scripts / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def version_of(connection: Connection) -> str | None:
    """The revision a database is at; None where there is no version table."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def state(version: str, scripts: Path = MIGRATIONS) -> Literal["current", "older", "newer"]:
    """How a database's revision stands to this program's."""
    known = revisions(scripts)
    if version == known[-1]:
        return "current"
    return "older" if version in known else "newer"


def stamp(connection: Connection, scripts: Path = MIGRATIONS) -> None:
    """Write the newest revision into a database whose tables were just made from the schema."""
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(
        text("INSERT INTO alembic_version (version_num) VALUES (:v)"), {"v": revisions(scripts)[-1]}
    )


def upgrade(connection: Connection, scripts: Path = MIGRATIONS, target: str = "head") -> None:
    """Run all pending migrations, or those up to `target`, inside the connection's open transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, target)
