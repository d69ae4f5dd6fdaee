"""What can be said in a condition or a timer, and what it means."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import EngineFailure, Invalid
from service.engine import Environment, Scalar
from service.engine.expressions import compile_condition, compile_timer

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = datetime(2024, 12, 5, tzinfo=HANOI)
VARIABLES = {"outcome": "text", "count": "number", "has_upward": "truth"}


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
