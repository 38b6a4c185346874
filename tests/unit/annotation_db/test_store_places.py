"""Places where a project cannot be, and numbers that cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db import project
from annotation_db.database.store import Store
from annotation_db.errors import ProjectError, Refused
from annotation_db.pictures import images
from tests.unit.annotation_db.conftest import fill
from tests.unit.annotation_db.test_store import is_one_sentence


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://someone@server/db", "not on mysql"),
        ("sqlite:////tmp/x.sqlite", "not on sqlite"),
        ("://", "no database URL"),
        ("postgresql://someone:secret@server:port/db", "no database URL"),
        ("postgresql://[::1/db", "no database URL"),
        ("postgresql://someone:secret@127.0.0.1:1/none", "cannot be reached"),
    ],
)
def test_a_wrong_url_gets_one_sentence(url: str, says: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(ProjectError, match=says) as caught:
        Store.open(url)
    assert is_one_sentence(caught.value)
    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_on_the_server_gets_one_sentence(postgres) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ProjectError, match="no database"):
        Store.open(postgres.url("nowhere"))
    with pytest.raises(ProjectError, match="no SEAGULL Studio project"):
        Store.open(postgres.new_database())


def test_a_project_on_a_server_is_found_again(postgres, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    url = postgres.new_database()
    with Store.create(url, "Server") as store:
        fill(store, tmp_path / "pictures")
        folder = store.folder
    with Store.open(url) as store, store.read() as s:
        assert project.get(s).name == "Server"
        assert store.folder == folder
        assert images.verify(images.find(s, "p0.png")) is None


@pytest.mark.parametrize("values", [{"raters_wanted": 10**20}, {"seed": 2**31}, {"seed": -1}])
def test_numbers_that_are_slips_are_refused(tmp_path: Path, values: dict[str, int]) -> None:
    with pytest.raises(Refused) as refused:
        Store.create(tmp_path / "project", "slips", **values)
    assert str(refused.value).endswith(".")
    assert not (tmp_path / "project").exists()
