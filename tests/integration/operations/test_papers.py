"""Letters that leave behind what cannot go; decisions over all or nothing, each nomination by its verdict."""

import json
from collections.abc import Mapping

import pytest

from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from service.domain.tasks import Act
from service.operations.setup import deployments
from service.operations.work import papers
from service.operations.work.completions import Filled
from service.operations.work.papers import Forwarded
from service.store.tables import Decision, Submission
from service.translations import translate
from tests.builders import ROOT, World
from tests.integration.operations.readings import (
    broken,
    history,
    nomination_ids,
    nomination_statuses,
    page,
    rows,
    status,
)

KEEP = Judgement(Verdict.SELECT)
DROP = Judgement(Verdict.DROP, "Chưa đủ tiêu chuẩn.")


def forward(world: World, who: str, dossier_ids: list[int], number: str = "40/TTr") -> Forwarded:
    """Sends the dossiers with one letter, from whichever step they wait at."""
    return _forward(world, who, [world.task(one).id for one in dossier_ids], number)


def _forward(
    world: World, who: str, task_ids: list[int], number: str = "40/TTr", note: str = "Kính trình."
) -> Forwarded:
    with world.database.write() as work:
        filled = Filled({"number": number, "signed_on": world.today(), "note": note})
        return papers.forward(work, world.actor(who), task_ids, filled)


def left_behind(sent: Forwarded) -> dict[int, str]:
    """The tasks that a letter has left behind, each with the first sentence of why."""
    return {one.task_id: f"{str(one.refusal).partition('. ')[0]}." for one in sent.results if not one.done}


def decide(
    world: World, dossier_ids: list[int], verdicts: Mapping[int, Judgement], **values: object
) -> Decision | None:
    """Approves the dossiers with one decision."""
    chosen = [world.task(one, "decide").id for one in dossier_ids]
    with world.database.write() as work:
        filled = Filled({"outcome": "approve", "signed_on": world.today(), **values}, verdicts)
        return papers.decide(work, world.actor("chairman"), chosen, filled)


def test_one_letter_carries_many_dossiers_and_each_goes_its_own_way(world: World) -> None:
    first, second = world.carry_to("forward_to_interior"), world.carry_to("forward_to_interior")
    letter = forward(world, "labour", [second, first])
    assert [status(world, one) for one in (first, second)] == ["running", "running"]
    assert [world.open_elements(one) for one in (first, second)] == [{"appraise"}, {"appraise"}]
    with world.database.read() as work:
        shown, carried = papers.show_submission(work, world.actor("interior"), letter.submission.id)
    assert [one.dossier_id for one in carried] == [first, second]
    assert (shown.from_organisation.key, shown.to_organisation.key if shown.to_organisation else None) == (
        "labour_office",
        "interior_office",
    )
    assert history(world, first, "completed")[-1].params["submission"] == "40/TTr"
    assert broken(world) == []


def test_a_letter_goes_to_the_office_that_the_diagram_makes_do_the_next_step(world: World) -> None:
    shipped = (ROOT / "bpmn" / "award_dossier.bpmn").read_text(encoding="utf-8")
    before, after = '<bpmn:userTask id="appraise" name="Thẩm định hồ sơ" trinh:role="{}"', "interior_reviewer"
    rerouted = shipped.replace(before.format(after), before.format("chairman_office"))
    assert rerouted != shipped
    by_the_shipped_route = world.carry_to("forward_to_interior")
    with world.database.write() as work:
        deployments.deploy(work, rerouted.encode(), "", world.actor("admin"))
    by_the_new_route = world.carry_to("forward_to_interior")
    letter = forward(world, "labour", [by_the_new_route])
    with world.database.read() as work:
        shown, _ = papers.show_submission(work, world.actor("labour"), letter.submission.id)
        assert shown.to_organisation
        assert shown.to_organisation.function == "chairman_office"
    another = world.carry_to("forward_to_interior")
    sent = forward(world, "labour", [by_the_shipped_route, another], "41/TTr")
    assert left_behind(sent) == {
        world.task(another).id: "One paper covers dossiers of one round and one office."
    }
    assert [world.open_elements(one) for one in (by_the_shipped_route, another)] == [
        {"appraise"},
        {"forward_to_interior"},
    ]
    assert world.task(another).assignee_id is None, "what stays behind is as it was"
    assert broken(world) == []


def test_a_letter_satisfies_the_form_that_each_of_its_tasks_opened_with(world: World) -> None:
    older = world.carry_to("forward_to_interior")
    form = json.loads((ROOT / "forms" / "forward.json").read_text(encoding="utf-8"))
    next(part for part in form["components"] if part["key"] == "note")["validate"]["required"] = True
    with world.database.write() as work:
        deployments.deploy_form(work, "forward", json.dumps(form, ensure_ascii=False))
    newer = world.carry_to("forward_to_interior")
    chosen = [world.task(one).id for one in (older, newer)]
    with pytest.raises(Invalid) as failure:
        _forward(world, "labour", chosen, note=" ")
    assert set(failure.value.fields) == {"note"}
    assert [world.open_elements(one) for one in (older, newer)] == [{"forward_to_interior"}] * 2
    _forward(world, "labour", chosen)
    assert [world.open_elements(one) for one in (older, newer)] == [{"appraise"}] * 2


