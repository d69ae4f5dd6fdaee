"""One letter and one decision for many dossiers, as reviewers meet them."""

import json
import re
from datetime import date
from html import unescape

import pytest
from flask import Flask

from service.operations.dossier import dossiers
from service.operations.setup import deployments
from service.operations.work import drafts, opinions, tasks
from service.operations.work.opinions import Question
from service.store import dossiers as rows
from service.store import localities
from service.store import tasks as task_rows
from tests.builders import LOCALITY, ROOT, World
from tests.functional.web.browsers import all_seen, in_english, words
from tests.support import files


@pytest.fixture
def forwarding(world: World) -> list[int]:
    """The tasks of two dossiers that wait to be sent to the Interior office."""
    return [
        world.task(world.carry_to("forward_to_interior", title=title)).id
        for title in ("Hồ sơ một", "Hồ sơ hai")
    ]


@pytest.fixture
def deciding(world: World) -> list[int]:
    """The tasks of two dossiers that wait for the Chairman; the second also names an award above him."""
    awards = (("giay_khen",), ("giay_khen", "bang_khen_tinh"))
    return [
        world.task(world.carry_to("decide", title=f"Hồ sơ {number}", awards=named)).id
        for number, named in enumerate(awards, start=1)
    ]


def chosen(task_ids: list[int], **fields: object) -> dict[str, object]:
    """The fields of a paper over some tasks."""
    return {"task": task_ids, **fields}


def from_page(world: World, task_ids: list[int], **fields: object) -> dict[str, object]:
    """The same as its page sends them when it is opened now."""
    return chosen(task_ids, **all_seen(world, task_ids), **fields)


def nominations(world: World, task_id: int) -> list[int]:
    """The nominations of the dossier that a task belongs to."""
    chairman = world.actor("chairman")
    with world.database.read() as work:
        pages = [dossiers.show(work, chairman, row.id) for row in dossiers.list_visible(work, chairman)]
        page = next(page for page in pages if task_id in {task.id for task in page.open_tasks})
        return [nomination.id for nomination in page.nominations]


def dossier_ids(world: World) -> list[int]:
    """All dossiers, the oldest first."""
    with world.database.read() as work:
        return sorted(row.id for row in dossiers.list_visible(work, world.actor("chairman")))


def test_the_letter_is_reviewed_with_every_dossier_and_nominee(app: Flask, forwarding: list[int]) -> None:
    answer = in_english(app, "labour").get("/papers/forward", query_string=chosen(forwarding))
    said = words(answer)
    assert answer.status_code == 200
    assert "Hồ sơ một" in said
    assert "Hồ sơ hai" in said
    assert said.count("Hộ ông Nguyễn Văn 1") == 2


def test_one_letter_sends_all_dossiers(world: World, app: Flask, forwarding: list[int]) -> None:
    labour = in_english(app, "labour")
    sent = labour.post(
        "/papers/forward",
        from_page(world, forwarding, number="40/TTr", signed_on="2024-11-20", note="Kính trình"),
    )
    assert sent.status_code == 303
    said = words(labour.get(sent.location))
    assert "40/TTr" in said
    assert "Hồ sơ một" in said
    assert "Hồ sơ hai" in said
    with world.database.read() as work:
        standing = {
            task.element_id
            for row in dossiers.list_visible(work, world.actor("labour"))
            for task in dossiers.show(work, world.actor("labour"), row.id).open_tasks
        }
    assert standing == {"appraise"}


def test_a_wrong_letter_sends_nothing_and_keeps_what_was_typed(
    world: World, app: Flask, forwarding: list[int]
) -> None:
    answer = in_english(app, "labour").post(
        "/papers/forward",
        from_page(world, forwarding, number="", signed_on="2024-11-20", note="Kinh trinh phong"),
    )
    assert answer.status_code == 422
    assert "Kinh trinh phong" in answer.text
    assert "Hồ sơ hai" in answer.text
    assert all(world.open_elements(one) == {"forward_to_interior"} for one in dossier_ids(world))


def test_many_dossiers_go_with_one_reason_that_stays_in_the_history_of_each(
    world: World, app: Flask, forwarding: list[int]
) -> None:
    labour = in_english(app, "labour")
    page = labour.get("/papers/forward", query_string=chosen(forwarding))
    assert "It stays in the history of each dossier." in page.text
    letter = {"number": "40/TTr", "signed_on": "2024-11-20"}
    refused = labour.post("/papers/forward", from_page(world, forwarding, **letter, note=" "))
    assert (refused.status_code, "Write why: it stays in the history." in words(refused)) == (422, True)
    assert all(world.open_elements(one) == {"forward_to_interior"} for one in dossier_ids(world))
    assert (
        labour.post("/papers/forward", from_page(world, forwarding, **letter, note="Du ho so")).status_code
        == 303
    )
    for one in dossier_ids(world):
        with world.database.read() as work:
            assert "Du ho so" in {step.reason for step in rows.history(work, one)}


