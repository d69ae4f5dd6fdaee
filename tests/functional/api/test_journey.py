"""A dossier from its opening to the signed decision, with one return, through the API alone."""

from typing import Any

from flask import Flask

from tests.builders import World
from tests.functional.api.clients import Client, seen, told, with_session, with_token
from tests.support import files

NOMINATION = {
    "award_key": "giay_khen",
    "nominee_kind": "household",
    "nominee_name": "Hộ bà Trần Thị Sáu",
    "nominee_detail": "Thôn Tân Đức",
    "achievement": "Thoát nghèo bền vững, giúp ba hộ cùng thôn.",
}


def open_dossier(clerk: Client, *nominations: dict[str, str]) -> Any:
    """Opens a dossier and attaches every paper that is owed."""
    opening = {"locality": "van-ninh", "round": "annual-2024", "unit": "van_gia", "title": "Hồ sơ 2024"}
    dossier = told(
        clerk.post("/dossiers", opening | {"nominations": list(nominations or (NOMINATION,))}), 201
    )
    for line in dossier["checklist"]:
        told(clerk.send_file(dossier["id"], files.pdf(), f"{line['key']}.pdf", line["id"]), 201)
    return told(clerk.get(f"/dossiers/{dossier['id']}"), 200)


def submit(clerk: Client, dossier: Any) -> Any:
    version = told(clerk.get(f"/dossiers/{dossier['id']}"), 200)["version"]
    form = {"letter_number": "15/TTr-UBND", "letter_date": "2024-11-20"}
    return told(
        clerk.post(f"/dossiers/{dossier['id']}/submit", {"values": form, "seen_version": version}), 200
    )


def take(client: Client, element_id: str, folder: str = "group") -> Any:
    """Claims the first task of a folder at a step, and shows it; what has come back is held already."""
    found = told(client.get(f"/tasks?folder={folder}"), 200)["tasks"]
    task = next(task for task in found if task["element_id"] == element_id)
    told(client.post(f"/tasks/{task['id']}/claim"), 200)
    return told(client.get(f"/tasks/{task['id']}"), 200)


def complete(client: Client, task: Any, **values: object) -> Any:
    """Completes a task with every nomination kept."""
    kept = [{"nomination_id": item["id"], "verdict": "select"} for item in task["nominations_to_judge"]]
    body = {"values": values, "judgements": kept, "seen_version": task["dossier"]["version"]}
    return told(client.post(f"/tasks/{task['id']}/complete", body), 200)


def test_a_dossier_travels_from_opening_to_decision_through_a_return(app: Flask, world: World) -> None:
    clerk, labour = with_session(app, "clerk"), with_token(app, world, "labour")
    interior, chairman = with_token(app, world, "interior"), with_session(app, "chairman")
    told(clerk.get("/openings"), 200)
    dossier = open_dossier(clerk)
    assert not any(line["missing"] for line in dossier["checklist"])
    submit(clerk, dossier)

    returned = complete(labour, take(labour, "select"), outcome="return_unit", reason="Thiếu biên bản họp.")
    assert returned["dossier"]["status"] == "returned"
    supplement = told(clerk.get("/tasks?folder=supplement"), 200)["tasks"]
    assert [task["return_reason"] for task in supplement] == ["Thiếu biên bản họp."]
    submit(clerk, dossier)

    complete(labour, take(labour, "select", "mine"), outcome="accept")
    letter = {"number": "40/TTr-LĐTBXH", "signed_on": "2024-11-20"}
    task = take(labour, "forward_to_interior")
    sent = told(labour.post("/submissions", {"values": letter, **seen(task)}), 201)
    assert sent["sender"]["key"] == "labour_office"
    assert [item["nominee_name"] for item in sent["nominations"]] == [NOMINATION["nominee_name"]]

    complete(interior, take(interior, "appraise"), outcome="accept")
    complete(interior, take(interior, "forward_to_chairman"), number="60/TTr-NV", signed_on="2024-11-20")

    task = take(chairman, "decide")
    kept = [{"nomination_id": item["id"], "verdict": "select"} for item in task["nominations_to_judge"]]
    values = {"outcome": "approve", "decision_number": "2102/QĐ-UBND", "signed_on": "2024-11-20"}
    body = {"values": values, "judgements": kept, **seen(task)}
    decision = told(chairman.post("/decisions", body), 201)["decision"]

    signed = told(clerk.get(f"/decisions/{decision['id']}"), 200)
    assert (signed["number"], signed["signer_name"]) == ("2102/QĐ-UBND", "Chairman")
    assert [item["status"] for item in signed["nominations"]] == ["awarded"]
    page = told(clerk.get(f"/dossiers/{dossier['id']}"), 200)
    assert (page["status"], page["ending"], page["open_tasks"]) == ("decided", "decided", [])
    assert [line["number"] for line in page["submissions"]] == ["40/TTr-LĐTBXH", "60/TTr-NV"]
    history = told(clerk.get(f"/dossiers/{dossier['id']}/history"), 200)["steps"]
    assert [step["position"] for step in history] == list(range(1, page["version"] + 1))
    assert [step["outcome"] for step in history if step["kind"] == "completed"] == [
        "submit", "return_unit", "submit", "accept", "forward", "accept", "forward", "approve",
    ]  # fmt: skip
    diagram = told(clerk.get(f"/dossiers/{dossier['id']}/diagram"), 200)
    assert diagram["current"] == ["decided"]
    assert "bpmn" in diagram["xml"]
