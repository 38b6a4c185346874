"""Failures of disks and names: the sentence names the file it happened to, and says only what is so."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from annotation_db.database.failures import naming, translate_database_errors, translated_error
from annotation_db.database.store import Store
from annotation_db.errors import DiskError, PictureError, ProjectError, StudioError
from annotation_db.exports.run import export
from annotation_db.pictures import images
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.test_store import in_subprocess, is_one_sentence

NUMBERS = (
    errno.ENOSPC,
    errno.EACCES,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EIO,
    errno.EBUSY,
    errno.ENAMETOOLONG,
    errno.EMFILE,
    errno.EEXIST,
)


def told(error: OSError, where: object) -> str:
    refusal = translated_error(error, str(where))
    assert refusal is not None and is_one_sentence(refusal)
    return str(refusal)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_file_that_is_not_the_projects_is_blamed_itself(number: int, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "photo.png"
    said = told(OSError(number, os.strerror(number), str(other)), tmp_path / "project")
    assert str(other) in said and "project" not in said and "nothing was changed" not in said


@pytest.mark.parametrize("number", NUMBERS)
def test_a_file_inside_is_named(number: int, tmp_path: Path) -> None:
    said = told(OSError(number, os.strerror(number), str(tmp_path / "backups")), tmp_path)
    assert str(tmp_path / "backups") in said


def test_what_is_in_the_making_is_called_by_its_name(tmp_path: Path) -> None:
    for made in (".out.partial-0123abcd", ".out.replaced-0123abcd", ".out.seagull-lock"):
        said = told(OSError(errno.EACCES, "denied", str(tmp_path / made)), tmp_path / "out")
        assert f"{tmp_path / 'out'} cannot be written to" in said
    said = told(
        OSError(errno.ENOENT, "gone", str(tmp_path / ".out.partial-0123abcd" / "x")), tmp_path / "out"
    )
    assert f"{tmp_path / 'out' / 'x'} cannot be found" in said


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_an_error_without_a_name_blames_nobody(number: int, tmp_path: Path) -> None:
    said = told(OSError(number, os.strerror(number)), tmp_path)
    assert "a file in use with" in said.lower() and f"nothing was changed in {tmp_path}" in said
    assert translated_error(OSError(errno.EBADF, "a mistake of ours"), str(tmp_path)) is None
    with (
        pytest.raises(DiskError, match=r"picture\.png"),
        translate_database_errors(str(tmp_path)),
        naming(Path("/p/picture.png")),
    ):
        raise OSError(number, os.strerror(number))


def test_a_picture_that_is_gone_is_named_not_the_project(store: Store, tmp_path: Path) -> None:
    gone = tmp_path / "photos" / "gone.png"
    with pytest.raises(DiskError) as caught, store.read():
        gone.read_bytes()
    assert str(caught.value) == f"{gone} cannot be found; check where it is and try again."


BACKUP = """
import os, sys
from annotation_db.errors import StudioError
from annotation_db.database import backups  # before: nobody else may look into where Python is
from annotation_db.database.store import Store
if os.geteuid() == 0:  # nothing is read-only to root
    os.setuid(65534)
with Store.open(sys.argv[1]) as store:
    try:
        store.backup("mine")
    except StudioError as error:
        print(error)
