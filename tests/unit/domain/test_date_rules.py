"""The date rules against plain models: bound, roll, working-day offsets, swap days, leap days, Tết, zones."""

import os
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from service.domain.calendars import DayKind, Override, WorkingCalendar
from service.domain.citations import Citation
from service.domain.deadlines import (
    Bound,
    Deadline,
    DeadlineRule,
    OnDate,
    Roll,
    Yearly,
    days_left,
    is_late,
    resolve,
    working_days_left,
)
from service.domain.labels import Label
from service.domain.organisations import Function
from service.domain.reminders import Audience, DayCount, Ladder, Rung, keyed, materialise
from service.localities.calendars import working_calendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)
CLAUSE = Citation("plan", "IV.3", "trước ngày 05 tháng 12")
SERVER_ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/New_York", "Pacific/Kiritimati", "Europe/London")

days = st.dates(date(2005, 1, 1), date(2060, 12, 31))
bounds = st.sampled_from(Bound)
rolls = st.sampled_from(Roll)
swaps = st.lists(
    st.tuples(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.sampled_from(DayKind)),
    max_size=12,
    unique_by=lambda swap: swap[0],
)
rungs = st.builds(
    Rung,
    key=st.just("r"),
    days=st.integers(-40, 40),
    audience=st.just(Audience.CANDIDATES),
    count=st.sampled_from(DayCount),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)


@lru_cache(maxsize=1)
def vietnam() -> WorkingCalendar:
    """The calendar of the country as the service has it."""
    return working_calendar("VN")


def swapped(made: list[tuple[date, DayKind]]) -> WorkingCalendar:
    """The same with swap days on top."""
    name = Label("Hoán đổi", "Swapped")
    return vietnam().with_overrides(Override(day, kind, name, CLAUSE) for day, kind in made)


def resolved(
    day: date, bound: Bound, roll: Roll, calendar: WorkingCalendar, zone: ZoneInfo = VIETNAM
) -> Deadline:
    rule = DeadlineRule(
        "labour_review",
        Label("Xét chọn", "Review"),
        Function.LABOUR,
        OnDate(day),
        CLAUSE,
        bound=bound,
        roll=roll,
    )
    return resolve(rule, round_key="annual-2024", year=day.year, zone=zone, calendar=calendar)


def rests(calendar: WorkingCalendar, day: date) -> bool:
    """Whether offices rest, told from the parts of the calendar and not by its own answer."""
    return day not in calendar.days_worked and (day in calendar.days_off or day.weekday() >= 5)


def plainly_last(day: date, bound: Bound, roll: Roll, calendar: WorkingCalendar) -> date:
    """The last permitted day, found by walking from day to day."""
    last = date.fromordinal(day.toordinal() - (bound is Bound.BEFORE))
    step = {Roll.NONE: 0, Roll.NEXT: 1, Roll.PREVIOUS: -1}[roll]
    while step and rests(calendar, last):
        last = date.fromordinal(last.toordinal() + step)
    return last


def plainly_shifted(day: date, working_days: int, calendar: WorkingCalendar) -> date:
    """The working day so many working days away, found in a list of all of them."""
    if working_days == 0:
        return day
    side = 1 if working_days > 0 else -1
    found = [other for offset in range(1, 150) if not rests(calendar, other := day + DAY * offset * side)]
    return found[abs(working_days) - 1]


