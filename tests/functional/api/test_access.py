"""Who is let in: every route, tried by everybody it is not for, made from the application's own map."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from service.api.access import Who, declared
from service.localities import read_folder
from service.operations import dossiers, localities, people
from service.store import people as person_rows
from tests.builders import PASSWORD, ROOT, World
from tests.functional.api.clients import PREFIX, Client, problem, told, with_token
from tests.functional.api.test_journey import NOMINATION
from tests.support import files

OTHER_LOCALITY = ROOT / "tests" / "data" / "localities" / "tinh-mau"
FORM = {"values": {}, "seen_version": 1}
BODIES: dict[str, Any] = {
    "create_dossier": {"locality": "van-ninh", "round": "annual-2024", "title": "Hồ sơ"},
    "rename_dossier": {"title": "Tên khác"},
    "submit_dossier": FORM,
    "withdraw_dossier": {"reason": "Nhầm"},
    "add_nomination": NOMINATION,
    "change_nomination": NOMINATION,
    "complete_task": FORM | {"values": {"outcome": "accept"}},
    "send_submission": {"task_ids": ["TASK"], "values": {"number": "1/TTr", "signed_on": "2024-11-20"}},
    "sign_decision": {"task_ids": ["TASK"], "values": {"outcome": "approve"}, "judgements": []},
    "sign_in": {"sign_in_name": "clerk", "password": "not-the-password"},
    "make_token": {},
    "choose_mails": {"digest_hour": 7, "declined": []},
    "open_reports": {},
    "open_feed": {},
    "create_round": {"kind": "annual", "year": 2026, "reason": "Kéo dài"},
    "close_round": {"reason": "Nhầm"},
    "enter_swap_day": {
        "kind": "off",
        "name_vi": "Nghỉ hoán đổi",
        "guidance": {
            "number": "1/TB",
            "issuer": "Bộ",
            "issued_on": "2024-11-01",
            "section": "1",
            "quote": "nghỉ hoán đổi",
        },
        "reason": "Thông báo",
    },
    "withdraw_swap_day": {"reason": "Thôi"},
    "restore_swap_day": {"reason": "Vẫn"},
    "create_ladder": {
        "name_vi": "Nhắc sớm",
        "rungs": [{"days": -5, "audience": "candidates"}],
        "reason": "Gấp",
    },
    "change_ladder": {
        "name_vi": "Mặc định",
        "rungs": [{"days": -5, "audience": "candidates"}],
        "reason": "Gấp",
    },
    "withdraw_ladder": {"reason": "Thôi"},
    "start_rehearsal": {"units": 1},
    "change_deadline": {"date": "2024-12-04", "reason": "Bão"},
    "withdraw_deadline": {"reason": "Hết bão"},
    "extend_deadline": {"unit": "van_gia", "last_day": "2024-12-06", "reason": "Ngập"},
    "end_extension": {"reason": "Nước rút"},
    "ask_export": {"kind": "dossiers"},
}
"""A body that would be right if the caller were."""
QUERIES = {"propose_round": "?kind=annual&year=2026"}
"""The query of a route that asks for one."""
WITHOUT_NUMBERS = {
    "list_localities", "list_openings", "list_dossiers", "list_tasks", "count_folders", "show_me",
    "sign_out", "make_token", "end_token", "sign_in", "show_subscriptions", "choose_mails",
    "list_feeds", "open_feed",
    "search", "list_exports", "ask_export",
}  # fmt: skip
"""Routes that concern the caller alone: there is nothing of others to reach."""


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Every operation of the API: its name, its method, its rule."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX) and rule.endpoint != "openapi.spec":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint.rsplit(".", 1)[-1], method, rule


class Place:
    """One dossier with something behind every number that an address may name."""

    def __init__(self, world: World, *, decided: bool) -> None:
        self.dossier_id = world.carry_to("nowhere" if decided else "select")
        clerk = world.actor("clerk")
        with world.database.read() as work:
            page = dossiers.show(work, clerk, self.dossier_id)
            self.numbers = {
                "dossier_id": self.dossier_id,
                "nomination_id": page.nominations[0].id,
                "attachment_id": page.attachments[0].id,
                "task_id": page.tasks[-1].id,
                "submission_id": page.submissions[0].id if page.submissions else 1,
                "decision_id": page.decisions[0].id if page.decisions else 1,
                "mail_id": 1,
                "feed_id": 1,
                "export_id": 1,
            }

    def call(self, client: Client, name: str, method: str, rule: Rule) -> Any:
        """Calls a route with right values for all it asks."""
        keys = {
            "locality_id": "van-ninh",
            "key": "annual-2024",
            "deadline_key": "unit_submission",
            "unit_key": "van_gia",
            "day": "2026-01-02",
            "ladder_key": "default",
            "rehearsal_id": "0123456789abcdef",
        }

        def value(found: re.Match[str]) -> str:
            return str((self.numbers | keys)[found[1]])

        address = re.sub(r"<(?:[^<:]+:)?([^>]+)>", value, rule.rule).removeprefix(PREFIX)
        address += QUERIES.get(name, "")
        if name == "add_attachment":
            return client.send_file(self.dossier_id, files.pdf())
        body = BODIES.get(name)
        if body and "task_ids" in body:
            body = body | {"task_ids": [self.numbers["task_id"]]}
        return client.call(method, address, json=body)


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


def test_every_route_says_who_may(app: Flask) -> None:
    silent = [name for name, _, rule in routes(app) if declared(app.view_functions[rule.endpoint]) is None]
    assert not silent
    takes = {
        name
        for name, _, rule in routes(app)
        if "body" in getattr(app.view_functions[rule.endpoint], "_spec", {}) and name != "add_attachment"
    }
    assert takes == set(BODIES)


def test_whoever_is_not_signed_in_reaches_nothing(app: Flask, world: World, anybody: Client) -> None:
    place = Place(world, decided=False)
    for name, method, rule in routes(app):
        answer = place.call(anybody, name, method, rule)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), name


def test_another_locality_does_not_learn_that_anything_exists(
    app: Flask, world: World, stranger: Client
) -> None:
    places = (Place(world, decided=False), Place(world, decided=True))
    tried = 0
    for name, method, rule in routes(app):
        if name in WITHOUT_NUMBERS:
            continue
        for place in places:
            answer = place.call(stranger, name, method, rule)
            # These two tell nothing about what exists.
            for_others = declared(app.view_functions[rule.endpoint]) is Who.ADMINISTRATORS
            problem(answer, 403 if for_others or name == "create_dossier" else 404)
            tried += 1
    assert tried > 40


def test_another_locality_sees_empty_lists(world: World, stranger: Client) -> None:
    world.carry_to("select")
    assert told(stranger.get("/dossiers"), 200)["dossiers"] == []
    for folder in ("mine", "group", "overdue", "soon", "supplement", "done"):
        assert told(stranger.get(f"/tasks?folder={folder}"), 200)["tasks"] == []
    assert [item["id"] for item in told(stranger.get("/localities"), 200)["localities"]] == ["tinh-mau"]
    assert {item["locality"] for item in told(stranger.get("/openings"), 200)["openings"]} == {"tinh-mau"}


def test_another_unit_does_not_learn_of_a_dossier(app: Flask, world: World) -> None:
    place = Place(world, decided=False)
    neighbour = with_token(app, world, "neighbour")
    for name, method, rule in routes(app):
        if "<row:" in rule.rule or name in {"send_submission", "sign_decision"}:
            for_others = declared(app.view_functions[rule.endpoint]) is Who.ADMINISTRATORS
            problem(place.call(neighbour, name, method, rule), 403 if for_others else 404)


def test_offices_see_a_dossier_from_its_submission_on(app: Flask, world: World) -> None:
    labour = with_token(app, world, "labour")
    draft = world.open_dossier()
    problem(labour.get(f"/dossiers/{draft}"), 404)
    problem(labour.get(f"/tasks/{world.task(draft).id}"), 404)
    world.submit(draft)
    told(labour.get(f"/dossiers/{draft}"), 200)


@pytest.mark.parametrize("who", ["interior", "chairman", "clerk", "labour_head", "admin"])
def test_only_the_office_whose_task_it_is_acts_on_it(app: Flask, world: World, who: str) -> None:
    place = Place(world, decided=False)
    caller = with_token(app, world, who)
    for name, method, rule in routes(app):
        who_may = declared(app.view_functions[rule.endpoint])
        if who_may in {Who.CANDIDATES, Who.HOLDER} and name != "sign_decision":
            problem(place.call(caller, name, method, rule), 403)
    told(caller.get(f"/tasks/{place.numbers['task_id']}"), 200)


@pytest.mark.parametrize("who", ["clerk", "labour", "admin"])
def test_nobody_changes_a_dossier_that_is_under_way(app: Flask, world: World, who: str) -> None:
    place = Place(world, decided=False)
    caller = with_token(app, world, who)
    for name, method, rule in routes(app):
        if declared(app.view_functions[rule.endpoint]) is Who.PREPARER:
            problem(place.call(caller, name, method, rule), 409 if name == "submit_dossier" else 403)


def test_the_number_of_one_dossier_does_not_open_what_belongs_to_another(app: Flask, world: World) -> None:
    clerk = with_token(app, world, "clerk")
    mine, other = world.open_dossier(), Place(world, decided=False)
    attachment, nomination = other.numbers["attachment_id"], other.numbers["nomination_id"]
    problem(clerk.get(f"/dossiers/{mine}/attachments/{attachment}"), 404)
    problem(clerk.delete(f"/dossiers/{mine}/attachments/{attachment}"), 404)
    problem(clerk.put(f"/dossiers/{mine}/nominations/{nomination}", NOMINATION), 404)
    problem(clerk.delete(f"/dossiers/{mine}/nominations/{nomination}"), 404)
    with clerk.get(f"/dossiers/{other.dossier_id}/attachments/{attachment}") as answer:
        told(answer, 200)


def test_a_person_who_is_no_longer_active_is_out_at_once(app: Flask, world: World) -> None:
    clerk = with_token(app, world, "clerk")
    told(clerk.get("/me"), 200)
    with world.database.write() as work:
        person = person_rows.find_by_sign_in_name(work, "clerk")
        assert person is not None
        person.active = False
    problem(clerk.get("/me"), 401)
