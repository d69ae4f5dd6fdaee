"""Choosing one's mails, and the outbox of administrators, over the API."""

import pytest
from flask import Flask

from service.operations import incidents
from service.store import mails as rows
from tests.builders import World
from tests.functional.api.clients import problem, told, with_token


@pytest.fixture
def returned(world: World) -> list[int]:
    """Two returned dossiers: the first mail is dead, the second waits."""
    for _ in range(2):
        dossier_id = world.carry_to("select")
        world.select(dossier_id, outcome="return_unit", reason="Thiếu xác nhận.")
    with world.database.write() as work:
        waiting, dead = rows.newest(work)
        dead.status, dead.attempts, dead.last_error = "dead", 12, "550 no such mailbox"
        incidents.report_mail(work, dead, "550 no such mailbox")
        return [dead.id, waiting.id]


def test_the_digest_and_what_is_declined_are_chosen_at_once(app: Flask, world: World) -> None:
    clerk = with_token(app, world, "clerk")
    chosen = told(clerk.put("/me/mails", {"digest_hour": 7, "declined": ["returned"]}), 200)
    assert chosen["digest_hour"] == 7
    assert [one["kind"] for one in chosen["kinds"] if one["declined"]] == ["returned"]
    assert told(clerk.get("/me/mails"), 200) == chosen
    ordered = {one["kind"]: one["reason"] for one in chosen["kinds"] if not one["may_decline"]}
    assert "reminder" in ordered
    assert all(ordered.values())
    assert told(clerk.put("/me/mails", {"digest_hour": None, "declined": []}), 200)["digest_hour"] is None


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"digest_hour": 24, "declined": []}, "digest_hour"),
        ({"digest_hour": 7, "declined": ["reminder"]}, "declined"),
        ({"digest_hour": 7, "declined": ["digest"]}, "declined"),
        ({"declined": []}, "digest_hour"),
    ],
)
def test_a_wrong_choice_names_its_field(app: Flask, world: World, body: object, wrong: str) -> None:
    answer = with_token(app, world, "clerk").put("/me/mails", body)
    assert wrong in problem(answer, 422)["fields"]


def test_the_outbox_is_listed_searched_and_paged(app: Flask, world: World, returned: list[int]) -> None:
    admin = with_token(app, world, "admin")
    found = told(admin.get("/outbox"), 200)
    assert [mail["id"] for mail in found["mails"]] == returned[::-1]
    assert found["counts"] == {"queued": 1, "sending": 0, "sent": 0, "dead": 1}
    (dead,) = told(admin.get("/outbox?status=dead&q=hn2024-0001"), 200)["mails"]
    assert (dead["attempts"], dead["last_error"]) == (12, "550 no such mailbox")
    first = told(admin.get("/outbox?limit=1"), 200)
    assert first["next"] == returned[1]
    second = told(admin.get(f"/outbox?limit=1&before={first['next']}"), 200)
    assert ([mail["id"] for mail in second["mails"]], second["next"]) == ([returned[0]], None)


def test_dead_mails_are_tried_again_one_or_all(app: Flask, world: World, returned: list[int]) -> None:
    admin = with_token(app, world, "admin")
    assert told(admin.post(f"/outbox/{returned[0]}/retry"), 200)["status"] == "queued"
    assert told(admin.post("/outbox/retry"), 200) == {"number": 0}
    with world.database.write() as work:
        rows.get(work, returned[0]).status = "dead"
        rows.get(work, returned[1]).status = "sent"
    assert told(admin.post("/outbox/retry"), 200) == {"number": 1}
    problem(admin.post(f"/outbox/{returned[1]}/retry"), 409)


def test_the_outbox_is_for_administrators(app: Flask, world: World, returned: list[int]) -> None:
    chairman = with_token(app, world, "chairman")
    problem(chairman.get("/outbox"), 403)
    problem(chairman.get(f"/outbox/{returned[0]}"), 403)
    problem(chairman.post("/outbox/retry"), 403)


def test_incidents_are_listed_and_tried_again(app: Flask, world: World, returned: list[int]) -> None:
    admin = with_token(app, world, "admin")
    (incident,) = told(admin.get("/incidents"), 200)["incidents"]
    assert (incident["kind"], incident["mail_id"], incident["detail"]) == (
        "mail",
        returned[0],
        "550 no such mailbox",
    )
    assert incident["dossier"]["code"] == "VN-HN2024-0001"
    closed = told(admin.post(f"/incidents/{incident['id']}/retry"), 200)
    assert closed["closed_at"] is not None
    assert told(admin.get("/incidents"), 200)["incidents"] == []
    assert told(admin.get(f"/outbox/{returned[0]}"), 200)["status"] == "queued"
    problem(admin.post(f"/incidents/{incident['id']}/retry"), 409)
    problem(with_token(app, world, "labour").get("/incidents"), 403)
