"""What can be said in a condition or a timer, and what it means."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.calendars import WorkingCalendar
from service.domain.errors import EngineFailure, Invalid
from service.engine import Environment, Scalar
from service.engine.expressions import compile_condition, compile_timer

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = datetime(2024, 12, 5, tzinfo=HANOI)
VARIABLES = {"outcome": "text", "count": "number", "has_upward": "truth"}


WEEKDAYS = WorkingCalendar(2020, 2030, days_worked=frozenset({date(2024, 12, 7)}))
"""Saturdays and Sundays are off, but for a Saturday that was swapped: 7 December 2024."""


def around(zone: str = "Asia/Ho_Chi_Minh", **deadlines: datetime | None) -> Environment:
    return Environment(DUE, ZoneInfo(zone), deadlines)


@pytest.mark.parametrize(
    ("source", "values", "answer"),
    [
        ('outcome == "accept"', {"outcome": "accept"}, True),
        ('outcome != "accept"', {"outcome": "accept"}, False),
        ('outcome in ("accept", "refuse")', {"outcome": "refuse"}, True),
        ('outcome not in ["accept"]', {"outcome": "refuse"}, True),
        ("has_upward", {"has_upward": True}, True),
        ("not has_upward", {"has_upward": True}, False),
        ('has_upward and outcome == "accept"', {"has_upward": False, "outcome": "accept"}, False),
        ('has_upward or outcome == "accept"', {"has_upward": False, "outcome": "accept"}, True),
        ("count * 2 - 1 >= 3 + 2", {"count": 3}, True),
        ("1 < count < 3", {"count": 3}, False),
        ("-count == -3", {"count": 3}, True),
        ("outcome == None", {"outcome": None}, True),
        ('deadline("a") < deadline("b")', {}, False),
        ('deadline("a") <= deadline("unset")', {}, False),
        ('deadline("a") == deadline("b") + days(0)', {}, True),
    ],
)
def test_a_condition_answers_yes_or_no(source: str, values: Mapping[str, Scalar], answer: bool) -> None:  # noqa: FBT001
    condition = compile_condition(source, VARIABLES)
    assert condition.holds(values, around(a=DUE, b=DUE, unset=None)) is answer


@pytest.mark.parametrize(
    "source",
    [
        "",
        "outcome",
        "count",
        "unknown",
        "outcome == 1",
        "outcome < 1",
        "has_upward < True",
        "outcome + 1 == 2",
        "outcome * 2 == 'aa'",
        "count / 2 == 1",
        "count ** 2 == 4",
        "count % 2 == 0",
        "count << 2 == 4",
        "~count == 1",
        "outcome is None",
        "outcome in other",
        "outcome in (1, count)",
        "count and has_upward",
        "'a' 'b'",
        "b'x' == outcome",
        "1j == count",
        "... == count",
        "10 ** 13",
        "10000000000000 == count",
        "'" + "a" * 300 + "' == outcome",
        "'\\x41' == outcome",
        "has_upward " + "and has_upward " * 100,
        "days(1)",
        "deadline('a')",
        "days(1.5) == days(1)",
        "days(True) == days(1)",
        "days(n=1) == days(1)",
        "days(4000) == days(1)",
        "deadline(outcome) == deadline('a')",
        "deadline('a', 'b') == deadline('a')",
        "\u200bhas_upward\u202e",
    ],
)
def test_what_the_grammar_lacks_is_refused_when_compiled(source: str) -> None:
    with pytest.raises(Invalid):
        compile_condition(source, VARIABLES)


def test_a_name_without_a_value_stops_the_process_instead_of_choosing_a_way() -> None:
    with pytest.raises(EngineFailure, match="has_upward"):
        compile_condition("has_upward").holds({}, around())


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("has_upward", {"has_upward": "yes"}),
        ("not has_upward", {"has_upward": None}),
        ("count < 3", {"count": "2"}),
        ("count * count * count > 0", {"count": 10**9}),
    ],
)
def test_a_value_of_the_wrong_kind_stops_it_too(source: str, values: Mapping[str, Scalar]) -> None:
    with pytest.raises(EngineFailure):
        compile_condition(source).holds(values, around())


@pytest.mark.parametrize(
    ("source", "instant"),
    [
        ('deadline("a")', datetime(2024, 12, 4, 17, tzinfo=UTC)),
        ('deadline("a") + days(1)', datetime(2024, 12, 5, 17, tzinfo=UTC)),
        ('deadline("a") - days(1) + hours(8)', datetime(2024, 12, 4, 1, tzinfo=UTC)),
        ('deadline("a") + (days(1) + minutes(30))', datetime(2024, 12, 5, 17, 30, tzinfo=UTC)),
        ('deadline("a") + days(-1)', datetime(2024, 12, 3, 17, tzinfo=UTC)),
        ('deadline("unset") + days(1)', None),
        ('deadline("never heard of")', None),
    ],
)
def test_a_timer_gives_an_instant_in_utc(source: str, instant: datetime | None) -> None:
    assert compile_timer(source).instant(around(a=DUE, unset=None)) == instant


def test_days_keep_the_local_hour_and_hours_are_exact() -> None:
    paris = ZoneInfo("Europe/Paris")
    environment = around("Europe/Paris", a=datetime(2024, 3, 30, 9, tzinfo=paris))
    assert compile_timer('deadline("a") + days(1)').instant(environment) == datetime(
        2024, 3, 31, 7, tzinfo=UTC
    )
    assert compile_timer('deadline("a") + hours(24)').instant(environment) == datetime(
        2024, 3, 31, 8, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "source", ["days(1)", "1", '"2024-12-05"', 'deadline("a") == deadline("a")', "outcome"]
)
def test_a_timer_is_nothing_but_an_instant(source: str) -> None:
    with pytest.raises(Invalid):
        compile_timer(source)


def test_only_known_deadlines_can_be_named() -> None:
    with pytest.raises(Invalid, match="labour_review"):
        compile_timer('deadline("labor_review")', {"labour_review"})


def test_an_expression_says_what_it_reads() -> None:
    condition = compile_condition('has_upward and deadline("a") < deadline("b")')
    assert (condition.names, condition.deadlines) == ({"has_upward"}, {"a", "b"})


@given(st.text(max_size=60) | st.text("()[]{}.,:=<>+-*/%@'\"#\\ \nabn01outcomedeadlinedays", max_size=60))
def test_any_text_is_compiled_or_refused(source: str) -> None:
    for compile_any in (compile_timer, compile_condition):
        with suppress(Invalid):
            compile_any(source)


@pytest.mark.parametrize(
    ("opened", "span", "instant"),
    [
        ("2024-12-04 09:00", "+ working_days(1)", "2024-12-05 09:00"),
        ("2024-12-05 00:00", "+ working_days(1)", "2024-12-06 00:00"),
        ("2024-12-06 09:00", "+ working_days(1)", "2024-12-07 09:00"),
        ("2024-12-07 09:00", "+ working_days(1)", "2024-12-09 09:00"),
        ("2024-12-08 09:00", "+ working_days(1)", "2024-12-10 00:00"),
        ("2024-12-08 00:00", "+ working_days(2)", "2024-12-11 00:00"),
        ("2024-12-09 09:00", "- working_days(1)", "2024-12-07 09:00"),
        ("2024-12-09 00:00", "- working_days(1)", "2024-12-07 00:00"),
        ("2024-12-08 09:00", "- working_days(2)", "2024-12-06 00:00"),
        ("2024-12-04 09:00", "+ working_days(0)", "2024-12-04 09:00"),
    ],
)
def test_working_days_are_whole_ones_that_have_passed(opened: str, span: str, instant: str) -> None:
    moment = replace(
        around(), calendar=WEEKDAYS, opened_at=datetime.fromisoformat(opened).replace(tzinfo=HANOI)
    )
    found = compile_timer(f"opened() {span}").instant(moment)
    assert found == datetime.fromisoformat(instant).replace(tzinfo=HANOI)


def test_the_latest_of_some_instants_is_known_when_all_of_them_are() -> None:
    moment = replace(around(a=DUE), opened_at=datetime(2024, 12, 6, tzinfo=HANOI))
    source = 'latest(deadline("{}") + days(3), opened() + days(1), opened())'
    assert compile_timer(source.format("a")).instant(moment) == datetime(2024, 12, 8, tzinfo=HANOI)
    assert compile_timer(source.format("unset")).instant(moment) is None
    assert compile_timer("latest(opened(), opened() + days(1))").asks_opening
    for wrong in ("latest(opened())", "latest(opened(), 3)", "opened(1)", "working_days(251)", "opened().x"):
        with pytest.raises(Invalid):
            compile_timer(wrong)
    with pytest.raises(Invalid, match="for timers"):
        compile_condition("opened() == opened()")