def test_a_second_letter_of_the_same_number_is_told(world: World, app: Flask) -> None:
    labour = in_english(app, "labour")
    for expected in (303, 409):
        task = world.task(world.carry_to("forward_to_interior"))
        answer = labour.post(
            "/papers/forward", from_page(world, [task.id], number="40/TTr", signed_on="2024-11-20")
        )
        assert answer.status_code == expected
    assert "Letter 40/TTr of this date exists already" in words(answer)


def test_dossiers_that_others_hold_are_named_and_left_out(
    world: World, app: Flask, forwarding: list[int]
) -> None:
    world.claim("labour2", forwarding[0])
    said = words(in_english(app, "labour").get("/papers/forward", query_string=chosen(forwarding)))
    assert "Left out, since somebody else holds" in said
    assert "Labour2" in said
    assert "Hồ sơ một" not in said


def require_scans(world: World, key: str) -> None:
    """Makes a form ask for a file, from the next task on."""
    form = json.loads((ROOT / "forms" / f"{key}.json").read_text(encoding="utf-8"))
    scan = {
        "type": "filepicker",
        "id": "scan",
        "key": "scan",
        "label": "Bản quét",
        "validate": {"required": True},
        "properties": {"label_en": "Scanned letter"},
    }
    form["components"].append(scan)
    with world.database.write() as work:
        deployments.deploy_form(work, key, json.dumps(form, ensure_ascii=False))


def test_a_dossier_whose_own_form_lacks_a_file_stays_behind_and_the_others_go(
    app: Flask, world: World
) -> None:
    require_scans(world, "forward")
    ready, lacking = (world.task(world.carry_to("forward_to_interior")).id for _ in range(2))
    labour = in_english(app, "labour")
    taken = labour.post("/inbox/bulk?folder=group", {"do": "claim", "task": [ready, lacking]})
    assert "Now in your hands: 2." in words(labour.get(str(taken.location))), "a claim asks for no file"
    assert labour.send_file(f"/tasks/{ready}/files/scan", files.pdf(), "tờ trình.pdf").status_code == 201
    review = labour.get("/papers/forward", query_string=chosen([ready, lacking]))
    assert "Scanned letter: tờ trình.pdf" in words(review)
    assert "Scanned letter: no file yet" in words(review)
    assert '"key": "scan"' not in review.text, "no field that nobody could fill in here"
    letter = {"number": "40/TTr", "signed_on": "2024-11-20", "note": "Kinh trinh"}
    sent = labour.post("/papers/forward", from_page(world, [ready, lacking], **letter))
    assert "Done: 1. Not done: 1." in words(sent)
    assert "asks for a file in “Scanned letter”" in words(sent)
    with world.database.read() as work:
        done, open_still = (task_rows.get(work, one) for one in (ready, lacking))
        assert (done.outcome, open_still.closed_at) == ("forward", None)
        assert "tờ trình.pdf" in {one.display_name for one in rows.attachments(work, done.dossier_id)}
    alone = labour.post(
        "/papers/forward", from_page(world, [lacking], number="41/TTr", signed_on="2024-11-20")
    )
    assert (alone.status_code, "Scanned letter" in words(alone)) == (409, True)
    wrong = labour.post("/papers/forward", from_page(world, [lacking], signed_on="2024-11-20"))
    assert "is required: fill it in" in words(wrong)
    assert "asks for a file" not in wrong.text, "first what was typed for all"


def test_a_decision_names_the_dossier_whose_own_form_lacks_a_file(app: Flask, world: World) -> None:
    require_scans(world, "decide")
    task_id = world.task(world.carry_to("decide")).id
    chairman = in_english(app, "chairman")
    keep = {f"verdict-{one}": "select" for one in nominations(world, task_id)}
    typed = from_page(world, [task_id], decision_number="2102/QD", signed_on="2024-11-20", clause="3", **keep)
    answer = chairman.post("/papers/decide", {**typed, "step": "review"})
    assert (answer.status_code, "asks for a file in “Scanned letter”" in words(answer)) == (409, True)
    assert "2102/QD" in answer.text, "what was typed stays"
    chairman.post(f"/tasks/{task_id}/claim")
    typed |= all_seen(world, [task_id])
    chairman.send_file(f"/tasks/{task_id}/files/scan", files.pdf(), "quyết định.pdf")
    assert "quyết định.pdf" in words(chairman.get("/papers/decide", query_string=chosen([task_id])))
    signed = chairman.post("/papers/decide", {**typed, "step": "sign"})
    assert (signed.status_code, signed.location) == (303, "/decisions/1")


