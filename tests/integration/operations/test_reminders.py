"""Reminders of the shipped ladder: when, to whom, once."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from service.clock import FakeClock
from service.domain.reminders import Audience, Rung
from service.operations import incidents as incident_operations
from service.operations.staff import people
from service.operations.watch import ticks
from service.store import firing
from service.store import people as person_rows
from service.store.tables import Locality, OutgoingMail, Reminder
from service.store.work import Database, Work
from tests.builders import LOCALITY, ZONE, World, local
from tests.integration.operations.configurations import load, with_ladder
from tests.integration.operations.readings import broken, incidents, mails, pending, reminders, rows

LADDER_OF_THE_UNITS = {
    "7_before/30-11": "2024-11-23 08:00",
    "3_before/30-11": "2024-11-27 08:00",
    "1_before/30-11": "2024-11-29 08:00",
    "last_day/30-11": "2024-11-30 08:00",
    "1_overdue/30-11": "2024-12-01 08:00",
    "3_overdue/30-11": "2024-12-03 08:00",
}


def tick_at(world: World, text: str) -> int:
    """Ticks at a local time; returns how many reminders fired."""
    world.on(text)
    return ticks.tick(world.database).reminders


def test_a_task_opens_with_the_reminders_of_its_ladder(world: World) -> None:
    task = world.task(world.open_dossier(with_papers=False))
    assert (task.due_at, task.sort_at) == (local("2024-12-01 00:00"), local("2024-12-01 00:00"))
    assert {key: row.fire_at for key, row in pending(world, task).items()} == {
        key: local(at) for key, at in LADDER_OF_THE_UNITS.items()
    }


def test_a_reminder_that_would_have_been_sent_before_the_task_opened_is_not_made(world: World) -> None:
    world.on("2024-11-29 08:00")
    task = world.task(world.open_dossier(with_papers=False))
    assert sorted(pending(world, task)) == ["1_overdue/30-11", "3_overdue/30-11", "last_day/30-11"]


def test_a_task_that_opens_late_has_its_overdue_reminders_sent_at_once(world: World) -> None:
    world.on("2024-12-03 09:00")
    task = world.task(world.open_dossier(with_papers=False))
    assert {key: row.fire_at for key, row in pending(world, task).items()} == {
        "1_overdue/30-11": local("2024-12-03 09:00"),
        "3_overdue/30-11": local("2024-12-03 09:00"),
    }
    assert ticks.tick(world.database).reminders == 2
    assert sorted(mails(world, "reminder")) == [("clerk_head", "1_overdue"), ("office", "3_overdue")]


def test_no_reminder_and_no_due_date_while_a_deadline_is_unset(world: World) -> None:
    task = world.task(world.open_dossier(round_key="final-2025", with_papers=False))
    assert (task.due_at, task.sort_at.year, reminders(world, task)) == (None, 9999, {})


def test_each_reminder_is_sent_once_to_its_audience(world: World) -> None:
    world.open_dossier(with_papers=False)
    assert tick_at(world, "2024-11-23 07:59") == 0
    assert tick_at(world, "2024-11-23 08:00") == 1
    assert tick_at(world, "2024-11-23 08:00") == 0
    assert mails(world) == [("clerk", "7_before")]
    assert tick_at(world, "2024-11-27 08:00") == 1
    assert tick_at(world, "2024-11-29 08:00") == 1
    assert tick_at(world, "2024-12-02 12:00") == 2
    assert tick_at(world, "2024-12-31 12:00") == 1
    assert sorted(mails(world, "reminder")) == [
        ("clerk", "1_before"),
        ("clerk", "3_before"),
        ("clerk", "7_before"),
        ("clerk", "last_day"),
        ("clerk_head", "1_overdue"),
        ("office", "3_overdue"),
    ]
    keys = [mail.key for mail in rows(world, OutgoingMail)]
    assert len(keys) == len(set(keys))
    assert broken(world) == []


def test_the_office_is_reminded_until_somebody_takes_the_task_and_then_the_holder_alone(world: World) -> None:
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-11-27 08:00")
    assert sorted(mails(world, "reminder")) == [("labour", "7_before"), ("labour2", "7_before")]
    world.claim("labour2", world.task(dossier_id).id)
    tick_at(world, "2024-12-01 08:00")
    assert [who for who, rule in mails(world, "reminder") if rule == "3_before"] == ["labour2"]


@pytest.mark.parametrize("left", ["unseated", "inactive"])
def test_what_somebody_leaves_lying_is_the_whole_offices_again(world: World, left: str) -> None:
    world.claim("labour2", world.task(world.carry_to("select")).id)
    if left == "unseated":
        world.unseat("labour2")
    else:
        with world.database.write() as work:
            person = person_rows.find_by_sign_in_name(work, "labour2")
            assert person is not None
            person.active = False
    tick_at(world, "2024-11-27 08:00")
    assert mails(world, "reminder") == [("labour", "7_before")]
    assert incidents(world) == []


def test_a_reminder_for_the_holder_reaches_nobody_while_nobody_holds_the_task(world: World) -> None:
    load(
        world,
        with_ladder(Rung("5_before", -5, Audience.ASSIGNEE), Rung("4_before", -4, Audience.ASSIGNEE)),
    )
    task = world.task(world.carry_to("select"))
    assert tick_at(world, "2024-11-29 08:00") == 1
    assert (mails(world, "reminder"), incidents(world)) == ([], [])
    assert reminders(world, task)["5_before/04-12"].cancelled_at == local("2024-11-29 08:00")
    world.claim("labour", task.id)
    tick_at(world, "2024-11-30 08:00")
    assert mails(world, "reminder") == [("labour", "4_before")]


def test_after_a_long_pause_only_the_latest_of_the_missed_reminders_is_sent(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    task = world.task(dossier_id)
    assert tick_at(world, "2024-11-29 12:00") == 1
    assert mails(world, "reminder") == [("clerk", "1_before")]
    passed = {key for key, row in reminders(world, task).items() if row.cancelled_at is not None}
    assert passed == {"7_before/30-11", "3_before/30-11"}
    assert tick_at(world, "2024-11-29 12:01") == 0
    assert tick_at(world, "2024-11-30 08:00") == 1
    assert mails(world, "reminder")[1:] == [("clerk", "last_day")]
    assert broken(world) == []


def test_a_pause_over_the_deadline_sends_the_latest_and_whatever_reports_the_delay(world: World) -> None:
    world.open_dossier(with_papers=False)
    assert tick_at(world, "2024-12-03 12:00") == 3
    assert sorted(mails(world, "reminder")) == [
        ("clerk", "last_day"),
        ("clerk_head", "1_overdue"),
        ("office", "3_overdue"),
    ]


def test_missed_reminders_to_different_people_are_each_sent(world: World) -> None:
    load(
        world,
        with_ladder(
            Rung("9_before", -9, Audience.CANDIDATES),
            Rung("5_before", -5, Audience.UNIT_HEAD),
            Rung("3_before", -3, Audience.CANDIDATES),
        ),
    )
    world.open_dossier(with_papers=False)
    tick_at(world, "2024-11-27 12:00")
    assert sorted(mails(world, "reminder")) == [("clerk", "3_before"), ("clerk_head", "5_before")]


@given(
    rungs=st.lists(
        st.builds(
            Rung,
            key=st.sampled_from(["a", "b", "c", "d", "e"]),
            days=st.integers(-9, 3),
            audience=st.sampled_from([Audience.CANDIDATES, Audience.UNIT_HEAD]),
            at=st.sampled_from([time(8), time(17)]),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda rung: rung.key,
    ),
    hours=st.lists(st.integers(1, 14 * 24), min_size=1, max_size=4, unique=True).map(sorted),
)
@settings(max_examples=15)
def test_whatever_the_pauses_the_latest_missed_reminder_and_every_late_one_is_sent_once(
    deployed_sqlite: Path, rungs: list[Rung], hours: list[int]
) -> None:
    """Against a plain model that walks through the ladder at each tick."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trinh.sqlite3"
        path.write_bytes(deployed_sqlite.read_bytes())
        clock = FakeClock(local("2024-11-20 09:00"))
        world = World(Database(f"sqlite:///{path}", clock), clock, Path(folder))
        load(world, with_ladder(*rungs))
        task = world.task(world.open_dossier(with_papers=False))
        waiting = {rung.key: rung for rung in rungs if due_at(rung) > clock.now()}
        expected: list[str] = []
        for hour in hours:
            clock.set(local("2024-11-20 09:00") + timedelta(hours=hour))
            ticks.tick(world.database)
            due = [waiting.pop(key) for key in list(waiting) if due_at(waiting[key]) <= clock.now()]
            for rung in due:
                later = [one for one in due if one.audience == rung.audience and due_at(one) > due_at(rung)]
                if rung.days > 0 or not later:
                    expected.append(rung.key)
        sent = [
            key.partition("/")[0] for key, row in reminders(world, task).items() if row.fired_at is not None
        ]
        assert sorted(sent) == sorted(expected)
        assert broken(world) == []
        world.database.dispose()


