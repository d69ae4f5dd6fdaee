"""Who may open which route."""

import pytest
from flask import Flask

from service.domain.access import WITHOUT_SIGN_IN, Who, declared
from tests.builders import World
from tests.functional.web.browsers import Browser, signed_in, words

SAMPLE = {"folder": "mine", "name": "manifest.json", "key": "annual-2024"}


def screens(app: Flask) -> dict[str, tuple[str, set[str]]]:
    """Every route of the screens: endpoint → (an address, methods)."""
    found: dict[str, tuple[str, set[str]]] = {}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.partition(".")[0])
        if blueprint is not None and blueprint.import_name.startswith("service.web"):
            values = {name: SAMPLE.get(name, 4_000_000_000) for name in rule.arguments}
            address = adapter.build(rule.endpoint, values)
            found[rule.endpoint] = (address, (rule.methods or set()) - {"HEAD", "OPTIONS"})
    return found


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_every_route_says_who_may_open_it(app: Flask) -> None:
    silent = [endpoint for endpoint in screens(app) if declared(app.view_functions[endpoint]) is None]
    assert not silent, "put @allow(Who.…) right above these views"


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_route_that_does_not_say_is_closed(app: Flask) -> None:
    endpoint = "dossiers.every"
    app.view_functions[endpoint] = lambda: "open"
    assert signed_in(app, "clerk").get("/dossiers").status_code == 404


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_nobody_gets_past_the_sign_in_page_unless_the_route_is_open(app: Flask) -> None:
    stranger = Browser(app)
    stranger.get("/sign-in")
    for endpoint, (address, methods) in screens(app).items():
        view = app.view_functions[endpoint]
        if declared(view) in WITHOUT_SIGN_IN:
            continue
        for method in methods:
            answer = stranger.get(address) if method == "GET" else stranger.post(address)
            expected = {404} if getattr(view, "demo_only", False) else {303, 401}
            assert answer.status_code in expected, f"{method} {address}"
            if answer.status_code == 303:
                assert str(answer.location).startswith("/sign-in?next=")


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_only_administrators_open_their_pages(app: Flask) -> None:
    reviewer = signed_in(app, "labour_head")
    for endpoint, (address, methods) in screens(app).items():
        view = app.view_functions[endpoint]
        if declared(view) is not Who.ADMINISTRATORS:
            continue
        for method in methods:
            answer = reviewer.get(address) if method == "GET" else reviewer.post(address)
            expected = 404 if getattr(view, "demo_only", False) else 403
            assert answer.status_code == expected, f"{method} {address}"


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_demos_pages_do_not_exist_elsewhere(app: Flask) -> None:
    administrator = signed_in(app, "admin")
    for endpoint, (address, methods) in screens(app).items():
        if getattr(app.view_functions[endpoint], "demo_only", False) and "GET" in methods:
            assert administrator.get(address).status_code == 404, address


def test_another_units_dossier_looks_as_if_it_did_not_exist(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier("clerk")
    neighbour = signed_in(app, "neighbour")
    for part in ("", "/history", "/diagram", "/diagram.bpmn", "/withdraw", "/nominations/new"):
        assert neighbour.get(f"/dossiers/{dossier_id}{part}").status_code == 404, part
    assert neighbour.get(f"/tasks/{world.task(dossier_id).id}").status_code == 404


def test_a_task_of_another_office_is_refused_in_words(app: Flask, world: World) -> None:
    task = world.task(world.carry_to("select"))
    interior = signed_in(app, "interior")
    answer = interior.post(f"/tasks/{task.id}/claim")
    assert answer.status_code == 403
    assert "Phòng Lao động" in words(answer)
    assert world.task(task.dossier_id).assignee_id is None
