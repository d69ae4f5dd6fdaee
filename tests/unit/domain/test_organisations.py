"""Organisations by function and by the days on which they existed."""

from datetime import date

from service.domain.citations import Citation
from service.domain.labels import Label
from service.domain.organisations import Function, Organisation, offices

CLAUSE = Citation("Plan", "IV.3", "Phòng Nội vụ")
OLD = Organisation(
    "old", Label("Cũ", "Old"), Function.INTERIOR, CLAUSE, valid_to=date(2025, 6, 30), ended_by=CLAUSE
)
NEW = Organisation("new", Label("Mới", "New"), Function.INTERIOR, CLAUSE, valid_from=date(2025, 7, 1))
UNIT = Organisation("unit", Label("Đơn vị", "Unit"), Function.UNIT, CLAUSE)


def test_validity_includes_its_first_and_last_day() -> None:
    assert OLD.is_valid_on(date(2025, 6, 30))
    assert not OLD.is_valid_on(date(2025, 7, 1))
    assert NEW.is_valid_on(date(2025, 7, 1))
    assert not NEW.is_valid_on(date(2025, 6, 30))
    assert UNIT.is_valid_on(date(1990, 1, 1))


def test_offices_are_found_by_function_and_day() -> None:
    everything = (OLD, UNIT, NEW)
    assert offices(everything, Function.INTERIOR) == (OLD, NEW)
    assert offices(everything, Function.INTERIOR, date(2024, 12, 5)) == (OLD,)
    assert offices(everything, Function.INTERIOR, date(2025, 12, 5)) == (NEW,)
    assert offices(everything, Function.LABOUR) == ()


def test_a_label_speaks_english_only_when_asked() -> None:
    assert UNIT.name.in_language("en") == "Unit"
    assert UNIT.name.in_language("vi") == str(UNIT.name) == "Đơn vị"
