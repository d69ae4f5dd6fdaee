"""An inbox of one's own: many tasks at once, what is put off, views kept and shared, why one sees nothing."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask

from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.tasks import Folder
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Terms
from service.operations.schedule.opened_deadlines import Place
from service.operations.staff import seats
from service.store import dossiers as dossier_rows
from service.store import folders as folder_rows
from service.store import localities
from service.store import tasks as task_rows
from service.web.acts import bulks
from service.web.work import inbox, queues
from tests.builders import LOCALITY, World
from tests.functional.web.browsers import Browser, in_english, signed_in, words

MOST_BYTES = 30_000


def ticked(browser: Browser, folder: str, do: str, tasks: list[int]) -> Browser:
    """Ticks tasks of a folder and presses one of its buttons; the page that follows has been read."""
    answer = browser.post(f"/inbox/bulk?folder={folder}", {"do": do, "task": tasks})
    if answer.status_code == 303:
        answer = browser.get(str(answer.location))
    browser.last = words(answer)  # type: ignore[attr-defined]
    return browser


def code_of(world: World, dossier_id: int) -> str:
    """The code under which people know a dossier."""
    with world.database.read() as work:
        return dossier_rows.get(work, dossier_id).code


def holders(world: World, task_ids: list[int]) -> list[str]:
    """Who holds some tasks."""
    with world.database.read() as work:
        return [task.assignee.name for task in task_rows.some(work, task_ids) if task.assignee]


def said(browser: Browser) -> str:
    return browser.last  # type: ignore[attr-defined]


def test_ticked_tasks_are_claimed_each_for_itself(app: Flask, world: World) -> None:
    free, held, foreign = (world.task(world.carry_to(step)).id for step in ("select", "select", "appraise"))
    world.claim("labour2", held)
    labour = in_english(app, "labour")
    assert "Tick at least one task first" in said(ticked(labour, "group", "claim", []))
    became = said(ticked(labour, "group", "claim", [free, held, foreign, 999_999]))
    assert "Done: 1. Not done: 3." in became
    assert "Labour2 already holds this task" in became
    assert "This task belongs to" in became
    assert "There is no such task" in became
    assert holders(world, [free]) == ["Labour"]
    assert labour.post("/inbox/bulk", {"do": "approve", "task": [free]}).status_code == 400
    assert labour.post("/inbox/bulk", {"do": "decide", "task": [free]}).status_code == 303, "a review follows"


def test_all_that_fit_are_chosen_over_all_pages(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE_SIZE", 1)
    first, second, third = (world.task(world.carry_to("forward_to_interior")).id for _ in range(3))
    other = world.task(world.carry_to("select")).id
    labour = in_english(app, "labour")
    assert "All 4 that fit" in words(labour.get("/inbox/group"))
    page = labour.get("/inbox/group?act=forward")
    assert "All 3 that fit" in words(page)
    filtered = {"folder": "group", "act": "forward", "every": "1"}
    letter = labour.post("/inbox/bulk", filtered | {"do": "forward"})
    assert sorted(re.findall(r"task=(\d+)", str(letter.location))) == sorted(map(str, (first, second, third)))
    for verb in ("snooze", "assign"):
        asked = labour.post("/inbox/bulk", filtered | {"do": verb})
        assert str(asked.location).count("task=") == 3
    for module in (queues, inbox, bulks):
        monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
    assert "The first 2 of all that fit" in words(labour.get("/inbox/group?act=forward"))
    assert labour.post("/inbox/bulk", filtered | {"do": "claim"}).status_code == 303
    assert "More than 2 tasks fit: the first 2 are chosen" in words(labour.get("/inbox/mine"))
    assert len(holders(world, [first, second, third])) == 2
    assert holders(world, [other]) == [], "what the filter leaves out is not chosen"
    labour.post("/inbox/bulk", filtered | {"do": "claim"})
    assert len(holders(world, [first, second, third])) == 3
    assert labour.post("/inbox/bulk", {"every": "1", "do": "claim"}).status_code == 400


def test_the_head_gives_ticked_tasks_to_a_member(app: Flask, world: World) -> None:
    chosen = [world.task(world.carry_to("select")).id for _ in range(2)]
    head = in_english(app, "labour_head")
    assert "Give the ticked ones to" in words(head.get("/inbox/office"))
    with world.database.write() as work:
        council = next(one.id for one in localities.groups(work, LOCALITY) if one.role == "council_member")
        for name in ("labour_head", "interior_head"):
            seats.seat(
                work,
                world.actor("admin"),
                person_id=world.actor(name).person_id,
                group_id=council,
                first=None,
                last=None,
                reason="QĐ 12",
            )
    offered = said(ticked(head, "office", "assign", chosen))
    assert ("Labour2" in offered, "Interior Head" in offered) == (True, False), "only who can take a task"
    fields = {"task": chosen, "person": world.actor("labour2").person_id}
    wrong = head.post("/inbox/assign?folder=office", fields)
    assert (wrong.status_code, "Write why" in words(wrong)) == (422, True)
    done = head.post("/inbox/assign?folder=office", fields | {"reason": "Labour1 is away"})
    assert "Given to somebody else: 2." in words(head.get(str(done.location)))
    assert holders(world, chosen) == ["Labour2"] * 2
    refused = in_english(app, "labour").post("/inbox/assign", fields | {"reason": "x"})
    assert words(refused).count("Only the head of") == 2


def test_a_letter_tells_of_each_dossier_what_became_of_it(app: Flask, world: World) -> None:
    going, held = (world.carry_to("forward_to_interior") for _ in range(2))
    chosen = [world.task(one).id for one in (going, held)]
    labour = in_english(app, "labour")
    folder = "/inbox/group?act=forward&amp;sort=code"
    review = labour.post("/inbox/bulk?folder=group&act=forward&sort=code", {"do": "forward", "task": chosen})
    page = labour.get(str(review.location))
    assert "Consolidated submission" in words(page)
    assert page.text.count(f'href="{folder}"') == 2, "back, and not now"
    world.claim("labour2", chosen[1])
    where = unescape(page.text.partition('action="/papers/forward')[2].partition('"')[0])
    fields = {"task": chosen, "number": "40/TTr", "signed_on": "2024-11-20", "note": "Kính trình"}
    fields |= dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page.text))
    answer = labour.post(f"/papers/forward{where}", fields)
    letter = unescape(answer.text.partition('href="/submissions/')[2].partition('"')[0])
    assert f'href="{folder}"' in answer.text
    assert f'href="{folder}"' in labour.get(f"/submissions/{letter}").text
    became = words(answer)
    assert "Done: 1. Not done: 1." in became
    assert "Labour2 holds this task" in became
    assert "See the letter" in became
    assert [world.open_elements(one) for one in (going, held)] == [{"appraise"}, {"forward_to_interior"}]


def test_tasks_are_put_off_and_woken(app: Flask, world: World) -> None:
    task = world.task(world.carry_to("select"))
    code = code_of(world, task.dossier_id)
    labour = in_english(app, "labour")
    assert "04/12/2024 at the latest" in said(ticked(labour, "group", "snooze", [task.id]))
    for until, reason in (
        ("05/12/2024", "until 04/12/2024 at the latest"),
        ("20/11/2024", "Choose a day after today"),
        ("soon", "Write a day as day/month/year"),
    ):
        wrong = labour.post("/inbox/snooze?folder=group", {"task": [task.id], "until": until})
        assert (wrong.status_code, reason in words(wrong)) == (422, True), until
        assert until in wrong.text, "what was typed stays"
    labour.post("/inbox/snooze?folder=group", {"task": [task.id], "until": "04/12/2024"})
    assert code not in labour.get("/inbox/group").text
    assert "put off until 04/12/2024" in words(labour.get("/inbox/snoozed"))
    labour.post(f"/tasks/{task.id}/wake?folder=snoozed")
    assert code in labour.get("/inbox/group").text


def test_a_task_that_is_late_keeps_nobody_from_putting_others_off(app: Flask, world: World) -> None:
    late, early = (world.task(world.carry_to("select")).id for _ in range(2))
    with world.database.write() as work:
        row = task_rows.get(work, late)
        row.due_at = row.sort_at = work.now - timedelta(days=2)
        row.last_day = date(2024, 11, 18)
    labour = in_english(app, "labour")
    page = said(ticked(labour, "group", "snooze", [late, early]))
    assert "04/12/2024 at the latest for all that can be put off" in page
    assert "Until 04/12/2024" in page, "a day to choose at a glance"
    became = words(labour.post("/inbox/snooze?folder=group", {"task": [late, early], "until": "2024-12-04"}))
    assert "Done: 1. Not done: 1." in became
    assert "its last day has come" in became
    page = said(ticked(labour, "group", "snooze", [late]))
    assert "None of these tasks can be put off" in page
    assert "Until " not in page


def test_an_order_that_leaves_tasks_out_says_so(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_rows, "SORTED_CAP", 1)
    codes = [code_of(world, world.carry_to("select")) for _ in range(2)]
    labour = in_english(app, "labour")

    def said_of(query: str) -> str:
        return words(labour.get(f"/inbox/{query}"))

    assert "More than 1000 tasks fit: the 1000 with the nearest deadlines" in said_of("group?sort=code")
    assert "the 1000 with the latest deadlines" in said_of("group?sort=-deadline,unit")
    assert "More than" not in said_of("group"), "its own order leaves nothing out"
    assert "More than" not in said_of(f"group?sort=code&q={codes[0]}"), "nor does what a filter leaves"
    for _ in range(2):
        world.select(world.carry_to("select"), who="labour")
    assert "the 1000 completed last" in said_of("done?sort=code")
    clerk = in_english(app, "clerk")
    assert "More than" not in words(clerk.get("/inbox/waiting")), "it is read on without end, too"
    by_code = words(clerk.get("/inbox/waiting?sort=code"))
    assert "the 1000 that you have waited for the longest" in by_code


def test_a_view_is_kept_shared_changed_and_deleted(app: Flask, world: World) -> None:
    labour, colleague, other = (in_english(app, who) for who in ("labour", "labour2", "interior"))
    office = world.actor("labour").seats[0].organisation_id
    address = "/inbox/views?folder=group&act=select&q=v%E1%BA%A1n&sort=unit,-deadline"
    assert "Give the view a name" in words(labour.post(address, {"name": " "}))
    assert labour.post(address, {"name": "Xét chọn", "office": office + 1}).status_code == 422
    saved = labour.post(address, {"name": "Xét chọn", "office": office})
    shown = unescape(str(saved.location))
    assert re.fullmatch(r"/inbox/group\?q=v%E1%BA%A1n&act=select&sort=unit,-deadline&view=\d+", shown), shown
    view = shown.rpartition("=")[2]
    assert "You already have a view of this name" in words(labour.post(address, {"name": "Xét chọn"}))
    for reader in (labour, colleague):
        assert "Xét chọn" in words(reader.get("/inbox/mine"))
        assert 'value="vạn"' in reader.get(shown).text
    assert "Xét chọn" not in words(other.get("/inbox/views"))
    assert other.post(f"/inbox/views/{view}/delete").status_code == 404
    assert colleague.post(f"/inbox/views/{view}", {"name": "Của tôi"}).status_code == 404
    assert colleague.post(f"/inbox/views/{view}/delete").status_code == 404
    labour.post(f"/inbox/views/{view}?folder=overdue&sort=code")
    changed = labour.post(f"/inbox/views/{view}", {"name": "Của riêng tôi", "office": ""})
    assert str(changed.location) == f"/inbox/overdue?sort=code&view={view}"
    assert "Của riêng tôi" not in words(colleague.get("/inbox/views"))
    labour.post(f"/inbox/views/{view}", {"name": "Cả phòng", "office": office})
    assert signed_in(app, "labour_head").post(f"/inbox/views/{view}/delete").status_code == 303
    assert "You have no views yet" in words(labour.get("/inbox/views"))
    for name in ("Đơn vị xa", "Vạn Giã", "Dụng", "Án", "An Bình", "Anh"):
        labour.post(address, {"name": name})
    listed = re.findall(r'queue__subject"[^>]*>([^<]+)<', labour.get("/inbox/views").text)
    assert listed == ["An Bình", "Án", "Anh", "Dụng", "Đơn vị xa", "Vạn Giã"]


def test_one_is_told_why_one_does_not_see_a_task(app: Flask, world: World) -> None:
    draft, dossier_id = world.open_dossier(), world.carry_to("select")
    task = world.task(dossier_id)
    code, secret = code_of(world, dossier_id), code_of(world, draft)

    def why(who: str, asked: str = code) -> str:
        return words(in_english(app, who).get("/inbox/why", query_string={"code": asked}))

    assert "waits for your office; nobody has taken it yet" in why("labour", code.lower())
    assert "You are not in the group whose step it is" in why("interior")
    assert "You completed its step" in why("clerk")
    unknown = "that you may know of"
    assert unknown in why("neighbour")
    assert unknown in why("labour", secret), "a draft is no reviewer's to know of"
    assert unknown in why("labour", "VN-HN2024-9999")
    assert "is in your hands" in why("clerk", secret)
    assert "You hold no seat" in why("admin")
    world.claim("labour2", task.id)
    assert "Labour2 holds the step" in why("labour")
    world.select(dossier_id, "labour2", outcome="refuse", reason="Không đủ điều kiện")
    assert "The dossier ended on 20/11/2024: Refused" in why("labour")


def test_one_is_told_where_a_task_lies_that_one_has_put_off_lent_or_only_leads(
    app: Flask, world: World
) -> None:
    dossier_id = world.carry_to("select")
    task, code = world.task(dossier_id), code_of(world, dossier_id)

    def why(who: str) -> str:
        return in_english(app, who).get("/inbox/why", query_string={"code": code}).text

    assert "waits at your office" in why("labour_head")
    assert "folder=office" in why("labour_head")
    labour = in_english(app, "labour")
    labour.post("/inbox/snooze?folder=group", {"task": [task.id], "until": "04/12/2024"})
    assert "You have put off the step" in why("labour")
    assert "until 04/12/2024" in why("labour")
    with world.database.write() as work:
        terms = Terms(date(2024, 12, 1), Bound.BY, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")
        place = Place(LOCALITY, "annual-2024", "labour_review")
        deadlines.change(work, world.actor("admin"), place, terms, reason="Theo hướng dẫn mới.")
    assert "until 01/12/2024" in why("labour"), "it comes back on the last day that is left"
    assert "put off until 01/12/2024" in words(labour.get("/inbox/snoozed"))
    assert "folder=snoozed" in why("labour")
    assert "put off" not in why("labour2"), "that is nobody else's to know"
    world.on("2024-12-01 00:00")
    assert "waits for your office" in why("labour")
    assert code in words(labour.get("/inbox/group"))
    labour.post(f"/tasks/{task.id}/claim")
    asked = {"person": world.actor("labour2").person_id, "note": "Xem giúp"}
    assert labour.post(f"/tasks/{task.id}/delegate", asked).status_code == 303
    assert "You have asked Labour2 to work on the step" in unescape(why("labour"))
    assert "is in your hands" in why("labour2")
    assert "Labour2 of your office holds the step" in unescape(why("labour_head"))
    world.on("2024-12-02 09:00")
    assert "waits for you and is overdue" in why("labour2")
    clerk = in_english(app, "clerk")
    assert "with Labour2 of" in why("clerk")
    clerk.post(f"/dossiers/{dossier_id}/withdraw", {"reason": "Đề nghị lại sau"})
    for who in ("clerk", "labour", "labour2", "interior"):
        assert "The dossier ended on 02/12/2024: Withdrawn" in why(who), who
    assert "that you may know of" in why("neighbour")


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_full_page_of_the_inbox_is_small(app: Flask, world: World) -> None:
    title = "Hồ sơ đề nghị khen thưởng thành tích vì người nghèo năm 2024 của thị trấn Vạn Giã"
    for _ in range(queues.PAGE_SIZE + 1):
        world.carry_to("select", title=title)
    labour = signed_in(app, "labour")
    for which in (Folder.GROUP, Folder.OVERDUE):
        world.on("2024-11-20 09:00" if which is Folder.GROUP else "2024-12-20 09:00")
        page = signed_in(app, "labour").get(f"/inbox/{which.value}?sort=unit,-code&act=select&q=nguoi+ngheo")
        assert page.text.count("<tr data-inbox-row") == queues.PAGE_SIZE
        assert len(page.data) <= MOST_BYTES
    assert "data-inbox-row" not in labour.get("/inbox/mine").text
