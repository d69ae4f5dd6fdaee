"""What all pages share: headers, errors, built files."""

import pytest
from flask import Flask

from service.domain.errors import EngineFailure, message
from service.web.dossier import dossiers
from tests.builders import World
from tests.functional.web.browsers import Browser, signed_in, words

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def test_pages_forbid_foreign_scripts_frames_and_guessing(app: Flask) -> None:
    headers = Browser(app).get("/sign-in").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["style-src-attr"] == "'unsafe-inline'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_no_page_carries_a_script_or_style_of_its_own(app: Flask) -> None:
    page = signed_in(app, "clerk").get("/inbox/mine").text
    assert "<style" not in page
    assert "<script>" not in page
    assert " onclick" not in page


def test_an_unknown_address_says_what_to_do(app: Flask) -> None:
    answer = signed_in(app, "clerk").get("/no/such/page")
    assert answer.status_code == 404
    assert '<a class="btn btn-secondary" href="/">' in answer.text


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "1e5", "-1", "%00"])
def test_a_number_that_names_no_row_is_an_unknown_address(app: Flask, number: str) -> None:
    assert signed_in(app, "clerk").get(f"/dossiers/{number}").status_code == 404


def test_a_fault_gives_a_number_and_hides_its_reasons(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("the password is hunter2")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = signed_in(app, "clerk")
    monkeypatch.setattr(dossiers.dossiers, "list_visible", break_down)
    answer = browser.get("/dossiers")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "<code>" in answer.text


def test_a_database_that_does_not_answer_still_gives_a_page(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise ConnectionError("no database")

    app.testing = False
    browser = signed_in(app, "clerk")
    for way in ("read", "glance", "write"):
        monkeypatch.setattr(type(world.database), way, gone)
    answer = browser.get("/inbox/mine")
    assert answer.status_code == 500
    assert "<code>" in answer.text
    assert "Something went wrong" in answer.text


def test_an_engine_failure_is_told_with_its_number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise EngineFailure(message("The diagram ends at {element}.", element="x"))

    browser = signed_in(app, "clerk")
    monkeypatch.setattr(dossiers.dossiers, "list_visible", fail)
    answer = browser.get("/dossiers")
    assert answer.status_code == 500
    assert "<code>" in answer.text


def test_a_part_of_a_page_gets_its_error_as_a_part(app: Flask) -> None:
    answer = signed_in(app, "clerk").get("/tasks/4000000", fragment=True)
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert words(answer)


def test_built_files_are_kept_by_browsers_and_nothing_else_is_served(app: Flask) -> None:
    browser = Browser(app)
    page = browser.get("/sign-in").text
    address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    answer = browser.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert browser.get("/assets/../app.py").status_code == 404
    assert browser.get("/assets/%2e%2e/%2e%2e/access.py").status_code == 404
