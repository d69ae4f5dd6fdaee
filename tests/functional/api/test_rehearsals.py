"""Rehearsals over the API: the same operations and rules as on the screen and the command line."""

import threading
from typing import Any

import pytest
from flask import Flask

from tests.builders import ROOT, World
from tests.functional.api.clients import Client, problem, told, with_token
from tests.support.reports import deploy_reports

pytestmark = [
    pytest.mark.parametrize("world", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("played_once"),
]

ANNUAL = "/rounds/van-ninh/annual-2024/rehearsals"
REPORTS = "/rounds/van-ninh/result_report-2024/rehearsals"
RUNNING_WITHIN_SECONDS = 120


@pytest.fixture
def admin(app: Flask, world: World) -> Client:
    return with_token(app, world, "admin")


def rehearsed(caller: Client, path: str = ANNUAL, **asked: object) -> Any:
    """Starts a rehearsal of two units, waits for it and reads it."""
    started = told(caller.post(path, {"units": 2, **asked}), 202)
    assert started["state"] == "running"
    for thread in threading.enumerate():
        if thread.name == "rehearsal":
            thread.join(RUNNING_WITHIN_SECONDS)
    return told(caller.get(f"/rehearsals/{started['id']}"), 200)


def test_a_rehearsal_is_started_watched_and_read(admin: Client) -> None:
    found = rehearsed(admin)
    assert (found["state"], found["share"], found["wrong"]) == ("done", 1.0, None)
    assert found["change"] == {"vi": "", "en": ""}
    assert found["told"]["result"]["counts"]["dossiers"] == 2
    assert found["told"]["changed"] is None
    (listed,) = told(admin.get(ANNUAL), 200)["rehearsals"]
    assert listed == {name: value for name, value in found.items() if name != "told"}


def test_dates_a_ladder_and_a_diagram_are_tried(admin: Client) -> None:
    found = rehearsed(
        admin,
        late=1,
        dates=[{"deadline": "labour_review", "date": "2024-12-03", "bound": "by"}],
        ladder={"key": "default", "rungs": [{"days": 0, "audience": "candidates"}]},
        diagram=(ROOT / "bpmn" / "award_dossier.bpmn").read_text(encoding="utf-8"),
    )
    assert found["state"] == "done", found["wrong"]
    assert "by 03/12/2024 (that day still counts)" in found["change"]["en"]
    assert found["told"]["difference"]["mails"]["dropped"]


def test_reports_are_rehearsed_too(admin: Client, world: World) -> None:
    deploy_reports(world)
    found = rehearsed(admin, REPORTS, late=0)
    assert found["told"]["result"]["counts"] | {"mails": 0} == {
        "dossiers": 2,
        "under_way": 0,
        "ended": 2,
        "mails": 0,
        "overdue": 0,
        "escalations": 0,
        "stuck": 0,
    }


def test_why_a_rehearsal_failed_is_told(admin: Client) -> None:
    found = rehearsed(admin, diagram="<no-diagram/>")
    assert (found["state"], found["told"]) == ("failed", None)
    assert found["wrong"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"units": 0}, "units"),
        ({"units": 201}, "units"),
        ({"late": 1.5}, "late"),
        ({"returned": True}, "returned"),
        ({"seed": -1}, "seed"),
        ({"dates": [{"deadline": "labour_review", "date": "31/12"}]}, "dates.0.date"),
    ],
)
def test_what_cannot_be_asked_is_named_by_its_field(admin: Client, asked: Any, field: str) -> None:
    assert field in problem(admin.post(ANNUAL, asked), 422, "invalid")["fields"]


def test_an_unknown_deadline_or_round_starts_nothing(admin: Client) -> None:
    unknown = {"dates": [{"deadline": "nothing", "date": "2024-12-03"}]}
    assert "nothing" in problem(admin.post(ANNUAL, unknown), 422)["detail"]
    problem(admin.post("/rounds/van-ninh/annual-1999/rehearsals", {}), 404)
    assert told(admin.get(ANNUAL), 200) == {"rehearsals": []}


def test_nobody_reads_the_rehearsal_of_another(app: Flask, world: World, admin: Client) -> None:
    found = rehearsed(admin)
    labour = with_token(app, world, "labour")
    problem(labour.get(f"/rehearsals/{found['id']}"), 403)
    problem(labour.post(ANNUAL, {"units": 1}), 403)
    problem(admin.get("/rehearsals/0123456789abcdef"), 404)
