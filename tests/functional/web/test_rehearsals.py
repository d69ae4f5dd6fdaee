"""Rehearsals on the screens: asking, watching, reading; for administrators only."""

import re
import threading
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.rehearsals import starting
from service.rehearsals.keeping import Shelf
from tests.builders import World
from tests.functional.web.browsers import Browser, in_english, signed_in, words
from tests.support.reports import deploy_reports

ASK = "/rounds/annual-2024/rehearsals"
RUNNING_WITHIN_SECONDS = 120

pytestmark = [
    pytest.mark.parametrize("world", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("played_once"),
]


def sent(browser: Browser, path: str = ASK, **changed: str) -> TestResponse:
    """Sends the form as it comes, with a few units and whatever is changed."""
    page = browser.get(path)
    return browser.post(path, fields_of(page) | {"units": "2"} | changed)


def fields_of(page: TestResponse) -> Mapping[str, str]:
    """What the form holds when nothing is touched."""
    found = dict(re.findall(r'name="([a-z_0-9-]+)"[^>]*? value="([^"]*)"', page.text))
    for name, options in re.findall(r'<select[^>]*name="([a-z_0-9-]+)"[^>]*>(.*?)</select>', page.text):
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert chosen is not None
        found[name] = chosen[1]
    return {name: value for name, value in found.items() if name not in {"csrf_token", "language", "next"}}


def done(answer: TestResponse) -> str:
    """Waits for the rehearsal that an answer leads to; gives its address."""
    assert answer.status_code == 303, answer.text
    for thread in threading.enumerate():
        if thread.name == "rehearsal":
            thread.join(RUNNING_WITHIN_SECONDS)
    return answer.headers["Location"]


def test_a_rehearsal_is_asked_for_run_and_read(app: Flask) -> None:
    admin = in_english(app, "admin")
    page = done(sent(admin))
    said = words(admin.get(page))
    assert "The round as it is now" in said
    assert "Nothing of this has been sent, and nobody real took part." in said
    for part in ("mails", "overdue", "escalations", "actions"):
        assert admin.get(f"{page}?part={part}").status_code == 200
    assert "days before" in words(admin.get(f"{page}?part=mails"))
    assert admin.get(f"{page}?part=difference").status_code == 404
    assert page in admin.get(ASK).text


def test_its_progress_leads_to_the_result(app: Flask) -> None:
    admin = signed_in(app, "admin")
    page = done(sent(admin))
    answer = admin.get(f"{page}/progress", fragment=True)
    assert answer.headers["HX-Redirect"] == page


def test_another_date_shows_the_difference(app: Flask) -> None:
    admin = in_english(app, "admin")
    changed = {"day-labour_review": "03/12/2024", "bound-labour_review": "by", "late": "100"}
    page = done(sent(admin, **changed))
    said = words(admin.get(page))
    assert "by 03/12/2024 (that day still counts)" in said
    assert "Above the line: with the change." in said
    assert "Moved by the change" in words(admin.get(f"{page}?part=difference"))


def test_a_shorter_ladder_shows_what_it_drops(app: Flask) -> None:
    admin = in_english(app, "admin")
    page = done(sent(admin, **{"days-0": "", "days-1": ""}))
    assert "Dropped by the change" in words(admin.get(f"{page}?part=difference"))


def test_a_round_without_dates_says_whose_guidance_is_awaited(app: Flask) -> None:
    admin = in_english(app, "admin")
    page = done(sent(admin, "/rounds/final-2025/rehearsals"))
    assert "guidance of UBND tỉnh Khánh Hòa is awaited" in words(admin.get(page))


def test_a_diagram_that_is_none_is_told_on_the_page_of_the_rehearsal(app: Flask) -> None:
    admin = in_english(app, "admin")
    page = admin.get(ASK)
    fields = dict(fields_of(page)) | {"units": "2"}
    answer = admin.post(ASK, {**fields, "diagram": (BytesIO(b"<no-diagram/>"), "a.bpmn")})
    assert "The diagram has" in words(admin.get(done(answer)))


@pytest.mark.parametrize(
    ("field", "value"),
    [("units", "0"), ("units", "many"), ("units", "201"), ("late", "101"), ("seed", ""),
     ("day-labour_review", "31/02/2024"), ("days-0", "soon"), ("days-0", "9999999"), ("at-0", "25:00")],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(app: Flask, field: str, value: str) -> None:
    admin = in_english(app, "admin")
    answer = sent(admin, **{"day-unit_submission": "02/12/2024", field: value})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'value="02/12/2024"' in answer.text


def test_only_administrators_rehearse(app: Flask) -> None:
    clerk = signed_in(app, "clerk")
    assert clerk.get(ASK).status_code == 403
    assert clerk.post(ASK, {"units": "3"}).status_code == 403
    assert "Diễn tập" not in words(clerk.get("/rounds/annual-2024"))


def test_the_page_of_the_round_leads_there(app: Flask) -> None:
    assert ASK in signed_in(app, "admin").get("/rounds/annual-2024").text


def test_somebody_elses_rehearsal_does_not_exist(app: Flask, tmp_path: Path) -> None:
    theirs = Shelf(tmp_path / "rehearsals").begin(4711, "van-ninh", "annual-2024")
    admin = signed_in(app, "admin")
    assert admin.get(f"/rehearsals/{theirs.id}").status_code == 404
    assert admin.get("/rehearsals/nothing").status_code == 404
    assert admin.get("/rehearsals/..%2fsecret").status_code == 404


def test_one_at_a_time(app: Flask, world: World, tmp_path: Path) -> None:
    admin = in_english(app, "admin")
    Shelf(tmp_path / "rehearsals").begin(world.actor("admin").person_id, "van-ninh", "annual-2024")
    assert "Your last rehearsal is still running." in words(sent(admin))


def test_reports_are_rehearsed_from_their_own_page(app: Flask, world: World) -> None:
    deploy_reports(world)
    admin = in_english(app, "admin")
    asking = "/rounds/result_report-2024/rehearsals"
    assert asking in admin.get("/duties/result_report-2024").text
    page = done(sent(admin, asking))
    assert "The round as it is now" in words(admin.get(page))
    for part in ("mails", "overdue", "escalations", "actions"):
        assert admin.get(f"{page}?part={part}").status_code == 200


def test_dossiers_under_way_come_along_unless_the_opening_is_chosen(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = in_english(app, "admin")
    assert "From when" not in words(admin.get(ASK))
    world.carry_to("select")
    assert "with copies of the dossiers under way (1)" in words(admin.get(ASK))
    page = done(sent(admin, begins="now", late="0", returned="0"))
    said = words(admin.get(page))
    assert "(1 of them under way, as copies)" in said
    assert "Played on from 20/11/2024" in said
    whole = words(admin.get(done(sent(admin, begins="opening", late="0", returned="0"))))
    assert "under way, as copies" not in whole
    world.carry_to("select", title="Hồ sơ hai")
    monkeypatch.setattr(starting, "MOST_UNITS_BESIDE", 1)
    refused = sent(admin, begins="now", units="1", seed="77")
    assert refused.status_code == 422
    assert '<a href="#field-from_opening">' in refused.text
    assert 'value="77"' in refused.text
