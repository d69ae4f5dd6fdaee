"""Administrators change deadlines and create rounds in the browser; others only look."""

import re
from datetime import date

import pytest
from flask import Flask

from tests.builders import LOCALITY, World, local
from tests.functional.web.browsers import Browser, in_english, signed_in, words

SET = "/rounds/final-2025/deadlines/unit_submission/change"
CHANGE = "/rounds/annual-2024/deadlines/unit_submission/change"
EXTEND = "/rounds/annual-2024/deadlines/unit_submission/extend"
WITHDRAW = "/rounds/annual-2024/deadlines/unit_submission/withdraw"
RULE = {"bound": "before", "roll": "none", "late": "accept_flagged", "ladder": "default"}
GUIDANCE = {
    "number": "12/HD-UBND",
    "issuer": "UBND tỉnh Khánh Hòa",
    "issued_on": "2024-11-01",
    "section": "2",
    "quote": "trước ngày 01/11/2025",
    "verified": "1",
}


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


def confirm(browser: Browser, address: str, fields: dict[str, str]) -> str:
    """Through the preview to the change; what the preview said."""
    browser.get(address)
    preview = browser.post(address, {**fields, "step": "preview"})
    assert preview.status_code == 200, words(preview)
    done = browser.post(address, {**fields, "seen": seen(preview.text), "step": "confirm"})
    assert done.status_code == 303, words(done)
    return words(preview)


def test_an_awaited_date_is_set_with_its_document_after_a_preview(world: World, app: Flask) -> None:
    dossier_id = world.open_dossier(round_key="final-2025", with_papers=False)
    admin = in_english(app, "admin")
    said = confirm(admin, SET, {**RULE, **GUIDANCE, "day": "2025-11-01", "reason": "Tỉnh đã hướng dẫn"})
    assert "at the latest 24:00 on 31/10/2025, Friday" in said
    assert "Document No. 12/HD-UBND of 01/11/2024 by UBND tỉnh Khánh Hòa" in said
    assert "Dossiers that follow 1" in said
    assert "Reminders planned anew 6" in said
    assert world.task(dossier_id).due_at == local("2025-11-01 00:00")
    shown = words(admin.get("/rounds/final-2025"))
    assert "set here" in shown
    assert "– → 31/10/2025" in shown
    assert "Tỉnh đã hướng dẫn" in shown
    task = words(signed_in(app, "clerk").get(f"/tasks/{world.task(dossier_id).id}"))
    assert "Văn bản số 12/HD-UBND ngày 01/11/2024 của UBND tỉnh Khánh Hòa" in task


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_preview_changes_nothing(world: World, app: Flask) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    admin = signed_in(app, "admin")
    admin.get(CHANGE)
    answer = admin.post(CHANGE, {**RULE, "day": "04/12/2024", "reason": "Bão", "step": "preview"})
    assert answer.status_code == 200
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")
    assert "đã sửa tại đây" not in words(admin.get("/rounds/annual-2024"))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_what_is_wrong_is_named_and_what_was_typed_stays(app: Flask) -> None:
    admin = in_english(app, "admin")
    admin.get(SET)
    answer = admin.post(
        SET, {**RULE, "day": "32/13/2025", "number": "12/HD", "reason": "", "step": "preview"}
    )
    said = words(answer)
    assert answer.status_code == 422
    assert "Write the day as dd/mm/yyyy" in said
    assert "Write who issued the document." in said
    assert "Write why: the reason is kept in the history." in said
    assert 'value="12/HD"' in answer.text
    answer = admin.post(SET, {**RULE, "day": "2025-11-01", "reason": "Vì", "step": "preview"})
    assert "This date awaits the guidance of UBND tỉnh Khánh Hòa" in words(answer)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_confirmation_comes_too_late_after_another_change(world: World, app: Flask) -> None:
    world.open_dossier(with_papers=False)
    slow, quick = in_english(app, "admin"), in_english(app, "admin")
    fields = {**RULE, "day": "2024-12-04", "reason": "Bão"}
    slow.get(CHANGE)
    preview = slow.post(CHANGE, {**fields, "step": "preview"})
    confirm(quick, CHANGE, {**fields, "day": "2024-12-03"})
    late = slow.post(CHANGE, {**fields, "seen": seen(preview.text), "step": "confirm"})
    assert late.status_code == 409
    assert "Deadlines or rules have changed since you looked" in words(late)
    assert "at the latest 24:00 on 02/12/2024, Monday" in words(late)
    done = slow.post(CHANGE, {**fields, "seen": seen(late.text), "step": "confirm"})
    assert done.status_code == 303


