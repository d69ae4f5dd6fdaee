"""Signing in and out, tokens, seats with their dates."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from argon2 import PasswordHasher

from service.domain.errors import Conflict, Invalid, NotFound
from service.domain.localities import ConfiguredPerson, Seating
from service.operations.setup import localities
from service.operations.staff import passwords, people
from service.operations.staff.people import LOCKED_FOR, MOST_FAILURES
from service.store import people as person_rows
from service.store.tables import SignIn
from tests.builders import LOCALITY, PASSWORD, World, local, shipped_locality
from tests.integration.operations.readings import rows

SESSION = timedelta(hours=10)


def sign_in(world: World, who: str = "clerk", password: str = PASSWORD) -> str | None:
    """The secret of a fresh session; None if it was refused."""
    with world.database.write() as work:
        found = people.sign_in(work, who, password, lasts=SESSION)
        return found.secret if found else None


def identify(world: World, secret: str | None) -> str | None:
    """Who is behind a secret."""
    with world.database.read() as work:
        actor = people.identify(work, secret or "")
        return actor.name if actor else None


def test_a_session_lasts_until_it_expires_or_is_ended(world: World) -> None:
    secret = sign_in(world, " Clerk ")
    assert identify(world, secret) == "Clerk"
    world.clock.advance(SESSION - timedelta(seconds=1))
    assert identify(world, secret) == "Clerk"
    world.clock.advance(timedelta(seconds=1))
    assert identify(world, secret) is None
    other = sign_in(world)
    assert other is not None
    with world.database.write() as work:
        people.sign_out(work, other)
    assert identify(world, other) is None


def test_the_database_keeps_no_secret(world: World) -> None:
    secret = sign_in(world)
    (row,) = rows(world, SignIn)
    assert secret not in {row.token_hash, row.label}
    assert len(row.token_hash) == 64


@pytest.mark.parametrize(
    ("who", "password"), [("nobody", PASSWORD), ("clerk", "wrong"), ("", ""), ("clerk", "")]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(world: World, who: str, password: str) -> None:
    assert sign_in(world, who, password) is None
    assert rows(world, SignIn) == []


def test_guessing_locks_the_name_for_a_while_even_for_the_right_password(world: World) -> None:
    for _ in range(MOST_FAILURES):
        assert sign_in(world, password="wrong-password") is None
    assert sign_in(world) is None
    world.clock.advance(LOCKED_FOR - timedelta(seconds=1))
    assert sign_in(world) is None
    assert sign_in(world, "labour") is not None
    world.clock.advance(timedelta(seconds=1))
    assert sign_in(world) is not None


def test_a_right_password_forgets_earlier_failures(world: World) -> None:
    for _ in range(2):
        for _ in range(MOST_FAILURES - 1):
            sign_in(world, password="wrong-password")
        assert sign_in(world) is not None


def test_somebody_without_a_password_or_not_active_cannot_sign_in(world: World) -> None:
    secret = sign_in(world)
    with world.database.write() as work:
        people.add(work, sign_in_name="silent", name="S", email="s@example.invalid", password=None)
        person = person_rows.find_by_sign_in_name(work, "clerk")
        assert person is not None
        person.active = False
    assert sign_in(world, "silent", "") is None
    assert sign_in(world) is None
    assert identify(world, secret) is None


def test_a_token_has_the_rights_of_its_owner_and_an_end(world: World) -> None:
    with world.database.write() as work:
        token = people.make_token(work, world.actor("labour"), "  Máy chủ  báo cáo ", days=30)
    with world.database.read() as work:
        actor = people.identify(work, token)
    assert actor == world.actor("labour")
    assert [(row.kind, row.label) for row in rows(world, SignIn)] == [("token", "Máy chủ báo cáo")]
    world.clock.advance(timedelta(days=30))
    assert identify(world, token) is None


@pytest.mark.parametrize("days", [0, 367, -1])
def test_a_token_lives_at_most_a_year(world: World, days: int) -> None:
    with pytest.raises(Invalid), world.database.write() as work:
        people.make_token(work, world.actor("labour"), "x", days=days)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sign_in_name": "hai từ"}, "sign_in_name"),
        ({"sign_in_name": "  "}, "sign_in_name"),
        ({"email": "nowhere"}, "email"),
        ({"email": "a@b.invalid\r\nBcc: x@y.invalid"}, "email"),
        ({"password": "too-short"}, "password"),
    ],
)
def test_a_wrong_person_names_the_wrong_field(world: World, changes: dict[str, str], field: str) -> None:
    given = {"sign_in_name": "new", "name": "N", "email": "n@example.invalid", "password": PASSWORD} | changes
    with pytest.raises(Invalid) as failure, world.database.write() as work:
        people.add(work, **given)
    assert set(failure.value.fields) == {field}


def test_a_sign_in_name_is_taken_in_any_case(world: World) -> None:
    with pytest.raises(Conflict, match="clerk"), world.database.write() as work:
        people.add(work, sign_in_name="CLERK", name="N", email="n@example.invalid", password=None)


def test_a_seat_must_exist_and_is_given_once(world: World) -> None:
    with world.database.write() as work:
        person = person_rows.find_by_sign_in_name(work, "clerk")
        assert person is not None
        people.seat(work, person, LOCALITY, "van_gia", "proposer")
        for organisation, role in (("atlantis", "proposer"), ("van_gia", "chairman")):
            with pytest.raises(NotFound):
                people.seat(work, person, LOCALITY, organisation, role)
    assert len(world.actor("clerk").seats) == 1


@pytest.mark.parametrize(
    ("at", "seated"),
    [
        ("2024-11-30 23:59", False),
        ("2024-12-01 00:00", True),  # still the 30th in London
        ("2024-12-31 23:59", True),
        ("2025-01-01 00:00", False),  # still the 31st in London
    ],
)
def test_a_seat_holds_on_the_local_dates_that_it_names(world: World, at: str, seated: bool) -> None:  # noqa: FBT001
    with world.database.write() as work:
        person = person_rows.find_by_sign_in_name(work, "labour")
        assert person is not None
        (seat,) = person_rows.memberships(work, person.id)
        seat.valid_from, seat.valid_to = date(2024, 12, 1), date(2024, 12, 31)
        group_id, person_id = seat.group_id, person.id
    world.clock.set(local(at))
    assert bool(world.actor("labour").seats) is seated
    today = local(at).date()
    with world.database.read() as work:
        names = {one.sign_in_name for one in person_rows.members(work, [group_id], today)}
        assert ("labour" in names) is seated
        assert person_rows.is_seated(work, person_id, group_id, today) is seated


def test_a_person_speaks_a_language_of_the_screens(world: World) -> None:
    with world.database.write() as work:
        people.set_language(work, world.actor("clerk"), "en")
    assert world.actor("clerk").language == "en"
    with pytest.raises(Invalid), world.database.write() as work:
        people.set_language(work, world.actor("clerk"), "fr")


def test_a_configuration_introduces_people_and_gives_seats_to_those_it_knows(world: World) -> None:
    guest = ConfiguredPerson(
        "Khach", "Phạm Thị Khách", "khach@example.invalid", (Seating("labour_office", "labour_head"),)
    )
    known = ConfiguredPerson(
        "clerk", "Tên khác", "other@example.invalid", (Seating("van_gia", "unit_head"),), administrator=True
    )
    for people_given in ((guest,), (guest, known)):
        with world.database.write() as work:
            localities.load(work, replace(shipped_locality(), people=people_given))
    assert [seat.role for seat in world.actor("khach").seats] == ["labour_head"]
    clerk = world.actor("clerk")
    assert ([seat.role for seat in clerk.seats], clerk.name, clerk.administrator) == (
        ["proposer", "unit_head"],
        "Clerk",
        False,
    )
    assert sign_in(world, "khach", "") is None


def test_a_password_is_compared_at_the_same_cost_whether_or_not_there_is_such_a_person() -> None:
    hashes = (passwords._NOBODY, passwords.hash_password(PASSWORD))
    assert not any(PasswordHasher().check_needs_rehash(one) for one in hashes)
    assert not passwords.is_right(None, "")
