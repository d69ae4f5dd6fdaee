"""What is overdue climbs until somebody answers or the late step is done."""

from datetime import date

import pytest
from sqlalchemy import update

from service.domain.deadlines import Bound, Guidance, LatePolicy, Roll
from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import NotAllowed
from service.mail import compose
from service.operations.mail import letters
from service.operations.process import escalations
from service.operations.process.escalations import Climb
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Place, Terms
from service.operations.setup import deployments
from service.operations.watch import ticks
from service.operations.work import tasks
from service.operations.work.completions import Filled
from service.store import mails as outbox
from service.store.tables import OutgoingMail, Person, UserTask
from tests.builders import ROOT, World
from tests.integration.operations.readings import broken, history, mails, nomination_ids, page, rows

SHIPPED = (ROOT / "bpmn" / "award_dossier.bpmn").read_text(encoding="utf-8")


def tick_at(world: World, moment: str) -> int:
    world.on(moment)
    return ticks.tick(world.database).timers


def climbs(world: World, dossier_id: int) -> list[Climb]:
    with world.database.read() as work:
        return escalations.of_dossier(work, dossier_id, page(world, dossier_id).open_tasks)


def acknowledge(world: World, who: str, dossier_id: int, element_id: str, note: str) -> None:
    world.complete(who, world.task(dossier_id, element_id).id, {"note": note})


def test_an_unanswered_head_is_followed_by_the_chairmans_office(world: World) -> None:
    dossier_id = world.carry_to("select")
    assert tick_at(world, "2024-12-06 00:00") == 1
    assert tick_at(world, "2024-12-07 23:59") == 0
    assert tick_at(world, "2024-12-08 00:00") == 1
    assert world.open_elements(dossier_id) == {"select", "labour_overdue", "chairman_overdue"}
    assert mails(world, "escalation") == [("labour_head", None), ("office", None)]
    [climb] = climbs(world, dossier_id)
    assert (climb.late.element_id, climb.level, climb.acknowledged) == ("select", 2, False)
    assert [(rung.level, rung.state) for rung in climb.rungs] == [(1, "asked"), (2, "asked")]
    assert broken(world) == []


def asked_by_mail(world: World) -> list[tuple[str, str]]:
    """Who gets a mail about what is overdue, and the sentence that says why."""
    with world.database.read() as work:
        every = outbox.some(work, [row.id for row in rows(world, OutgoingMail)])
        asked = [row for row in every if row.template == "escalation"]
        asked_of = [row.recipient.sign_in_name for row in asked]
        sent = [letters.compose(work, row, "https://trinh.example.vn") for row in asked]
    plain = [compose(letter, "trinh@example.vn").get_body(("plain",)) for letter in sent]
    bodies = [str(body.get_content()) for body in plain if body]
    said = ("Bạn nhận được thư này vì ", "You receive this mail because ")
    why = [next(line for line in body.splitlines() if line.startswith(said)) for body in bodies]
    return list(zip(asked_of, why, strict=True))


