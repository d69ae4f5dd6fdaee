"""Keeping rehearsals: few, for a day, for whoever asked."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from service.clock import FakeClock
from service.domain.errors import Conflict, NotFound, message
from service.domain.labels import Label
from service.rehearsals.keeping import KEPT_FOR, MOST_AT_ONCE, MOST_KEPT, SILENT_AFTER, Kept, Shelf, State
from tests.builders import local

ME, OTHER = 1, 2


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(local("2024-11-20 09:00"))


@pytest.fixture
def shelf(tmp_path: Path, clock: FakeClock) -> Shelf:
    return Shelf(tmp_path / "rehearsals", clock)


@pytest.fixture
def failed(shelf: Shelf, clock: FakeClock) -> Callable[[int], Kept]:
    """Keeps a rehearsal that is over, a second after the one before."""

    def keep(person_id: int) -> Kept:
        clock.advance(timedelta(seconds=1))
        return shelf.fail(shelf.begin(person_id, "van-ninh", "annual-2024"), message("Somehow."))

    return keep


def test_what_is_kept_is_found_again_by_whoever_asked(shelf: Shelf) -> None:
    kept = shelf.begin(ME, "van-ninh", "annual-2024", Label("hạn khác", "another date"))
    assert shelf.find(ME, kept.id) == kept
    assert shelf.beat(kept, 0.5).share == shelf.find(ME, kept.id).share == 0.5
    with pytest.raises(NotFound):
        shelf.find(OTHER, kept.id)


def test_why_it_failed_keeps_its_words_and_names(shelf: Shelf) -> None:
    wrong = message("{deadline}: {why}", deadline=Label("hạn", "deadline"), why=message("There is none."))
    kept = shelf.fail(shelf.begin(ME, "van-ninh", "annual-2024"), wrong)
    assert shelf.find(ME, kept.id).wrong == wrong


@pytest.mark.parametrize("name", ["", "..", "../../secret", "0123456789abcdeg", "0123456789ABCDEF"])
def test_a_name_that_is_none_finds_nothing(shelf: Shelf, name: str) -> None:
    with pytest.raises(NotFound):
        shelf.find(ME, name)


def test_a_person_runs_one_at_a_time_and_all_together_few(shelf: Shelf) -> None:
    for person in range(1, MOST_AT_ONCE + 1):
        shelf.begin(person, "van-ninh", "annual-2024")
    for person in (ME, MOST_AT_ONCE + 1):
        with pytest.raises(Conflict):
            shelf.begin(person, "van-ninh", "annual-2024")


def test_only_the_newest_stay(shelf: Shelf, failed: Callable[[int], Kept]) -> None:
    others = failed(OTHER)
    mine = [failed(ME) for _ in range(MOST_KEPT + 3)]
    assert [one.id for one in shelf.of(ME)] == [one.id for one in reversed(mine[-MOST_KEPT:])]
    assert [one.id for one in shelf.of(OTHER)] == [others.id]


def test_what_is_old_goes_with_the_next(
    clock: FakeClock, failed: Callable[[int], Kept], tmp_path: Path
) -> None:
    failed(OTHER)
    clock.advance(KEPT_FOR + timedelta(minutes=1))
    mine = failed(ME)
    assert [path.name for path in (tmp_path / "rehearsals").iterdir()] == [f"{mine.id}.state.json"]


def test_one_that_fell_silent_has_failed_and_holds_nobody_up(shelf: Shelf, clock: FakeClock) -> None:
    kept = shelf.begin(ME, "van-ninh", "annual-2024")
    clock.advance(SILENT_AFTER + timedelta(seconds=1))
    assert shelf.find(ME, kept.id).state is State.FAILED
    shelf.begin(ME, "van-ninh", "annual-2024")


def test_files_are_for_the_service_alone(shelf: Shelf, tmp_path: Path) -> None:
    shelf.begin(ME, "van-ninh", "annual-2024")
    folder = tmp_path / "rehearsals"
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
