"""Calendar feeds: what stands in them, what moves with the dates, and who may read."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar, Event

from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import Conflict, Invalid, NotFound
from service.domain.queues import Wanted
from service.domain.tasks import Folder
from service.operations.report import feeds
from service.operations.report.feeds import MOST_FEEDS, Opened
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Extending, Terms
from service.operations.schedule.opened_deadlines import Place
from service.operations.staff import people, substitutions
from service.operations.staff.substitutions import Away
from service.operations.work import folders
from service.store import localities as locality_rows
from service.store import people as person_rows
from service.store.tables import CalendarFeed, Person
from tests.builders import LOCALITY, World

BASE = "https://trinh.example.vn"


def opened(world: World, who: str, round_key: str | None = None) -> Opened:
    actor = world.actor(who)
    with world.database.write() as work:
        round_id = locality_rows.round_of(work, LOCALITY, round_key).id if round_key else None
        return feeds.open_feed(work, actor, "điện thoại", round_id)


def read(world: World, secret: str) -> Calendar:
    with world.database.read() as work:
        return Calendar.from_ical(feeds.publish(work, secret, BASE).content)


def events(world: World, secret: str) -> dict[str, Event]:
    return {str(event["UID"]): event for event in read(world, secret).walk("VEVENT")}


def only(world: World, secret: str) -> Event:
    (event,) = events(world, secret).values()
    return event


def move(world: World, key: str, last_day: date) -> None:
    """Sets the last permitted day of a deadline of the round of 2024, as an administrator does."""
    admin = world.actor("admin")
    with world.database.write() as work:
        deadlines.change(
            work,
            admin,
            Place(LOCALITY, "annual-2024", key),
            Terms(last_day, Bound.BY, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default"),
            reason="Theo hướng dẫn.",
        )


def test_a_task_one_holds_stands_on_its_last_day(world: World) -> None:
    secret = opened(world, "clerk").secret
    dossier_id = world.open_dossier()
    task = world.task(dossier_id)
    event = only(world, secret)
    assert event["UID"] == f"task-{task.id}@trinh.example.vn"
    assert event.decoded("DTSTART") == date(2024, 11, 30)
    assert event.decoded("DTEND") == date(2024, 12, 1)
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    assert event["URL"] == f"{BASE}/tasks/{task.id}"
    assert "00:00 01/12/2024" in event["DESCRIPTION"]
    assert "Nguyễn Văn" not in read(world, secret).to_ical().decode()


def test_what_waits_in_the_office_is_told_to_all_who_may_take_it_until_one_does(world: World) -> None:
    first, second = opened(world, "labour").secret, opened(world, "labour2").secret
    dossier_id = world.open_dossier()
    world.submit(dossier_id)
    assert list(events(world, first)) == list(events(world, second))
    assert only(world, first).decoded("DTSTART") == date(2024, 12, 4)
    world.claim("labour", world.task(dossier_id).id)
    assert len(events(world, first)) == 1
    assert events(world, second) == {}


def test_a_substitute_reads_the_tasks_of_who_is_away_for_as_long_as_the_inbox_shows_them(
    world: World,
) -> None:
    secret, absent = opened(world, "labour2").secret, world.actor("labour")
    task = world.task(world.carry_to("select"))
    world.claim("labour", task.id)
    stands_in = world.actor("labour2").person_id
    entry = Away(absent.person_id, stands_in, date(2024, 11, 21), date(2024, 11, 22), "Nghỉ phép")
    with world.database.write() as work:
        substitutions.enter(work, absent, LOCALITY, entry)
    told: dict[str, bool] = {}
    for day in ("2024-11-20", "2024-11-21", "2024-11-22", "2024-11-23"):
        world.on(f"{day} 08:00")
        with world.database.read() as work:
            mine = folders.look(work, world.actor("labour2"), Wanted(Folder.MINE)).tasks
        told[day] = bool(events(world, secret))
        assert told[day] == (task.id in {one.id for one in mine}), "as the inbox"
        if told[day]:
            assert "thay Labour" in only(world, secret)["DESCRIPTION"]
    assert list(told.values()) == [False, True, True, False]


def test_a_closed_task_is_told_as_cancelled_for_a_while(world: World) -> None:
    secret = opened(world, "clerk").secret
    dossier_id = world.open_dossier()
    uid = only(world, secret)["UID"]
    world.on("2024-11-21 09:00")
    world.submit(dossier_id)
    event = only(world, secret)
    assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == (uid, "CANCELLED", 1)
    assert event.decoded("LAST-MODIFIED") == world.clock.now()
    world.on("2024-12-25 09:00")
    assert events(world, secret) == {}


def test_moving_a_date_moves_the_event_under_the_same_uid_with_a_higher_sequence(world: World) -> None:
    secret, of_round = opened(world, "clerk").secret, opened(world, "clerk", "annual-2024").secret
    world.open_dossier()
    before, round_before = only(world, secret), events(world, of_round)
    world.on("2024-11-22 10:00")
    move(world, "unit_submission", date(2024, 12, 3))
    after = only(world, secret)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTART") == date(2024, 12, 3)
    assert after.decoded("LAST-MODIFIED") == world.clock.now()
    round_after = events(world, of_round)
    assert round_after.keys() == round_before.keys()
    moved = {uid for uid in round_after if round_after[uid]["SEQUENCE"] > round_before[uid]["SEQUENCE"]}
    assert [round_after[uid].decoded("DTSTART") for uid in moved] == [date(2024, 12, 3)]


def test_an_extension_shows_in_the_feeds_of_its_unit_alone(world: World) -> None:
    secrets = {who: opened(world, who).secret for who in ("clerk", "neighbour")}
    rounds = {who: opened(world, who, "annual-2024").secret for who in ("clerk", "neighbour", "labour")}
    for who in secrets:
        world.open_dossier(who)
    admin = world.actor("admin")
    with world.database.write() as work:
        deadlines.extend(
            work,
            admin,
            Place(LOCALITY, "annual-2024", "unit_submission"),
            Extending("van_gia", date(2024, 12, 4)),
            reason="Bão số 9.",
        )
    assert only(world, secrets["clerk"]).decoded("DTSTART") == date(2024, 12, 4)
    assert only(world, secrets["neighbour"]).decoded("DTSTART") == date(2024, 11, 30)
    days = {who: min(one.decoded("DTSTART") for one in events(world, rounds[who]).values()) for who in rounds}
    assert days == {"clerk": date(2024, 12, 4), "neighbour": date(2024, 11, 30), "labour": date(2024, 11, 30)}


def test_the_feed_of_a_round_tells_its_deadlines_in_the_readers_language(world: World) -> None:
    with world.database.write() as work:
        people.set_language(work, world.actor("interior"), "en")
    calendar = read(world, opened(world, "interior", "annual-2024").secret)
    assert calendar["X-WR-CALNAME"] == "Trình: Annual awards 2024"
    days = [event.decoded("DTSTART") for event in calendar.walk("VEVENT")]
    assert days == [date(2024, 11, 30), date(2024, 12, 4), date(2024, 12, 9)]
    assert "This day still counts. Late from 00:00 01/12/2024." in calendar.walk("VEVENT")[0]["DESCRIPTION"]
    vietnamese = read(world, opened(world, "labour", "annual-2024").secret)
    assert vietnamese["X-WR-CALNAME"] == "Trình: Khen thưởng hằng năm 2024"


def test_a_round_without_dates_has_an_empty_calendar_until_guidance_sets_them(world: World) -> None:
    secret = opened(world, "clerk", "final-2025").secret
    assert events(world, secret) == {}


def test_a_revoked_or_renewed_address_is_unknown(world: World) -> None:
    actor, old = world.actor("clerk"), opened(world, "clerk")
    with world.database.write() as work:
        fresh = feeds.renew(work, actor, old.feed.id)
    with pytest.raises(NotFound):
        read(world, old.secret)
    read(world, fresh.secret)
    with world.database.write() as work:
        assert [feed.id for feed in feeds.mine(work, actor)] == [fresh.feed.id]
        feeds.revoke(work, actor, fresh.feed.id)
    for secret in (fresh.secret, "", "x" * 43):
        with pytest.raises(NotFound):
            read(world, secret)


def test_only_the_hash_of_an_address_is_kept(world: World) -> None:
    secret = opened(world, "clerk").secret
    with world.database.read() as work:
        (row,) = work.session.execute(CalendarFeed.__table__.select())
        assert secret not in str(row)


def test_nobody_touches_the_feeds_of_others(world: World) -> None:
    feed = opened(world, "clerk").feed
    with world.database.write() as work:
        assert feeds.mine(work, world.actor("neighbour")) == []
        for verb in (feeds.renew, feeds.revoke):
            with pytest.raises(NotFound):
                verb(work, world.actor("neighbour"), feed.id)


def test_whoever_leaves_reads_no_more(world: World) -> None:
    mine, of_round = opened(world, "clerk").secret, opened(world, "clerk", "annual-2024").secret
    world.open_dossier()
    world.unseat("clerk")
    with pytest.raises(NotFound):
        read(world, of_round)
    with world.database.write() as work:
        person = person_rows.find_by_sign_in_name(work, "clerk")
        assert person is not None
        work.session.get_one(Person, person.id).active = False
    with pytest.raises(NotFound):
        read(world, mine)


def test_feeds_are_bounded_in_number_and_name(world: World) -> None:
    actor = world.actor("clerk")
    with world.database.write() as work:
        with pytest.raises(Invalid):
            feeds.open_feed(work, actor, "x" * 101)
        with pytest.raises(NotFound):
            feeds.open_feed(work, actor, "", 999999)
        for _ in range(MOST_FEEDS):
            feeds.open_feed(work, actor, "")
        with pytest.raises(Conflict):
            feeds.open_feed(work, actor, "")


def test_a_reading_is_noted_but_not_at_every_request(world: World) -> None:
    secret = opened(world, "clerk").secret

    def unnoted() -> bool:
        with world.database.read() as work:
            found = feeds.publish(work, secret, BASE)
        if found.unnoted:
            with world.database.write() as work:
                feeds.note_reading(work, found.feed_id)
        return found.unnoted

    assert [unnoted(), unnoted()] == [True, False]
    world.clock.set(world.clock.now() + timedelta(minutes=6))
    assert unnoted()


def test_the_same_state_gives_the_same_bytes(world: World) -> None:
    secret = opened(world, "labour", "annual-2024").secret
    with world.database.read() as work:
        first = feeds.publish(work, secret, BASE).content
    world.clock.set(world.clock.now() + timedelta(hours=5))
    with world.database.read() as work:
        assert feeds.publish(work, secret, BASE).content == first