def test_what_cannot_go_with_a_letter_stays_behind_and_says_why(world: World) -> None:
    done, free, held = (world.carry_to("forward_to_interior") for _ in range(3))
    foreign = world.carry_to("forward_to_chairman")
    chosen = [world.task(one).id for one in (free, done, held, foreign)]
    world.forward_to_interior(done, "39/TTr", who="labour2")
    world.claim("labour2", world.task(held).id)
    with world.database.read() as work:
        ready = papers.ready_for(work, world.actor("labour"), Act.FORWARD, chosen)
    assert [task.dossier_id for task in ready] == [free]
    sent = _forward(world, "labour", [*chosen, 999_999])
    said = {one.task_id: one.refusal for one in sent.results}
    assert said[chosen[0]] is None
    assert said[chosen[1]].params["name"] == "Labour2"
    assert said[chosen[1]].params["code"] == page(world, done).dossier.code
    assert "Labour2 holds this task" in str(said[chosen[2]])
    assert "Phòng Nội vụ" in translate(said[chosen[3]], "vi")
    assert [one.code for one in sent.results if one.task_id == 999_999] == [""]
    assert [world.open_elements(one) for one in (free, held)] == [{"appraise"}, {"forward_to_interior"}]
    with world.database.read() as work:
        _, carried = papers.show_submission(work, world.actor("labour"), sent.submission.id)
    assert {one.dossier_id for one in carried} == {free}
    assert broken(world) == []


def test_a_letter_that_would_carry_nothing_is_not_written(world: World) -> None:
    held = world.carry_to("forward_to_interior")
    world.claim("labour2", world.task(held).id)
    with pytest.raises(NotAllowed, match="Labour2 holds this task"):
        forward(world, "labour", [held])
    with pytest.raises(NotFound):
        _forward(world, "labour", [999_999])
    assert rows(world, Submission) == []


def test_a_letter_number_is_used_once_a_day_by_one_office(world: World) -> None:
    first, second = world.carry_to("forward_to_interior"), world.carry_to("forward_to_interior")
    forward(world, "labour", [first], "40/TTr")
    with pytest.raises(Conflict, match="40/TTr"):
        forward(world, "labour2", [second], "40/TTr")
    world.on("2024-11-21 08:00")
    forward(world, "labour2", [second], "40/TTr")
    assert world.open_elements(second) == {"appraise"}


def test_a_decision_number_is_used_once(world: World) -> None:
    first, second = world.carry_to("decide"), world.carry_to("decide")
    world.decide(first, "2102/QĐ")
    with pytest.raises(Conflict, match="2102/QĐ"):
        world.decide(second, "2102/QĐ")
    assert world.open_elements(second) == {"decide"}


def test_a_letter_covers_one_round_and_one_step(world: World) -> None:
    this_year = world.carry_to("forward_to_interior")
    last_round = world.carry_to("forward_to_interior", round_key="final-2025")
    selecting = world.carry_to("select")
    with pytest.raises(Invalid, match="one round and one office"):
        forward(world, "labour", [this_year, last_round])
    with pytest.raises(Invalid, match="same step"):
        forward(world, "labour", [this_year, selecting])
    with pytest.raises(Invalid, match="at least one"):
        forward(world, "labour", [])
    assert rows(world, Submission) == []


WRONG_LETTERS: list[tuple[dict[str, object], str]] = [
    ({"signed_on": "2024-11-20"}, "number"),
    ({"number": "40/TTr"}, "signed_on"),
    ({"number": "40/TTr", "signed_on": "2024-11-21"}, "signed_on"),
    ({"number": "40/TTr", "signed_on": "hôm nay"}, "signed_on"),
]


def test_a_letter_needs_a_number_and_a_date_that_has_come(world: World) -> None:
    task_id = world.task(world.carry_to("forward_to_interior")).id
    for values, field in WRONG_LETTERS:
        with pytest.raises(Invalid) as failure, world.database.write() as work:
            papers.forward(work, world.actor("labour"), [task_id], Filled(values))
        assert set(failure.value.fields) == {field}


def test_a_paper_may_bear_todays_local_date_while_it_is_still_yesterday_in_london(world: World) -> None:
    dossier_id = world.carry_to("forward_to_interior")
    world.on("2024-11-21 00:30")
    forward(world, "labour", [dossier_id])
    assert world.open_elements(dossier_id) == {"appraise"}


