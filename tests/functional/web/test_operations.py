"""What administrators and machines see of the service: numbers, incidents, mail, diagrams."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from service.domain.incidents import IncidentKind
from service.operations import incidents
from service.operations.watch import workers
from service.store import dossiers, mails
from service.store import workers as rows
from service.store.tables import Incident
from service.store.work import Database
from service.web.watch import operations as operation_pages
from tests.builders import World
from tests.functional.web.browsers import Browser, in_english, signed_in, words
from tests.support.reports import deploy_reports


@pytest.fixture
def buried(world: World) -> int:
    """The incident of a mail that could not be delivered."""
    world.carry_to("select")
    dossier_id = world.carry_to("select")
    world.select(dossier_id, outcome="return_unit", reason="Thiếu xác nhận.")
    with world.database.write() as work:
        mail = mails.newest(work)[0]
        mail.status, mail.last_error = "dead", "550 no such mailbox"
        incidents.report_mail(work, mail, "550 no such mailbox")
    with world.database.read() as work:
        return incidents.list_open(work, world.actor("admin"))[0].id


def test_the_page_counts_dossiers_mail_and_steps(app: Flask, buried: int) -> None:
    assert buried
    page = in_english(app, "admin").get("/operations")
    said = words(page)
    assert page.status_code == 200
    assert "Incidents (1)" in said
    assert "550 no such mailbox" in said
    assert "Receive and select 1" in said
    assert 'href="/dossiers?kind=award&amp;status=returned"' in page.text
    assert 'href="/operations/mails?status=dead"' in page.text


def test_every_number_leads_to_a_list_of_as_many_rows(world: World, app: Flask) -> None:
    """At one step four have lain since 5, 7, 7 and 11 working days."""
    dossier_id = world.carry_to("select")
    for moment in ("2024-11-26 09:00", "2024-11-26 10:00", "2024-11-28 09:00"):
        world.on(moment)
        world.carry_to("select")
    world.carry_to("forward_to_interior")
    world.on("2024-12-05 09:00")
    admin = in_english(app, "admin")
    page = admin.get("/operations").text
    table = page.partition("data-standing")[2].partition("</table>")[0]
    rows = re.findall(r"<tr><td><strong>(.*?)</tr>", table, re.DOTALL)
    told = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
    assert [row[:4] for row in told] == [
        ["Receive", "and", "select", "4"],
        ["Forward", "to", "the", "Interior"],
    ]
    assert [number for number in told[0] if number.isdecimal()] == ["4", "4", "7", "11"]
    links = re.findall(r'href="([^"]+)"[^>]*>(?:<span[^>]*>.*?</svg>)?\s*(\d+)', table, re.DOTALL)
    shown = [len(re.findall(r"queue__code", admin.get(unescape(address)).text)) for address, _ in links]
    assert shown == [4, 4, 3, 1, 1, 1, 1, 1], "all, late, as old as the median, as old as the oldest"
    assert f'href="/dossiers/{dossier_id}"' in admin.get(unescape(links[3][0])).text
    marks = json.loads(unescape(re.findall(r'data-standing="([^"]*)"', page)[0]))
    assert marks["select"]["words"] == "4 waiting, 4 overdue"
    assert marks["select"]["href"] == unescape(links[0][0])
    counts = re.findall(r'href="(/(?:dossiers|operations)[^"#]*)">(\d+)<', page)
    for address, number in ((address, number) for address, number in counts if "since=" not in address):
        listed = admin.get(unescape(address)).text
        assert len(re.findall(r"queue__code", listed)) == int(number), address


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_long_lists_of_a_step_and_of_a_version_are_read_page_by_page(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation_pages, "PAGE_SIZE", 1)
    for _ in range(2):
        world.open_dossier()
    admin = in_english(app, "admin")
    for address in ("/operations/steps/award_dossier/prepare", "/operations/diagrams/1/dossiers"):
        pages = [admin.get(address), admin.get(f"{address}?page=2")]
        codes = [re.findall(r"VN-HN2024-\d+", page.text) for page in pages]
        assert sorted(code for found in codes for code in found) == ["VN-HN2024-0001", "VN-HN2024-0002"]
        assert "Next page" in words(pages[0])
        assert "Next page" not in words(pages[1])
        assert "From the beginning" in words(pages[1])
        for wrong in ("page=0", "page=x"):
            assert admin.get(f"{address}?{wrong}").status_code == 400
    assert admin.get("/operations/steps/award_dossier/prepare?since=yesterday").status_code == 400


def test_an_incident_is_tried_again_from_its_list_and_only_once(
    world: World, app: Flask, buried: int
) -> None:
    browser = in_english(app, "admin")
    assert f"/operations/incidents/{buried}/retry" in browser.get("/operations").text
    assert browser.post(f"/operations/incidents/{buried}/retry").status_code == 303
    with world.database.read() as work:
        assert mails.count_open(work)["dead"] == 0
        assert incidents.list_open(work, world.actor("admin")) == []
    assert browser.post(f"/operations/incidents/{buried}/retry").status_code == 409


def test_the_dossiers_at_a_step_are_listed(app: Flask, buried: int) -> None:
    assert buried
    said = words(in_english(app, "admin").get("/operations/steps/award_dossier/select"))
    assert "Waiting at: Receive and select" in said
    assert "VN-HN2024-0001" in said
    assert "VN-HN2024-0002" not in said


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "address",
    [
        "/operations",
        "/operations/mails",
        "/operations/steps/award_dossier/select",
        "/operations/diagrams/1/dossiers",
        "/definitions",
        "/definitions/1",
    ],
)
def test_these_pages_are_for_administrators(app: Flask, address: str) -> None:
    assert signed_in(app, "chairman").get(address).status_code == 403
    assert signed_in(app, "admin").get(address).status_code == 200


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_diagram_is_shown_drawn_and_in_words(app: Flask) -> None:
    browser = in_english(app, "admin")
    page = browser.get("/definitions/1")
    assert 'data-diagram-url="/definitions/1/diagram.bpmn"' in page.text
    assert "Receive and select" in words(page)
    drawn = browser.get("/definitions/1/diagram.bpmn")
    assert drawn.mimetype == "application/xml"
    assert b"award_dossier" in drawn.data
    assert browser.get("/definitions/99").status_code == 404


def test_health_is_told_without_signing_in(world: World, app: Flask) -> None:
    anybody = Browser(app)
    nobody = anybody.get("/healthz")
    assert (nobody.status_code, nobody.json["status"], nobody.json["ticking"]) == (503, "no_worker", False)
    workers.begin(world.database, "worker-1")
    well = anybody.get("/healthz")
    assert well.status_code == 200
    said = dict(well.json or {})
    assert 0 <= said.pop("last_tick_age_seconds") < 60
    assert said == {
        "status": "ok",
        "database": "ok",
        "schema": "current",
        "ticking": True,
        "mailing": True,
        "workers": {"working": 1, "tick_stalled": 0, "mail_stalled": 0, "gone": 0, "stopped": 0},
    }
    world.on("2025-11-20 09:10")  # the service's time says nothing about the worker
    assert anybody.get("/healthz").status_code == 200


def test_health_tells_what_is_wrong_with_the_workers(world: World, app: Flask) -> None:
    workers.begin(world.database, "worker-1")
    for ages, status in (((300, 1), "tick_stalled"), ((1, 900), "mail_stalled")):
        workers.pulse(world.database, "worker-1", tick_age=ages[0], mail_age=ages[1])
        told = Browser(app).get("/healthz")
        assert (told.status_code, told.json["status"]) == (503, status)
    with world.database.write() as work:
        row = rows.get(work, "worker-1")
        assert row is not None
        row.alive_at = rows.machine_time(work) - timedelta(minutes=5)
    told = Browser(app).get("/healthz")
    assert (told.status_code, told.json["status"], told.json["workers"]["gone"]) == (503, "no_worker", 1)
    workers.begin(world.database, "worker-2")
    assert Browser(app).get("/healthz").status_code == 200


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_database_that_is_down_is_told_as_such(world: World, app: Flask) -> None:
    held = app.extensions["trinh"]
    lost = Database("postgresql://nobody@127.0.0.1:1/none", world.clock)
    app.extensions["trinh"] = replace(held, database=lost)
    told = Browser(app).get("/healthz")
    assert (told.status_code, told.json["status"]) == (503, "database_unreachable")
    assert (told.json["database"], told.json["schema"]) == ("unreachable", "unknown")


def test_operations_show_how_each_worker_does(world: World, app: Flask) -> None:
    for name in ("one", "two"):
        workers.begin(world.database, name)
    workers.end(world.database, "two")
    said = words(in_english(app, "admin").get("/operations"))
    assert "one working" in said
    assert "two stopped" in said
    workers.pulse(world.database, "one", tick_age=300, mail_age=1)
    said = words(in_english(app, "admin").get("/operations"))
    assert "one alive, but does not tick" in said
    assert "No worker fires deadlines now." in said


def test_metrics_hold_numbers_for_this_machine_and_for_administrators(world: World, app: Flask) -> None:
    world.carry_to("select")
    workers.begin(world.database, "worker-1")
    told = Browser(app).get("/metrics")
    assert told.status_code == 200
    assert 'trinh_dossiers{status="running"} 1.0' in told.text
    assert 'trinh_workers{state="working"} 1.0' in told.text
    assert "trinh_last_tick_age_seconds " in told.text
    elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    assert Browser(app).get("/metrics", headers=elsewhere).status_code == 404
    assert signed_in(app, "clerk").get("/metrics", headers=elsewhere).status_code == 404
    assert signed_in(app, "admin").get("/metrics", headers=elsewhere).status_code == 200


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_incidents_say_in_the_readers_words_what_went_wrong_and_where(world: World, app: Flask) -> None:
    dossier_id = world.carry_to("select")
    details = {
        IncidentKind.TIMER: "stuck",
        IncidentKind.VOTE: "41",
        IncidentKind.UNHEARD_MAIL: "decided",
        IncidentKind.UNHEARD_REMINDER: "7_before",
    }
    with world.database.write() as work:
        for kind, detail in details.items():
            row = Incident(kind=kind, dossier_id=dossier_id, detail=detail, opened_at=work.now)
            work.session.add(row)
    with world.database.read() as work:
        code = dossiers.get(work, dossier_id).code
    page = signed_in(app, "admin").get("/operations")
    said = words(page)
    assert page.text.count(f'href="/dossiers/{dossier_id}">{code}</a>') == len(details)
    assert 'href="/opinions/41">Xem câu hỏi</a>' in page.text
    assert "Thư không có ai nhận" in said
    assert "Kết quả hồ sơ" in said
    assert "Lời nhắc không có ai nhận" in said
    assert "7_before" in said


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_help_speaks_the_readers_language(app: Flask) -> None:
    browser = signed_in(app, "labour")
    assert "Trợ giúp cho người xét duyệt" in words(browser.get("/help"))
    browser.post("/language", {"language": "en"})
    assert "Help for reviewers" in words(browser.get("/help"))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_words_of_constant_keys_follow_the_reader(world: World, app: Flask) -> None:
    task = world.task(world.carry_to("decide"))
    address = f"/papers/decide?task={task.id}"
    assert "Thuộc thẩm quyền" in words(signed_in(app, "chairman").get(address))
    assert "Within this authority's power" in words(in_english(app, "chairman").get(address))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_administrators_are_told_that_no_diagram_of_duty_reports_is_deployed(
    world: World, app: Flask
) -> None:
    admin, clerk = in_english(app, "admin"), in_english(app, "clerk")
    for path in ("/operations", "/duties"):
        said = words(admin.get(path))
        assert "the diagram duty_report they run on was never deployed" in said
        assert "trinh deploy forms && trinh deploy bpmn/duty_report.bpmn" in said
    assert "never deployed" not in words(clerk.get("/duties"))
    deploy_reports(world)
    for path in ("/operations", "/duties"):
        assert "never deployed" not in words(admin.get(path))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_administrators_find_what_is_theirs_in_a_menu_beside_the_line_of_places(app: Flask) -> None:
    page = in_english(app, "admin").get("/operations").text
    line = page.partition('<nav class="masthead__nav')[2].partition("</nav>")[0]
    menu = page.partition('<nav aria-label="Administration">')[2].partition("</nav>")[0]
    assert 'href="/operations"' in menu
    assert 'aria-current="page"' in menu
    assert 'href="/operations' not in line
    assert 'class="menu--here"' in page
    assert 'aria-label="Administration"' not in in_english(app, "clerk").get("/dossiers").text
