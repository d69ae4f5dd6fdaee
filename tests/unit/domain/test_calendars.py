"""Working days: weekly rest, days off, make-up days, counting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.calendars import WEEKDAYS, DayKind, Override, WorkingCalendar
from service.domain.citations import Citation
from service.domain.labels import Label

SOURCE = Citation("Notice", "1", "day off")
TET = Label("Tết", "Lunar New Year")
PLAIN = WorkingCalendar(2000, 2065)

days = st.dates(date(2010, 1, 1), date(2055, 12, 31))
calendars = st.builds(
    lambda off, worked: WorkingCalendar(
        2000, 2065, dict.fromkeys(off - worked, TET), frozenset(worked - (off - worked))
    ),
    off=st.frozensets(st.dates(date(2020, 1, 1), date(2021, 12, 31)), max_size=60),
    worked=st.frozensets(st.dates(date(2020, 1, 1), date(2021, 12, 31)), max_size=20),
)
near_days = st.dates(date(2020, 2, 1), date(2021, 11, 30))


def override(day: date, kind: DayKind) -> Override:
    return Override(day, kind, Label("Hoán đổi", "Swapped"), SOURCE)


def test_weekends_rest_and_weekdays_work() -> None:
    assert PLAIN.is_working(date(2026, 11, 30))
    assert PLAIN.rest_name(date(2026, 11, 30)) is None
    assert not PLAIN.is_working(date(2026, 11, 28))
    assert PLAIN.rest_name(date(2026, 11, 28)) == WEEKDAYS[5]


def test_a_day_off_rests_under_its_name() -> None:
    calendar = WorkingCalendar(2026, 2026, {date(2026, 2, 17): TET})
    assert calendar.rest_name(date(2026, 2, 17)) == TET


def test_swap_days_override_both_ways() -> None:
    calendar = PLAIN.with_overrides(
        [override(date(2026, 1, 2), DayKind.OFF), override(date(2026, 1, 10), DayKind.WORKING)]
    )
    assert not calendar.is_working(date(2026, 1, 2))
    assert calendar.is_working(date(2026, 1, 10))
    assert calendar.working_days_between(date(2026, 1, 1), date(2026, 1, 10)) == 6


def test_an_override_wins_over_a_public_day_off_and_a_make_up_day() -> None:
    calendar = WorkingCalendar(2026, 2026, {date(2026, 2, 17): TET}, frozenset({date(2026, 8, 22)}))
    turned = calendar.with_overrides(
        [override(date(2026, 2, 17), DayKind.WORKING), override(date(2026, 8, 22), DayKind.OFF)]
    )
    assert turned.is_working(date(2026, 2, 17))
    assert not turned.is_working(date(2026, 8, 22))


def test_a_day_outside_the_known_years_is_refused_and_not_guessed() -> None:
    with pytest.raises(ValueError, match="2000 to 2065"):
        PLAIN.is_working(date(2066, 1, 4))


def test_a_calendar_that_contradicts_itself_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="not both"):
        WorkingCalendar(2026, 2026, {date(2026, 2, 17): TET}, frozenset({date(2026, 2, 17)}))
    with pytest.raises(ValueError, match="at least one working day"):
        WorkingCalendar(2026, 2026, weekly_rest=frozenset(range(7)))


def test_year_ends_are_counted_through() -> None:
    assert PLAIN.shift(date(2024, 12, 31), 1) == date(2025, 1, 1)
    assert PLAIN.shift(date(2025, 1, 1), -2) == date(2024, 12, 30)
    assert PLAIN.working_days_between(date(2024, 12, 30), date(2025, 1, 3)) == 4


def test_the_leap_day_is_a_day_like_any_other() -> None:
    assert PLAIN.shift(date(2024, 2, 28), 1) == date(2024, 2, 29)
    assert PLAIN.shift(date(2023, 2, 28), 1) == date(2023, 3, 1)


@given(near_days, st.integers(-20, 20), calendars)
def test_a_shift_lands_on_a_working_day_with_as_many_working_days_between(
    day: date, count: int, calendar: WorkingCalendar
) -> None:
    moved = calendar.shift(day, count)
    if count == 0:
        assert moved == day
        return
    assert calendar.is_working(moved)
    low, high = min(day, moved), max(day, moved)
    inside = sum(calendar.is_working(low + timedelta(days=offset)) for offset in range(1, (high - low).days))
    assert inside == abs(count) - 1


@given(near_days, near_days, near_days, calendars)
def test_counts_of_working_days_add_up(a: date, b: date, c: date, calendar: WorkingCalendar) -> None:
    first, middle, last = sorted((a, b, c))
    assert calendar.working_days_between(first, last) == calendar.working_days_between(
        first, middle
    ) + calendar.working_days_between(middle, last)
    assert calendar.working_days_between(last, first) == -calendar.working_days_between(first, last)


@given(near_days, calendars)
def test_rolling_finds_the_nearest_working_day_on_its_side(day: date, calendar: WorkingCalendar) -> None:
    after, before = calendar.next_working(day), calendar.previous_working(day)
    assert before <= day <= after
    assert calendar.is_working(after)
    assert calendar.is_working(before)
    assert not any(calendar.is_working(day + timedelta(days=offset)) for offset in range((after - day).days))
    assert (after == day) == (before == day) == calendar.is_working(day)


@given(days)
def test_every_rest_day_has_a_name_and_no_working_day_has(day: date) -> None:
    assert (PLAIN.rest_name(day) is None) == PLAIN.is_working(day)
