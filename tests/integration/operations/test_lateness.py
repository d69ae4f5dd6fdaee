"""Dossiers that arrive late: flagged, refused, or told to take the next round, as the plan says."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from service.domain.deadlines import Bound, LatePolicy, Roll, late_policies
from service.domain.errors import Conflict, Invalid
from service.operations.dossier import slips
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Extending, Place, Terms
from service.operations.setup import localities
from service.operations.watch import ticks
from service.operations.work import completions, papers
from service.operations.work.completions import Filled
from service.store.tables import Dossier, Round
from service.translations import translate
from tests.builders import LATE, World, shipped_locality
from tests.integration.operations.readings import history, page, reminders, status


def set_policy(world: World, policy: LatePolicy) -> None:
    """Loads the shipped configuration with another policy for what is sent in late, where it may stand."""
    locality = shipped_locality()
    changed = tuple(
        replace(
            round_,
            deadlines=tuple(
                replace(rule, late=policy) if policy in late_policies(rule.owner) else rule
                for rule in round_.deadlines
            ),
        )
        for round_ in locality.rounds
    )
    with world.database.write() as work:
        localities.load(work, replace(locality, rounds=changed))


def late_is_asked(world: World, dossier_id: int) -> bool:
    """Whether the form of the unit's step asks why the dossier comes late."""
    task = world.task(dossier_id, "prepare")
    with world.database.read() as work:
        return completions.form_context(work, work.session.merge(task, load=False))["late"]


def test_a_dossier_in_the_last_second_is_in_time(world: World) -> None:
    dossier_id = world.open_dossier()
    world.on("2024-11-30 23:59:59")
    assert not late_is_asked(world, dossier_id)
    world.submit(dossier_id)
    dossier = page(world, dossier_id).dossier
    assert (dossier.late, dossier.late_reason) == (False, None)


def test_a_late_dossier_is_accepted_with_a_written_reason_and_marked(world: World) -> None:
    dossier_id = world.open_dossier()
    world.on("2024-12-01 00:00")
    assert late_is_asked(world, dossier_id)
    for reason in (None, "", "   "):
        with pytest.raises(Invalid) as failure:
            world.submit(dossier_id, late_reason=reason)
        assert set(failure.value.fields) == {"late_reason"}
    assert status(world, dossier_id) == "draft"
    world.submit(dossier_id, late_reason="Mưa lũ chia cắt đường.")
    dossier = page(world, dossier_id).dossier
    assert (dossier.late, dossier.late_reason) == (True, "Mưa lũ chia cắt đường.")
    said = history(world, dossier_id, "completed")[-1].params["values"]
    assert said["late_reason"] == "Mưa lũ chia cắt đường."


@pytest.mark.parametrize(
    ("policy", "told"),
    [(LatePolicy.REFUSE, "nothing late is accepted"), (LatePolicy.NEXT_ROUND, "next round")],
)
def test_a_plan_may_turn_late_dossiers_away(world: World, policy: LatePolicy, told: str) -> None:
    set_policy(world, policy)
    dossier_id = world.open_dossier()
    world.on("2024-12-01 00:00")
    with pytest.raises(Conflict, match=told):
        world.submit(dossier_id, late_reason="Mưa lũ.")
    assert status(world, dossier_id) == "draft"


@pytest.mark.parametrize("policy", list(LatePolicy))
def test_a_supplement_is_never_late_by_the_deadline_that_was_met_and_has_a_day_of_its_own(
    world: World, policy: LatePolicy
) -> None:
    set_policy(world, policy)
    dossier_id, other = world.carry_to("select"), world.carry_to("select")
    world.on("2024-12-03 09:00")
    for day, told in (("2024-12-02", "This day has passed"), ("2026-12-02", "more than a year")):
        with pytest.raises(Invalid) as failure:
            world.select(dossier_id, outcome="return_unit", reason="Bổ sung.", supplement_by=day)
        assert told in failure.value.fields["supplement_by"].text
    world.select(dossier_id, outcome="return_unit", reason="Bổ sung.", supplement_by="2024-12-10")
    world.select(other, outcome="return_unit", reason="Bổ sung.")
    own, by_office = world.task(dossier_id, "prepare"), world.task(other, "prepare")
    assert [(one.supplement, one.last_day) for one in (own, by_office)] == [
        (True, date(2024, 12, 10)),
        (True, date(2024, 12, 4)),
    ], "the day that was set, else the deadline of the office that returned it"
    ticks.tick(world.database)
    assert "deadline_passed" not in [step.kind for step in history(world, dossier_id)]
    assert [row.audience for row in reminders(world, own).values() if row.fired_at] == []
    world.on("2024-12-11 09:00")
    ticks.tick(world.database)
    assert history(world, dossier_id, "deadline_passed"), "the supplement itself is overdue"
    assert not late_is_asked(world, dossier_id)
    world.submit(dossier_id)
    shown = page(world, dossier_id)
    assert (shown.dossier.status, shown.dossier.late) == ("running", False)
    assert {task.late_reason for task in shown.tasks} == {None}


