"""The route of a dossier through the offices, over the real operations, engine and database."""

import pytest

from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from service.operations.dossier import dossiers, nominations
from service.operations.dossier.dossiers import NominationInput
from service.operations.work import papers
from tests.builders import World, local
from tests.integration.operations.readings import (
    broken,
    history,
    mails,
    nomination_ids,
    nomination_statuses,
    page,
    status,
)

KEEP = Judgement(Verdict.SELECT)
DROP = Judgement(Verdict.DROP, "Thành tích chưa rõ.")
HAND_OVER = {
    "recipient": "UBND tỉnh Khánh Hòa",
    "document_number": "77/UBND",
    "handed_over_on": "2024-11-20",
    "sets_handed": 4,
}


def test_a_dossier_travels_from_the_unit_to_a_signed_decision(world: World) -> None:
    dossier_id = world.carry_to("decide")
    world.decide(dossier_id)
    seen = page(world, dossier_id)
    assert seen.dossier.status == "decided"
    assert [decision.number for decision in seen.decisions] == ["2102/QĐ-UBND"]
    assert {nomination.status for nomination in seen.nominations} == {"awarded"}
    assert seen.current == ["decided"]
    assert seen.visited == [
        "prepare", "select", "forward_to_interior", "appraise", "forward_to_chairman", "decide",
    ]  # fmt: skip
    assert mails(world, "decided") == [("clerk", None)]
    assert broken(world) == []


def test_the_history_says_who_did_what_when_for_which_office_and_under_which_clause(world: World) -> None:
    dossier_id = world.open_dossier()
    world.on("2024-11-21 10:00")
    world.submit(dossier_id)
    world.on("2024-11-22 11:00")
    world.select(dossier_id, reason="Hồ sơ đầy đủ.")
    completed = history(world, dossier_id, "completed")
    assert [(step.person_name, step.element_id, step.outcome) for step in completed] == [
        ("Clerk", "prepare", "submit"),
        ("Labour", "select", "accept"),
    ]
    assert [step.at for step in completed] == [local("2024-11-21 10:00"), local("2024-11-22 11:00")]
    assert [step.organisation_name for step in completed] == [
        page(world, dossier_id).dossier.unit.name_vi,
        "Phòng Lao động - Thương binh và Xã hội",
    ]
    assert [(step.clause or "").rpartition(", ")[2] for step in completed] == ["IV.3.a", "IV.3.b(1)"]
    assert completed[1].reason == "Hồ sơ đầy đủ."
    definition_id = page(world, dossier_id).instance.definition_id
    assert {step.definition_id for step in completed} == {definition_id}


def test_the_version_counts_the_steps_of_the_history(world: World) -> None:
    dossier_id = world.carry_to("appraise")
    steps = history(world, dossier_id)
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    assert page(world, dossier_id).dossier.version == len(steps)
    assert len({step.digest for step in steps}) == len(steps)


@pytest.mark.parametrize(
    ("at", "who"), [("select", "labour"), ("appraise", "interior")], ids=["labour", "interior"]
)
def test_a_return_to_the_unit_goes_back_to_its_author_with_the_reason(
    world: World, at: str, who: str
) -> None:
    dossier_id = world.carry_to(at)
    values = {"outcome": "return_unit", "reason": "Thiếu xác nhận của xã."}
    world.complete(who, world.task(dossier_id).id, values, {})
    task = world.task(dossier_id)
    assert (task.element_id, task.assignee.sign_in_name if task.assignee else None) == ("prepare", "clerk")
    assert task.return_reason == "Thiếu xác nhận của xã."
    assert status(world, dossier_id) == "returned"
    assert mails(world, "returned") == [("clerk", None)]
    assert broken(world) == []


