"""One task: claim, release, draft, completion, and everything that may come in between."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask

from service.domain.dossiers import NominationStatus
from service.domain.tasks import Folder
from service.store import dossiers as dossier_rows
from service.store import tasks as task_rows
from service.store.tables import UserTask
from tests.builders import World
from tests.functional.web.browsers import Browser, in_english, in_folder, seen, signed_in, words

GROUP, MINE = Folder.GROUP, Folder.MINE


def waiting(world: World, element: str, **opening: object) -> UserTask:
    """The open task of a fresh dossier carried to an element."""
    return world.task(world.carry_to(element, **opening))


def from_page(world: World, task: UserTask, **of: str) -> dict[str, str]:
    """What the page of a task sends along as it is opened: what it shows, with every nomination kept;
    `drop="why"` drops the first."""
    with world.database.read() as work:
        nominations = dossier_rows.get(work, task.dossier_id).nominations
        fields = {f"verdict-{nomination.id}": "select" for nomination in nominations}
        if "drop" in of:
            fields |= {f"verdict-{nominations[0].id}": "drop", f"why-{nominations[0].id}": of["drop"]}
        return fields | seen(world, task.id)


def form_data(page: str) -> dict[str, object]:
    """The values with which the browser draws the form."""
    found = re.search(r'id="form-data">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def told_back(page: str) -> dict[str, str]:
    """What a page shows again of a form that was not taken: its labels with the values."""
    section = page.partition('id="not-taken"')[2].partition("</dl>")[0]
    return dict(re.findall(r"<dt>([^<]*)</dt><dd[^>]*>([^<]*)</dd>", section))


def version_in(page: str) -> str:
    found = re.search(r'name="seen_version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_claiming_opens_the_form_and_releasing_gives_the_task_back(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    labour = signed_in(app, "labour")
    assert "data-form-mount" not in labour.get(in_folder(GROUP, task.id)).text
    claimed = labour.post(in_folder(GROUP, task.id, "/claim"))
    assert claimed.location == in_folder(GROUP, task.id)
    page = labour.get(claimed.location)
    assert "data-form-mount" in page.text
    assert "Kết quả tiếp nhận và xét chọn" in words(page)
    labour.post(in_folder(MINE, task.id, "/release"))
    assert world.task(task.dossier_id).assignee_id is None


def test_the_second_to_claim_is_told_who_was_first(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.claim("labour2", task.id)
    answer = signed_in(app, "labour").post(in_folder(GROUP, task.id, "/claim"))
    assert answer.status_code == 409
    assert "Labour2" in words(answer)
    assert "data-error-summary" in answer.text


def test_somebody_elses_task_can_be_looked_at_but_not_filled(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.claim("labour2", task.id)
    labour = signed_in(app, "labour")
    page = labour.get(f"/tasks/{task.id}")
    assert "Labour2" in words(page)
    assert "data-form-mount" not in page.text
    sent = {"outcome": "return_unit", "reason": "Thiếu biên bản", **from_page(world, task, drop="trùng")}
    refused = labour.post(f"/tasks/{task.id}/complete", sent)
    assert refused.status_code == 403
    assert "Labour2" in words(refused)
    kept = told_back(refused.text)
    assert kept["Lý do, ý kiến"] == "Thiếu biên bản"
    assert "trùng" in " ".join(kept.values())


def test_completing_opens_the_next_task_of_the_folder(app: Flask, world: World) -> None:
    first, second = waiting(world, "select"), waiting(world, "select")
    for task in (first, second):
        world.claim("labour", task.id)
    labour = signed_in(app, "labour")
    sent = {"outcome": "accept", **from_page(world, first)}
    answer = labour.post(in_folder(MINE, first.id, "/complete"), sent)
    assert (answer.status_code, answer.location) == (303, in_folder(MINE, second.id))
    page = words(labour.get(answer.location))
    assert "VN-HN2024-0001" in page
    assert world.open_elements(first.dossier_id) == {"forward_to_interior"}


def test_after_the_last_task_the_folder_opens(app: Flask, world: World) -> None:
    task = waiting(world, "forward_to_interior")
    world.claim("labour", task.id)
    sent = {"number": "40/TTr", "signed_on": world.today(), **seen(world, task.id)}
    labour = in_english(app, "labour")
    answer = labour.post(f"/tasks/{task.id}/complete?folder=mine&act=forward", sent)
    assert answer.location == "/inbox/mine?act=forward"
    assert "Done: Forward to the Interior office, dossier VN-" in words(labour.get(answer.location))


def test_a_return_without_a_reason_comes_back_with_everything_typed(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.claim("labour", task.id)
    labour = signed_in(app, "labour")
    sent = {"outcome": "return_unit", "reason": "  ", **from_page(world, task, drop="thiếu giấy tờ")}
    answer = labour.post(in_folder(MINE, task.id, "/complete"), sent)
    assert answer.status_code == 422
    assert '<a href="#field-reason">' in answer.text
    assert form_data(answer.text)["outcome"] == "return_unit"
    assert 'value="thiếu giấy tờ"' in answer.text
    again = labour.get(in_folder(MINE, task.id)).text
    assert form_data(again)["outcome"] == "return_unit", "the draft was kept as well"
    assert world.open_elements(task.dossier_id) == {"select"}


def test_dropping_a_nomination_needs_a_reason_at_that_nomination(app: Flask, world: World) -> None:
    task = waiting(world, "select", awards=("giay_khen", "giay_khen"))
    world.claim("labour", task.id)
    labour = signed_in(app, "labour")
    sent = {"outcome": "accept", **from_page(world, task, drop="")}
    answer = labour.post(in_folder(MINE, task.id, "/complete"), sent)
    assert answer.status_code == 422
    anchor = re.search(r'<a href="#(field-nomination-\d+)">', answer.text)
    assert anchor is not None
    assert f'id="{anchor[1]}"' in answer.text
    sent = {"outcome": "accept", **from_page(world, task, drop="chưa đủ điều kiện")}
    assert labour.post(in_folder(MINE, task.id, "/complete"), sent).status_code == 303
    with world.database.read() as work:
        statuses = [one.status for one in dossier_rows.get(work, task.dossier_id).nominations]
    assert statuses == [NominationStatus.DROPPED, NominationStatus.SELECTED]


def test_a_task_completed_by_somebody_else_says_by_whom_and_how(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.claim("labour", task.id)
    labour = signed_in(app, "labour")
    labour.get(in_folder(MINE, task.id))
    labour.post(in_folder(MINE, task.id, "/release"))
    world.complete("labour2", task.id, {"outcome": "accept"})
    sent = {"outcome": "return_unit", "reason": "Thiếu biên bản"}
    answer = labour.post(in_folder(MINE, task.id, "/complete"), sent)
    assert answer.status_code == 409
    assert "Labour2" in words(answer)
    assert "chấp nhận" in words(answer)


def test_a_dossier_changed_meanwhile_is_not_completed_blindly(app: Flask, world: World) -> None:
    task = world.task(world.open_dossier())
    clerk = signed_in(app, "clerk")
    version = version_in(clerk.get(in_folder(MINE, task.id)).text)
    world.attach_papers("clerk", task.dossier_id)
    sent = {"letter_number": "15/TTr", "letter_date": world.today(), "seen_version": version}
    answer = clerk.post(in_folder(MINE, task.id, "/complete"), sent)
    assert answer.status_code == 409
    assert form_data(answer.text)["letter_number"] == "15/TTr"
    assert world.open_elements(task.dossier_id) == {"prepare"}
    sent["seen_version"] = version_in(answer.text)
    assert clerk.post(in_folder(MINE, task.id, "/complete"), sent).status_code == 303


def test_a_letter_that_does_not_say_what_it_has_seen_changes_nothing_and_loses_nothing(
    app: Flask, world: World
) -> None:
    task = waiting(world, "select")
    world.claim("labour", task.id)
    labour = in_english(app, "labour")
    sent = {"outcome": "accept", "reason": "Thieu bien ban", **from_page(world, task, drop="trung ho")}
    del sent["seen_version"]
    for step in ({}, {"review": "1"}, {"confirmed": "1", "review": "1"}):
        answer = labour.post(in_folder(MINE, task.id, "/complete"), sent | step)
        assert answer.status_code == 422
        assert "Look at it as it stands now, then send again" in words(answer)
        assert form_data(answer.text)["reason"] == "Thieu bien ban"
        assert 'value="trung ho"' in answer.text
    assert world.open_elements(task.dossier_id) == {"select"}
    sent |= {"seen_version": version_in(answer.text)} | from_page(world, task)
    assert labour.post(in_folder(MINE, task.id, "/complete"), sent).status_code == 303


def test_sending_the_same_form_twice_completes_once(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.claim("labour", task.id)
    labour = signed_in(app, "labour")
    sent = {"outcome": "accept", **from_page(world, task)}
    answers = [labour.post(in_folder(MINE, task.id, "/complete"), sent).status_code for _ in range(2)]
    assert answers == [303, 409]


def test_what_comes_after_the_task_was_closed_can_be_copied_and_not_sent_again(
    app: Flask, world: World
) -> None:
    task = waiting(world, "select")
    world.claim("labour", task.id)
    slow = signed_in(app, "labour")
    sent = {"outcome": "return_unit", "reason": "Thiếu biên bản", **from_page(world, task, drop="trùng")}
    sent["seen_version"] = version_in(slow.get(in_folder(MINE, task.id)).text)
    world.complete("labour", task.id, {"outcome": "accept"})
    for step in ({}, {"review": "1"}):
        answer = slow.post(in_folder(MINE, task.id, "/complete"), sent | step)
        assert answer.status_code == 409
        kept = told_back(answer.text)
        assert "Thiếu biên bản" in kept.values()
        assert kept["Kết quả xét chọn"] == "Trả đơn vị để bổ sung"
        assert any(value.endswith(": trùng") for value in kept.values())
        assert 'data-copy="not-taken"' in answer.text
        assert "<body data-refused>" in answer.text
        assert "rồi gửi lại" not in words(answer)
        assert "data-form-mount" not in answer.text
    assert "data-refused" not in slow.get(in_folder(MINE, task.id)).text


def test_an_approval_is_shown_whole_before_it_counts(app: Flask, world: World) -> None:
    task = waiting(world, "decide", awards=("giay_khen", "bang_khen_tinh"))
    world.claim("chairman", task.id)
    chairman = signed_in(app, "chairman")
    sent = {
        "outcome": "approve",
        "decision_number": "2102/QĐ-UBND",
        "signed_on": world.today(),
        **from_page(world, task),
    }
    review = chairman.post(in_folder(MINE, task.id, "/complete"), sent)
    assert review.status_code == 200
    page = words(review)
    for said in ("2102/QĐ-UBND", "20/11/2024", "Hộ ông Nguyễn Văn 1", "Hộ ông Nguyễn Văn 2"):
        assert said in page
    assert world.open_elements(task.dossier_id) == {"decide"}
    main = review.text.partition("<main")[2]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))
    del fields["csrf_token"]
    answer = chairman.post(in_folder(MINE, task.id, "/complete"), fields)
    assert answer.status_code == 303
    assert world.open_elements(task.dossier_id) == {"hand_over"}


def test_going_back_from_the_review_keeps_what_was_typed(app: Flask, world: World) -> None:
    task = waiting(world, "appraise")
    world.claim("interior", task.id)
    interior = signed_in(app, "interior")
    sent = {"outcome": "refuse", "reason": "Không đủ điều kiện", **from_page(world, task)}
    assert interior.post(in_folder(MINE, task.id, "/complete"), sent).status_code == 200
    assert form_data(interior.get(in_folder(MINE, task.id)).text)["reason"] == "Không đủ điều kiện"


def test_a_review_finds_mistakes_before_it_is_shown(app: Flask, world: World) -> None:
    task = waiting(world, "decide")
    world.claim("chairman", task.id)
    chairman = signed_in(app, "chairman")
    sent = {"outcome": "approve", "decision_number": "1/QĐ", "signed_on": "2031-01-01"}
    answer = chairman.post(in_folder(MINE, task.id, "/complete"), sent | from_page(world, task))
    assert answer.status_code == 422
    assert '<a href="#field-signed_on">' in answer.text


def test_a_draft_is_saved_without_being_valid(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.claim("labour", task.id)
    labour = signed_in(app, "labour")
    draft = {"outcome": "return_unit", "reason": "", **from_page(world, task, drop="thiếu")}
    saved = labour.post(f"/tasks/{task.id}/draft", draft)
    assert (saved.status_code, saved.json) == (200, {"revision": 1, "told": "Đã lưu nháp lúc 09:00"})
    page = labour.get(in_folder(MINE, task.id)).text
    assert form_data(page)["outcome"] == "return_unit"
    assert 'value="thiếu"' in page
    with world.database.read() as work:
        kept = task_rows.draft(work, task.id, world.actor("labour").person_id)
    assert kept is not None
    assert not {"csrf_token", "seen_version"} & kept.content.keys()


def test_a_draft_for_a_task_that_is_closed_says_so(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.complete("labour", task.id, {"outcome": "accept"})
    assert signed_in(app, "labour").post(f"/tasks/{task.id}/draft", {"reason": "x"}).status_code == 409


def test_nobody_saves_drafts_in_another_office(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    assert signed_in(app, "interior").post(f"/tasks/{task.id}/draft", {"reason": "x"}).status_code == 403
    assert signed_in(app, "neighbour").post(f"/tasks/{task.id}/draft", {"reason": "x"}).status_code == 404


def test_a_returned_task_shows_who_sent_it_back_and_why(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.complete("labour", task.id, {"outcome": "return_unit", "reason": "Thiếu biên bản họp xét"})
    clerk = signed_in(app, "clerk")
    page = words(clerk.get(in_folder(MINE, world.task(task.dossier_id).id)))
    assert "Thiếu biên bản họp xét" in page
    assert "Labour, Phòng Lao động" in page


def test_a_late_submission_asks_for_the_reason(app: Flask, world: World) -> None:
    task = world.task(world.open_dossier())
    world.on("2024-12-02 08:00")
    clerk = signed_in(app, "clerk")
    assert form_data(clerk.get(in_folder(MINE, task.id)).text)["late"] is True
    sent = {"letter_number": "15/TTr", "letter_date": world.today(), **seen(world, task.id)}
    answer = clerk.post(in_folder(MINE, task.id, "/complete"), sent)
    assert answer.status_code == 422
    assert '<a href="#field-late_reason">' in answer.text


def test_an_empty_dossier_cannot_be_submitted(app: Flask, world: World) -> None:
    task = world.task(world.open_dossier(awards=(), with_papers=False))
    clerk = signed_in(app, "clerk")
    sent = {"letter_number": "15/TTr", "letter_date": world.today(), **seen(world, task.id)}
    answer = clerk.post(in_folder(MINE, task.id, "/complete"), sent)
    assert answer.status_code == 422
    assert '<a href="#field-nominations">' in answer.text
    assert 'id="field-nominations"' in answer.text


@pytest.mark.parametrize(
    "sent",
    [{"verdict-1": "approve"}, {"seen_version": "x"}, {"seen_version": "9" * 30}],
)
def test_what_no_page_of_ours_sends_is_unreadable(app: Flask, world: World, sent: dict[str, str]) -> None:
    task = waiting(world, "select")
    world.claim("labour", task.id)
    assert signed_in(app, "labour").post(f"/tasks/{task.id}/complete", sent).status_code == 400


def test_fields_that_the_form_lacks_change_nothing(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.claim("labour", task.id)
    sent = {"outcome": "accept", "status": "decided", "version": "99", **from_page(world, task)}
    answer = signed_in(app, "labour").post(f"/tasks/{task.id}/complete", sent)
    assert answer.status_code == 422
    assert world.open_elements(task.dossier_id) == {"select"}


def test_a_finished_task_tells_its_outcome(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    world.complete("labour", task.id, {"outcome": "accept"})
    world.clock.advance(timedelta(minutes=1))
    page = words(signed_in(app, "labour").get(in_folder(Folder.DONE, task.id)))
    assert "Labour: chấp nhận, 20/11/2024 09:00" in page


def test_an_overdue_step_is_followed_up_by_the_head(app: Flask, world: World) -> None:
    task = waiting(world, "select")
    browser: Browser = signed_in(app, "labour_head")
    assert browser.get(f"/tasks/{task.id}").status_code == 200
    assert browser.post(f"/tasks/{task.id}/claim").status_code == 403