"""


def test_an_unwritable_backups_folder_is_blamed_itself(store: Store) -> None:
    store.close()
    for path in (store.folder, *store.folder.parents):  # pytest keeps other users out of its folders
        if path.stat().st_uid == os.geteuid() and path.stat().st_mode & 0o055 != 0o055:
            path.chmod(0o755)
    for path in (store.folder, *store.folder.iterdir()):
        path.chmod(0o777)
    (store.folder / "backups").chmod(0o555)
    said = in_subprocess(BACKUP, store.folder)
    assert said.startswith(f"No backup could be made in {store.folder / 'backups'}") and said.count("\n") == 1
    assert "project.sqlite" not in said


def _long(folder: Path, size: int) -> Path:
    """A path of that many bytes below a folder."""
    while size - len(str(folder)) > 220:
        folder = folder / ("d" * 100)
    return folder / ("e" * (size - len(str(folder)) - 1))


@pytest.mark.skipif(os.name != "posix", reason="other systems have other limits")
@pytest.mark.parametrize("size", range(390, 530, 10))
def test_a_long_path_works_or_is_said_to_be_long(size: int, tmp_path: Path) -> None:
    folder = _long(tmp_path, size)
    assert len(str(folder)) == size
    if size <= 400:
        with Store.create(folder, "p") as store:
            store.backup("before-something-with-a-name")
        return
    with pytest.raises(ProjectError, match=r"is too long for a project, which takes 400 bytes") as caught:
        Store.create(folder, "p")
    assert is_one_sentence(caught.value) and len(str(caught.value)) < 400
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="other systems have other limits")
@pytest.mark.parametrize("link", [False, True])
def test_a_project_that_was_moved_too_deep_says_so(link: bool, tmp_path: Path) -> None:
    Store.create(tmp_path / "short", "p").close()
    for size in (480, 489, 490, 500, 600):
        folder = _long(tmp_path / "deep", size)
        folder.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "short").rename(folder)
        location = folder
        if link:
            location = tmp_path / "link"
            location.unlink(missing_ok=True)
            location.symlink_to(folder, target_is_directory=True)
        if size <= 489:
            Store.open(location).close()
        else:
            with pytest.raises(
                ProjectError, match=r"is too long for a project, which takes 489 bytes"
            ) as caught:
                Store.open(location)
            assert is_one_sentence(caught.value)
        folder.rename(tmp_path / "short")


def test_a_name_that_no_disk_takes(store: Store, tmp_path: Path) -> None:
    for name in ("n" * 300, "/".join(["p" * 200] * 25)):
        for act in (
            Store.open,
            lambda folder: Store.create(folder, "p"),
            lambda folder: export(store, folder),
        ):
            with pytest.raises(StudioError, match=r"too long|longer than") as caught:
                act(tmp_path / name)
            assert is_one_sentence(caught.value) and len(str(caught.value)) < 500
        assert not Store.is_project(tmp_path / name)
        with pytest.raises(PictureError, match="There is no folder") as no_pictures:
            images.scan_folder(tmp_path / name)
        assert len(str(no_pictures.value)) < 300
    assert [path.name for path in tmp_path.iterdir()] == ["project"]


def test_the_longest_name_that_a_disk_takes(filled: Filled, tmp_path: Path) -> None:
    for name in ("n" * 255, "ß" * 120):
        assert export(filled.store, tmp_path / name, seed=1).folder == tmp_path / name
        assert export(filled.store, tmp_path / name, seed=2, overwrite=True).folder == tmp_path / name
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_picture_that_cannot_be_read_to_its_end_is_blamed(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/proc/self/mem opens as a file and gives an input/output error when it is read."""
    if not Path("/proc/self/mem").exists():
        pytest.skip("needs a file that cannot be read")
    monkeypatch.setattr(images, "absolute_path", lambda image: Path("/proc/self/mem"))
    with pytest.raises(PictureError, match="/proc/self/mem cannot be read to its end") as caught:
        export(filled.store, tmp_path / "deep" / "out", copy_images=True)
    assert is_one_sentence(caught.value)
    assert not (tmp_path / "deep").exists()


NO_FILES_LEFT = """
import os, resource, sys
from annotation_db.errors import StudioError
from annotation_db.database.store import Store
Store.open(sys.argv[1]).close()
resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) - 1, 1000))
try:
    Store.open(sys.argv[1]).close()
except StudioError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files in /proc")
def test_a_program_without_open_files_left_gets_a_sentence(store: Store) -> None:
    store.close()
    done = subprocess.run(
        [sys.executable, "-c", NO_FILES_LEFT, str(store.folder)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and done.stdout.count("\n") == 1, done.stderr
    assert "damaged" not in done.stdout


def test_a_database_error_of_another_code_is_still_a_mistake_of_ours(tmp_path: Path) -> None:
    assert translated_error(sqlite3.ProgrammingError("ours"), str(tmp_path)) is None
