"""What protects whoever fills in a form: drafts, windows, changes by others, files, review, versions."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.operations.setup import deployments
from service.operations.work import drafts
from service.store import definitions, dossiers
from service.store import drafts as draft_rows
from service.store.tables import UserTask
from tests.builders import ROOT, World
from tests.functional.web.browsers import Browser, in_english, seen, signed_in, words
from tests.functional.web.test_tasks import form_data, from_page, version_in
from tests.support import files


def held(world: World, element: str = "select", who: str = "labour", **opening: object) -> UserTask:
    """A task that somebody has in hand."""
    task = world.task(world.carry_to(element, **opening))
    world.claim(who, task.id)
    return task


def files_in(page: str) -> dict[str, list[dict[str, object]]]:
    """The files of a form's fields, as its script gets them."""
    found = re.search(r'id="form-files">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def put(browser: Browser, task: UserTask, content: bytes, name: str, field: str = "papers") -> TestResponse:
    """Puts a file into a field of the form."""
    return browser.send_file(f"/tasks/{task.id}/files/{field}", content, name)


def told(answer: TestResponse) -> dict[str, Any]:
    """What a script is told."""
    assert answer.json is not None
    return answer.json


def test_a_draft_is_here_again_with_the_time_and_can_be_thrown_away(app: Flask, world: World) -> None:
    task = held(world)
    labour = signed_in(app, "labour")
    labour.post(f"/tasks/{task.id}/draft", {"reason": "Đang xem", "draft_revision": "0"})
    world.on("2024-11-21 10:32")
    page = signed_in(app, "labour").get(f"/tasks/{task.id}")
    assert form_data(page.text)["reason"] == "Đang xem"
    assert "Nội dung nhập lúc 20/11/2024 09:00 đã được khôi phục" in words(page)
    assert 'data-draft-revision="1"' in page.text
    assert labour.post(f"/tasks/{task.id}/draft/discard").status_code == 204
    assert "reason" not in form_data(labour.get(f"/tasks/{task.id}").text)


def test_two_windows_of_one_person_notice_each_other(app: Flask, world: World) -> None:
    task = held(world)
    first, second = signed_in(app, "labour"), signed_in(app, "labour")
    address = f"/tasks/{task.id}/draft"
    assert first.post(address, {"reason": "một", "draft_revision": "0"}).json == {
        "revision": 1,
        "told": "Đã lưu nháp lúc 09:00",
    }
    refused = second.post(address, {"reason": "hai", "draft_revision": "0"})
    assert refused.status_code == 409
    assert told(refused)["other_window"] is True
    assert "09:00 20/11/2024" in told(refused)["told"]
    assert form_data(first.get(f"/tasks/{task.id}").text)["reason"] == "một"
    # Whoever insists leaves the revision out.
    assert second.post(address, {"reason": "hai"}).status_code == 200
    assert first.post(address, {"reason": "một", "draft_revision": "1"}).status_code == 409
    assert first.post(address, {"reason": "x", "draft_revision": "zwei"}).status_code == 400


def test_a_form_without_a_task_keeps_its_draft_too(app: Flask) -> None:
    clerk = signed_in(app, "clerk")
    kept = clerk.post("/drafts/dossier-new", {"title": "Hồ sơ dở dang", "draft_revision": "0"})
    assert kept.json == {"revision": 1, "told": "Đã lưu nháp lúc 09:00"}
    page = signed_in(app, "clerk").get("/dossiers/new")
    assert 'value="Hồ sơ dở dang"' in page.text
    place = re.findall(r'<option value="(\d+-\d+)"', page.text)[0]
    made = clerk.post("/dossiers", {"place": place, "title": "Hồ sơ dở dang"})
    assert made.status_code == 303
    assert "Hồ sơ dở dang" not in clerk.get("/dossiers/new").text
    new = f"{made.location}/nominations/new"
    dossier_id = int(str(made.location).rsplit("/", 1)[-1])
    clerk.post(f"/drafts/nomination-{dossier_id}-new", {"nominee_name": "Bà Lê Thị Nháp"})
    assert "Bà Lê Thị Nháp" in clerk.get(new).text
    assert "Bà Lê Thị Nháp" not in signed_in(app, "clerk_head").get(new).text
    assert clerk.post("/drafts/nothing", {"title": "x"}).status_code == 404


def test_changes_by_others_are_told_while_typing_and_at_sending(app: Flask, world: World) -> None:
    task = world.task(world.open_dossier())
    clerk = signed_in(app, "clerk")
    page = clerk.get(f"/tasks/{task.id}").text
    watched = re.search(r'data-changes-url="([^"]+)"', page)
    assert watched is not None
    quiet = clerk.get(watched[1])
    assert quiet.text.strip() == ""
    etag = {"If-None-Match": quiet.headers["ETag"]}
    assert clerk.get(watched[1], headers=etag).status_code == 304
    world.attach_papers("clerk", task.dossier_id)
    news = clerk.get(watched[1], headers=etag)
    assert news.status_code == 200
    assert "bạn, ở cửa sổ khác" in words(news)
    assert "data-changes-look" in news.text
    sent = {"letter_number": "15/TTr", "letter_date": world.today(), "seen_version": version_in(page)}
    answer = clerk.post(f"/tasks/{task.id}/complete", sent)
    assert answer.status_code == 409
    assert "Đính kèm tệp" in words(answer)
    assert form_data(answer.text)["letter_number"] == "15/TTr"
    sent["seen_version"] = version_in(answer.text)
    assert clerk.post(f"/tasks/{task.id}/complete", sent).status_code == 303
    assert "Clerk" in words(clerk.get(watched[1]))
    assert signed_in(app, "neighbour").get(watched[1]).status_code == 404


def test_files_travel_with_the_draft_and_join_the_dossier_when_it_is_sent(app: Flask, world: World) -> None:
    task = held(world)
    labour = signed_in(app, "labour")
    answer = put(labour, task, files.pdf(), "biên bản.pdf")
    taken = told(answer)
    assert (answer.status_code, taken["name"]) == (201, "biên bản.pdf")
    refused = put(labour, task, b"MZ no paper", "virus.pdf")
    assert refused.status_code == 422
    assert "PDF" in told(refused)["told"]
    assert put(labour, task, files.pdf(), "x.pdf", field="reason").status_code == 422
    second = told(put(labour, task, files.png(), "ảnh.png"))
    page = signed_in(app, "labour").get(f"/tasks/{task.id}").text
    assert [file["name"] for file in files_in(page)["papers"]] == ["biên bản.pdf", "ảnh.png"]
    assert labour.get(taken["url"]).data == files.pdf()
    colleague = signed_in(app, "labour2")
    # Whoever does not hold the task is told the same, whether the file is there or not.
    there, nowhere = (colleague.get(one).status_code for one in (taken["url"], f"{taken['url']}0"))
    assert (there, nowhere) == (403, 403)
    assert put(colleague, task, files.pdf(), "y.pdf").status_code == 403
    assert labour.post(second["remove"]).status_code == 204
    with world.database.read() as work:
        before = len(dossiers.attachments(work, task.dossier_id))
    # What the form itself says of its files does not count.
    sent = {"outcome": "accept", "papers": "999", **from_page(world, task)}
    review = labour.post(f"/tasks/{task.id}/complete", {**sent, "review": "1"})
    assert "biên bản.pdf" in words(review)
    assert labour.post(f"/tasks/{task.id}/complete", sent).status_code == 303
    with world.database.read() as work:
        found = dossiers.attachments(work, task.dossier_id)
        steps = dossiers.history(work, task.dossier_id)
    assert [row.display_name for row in found[before:]] == ["biên bản.pdf"]
    done = next(step for step in steps if step.task_id == task.id and step.kind == "completed")
    assert done.params["files"] == {"papers": ["biên bản.pdf"]}
    assert "papers" not in done.params["values"]
    assert labour.get(taken["url"]).status_code == 404


def test_a_review_tells_who_is_next_until_when_and_which_mails_go(app: Flask, world: World) -> None:
    task = held(world, "appraise", "interior")
    interior = signed_in(app, "interior")
    sent = {"outcome": "accept", "review": "1", **from_page(world, task)}
    review = interior.post(f"/tasks/{task.id}/complete", sent)
    page = words(review)
    assert review.status_code == 200
    assert "Lập tờ trình gửi Chủ tịch UBND : Phòng Nội vụ" in page
    assert "chậm nhất 09/12/2024" in page
    assert "Không gửi thư nào" in page
    assert world.open_elements(task.dossier_id) == {"appraise"}
    refused = interior.post(
        f"/tasks/{task.id}/complete", {"outcome": "refuse", "reason": "Không đủ", **from_page(world, task)}
    )
    page = words(refused)
    assert "Hành trình của hồ sơ kết thúc: Không chấp nhận" in page
    assert "Kết quả hồ sơ → Clerk" in page
    assert world.open_elements(task.dossier_id) == {"appraise"}
    # Going back shows everything that was typed.
    assert form_data(interior.get(f"/tasks/{task.id}").text)["reason"] == "Không đủ"


def test_a_task_keeps_the_form_version_it_opened_with(app: Flask, world: World) -> None:
    task = held(world)
    labour = signed_in(app, "labour")
    labour.post(f"/tasks/{task.id}/draft", {"reason": "Viết theo mẫu cũ"})
    newer = json.loads((ROOT / "forms" / "select.json").read_text(encoding="utf-8"))
    newer["components"] = [one for one in newer["components"] if one.get("key") != "reason"]
    newer["components"].append(
        {
            "type": "textfield",
            "id": "select_minutes",
            "key": "minutes",
            "label": "Số biên bản",
            "validate": {"required": True, "maxLength": 50},
            "properties": {"label_en": "Number of the minutes"},
        }
    )
    with world.database.write() as work:
        deployments.deploy_form(work, "select", json.dumps(newer))
    page = labour.get(f"/tasks/{task.id}")
    assert form_data(page.text)["reason"] == "Viết theo mẫu cũ"
    assert "select_minutes" not in page.text
    assert "Việc này vẫn dùng biểu mẫu" in words(page)
    unknown = labour.post(
        f"/tasks/{task.id}/complete", {"outcome": "accept", "minutes": "1"} | seen(world, task.id)
    )
    assert unknown.status_code == 422
    other = held(world)
    assert "select_minutes" in labour.get(f"/tasks/{other.id}").text
    overview = words(in_english(app, "admin").get("/definitions"))
    assert "Result of the selection select 2 1" in overview
    assert "select 1 1" in overview
    sent = {"outcome": "accept", **from_page(world, task)}
    assert labour.post(f"/tasks/{task.id}/complete", sent).status_code == 303
    assert labour.post(f"/tasks/{other.id}/complete", sent | from_page(world, other)).status_code == 422


@pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
def test_a_draft_belongs_to_one_person_and_ends_with_the_task(world: World) -> None:
    task = held(world)
    labour, colleague = world.actor("labour"), world.actor("labour2")
    with world.database.write() as work:
        assert drafts.save(work, labour, task.id, {"reason": "một"}, 0).revision == 1
        assert drafts.save(work, labour, task.id, {"reason": "hai"}, 1).revision == 2
        assert drafts.find(work, colleague, task.id) is None
        for number in range(drafts.MOST_PAGES + 3):
            drafts.save_page(work, labour, f"nomination-{number + 1}-new", {"n": "x"}, 0)
    world.complete("labour", task.id, {"outcome": "accept"})
    with world.database.read() as work:
        assert draft_rows.of_task(work, task.id, labour.person_id) is None
        places = [f"nomination-{number + 1}-new" for number in range(drafts.MOST_PAGES + 3)]
        kept = [place for place in places if draft_rows.of_page(work, labour.person_id, place)]
        assert len(kept) == drafts.MOST_PAGES
        assert definitions.is_outdated_form(work, task.form_version_id) is False


def test_what_is_no_file_is_told_so(app: Flask, world: World) -> None:
    task = held(world)
    labour = signed_in(app, "labour")
    answer = labour.client.post(
        f"/tasks/{task.id}/files/papers",
        data={"csrf_token": labour.token},
        content_type="multipart/form-data",
    )
    assert (answer.status_code, answer.json) == (422, {"told": "Hãy chọn tệp."})