def test_an_extension_is_told_wherever_the_dossier_is_shown(world: World, app: Flask) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    admin = in_english(app, "admin")
    fields = {
        "unit": "van_gia",
        "last_day": "2024-12-06",
        "granted_by": "Chủ tịch UBND huyện",
        "reason": "Xã bị ngập",
    }
    said = confirm(admin, EXTEND, fields)
    assert "Open tasks re-dated 1" in said
    clerk = in_english(app, "clerk")
    for address in (f"/tasks/{world.task(dossier_id).id}", f"/dossiers/{dossier_id}"):
        page = words(clerk.get(address))
        assert "Extended for this unit" in page
        assert "from 30/11/2024 to 06/12/2024 : Xã bị ngập" in page.replace("2024: ", "2024 : ")
        assert "Granted by Chủ tịch UBND huyện" in page
    history = words(clerk.get(f"/dossiers/{dossier_id}/history"))
    assert "Deadline extended for the unit" in history
    assert "30/11/2024 → 06/12/2024" in history
    assert "Granted by Chủ tịch UBND huyện" in history
    assert "Xã bị ngập" in words(clerk.get("/rounds/annual-2024"))
    confirm(
        admin,
        EXTEND.replace("extend", "end"),
        {"unit": "van_gia", "reason": "Nước đã rút"},
    )
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_deadline_goes_back_to_the_plan(world: World, app: Flask) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    admin = in_english(app, "admin")
    confirm(admin, CHANGE, {**RULE, "day": "2024-12-04", "reason": "Bão"})
    confirm(admin, WITHDRAW, {"reason": "Hết bão"})
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")
    assert "Back to the plan" not in words(admin.get("/rounds/annual-2024"))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_others_see_the_deadlines_but_no_way_to_change_them(app: Flask) -> None:
    head = in_english(app, "labour_head")
    assert "Extend for one unit" not in words(head.get("/rounds/annual-2024"))
    for address in (CHANGE, EXTEND, WITHDRAW, "/rounds/new"):
        assert head.get(address).status_code == 403
    assert head.post(CHANGE, {**RULE, "day": "2024-12-04", "reason": "x"}).status_code == 403


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_round_is_created_from_what_the_plan_proposes(world: World, app: Flask) -> None:
    admin = in_english(app, "admin")
    proposed = admin.get(f"/rounds/new?locality={LOCALITY}&kind=annual&year=2026")
    assert "at the latest 24:00 on 30/11/2026, Monday" in words(proposed)
    assert 'value="01/12/2026"' in proposed.text
    fields = {
        "kind": "annual",
        "year": "2026",
        "name_vi": "Khen thưởng hằng năm 2026",
        "awards": "giay_khen",
        "day-unit_submission": "2026-11-25",
        "bound-unit_submission": "by",
        "reason": "Phong trào kéo dài",
    }
    made = admin.post(f"/rounds?locality={LOCALITY}", {**fields, "step": "create"})
    assert made.status_code == 303
    assert "at the latest 24:00 on 25/11/2026, Wednesday" in words(admin.get(made.location))
    dossier_id = world.open_dossier(round_key="annual-2026", with_papers=False)
    assert world.task(dossier_id).last_day == date(2026, 11, 25)
    again = admin.get(f"/rounds/new?locality={LOCALITY}&kind=annual&year=2026")
    assert (again.status_code, "There is a round “Khen thưởng hằng năm 2026” already." in words(again)) == (
        409,
        True,
    )


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_round_created_by_mistake_is_taken_back(app: Flask) -> None:
    admin = in_english(app, "admin")
    admin.get(f"/rounds/new?locality={LOCALITY}&kind=ad_hoc&year=2024")
    fields = {"kind": "ad_hoc", "year": "2024", "name_vi": "Chống lũ", "awards": "giay_khen", "reason": "Lũ"}
    made = admin.post(f"/rounds?locality={LOCALITY}", {**fields, "step": "create"})
    assert "Take this round back" in words(admin.get(made.location))
    closed = admin.post("/rounds/ad_hoc-2024/close", {"reason": "Nhầm"})
    assert closed.status_code == 303
    assert "closed: no dossier can be opened" in words(admin.get("/rounds/ad_hoc-2024"))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_unit_learns_that_it_is_too_late_before_it_types(world: World, app: Flask) -> None:
    dossier_id = world.open_dossier()
    confirm(
        in_english(app, "admin"), CHANGE, {**RULE, "late": "refuse", "day": "30/11/2024", "reason": "Gấp"}
    )
    world.claim("clerk", world.task(dossier_id).id)
    world.on("2024-12-01 08:00")
    page = in_english(app, "clerk").get(f"/tasks/{world.task(dossier_id).id}")
    assert "The deadline ended on 29/11/2024" in words(page)
    assert "nothing late is accepted" in words(page)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_round_to_open_a_dossier_in_tells_the_extended_day(app: Flask) -> None:
    confirm(
        in_english(app, "admin"),
        EXTEND,
        {"unit": "van_gia", "last_day": "06/12/2024", "reason": "Xã bị ngập"},
    )
    assert "submit before 07/12/2024" in words(in_english(app, "clerk").get("/dossiers/new"))
