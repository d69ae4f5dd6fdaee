"""The daily digest: at the hour asked for, once a day, of what waits, and only if anything does."""

from datetime import datetime

import pytest
from sqlalchemy import update

from service.domain.errors import Invalid
from service.operations.mail import digests, subscriptions
from service.operations.mail.letters import compose
from service.store import mails as outbox
from service.store.tables import Locality, OutgoingMail, Person
from tests.builders import World, local
from tests.integration.operations.readings import mails, rows


def wish(world: World, who: str, hour: int | None) -> None:
    """Somebody asks for a digest at an hour."""
    with world.database.write() as work:
        subscriptions.choose(work, world.actor(who), digest_hour=hour, declined=())


def digest_of(world: World, who: str) -> dict[str, object]:
    """What a person's digest would tell now."""
    with world.database.read() as work:
        person = work.session.get(Person, world.actor(who).person_id)
        assert person is not None
        return digests.params(work, person, "https://trinh.example.vn")


def test_it_comes_at_its_hour_once_a_day_and_only_to_who_asked(world: World) -> None:
    world.open_dossier()
    wish(world, "clerk", 14)
    for at, expected in (
        ("2024-11-20 13:59", 0),
        ("2024-11-20 14:00", 1),
        ("2024-11-20 14:01", 1),
        ("2024-11-20 23:59", 1),
        ("2024-11-21 00:00", 1),
        ("2024-11-21 14:30", 2),
    ):
        world.on(at)
        digests.queue_due(world.database)
        assert len(mails(world, "digest")) == expected, at
    assert {who for who, _ in mails(world, "digest")} == {"clerk"}
    keys = [row.key for row in rows(world, OutgoingMail)]
    person = world.actor("clerk").person_id
    assert keys == [f"digest:{person}:2024-11-20", f"digest:{person}:2024-11-21"]


def test_an_hour_that_no_worker_saw_is_made_up_for_once_on_the_next_day(world: World) -> None:
    world.open_dossier()
    wish(world, "clerk", 23)
    for at, expected in (
        ("2024-11-21 00:10", 1),  # All workers stood still at 23:00.
        ("2024-11-21 00:11", 1),
        ("2024-11-21 23:00", 2),
        ("2024-11-25 08:00", 3),  # Only the last of the days that were missed.
        ("2024-11-25 23:00", 4),
    ):
        world.on(at)
        digests.queue_due(world.database)
        assert len(mails(world, "digest")) == expected, at
    days = [row.key.rpartition(":")[2] for row in rows(world, OutgoingMail)]
    assert days == ["2024-11-20", "2024-11-21", "2024-11-24", "2024-11-25"]


def test_a_new_hour_makes_up_for_no_day_before_it_was_chosen(world: World) -> None:
    world.open_dossier()
    wish(world, "clerk", 8)
    wish(world, "clerk", None)
    world.on("2024-11-25 10:00")
    wish(world, "clerk", 17)
    assert digests.queue_due(world.database) == 0
    world.on("2024-11-25 17:00")
    assert digests.queue_due(world.database) == 1


def test_whoever_has_nothing_waiting_gets_none_that_day(world: World) -> None:
    wish(world, "clerk", 14)
    world.on("2024-11-20 14:00")
    assert digests.queue_due(world.database) == 0
    world.open_dossier()
    world.on("2024-11-20 15:00")
    assert digests.queue_due(world.database) == 0
    world.on("2024-11-21 14:00")
    assert digests.queue_due(world.database) == 1


def test_unclaimed_tasks_of_ones_group_count_and_those_of_others_do_not(world: World) -> None:
    for who in ("labour", "interior"):
        wish(world, who, 14)
    world.carry_to("select")
    world.on("2024-11-20 14:00")
    digests.queue_due(world.database)
    assert mails(world, "digest") == [("labour", None)]


def test_an_hour_that_has_passed_begins_tomorrow(world: World) -> None:
    world.open_dossier()
    wish(world, "clerk", 9)  # It is nine now.
    assert digests.queue_due(world.database) == 0
    world.on("2024-11-21 09:00")
    assert digests.queue_due(world.database) == 1
    wish(world, "clerk", 17)
    world.on("2024-11-21 17:00")
    assert digests.queue_due(world.database) == 0