def ask(world: World, who: str, task_id: int, question: str) -> str:
    """Claims a task and asks the Interior office from it; the code of its dossier."""
    world.claim(who, task_id)
    with world.database.write() as work:
        offices = localities.organisations(work, LOCALITY)
        office = next(one.id for one in offices if one.key == "interior_office")
        return opinions.ask(
            work, world.actor(who), task_id, Question(office, question, date(2024, 11, 22))
        ).dossier.code


def test_a_decision_shows_what_was_asked_and_says_why_nobody_waits(
    world: World, app: Flask, deciding: list[int]
) -> None:
    code = ask(world, "chairman", deciding[1], "Đã rà soát hộ này?")
    chairman = in_english(app, "chairman")
    shown = chairman.get("/papers/decide", query_string=chosen(deciding))
    assert "Đã rà soát hộ này?" in words(shown)
    assert 'id="field-unanswered"' in shown.text
    typed: dict[str, object] = {
        f"verdict-{key}": "select" for task_id in deciding for key in nominations(world, task_id)
    }
    typed |= {"decision_number": "7/QD", "signed_on": "2024-11-20", "clause": "9", "step": "review"}
    refused = chairman.post("/papers/decide", from_page(world, deciding, **typed))
    assert refused.status_code == 422
    assert 'href="#field-unanswered"' in refused.text
    assert f"(dossier {code})" in words(refused), "which of them"
    checked = chairman.post(
        "/papers/decide", from_page(world, deciding, **typed, unanswered="Han trinh hom nay")
    )
    assert "Han trinh hom nay" in words(checked)
    typed |= {"step": "sign", "unanswered": "Han trinh hom nay"}
    assert chairman.post("/papers/decide", from_page(world, deciding, **typed)).status_code == 303
    assert "Han trinh hom nay" in words(chairman.get(f"/dossiers/{dossier_ids(world)[1]}/history"))


def test_a_letter_that_comes_late_asks_why_and_the_slip_and_the_history_tell_it(
    world: World, app: Flask, forwarding: list[int]
) -> None:
    labour = in_english(app, "labour")
    page = labour.get("/papers/forward", query_string=chosen(forwarding))
    assert '"late": false' in page.text
    world.on("2024-12-05 09:00")
    letter = {"number": "40/TTr", "signed_on": "2024-12-05", "note": "Kính trình"}
    asked = labour.post("/papers/forward", from_page(world, forwarding, **letter))
    assert (asked.status_code, '"late": true' in asked.text) == (422, True)
    assert '<a href="#field-late_reason">' in asked.text
    assert (
        labour.post(
            "/papers/forward", from_page(world, forwarding, **letter, late_reason="Cho hop")
        ).status_code
        == 303
    )
    dossier_id = dossier_ids(world)[0]
    assert "Why it came late: Cho hop" in words(labour.get(f"/dossiers/{dossier_id}/slip"))
    assert "After the deadline: Cho hop" in words(labour.get(f"/dossiers/{dossier_id}/history"))
    assert "Sent on late:" in words(labour.get(f"/dossiers/{dossier_id}"))
    task = world.task(dossier_id, "appraise")
    assert "Cho hop" in words(in_english(app, "interior").get(f"/tasks/{task.id}"))


def test_a_letter_asks_why_nobody_waits_only_where_a_question_is_open(
    world: World, app: Flask, forwarding: list[int]
) -> None:
    labour = in_english(app, "labour")
    page = labour.get("/papers/forward", query_string=chosen(forwarding))
    assert "field-unanswered" not in page.text
    code = ask(world, "labour", forwarding[0], "Đủ hồ sơ chưa?")
    asked = labour.get("/papers/forward", query_string=chosen(forwarding))
    assert "Đủ hồ sơ chưa?" in words(asked)
    assert 'id="field-unanswered"' in asked.text
    letter = {"number": "40/TTr", "signed_on": "2024-11-20", "note": "Kính trình"}
    alone = labour.post("/papers/forward", from_page(world, forwarding[:1], **letter))
    assert (alone.status_code, f"(dossier {code})" in words(alone)) == (422, True)
    sent = labour.post("/papers/forward", from_page(world, forwarding, **letter, unanswered="Gap"))
    assert sent.status_code == 303


