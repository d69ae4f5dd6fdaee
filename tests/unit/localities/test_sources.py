"""YAML is read as plain data: nothing turns into something else, nothing dangerous is built."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.localities.sources import MOST_CHARACTERS, read


def messages(text: str) -> list[str]:
    return [str(problem.text) for problem in read("f.yaml", text).problems]


@pytest.mark.parametrize(
    "text",
    ["01/12", "08:00", "2023-12-05", "no", "Yes", "on", "04", "1.5", "1e3", "0x10", "1_000", "True", ".inf"],
)
def test_what_looks_like_a_date_number_or_truth_stays_text(text: str) -> None:
    assert read("f.yaml", f"key: {text}").data == {"key": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("4", 4), ("-7", -7), ("0", 0), ("true", True), ("false", False), ("~", None), ("", None)],
)
def test_whole_numbers_truth_and_nothing_are_read(text: str, value: object) -> None:
    assert read("f.yaml", f"key: {text}").data == {"key": value}


def test_quotes_always_make_text() -> None:
    assert read("f.yaml", "key: '4'").data == {"key": "4"}


def test_every_place_knows_its_line() -> None:
    source = read("f.yaml", "a:\n  - b: 1\n    c: 2\n  - d\ne: 3\n")
    assert source.data == {"a": [{"b": 1, "c": 2}, "d"], "e": 3}
    assert [source.line_of(path) for path in [("a",), ("a", 0, "c"), ("a", 1), ("e",)]] == [1, 3, 4, 5]
    assert source.line_of(("a", 0, "missing")) == 2


def test_a_duplicate_key_is_reported_at_its_second_line() -> None:
    source = read("f.yaml", "a: 1\nb: 2\na: 3\n")
    assert [(problem.line, str(problem.text)) for problem in source.problems] == [
        (3, "The key a stands here twice (first on line 1). Keep one of them.")
    ]
    assert source.data == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1\nb: *x", "an alias (*name) is not allowed here"),
        ("a: " + "[" * 40 + "]" * 40, "nested too deeply"),
        ("a: [1, 2", "not readable YAML"),
        ("a: b: c", "not readable YAML"),
        ("a: 1\n--- \nb: 2", "not readable YAML"),
        ("\tkey: 1", "not readable YAML"),
        ("a: \x00", "not readable YAML"),
        ("", "The file is empty"),
        ("? [a]\n: 1", "A key must be a single word"),
        (
            "a: !!python/object/apply:os.system [ls]",
            "The tag tag:yaml.org,2002:python/object/apply:os.system",
        ),
        ("a: !secret x", "The tag !secret is not allowed"),
        ("a: !!set {b}", "The tag tag:yaml.org,2002:set"),
        ("x" * (MOST_CHARACTERS + 1), "too long"),
    ],
)
def test_what_a_configuration_does_not_need_is_refused(text: str, said: str) -> None:
    assert said in messages(text)[0]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_text_makes_reading_fail(text: str) -> None:
    source = read("f.yaml", text)
    assert source.problems or source.data is not None or source.lines
