"""Ladders of reminders become instants."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from service.domain.calendars import WorkingCalendar
from service.domain.citations import Citation
from service.domain.deadlines import Bound, Deadline, DeadlineRule, OnDate, Unset, resolve
from service.domain.labels import Label
from service.domain.organisations import Function
from service.domain.reminders import Audience, DayCount, Ladder, PlannedReminder, Rung, materialise

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = WorkingCalendar(2000, 2065, {date(2024, 12, 2): Label("Nghỉ bù", "Day off")})
RULE = DeadlineRule(
    "labour_review",
    Label("Xét chọn", "Review"),
    Function.LABOUR,
    OnDate(date(2024, 12, 5)),
    Citation("Plan", "IV.3", "trước ngày 05 tháng 12"),
)
LADDER = Ladder(
    "default",
    (
        Rung("3_overdue", 3, Audience.CHAIRMAN_OFFICE),
        Rung("7_before", -7, Audience.CANDIDATES),
        Rung("last_day", 0, Audience.CANDIDATES),
        Rung("1_overdue", 1, Audience.OFFICE_HEAD, at=time(7, 30)),
    ),
)

rungs = st.builds(
    Rung,
    key=st.uuids().map(str),
    days=st.integers(-30, 30),
    audience=st.sampled_from(Audience),
    count=st.sampled_from(DayCount),
    at=st.times(),
)


def deadline(rule: DeadlineRule = RULE) -> Deadline:
    return resolve(rule, round_key="annual-2024", year=2024, zone=VIETNAM, calendar=CALENDAR)


def fire_ats(ladder: Ladder, due: Deadline) -> list[str]:
    return [reminder.fire_at.isoformat() for reminder in materialise(ladder, due, CALENDAR)]


def test_offsets_count_from_the_last_permitted_day_in_local_time() -> None:
    assert materialise(LADDER, deadline(), CALENDAR) == (
        PlannedReminder("7_before", Audience.CANDIDATES, datetime(2024, 11, 27, 8, tzinfo=VIETNAM)),
        PlannedReminder("last_day", Audience.CANDIDATES, datetime(2024, 12, 4, 8, tzinfo=VIETNAM)),
        PlannedReminder("1_overdue", Audience.OFFICE_HEAD, datetime(2024, 12, 5, 7, 30, tzinfo=VIETNAM)),
        PlannedReminder("3_overdue", Audience.CHAIRMAN_OFFICE, datetime(2024, 12, 7, 8, tzinfo=VIETNAM)),
    )


def test_the_bound_moves_the_whole_ladder() -> None:
    by = deadline(replace(RULE, bound=Bound.BY))
    assert fire_ats(LADDER, by)[1] == "2024-12-05T08:00:00+07:00"


def test_working_days_skip_rest_days_and_days_off() -> None:
    ladder = Ladder("l", (Rung("3", -3, Audience.CANDIDATES, DayCount.WORKING),))
    # The last day is Wednesday 4 December; Monday 2 December is off.
    assert fire_ats(ladder, deadline()) == ["2024-11-28T08:00:00+07:00"]


def test_an_unset_deadline_reminds_nobody() -> None:
    assert materialise(LADDER, deadline(replace(RULE, day=Unset(awaits="UBND tỉnh"))), CALENDAR) == ()


def test_a_ladder_without_rungs_reminds_nobody() -> None:
    assert materialise(Ladder("none", ()), deadline(), CALENDAR) == ()


@given(st.lists(rungs, max_size=8, unique_by=lambda rung: rung.key))
def test_every_rung_gives_one_reminder_in_the_order_of_time(given_rungs: list[Rung]) -> None:
    due = deadline()
    planned = materialise(Ladder("l", tuple(given_rungs)), due, CALENDAR)
    assert sorted(reminder.rule_key for reminder in planned) == sorted(rung.key for rung in given_rungs)
    assert [r.fire_at for r in planned] == sorted(r.fire_at for r in planned)


@given(rungs)
def test_reminders_before_and_on_the_last_day_are_in_time_and_the_others_late(rung: Rung) -> None:
    due = deadline()
    (planned,) = materialise(Ladder("l", (rung,)), due, CALENDAR)
    assert due.due_at is not None
    assert (planned.fire_at >= due.due_at) == (rung.days > 0)


@given(rungs, st.integers(-400, 400))
def test_re_dating_moves_calendar_rungs_by_as_many_days(rung: Rung, moved: int) -> None:
    ladder = Ladder("l", (replace(rung, count=DayCount.CALENDAR),))
    day = date(2024, 12, 5)
    (before,) = materialise(ladder, deadline(), CALENDAR)
    (after,) = materialise(ladder, deadline(replace(RULE, day=OnDate(day + timedelta(days=moved)))), CALENDAR)
    assert after.fire_at - before.fire_at == timedelta(days=moved)
