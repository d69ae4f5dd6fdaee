"""Dossiers: finding, opening, filling, their history and diagram, withdrawing."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from service.operations.dossier import dossiers as operations
from service.operations.dossier.dossiers import DossierPage
from tests.builders import World
from tests.functional.web.browsers import Browser, seen, signed_in, words

NOMINEE = {
    "award_key": "giay_khen",
    "nominee_kind": "household",
    "nominee_name": "Hộ bà Trần Thị Ngọc",
    "achievement": "Tự nguyện đăng ký thoát nghèo.",
}


def page_of(world: World, who: str, dossier_id: int) -> DossierPage:
    with world.database.read() as work:
        return operations.show(work, world.actor(who), dossier_id)


def place_in(page: str, round_name: str) -> str:
    """The value of the choice of a round in the form that opens a dossier."""
    found = re.search(rf'<option value="(\d+-\d+)"[^>]*>[^<]*{round_name}', page)
    assert found is not None
    return found[1]


def opened(browser: Browser, title: str = "Hồ sơ mới") -> int:
    """Opens a dossier through the screens; returns its id."""
    place = place_in(browser.get("/dossiers/new").text, "2024")
    answer = browser.post("/dossiers", {"place": place, "title": title})
    assert answer.status_code == 303, words(answer)
    return int(str(answer.location).rpartition("/")[2])


def test_a_proposer_opens_and_fills_a_dossier(app: Flask, world: World) -> None:
    clerk = signed_in(app, "clerk")
    dossier_id = opened(clerk, "  Hồ sơ   năm 2024 ")
    added = clerk.post(f"/dossiers/{dossier_id}/nominations", NOMINEE)
    assert added.location == f"/dossiers/{dossier_id}#nominations"
    page = words(clerk.get(f"/dossiers/{dossier_id}"))
    for said in ("Hồ sơ năm 2024", "Hộ bà Trần Thị Ngọc", "Giấy khen của Chủ tịch UBND huyện"):
        assert said in page
    assert world.open_elements(dossier_id) == {"prepare"}


def test_a_task_is_claimed_filled_and_released_on_the_page_of_its_dossier(app: Flask, world: World) -> None:
    task = world.task(world.carry_to("select"))
    address, posts = f"/dossiers/{task.dossier_id}", f"/tasks/{task.id}"
    labour = signed_in(app, "labour")
    before = labour.get(address)
    assert "data-form-mount" not in before.text
    assert f'action="{posts}/claim?at=dossier"' in before.text
    assert "Nhận việc này" in words(before)
    assert labour.post(f"{posts}/claim?at=dossier").location == address

    page = labour.get(address).text
    parts = ['class="banner', 'id="task-form"', 'id="papers"', 'id="nominations"', 'id="timeline"']
    assert sorted(parts, key=page.index) == parts
    assert "/form." in page, "the script that draws the form"
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    others = words(signed_in(app, "labour2").get(address))
    assert "Labour, Phòng" in others
    assert "Nhận việc này" not in others
    history = labour.get(f"{address}/history").text
    assert f'href="{address}#task-form"' in history

    fields = {f"verdict-{number}": "select" for number in re.findall(r'name="verdict-(\d+)"', page)}
    fields |= seen(world, task.id)
    wrong = labour.post(f"{posts}/complete?at=dossier", {"outcome": "return_unit", "reason": "", **fields})
    assert wrong.status_code == 422
    assert '<a href="#field-reason">' in wrong.text
    assert 'id="timeline"' in wrong.text, "the page of the dossier again, not that of the task"
    assert '"return_unit"' in wrong.text.partition('id="form-data"')[2]

    shown = labour.post(f"{posts}/complete?at=dossier", {"outcome": "accept", "review": "1", **fields})
    back = f"{posts}?at=dossier"
    assert f'href="{back}"' in shown.text
    assert labour.get(back).location == f"{address}#task-form"
    assert labour.post(f"{posts}/release?at=dossier").location == address
    late = labour.post(f"{posts}/complete?at=dossier", {"outcome": "accept", **fields})
    assert late.status_code == 409
    assert 'id="not-taken"' in late.text
    assert 'id="timeline"' in late.text


def test_a_second_click_opens_no_second_dossier(app: Flask, world: World) -> None:
    clerk = signed_in(app, "clerk")
    first = opened(clerk, "Hồ sơ xã")
    world.clock.advance(timedelta(seconds=9))
    assert opened(clerk, " Hồ sơ  xã") == first
    assert opened(clerk, "Hồ sơ khác") != first
    world.clock.advance(timedelta(seconds=2))
    assert opened(clerk, "Hồ sơ xã") != first
    with world.database.read() as work:
        assert len(operations.list_visible(work, world.actor("clerk"))) == 3


def test_rounds_still_in_time_come_first(app: Flask, world: World) -> None:
    world.on("2024-12-15 08:00")
    page = signed_in(app, "clerk").get("/dossiers/new").text
    options = re.findall(r"<option[^>]*>\s*([^<]+?)\s*</option>", page)
    assert "2025" in options[0]


def test_without_a_title_or_a_round_the_form_says_so_and_keeps_the_rest(app: Flask) -> None:
    clerk = signed_in(app, "clerk")
    for place in ("", "²-1", f"1-{'9' * 5000}"):
        answer = clerk.post("/dossiers", {"place": place, "title": "Giữ lại"})
        assert answer.status_code == 422
        assert '<a href="#field-place">' in answer.text
        assert 'value="Giữ lại"' in answer.text
    assert clerk.get(f"/dossiers?page={'9' * 5000}").status_code == 400
    place = place_in(clerk.get("/dossiers/new").text, "2024")
    answer = clerk.post("/dossiers", {"place": place, "title": " "})
    assert answer.status_code == 422
    assert '<a href="#field-title">' in answer.text


def test_reviewers_open_no_dossiers(app: Flask) -> None:
    place = place_in(signed_in(app, "clerk").get("/dossiers/new").text, "2024")
    labour = signed_in(app, "labour")
    assert 'name="title"' not in labour.get("/dossiers/new").text
    assert labour.post("/dossiers", {"place": place, "title": "x"}).status_code == 403


def test_a_dossier_is_found_without_accents_and_by_status(app: Flask, world: World) -> None:
    world.carry_to("select", title="Thôn Đầm Môn")
    world.open_dossier(title="Thôn Xuân Tự")
    clerk = signed_in(app, "clerk")
    assert "Thôn Đầm Môn" in words(clerk.get("/dossiers?q=dam%20mon"))
    assert "Xuân Tự" not in words(clerk.get("/dossiers?q=dam%20mon"))
    assert "Đầm Môn" not in words(clerk.get("/dossiers?status=draft"))
    assert "Đầm Môn" not in words(signed_in(app, "neighbour").get("/dossiers"))


@pytest.mark.parametrize("query", ["status=x", "page=x", "page=%D9%A1"])
def test_a_broken_list_address_is_unreadable(app: Flask, query: str) -> None:
    assert signed_in(app, "clerk").get(f"/dossiers?{query}").status_code == 400


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"award_key": "huan_chuong_sao_vang"}, "award_key"),
        ({"nominee_kind": ""}, "nominee_kind"),
        ({"nominee_name": " "}, "nominee_name"),
        ({"achievement": ""}, "achievement"),
        ({"nominee_detail": "a" * 501}, "nominee_detail"),
    ],
)
def test_a_wrong_nomination_comes_back_with_everything_typed(
    app: Flask, world: World, wrong: dict[str, str], field: str
) -> None:
    dossier_id = world.open_dossier(awards=())
    clerk = signed_in(app, "clerk")
    answer = clerk.post(f"/dossiers/{dossier_id}/nominations", NOMINEE | wrong)
    assert answer.status_code == 422
    assert f'<a href="#field-{field}">' in answer.text
    assert f'id="field-{field}"' in answer.text
    if field != "nominee_name":
        assert 'value="Hộ bà Trần Thị Ngọc"' in answer.text


def test_a_nomination_is_changed_and_removed(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier(awards=("giay_khen",))
    number = page_of(world, "clerk", dossier_id).nominations[0].id
    clerk = signed_in(app, "clerk")
    address = f"/dossiers/{dossier_id}/nominations/{number}"
    assert 'value="Hộ ông Nguyễn Văn 1"' in clerk.get(address).text
    clerk.post(address, NOMINEE)
    assert page_of(world, "clerk", dossier_id).nominations[0].nominee_name == NOMINEE["nominee_name"]
    clerk.post(f"{address}/remove")
    assert page_of(world, "clerk", dossier_id).nominations == []


def test_a_nomination_of_another_dossier_is_not_found(app: Flask, world: World) -> None:
    mine, other = world.open_dossier(), world.open_dossier()
    foreign = page_of(world, "clerk", other).nominations[0].id
    clerk = signed_in(app, "clerk")
    assert clerk.get(f"/dossiers/{mine}/nominations/{foreign}").status_code == 404
    assert clerk.post(f"/dossiers/{mine}/nominations/{foreign}", NOMINEE).status_code == 404
    assert clerk.post(f"/dossiers/{mine}/nominations/{foreign}/remove").status_code == 404


def test_a_submitted_dossier_is_no_longer_changed(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    clerk = signed_in(app, "clerk")
    assert "nominations/new" not in clerk.get(f"/dossiers/{dossier_id}").text
    assert clerk.get(f"/dossiers/{dossier_id}/nominations/new").status_code == 403
    assert clerk.post(f"/dossiers/{dossier_id}/nominations", NOMINEE).status_code == 403
    assert clerk.post(f"/dossiers/{dossier_id}/title", {"title": "x"}).status_code == 403


def test_a_judged_nomination_stays(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("forward_to_interior")
    world.forward_to_interior(dossier_id)
    world.appraise(dossier_id, outcome="return_unit", reason="Bổ sung")
    number = page_of(world, "clerk", dossier_id).nominations[0].id
    answer = signed_in(app, "clerk").post(f"/dossiers/{dossier_id}/nominations/{number}/remove")
    assert answer.status_code == 409
    assert "data-error-summary" in answer.text


def test_the_title_can_be_changed_in_preparation(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier()
    clerk = signed_in(app, "clerk")
    assert clerk.post(f"/dossiers/{dossier_id}/title", {"title": "Tên khác"}).status_code == 303
    assert "Tên khác" in words(clerk.get(f"/dossiers/{dossier_id}"))
    assert clerk.post(f"/dossiers/{dossier_id}/title", {"title": ""}).status_code == 422


@pytest.mark.parametrize(
    ("award", "sets"),
    [
        ("giay_khen", "01"),
        ("bang_khen_tinh", "01"),
        ("bang_khen_thu_tuong", "03"),
        ("huan_chuong_lao_dong", "04"),
    ],
)
def test_the_page_says_how_many_sets_are_owed_and_which_clause_says_so(
    app: Flask, world: World, award: str, sets: str
) -> None:
    dossier_id = world.open_dossier(awards=(award,), with_papers=False)
    clerk = signed_in(app, "clerk")
    page = words(clerk.get(f"/dossiers/{dossier_id}"))
    assert f"{sets} bộ" in page
    assert "IV.2." in page
    assert "chưa kiểm chứng" in page


def test_the_banner_says_where_it_is_who_holds_it_and_by_which_clause_until_when(
    app: Flask, world: World
) -> None:
    dossier_id = world.carry_to("select")
    world.claim("labour2", world.task(dossier_id).id)
    page = words(signed_in(app, "clerk").get(f"/dossiers/{dossier_id}"))
    for said in ("Tiếp nhận và xét chọn", "Labour2", "04/12/2024", "IV.3.b", "trước ngày 05 tháng 12"):
        assert said in page


def test_the_history_names_who_which_office_what_why_and_when(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    world.select(dossier_id, outcome="return_unit", reason="Thiếu biên bản")
    page = words(signed_in(app, "clerk").get(f"/dossiers/{dossier_id}/history"))
    for said in ("Labour", "Phòng Lao động", "Thiếu biên bản", "trả đơn vị", "20/11/2024 09:00", "IV.3.b"):
        assert said in page


def test_the_diagram_marks_where_it_stands_also_in_words(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("appraise")
    clerk = signed_in(app, "clerk")
    answer = clerk.get(f"/dossiers/{dossier_id}/diagram")
    assert 'data-current="appraise"' in answer.text
    assert 'data-visited="prepare select forward_to_interior"' in answer.text
    (here,) = re.findall(r'<li value="\d+" id="step-(\w+)" class="[^"]+" aria-current="step">', answer.text)
    assert here == "appraise"
    file = clerk.get(f"/dossiers/{dossier_id}/diagram.bpmn")
    assert file.mimetype == "application/xml"
    assert b"award_dossier" in file.data
    known = {"If-None-Match": file.headers["ETag"]}
    assert clerk.get(f"/dossiers/{dossier_id}/diagram.bpmn", headers=known).status_code == 304


def test_an_overdue_step_is_marked_late_in_the_diagram(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    world.on("2024-12-06 09:00")
    page = signed_in(app, "labour").get(f"/dossiers/{dossier_id}/diagram").text
    assert 'data-late="select"' in page
    assert "04/12/2024" in page


def test_papers_of_a_decided_dossier_are_linked(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("decide")
    world.decide(dossier_id, "2102/QĐ-UBND")
    clerk = signed_in(app, "clerk")
    page = clerk.get(f"/dossiers/{dossier_id}").text
    links = re.findall(r'href="(/(?:submissions|decisions)/\d+)"', page)
    assert len(links) == 3
    assert all(clerk.get(link).status_code == 200 for link in links)


def test_a_unit_withdraws_before_selection_with_a_reason(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    clerk = signed_in(app, "clerk")
    assert clerk.get(f"/dossiers/{dossier_id}/withdraw").status_code == 200
    answer = clerk.post(f"/dossiers/{dossier_id}/withdraw", {"reason": " "})
    assert answer.status_code == 422
    assert '<a href="#field-reason">' in answer.text
    assert clerk.post(f"/dossiers/{dossier_id}/withdraw", {"reason": "Nộp nhầm đợt"}).status_code == 303
    page = words(clerk.get(f"/dossiers/{dossier_id}/history"))
    assert "Nộp nhầm đợt" in page


def test_after_selection_nothing_is_withdrawn(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("appraise")
    clerk = signed_in(app, "clerk")
    assert "/withdraw" not in clerk.get(f"/dossiers/{dossier_id}").text
    answer = clerk.post(f"/dossiers/{dossier_id}/withdraw", {"reason": "x"})
    assert answer.status_code == 409
    assert (
        signed_in(app, "labour").post(f"/dossiers/{dossier_id}/withdraw", {"reason": "x"}).status_code == 403
    )


def test_text_that_cannot_be_stored_is_unreadable(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier()
    clerk = signed_in(app, "clerk")
    nominee = NOMINEE | {"achievement": "Thoát\0nghèo"}
    assert clerk.post(f"/dossiers/{dossier_id}/nominations", nominee).status_code == 400
    assert clerk.get("/dossiers?q=%00").status_code == 400
    assert clerk.get("/inbox/mine?q=a%00b").status_code == 400
    assert Browser(app).sign_in("cl\0erk").status_code == 400