def test_what_was_typed_into_a_paper_comes_back_until_it_is_signed(
    world: World, app: Flask, deciding: list[int]
) -> None:
    chairman = in_english(app, "chairman")
    page = chairman.get("/papers/decide", query_string=chosen(deciding))
    *others, key = (one for task_id in deciding for one in nominations(world, task_id))
    typed = {f"verdict-{key}": "drop", f"why-{key}": "Chua du", "decision_number": "7/QD"}
    [kept_at] = re.findall(r'data-draft-url="([^"]+)"', page.text)
    assert chairman.post(kept_at, {**typed, "draft_revision": 0}).status_code == 200
    back = chairman.get("/papers/decide", query_string=chosen(deciding[::-1]))
    assert "It has not been sent yet" in words(back)
    assert re.search(rf'name="verdict-{key}" value="drop" checked', back.text)
    assert "Chua du" in back.text
    assert '"decision_number": "7/QD"' in back.text
    alone = chairman.get("/papers/decide", query_string=chosen(deciding[:1]))
    assert "Chua du" not in alone.text, "another paper"
    every = typed | {f"verdict-{one}": "select" for one in others} | {"signed_on": "2024-11-20"}
    every |= {"clause": "9", **all_seen(world, deciding)}
    [address] = re.findall(r'action="(/papers/decide[^"]+)"', back.text)
    assert chairman.post(unescape(address), every | {"step": "review"}).status_code == 200
    back = chairman.get("/papers/decide", query_string=chosen(deciding))
    assert '"clause": "9"' in back.text, "what was sent for the last check too"
    assert chairman.post(unescape(address), every | {"step": "sign"}).status_code == 303
    with world.database.read() as work:
        assert drafts.find_page(work, world.actor("chairman"), kept_at.rpartition("/")[2]) is None


def test_a_paper_over_a_dossier_that_has_changed_meanwhile_names_it_and_keeps_what_was_typed(
    world: World, app: Flask, forwarding: list[int]
) -> None:
    labour = in_english(app, "labour")
    seen = {}
    for _ in range(2):
        page = labour.get("/papers/forward", query_string=chosen(forwarding))
        before, seen = seen, dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page.text))
        if not before:
            world.claim("labour2", forwarding[1])
            with world.database.write() as work:
                code = tasks.release(work, world.actor("labour2"), forwarding[1]).dossier.code
    letter = {"number": "40/TTr", "signed_on": "2024-11-20", "note": "Kinh trinh"}
    refused = labour.post("/papers/forward", chosen(forwarding, **letter, **before))
    assert refused.status_code == 409
    assert f"Labour2 changed dossier {code} while you were writing" in words(refused)
    assert "Kinh trinh" in refused.text
    assert all(world.open_elements(one) == {"forward_to_interior"} for one in dossier_ids(world))
    assert labour.post("/papers/forward", chosen(forwarding, **letter, **seen)).status_code == 303
    assert labour.post("/papers/forward", chosen(forwarding, **letter, **{"seen-1": "x"})).status_code == 400


def test_papers_that_do_not_say_what_was_seen_of_each_dossier_lose_nothing(
    world: World, app: Flask, forwarding: list[int], deciding: list[int]
) -> None:
    labour, chairman = in_english(app, "labour"), in_english(app, "chairman")
    letter = chosen(forwarding, number="40/TTr", signed_on="2024-11-20", note="Kinh trinh")
    keep = {f"verdict-{key}": "select" for task_id in deciding for key in nominations(world, task_id)}
    decision = chosen(deciding, decision_number="7/QD", signed_on="2024-11-20", clause="Kinh trinh", **keep)
    for browser, address, sent, tasks_of in (
        (labour, "/papers/forward", letter, forwarding),
        (chairman, "/papers/decide", decision | {"step": "review"}, deciding),
        (chairman, "/papers/decide", decision | {"step": "sign"}, deciding),
    ):
        for said in ({}, all_seen(world, tasks_of[:1])):
            refused = browser.post(address, sent | said)
            assert refused.status_code == 422
            assert "Look at the dossiers as they stand now, then send again." in words(refused)
            assert refused.text.count("field-seen_versions") == 2, "the complaint leads to the dossiers"
            assert "Kinh trinh" in refused.text
    opened = [world.open_elements(one) for one in dossier_ids(world)]
    assert opened == [{"forward_to_interior"}] * 2 + [{"decide"}] * 2
    seen = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', refused.text))
    assert chairman.post("/papers/decide", decision | seen | {"step": "sign"}).status_code == 303