@contextmanager
def server_in(zone: str) -> Iterator[None]:
    """The machine itself set to another zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    clock.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        clock.tzset()


@given(days, bounds, rolls, swaps)
def test_the_last_day_is_the_one_found_by_walking(
    day: date, bound: Bound, roll: Roll, made: list[tuple[date, DayKind]]
) -> None:
    calendar = swapped(made)
    deadline = resolved(day, bound, roll, calendar)
    last = plainly_last(day, bound, roll, calendar)
    assert deadline.last_day == last
    assert deadline.due_at == datetime.combine(last, time.min, tzinfo=VIETNAM) + DAY


@given(st.dates(date(2023, 10, 1), date(2027, 3, 31)), bounds, rolls, swaps)
def test_the_last_day_is_right_where_days_are_swapped(
    day: date, bound: Bound, roll: Roll, made: list[tuple[date, DayKind]]
) -> None:
    calendar = swapped(made)
    assert resolved(day, bound, roll, calendar).last_day == plainly_last(day, bound, roll, calendar)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), bounds, rolls, st.sampled_from(DayKind), st.data())
def test_a_swap_day_moves_only_deadlines_whose_way_it_lies_on(
    day: date, bound: Bound, roll: Roll, kind: DayKind, data: st.DataObject
) -> None:
    plain = resolved(day, bound, Roll.NONE, vietnam()).last_day
    before = resolved(day, bound, roll, vietnam()).last_day
    assert plain is not None
    assert before is not None
    swap = data.draw(st.dates(before - DAY * 12, before + DAY * 12))
    after = resolved(day, bound, roll, swapped([(swap, kind)])).last_day
    assert after is not None
    if after != before:
        assert roll is not Roll.NONE
        assert min(plain, before, after) <= swap <= max(plain, before, after)


@given(st.integers(2005, 2060), swaps)
def test_a_day_off_made_up_for_leaves_the_year_as_long(year: int, made: list[tuple[date, DayKind]]) -> None:
    calendar = swapped(made)
    all_days = [date(year, 1, 1) + DAY * offset for offset in range(366)]
    worked = next(day for day in all_days if calendar.is_working(day))
    rested = next(day for day in all_days if not calendar.is_working(day))
    both = calendar.with_overrides(
        [
            Override(worked, DayKind.OFF, Label("Nghỉ", "Off"), CLAUSE),
            Override(rested, DayKind.WORKING, Label("Bù", "Made up"), CLAUSE),
        ]
    )
    ends = date(year - 1, 12, 31), date(year, 12, 31)
    assert both.working_days_between(*ends) == calendar.working_days_between(*ends)


@given(st.dates(date(2023, 6, 1), date(2027, 6, 1)), st.integers(-60, 60), swaps)
def test_working_day_offsets_are_those_of_a_plain_list(
    day: date, count: int, made: list[tuple[date, DayKind]]
) -> None:
    calendar = swapped(made)
    moved = calendar.shift(day, count)
    assert moved == plainly_shifted(day, count, calendar)
    if not rests(calendar, day):
        assert calendar.shift(moved, -count) == day


@given(st.integers(2006, 2059), bounds, st.integers(1, 5))
def test_the_first_of_march_knows_the_leap_day(year: int, bound: Bound, before: int) -> None:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    rule = DeadlineRule("k", Label("a", "a"), Function.UNIT, Yearly(3, 1), CLAUSE, bound=bound)
    deadline = resolve(rule, round_key="r", year=year, zone=VIETNAM, calendar=vietnam())
    february = date(year, 2, 29) if leap else date(year, 2, 28)
    assert deadline.last_day == (february if bound is Bound.BEFORE else date(year, 3, 1))
    ladder = Ladder("l", (Rung("r", -before, Audience.CANDIDATES),))
    (planned,) = materialise(ladder, deadline, vietnam())
    assert (planned.fire_at.date() == date(year, 3, 1)) is False
    assert deadline.last_day - planned.fire_at.date() == DAY * before


@given(st.integers(2006, 2059), st.integers(-5, 5), bounds, rolls)
def test_year_ends_are_days_like_others(year: int, offset: int, bound: Bound, roll: Roll) -> None:
    day = date(year, 1, 1) + DAY * offset
    deadline = resolved(day, bound, roll, vietnam())
    last = plainly_last(day, bound, roll, vietnam())
    assert deadline.last_day == last
    for count in (-3, -1, 1, 3):
        assert vietnam().shift(last, count) == plainly_shifted(last, count, vietnam())


@given(st.integers(2006, 2059), st.integers(-8, 12), bounds, st.sampled_from([Roll.NEXT, Roll.PREVIOUS]))
def test_nothing_that_rolls_or_counts_working_days_falls_into_tet(
    year: int, offset: int, bound: Bound, roll: Roll
) -> None:
    tet = sorted(
        day for day, name in vietnam().days_off.items() if day.year == year and "Tết Nguyên Đán" in name.vi
    )
    assume(tet)
    deadline = resolved(tet[0] + DAY * offset, bound, roll, vietnam())
    assert deadline.last_day is not None
    assert deadline.last_day not in tet
    ladder = Ladder(
        "l", tuple(Rung(str(n), n, Audience.CANDIDATES, DayCount.WORKING) for n in (-3, -1, 1, 3))
    )
    for planned in materialise(ladder, deadline, vietnam()):
        assert planned.fire_at.date() not in tet
        assert not rests(vietnam(), planned.fire_at.date())


@given(days, bounds, rolls, rungs, st.sampled_from(SERVER_ZONES), st.sampled_from(SERVER_ZONES))
def test_the_zone_of_the_server_changes_no_instant(
    day: date, bound: Bound, roll: Roll, rung: Rung, one: str, other: str
) -> None:
    def told(zone: str) -> tuple[object, ...]:
        with server_in(zone):
            deadline = resolved(day, bound, roll, vietnam())
            (planned,) = materialise(Ladder("l", (rung,)), deadline, vietnam())
            assert deadline.due_at is not None
            assert deadline.last_day is not None
            return (
                deadline.due_at.astimezone(UTC),
                planned.fire_at.astimezone(UTC),
                deadline.due_at.timestamp(),
                days_left(deadline, planned.fire_at),
                is_late(deadline, planned.fire_at),
                working_days_left(deadline, planned.fire_at, vietnam()),
            )

    assert told(one) == told(other)


@given(days, rungs, st.sampled_from(SERVER_ZONES), swaps)
def test_a_reminder_falls_on_its_local_day_and_hour_whatever_the_locality_s_zone(
    day: date, rung: Rung, zone: str, made: list[tuple[date, DayKind]]
) -> None:
    calendar = swapped(made)
    deadline = resolved(day, Bound.BY, Roll.NONE, calendar, ZoneInfo(zone))
    (planned,) = materialise(Ladder("l", (rung,)), deadline, calendar)
    expected = (
        plainly_shifted(day, rung.days, calendar)
        if rung.count is DayCount.WORKING
        else date.fromordinal(day.toordinal() + rung.days)
    )
    local = planned.fire_at.astimezone(ZoneInfo(zone))
    assert (planned.fire_at.date(), planned.fire_at.time()) == (expected, rung.at)
    # Only an hour that a clock change leaves out reads otherwise on the wall.
    assert local.date() == expected or abs(local - planned.fire_at) <= timedelta(hours=2)


@given(
    st.lists(
        st.builds(
            Rung,
            key=st.just(""),
            days=st.integers(-9, 9),
            audience=st.sampled_from(Audience),
            count=st.sampled_from(DayCount),
            at=st.sampled_from([time(8), time(17)]),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda rung: (rung.days, rung.audience, rung.count),
    ),
    st.data(),
)
def test_rungs_that_say_the_same_keep_their_keys_and_all_keys_differ(
    wanted: list[Rung], data: st.DataObject
) -> None:
    named = keyed(wanted, ())
    assert len({rung.key for rung in named}) == len(wanted)
    kept = data.draw(st.lists(st.sampled_from(named), unique_by=lambda rung: rung.key, min_size=1))
    again = {rung.key: rung for rung in keyed([Rung("", r.days, r.audience, r.count) for r in kept], named)}
    assert again.keys() == {rung.key for rung in kept}