def test_a_dossier_returned_by_the_chairman_goes_to_the_unit_or_to_the_appraiser(world: World) -> None:
    to_unit, to_office = world.carry_to("decide"), world.carry_to("decide")
    reason = "Cần làm rõ thành tích."
    world.complete("chairman", world.task(to_unit).id, {"outcome": "return_unit", "reason": reason}, {})
    world.complete("chairman", world.task(to_office).id, {"outcome": "return_previous", "reason": reason}, {})
    assert world.task(to_unit).element_id == "prepare"
    back = world.task(to_office)
    assert (back.element_id, back.assignee.sign_in_name if back.assignee else None) == (
        "appraise",
        "interior",
    )
    assert (status(world, to_unit), status(world, to_office)) == ("returned", "running")


def test_a_return_to_the_previous_step_goes_back_to_whoever_did_it(world: World) -> None:
    dossier_id = world.open_dossier()
    world.submit(dossier_id)
    world.select(dossier_id, who="labour2")
    world.forward_to_interior(dossier_id)
    world.appraise(dossier_id, outcome="return_previous", reason="Chọn lại.")
    task = world.task(dossier_id)
    assert (task.element_id, task.assignee.sign_in_name if task.assignee else None) == ("select", "labour2")
    assert status(world, dossier_id) == "running"
    assert mails(world, "returned") == [("labour2", None)]


def test_a_return_to_somebody_who_has_left_the_office_goes_to_the_group(world: World) -> None:
    dossier_id = world.carry_to("appraise")
    world.unseat("labour")
    world.appraise(dossier_id, outcome="return_previous", reason="Chọn lại.")
    assert world.task(dossier_id).assignee_id is None
    assert mails(world, "returned") == [("labour2", None)]


@pytest.mark.parametrize("at", ["select", "appraise", "decide"])
def test_a_refusal_ends_the_dossier_and_says_why(world: World, at: str) -> None:
    dossier_id = world.carry_to(at)
    who = {"select": "labour", "appraise": "interior", "decide": "chairman"}[at]
    world.complete(
        who, world.task(dossier_id).id, {"outcome": "refuse", "reason": "Không đủ tiêu chuẩn."}, {}
    )
    seen = page(world, dossier_id)
    assert (seen.dossier.status, seen.dossier.ending, seen.open_tasks) == ("refused", "refused", [])
    assert [(one.status, one.status_reason) for one in seen.nominations] == [
        ("refused", "Không đủ tiêu chuẩn.")
    ]
    assert mails(world, "decided") == [("clerk", None)]
    assert broken(world) == []


@pytest.mark.parametrize("at", ["prepare", "select"])
def test_a_unit_withdraws_before_selection(world: World, at: str) -> None:
    dossier_id = world.carry_to(at)
    assert page(world, dossier_id).may_withdraw
    with world.database.write() as work:
        dossiers.withdraw(work, world.actor("clerk"), dossier_id, " Đề nghị lại sau. ")
    seen = page(world, dossier_id)
    assert (seen.dossier.status, seen.dossier.closed_at) == ("withdrawn", local("2024-11-20 09:00"))
    assert [(one.status, one.status_reason) for one in seen.nominations] == [
        ("withdrawn", "Đề nghị lại sau.")
    ]
    assert [task.closing for task in seen.tasks][-1] == "cancelled"
    assert mails(world) == []
    assert not seen.may_withdraw
    assert broken(world) == []


def test_a_selected_dossier_can_no_longer_be_withdrawn(world: World) -> None:
    dossier_id = world.carry_to("forward_to_interior")
    assert not page(world, dossier_id).may_withdraw
    with pytest.raises(Conflict, match="before it has been selected"), world.database.write() as work:
        dossiers.withdraw(work, world.actor("clerk"), dossier_id, "Muộn rồi.")


def test_only_the_proposing_unit_withdraws_and_only_with_a_reason(world: World) -> None:
    dossier_id = world.carry_to("select")
    for who, error in (("labour", NotAllowed), ("neighbour", NotFound), ("clerk_head", NotAllowed)):
        with pytest.raises(error), world.database.write() as work:
            dossiers.withdraw(work, world.actor(who), dossier_id, "Lý do.")
    for reason in ("  ", "x" * 2001):
        with pytest.raises(Invalid) as failure, world.database.write() as work:
            dossiers.withdraw(work, world.actor("clerk"), dossier_id, reason)
        assert set(failure.value.fields) == {"reason"}
    assert status(world, dossier_id) == "running"


