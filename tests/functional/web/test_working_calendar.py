"""The working calendar as everybody of a locality sees it, and as administrators change it."""

import re

import pytest
from flask import Flask

from tests.builders import World
from tests.functional.web.browsers import Browser, in_english, signed_in, words

TYPED = {
    "day": "2024-12-04",
    "kind": "off",
    "name_vi": "Nghỉ hoán đổi",
    "name_en": "Swapped",
    "number": "6150/TB",
    "issuer": "Bộ LĐTBXH",
    "issued_on": "2024-11-01",
    "section": "2",
    "quote": "nghỉ hoán đổi",
    "verified": "1",
    "reason": "Theo thông báo",
}
ENTER = "/working-calendar/enter?locality=van-ninh"


def confirm(browser: Browser, page: str, address: str = ENTER, **typed: str) -> object:
    """Confirms what a preview shows."""
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None, page
    return browser.post(address, {**TYPED, **typed, "seen": seen[1], "step": "confirm"})


def test_rest_days_and_last_days_are_told_in_the_grid_and_in_words(app: Flask) -> None:
    answer = in_english(app, "clerk").get("/working-calendar?year=2024")
    said = words(answer)
    assert "Saturday, 30/11/2024" in said
    assert "The last day, 30/11/2024, is a rest day (Saturday)." in said
    assert "National Day" in said
    assert "4 , make-up working day" in said
    assert "Enter a swap day" not in said


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_names_of_holidays_are_in_the_readers_language(app: Flask) -> None:
    assert "Quốc khánh" in words(signed_in(app, "clerk").get("/working-calendar?year=2024"))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["?year=1999", "?year=2065", "?locality=tinh-mau", "/frobnicate"])
def test_what_does_not_exist_is_not_shown(app: Flask, address: str) -> None:
    assert signed_in(app, "admin").get(f"/working-calendar{address}").status_code == 404


def test_a_swap_day_is_previewed_confirmed_shown_and_withdrawn(app: Flask) -> None:
    admin = in_english(app, "admin")
    assert "Nothing is changed yet" in words(admin.get(ENTER))
    preview = admin.post(ENTER, {**TYPED, "step": "preview"})
    said = words(preview)
    assert "Day off, Swapped" in said
    assert "The last day, 04/12/2024, is a rest day (Swapped)." in said
    assert "Swapped" not in words(admin.get("/working-calendar?year=2024"))
    assert confirm(admin, preview.text).status_code == 303  # type: ignore[attr-defined]
    year = words(admin.get("/working-calendar?year=2024"))
    assert "The swap day 04/12/2024 holds from now on." in year
    assert "Wednesday, 04/12/2024 Day off : Swapped entered here" in year
    address = "/working-calendar/withdraw?locality=van-ninh"
    preview = admin.post(address, {"day": "2024-12-04", "reason": "Thôi", "step": "preview"})
    confirm(admin, preview.text, address)
    assert "Nobody has swapped a day of this year" in words(admin.get("/working-calendar?year=2024"))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_mistakes_are_told_together_and_nothing_typed_is_lost(app: Flask) -> None:
    admin = in_english(app, "admin")
    wrong = {**TYPED, "day": "31/31/2024", "name_vi": "", "number": "", "reason": ""}
    answer = admin.post(ENTER, {**wrong, "step": "preview"})
    assert answer.status_code == 422
    said = words(answer)
    for told in (
        "Write the day as dd/mm/yyyy",
        "Write what the day is called",
        "Write the number of the document",
        "Write why: the reason is kept",
    ):
        assert told in said
    assert 'value="Bộ LĐTBXH"' in answer.text


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_day_that_is_free_anyway_is_refused_in_words(app: Flask) -> None:
    answer = in_english(app, "admin").post(ENTER, {**TYPED, "day": "07/12/2024", "step": "preview"})
    assert answer.status_code == 422
    assert "07/12/2024 is a rest day already: choose another day." in words(answer)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_numbers_that_no_longer_hold_are_not_confirmed(app: Flask) -> None:
    admin = in_english(app, "admin")
    old = admin.post(ENTER, {**TYPED, "step": "preview"}).text
    other = admin.post(ENTER, {**TYPED, "day": "2024-12-03", "step": "preview"}).text
    confirm(admin, other, day="2024-12-03")
    answer = confirm(admin, old)
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "have changed since you looked" in words(answer)  # type: ignore[arg-type]
    assert "Confirm" in words(answer)  # type: ignore[arg-type]


def test_a_last_day_on_a_rest_day_is_warned_of_in_the_inbox_and_on_the_task(world: World, app: Flask) -> None:
    task = world.task(world.open_dossier())
    clerk = in_english(app, "clerk")
    assert "rest day" in words(clerk.get("/inbox/mine"))
    assert "rest day" in words(clerk.get(f"/tasks/{task.id}?folder=mine"))
