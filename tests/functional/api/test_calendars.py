"""The working calendar and the ladders over the API."""

import pytest
from flask import Flask

from tests.builders import World
from tests.functional.api.clients import Client, problem, told, with_token
from tests.integration.operations.readings import pending

CALENDAR = "/localities/van-ninh/calendar"
LADDERS = "/localities/van-ninh/ladders"
SWAP = {
    "kind": "off",
    "name_vi": "Nghỉ hoán đổi",
    "name_en": "Swapped",
    "guidance": {
        "number": "6150/TB",
        "issuer": "Bộ LĐTBXH",
        "issued_on": "2024-11-01",
        "section": "2",
        "quote": "nghỉ hoán đổi",
    },
    "reason": "Theo thông báo",
}
LADDER = {"name_vi": "Nhắc sớm", "rungs": [{"days": -5, "audience": "candidates"}], "reason": "Gấp"}


@pytest.fixture
def admin(app: Flask, world: World) -> Client:
    return with_token(app, world, "admin")


def roll_the_labour_offices_deadline(admin: Client) -> None:
    wanted = {"roll": "next_working_day", "reason": "Dời khi gặp ngày nghỉ"}
    told(admin.put("/rounds/van-ninh/annual-2024/deadlines/labour_review", wanted), 200)


def test_a_swap_day_is_tried_entered_shown_and_withdrawn(admin: Client, world: World) -> None:
    roll_the_labour_offices_deadline(admin)
    dossier_id = world.carry_to("select")
    preview = told(admin.put(f"{CALENDAR}/2024-12-04", {**SWAP, "preview": True}), 200)
    assert preview["applied"] is False
    assert preview["effect"]["moves"] == [
        {
            "round": "annual-2024",
            "deadline": "labour_review",
            "unit": None,
            "before": "2024-12-04",
            "after": "2024-12-05",
        }
    ]
    assert str(world.task(dossier_id).last_day) == "2024-12-04"
    done = told(admin.put(f"{CALENDAR}/2024-12-04", {**SWAP, "edition": preview["edition"]}), 200)
    assert done == preview | {"applied": True, "edition": preview["edition"] + 1}
    assert str(world.task(dossier_id).last_day) == "2024-12-05"
    problem(admin.put(f"{CALENDAR}/2024-12-03", {**SWAP, "edition": preview["edition"]}), 409)
    year = told(admin.get(f"{CALENDAR}?year=2024"), 200)
    assert {
        "day": "2024-12-04",
        "weekday": "Wednesday",
        "name": {"vi": "Nghỉ hoán đổi", "en": "Swapped"},
    } in (year["days_off"])
    assert year["swap_days"][0]["amended"] is True
    told(admin.post(f"{CALENDAR}/2024-12-04/withdraw", {"reason": "Thôi"}), 200)
    assert str(world.task(dossier_id).last_day) == "2024-12-04"


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_day_of_the_files_is_withdrawn_and_restored(admin: Client) -> None:
    told(admin.post(f"{CALENDAR}/2026-01-02/withdraw", {"reason": "Thôi"}), 200)
    assert told(admin.get(f"{CALENDAR}?year=2026"), 200)["swap_days"][0]["withdrawn"] is True
    told(admin.post(f"{CALENDAR}/2026-01-02/restore", {"reason": "Vẫn"}), 200)
    problem(admin.post(f"{CALENDAR}/2026-01-02/restore", {"reason": "Vẫn"}), 409)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_wrong_days_are_refused_in_words(admin: Client) -> None:
    refused = problem(admin.put(f"{CALENDAR}/2024-12-07", SWAP), 422)
    assert "is a rest day already" in str(refused)
    problem(admin.put(f"{CALENDAR}/someday", SWAP), 404)
    problem(admin.get(f"{CALENDAR}?year=1999"), 422)
    problem(admin.post(f"{CALENDAR}/2024-12-04/withdraw", {"reason": "Thôi"}), 404)


def test_a_ladder_is_tried_changed_dated_and_withdrawn(admin: Client, world: World) -> None:
    task = world.task(world.open_dossier(with_papers=False))
    preview = told(admin.put(f"{LADDERS}/default", {**LADDER, "preview": True}), 200)
    assert preview["dates"][0]["reminders"] == [
        {"rule": "5_before", "audience": "candidates", "fire_at": "2024-11-25T08:00:00+07:00"}
    ]
    assert len(pending(world, task)) == 6
    told(admin.put(f"{LADDERS}/default", {**LADDER, "edition": preview["edition"]}), 200)
    assert sorted(pending(world, task)) == ["5_before/30-11"]
    ladders = told(admin.get(LADDERS), 200)["ladders"]
    assert [
        (ladder["key"], ladder["amended"], ladder["in_files"], [rung["days"] for rung in ladder["rungs"]])
        for ladder in ladders
    ] == [("default", True, True, [-5]), ("opinion", False, True, [-2, 0, 1])]
    dates = told(admin.get(f"{LADDERS}/default/dates"), 200)["dates"]
    assert dates[0]["last_day"] == "2024-11-30"
    told(admin.post(f"{LADDERS}/default/withdraw", {"reason": "Thôi"}), 200)
    assert len(pending(world, task)) == 6


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_ladder_is_created_and_given_to_a_deadline(admin: Client) -> None:
    made = told(admin.post(LADDERS, LADDER), 200)
    place = "/rounds/van-ninh/annual-2024/deadlines/unit_submission"
    told(admin.put(place, {"ladder": made["key"], "reason": "Đợt gấp"}), 200)
    ladders = {one["key"]: one for one in told(admin.get(LADDERS), 200)["ladders"]}
    assert ladders[made["key"]]["deadlines"] == [{"round": "annual-2024", "deadline": "unit_submission"}]
    problem(admin.post(f"{LADDERS}/{made['key']}/withdraw", {"reason": "Thôi"}), 409)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "rung",
    [
        {"days": 400, "audience": "candidates"},
        {"days": -5, "audience": "everybody"},
        {"days": -5, "audience": "candidates", "at": "8"},
        {"days": -5, "audience": "candidates", "at": 8},
    ],
)
def test_a_rung_that_makes_no_sense_is_refused(admin: Client, rung: dict[str, object]) -> None:
    problem(admin.put(f"{LADDERS}/default", {**LADDER, "rungs": [rung]}), 422)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_task_warns_that_its_last_day_is_a_rest_day(app: Flask, world: World) -> None:
    task = world.task(world.open_dossier(with_papers=False))
    shown = told(with_token(app, world, "clerk").get(f"/tasks/{task.id}"), 200)
    found = shown.get("task", shown)
    assert found["last_day"] == "2024-11-30"
    assert found["warning"] == "The last day, 30/11/2024, is a rest day (Saturday)."
