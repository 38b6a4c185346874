"""Which file systems a project may lie on, and projects on read-only media."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import ProjectError
from annotation_db.files import file_systems, regular_files
from tests.unit.annotation_db.conftest import Filled

ROOT = Path(__file__).parents[3]
MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /home rw,relatime - nfs4 server:/home rw,vers=4.2
31 30 0:27 / /home/ada/scratch\\040disk rw - xfs /dev/vdb rw
32 22 0:28 / /mnt/lab rw - fuse.sshfs lab:/data rw
33 22 0:29 / /mnt/stick rw - fuseblk /dev/sdb1 rw
34 22 0:30 / /mnt/lab rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/data/project", "ext4"),
        ("/home/ada/project", "nfs4"),
        ("/home/ada/scratch disk/project", "xfs"),
        ("/homework", "ext4"),
        ("/mnt/stick/project", "fuseblk"),
        ("/mnt/lab/project", "tmpfs"),
    ],
)
def test_the_mount_that_holds_a_place_is_found(place: str, kind: str) -> None:
    assert file_systems.kind_among(MOUNTS.splitlines(), Path(place)) == kind


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse"]
)
def test_file_systems_of_other_machines_are_known(kind: str) -> None:
    assert file_systems.is_network(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "fuseblk", ""])
def test_disks_of_this_machine_are_taken(kind: str) -> None:
    assert not file_systems.is_network(kind)


def test_a_project_on_a_network_drive_is_refused_when_opened_and_when_made(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's table of mounts is the only thing that cannot be had here."""
    filled.store.close()
    monkeypatch.setattr(file_systems, "kind_of", lambda path: "nfs4")
    for attempt in (
        lambda: Store.open(filled.store.folder),
        lambda: Store.create(tmp_path / "new", "on a network drive"),
    ):
        with pytest.raises(ProjectError) as refused:
            attempt()
        assert "nfs4" in str(refused.value)
        assert "disk of this computer" in str(refused.value) and "PostgreSQL" in str(refused.value)
    assert not (tmp_path / "new").exists()


LOOK = """
    import sys
    from annotation_db.pictures import rois
    from annotation_db.errors import DiskError
    from annotation_db.database.store import Store
    with Store.open(sys.argv[1]) as store:
        with store.read() as s:
            print(len(rois.list_all(s)))
        try:
            with store.write():
                print("written")
        except DiskError as error:
            print(error)
"""


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    """An empty file system of its own, to be made read-only."""
    place = tmp_path / "medium"
    place.mkdir()
    if (
        sys.platform != "linux"
        or subprocess.run(
            ["mount", "-t", "tmpfs", "tmpfs", str(place)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("this user may not mount a file system")
    return place


def remount(place: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(place)], check=True)


def look(project: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LOOK), str(project)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def copy_of(project: Path, place: Path) -> Path:
    """As people copy a project to a stick: the folder, while no program has it open."""
    subprocess.run(["cp", "-r", str(project), str(place / "project")], check=True)
    return place / "project"


def test_a_project_on_a_read_only_medium_can_be_looked_at(filled: Filled, medium: Path) -> None:
    filled.store.close()
    project = copy_of(filled.store.folder, medium)
    remount(medium, "ro")
    try:
        said = look(project)
    finally:
        subprocess.run(["umount", str(medium)], check=True)
    assert said[0] == str(len(filled.rois))
    assert "read-only medium" in said[1] and str(project) in said[1]


def test_a_log_beside_it_is_read_too(filled: Filled, medium: Path) -> None:
    """A stick pulled out of a machine that had the project open: the newest work stands in the log."""
    with filled.store.write() as s:
        from annotation_db.rating import exclusions

        exclusions.exclude(s, "roi", filled.rois[0].id, reason="in the log only", who="lead")
    project = copy_of(filled.store.folder, medium)
    assert (project / "project.sqlite-wal").stat().st_size > 0
    remount(medium, "ro")
    try:
        said = look(project)
    finally:
        subprocess.run(["umount", str(medium)], check=True)
    assert said[0] == str(len(filled.rois) - 1)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("project.sqlite", True),
        ("project.sqlite-wal", True),
        ("PROJECT.SQLITE-SHM", True),
        ("daily-20260101.sqlite", True),
        ("ratings.csv", False),
        ("sqlite.csv", False),
    ],
)
def test_files_of_a_database_are_known_by_name(tmp_path: Path, name: str, is_one: bool) -> None:
    (tmp_path / name).write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / name)
    assert regular_files.is_database_file(tmp_path / name) is is_one
    assert regular_files.is_database_file(tmp_path / "link.csv") is is_one
