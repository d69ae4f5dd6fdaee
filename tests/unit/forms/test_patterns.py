"""Patterns that people write into forms."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Invalid
from service.forms.patterns import parse_pattern


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        (r"\d{1,5}/QĐ-UBND", "1234/QĐ-UBND", True),
        (r"\d{1,5}/QĐ-UBND", "số 1234/QĐ-UBND", False),
        (r"^\d{1,5}/(QĐ|TTr)-UBND$", "15/TTr-UBND", True),
        (r"[A-Z]{2}(-\d+)?", "VN", True),
        (r"[^0-9]+", "abc", True),
        (r"\d+", "١٢", False),
        (r"a\.b", "axb", False),
    ],
)
def test_a_pattern_must_match_the_whole_value(source: str, text: str, *, expected: bool) -> None:
    assert parse_pattern(source).matches(text) is expected


@pytest.mark.parametrize(
    "source",
    [
        r"(a+)+",
        r"(a|a)*",
        r"(a|ab){2,}",
        r"((a?)?)+",
        r"a*a*a*b",
        r"(a?){30}a{30}",
        "a?" * 30,
        r"(?=a)b",
        r"(?P<x>a)",
        r"(a)\1",
        r"a+?",
        r"a{1,2}{3}",
        r"[a[b]]",
        r"[a&&b]",
        r"\p{L}",
        "(a",
        "a)",
        "[",
        "*",
        "x" * 201,
    ],
)
def test_a_pattern_that_could_hang_or_differs_from_the_browser_is_refused(source: str) -> None:
    with pytest.raises(Invalid):
        parse_pattern(source)


@pytest.mark.timeout(60)
@given(st.text(alphabet=r"ab\d[]()*+?{}1,3|.-^$&~", max_size=24))
def test_an_accepted_pattern_answers_quickly(source: str) -> None:
    try:
        pattern = parse_pattern(source)
    except Invalid:
        return
    pattern.matches("a" * 500 + "!")
    re.compile(source)
