"""Who is refused and how, where the access matrix does not look: what the pages say, and where they lead."""

import pytest
from flask import Flask

from service.domain.access import WITHOUT_SIGN_IN, declared
from tests.builders import World
from tests.functional.web.browsers import Browser, signed_in, words


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_route_that_does_not_say_is_closed(app: Flask) -> None:
    endpoint = "dossiers.every"
    app.view_functions[endpoint] = lambda: "open"
    assert signed_in(app, "clerk").get("/dossiers").status_code == 404


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_every_page_leads_through_the_sign_in_page_back_to_itself(app: Flask) -> None:
    stranger = Browser(app)
    stranger.get("/sign-in")
    adapter = app.url_map.bind("localhost")
    tried = 0
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.partition(".")[0])
        view = app.view_functions[rule.endpoint]
        if blueprint is None or not blueprint.import_name.startswith("service.web"):
            continue
        if declared(view) in WITHOUT_SIGN_IN or getattr(view, "demo_only", False):
            continue
        if "GET" in (rule.methods or set()):
            address = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method="GET")
            answer = stranger.get(address)
            assert answer.status_code in {303, 401}, address
            if answer.status_code == 303:
                assert str(answer.location).startswith("/sign-in?next="), address
                tried += 1
    assert tried > 30


def test_a_task_of_another_office_is_refused_in_words(app: Flask, world: World) -> None:
    task = world.task(world.carry_to("select"))
    interior = signed_in(app, "interior")
    answer = interior.post(f"/tasks/{task.id}/claim")
    assert answer.status_code == 403
    assert "Phòng Lao động" in words(answer)
    assert world.task(task.dossier_id).assignee_id is None
