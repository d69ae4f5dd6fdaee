"""Where attachments lie: a folder of server-made names, written whole or not at all.

A file is written under `incoming/`, flushed to the disk, and renamed to `ab/cd/abcd…`. A process that
dies in between leaves something under `incoming/` only, which `clear_incoming` removes.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from service.domain.errors import NotFound, message

INCOMING = "incoming"
_STORED_AS = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}")


@contextmanager
def incoming_file(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file under `incoming/`, removed at the end of the block unless it was renamed."""
    (folder / INCOMING).mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / INCOMING / secrets.token_hex(16)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def keep(folder: Path, file: BinaryIO, path: Path) -> str:
    """Makes an incoming file permanent and returns the name under which it is stored."""
    name = secrets.token_hex(16)
    stored_as = f"{name[:2]}/{name[2:4]}/{name}"
    target = folder / stored_as
    file.flush()
    os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.rename(target)
    for each in (target.parent, target.parent.parent, folder):
        _sync_folder(each)
    return stored_as


def open_stored(folder: Path, stored_as: str) -> BufferedReader:
    """Opens a stored file for reading.

    Raises:
        NotFound: when there is none of this name.
    """
    try:
        return os.fdopen(os.open(_path(folder, stored_as), os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except OSError:
        raise _not_found() from None


def digest_of(folder: Path, stored_as: str) -> str:
    """The SHA-256 of a stored file, hexadecimal; raises like `open_stored`."""
    with open_stored(folder, stored_as) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def discard(folder: Path, stored_as: str) -> None:
    """Removes a stored file; one that is gone already is no error."""
    path = _path(folder, stored_as)
    path.unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        _sync_folder(path.parent)


def list_stored(folder: Path) -> Iterator[tuple[str, datetime]]:
    """The names of all stored files, each with the instant at which it was written."""
    for path in folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        stored_as = path.relative_to(folder).as_posix()
        if _STORED_AS.fullmatch(stored_as):
            yield stored_as, _written_at(path)


def clear_incoming(folder: Path, before: datetime) -> int:
    """Removes what dead processes left under `incoming/` before an instant; returns how many files."""
    left = [path for path in (folder / INCOMING).glob("*") if _written_at(path) < before]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _path(folder: Path, stored_as: str) -> Path:
    if not _STORED_AS.fullmatch(stored_as):
        raise _not_found()
    return folder / stored_as


def _not_found() -> NotFound:
    return NotFound(message("The file is not in the store any more: ask the administrator."))


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