@pytest.mark.parametrize(
    ("language", "other", "own", "served"),
    [
        (
            "vi",
            "bạn được giao đôn đốc cơ quan đang giữ hồ sơ quá hạn.",
            "đang nằm tại chính cơ quan, đơn vị bạn, mà người được báo trước đó chưa trả lời.",
            "đang chờ Chủ tịch UBND và cơ quan bạn giúp việc cho Chủ tịch.",
        ),
        (
            "en",
            "following up the office that holds the overdue dossier falls to you.",
            "lies with your own office, and whoever was asked first has not answered.",
            "lies with the Chairman, whom your office serves.",
        ),
    ],
    ids=["vi", "en"],
)
def test_the_chairmans_office_is_told_whether_it_is_late_itself_or_the_chairman_is(
    world: World, language: str, other: str, own: str, served: str
) -> None:
    step = '<bpmn:userTask id="appraise" name="Thẩm định hồ sơ" trinh:role="{}"'
    theirs = SHIPPED.replace(step.format("interior_reviewer"), step.format("chairman_office"))
    assert theirs != SHIPPED
    world.carry_to("decide", title="Hồ sơ thứ hai")
    with world.database.write() as work:
        work.session.execute(update(Person).values(language=language))
        deployments.deploy(work, theirs.encode())
        terms = Terms(date(2024, 12, 13), Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")
        place = Place("van-ninh", "annual-2024", "chairman_decision")
        guidance = Guidance("12/CV-UBND", "UBND huyện", date(2024, 11, 19), "1", "trước ngày 13/12")
        deadlines.change(work, world.actor("admin"), place, terms, reason="Theo công văn.", guidance=guidance)
    world.carry_to("appraise")
    tick_at(world, "2024-12-11 08:00")
    tick_at(world, "2024-12-13 08:00")
    (first, why), (second, why_then) = asked_by_mail(world)
    assert (first, second) == ("interior_head", "office")
    assert why.endswith(other)
    assert why_then.endswith(own)
    tick_at(world, "2024-12-14 08:00")
    *_, (last, why_now) = asked_by_mail(world)
    assert (last, len(asked_by_mail(world))) == ("office", 3)
    assert why_now.endswith(served)


def test_after_a_long_pause_the_head_still_has_a_working_day(world: World) -> None:
    dossier_id = world.carry_to("select")
    world.on("2024-12-13 09:00")  # a Friday, eight days late
    for _ in range(3):
        ticks.tick(world.database)
    assert world.open_elements(dossier_id) == {"select", "labour_overdue"}, "not both in one sweep"
    with world.database.write() as work:
        terms = Terms(date(2024, 12, 4), Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")
        place = Place("van-ninh", "annual-2024", "labour_review")
        deadlines.change(work, world.actor("admin"), place, terms, reason="Theo chỉ đạo.")
    assert tick_at(world, "2024-12-13 09:01") == 1, "the new date is overdue too, and asked about once more"
    assert tick_at(world, "2024-12-16 08:59") == 0
    assert tick_at(world, "2024-12-16 09:00") == 1, "a whole working day after the head was asked first"
    assert "chairman_overdue" in world.open_elements(dossier_id)


def test_an_answer_in_time_stops_the_climb_and_is_kept_with_its_note(world: World) -> None:
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-12-06 08:00")
    acknowledge(world, "labour_head", dossier_id, "labour_overdue", "Anh Ân làm xong trong ngày 09/12.")
    assert tick_at(world, "2024-12-31 08:00") == 0
    [climb] = climbs(world, dossier_id)
    [rung] = climb.rungs
    assert (climb.level, climb.acknowledged, rung.state) == (1, True, "acknowledged")
    assert rung.answer is not None
    assert (rung.answer.person_name, rung.answer.reason) == (
        "Labour Head",
        "Anh Ân làm xong trong ngày 09/12.",
    )
    assert mails(world, "escalation") == [("labour_head", None)]
    assert broken(world) == []


def test_escalations_end_with_the_late_step_and_the_history_tells_it(world: World) -> None:
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-12-09 08:00")
    tick_at(world, "2024-12-10 08:00")
    assert len(climbs(world, dossier_id)[0].rungs) == 2
    world.select(dossier_id)
    assert world.open_elements(dossier_id) == {"forward_to_interior"}
    assert climbs(world, dossier_id) == []
    told = [
        (step.element_id, step.params["level"], step.person_name)
        for step in history(world, dossier_id, "overtaken")
    ]
    assert told == [("labour_overdue", 1, "Trình"), ("chairman_overdue", 2, "Trình")]
    closings = {task.element_id: task.closing for task in rows(world, UserTask)}
    assert (closings["labour_overdue"], closings["chairman_overdue"]) == ("cancelled", "cancelled")
    assert broken(world) == []


def test_the_next_late_step_of_the_office_climbs_anew(world: World) -> None:
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-12-09 08:00")
    world.select(dossier_id)
    assert tick_at(world, "2024-12-09 09:00") == 1
    assert tick_at(world, "2024-12-10 09:00") == 1
    [climb] = climbs(world, dossier_id)
    assert (climb.late.element_id, climb.level) == ("forward_to_interior", 2)
    world.forward_to_interior(dossier_id)
    assert world.open_elements(dossier_id) == {"appraise"}
    assert broken(world) == []


def test_a_late_unit_climbs_to_its_head_and_the_chairmans_office(world: World) -> None:
    dossier_id = world.open_dossier()
    assert tick_at(world, "2024-12-01 00:00") == 1
    assert tick_at(world, "2024-12-02 00:00") == 1
    assert tick_at(world, "2024-12-04 00:00") == 1
    assert mails(world, "escalation") == [("clerk_head", None), ("office", None)]
    world.submit(dossier_id, late_reason="Chờ xác nhận.")
    assert world.open_elements(dossier_id) == {"select"}
    assert broken(world) == []


def test_the_end_of_the_dossier_ends_its_climbs(world: World) -> None:
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-12-09 08:00")
    values = {"outcome": "refuse", "reason": "Không đủ tiêu chuẩn."}
    world.complete("labour", world.task(dossier_id, "select").id, values, {})
    assert world.open_elements(dossier_id) == set()
    assert climbs(world, dossier_id) == []
    assert broken(world) == []


def test_many_dossiers_done_with_one_letter_end_all_their_climbs(world: World) -> None:
    ids = [world.carry_to("forward_to_interior") for _ in range(3)]
    tick_at(world, "2024-12-09 08:00")
    world.forward_together("labour", ids, "forward_to_interior", "41/TTr-LĐTBXH")
    assert [world.open_elements(one) for one in ids] == [{"appraise"}] * 3
    assert broken(world) == []


def test_an_escalation_that_nobody_can_read_is_an_incident_and_climbs_on(world: World) -> None:
    world.unseat("labour_head")
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-12-06 08:00")
    tick_at(world, "2024-12-09 08:00")
    assert mails(world, "escalation") == [("office", None)]
    assert climbs(world, dossier_id)[0].level == 2


def test_administrators_see_every_running_climb_by_level_and_answer(world: World) -> None:
    first = world.carry_to("select")
    second = world.carry_to("appraise", title="Hồ sơ thứ hai")
    tick_at(world, "2024-12-06 08:00")
    acknowledge(world, "labour_head", first, "labour_overdue", "Làm ngay.")
    tick_at(world, "2024-12-13 08:00")
    tick_at(world, "2024-12-16 08:00")
    admin = world.actor("admin")
    with world.database.read() as work:
        assert [climb.late.dossier_id for climb in escalations.list_running(work, admin)] == [first, second]
        assert escalations.count_running(work) == {(1, True): 1, (2, False): 1}
        answered = escalations.list_running(work, admin, acknowledged=True)
        assert [climb.late.dossier_id for climb in answered] == [first]
        assert [climb.late.dossier_id for climb in escalations.list_running(work, admin, level=2)] == [second]
        with pytest.raises(NotAllowed):
            escalations.list_running(work, world.actor("labour"))


def test_an_escalation_meanwhile_does_not_stop_whoever_completes_the_step(world: World) -> None:
    dossier_id = world.carry_to("select")
    task = world.task(dossier_id)
    world.claim("labour", task.id)
    seen = page(world, dossier_id).dossier.version
    world.on("2024-12-06 00:00")
    assert ticks.tick(world.database).timers == 1
    assert page(world, dossier_id).dossier.version > seen
    judged = {one: Judgement(Verdict.SELECT) for one in nomination_ids(world, dossier_id)}
    with world.database.write() as work:
        tasks.complete(work, world.actor("labour"), task.id, Filled({"outcome": "accept"}, judged, seen))
    assert world.task(dossier_id, "forward_to_interior").closed_at is None
