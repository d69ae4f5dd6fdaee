"""From the plan's words to the first instant that is late."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.calendars import WorkingCalendar
from service.domain.citations import Citation
from service.domain.deadlines import (
    Bound,
    DayRule,
    Deadline,
    DeadlineRule,
    LastMoment,
    OnDate,
    Roll,
    Unset,
    WithinMonth,
    Yearly,
    as_json,
    days_left,
    in_words,
    is_late,
    last_moment,
    resolve,
    rest_day_warning,
    working_days_left,
)
from service.domain.labels import Label
from service.domain.organisations import Function

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = WorkingCalendar(2000, 2065, {date(2026, 9, 2): Label("Quốc khánh", "National Day")})
CLAUSE = Citation("Plan", "IV.3", "trước ngày 05 tháng 12 hàng năm")

days = st.dates(date(2005, 1, 1), date(2060, 12, 31))
years = st.integers(2005, 2060)


def rule(day: DayRule, bound: Bound = Bound.BEFORE, roll: Roll = Roll.NONE) -> DeadlineRule:
    return DeadlineRule(
        "labour_review", Label("Xét chọn", "Review"), Function.LABOUR, day, CLAUSE, bound=bound, roll=roll
    )


def resolved(day: DayRule, bound: Bound = Bound.BEFORE, roll: Roll = Roll.NONE, year: int = 2024) -> Deadline:
    return resolve(
        rule(day, bound, roll), round_key=f"annual-{year}", year=year, zone=VIETNAM, calendar=CALENDAR
    )


def test_before_a_day_ends_with_the_day_before() -> None:
    deadline = resolved(Yearly(12, 5))
    assert deadline.day == date(2024, 12, 5)
    assert deadline.last_day == date(2024, 12, 4)
    assert deadline.due_at is not None
    assert deadline.due_at.isoformat() == "2024-12-05T00:00:00+07:00"


def test_by_a_day_ends_with_that_day() -> None:
    deadline = resolved(Yearly(12, 5), Bound.BY)
    assert deadline.last_day == date(2024, 12, 5)
    assert deadline.due_at == datetime(2024, 12, 6, tzinfo=VIETNAM)


def test_within_a_month_ends_with_its_last_day() -> None:
    assert resolved(WithinMonth(2022, 9), Bound.BY).last_day == date(2022, 9, 30)
    assert resolved(WithinMonth(2024, 2), Bound.BY).last_day == date(2024, 2, 29)
    assert resolved(WithinMonth(2023, 2), Bound.BY).last_day == date(2023, 2, 28)


def test_a_month_cannot_be_bound_before() -> None:
    with pytest.raises(ValueError, match="last day"):
        rule(WithinMonth(2022, 9), Bound.BEFORE)


@pytest.mark.parametrize(("month", "day"), [(2, 29), (2, 30), (11, 31), (13, 1), (0, 1)])
def test_a_yearly_day_exists_in_every_year(month: int, day: int) -> None:
    with pytest.raises(ValueError, match=r"out of range|must be in|month must"):
        Yearly(month, day)


def test_before_the_first_of_march_knows_leap_years() -> None:
    assert resolved(Yearly(3, 1), year=2024).last_day == date(2024, 2, 29)
    assert resolved(Yearly(3, 1), year=2023).last_day == date(2023, 2, 28)


def test_before_new_year_ends_in_the_old_year() -> None:
    deadline = resolved(Yearly(1, 1), year=2025)
    assert deadline.last_day == date(2024, 12, 31)
    assert deadline.due_at == datetime(2025, 1, 1, tzinfo=VIETNAM)


def test_a_roll_moves_the_last_day_off_rest_days() -> None:
    # Before 01/12/2024 ends on Saturday 30/11.
    assert resolved(Yearly(12, 1)).last_day == date(2024, 11, 30)
    assert resolved(Yearly(12, 1), roll=Roll.NEXT).last_day == date(2024, 12, 2)
    assert resolved(Yearly(12, 1), roll=Roll.PREVIOUS).last_day == date(2024, 11, 29)
    assert resolved(Yearly(12, 1), roll=Roll.NEXT).due_at == datetime(2024, 12, 3, tzinfo=VIETNAM)
    assert resolved(Yearly(12, 1), roll=Roll.NEXT).day == date(2024, 12, 1)


def test_an_unset_deadline_has_no_day_and_says_whose_guidance_it_awaits() -> None:
    deadline = resolved(Unset(awaits="UBND tỉnh Khánh Hòa"))
    assert (deadline.day, deadline.last_day, deadline.due_at) == (None, None, None)
    assert deadline.awaits == "UBND tỉnh Khánh Hòa"
    assert str(in_words(deadline)) == "no date yet: awaits the guidance of UBND tỉnh Khánh Hòa"
    assert last_moment(deadline) is None
    assert rest_day_warning(deadline, CALENDAR) is None
    assert not is_late(deadline, datetime(2099, 1, 1, tzinfo=UTC))
    assert days_left(deadline, datetime(2024, 1, 1, tzinfo=UTC)) is None
    assert working_days_left(deadline, datetime(2024, 1, 1, tzinfo=UTC), CALENDAR) is None


def test_a_silent_plan_is_told_apart_from_awaited_guidance() -> None:
    deadline = resolved(Unset(note=Label("Không quy định", "Not set")))
    assert deadline.awaits is None
    assert deadline.note == Label("Không quy định", "Not set")
    assert str(in_words(deadline)) == "no date: the plan sets none"


def test_the_last_moment_in_words_and_in_parts() -> None:
    deadline = resolved(OnDate(date(2026, 12, 1)), year=2026)
    assert str(in_words(deadline)) == "at the latest 24:00 on 30/11/2026, Monday"
    assert last_moment(deadline) == LastMoment(date(2026, 11, 30), 0, "24:00")


def test_a_rest_day_is_warned_of_by_its_name() -> None:
    on_saturday = rest_day_warning(resolved(Yearly(12, 1)), CALENDAR)
    assert str(on_saturday) == "The last day, 30/11/2024, is a rest day (Saturday)."
    on_holiday = rest_day_warning(resolved(OnDate(date(2026, 9, 3)), year=2026), CALENDAR)
    assert str(on_holiday) == "The last day, 02/09/2026, is a rest day (Quốc khánh)."
    assert rest_day_warning(resolved(Yearly(12, 5)), CALENDAR) is None


def test_lateness_begins_at_midnight_of_the_locality() -> None:
    deadline = resolved(Yearly(12, 5))
    midnight = datetime(2024, 12, 4, 17, 0, tzinfo=UTC)
    assert not is_late(deadline, midnight - timedelta(microseconds=1))
    assert is_late(deadline, midnight)


def test_days_left_are_counted_in_the_days_of_the_locality() -> None:
    deadline = resolved(Yearly(12, 5))
    evening_in_utc = datetime(2024, 12, 3, 18, 0, tzinfo=UTC)  # already 4 December in Việt Nam
    assert days_left(deadline, evening_in_utc) == 0
    assert days_left(deadline, evening_in_utc - timedelta(hours=2)) == 1
    assert days_left(deadline, evening_in_utc + timedelta(days=1)) == -1


@pytest.mark.parametrize(
    ("now", "days", "working"),
    [
        ("2024-11-28T08:00:00+07:00", 6, 4),
        ("2024-12-04T23:59:59+07:00", 0, 0),
        ("2024-12-05T00:00:00+07:00", -1, -1),
        ("2024-12-09T08:00:00+07:00", -5, -3),
    ],
)
def test_days_and_working_days_left_differ_by_rest_days(now: str, days: int, working: int) -> None:
    deadline, instant = resolved(Yearly(12, 5)), datetime.fromisoformat(now)
    assert days_left(deadline, instant) == days
    assert working_days_left(deadline, instant, CALENDAR) == working


def test_the_json_shape_is_the_published_one() -> None:
    assert as_json(resolved(Yearly(12, 5)), CALENDAR) == {
        "round": "annual-2024",
        "key": "labour_review",
        "name": {"vi": "Xét chọn", "en": "Review"},
        "owner": "labour",
        "to": None,
        "bound": "before",
        "roll": "none",
        "late": "accept_flagged",
        "ladder": "default",
        "date": "2024-12-05",
        "last_day": "2024-12-04",
        "due_at": "2024-12-05T00:00:00+07:00",
        "words": "at the latest 24:00 on 04/12/2024, Wednesday",
        "awaits": None,
        "note": None,
        "warning": None,
        "source": {
            "document": "Plan",
            "section": "IV.3",
            "quote": "trước ngày 05 tháng 12 hàng năm",
            "verified": True,
        },
        "amended": False,
        "guidance": None,
    }


def test_the_json_of_an_unset_deadline_has_nulls() -> None:
    shape = as_json(resolved(Unset(awaits="UBND tỉnh")), CALENDAR)
    assert (shape["date"], shape["last_day"], shape["due_at"]) == (None, None, None)
    assert shape["awaits"] == "UBND tỉnh"


def test_a_verified_citation_quotes_its_clause() -> None:
    with pytest.raises(ValueError, match="quotes the clause"):
        Citation("Plan", "IV.3", " ")
    assert not Citation("Law", "84", "", verified=False).verified


@given(days, st.sampled_from(Bound))
def test_without_a_roll_the_first_late_instant_is_the_midnight_after_the_last_day(
    day: date, bound: Bound
) -> None:
    deadline = resolved(OnDate(day), bound, year=day.year)
    assert deadline.last_day == (day - timedelta(days=1) if bound is Bound.BEFORE else day)
    assert deadline.due_at is not None
    assert deadline.due_at.date() == deadline.last_day + timedelta(days=1)
    assert deadline.due_at.time().isoformat() == "00:00:00"
    assert deadline.due_at.utcoffset() == timedelta(hours=7)


@given(days, st.sampled_from(Roll))
def test_by_is_exactly_one_day_later_than_before_the_same_day_unless_rolled(day: date, roll: Roll) -> None:
    before, by = resolved(OnDate(day), Bound.BEFORE, roll), resolved(OnDate(day), Bound.BY, roll)
    assert before.due_at is not None
    assert by.due_at is not None
    assert before.due_at <= by.due_at
    if roll is Roll.NONE:
        assert by.due_at - before.due_at == timedelta(days=1)


@given(days, st.sampled_from(Bound), st.sampled_from([Roll.NEXT, Roll.PREVIOUS]))
def test_a_rolled_last_day_is_worked_and_needs_no_warning(day: date, bound: Bound, roll: Roll) -> None:
    plain, rolled = resolved(OnDate(day), bound), resolved(OnDate(day), bound, roll)
    assert plain.last_day is not None
    assert rolled.last_day is not None
    assert CALENDAR.is_working(rolled.last_day)
    assert rest_day_warning(rolled, CALENDAR) is None
    moved = (rolled.last_day - plain.last_day).days
    assert moved >= 0 if roll is Roll.NEXT else moved <= 0
    assert (moved == 0) == CALENDAR.is_working(plain.last_day)


@given(days, days, st.sampled_from(Bound), st.sampled_from(Roll))
def test_the_order_of_days_is_the_order_of_deadlines(a: date, b: date, bound: Bound, roll: Roll) -> None:
    first, second = sorted((a, b))
    earlier, later = resolved(OnDate(first), bound, roll), resolved(OnDate(second), bound, roll)
    assert earlier.due_at is not None
    assert later.due_at is not None
    assert earlier.due_at <= later.due_at


@given(st.integers(1, 12), st.integers(1, 28), years, st.sampled_from(Bound))
def test_a_yearly_day_is_the_fixed_day_of_that_year(month: int, day: int, year: int, bound: Bound) -> None:
    yearly, fixed = resolved(Yearly(month, day), bound, year=year), OnDate(date(year, month, day))
    assert yearly == resolved(fixed, bound, year=year)


@pytest.fixture(params=["America/Los_Angeles", "Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "UTC"])
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The server's own zone, which must not matter."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("server_zone")
def test_the_zone_of_the_server_changes_nothing() -> None:
    deadline = resolved(Yearly(12, 5))
    now = datetime(2024, 12, 3, 18, 0, tzinfo=UTC)
    assert deadline.due_at is not None
    assert deadline.due_at.isoformat() == "2024-12-05T00:00:00+07:00"
    assert deadline.due_at.timestamp() == 1733331600
    assert days_left(deadline, now) == 0
    assert not is_late(deadline, now)


def test_an_extension_is_the_same_rule_with_another_day() -> None:
    extended = replace(rule(Yearly(12, 1)), day=OnDate(date(2024, 12, 3)))
    deadline = resolve(extended, round_key="annual-2024", year=2024, zone=VIETNAM, calendar=CALENDAR)
    assert deadline.last_day == date(2024, 12, 2)
