"""The calendar of Việt Nam: what the holiday library knows, whatever the server's language."""

from datetime import date

import pytest

from service.domain.calendars import DayKind, Override
from service.domain.citations import Citation
from service.domain.errors import Invalid
from service.domain.labels import Label
from service.localities import calendars
from service.localities.calendars import working_calendar

CALENDAR = working_calendar("VN")
SWAPPED = Override(
    date(2026, 1, 2), DayKind.OFF, Label("Hoán đổi", "Swapped"), Citation("Notice", "1", "", verified=False)
)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), Label("Tết Dương lịch", "New Year's Day")),
        (date(2026, 9, 2), Label("Quốc khánh", "National Day")),
        (date(2024, 4, 30), Label("Ngày Chiến thắng", "Liberation Day/Reunification Day")),
    ],
)
def test_public_days_off_have_names_in_both_languages(day: date, name: Label) -> None:
    assert CALENDAR.rest_name(day) == name


@pytest.mark.parametrize("day", [date(2024, 2, 8), date(2026, 2, 17), date(2024, 4, 18), date(2026, 4, 27)])
def test_lunar_days_and_their_substitutes_are_off(day: date) -> None:
    assert not CALENDAR.is_working(day)


@pytest.mark.parametrize("day", [date(2024, 5, 4), date(2025, 4, 26), date(2026, 8, 22)])
def test_make_up_saturdays_are_worked(day: date) -> None:
    assert day.weekday() == 5
    assert CALENDAR.is_working(day)


def test_overrides_do_not_leak_into_the_calendar_of_the_country() -> None:
    assert not working_calendar("VN", [SWAPPED]).is_working(date(2026, 1, 2))
    assert working_calendar("VN").is_working(date(2026, 1, 2))


def test_the_language_of_the_server_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    calendars._of_country.cache_clear()
    assert working_calendar("VN") == CALENDAR


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(Invalid, match="No calendar is known for the country XX"):
        working_calendar("XX")