def test_one_decision_grants_what_was_kept_in_every_dossier(world: World) -> None:
    mixed = world.carry_to("decide", awards=("giay_khen", "giay_khen", "bang_khen_tinh"))
    plain = world.carry_to("decide")
    upward = world.carry_to("decide", awards=("bang_khen_tinh",))
    kept, dropped, high = nomination_ids(world, mixed)
    others = [*nomination_ids(world, plain), *nomination_ids(world, upward)]
    verdicts = {kept: KEEP, dropped: DROP, high: KEEP} | dict.fromkeys(others, KEEP)
    decision = decide(world, [mixed, plain, upward], verdicts, decision_number="2102/QĐ")
    assert decision is not None
    assert nomination_statuses(world, mixed) == ["awarded", "dropped", "approved_upward"]
    assert nomination_statuses(world, plain) == ["awarded"]
    assert nomination_statuses(world, upward) == ["approved_upward"]
    assert [status(world, one) for one in (mixed, plain, upward)] == ["running", "decided", "running"]
    assert [page(world, one).decisions for one in (upward,)] == [[]]
    assert "decision" not in history(world, upward, "completed")[-1].params
    with world.database.read() as work:
        _, granted = papers.show_decision(work, world.actor("chairman"), decision.id)
        _, own = papers.show_decision(work, world.actor("clerk"), decision.id)
        with pytest.raises(NotFound):
            papers.show_decision(work, world.actor("neighbour"), decision.id)
    assert {one.id for one in granted} == {one.id for one in own} == {kept, others[0]}
    assert broken(world) == []


def test_a_decision_needs_a_number_only_if_something_local_is_kept(world: World) -> None:
    mixed = world.carry_to("decide", awards=("giay_khen", "bang_khen_tinh"))
    local_one, high = nomination_ids(world, mixed)
    with pytest.raises(Invalid) as failure:
        decide(world, [mixed], {local_one: KEEP, high: KEEP})
    assert set(failure.value.fields) == {"decision_number"}
    assert decide(world, [mixed], {local_one: DROP, high: KEEP}) is None
    assert nomination_statuses(world, mixed) == ["dropped", "approved_upward"]


def test_a_number_typed_for_nothing_local_signs_no_decision(world: World) -> None:
    upward = world.carry_to("decide", awards=("bang_khen_tinh",))
    verdicts = dict.fromkeys(nomination_ids(world, upward), KEEP)
    assert decide(world, [upward], verdicts, decision_number="2102/QĐ") is None
    assert rows(world, Decision) == []


def test_nothing_is_approved_unseen(world: World) -> None:
    first = world.carry_to("decide", awards=("giay_khen", "giay_khen"))
    second = world.carry_to("decide")
    seen, unseen = nomination_ids(world, first)
    verdicts = {seen: KEEP} | dict.fromkeys(nomination_ids(world, second), KEEP)
    with pytest.raises(Invalid) as failure:
        decide(world, [first, second], verdicts, decision_number="1/QĐ")
    assert set(failure.value.fields) == {f"nomination-{unseen}"}
    with pytest.raises(Invalid) as failure:
        decide(
            world,
            [first, second],
            verdicts | {unseen: Judgement(Verdict.DROP, " ")},
            decision_number="1/QĐ",
        )
    assert set(failure.value.fields) == {f"nomination-{unseen}"}
    assert rows(world, Decision) == []
    assert [world.open_elements(one) for one in (first, second)] == [{"decide"}, {"decide"}]


def test_a_verdict_on_a_nomination_of_no_chosen_dossier_is_refused(world: World) -> None:
    chosen, other = world.carry_to("decide"), world.carry_to("decide")
    verdicts = dict.fromkeys([*nomination_ids(world, chosen), *nomination_ids(world, other)], KEEP)
    with pytest.raises(Conflict, match="nominations have changed"):
        decide(world, [chosen], verdicts, decision_number="1/QĐ")


def test_only_an_approval_covers_several_dossiers(world: World) -> None:
    dossier_ids = [world.carry_to("decide"), world.carry_to("decide")]
    with pytest.raises(Invalid) as failure:
        decide(world, dossier_ids, {}, outcome="refuse", reason="Không.")
    assert set(failure.value.fields) == {"outcome"}
    assert [world.open_elements(one) for one in dossier_ids] == [{"decide"}, {"decide"}]


def test_a_letter_is_shown_to_those_who_may_see_its_dossiers(world: World) -> None:
    mine = world.carry_to("forward_to_interior")
    theirs = world.carry_to("prepare", who="neighbour")
    world.submit(theirs, who="neighbour")
    world.select(theirs)
    letter = forward(world, "labour", [mine, theirs])
    with world.database.read() as work:
        assert len(papers.show_submission(work, world.actor("chairman"), letter.submission.id)[1]) == 2
        (only,) = papers.show_submission(work, world.actor("clerk"), letter.submission.id)[1]
        assert only.dossier_id == mine
        with pytest.raises(NotFound):
            papers.show_submission(work, world.actor("admin"), letter.submission.id + 1)
