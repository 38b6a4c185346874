"""One spelling for each database, and no password in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from annotation_db.database import server_access
from annotation_db.database.server_access import (
    cache_folder,
    display_url,
    parse,
    same_place,
    split,
    with_password,
    without_password,
)
from annotation_db.errors import ProjectError

ONE = "postgresql://ann@db.example.org/studio"
SPELLINGS = [
    ONE,
    "postgres://ann@db.example.org/studio",
    "postgresql+psycopg://ann@db.example.org/studio",
    "postgresql://ann:s3cret@db.example.org/studio",
    "postgresql://ann@DB.Example.ORG/studio",
    "postgresql://ann@db.example.org:5432/studio",
    "postgresql://ann@db.example.org/studio/",
    "postgresql://%61nn@db.example.org/studio",
    "postgresql://ann@db.example.org/stu%64io",
    "postgresql://db.example.org/studio",
    "postgresql://db.example.org/studio?user=ann&password=s3cret",
    "postgresql:///studio?host=db.example.org&port=5432",
    "postgresql://ann@/?dbname=studio&host=db.example.org:5432",
    "postgresql://ann@db.example.org/studio?",
]
OTHERS = [
    "postgresql://bob@db.example.org/studio",
    "postgresql://ann@db.example.org:5433/studio",
    "postgresql://ann@db.example.org/Studio",
    "postgresql://ann@other.example.org/studio",
    "postgresql://ann@/studio?host=/run/postgresql",
]


@pytest.fixture(autouse=True)
def ann(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGDATABASE", "PGSERVICE", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGUSER", "ann")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_becomes_the_one(spelling: str, tmp_path: Path) -> None:
    url, secret = split(spelling)
    assert url == ONE and secret == ("s3cret" if "s3cret" in spelling else None)
    assert split(url) == (url, None), "and stays it"
    assert same_place(spelling, ONE)
    assert cache_folder(tmp_path, parse(spelling), spelling) == cache_folder(tmp_path, parse(ONE), ONE)


@pytest.mark.parametrize("other", OTHERS)
def test_another_place_is_another_place(other: str, tmp_path: Path) -> None:
    assert not same_place(other, ONE)
    assert cache_folder(tmp_path, parse(other), other) != cache_folder(tmp_path, parse(ONE), ONE)


def test_the_order_of_options_does_not_matter_and_how_to_speak_is_no_place(tmp_path: Path) -> None:
    first, second = f"{ONE}?sslmode=require&application_name=x", f"{ONE}?application_name=x&sslmode=require"
    assert split(first)[0] == split(second)[0] != ONE, "it is remembered how to speak with the server"
    assert same_place(first, ONE)
    assert display_url(parse("postgresql:///studio?host=/run/pg/&sslmode=disable")) == (
        "postgresql://ann@/studio?host=/run/pg&sslmode=disable"
    )


def test_a_url_means_the_same_under_another_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setenv("PGHOST", "h")
    assert split("postgresql:///studio")[0] == "postgresql://ann@h:5433/studio"
    assert split(f"{ONE}?") != (ONE, None), "the port of this environment is written out"
    explicit = split("postgresql://ann@h:5432/studio")[0]
    monkeypatch.delenv("PGPORT")
    assert parse(explicit).port == 5432
    assert split("postgresql://h?service=lab")[0] == "postgresql://h?service=lab", "the file says the rest"


def test_the_folder_of_an_earlier_version_is_taken_over(tmp_path: Path) -> None:
    given = "postgresql://ann:s3cret@DB.example.org/studio?sslmode=require&application_name=x"
    for number, old in enumerate(
        [
            "postgresql+psycopg://ann:***@DB.example.org/studio?application_name=x&sslmode=require",
            "postgresql+psycopg://ann@DB.example.org/studio?application_name=x&sslmode=require",
        ]
    ):
        servers = tmp_path / str(number)
        (servers / hashlib.sha256(old.encode()).hexdigest()[:16] / "jobs").mkdir(parents=True)
        folder = cache_folder(servers, parse(given), given)
        assert (folder / "jobs").is_dir() and len(list(servers.iterdir())) == 1
        assert cache_folder(servers, parse(ONE), ONE) == folder


def test_a_password_goes_in_and_out_whole() -> None:
    secret = "p@ss/w:rd%?#&= ü"
    assert split(with_password(f"{ONE}?password=old", secret)) == (ONE, secret)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:p@ss@h/db",
        "postgresql://ann:p/ss/w@rd@h/db",
        f"{ONE}?sslpassword=s3cret",
        "postgresql://ann@h/\udcff",
        "mysql://ann:s3cret@h/db",
    ],
)
def test_what_cannot_be_taken_apart_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ProjectError) as refused:
        parse(url)
    sentence = str(refused.value)
    assert sentence.endswith(".") and not any(part in sentence for part in ("s3cret", "ss@", "rd@", "w@"))
    assert without_password(url).endswith("://...")
    assert not same_place(url, ONE) and same_place(url, url)


def test_words_of_a_command_line_are_hidden() -> None:
    assert without_password("--json") == "--json" and without_password("/a/folder") == "/a/folder"
    assert without_password("postgresql://ann:s3cret@db.example.org/studio") == ONE


def test_somebody_without_a_name_can_give_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.delenv("PGUSER")
    monkeypatch.setattr(server_access.getpass, "getuser", nobody)
    assert split("postgresql://h/studio")[0] == "postgresql://h/studio"
