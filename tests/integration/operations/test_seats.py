"""Who gives seats, and from which day to which they hold."""

from datetime import date

import pytest

from service.domain.errors import NotAllowed
from service.operations.staff import seats
from service.store import localities
from tests.builders import LOCALITY, World
from tests.integration.operations.acting import person


def test_seats_are_given_by_heads_and_administrators_from_day_to_day(world: World) -> None:
    with world.database.read() as work:
        groups = {(one.organisation.key, one.role): one.id for one in localities.groups(work, LOCALITY)}
    mine, lead = groups["labour_office", "labour_reviewer"], groups["labour_office", "labour_head"]

    def give(by: str, group_id: int, first: date | None = None, last: date | None = None) -> None:
        with world.database.write() as work:
            seats.seat(
                work,
                world.actor(by),
                person_id=person(world, "neighbour"),
                group_id=group_id,
                first=first,
                last=last,
                reason="Biệt phái",
            )

    for by, group_id in (("labour", mine), ("labour_head", lead), ("interior_head", mine)):
        with pytest.raises(NotAllowed):
            give(by, group_id)
    give("labour_head", mine, date(2024, 11, 21), date(2024, 11, 21))
    assert world.actor("neighbour").seat_in(mine) is None
    world.on("2024-11-21 23:59")
    assert world.actor("neighbour").seat_in(mine) is not None
    world.on("2024-11-22 00:00")
    assert world.actor("neighbour").seat_in(mine) is None
    give("admin", lead)
    with world.database.read() as work:
        told = seats.changes(work, world.actor("admin"), LOCALITY)
        assert [(one.seated, one.reason) for one in told] == [(False, "Biệt phái"), (False, "Biệt phái")]
