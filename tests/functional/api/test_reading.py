"""Reading over the API: rounds and deadlines, lists page by page, folders, files."""

import json
from pathlib import Path

import pytest
from flask import Flask

from service.domain.tasks import Folder
from service.operations.schedule import rounds
from tests.builders import World
from tests.functional.api.clients import Client, problem, seen, told, with_token
from tests.support import files


@pytest.fixture
def clerk(app: Flask, world: World) -> Client:
    return with_token(app, world, "clerk")


def test_deadlines_have_the_shape_of_the_command_line(clerk: Client, world: World) -> None:
    found = told(clerk.get("/localities/van-ninh/rounds"), 200)["rounds"]
    with world.database.read() as work:
        expected = rounds.deadlines_json(work, "van-ninh", language="en")
    assert [deadline for round_ in found for deadline in round_["deadlines"]] == expected
    shown = told(clerk.get("/rounds/van-ninh/annual-2024"), 200)
    labour = next(deadline for deadline in shown["deadlines"] if deadline["key"] == "labour_review")
    assert (labour["date"], labour["due_at"]) == ("2024-12-05", "2024-12-05T00:00:00+07:00")
    assert labour["bound"] == "before"
    assert labour["source"]["quote"]


def test_instants_carry_the_offset_of_the_locality(clerk: Client, world: World) -> None:
    page = told(clerk.get(f"/dossiers/{world.open_dossier()}"), 200)
    assert page["created_at"] == "2024-11-20T09:00:00+07:00"
    assert page["open_tasks"][0]["due_at"] == "2024-12-01T00:00:00+07:00"
    assert page["submitted_at"] is None


