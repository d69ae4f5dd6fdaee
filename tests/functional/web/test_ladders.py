"""Reminder ladders as everybody reads them and as administrators change them."""

import re

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.builders import World
from tests.functional.web.browsers import Browser, in_english, words
from tests.integration.operations.readings import pending

CHANGE = "/ladders/default/change?locality=van-ninh"
ROWS = (("5", "before", "working", "08:30", "candidates"), ("", "on", "calendar", "08:00", "unit_head"))


def typed(*rows: tuple[str, ...], **more: str) -> MultiDict[str, str]:
    """A form as the browser sends it: one value of each column for each row."""
    sent: MultiDict[str, str] = MultiDict(
        {"name_vi": "Nhắc sớm", "name_en": "Early", "reason": "Gấp", **more}
    )
    for row in rows:
        for name, value in zip(("days", "side", "count", "at", "audience"), row, strict=True):
            sent.add(name, value)
    return sent


def send(browser: Browser, address: str, form: MultiDict[str, str]) -> str:
    form.add("csrf_token", browser.token)
    answer = browser.client.post(address, data=form)
    browser._note(answer)
    return answer.text if answer.status_code != 303 else ""


def test_everybody_reads_the_ladders_and_their_dates(app: Flask) -> None:
    clerk = in_english(app, "clerk")
    said = words(clerk.get("/ladders"))
    assert "7 calendar days before the last day, 08:00" in said
    assert "1 calendar day before the last day, 08:00" in said
    assert "Create a ladder" not in said
    said = words(clerk.get("/ladders/default"))
    assert "Saturday, 23/11/2024 08:00 : whoever holds the task, else the whole office rest day" in said
    assert clerk.get("/ladders/unknown").status_code == 404


def test_a_changed_ladder_is_previewed_with_its_dates_and_then_holds(world: World, app: Flask) -> None:
    task = world.task(world.open_dossier(with_papers=False))
    admin = in_english(app, "admin")
    preview = send(admin, CHANGE, typed(*ROWS, step="preview"))
    assert "Monday, 25/11/2024 08:30" in re.sub("<[^>]+>", "", preview)
    assert re.search(r"Reminders planned anew</dt><dd>\d", preview)
    assert len(pending(world, task)) == 6
    seen = re.search(r'name="seen" value="(\d+)"', preview)
    assert seen is not None
    assert send(admin, CHANGE, typed(*ROWS, step="confirm", seen=seen[1])) == ""
    assert sorted(pending(world, task)) == ["5_working_before/30-11", "last_day/30-11"]
    assert "Early changed here" in words(admin.get("/ladders"))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_rows_are_added_and_removed_and_dates_shown_without_changing_anything(app: Flask) -> None:
    admin = in_english(app, "admin")
    admin.get(CHANGE)
    assert send(admin, CHANGE, typed(*ROWS, step="add")).count('class="rung"') == 3
    assert send(admin, CHANGE, typed(*ROWS, remove="1")).count('class="rung"') == 1
    assert "25/11/2024 08:30" in send(admin, CHANGE, typed(*ROWS, step="dates"))
    assert "Early" not in words(admin.get("/ladders"))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_wrong_rows_are_named_by_their_number_and_stay_as_typed(app: Flask) -> None:
    admin = in_english(app, "admin")
    admin.get(CHANGE)
    wrong = (("many", "before", "calendar", "08:00", "candidates"), ("2", "after", "calendar", "25:99", "x"))
    page = send(admin, CHANGE, typed(*wrong, step="preview"))
    assert "Row 1: write the days as a number from 1 to 366." in page
    assert "Row 2: write the hour as hh:mm, such as 08:00." in page
    assert 'value="many"' in page


def test_a_ladder_is_created_and_removed(app: Flask) -> None:
    admin = in_english(app, "admin")
    address = "/ladders/new/change?locality=van-ninh"
    assert admin.get(address).status_code == 200
    preview = send(admin, address, typed(*ROWS, step="preview"))
    seen = re.search(r'name="seen" value="(\d+)"', preview)
    assert seen is not None
    send(admin, address, typed(*ROWS, step="confirm", seen=seen[1]))
    assert "Early created here" in words(admin.get("/ladders"))
    address = "/ladders/nhac-som/withdraw?locality=van-ninh"
    preview = send(admin, address, typed(step="preview"))
    seen = re.search(r'name="seen" value="(\d+)"', preview)
    assert seen is not None
    send(admin, address, typed(step="confirm", seen=seen[1]))
    assert "Early" not in words(admin.get("/ladders"))