def test_a_letter_of_another_office_cannot_be_written(app: Flask, forwarding: list[int]) -> None:
    answer = in_english(app, "interior").get("/papers/forward", query_string=chosen(forwarding))
    assert answer.status_code == 422


@pytest.mark.parametrize("tasks", [[], ["x"], ["9" * 30], ["-1"], ["999999"]])
def test_choosing_nothing_is_told(app: Flask, tasks: list[str]) -> None:
    answer = in_english(app, "labour").get("/papers/forward", query_string={"task": tasks})
    assert answer.status_code == 422
    assert "Choose at least one dossier" in words(answer)


def test_a_decision_shows_every_nominee_and_nothing_is_preselected_as_dropped(
    app: Flask, deciding: list[int]
) -> None:
    answer = in_english(app, "chairman").get("/papers/decide", query_string=chosen(deciding))
    assert len(set(re.findall(r'name="(verdict-\d+)"', answer.text))) == 3
    assert not re.search(r'value="drop" checked', answer.text)
    assert "Within this authority's power (2)" in words(answer)
    assert "For the higher authority (1)" in words(answer)


def test_a_decision_is_signed_only_after_it_was_shown_whole(
    world: World, app: Flask, deciding: list[int]
) -> None:
    chairman = in_english(app, "chairman")
    kept = {f"verdict-{key}": "select" for task_id in deciding for key in nominations(world, task_id)}
    typed = kept | {"decision_number": "2102/QĐ-UBND", "signed_on": "2024-11-20", "clause": "Điều 9"}
    shown = chairman.post("/papers/decide", from_page(world, deciding, **typed, step="review"))
    said = words(shown)
    assert shown.status_code == 200
    assert "Decision 2102/QĐ-UBND of 20/11/2024" in said
    assert "Awarded by this decision (2)" in said
    assert "Approved to go upward (1)" in said
    assert [world.open_elements(dossier) for dossier in dossier_ids(world)] == [{"decide"}, {"decide"}]
    signed = chairman.post("/papers/decide", from_page(world, deciding, **typed, step="sign"))
    assert signed.status_code == 303
    said = words(chairman.get(signed.location))
    assert "2102/QĐ-UBND" in said
    assert "Điều 9" in said
    assert said.count("Hộ ông Nguyễn Văn 1") == 2
    assert [world.open_elements(dossier) for dossier in dossier_ids(world)] == [set(), {"hand_over"}]


def test_going_back_from_the_last_check_keeps_everything(
    world: World, app: Flask, deciding: list[int]
) -> None:
    key = nominations(world, deciding[0])[0]
    typed = {f"verdict-{key}": "drop", f"why-{key}": "Chưa đủ điều kiện", "decision_number": "7/QD"}
    answer = in_english(app, "chairman").post(
        "/papers/decide", from_page(world, deciding, **typed, step="change")
    )
    assert "Chưa đủ điều kiện" in answer.text
    assert "7/QD" in answer.text
    assert re.search(rf'name="verdict-{key}" value="drop" checked', answer.text)


def test_dropping_without_a_reason_is_marked_at_the_nominee(
    world: World, app: Flask, deciding: list[int]
) -> None:
    first, second = (nominations(world, task_id) for task_id in deciding)
    typed: dict[str, object] = {f"verdict-{key}": "select" for key in second}
    typed |= {f"verdict-{first[0]}": "drop", "decision_number": "7/QD", "signed_on": "2024-11-20"}
    answer = in_english(app, "chairman").post(
        "/papers/decide", from_page(world, deciding, **typed, step="sign")
    )
    assert answer.status_code == 422
    assert f'href="#field-nomination-{first[0]}"' in answer.text
    assert "7/QD" in answer.text
    assert all(world.open_elements(dossier) == {"decide"} for dossier in dossier_ids(world))


def test_a_nominee_without_a_verdict_is_never_approved(app: Flask, world: World, deciding: list[int]) -> None:
    typed = {"decision_number": "7/QD", "signed_on": "2024-11-20"}
    answer = in_english(app, "chairman").post(
        "/papers/decide", from_page(world, deciding, **typed, step="sign")
    )
    assert answer.status_code == 422
    assert "Decide on this nomination" in words(answer)


def test_a_decision_that_is_not_ones_own_to_see_does_not_exist(world: World, app: Flask) -> None:
    world.decide(world.carry_to("decide"))
    assert in_english(app, "chairman").get("/decisions/1").status_code == 200
    assert in_english(app, "clerk").get("/decisions/1").status_code == 200
    assert in_english(app, "neighbour").get("/decisions/1").status_code == 404
    assert in_english(app, "neighbour").get("/submissions/1").status_code == 404
