"""Calendar addresses on the screen, and what calendar programs get at them."""

import io
import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import structlog
from flask import Flask
from icalendar import Calendar

from service.clock import FakeClock
from service.log import configure
from service.operations.report import feeds
from tests.builders import World
from tests.functional.web.browsers import Browser, signed_in, words

_ADDRESS = re.compile(r'id="feed-address" value="http://localhost(/feeds/[A-Za-z0-9_-]{43}\.ics)"')


def open_address(browser: Browser, **fields: str) -> str:
    """Opens an address on the page; its path."""
    browser.get("/calendar/addresses")
    page = browser.post("/calendar/addresses", fields)
    found = _ADDRESS.search(page.text)
    assert found is not None
    return found[1]


def test_an_address_is_shown_once_and_reads_without_a_session(app: Flask, world: World) -> None:
    clerk = signed_in(app, "clerk")
    address = open_address(clerk, label="điện thoại")
    world.open_dossier()
    again = clerk.get("/calendar/addresses")
    assert address not in again.text
    assert "chưa lần nào" in words(again)
    answer = app.test_client().get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event.decoded("DTSTART") == date(2024, 11, 30)
    assert "chưa lần nào" not in words(clerk.get("/calendar/addresses"))


def test_a_program_that_holds_the_content_is_told_so_until_it_changes(app: Flask, world: World) -> None:
    address = open_address(signed_in(app, "clerk"))
    program = app.test_client()
    etag = program.get(address).headers["ETag"]
    unchanged = program.get(address, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == etag
    world.open_dossier()
    changed = program.get(address, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.last_modified is not None
    assert changed.last_modified.replace(microsecond=0) == world.clock.now().replace(microsecond=0)
    # What has only left the calendar is news too, although no date says so.
    later = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert program.get(address, headers=later).status_code == 200


def test_a_revoked_or_unknown_address_is_not_found(app: Flask) -> None:
    clerk = signed_in(app, "clerk")
    address = open_address(clerk)
    (renewing,) = re.findall(r"/calendar/addresses/(\d+)/renew", clerk.get("/calendar/addresses").text)
    page = clerk.post(f"/calendar/addresses/{renewing}/renew")
    found = _ADDRESS.search(page.text)
    assert found is not None
    assert found[1] != address
    program = app.test_client()
    assert program.get(address).status_code == 404
    assert program.get(found[1]).status_code == 200
    (feed,) = re.findall(r"/calendar/addresses/(\d+)/revoke", clerk.get("/calendar/addresses").text)
    assert clerk.post(f"/calendar/addresses/{feed}/revoke").status_code == 303
    for path in (found[1], "/feeds/x.ics", "/feeds/" + "a" * 43 + ".ics"):
        answer = program.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/plain")


def test_nobody_renews_or_revokes_the_address_of_another(app: Flask) -> None:
    open_address(signed_in(app, "clerk"))
    neighbour = signed_in(app, "neighbour")
    for verb in ("renew", "revoke"):
        assert neighbour.post(f"/calendar/addresses/1/{verb}").status_code == 404


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the process writes into its log; its logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    clock = FakeClock(datetime(2024, 12, 5, 1, tzinfo=UTC))
    configure(level="INFO", form="json", clock=clock, stream=written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_the_secret_never_comes_into_the_log(
    app: Flask, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = open_address(signed_in(app, "clerk"))
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def break_down(*_given: object) -> None:
        raise RuntimeError(f"the database is gone while reading {address}")

    monkeypatch.setattr(feeds, "publish", break_down)
    assert app.test_client().get(address).status_code == 500
    assert "the database is gone while reading" in log.getvalue()
    assert address.removeprefix("/feeds/").removesuffix(".ics") not in log.getvalue()


def test_too_many_readings_from_one_place_are_refused(app: Flask) -> None:
    program = app.test_client()
    statuses = {program.get("/feeds/x.ics").status_code for _ in range(125)}
    assert statuses == {404, 429}


def test_a_wrong_choice_keeps_what_was_typed(app: Flask) -> None:
    clerk = signed_in(app, "clerk")
    clerk.get("/calendar/addresses")
    page = clerk.post("/calendar/addresses", {"label": "x" * 101})
    assert page.status_code == 422
    assert "x" * 101 in page.text
    assert clerk.post("/calendar/addresses", {"round": "999999"}).status_code == 404


def test_the_month_shades_rest_days_and_tells_tasks_and_deadlines(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier()
    clerk = signed_in(app, "clerk")
    page = clerk.get("/calendar")
    told = words(page)
    assert "Tháng Mười Một 2024" in told or "Tháng 11 2024" in told
    assert f'href="/tasks/{world.task(dossier_id).id}"' in page.text
    assert 'id="day-2024-11-30"' in page.text
    assert "calendar-day--weekend" in page.text
    assert "ngày nghỉ" in told.lower()
    later = clerk.get("/calendar?month=2024-12")
    assert 'id="day-2024-12-04"' in later.text
    assert "calendar-day--off" in clerk.get("/calendar?month=2025-01").text


@pytest.mark.parametrize("month", ["", "2024", "2024-13", "1999-01", "x", "2024-1", "2000-01", "2099-12"])
def test_any_month_that_is_asked_for_gives_a_page(app: Flask, month: str) -> None:
    assert signed_in(app, "labour").get("/calendar", query_string={"month": month}).status_code == 200


def test_what_is_late_stands_first_and_what_has_no_date_last(app: Flask, world: World) -> None:
    world.open_dossier()
    world.carry_to("decide", title="Chờ Chủ tịch")
    world.clock.set(world.clock.now() + timedelta(days=30))
    told = words(signed_in(app, "clerk").get("/calendar"))
    assert "Còn tồn từ trước" in told
    assert "Chưa có ngày" in words(signed_in(app, "chairman").get("/calendar"))


def test_an_administrator_without_a_seat_has_a_calendar_too(app: Flask) -> None:
    assert "Các hạn của đợt" in words(signed_in(app, "admin").get("/calendar/addresses"))
    assert signed_in(app, "admin").get("/calendar").status_code == 200
