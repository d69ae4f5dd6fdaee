"""Programs keep drafts, put files into forms, foresee, comment, and read the way of a dossier."""

from flask import Flask

from tests.builders import World
from tests.functional.api.clients import problem, told, with_token
from tests.functional.web.browsers import signed_in


def test_a_program_keeps_a_draft_foresees_and_hears_of_changes(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    task = world.task(dossier_id)
    world.claim("labour", task.id)
    labour, colleague = with_token(app, world, "labour"), with_token(app, world, "labour2")
    address = f"/tasks/{task.id}/draft"
    assert told(labour.get(address), 200) == {"values": {}, "revision": 0, "saved_at": None}
    draft = {"values": {"outcome": "return_unit", "reason": ""}, "revision": 0}
    assert told(labour.call("PUT", address, json=draft), 200)["revision"] == 1
    assert "09:00" in problem(labour.call("PUT", address, json=draft), 409)["detail"]
    assert told(colleague.get(address), 200)["revision"] == 0, "each has their own"
    page = told(labour.get(f"/tasks/{task.id}"), 200)
    verdicts = [{"nomination_id": one["id"], "verdict": "select"} for one in page["nominations_to_judge"]]
    sent = {
        "values": {"outcome": "accept"},
        "judgements": verdicts,
        "seen_version": page["dossier"]["version"],
    }
    foreseen = told(labour.call("POST", f"/tasks/{task.id}/foresee", json=sent), 200)
    assert [step["element_id"] for step in foreseen["steps"]] == ["forward_to_interior"]
    assert foreseen["steps"][0]["last_day"] == "2024-12-04"
    assert (foreseen["ends"], foreseen["mails"]) == (False, [])
    assert world.open_elements(dossier_id) == {"select"}
    seen = f"/tasks/{task.id}/changes?seen={page['dossier']['version']}"
    assert told(labour.get(seen), 200)["steps"] == []
    told(labour.call("POST", f"/tasks/{task.id}/complete", json=sent), 200)
    news = told(labour.get(seen), 200)
    assert news["steps"][0]["kind"] == "completed"
    assert news["over"]
    problem(labour.get(address), 409)
    way = told(labour.get(f"/dossiers/{dossier_id}/way"), 200)["steps"]
    states = {step["element_id"]: step["state"] for step in way}
    assert (states["select"], states["forward_to_interior"], states["decide"]) == ("done", "current", "ahead")
    selected = next(step for step in way if step["element_id"] == "select")
    assert selected["visits"][0]["by"] == "Labour"
    assert selected["lane"]["en"] == "Labour office"
    forms = told(with_token(app, world, "admin").get("/forms"), 200)["forms"]
    assert {form["key"]: form["open_tasks"] for form in forms}["forward"] == 1


def test_a_program_keeps_drafts_of_every_form_that_keeps_them_on_screen(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier()
    clerk, head = with_token(app, world, "clerk"), with_token(app, world, "clerk_head")
    screen = signed_in(app, "clerk")
    texts = {
        "dossier-new": ("/dossiers/new", {"title": "Hồ sơ dở dang"}),
        f"nomination-{dossier_id}-new": (
            f"/dossiers/{dossier_id}/nominations/new",
            {"nominee_name": "Bà Lê Thị Nháp"},
        ),
        f"comment-{dossier_id}": (f"/dossiers/{dossier_id}/comments", {"body": "Đang viết dở"}),
    }
    for place, (page, values) in texts.items():
        assert f'/drafts/{place}"' in screen.get(page).text, "the place is the one that the page names"
        address = f"/drafts/{place}"
        assert told(clerk.get(address), 200) == {"values": {}, "revision": 0, "saved_at": None}
        kept = told(clerk.call("PUT", address, json={"values": values, "revision": 0}), 200)
        assert (kept["values"], kept["revision"]) == (values, 1)
        assert next(iter(values.values())) in screen.get(page).text
        problem(clerk.call("PUT", address, json={"values": values, "revision": 0}), 409)
        assert told(head.get(address), 200)["revision"] == 0, "each has their own"
        assert clerk.call("DELETE", address).status_code == 204
        assert told(clerk.get(address), 200)["revision"] == 0
    problem(clerk.get("/drafts/nothing"), 404)


def test_a_program_comments_and_calls_people(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    labour, interior = with_token(app, world, "labour"), with_token(app, world, "interior")
    address = f"/dossiers/{dossier_id}/comments"
    found = told(labour.get(f"{address}/people?q=interior"), 200)["people"]
    assert "interior" in {one["sign_in_name"] for one in found}
    made = told(labour.call("POST", address, json={"body": "Nhờ @interior", "scope": "dossier"}), 201)
    assert [one["person"]["name"] for one in made["mentions"]] == ["Interior"]
    told(labour.call("POST", address, json={"body": "Nội bộ", "scope": "office"}), 201)
    assert [one["body"] for one in told(interior.get(address), 200)["comments"]] == ["Nhờ @interior"]
    page = told(labour.get(f"{address}?limit=1"), 200)
    assert ([one["body"] for one in page["comments"]], page["before"] is None) == (["Nội bộ"], False)
    one = f"{address}/{made['id']}"
    problem(interior.call("PUT", one, json={"body": "x"}), 403)
    changed = told(labour.call("PUT", one, json={"body": "Thôi"}), 200)
    assert [version["body"] for version in changed["versions"]] == ["Nhờ @interior", "Thôi"]
    removed = told(labour.delete(one), 200)
    assert (removed["body"], removed["versions"], removed["removed_by"]["name"]) == ("", [], "Labour")
    problem(labour.call("POST", address, json={"body": " ", "scope": "dossier"}), 422)