def test_what_the_chairman_decides_is_signed_and_the_rest_is_handed_over(world: World) -> None:
    dossier_id = world.carry_to("decide", awards=("giay_khen", "huan_chuong_lao_dong"))
    world.decide(dossier_id)
    assert nomination_statuses(world, dossier_id) == ["awarded", "approved_upward"]
    assert (world.open_elements(dossier_id), status(world, dossier_id)) == ({"hand_over"}, "running")
    world.complete("office", world.task(dossier_id).id, HAND_OVER)
    seen = page(world, dossier_id)
    assert (seen.dossier.status, nomination_statuses(world, dossier_id)) == (
        "handed_over",
        ["awarded", "handed_over"],
    )
    assert [(one.recipient, one.document_number, one.sets) for one in seen.hand_overs] == [
        ("UBND tỉnh Khánh Hòa", "77/UBND", 4)
    ]
    local_one, upward = seen.nominations
    assert (local_one.decision_id, local_one.hand_over_id) == (seen.decisions[0].id, None)
    assert (upward.decision_id, upward.hand_over_id) == (None, seen.hand_overs[0].id)
    assert broken(world) == []


def test_a_hand_over_needs_the_original_sets_that_the_plan_asks_for(world: World) -> None:
    dossier_id = world.carry_to("decide", awards=("huan_chuong_lao_dong", "bang_khen_thu_tuong"))
    world.complete("chairman", world.task(dossier_id).id, {"outcome": "approve"})
    with pytest.raises(Invalid) as failure:
        world.complete("office", world.task(dossier_id).id, HAND_OVER | {"sets_handed": 6})
    assert failure.value.fields["sets_handed"].params == {"owed": 7}
    world.complete("office", world.task(dossier_id).id, HAND_OVER | {"sets_handed": 7})
    assert status(world, dossier_id) == "handed_over"


def test_a_dossier_that_only_goes_upward_needs_no_decision(world: World) -> None:
    dossier_id = world.carry_to("decide", awards=("bang_khen_tinh",))
    world.complete("chairman", world.task(dossier_id).id, {"outcome": "approve"})
    seen = page(world, dossier_id)
    assert (seen.decisions, nomination_statuses(world, dossier_id)) == ([], ["approved_upward"])
    assert world.open_elements(dossier_id) == {"hand_over"}


def test_a_dropped_nomination_stays_behind_with_its_reason(world: World) -> None:
    dossier_id = world.carry_to("select", awards=("giay_khen", "bang_khen_tinh"))
    kept, dropped = nomination_ids(world, dossier_id)
    world.complete("labour", world.task(dossier_id).id, {"outcome": "accept"}, {kept: KEEP, dropped: DROP})
    world.forward_to_interior(dossier_id)
    assert nomination_statuses(world, dossier_id) == ["selected", "dropped"]
    assert page(world, dossier_id).nominations[1].status_reason == DROP.reason
    (letter,) = page(world, dossier_id).submissions
    with world.database.read() as work:
        _, carried = papers.show_submission(work, world.actor("interior"), letter.id)
    assert [one.id for one in carried] == [kept]
    world.appraise(dossier_id)
    world.forward_to_chairman(dossier_id)
    world.decide(dossier_id)
    assert (status(world, dossier_id), nomination_statuses(world, dossier_id)) == (
        "decided",
        ["awarded", "dropped"],
    )


def test_the_chairman_may_drop_all_that_goes_upward(world: World) -> None:
    dossier_id = world.carry_to("decide", awards=("giay_khen", "bang_khen_tinh"))
    kept, dropped = nomination_ids(world, dossier_id)
    values = {"outcome": "approve", "decision_number": "9/QĐ", "signed_on": "2024-11-20"}
    world.complete("chairman", world.task(dossier_id).id, values, {kept: KEEP, dropped: DROP})
    assert (status(world, dossier_id), nomination_statuses(world, dossier_id)) == (
        "decided",
        ["awarded", "dropped"],
    )


