"""Screens and API of people who work together: seats, absences, handing on, opinions, votes."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from service.mail import compose
from service.operations.mail import letters
from service.operations.staff import seats, substitutions
from service.operations.work import opinions
from service.operations.work.opinions import Question
from service.store import localities
from service.store.tables import OutgoingMail
from service.web.work import opinions as opinion_pages
from tests.builders import LOCALITY, World
from tests.functional.api.clients import with_token
from tests.functional.web.browsers import in_english, seen, words
from tests.support.files import pdf


def group(world: World, office: str, role: str) -> int:
    with world.database.read() as work:
        found = localities.groups(work, LOCALITY)
        return next(one.id for one in found if (one.organisation.key, one.role) == (office, role))


def office(world: World, key: str) -> int:
    with world.database.read() as work:
        return next(one.id for one in localities.organisations(work, LOCALITY) if one.key == key)


def test_a_head_seats_people_and_a_reviewer_enters_an_absence(world: World, app: Flask) -> None:
    reviewers = group(world, "labour_office", "labour_reviewer")
    head = in_english(app, "labour_head")
    said = words(head.get("/people"))
    assert "nobody sits here today" in said
    assert "Labour2" in said
    page = head.get(f"/people/seats/{reviewers}")
    neighbour = world.actor("neighbour").person_id
    given = {"person": neighbour, "first_day": "2024-12-02", "last_day": "2024-12-01", "reason": "Biệt phái"}
    assert "The last day lies before the first." in words(head.post(f"/people/seats/{reviewers}", given))
    assert page.status_code == 200
    assert head.post(f"/people/seats/{reviewers}", given | {"last_day": "2024-12-31"}).status_code == 303
    said = words(head.get("/people"))
    assert "from 02/12/2024 to 31/12/2024" in said
    assert "Changes of seats" in said

    me = in_english(app, "labour")
    assert me.get(f"/people/seats/{reviewers}").status_code == 403
    assert "Enter an absence" in words(me.get("/people/absences"))
    away = {"substitute": world.actor("labour2").person_id, "first_day": "2024-11-20", "choosing": "1"}
    away |= {"last_day": "2024-11-22", "reason": "Nghỉ phép", "roles": reviewers}
    for wrong, said in (("", "Write a day as"), ("31/02/2024", "There is no day 31/02/2024.")):
        answer = me.post("/people/absences?locality=van-ninh", away | {"last_day": wrong})
        assert said in words(answer)
    assert me.post("/people/absences?locality=van-ninh", away).status_code == 303
    said = words(me.get("/people/absences"))
    assert "Labour is away; in their place: Labour2" in said
    assert "away until 22/11/2024, Labour2 stands in" in words(in_english(app, "clerk").get("/people"))
    refused = me.post("/people/absences?locality=van-ninh", away)
    assert "already stands in for Labour" in words(refused)
    assert 'name="next" value="/people/absences?locality=van-ninh"' in refused.text, (
        "the language may be changed here"
    )


def test_a_substitute_finds_the_task_and_a_colleague_gives_it_back(world: World, app: Flask) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    world.claim("labour", task_id)
    me = in_english(app, "labour")
    asked = me.get(f"/tasks/{task_id}/delegate")
    assert "You stay responsible" in words(asked)
    second = world.actor("labour2").person_id
    assert "Write why" in words(me.post(f"/tasks/{task_id}/delegate", {"person": second, "note": " "}))
    assert me.post(f"/tasks/{task_id}/delegate", {"person": second, "note": "Xem giúp"}).status_code == 303
    other = in_english(app, "labour2")
    said = words(other.get(f"/tasks/{task_id}"))
    assert "Labour2 works on this task for Labour" in said
    assert "Give back" in said
    assert "asked by a colleague" in words(other.get("/inbox/mine"))
    assert other.post(f"/tasks/{task_id}/resolve", {"note": "Đủ chữ ký"}).status_code == 303
    assert "Labour2 has worked on this task and given it back" in words(me.get(f"/tasks/{task_id}"))
    head = in_english(app, "labour_head")
    assert "Give to somebody else" in words(head.get(f"/tasks/{task_id}"))
    assert me.get(f"/tasks/{task_id}/assign").status_code == 403
    given = {"person": second, "reason": "Đi công tác"}
    assert head.post(f"/tasks/{task_id}/assign", given).status_code == 303

    me.get("/people/absences")
    away = {"substitute": world.actor("labour").person_id, "first_day": "2024-11-20"}
    other.get("/people/absences")
    reply = other.post(
        "/people/absences?locality=van-ninh", away | {"last_day": "2024-11-20", "reason": "Ốm"}
    )
    assert reply.status_code == 303
    assert "you, in place of Labour2" in words(me.get("/inbox/mine"))
    assert "You act for Labour2, who is away." in words(me.get(f"/tasks/{task_id}"))
    world.select(dossier_id, who="labour")
    assert "in place of Labour2" in words(me.get(f"/dossiers/{dossier_id}/history"))
    told = with_token(app, world, "labour").get(f"/dossiers/{dossier_id}/history").get_json()
    assert told["steps"][-1]["in_place_of"] == "Labour2"


def test_an_office_answers_on_its_page_and_completing_early_asks_why(world: World, app: Flask) -> None:
    dossier_id = world.carry_to("forward_to_chairman")
    task_id = world.task(dossier_id).id
    world.claim("interior", task_id)
    me = in_english(app, "interior")
    assert "Ask for an opinion" in words(me.get(f"/tasks/{task_id}/opinions"))
    given = {"organisation": office(world, "labour_office"), "question": "Đủ chưa?", "last_day": "2024-11-19"}
    assert "This day has passed." in words(me.post(f"/tasks/{task_id}/opinions", given))
    assert me.post(f"/tasks/{task_id}/opinions", given | {"last_day": "2024-11-22"}).status_code == 303
    assert "They may answer after the deadline" not in words(me.get(f"/tasks/{task_id}"))
    late = given | {"organisation": office(world, "chairman"), "last_day": "2024-12-31"}
    assert me.post(f"/tasks/{task_id}/opinions", late).status_code == 303
    assert "They may answer after the deadline of this step" in words(me.get(f"/tasks/{task_id}"))
    assert "Opinions asked 1" in words(in_english(app, "labour").get("/inbox/mine"))
    assert "Why you do not wait for" in words(me.get(f"/tasks/{task_id}"))
    letter = {"number": "77/TTr", "signed_on": world.today()}
    refused = me.post(f"/tasks/{task_id}/complete", letter | seen(world, task_id))
    assert refused.status_code == 422
    assert "Not everybody" in words(refused)
    labour = in_english(app, "labour")
    assert "Đủ chưa?" in words(labour.get("/opinions"))
    with world.database.read() as work:
        number = opinions.list_waiting(work, world.actor("labour"))[0].id
    assert in_english(app, "clerk").post(f"/opinions/{number}/answer", {"answer": "agree"}).status_code == 403
    labour.get(f"/opinions/{number}")
    answer = {"answer": "disagree", "said": ""}
    assert "conditions or disagreement need words" in words(labour.post(f"/opinions/{number}/answer", answer))
    assert labour.post(f"/opinions/{number}/answer", answer | {"said": "Thiếu biên bản"}).status_code == 303
    assert "Thiếu biên bản" in words(me.get(f"/tasks/{task_id}"))
    hurried = letter | seen(world, task_id) | {"unanswered": "Tờ trình phải gửi trong ngày."}
    assert me.post(f"/tasks/{task_id}/complete", hurried).status_code == 303


def test_many_opinions_are_read_page_by_page(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinion_pages, "PAGE_SIZE", 1)
    for text in ("Đủ chưa?", "Có trùng không?"):
        task_id = world.task(world.carry_to("forward_to_chairman")).id
        world.claim("interior", task_id)
        with world.database.write() as work:
            question = Question(office(world, "labour_office"), text, date(2024, 11, 22))
            opinions.ask(work, world.actor("interior"), task_id, question)
    labour = in_english(app, "labour")
    first = labour.get("/opinions")
    assert ("Đủ chưa?" in first.text, "Có trùng không?" in first.text) == (True, False)
    number = first.text.partition('href="/opinions?after=')[2].partition('"')[0]
    with world.database.write() as work:
        opinions.answer(work, world.actor("labour"), int(number), "agree", "", "")
    second = labour.get(f"/opinions?after={number}")
    assert ("Đủ chưa?" in second.text, "Có trùng không?" in second.text) == (False, True)
    assert "From the beginning" in words(second)
    assert "Next page" not in words(second)
    assert "Đủ chưa?" in labour.get("/opinions?show=closed").text
    assert labour.get("/opinions?after=²").status_code == 400


def test_a_council_is_asked_and_votes_over_the_api(world: World, app: Flask) -> None:
    with world.database.write() as work:
        for name in ("labour_head", "office"):
            seats.seat(
                work,
                world.actor("admin"),
                person_id=world.actor(name).person_id,
                group_id=next(
                    one.id for one in localities.groups(work, LOCALITY) if one.role == "council_member"
                ),
                first=None,
                last=None,
                reason="QĐ 12",
            )
    dossier_id = world.carry_to("appraise")
    task_id = world.task(dossier_id).id
    world.claim("interior", task_id)
    with world.database.write() as work:
        question = Question(office(world, "council"), "Đồng ý?", date(2024, 11, 22))
        number = opinions.ask(work, world.actor("interior"), task_id, question).id
    member = with_token(app, world, "office")
    shown = member.get(f"/opinions/{number}").get_json()
    assert (shown["members"], shown["voted"], shown["state"], shown["quorum"]) == (2, 0, "open", "2/3")
    subject = shown["subjects"][0]["id"]
    ballot = {"votes": [{"subject_id": subject, "choice": "agree"}]}
    assert with_token(app, world, "labour").post(f"/opinions/{number}/vote", ballot).status_code == 403
    assert member.post(f"/opinions/{number}/vote", ballot).get_json()["voted"] == 1
    screen = in_english(app, "labour_head")
    said = words(screen.get(f"/opinions/{number}"))
    assert "Office: has voted" in said
    assert "The quorum of" not in said
    world.unseat("labour_head")
    left = words(in_english(app, "office").get(f"/opinions/{number}"))
    assert "has left the council without voting" in left
    assert "The quorum of 2 members cannot be reached any more." in left
    world.unseat("labour_head", date(2030, 1, 1))
    assert screen.post(f"/opinions/{number}/vote", {f"vote-{subject}": "disagree"}).status_code == 303
    said = words(screen.get(f"/opinions/{number}"))
    assert "1 agree, 1 disagree, 0 abstain; 2 of 2 members voted" in said
    assert "not carried (2 needed)" in said
    result = member.get(f"/dossiers/{dossier_id}/opinions").get_json()["opinions"][0]["results"][0]
    assert (result["quorate"], result["carried"]) == (True, False)


def test_what_a_substitute_says_sends_and_records_names_both(world: World, app: Flask) -> None:
    with world.database.write() as work:
        people = (world.actor("clerk").person_id, world.actor("clerk_head").person_id)
        entry = substitutions.Away(*people, date(2024, 11, 20), date(2024, 11, 22), "Nghỉ phép")
        substitutions.enter(work, world.actor("clerk"), LOCALITY, entry)
    dossier_id = world.open_dossier("clerk")
    place = f"/dossiers/{dossier_id}"
    head, api = in_english(app, "clerk_head"), with_token(app, world, "clerk_head")
    head.get(place)
    assert head.send_file(f"{place}/attachments", pdf(padding=3), "moi.pdf").status_code == 303
    assert "Clerk Head (in place of Clerk)" in words(head.get(place))
    head.post(f"{place}/comments", {"body": "Nhờ @clerk xem giúp", "scope": "dossier"})
    assert "Clerk Head in place of Clerk" in words(head.get(f"{place}/comments"))
    assert api.get(f"{place}/comments").get_json()["comments"][-1]["in_place_of"] == "Clerk"
    assert api.get(f"{place}/attachments").get_json()["attachments"][-1]["in_place_of"] == "Clerk"
    with world.database.read() as work:
        queued = work.session.scalars(select(OutgoingMail)).all()
        told = [compose(letters.compose(work, mail, "http://localhost"), "a@b.example") for mail in queued]
        assert {mail.template for mail in queued} >= {"mentioned", "substitution"}
    texts = [
        part.get_content() for mail in told for part in mail.walk() if part.get_content_maintype() == "text"
    ]
    assert any("Clerk Head (làm thay Clerk)" in text for text in texts)

    world.submit(dossier_id, "clerk_head")
    assert "Clerk Head (in place of Clerk)" in words(in_english(app, "labour").get(f"{place}/slip"))
