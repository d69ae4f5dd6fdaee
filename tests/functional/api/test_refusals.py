"""Who is refused and how, where the access matrix does not look: in lists, in bodies, and who has left."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from service.api.access import Who, declared
from service.api.document import SPEC_PATH
from service.domain.access import WITHOUT_SIGN_IN
from service.localities import read_folder
from service.operations.setup import localities
from service.operations.staff import people
from service.store import people as person_rows
from tests.builders import PASSWORD, ROOT, World
from tests.functional.access.places import furnish
from tests.functional.access.sending import Bodies, address
from tests.functional.api.clients import PREFIX, Client, problem, told, with_token
from tests.functional.api.places import TEXTS, routes

OTHER_LOCALITY = ROOT / "tests" / "data" / "localities" / "tinh-mau"
NOTHING = 4_000_000_000


@pytest.fixture
def stranger(app: Flask, world: World) -> Client:
    """Somebody who reviews in another locality."""
    with world.database.write() as work:
        localities.load(work, read_folder(OTHER_LOCALITY))
        people.add(
            work,
            sign_in_name="stranger",
            name="Stranger",
            email="stranger@example.invalid",
            password=PASSWORD,
            seats=[("tinh-mau", "labour", "labour_reviewer"), ("tinh-mau", "culture", "proposer")],
        )
    return with_token(app, world, "stranger")


def bodies(task_id: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Operations that name a task in their body only, all or nothing."""
    letter = {"number": "1/TTr", "signed_on": "2024-11-20"}
    named = {"task_ids": [task_id], "seen_versions": [{"task_id": task_id, "seen_version": 1}]}
    yield "/submissions", {"values": letter, **named}
    yield "/decisions", {"values": {"outcome": "approve"}, "judgements": [], **named}


def test_whoever_is_not_signed_in_is_told_so_as_a_problem(app: Flask, anybody: Client) -> None:
    for name, method, rule in routes(app):
        if declared(app.view_functions[rule.endpoint]) not in WITHOUT_SIGN_IN:
            path = re.sub(r"<(?:[^<:]+:)?([^>]+)>", lambda found: TEXTS.get(found[1], "1"), rule.rule)
            answer = anybody.call(method, path.removeprefix(PREFIX))
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), name
    problem(anybody.post("/sign-in", {"sign_in_name": "clerk", "password": "not-the-password"}), 401)


def test_another_locality_sees_empty_lists(world: World, stranger: Client) -> None:
    world.carry_to("select")
    assert told(stranger.get("/dossiers"), 200)["dossiers"] == []
    for folder in ("mine", "group", "overdue", "soon", "supplement", "done"):
        assert told(stranger.get(f"/tasks?folder={folder}"), 200)["tasks"] == []
    assert [item["id"] for item in told(stranger.get("/localities"), 200)["localities"]] == ["tinh-mau"]
    assert {item["locality"] for item in told(stranger.get("/openings"), 200)["openings"]} == {"tinh-mau"}


def test_a_task_named_in_a_body_is_as_unknown_as_one_in_an_address(
    app: Flask, world: World, stranger: Client
) -> None:
    task_id = world.task(world.carry_to("forward_to_interior")).id
    for caller in (stranger, with_token(app, world, "neighbour")):
        for path, body in bodies(task_id):
            problem(caller.post(path, body), 404)
        until = {"until": "2024-12-02"}
        for path, more in (("/tasks/claim", {}), ("/tasks/snooze", until)):
            there, nowhere = told(caller.post(path, {"task_ids": [task_id, NOTHING], **more}), 200)["results"]
            assert (there["done"], there["code"]) == (False, None), path
            assert there | {"task_id": NOTHING} == nowhere, path


def test_an_office_whose_turn_comes_later_reads_a_task_and_does_not_act_on_it(
    app: Flask, world: World
) -> None:
    place = furnish(world).review
    chairman = with_token(app, world, "chairman")
    sent = Bodies(app.test_client().get(SPEC_PATH).get_json())
    tried = 0
    for name, method, rule in routes(app):
        of_a_task = declared(app.view_functions[rule.endpoint]) in {Who.CANDIDATES, Who.HOLDER, Who.HEADS}
        if of_a_task and "<row:task_id>" in rule.rule:
            options = sent.of(rule, method, place)
            if options.pop("upload", False):
                continue
            with world.database.write() as work:
                path = address(work, rule, place).removeprefix(PREFIX)
            answer = chairman.call(method, path, **options)
            assert answer.status_code == 403, (name, answer.text)
            problem(answer, 403)
            tried += 1
    assert tried > 10
    told(chairman.get(f"/tasks/{place.task_id}"), 200)


def test_a_person_who_is_no_longer_active_is_out_at_once(app: Flask, world: World) -> None:
    clerk = with_token(app, world, "clerk")
    told(clerk.get("/me"), 200)
    with world.database.write() as work:
        person = person_rows.find_by_sign_in_name(work, "clerk")
        assert person is not None
        person.active = False
    problem(clerk.get("/me"), 401)
