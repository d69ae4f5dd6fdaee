"""The working calendar of a country: the holidays library, with the administrator's overrides on top."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays

from service.domain.calendars import Override, WorkingCalendar
from service.domain.errors import Invalid, message
from service.domain.labels import Label

FIRST_YEAR, LAST_YEAR = 2000, 2065
"""Wider than the years that a configuration may name, so that counting days never runs out of them."""


def working_calendar(country: str, overrides: Iterable[Override] = ()) -> WorkingCalendar:
    """The calendar of a country by its two-letter code, with overrides that always win.

    Raises:
        Invalid: the library does not know the country.
    """
    return _of_country(country).with_overrides(overrides)


@lru_cache(maxsize=4)
def _of_country(country: str) -> WorkingCalendar:
    # The language is named: left out, the library would follow the locale of the server.
    if country not in holidays.list_supported_countries():
        raise Invalid(
            message("No calendar is known for the country {country}. Write a code like VN.", country=country)
        )
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    own = holidays.country_holidays(country, years=years)
    english = holidays.country_holidays(country, years=years, language=_english(country))
    native = holidays.country_holidays(country, years=years, language=own.default_language)
    worked: frozenset[date] = frozenset(getattr(own, "weekend_workdays", ()))
    return WorkingCalendar(
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        days_off={
            day: Label(vi=name, en=english.get(day, name))
            for day, name in native.items()
            if day not in worked
        },
        days_worked=worked,
        weekly_rest=frozenset(own.weekend),
    )


def _english(country: str) -> str | None:
    languages = holidays.list_localized_countries().get(country, [])
    return next((language for language in languages if language.startswith("en")), None)
