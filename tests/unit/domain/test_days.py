"""Days as people and machines write them."""

from datetime import date

import pytest

from service.domain.words import read_day


@pytest.mark.parametrize("text", ["30/11/2026", " 30/11/2026 ", "2026-11-30"])
def test_a_day_is_read_as_people_and_as_machines_write_it(text: str) -> None:
    assert read_day(text) == date(2026, 11, 30)


@pytest.mark.parametrize(
    "text", ["", "31/02/2026", "30/11", "3_0/11/2026", "30/11/20266", "tomorrow", "-1/1/1"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the text was
        read_day(text)