def test_a_supplement_follows_the_deadline_of_whoever_returned_it_and_so_do_the_offices_between(
    world: World,
) -> None:
    dossier_id = world.carry_to("appraise")
    world.on("2024-12-08 09:00")
    world.appraise(dossier_id, outcome="return_unit", reason="Bổ sung.")
    task = world.task(dossier_id, "prepare")
    assert (task.supplement, task.last_day) == (True, date(2024, 12, 9))
    with world.database.write() as work:
        terms = Terms(date(2024, 12, 13), Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")
        place = Place("van-ninh", "annual-2024", "interior_appraisal")
        deadlines.change(work, world.actor("admin"), place, terms, reason="Mưa lũ.")
    assert world.task(dossier_id, "prepare").last_day == date(2024, 12, 12)
    world.submit(dossier_id)
    again = world.task(dossier_id, "select")
    assert (again.supplement, again.last_day) == (True, date(2024, 12, 12))
    world.on("2024-12-13 09:00")
    world.select(dossier_id, outcome="return_unit", reason="Còn thiếu.")
    assert (world.task(dossier_id, "prepare").last_day, world.task(dossier_id, "prepare").due_at) == (
        None,
        None,
    )
    world.submit(dossier_id)
    world.select(dossier_id)
    world.forward_to_interior(dossier_id)
    assert not world.task(dossier_id, "appraise").supplement, "its first deadline is still to be met"


def test_nothing_is_late_while_the_deadline_is_unset(world: World) -> None:
    set_policy(world, LatePolicy.REFUSE)
    dossier_id = world.open_dossier(round_key="final-2025")
    world.on("2026-06-01 09:00")
    world.submit(dossier_id)
    assert not page(world, dossier_id).dossier.late


def close_all_but(world: World, *kept: str) -> None:
    """Leaves only some rounds open."""
    with world.database.write() as work:
        for round_ in work.session.scalars(select(Round)):
            round_.active = round_.key in kept


def told_too_late(world: World, dossier_id: int) -> str:
    """What the unit is told that sends its dossier now."""
    with pytest.raises(Conflict) as failure:
        world.submit(dossier_id)
    return translate(failure.value.message, "en")


def test_who_comes_too_late_is_told_the_round_that_comes_next_or_that_there_is_none(world: World) -> None:
    set_policy(world, LatePolicy.NEXT_ROUND)
    dossier_id = world.open_dossier()
    world.on("2024-12-01 00:00")
    ticks.tick(world.database)
    (passed,) = history(world, dossier_id, "deadline_passed")
    assert passed.params["next_round"]["key"] == "annual-2025"
    assert f"the next round, {passed.params['next_round']['en']}. Open it there." in told_too_late(
        world, dossier_id
    )
    close_all_but(world, "annual-2024", "final-2025")
    assert "Final awards" in told_too_late(world, dossier_id)
    with world.database.write() as work:
        for round_ in work.session.scalars(select(Round).where(Round.key == "final-2025")):
            round_.opens_on = date(2025, 9, 1)
    assert "Open it there from 01/09/2025 on." in told_too_late(world, dossier_id)
    close_all_but(world, "annual-2024")
    assert "none is open yet" in told_too_late(world, dossier_id)


def test_the_history_says_when_no_next_round_is_there_and_nothing_where_late_ones_are_accepted(
    world: World,
) -> None:
    accepted = world.open_dossier()
    world.on("2024-12-01 00:00")
    ticks.tick(world.database)
    assert "next_round" not in history(world, accepted, "deadline_passed")[0].params
    set_policy(world, LatePolicy.NEXT_ROUND)
    close_all_but(world, "annual-2025")
    world.on("2024-12-02 09:00")
    late = world.open_dossier(round_key="annual-2025")
    world.on("2026-01-01 00:00")
    ticks.tick(world.database)
    assert history(world, late, "deadline_passed")[0].params["next_round"] is None


def test_an_office_that_sends_on_late_writes_why_and_everybody_later_reads_it(world: World) -> None:
    in_time, late = world.carry_to("forward_to_interior"), world.carry_to("forward_to_interior")
    world.forward_to_interior(in_time, "39/TTr")
    world.on("2024-12-05 09:00")
    with pytest.raises(Invalid) as failure:
        world.forward_to_interior(late, late_reason=" ")
    assert set(failure.value.fields) == {"late_reason"}
    world.forward_to_interior(late, late_reason="Chờ hội đồng họp lại.")
    world.appraise(late)
    said = history(world, late, "completed")[2]
    assert said.params["values"]["late_reason"] == "Chờ hội đồng họp lại."
    with world.database.read() as work:
        slip = slips.show(work, world.actor("interior"), late)
        reasons = [(line.task.element_id, line.task.late_reason) for line in slip.lines]
        dossier = work.session.get_one(Dossier, late)
        assert [task.late_reason for task in dossier.late_steps] == ["Chờ hội đồng họp lại."]
        assert (dossier.late, dossier.late_reason) == (False, None), "the unit was in time"
        assert not work.session.get_one(Dossier, in_time).late_steps
    assert [one for one in reasons if one[1]] == [("forward_to_interior", "Chờ hội đồng họp lại.")]


def test_an_office_may_be_kept_from_sending_on_late_until_somebody_grants_more_time(world: World) -> None:
    set_policy(world, LatePolicy.REFUSE)
    late, extended = world.carry_to("forward_to_interior"), world.open_dossier("neighbour")
    world.submit(extended, "neighbour")
    world.select(extended)
    world.on("2024-12-05 09:00")
    with pytest.raises(Conflict, match="nothing is sent on late"):
        world.forward_to_interior(late)
    with world.database.write() as work:
        deadlines.extend(
            work,
            world.actor("admin"),
            Place("van-ninh", "annual-2024", "labour_review"),
            Extending("van_thanh", date(2024, 12, 6), "Chủ tịch UBND huyện"),
            reason="Mưa lũ.",
        )
    chosen = [world.task(one, "forward_to_interior").id for one in (late, extended)]
    with world.database.write() as work:
        values = {"number": "41/TTr", "signed_on": world.today(), "note": "Kính trình."}
        sent = papers.forward(work, world.actor("labour"), chosen, Filled(values))
    assert [(one.done, str(one.refusal or "")[:34]) for one in sent.results] == [
        (False, "The deadline ended on 2024-12-04 ("),
        (True, ""),
    ]
    with world.database.read() as work:
        assert not work.session.get_one(Dossier, extended).late_steps


def test_a_letter_for_many_asks_once_why_some_of_them_are_late(world: World) -> None:
    first, second = world.carry_to("forward_to_interior"), world.carry_to("forward_to_interior")
    world.on("2024-12-05 09:00")
    world.forward_together("labour", [first, second], "forward_to_interior", "42/TTr")
    with world.database.read() as work:
        reasons = [work.session.get_one(Dossier, one).late_steps[0].late_reason for one in (first, second)]
    assert reasons == [LATE["late_reason"]] * 2


@pytest.mark.parametrize(
    ("round_key", "key", "policy", "told"),
    [
        ("annual-2024", "labour_review", LatePolicy.NEXT_ROUND, "Only what units send in"),
        ("annual-2024", "chairman_decision", LatePolicy.REFUSE, "A decision of the Chairman"),
    ],
)
def test_a_late_policy_without_a_meaning_is_refused_where_deadlines_are_set(
    world: World, round_key: str, key: str, policy: LatePolicy, told: str
) -> None:
    terms = Terms(date(2024, 12, 20), Bound.BEFORE, Roll.NONE, policy, "default")
    with pytest.raises(Invalid) as failure, world.database.write() as work:
        deadlines.change(
            work, world.actor("admin"), Place("van-ninh", round_key, key), terms, reason="Theo chỉ đạo."
        )
    assert failure.value.fields["late"].text.startswith(told)


@pytest.mark.parametrize("policy", [LatePolicy.REFUSE, LatePolicy.NEXT_ROUND])
def test_nobody_is_urged_to_send_in_what_is_taken_no_more_until_it_may_be_again(
    world: World, policy: LatePolicy
) -> None:
    set_policy(world, policy)
    draft = world.open_dossier()
    for day in ("2024-12-01 00:00", "2024-12-02 09:00", "2024-12-05 09:00", "2024-12-09 09:00"):
        world.on(day)
        ticks.tick(world.database)
    happened = [step.kind for step in history(world, draft) if step.kind in _OF_THE_CLIMB]
    assert happened == ["deadline_passed", "timer_fired", "climb_stopped"], "the focal office is told, once"
    [stopped] = history(world, draft, "climb_stopped")
    assert ("next_round" in stopped.params) is (policy is LatePolicy.NEXT_ROUND)
    assert world.open_elements(draft) == {"prepare"}
    sent = [row for row in reminders(world, world.task(draft)).values() if row.fired_at is not None]
    assert sent
    assert {row.audience for row in sent} <= {"candidates", "assignee"}
    with world.database.write() as work:
        terms = Terms(date(2024, 12, 1), Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")
        place = Place("van-ninh", "annual-2024", "unit_submission")
        deadlines.change(work, world.actor("admin"), place, terms, reason="Bão lũ.")
    ticks.tick(world.database)
    assert "late_policy_changed" in [step.kind for step in history(world, draft)]
    assert "unit_overdue" in world.open_elements(draft), "it climbs again, now that it may be sent in late"


_OF_THE_CLIMB = frozenset({"deadline_passed", "timer_fired", "climb_stopped"})