def test_a_list_of_dossiers_reads_on_page_by_page(clerk: Client, world: World) -> None:
    opened = [world.open_dossier(with_papers=False, title=f"Hồ sơ đợt {number}") for number in range(5)]
    seen: list[int] = []
    after = ""
    while True:
        page = told(clerk.get(f"/dossiers?limit=2{after}"), 200)
        seen += [dossier["id"] for dossier in page["dossiers"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == sorted(opened, reverse=True)
    found = told(clerk.get("/dossiers?q=ho so dot 3"), 200)["dossiers"]
    assert [dossier["title"] for dossier in found] == ["Hồ sơ đợt 3"]
    assert told(clerk.get("/dossiers?status=decided"), 200)["dossiers"] == []


def test_a_folder_reads_on_page_by_page(app: Flask, world: World) -> None:
    for _ in range(3):
        world.carry_to("select")
    labour = with_token(app, world, "labour")
    first = told(labour.get("/tasks?folder=group&limit=2"), 200)
    assert len(first["tasks"]) == 2
    assert first["counts"]["group"] == 3
    second = told(labour.get(f"/tasks?folder=group&limit=2&after={first['next']}"), 200)
    assert len(second["tasks"]) == 1
    assert second["next"] is None
    ids = [task["id"] for page in (first, second) for task in page["tasks"]]
    assert len(set(ids)) == 3


def test_done_tasks_read_on_from_the_newest(app: Flask, world: World) -> None:
    done = [world.carry_to("select") for _ in range(3)]
    clerk = with_token(app, world, "clerk")
    first = told(clerk.get("/tasks?folder=done&limit=2"), 200)
    second = told(clerk.get(f"/tasks?folder=done&limit=2&after={first['next']}"), 200)
    ids = [task["dossier"]["id"] for page in (first, second) for task in page["tasks"]]
    assert ids == sorted(done, reverse=True)


def test_a_place_that_no_page_has_given_is_refused(clerk: Client) -> None:
    for after in ("x", "AAAA", "MjAyNC0xMS0yMCAx", "9" * 99, "%C3%A9"):
        assert set(told(clerk.get(f"/tasks?after={after}"), 422)["fields"]) == {"after"}


def test_every_folder_can_be_asked_for(clerk: Client) -> None:
    for folder in Folder:
        assert told(clerk.get(f"/tasks?folder={folder}"), 200)["tasks"] == []


def test_a_task_is_overdue_from_the_first_late_instant(clerk: Client, world: World) -> None:
    dossier_id = world.open_dossier()
    for now, overdue in (("2024-11-30 23:59", False), ("2024-12-01 00:00", True)):
        world.on(now)
        task = told(clerk.get("/tasks"), 200)["tasks"][0]
        assert (task["dossier"]["id"], task["overdue"]) == (dossier_id, overdue)


def test_counts_are_sent_only_when_they_have_changed(clerk: Client, world: World) -> None:
    first = clerk.get("/folders")
    assert told(first, 200)["mine"] == 0
    again = clerk.get("/folders", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    world.open_dossier()
    changed = clerk.get("/folders", headers={"If-None-Match": first.headers["ETag"]})
    assert told(changed, 200)["mine"] == 1


def test_a_history_reads_on_behind_a_step(clerk: Client, world: World) -> None:
    dossier_id = world.open_dossier()
    first = told(clerk.get(f"/dossiers/{dossier_id}/history?limit=1"), 200)
    assert [step["kind"] for step in first["steps"]] == ["created"]
    rest = told(clerk.get(f"/dossiers/{dossier_id}/history?after={first['next']}"), 200)
    assert rest["steps"][0]["position"] == 2
    assert rest["next"] is None


def test_a_task_shows_the_form_that_the_browser_shows(clerk: Client, world: World) -> None:
    task = told(clerk.get(f"/tasks/{world.task(world.open_dossier()).id}"), 200)
    shipped = Path(__file__).parents[3] / "forms" / "submit.json"
    assert task["form"] == json.loads(shipped.read_text(encoding="utf-8"))
    assert task["outcomes"] == ["submit"]
    assert task["conditions"]["late"] is False
    assert task["nominations_to_judge"] == []


def test_a_file_comes_back_as_it_was_sent_and_only_as_a_download(clerk: Client, world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    sent = told(clerk.send_file(dossier_id, files.pdf(), "Tờ trình số 15.pdf"), 201)
    with clerk.get(f"/dossiers/{dossier_id}/attachments/{sent['id']}") as answer:
        assert answer.data == files.pdf()
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": answer.headers["ETag"]}
    with clerk.get(f"/dossiers/{dossier_id}/attachments/{sent['id']}", headers=known) as again:
        assert again.status_code == 304
    told(clerk.delete(f"/dossiers/{dossier_id}/attachments/{sent['id']}"), 204)
    told(clerk.get(f"/dossiers/{dossier_id}/attachments/{sent['id']}"), 404)


def test_nominations_change_while_the_dossier_is_prepared(clerk: Client, world: World) -> None:
    dossier_id = world.open_dossier()
    given = {
        "award_key": "bang_khen_tinh",
        "nominee_kind": "individual",
        "nominee_name": "Lê Văn Tám",
        "achievement": "Giúp bà con phát triển sản xuất.",
    }
    added = told(clerk.post(f"/dossiers/{dossier_id}/nominations", given), 201)
    assert added["award"]["in_power"] is False
    path = f"/dossiers/{dossier_id}/nominations/{added['id']}"
    changed = told(clerk.put(path, given | {"nominee_name": "Lê Thị Tám"}), 200)
    assert (changed["id"], changed["nominee_name"]) == (added["id"], "Lê Thị Tám")
    told(clerk.delete(path), 204)
    assert len(told(clerk.get(f"/dossiers/{dossier_id}"), 200)["nominations"]) == 1


def test_a_unit_takes_its_dossier_back(clerk: Client, world: World) -> None:
    dossier_id = world.carry_to("select")
    back = told(clerk.post(f"/dossiers/{dossier_id}/withdraw", {"reason": "Nộp nhầm đợt."}), 200)
    assert back["status"] == "withdrawn"


def test_a_decision_over_what_goes_upward_only_makes_no_paper(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("decide", awards=("bang_khen_tinh",))
    chairman = with_token(app, world, "chairman")
    task = told(chairman.get(f"/tasks/{world.task(dossier_id).id}"), 200)
    kept = [{"nomination_id": item["id"], "verdict": "select"} for item in task["nominations_to_judge"]]
    body = {"values": {"outcome": "approve"}, "judgements": kept, **seen(task)}
    assert told(chairman.post("/decisions", body), 201) == {"decision": None}
    assert world.open_elements(dossier_id) == {"hand_over"}


def test_one_letter_and_one_decision_cover_many_dossiers(app: Flask, world: World) -> None:
    opened = [world.carry_to("forward_to_interior") for _ in range(2)]
    labour, chairman = with_token(app, world, "labour"), with_token(app, world, "chairman")
    waiting = [world.task(dossier_id).id for dossier_id in opened]
    letter = {"number": "41/TTr", "signed_on": "2024-11-20"}
    named = seen(*(told(labour.get(f"/tasks/{task_id}"), 200) for task_id in waiting))
    silent = problem(labour.post("/submissions", {"values": letter, **named}), 422)
    assert list(silent["fields"]) == ["note"], "one reason for all of them"
    letter["note"] = "Kính trình."
    unseen = problem(labour.post("/submissions", {"task_ids": waiting, "values": letter}), 422)
    assert list(unseen["fields"]) == ["seen_versions"]
    one = named | {"seen_versions": named["seen_versions"][:1]}
    half = problem(labour.post("/submissions", {"values": letter, **one}), 422)
    assert list(half["fields"]) == ["seen_versions"]
    old = [{**version, "seen_version": 1} for version in named["seen_versions"]]
    problem(labour.post("/submissions", {"values": letter, **named, "seen_versions": old}), 409)
    sent = told(labour.post("/submissions", {"values": letter, **named}), 201)
    assert {item["dossier_id"] for item in sent["nominations"]} == set(opened)
    codes = [told(labour.get(f"/dossiers/{dossier_id}"), 200)["code"] for dossier_id in opened]
    assert sent.pop("results") == [
        {"task_id": task_id, "code": code, "done": True, "detail": None}
        for task_id, code in zip(waiting, codes, strict=True)
    ]
    assert told(labour.get(f"/submissions/{sent['id']}"), 200) == sent
    for dossier_id in opened:
        world.appraise(dossier_id)
        world.forward_to_chairman(dossier_id, f"{dossier_id}/TTr-NV")
    chosen = [told(chairman.get(f"/tasks/{world.task(dossier_id).id}"), 200) for dossier_id in opened]
    kept = [
        {"nomination_id": item["id"], "verdict": "select"}
        for task in chosen
        for item in task["nominations_to_judge"]
    ]
    values = {"outcome": "approve", "decision_number": "7/QĐ-UBND", "signed_on": "2024-11-20"}
    body = {"values": values, "judgements": kept, **seen(*chosen)}
    signed = told(chairman.post("/decisions", body), 201)["decision"]
    assert {item["dossier_id"] for item in signed["nominations"]} == set(opened)