def due_at(rung: Rung) -> datetime:
    """When a rung of the units' deadline falls due: its last day is 30/11/2024."""
    return datetime.combine(date(2024, 11, 30) + timedelta(days=rung.days), rung.at, tzinfo=ZONE)


def test_reminders_end_with_their_task(world: World) -> None:
    dossier_id = world.open_dossier()
    task = world.task(dossier_id)
    tick_at(world, "2024-11-23 08:00")
    world.submit(dossier_id)
    assert pending(world, task) == {}
    cancelled = {key for key, row in reminders(world, task).items() if row.cancelled_at is not None}
    assert cancelled == LADDER_OF_THE_UNITS.keys() - {"7_before/30-11"}
    assert tick_at(world, "2024-12-01 08:00") == 1
    assert {rule for _, rule in mails(world, "reminder")} == {"7_before", "3_before"}


def test_an_office_without_a_head_hears_of_the_delay_itself(world: World) -> None:
    world.unseat("labour_head")
    task = world.task(world.carry_to("select"))
    assert pending(world, task)["1_overdue/04-12"].group_id == task.group_id


def test_a_reminder_that_nobody_is_left_to_read_becomes_an_incident(world: World) -> None:
    world.open_dossier(with_papers=False)
    world.unseat("clerk")
    assert tick_at(world, "2024-11-23 08:00") == 1
    assert mails(world) == []
    assert incidents(world) == ["unheard_reminder"]


