"""Duty reports over the API and the command line: the same figures, and opening by hand."""

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from service.cli import main
from service.operations.schedule import duties
from service.operations.watch import ticks
from tests.builders import LOCALITY, World
from tests.functional.api.clients import problem, told, with_token
from tests.support.reports import deploy_reports, send_report

REPORT = "result_report-2024"
SHAPE = {
    "duty",
    "year",
    "owner",
    "recipients",
    "date",
    "due_at",
    "bound",
    "sent",
    "missing",
    "late",
    "source",
}


@pytest.fixture
def world(world: World) -> World:
    """The yearly reports have just opened; one has been sent."""
    deploy_reports(world)
    world.on("2024-10-21 08:00")
    ticks.tick(world.database)
    with world.database.read() as work:
        page = duties.show(work, LOCALITY, REPORT, world.actor("clerk"))
        report = page.lines[0].report
    assert report is not None
    send_report(world, report.id)
    return world


def test_a_duty_is_told_with_its_figures_and_its_clause(world: World, app: Flask) -> None:
    interior = with_token(app, world, "interior")
    found = told(interior.get("/localities/van-ninh/duties?year=2024"), 200)["duties"]
    assert [one["round"] for one in found] == [REPORT]
    (one,) = found
    assert set(one) >= SHAPE
    assert (one["duty"], one["owner"], one["recipients"]) == ("result_report", "unit", ["interior"])
    assert (one["date"], one["due_at"]) == ("2024-11-20", "2024-11-20T00:00:00+07:00")
    assert (one["bound"], one["opens_on"]) == ("before", "2024-10-20")
    assert (one["owing"], one["sent"], one["missing"], one["late"]) == (16, 1, 15, 0)
    assert "20/11 hàng năm" in one["source"]["quote"]


def test_everybody_who_owes_it_is_told_to_offices_and_ones_own_to_units(world: World, app: Flask) -> None:
    page = told(with_token(app, world, "interior").get(f"/duties/van-ninh/{REPORT}"), 200)
    states = {line["unit"]["key"]: line["state"] for line in page["reports"]}
    assert len(states) == 16
    assert (states["van_gia"], states["van_phu"]) == ("sent", "open")
    # What has not been sent is its unit's own affair.
    assert {line["unit"]["key"] for line in page["reports"] if line["dossier_id"]} == {"van_gia"}
    own = told(with_token(app, world, "clerk").get(f"/duties/van-ninh/{REPORT}"), 200)
    assert [line["unit"]["key"] for line in own["reports"]] == ["van_gia"]


def test_only_administrators_open_reports_and_only_once(world: World, app: Flask) -> None:
    problem(with_token(app, world, "interior").post("/duties/van-ninh/result_report-2023/open", {}), 403)
    admin = with_token(app, world, "admin")
    wanted = {"unit": "van_gia"}
    opened = told(admin.post("/duties/van-ninh/result_report-2023/open", wanted), 201)
    assert opened["codes"] == ["VN-BC-2023-0001"]
    problem(admin.post("/duties/van-ninh/result_report-2023/open", wanted), 409)
    problem(admin.post("/duties/van-ninh/annual-2024/open", {}), 404)


def test_reports_are_listed_by_their_kind(world: World, app: Flask) -> None:
    interior = with_token(app, world, "interior")
    assert told(interior.get("/dossiers"), 200)["dossiers"] == []
    (report,) = told(interior.get("/dossiers?kind=duty"), 200)["dossiers"]
    assert (report["kind"], report["unit"]["key"]) == ("duty", "van_gia")


def test_the_command_line_tells_the_same(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRINH_DATABASE_URL", world.address())
    monkeypatch.setenv("TRINH_DATA", str(world.folder))
    result = CliRunner().invoke(main, ["duties", "--locality", "van-ninh", "--year", "2024", "--json"])
    assert result.exit_code == 0, result.output
    (by_command,) = json.loads(result.stdout)
    (by_api,) = told(with_token(app, world, "admin").get("/localities/van-ninh/duties?year=2024"), 200)[
        "duties"
    ]
    # The command looks at the real clock, by which everything missing is late.
    assert by_command | {"late": by_api["late"]} == by_api
    listed = CliRunner().invoke(main, ["duties", "--locality", "van-ninh"])
    assert "result_report-2022" in listed.stdout
    assert CliRunner().invoke(main, ["duties", "--locality", "nowhere"]).exit_code == 1
