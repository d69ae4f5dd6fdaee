"""The folder of attachments."""

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.documents import accept, clear_incoming, digest_of, discard, list_stored, open_stored
from service.documents.storage import INCOMING
from service.domain.errors import NotFound
from tests.support import files

NOON = datetime(2024, 12, 5, 5, tzinfo=UTC)


@pytest.fixture
def stored_as(tmp_path: Path) -> str:
    return accept(io.BytesIO(files.pdf()), "tờ trình.pdf", tmp_path).stored_as


def test_a_stored_file_carries_nothing_of_the_name_people_gave(tmp_path: Path, stored_as: str) -> None:
    path = tmp_path / stored_as
    assert path.parent.parent.parent == tmp_path
    assert not path.suffix
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_changed_file_is_told_by_its_digest(tmp_path: Path) -> None:
    received = accept(io.BytesIO(files.png()), "a.png", tmp_path)
    assert digest_of(tmp_path, received.stored_as) == received.sha256
    (tmp_path / received.stored_as).write_bytes(b"x")
    assert digest_of(tmp_path, received.stored_as) != received.sha256


def test_a_discarded_file_is_gone_and_may_be_discarded_again(tmp_path: Path, stored_as: str) -> None:
    discard(tmp_path, stored_as)
    discard(tmp_path, stored_as)
    assert list(list_stored(tmp_path)) == []
    with pytest.raises(NotFound):
        open_stored(tmp_path, stored_as)


@pytest.mark.parametrize(
    "name",
    ["../secret", "/etc/passwd", "", "ab/cd", "ab/cd/" + "f" * 32, "incoming/x", "AB/CD/ABCD" + "0" * 28],
)
def test_only_names_made_by_the_store_are_opened(tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "secret").write_bytes(b"x")
    with pytest.raises(NotFound):
        open_stored(tmp_path, name)
    with pytest.raises(NotFound):
        discard(tmp_path, name)


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path, stored_as: str) -> None:
    (tmp_path / stored_as).unlink()
    (tmp_path / stored_as).symlink_to("/etc/passwd")
    with pytest.raises(NotFound):
        open_stored(tmp_path, stored_as)


def test_what_dead_processes_left_is_cleared(tmp_path: Path, stored_as: str) -> None:
    for name, age in (("old", timedelta(hours=2)), ("new", timedelta())):
        left = tmp_path / INCOMING / name
        left.write_bytes(b"half")
        os.utime(left, ((NOON - age).timestamp(),) * 2)
    assert clear_incoming(tmp_path, before=NOON - timedelta(hours=1)) == 1
    assert [path.name for path in (tmp_path / INCOMING).iterdir()] == ["new"]
    assert [name for name, _ in list_stored(tmp_path)] == [stored_as]