def test_inactive_people_are_not_written_to(world: World) -> None:
    world.carry_to("select")
    with world.database.write() as work:
        person = person_rows.find_by_sign_in_name(work, "labour")
        assert person is not None
        person.active = False
    tick_at(world, "2024-11-27 08:00")
    assert mails(world, "reminder") == [("labour2", "7_before")]


@pytest.mark.parametrize(
    ("zone", "heard"),
    [
        # At 23:30 UTC on the 26th it is the 27th in Vietnam: the seat has ended there, not in London.
        ("Asia/Ho_Chi_Minh", []),
        ("Europe/London", ["labour"]),
    ],
)
@pytest.mark.parametrize("others", [(), ("Pacific/Kiritimati",)], ids=["alone", "with-others"])
def test_who_sits_in_an_office_is_asked_on_the_local_date(
    world: World, zone: str, heard: list[str], others: tuple[str, ...]
) -> None:
    world.carry_to("select")
    world.unseat("labour2")
    world.unseat("labour", local("2024-11-26 12:00").date())
    instant = local("2024-11-27 06:30")
    with world.database.write() as work:
        work.session.execute(update(Locality).values(zone=zone))
        work.session.execute(update(Reminder).where(Reminder.rule_key == "7_before").values(fire_at=instant))
        for name in others:
            work.session.add(far_away(name, work.now))
    tick_at(world, "2024-11-27 06:30")
    assert [who for who, _ in mails(world, "reminder") if who != "clerk"] == heard


def far_away(zone: str, loaded_at: datetime) -> Locality:
    """A locality without organisations in another zone."""
    return Locality(
        id="far-away",
        name_vi="Xa",
        name_en="Far",
        level="district",
        zone=zone,
        country="VN",
        code_prefix="XA",
        content_hash="",
        loaded_at=loaded_at,
    )


def test_a_sweep_in_small_portions_sends_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        world.open_dossier(with_papers=False)
    monkeypatch.setattr(ticks, "CHUNK", 2)
    assert tick_at(world, "2024-11-29 08:00") == 3
    assert mails(world, "reminder") == [("clerk", "1_before")] * 3
    assert tick_at(world, "2024-12-03 08:00") == 9


def test_a_person_added_after_the_task_opened_is_reminded_too(world: World) -> None:
    world.carry_to("select")
    with world.database.write() as work:
        people.add(
            work,
            sign_in_name="newcomer",
            name="Người Mới",
            email="newcomer@example.invalid",
            password=None,
            seats=[(LOCALITY, "labour_office", "labour_reviewer")],
        )
    world.clock.advance(timedelta(days=7))
    ticks.tick(world.database)
    assert ("newcomer", "7_before") in mails(world, "reminder")


def test_a_reminder_that_cannot_be_sent_is_parked_and_keeps_nobody_else_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_ids = [world.open_dossier(with_papers=False) for _ in range(3)]
    spoilt = world.task(dossier_ids[1]).id
    fire = firing.fire_due

    def refuse_one(work: Work, limit: int) -> int:
        """As the database does when what it is to write is there already."""
        rows_due = work.session.scalars(
            select(Reminder.task_id)
            .where(Reminder.fire_at <= work.now, Reminder.fired_at.is_(None), Reminder.cancelled_at.is_(None))
            .order_by(Reminder.fire_at, Reminder.id)
            .limit(limit)
        )
        if spoilt in list(rows_due):
            raise ValueError("Refused.")
        return fire(work, limit)

    monkeypatch.setattr(firing, "fire_due", refuse_one)
    world.on("2024-11-24 08:00")
    assert ticks.tick(world.database).reminders == 2
    assert incidents(world) == ["reminder"]
    assert ticks.tick(world.database).idle
    monkeypatch.undo()
    with world.database.write() as work:
        (parked,) = incident_operations.list_open(work, world.actor("admin"))
        assert parked.dossier_id == dossier_ids[1]
        incident_operations.retry(work, world.actor("admin"), parked.id)
    assert ticks.tick(world.database).reminders == 1
    assert broken(world) == []