def test_whoever_left_or_sits_nowhere_gets_none(world: World) -> None:
    world.open_dossier()
    wish(world, "clerk", 14)
    world.on("2024-11-21 14:00")
    world.unseat("clerk")
    assert digests.queue_due(world.database) == 0


def test_the_hour_is_that_of_the_locality(world: World) -> None:
    world.open_dossier()
    wish(world, "clerk", 14)
    with world.database.write() as work:
        work.session.execute(update(Locality).values(zone="Asia/Tokyo"))
    world.on("2024-11-20 11:59")
    assert digests.queue_due(world.database) == 0
    world.on("2024-11-20 12:00")
    assert digests.queue_due(world.database) == 1


def test_a_key_that_is_there_is_no_obstacle(world: World) -> None:
    world.open_dossier()
    wish(world, "clerk", 14)
    world.on("2024-11-20 14:00")
    digests.queue_due(world.database)
    with world.database.write() as work:
        work.session.execute(update(Person).values(digest_on=None))
    assert digests.queue_due(world.database) == 0
    assert len(mails(world, "digest")) == 1


def test_each_task_is_told_once_where_it_matters_most(world: World) -> None:
    late = world.carry_to("select")
    world.on("2024-12-05 08:00")  # the Labour office's last day was the fourth
    world.claim("labour", world.task(late, "select").id)
    told = digest_of(world, "labour")
    assert (told["overdue"], told["soon"], told["mine"], told["group"]) == (1, 0, 0, 0)
    world.on("2024-11-29 08:00")
    told = digest_of(world, "labour")
    assert (told["overdue"], told["soon"], told["mine"], told["group"]) == (0, 1, 0, 0)
    ((line,),) = (section["lines"] for section in told["sections"])  # type: ignore[attr-defined]
    assert (line["days_left"], line["held"]) == (5, True)
    assert line["link"] == f"https://trinh.example.vn/tasks/{world.task(late, 'select').id}"
    world.on("2024-11-20 08:00")
    assert digest_of(world, "labour")["mine"] == 1
    assert digest_of(world, "labour2")["sections"] == []


def test_coming_up_ends_with_the_seventh_day(world: World) -> None:
    world.carry_to("select")
    world.on("2024-11-27 00:00")  # seven days before the fourth of December
    assert digest_of(world, "labour")["soon"] == 1
    world.on("2024-11-26 23:59")
    assert digest_of(world, "labour")["soon"] == 0
    assert digest_of(world, "labour")["group"] == 1


def test_a_long_list_is_cut_and_counted(world: World) -> None:
    for _ in range(12):
        world.open_dossier(with_papers=False)
    told = digest_of(world, "clerk")
    (section,) = told["sections"]  # type: ignore[misc]
    assert (section["total"], len(section["lines"])) == (12, digests.MOST_LINES)


@pytest.mark.parametrize("hour", [-1, 24, 100])
def test_there_are_twenty_four_hours(world: World, hour: int) -> None:
    with pytest.raises(Invalid):
        wish(world, "clerk", hour)


def test_readers_of_english_read_the_names_of_steps_in_english(world: World) -> None:
    world.open_dossier()
    with world.database.write() as work:
        work.session.execute(update(Person).values(language="en"))
    wish(world, "clerk", 14)
    world.on("2024-11-20 14:00")
    digests.queue_due(world.database)
    with world.database.read() as work:
        (row,) = outbox.some(work, [one.id for one in rows(world, OutgoingMail)])
        letter = compose(work, row, "https://trinh.example.vn")
    ((line,),) = (section["lines"] for section in letter.params["sections"])  # type: ignore[attr-defined]
    assert line["step"].isascii()


def test_the_next_hour_is_known_to_whoever_moves_the_clock(world: World) -> None:
    def coming() -> datetime | None:
        with world.database.read() as work:
            return digests.next_due(work)

    assert coming() is None
    for who, hour in (("clerk", 14), ("labour", 8)):
        wish(world, who, hour)
    assert coming() == local("2024-11-20 14:00")
    world.on("2024-11-20 14:00")
    assert coming() == local("2024-11-21 08:00")
