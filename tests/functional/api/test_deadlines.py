"""Rounds and deadlines managed over the API: tried, confirmed, refused, told."""

import pytest
from flask import Flask

from tests.builders import World, local
from tests.functional.api.clients import Client, problem, told, with_token

FINAL = "/rounds/van-ninh/final-2025/deadlines/unit_submission"
UNIT = {"vi": "UBND thị trấn Vạn Giã", "en": "Vạn Giã town"}
ANNUAL = "/rounds/van-ninh/annual-2024/deadlines/unit_submission"
GUIDANCE = {
    "number": "12/HD-UBND",
    "issuer": "UBND tỉnh Khánh Hòa",
    "issued_on": "2024-11-01",
    "section": "2",
    "quote": "trước ngày 01/11/2025",
    "verified": True,
}


@pytest.fixture
def admin(app: Flask, world: World) -> Client:
    return with_token(app, world, "admin")


def test_a_preview_tells_what_the_change_then_does(admin: Client, world: World) -> None:
    dossier_id = world.open_dossier(round_key="final-2025", with_papers=False)
    wanted = {"date": "2025-11-01", "guidance": GUIDANCE, "reason": "Tỉnh đã hướng dẫn"}
    preview = told(admin.put(FINAL, {**wanted, "preview": True}), 200)
    assert (preview["applied"], preview["before"]["date"]) == (False, None)
    assert world.task(dossier_id).due_at is None
    done = told(admin.put(FINAL, {**wanted, "edition": preview["edition"]}), 200)
    assert done == preview | {"applied": True, "edition": preview["edition"] + 1}
    assert (done["effect"]["dossiers"], done["effect"]["tasks"], done["effect"]["reminders"]) == (1, 1, 6)
    assert done["after"]["words"] == "at the latest 24:00 on 31/10/2025, Friday"
    assert done["after"]["guidance"] == GUIDANCE
    assert world.task(dossier_id).due_at == local("2025-11-01 00:00")
    problem(admin.put(FINAL, {**wanted, "date": "2025-11-02", "edition": preview["edition"]}), 409)
    (change,) = told(admin.get("/rounds/van-ninh/final-2025/changes"), 200)["changes"]
    assert (change["deadline"], change["reason"], change["by"]) == (
        "unit_submission", "Tỉnh đã hướng dẫn", world.actor("admin").name,
    )  # fmt: skip
    assert (change["before"]["last_day"], change["after"]["last_day"]) == (None, "2025-10-31")
    assert change["guidance"] == GUIDANCE


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_unit_is_extended_and_the_extension_ended(admin: Client, world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    wanted = {"unit": "van_gia", "last_day": "2024-12-06", "granted_by": "Chủ tịch", "reason": "Ngập"}
    done = told(admin.post(f"{ANNUAL}/extensions", wanted), 200)
    assert (done["unit"], done["after"]["last_day"]) == (UNIT, "2024-12-06")
    assert world.task(dossier_id).due_at == local("2024-12-07 00:00")
    units, labour = told(admin.get("/rounds/van-ninh/annual-2024"), 200)["deadlines"][:2]
    (granted,) = units["extensions"]
    assert (units["last_day"], labour["extensions"]) == ("2024-11-30", [])
    assert (granted["unit"], granted["last_day"], granted["due_at"]) == (
        {"key": "van_gia", "name": UNIT}, "2024-12-06", "2024-12-07T00:00:00+07:00",
    )  # fmt: skip
    assert (granted["reason"], granted["granted_by"], granted["guidance"]) == ("Ngập", "Chủ tịch", None)
    assert granted["warning"] is None
    told(
        admin.post(f"{ANNUAL}/extensions", {"unit": "van_thanh", "last_day": "2024-12-08", "reason": "Bão"}),
        200,
    )
    year = told(admin.get("/localities/van-ninh/calendar?year=2024"), 200)["deadlines"]
    marks = {(one["round"], one["unit"]): (one["last_day"], one["rest_day"]) for one in year}
    assert marks["annual-2024", "van_gia"] == ("2024-12-06", False)
    assert marks["annual-2024", "van_thanh"] == ("2024-12-08", True)
    assert marks["result_report-2024", None] == ("2024-11-19", False)
    own = told(admin.get(f"/dossiers/{dossier_id}"), 200)["deadlines"][0]
    assert (own["last_day"], own["extension"], own["supplement"]) == ("2024-12-06", granted, False)
    told(admin.post(f"{ANNUAL}/extensions/van_gia/end", {"reason": "Nước rút"}), 200)
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")
    problem(admin.post(f"{ANNUAL}/extensions/van_gia/end", {"reason": "Nước rút"}), 404)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_deadline_goes_back_to_the_plan(admin: Client) -> None:
    told(admin.put(ANNUAL, {"date": "2024-12-04", "late": "refuse", "reason": "Bão"}), 200)
    done = told(admin.post(f"{ANNUAL}/withdraw", {"reason": "Hết bão"}), 200)
    assert (done["after"]["date"], done["after"]["late"], done["after"]["amended"]) == (
        "2024-12-01", "accept_flagged", False,
    )  # fmt: skip
    problem(admin.post(f"{ANNUAL}/withdraw", {"reason": "Hết bão"}), 409)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_what_is_wrong_is_named_by_field(admin: Client) -> None:
    wrong = problem(admin.put(FINAL, {"date": "2025-11-01", "reason": "Vì"}), 422)
    assert set(wrong["fields"]) == {"number"}
    wrong = problem(admin.put(FINAL, {"date": "01/11/2025", "bound": "after", "reason": "Vì"}), 422)
    assert set(wrong["fields"]) == {"date", "bound"}
    wrong = problem(admin.put(ANNUAL, {"date": "2199-11-01", "reason": "Vì"}), 422)
    assert set(wrong["fields"]) == {"date"}
    wrong = problem(admin.put(ANNUAL, {"date": "2024-12-04", "awaits": "UBND tỉnh", "reason": "Vì"}), 422)
    assert set(wrong["fields"]) == {"awaits"}
    labour = ANNUAL.replace("unit_submission", "labour_review")
    wrong = problem(admin.put(labour, {"late": "next_round", "reason": "Vì"}), 422)
    assert set(wrong["fields"]) == {"late"}
    wrong = problem(admin.put(ANNUAL, {"reason": "Vì"}), 422)
    assert wrong["detail"] == "Nothing would change: the deadline says this already."


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_round_is_proposed_created_and_taken_back(admin: Client) -> None:
    proposal = told(admin.get("/localities/van-ninh/proposal?kind=annual&year=2026"), 200)
    assert (proposal["key"], proposal["by_plan"]) == ("annual-2026", True)
    assert [one["date"] for one in proposal["deadlines"]] == ["2026-12-01", "2026-12-05", "2026-12-10", None]
    made = told(
        admin.post(
            "/localities/van-ninh/rounds",
            {
                "kind": "annual",
                "year": 2026,
                "opens_on": "2026-10-01",
                "deadlines": [{"key": "unit_submission", "date": "2026-11-25", "bound": "by"}],
                "reason": "Phong trào kéo dài",
            },
        ),
        201,
    )
    assert (made["amended"], made["opens_on"], made["deadlines"][0]["last_day"]) == (
        True, "2026-10-01", "2026-11-25",
    )  # fmt: skip
    closed = told(admin.post("/rounds/van-ninh/annual-2026/close", {"reason": "Nhầm"}), 200)
    assert closed["active"] is False


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_warnings_and_notes_speak_the_language_asked_for(app: Flask, world: World) -> None:
    clerk = with_token(app, world, "clerk")
    for language, warning, note in (
        ("vi", "Ngày cuối, 30/11/2024, là ngày nghỉ (Thứ Bảy).", "Kế hoạch không quy định"),
        ("en", "The last day, 30/11/2024, is a rest day (Saturday).", "The plan sets no day"),
    ):
        shown = told(clerk.get("/rounds/van-ninh/annual-2024", headers={"Accept-Language": language}), 200)
        assert shown["deadlines"][0]["warning"] == warning
        assert shown["deadlines"][3]["note"].startswith(note)
