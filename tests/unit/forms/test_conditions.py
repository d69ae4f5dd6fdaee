"""The small part of FEEL that forms may use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Invalid
from service.forms.conditions import parse_condition


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ('=outcome = "refuse"', {"outcome": "refuse"}, True),
        ('=outcome = "refuse"', {"outcome": "accept"}, False),
        ('= outcome="refuse" ', {"outcome": "refuse"}, True),
        ('=outcome != "approve"', {}, True),
        ("=late != true", {"late": True}, False),
        ("=late != true", {}, True),
        ("=late = null", {}, True),
        ("=has_local = false", {}, False),
        ("=sets = 3", {"sets": 3}, True),
        ("=sets = -3", {"sets": -3}, True),
        ("=late = true", {"late": 1}, False),
        ("=sets = 1", {"sets": True}, False),
        ("=a = 1 or b = 1 and c = 1", {"a": 1}, True),
        ("=a = 1 or b = 1 and c = 1", {"b": 1}, False),
        ("=a = 1 and b = 1 or c = 1", {"c": 1}, True),
        ("=a = 1 and b = 1 or c = 1", {"a": 1}, False),
    ],
)
def test_a_condition_holds_as_feel_says(
    expression: str, values: dict[str, object], *, expected: bool
) -> None:
    assert parse_condition(expression).holds(values) is expected


def test_a_condition_names_what_it_looks_at() -> None:
    assert parse_condition('=outcome = "x" or late = true').names == {"outcome", "late"}


@pytest.mark.parametrize(
    "expression",
    [
        'outcome = "refuse"',
        "=",
        "=outcome",
        "=outcome =",
        '=outcome == "refuse"',
        '=outcome = "refuse" and',
        '=outcome = "refuse" xor late = true',
        "=outcome = refuse",
        '="refuse" = outcome',
        "=sets > 3",
        "=sets = 3.5",
        "=sets = 3x",
        '=(outcome = "refuse")',
        '=outcome = "a\\"b"',
        '=outcome = "unclosed',
        "=true = true",
        '=__import__("os").system("true") = 1',
        '=values["outcome"] = "x"',
        "=a.b = 1",
        "=" + "a = 1 and " * 100 + "a = 1",
    ],
)
def test_what_is_not_in_the_subset_is_refused(expression: str) -> None:
    with pytest.raises(Invalid):
        parse_condition(expression)


@given(st.text(alphabet='ab =!"andort1-().', max_size=40))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        condition = parse_condition(f"={text}")
    except Invalid:
        return
    assert condition.holds({}) in {True, False}