@pytest.mark.parametrize("at", ["select", "appraise", "decide"])
def test_a_dossier_with_every_nomination_dropped_cannot_go_on(world: World, at: str) -> None:
    dossier_id = world.carry_to(at, awards=("giay_khen", "bang_khen_tinh"))
    verdicts = dict.fromkeys(nomination_ids(world, dossier_id), DROP)
    who = {"select": "labour", "appraise": "interior", "decide": "chairman"}[at]
    outcome = "approve" if at == "decide" else "accept"
    with pytest.raises(Invalid) as failure:
        world.complete(who, world.task(dossier_id).id, {"outcome": outcome}, verdicts)
    assert set(failure.value.fields) == {"outcome"}
    assert world.open_elements(dossier_id) == {at}


def test_a_returned_dossier_is_supplemented_and_all_its_nominations_are_proposed_anew(world: World) -> None:
    dossier_id = world.carry_to("appraise", awards=("giay_khen", "giay_khen"))
    world.appraise(dossier_id, outcome="return_previous", reason="Chọn lại.")
    first, second = nomination_ids(world, dossier_id)
    world.complete("labour", world.task(dossier_id).id, {"outcome": "accept"}, {first: KEEP, second: DROP})
    world.forward_to_interior(dossier_id, "41/TTr")
    world.appraise(dossier_id, outcome="return_unit", reason="Bổ sung báo cáo.")
    assert page(world, dossier_id).may_edit
    with world.database.write() as work:
        added = NominationInput("giay_khen", "community", "Thôn Tân Phú", "Giảm nghèo vượt kế hoạch.")
        dossiers.add_nomination(work, world.actor("clerk"), dossier_id, added)
    world.submit(dossier_id)
    assert nomination_statuses(world, dossier_id) == ["proposed"] * 3
    world.select(dossier_id)
    assert nomination_statuses(world, dossier_id) == ["selected"] * 3
    assert len(history(world, dossier_id, "completed")) == 9
    assert broken(world) == []


def test_a_selection_after_a_return_may_take_up_what_was_dropped(world: World) -> None:
    dossier_id = world.carry_to("select", awards=("giay_khen", "giay_khen"))
    first, second = nomination_ids(world, dossier_id)
    world.complete("labour", world.task(dossier_id).id, {"outcome": "accept"}, {first: KEEP, second: DROP})
    world.forward_to_interior(dossier_id)
    world.appraise(dossier_id, outcome="return_previous", reason="Chọn lại.")
    world.complete("labour", world.task(dossier_id).id, {"outcome": "accept"}, {first: DROP, second: KEEP})
    assert nomination_statuses(world, dossier_id) == ["dropped", "selected"]


def test_a_judged_nomination_can_be_changed_but_not_removed(world: World) -> None:
    dossier_id = world.carry_to("appraise")
    world.appraise(dossier_id, outcome="return_unit", reason="Bổ sung.")
    (nomination_id,) = nomination_ids(world, dossier_id)
    clerk = world.actor("clerk")
    with pytest.raises(Conflict), world.database.write() as work:
        dossiers.remove_nomination(work, clerk, dossier_id, nomination_id)
    with world.database.write() as work:
        given = NominationInput("giay_khen", "household", "Hộ bà Lê Thị Sáu", "Giúp năm hộ nghèo.")
        nominations.change(work, clerk, dossier_id, nomination_id, given)
    assert page(world, dossier_id).nominations[0].nominee_name == "Hộ bà Lê Thị Sáu"


def test_every_reading_of_a_dossier_tells_where_it_stands_on_its_diagram(world: World) -> None:
    dossier_id = world.carry_to("appraise")
    with world.database.read() as work:
        drawn = dossiers.diagram(work, world.actor("interior"), dossier_id)
    assert (drawn.key, drawn.version, drawn.current) == ("award_dossier", 1, ["appraise"])
    assert drawn.visited == ["prepare", "select", "forward_to_interior"]
    assert b"<bpmn:definitions" in drawn.xml
    assert [step.element.id for step in drawn.outline][:2] == ["start", "prepare"]
