"""Checking what people send against a form."""

from pathlib import Path
from typing import Any

import pytest

from service.domain.errors import Invalid
from service.forms import check, read_form
from tests.unit.forms.documents import component, document

FORMS = Path(__file__).parents[3] / "forms"
DECIDE = read_form((FORMS / "decide.json").read_text(encoding="utf-8"))
SUBMIT = read_form((FORMS / "submit.json").read_text(encoding="utf-8"))


def checked(field: dict[str, Any], value: object) -> object:
    """The cleaned value of a single field; None when it is left out."""
    return check(read_form(document(field)), {field["key"]: value}).get(field["key"])


def refusal(field: dict[str, Any], value: object) -> str:
    """The message for a single wrong field."""
    with pytest.raises(Invalid) as caught:
        check(read_form(document(field)), {field["key"]: value})
    return str(caught.value.fields[field["key"]])


def test_a_decision_is_cleaned() -> None:
    values = {
        "outcome": "approve",
        "decision_number": "  1234/QĐ-UBND \u202e",
        "signed_on": "5/12/2024",
        "clause": "  ",
    }
    assert check(DECIDE, values, {"has_local": True}) == {
        "outcome": "approve",
        "decision_number": "1234/QĐ-UBND",
        "signed_on": "2024-12-05",
    }


def test_a_missing_reason_is_named_in_the_language_of_the_reader() -> None:
    for language, label in (("vi", "Lý do, ý kiến"), ("en", "Reason or opinion")):
        with pytest.raises(Invalid) as caught:
            check(DECIDE, {"outcome": "refuse", "reason": "\u200b "}, language=language)
        assert str(caught.value.fields["reason"]) == f'"{label}" is required: fill it in.'


def test_hidden_fields_are_dropped_and_not_required() -> None:
    values = {"outcome": "refuse", "reason": "Thiếu biên bản", "decision_number": "1", "signed_on": "never"}
    assert check(DECIDE, values) == {"outcome": "refuse", "reason": "Thiếu biên bản"}


def test_conditions_see_what_the_server_knows() -> None:
    letter = {"letter_number": "15/TTr-UBND", "letter_date": "2024-11-20"}
    assert "late_reason" not in check(SUBMIT, letter, {"late": False})
    with pytest.raises(Invalid) as caught:
        check(SUBMIT, letter, {"late": True})
    assert set(caught.value.fields) == {"late_reason"}


def test_values_cannot_pose_as_context() -> None:
    with pytest.raises(Invalid) as caught:
        check(SUBMIT, {"letter_number": "1", "letter_date": "2024-11-20", "late": False}, {"late": True})
    assert set(caught.value.fields) == {"late", "late_reason"}


def test_a_hidden_field_counts_as_absent_for_others() -> None:
    middle = component("checkbox", "b", conditional={"hide": "=a = true"})
    last = component("textfield", "c", conditional={"hide": "=b != true"})
    form = read_form(document(component("checkbox", "a"), middle, last))
    assert check(form, {"b": "on", "c": "kept"}) == {"b": True, "c": "kept"}
    assert check(form, {"a": "on", "b": "on", "c": "dropped"}) == {"a": True}


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        check(DECIDE, {"outcome": "approve", "signed_on": "31/02/2024", "role": "admin"})
    assert set(caught.value.fields) == {"decision_number", "signed_on", "role"}


@pytest.mark.parametrize("value", [{"a": 1}, ["a"], True, b"a", "\ud800"])
def test_a_text_takes_one_storable_text(value: object) -> None:
    assert '"Name"' in refusal(component("textfield", "name"), value)


def test_texts_are_composed_and_cleaned() -> None:
    line = component("textfield", "name")
    assert checked(line, " Nguye\u0302\u0303n\tVa\u0306n \x00A ") == "Nguyễn Văn A"
    block = component("textarea", "note")
    assert checked(block, "\r\n Một \r\n\r\nHai\x07\u202e ") == "Một\n\nHai"


@pytest.mark.parametrize(
    ("rules", "value", "says"),
    [
        ({"maxLength": 5}, "Nguyễn", "at most 5 characters; it has 6"),
        ({"maxLength": 50, "minLength": 8}, "Nguyễn", "at least 8 characters; it has 6"),
        ({"maxLength": 50, "pattern": r"\d+/QĐ"}, "x 12/QĐ", "expected form"),
    ],
)
def test_a_text_must_keep_its_rules(rules: dict[str, Any], value: str, says: str) -> None:
    assert says in refusal(component("textfield", "name", validate=rules), value)


def test_length_is_counted_after_cleaning() -> None:
    assert (
        checked(component("textfield", "name", validate={"maxLength": 6}), "  Nguye\u0302\u0303n  ")
        == "Nguyễn"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12", 12), (12, 12), (" -3 ", -3), ("12,5", 12.5), ("12.50", 12.5), (0, 0), (12.5, 12.5), (3.0, 3.0)],
)
def test_numbers_are_typed_or_sent(value: object, expected: float) -> None:
    assert checked(component("number", "sets"), value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "inf",
        float("nan"),
        float("inf"),
        "1e5",
        "1.500.000",
        "0x1",
        "١",
        "9" * 5000,
        10**400,
        True,
        "1 2",
    ],
)
def test_what_is_no_plain_number_is_refused(value: object) -> None:
    assert '"Sets"' in refusal(component("number", "sets"), value)


def test_a_number_must_keep_its_rules() -> None:
    field = component("number", "sets", decimalDigits=0, validate={"min": 1, "max": 99})
    assert checked(field, "99") == 99
    assert "whole number" in refusal(field, "1.5")
    assert "at least 1" in refusal(field, "0")
    assert "at most 99" in refusal(field, "100")


def test_a_choice_must_be_offered() -> None:
    field = component("select", "award", values=[{"label": "Giấy khen", "value": "certificate"}])
    assert checked(field, "certificate") == "certificate"
    assert "choose one" in refusal(field, "Giấy khen")
    assert "choose one" in refusal(field, ["certificate"])


@pytest.mark.parametrize(("value", "expected"), [(True, True), ("on", True), ("false", None), (False, None)])
def test_a_tick_is_there_or_not(value: object, expected: object) -> None:
    assert checked(component("checkbox", "seen"), value) is expected


def test_a_tick_may_be_required() -> None:
    field = component("checkbox", "seen", validate={"required": True})
    assert "must be ticked" in refusal(field, "off")
    assert "only be ticked" in refusal(field, "maybe")


@pytest.mark.parametrize("value", ["2024-02-29", "29/02/2024", "29-2-2024", "29.02.2024"])
def test_a_date_is_typed_the_vietnamese_way_or_sent_as_iso(value: str) -> None:
    assert checked(component("datetime", "on"), value) == "2024-02-29"


@pytest.mark.parametrize(
    "value",
    ["29/02/2023", "2024-13-01", "12/2024", "05/12/24", "05/12/0024", "ngày mai", 20241205, "٢٩/02/2024"],
)
def test_a_date_that_does_not_exist_is_refused(value: object) -> None:
    assert '"On"' in refusal(component("datetime", "on"), value)
