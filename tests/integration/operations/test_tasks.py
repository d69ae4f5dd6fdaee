"""Claiming, releasing and completing: who may, who was first, and what is kept when it goes wrong."""

from collections.abc import Mapping
from datetime import datetime
from itertools import product

import pytest

from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound, TrinhError
from service.domain.labels import Label
from service.operations.dossier import dossiers
from service.operations.dossier.dossiers import NominationInput
from service.operations.work import drafts as kept_drafts
from service.operations.work import tasks
from service.operations.work.completions import Filled
from service.store import tasks as task_rows
from service.store.tables import NominationVerdict
from service.translations import translate
from tests.builders import World
from tests.integration.operations.readings import (
    broken,
    history,
    nomination_ids,
    nomination_statuses,
    page,
    rows,
)

KEEP = Judgement(Verdict.SELECT)


def act(world: World, verb: str, who: str, task_id: int) -> None:
    """Claims or releases a task."""
    with world.database.write() as work:
        getattr(tasks, verb)(work, world.actor(who), task_id)


def send(
    world: World,
    who: str,
    task_id: int,
    values: Mapping[str, object],
    judgements: Mapping[int, Judgement] | None = None,
    seen_version: int | None = None,
) -> None:
    """Completes a task without claiming it."""
    with world.database.write() as work:
        tasks.complete(work, world.actor(who), task_id, Filled(values, judgements or {}, seen_version))


def drafts(world: World, task_id: int, who: str) -> object:
    """What somebody has typed and not sent."""
    with world.database.read() as work:
        row = task_rows.draft(work, task_id, world.actor(who).person_id)
        return row.content if row else None


def accept(world: World, dossier_id: int) -> tuple[dict[str, object], dict[int, Judgement]]:
    """A form that accepts everything."""
    return {"outcome": "accept"}, dict.fromkeys(nomination_ids(world, dossier_id), KEEP)


def test_a_task_in_somebody_elses_hands_is_theirs(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    act(world, "claim", "labour", task_id)
    with pytest.raises(Conflict, match="Labour already holds this task"):
        act(world, "claim", "labour2", task_id)
    with pytest.raises(NotAllowed, match="Labour holds this task"):
        act(world, "release", "labour2", task_id)
    with pytest.raises(NotAllowed, match="Labour holds this task"):
        send(world, "labour2", task_id, *accept(world, dossier_id))


def test_nobodys_task_must_be_claimed_before_it_is_completed(world: World) -> None:
    dossier_id = world.carry_to("select")
    with pytest.raises(Conflict, match="Claim it first"):
        send(world, "labour", world.task(dossier_id).id, *accept(world, dossier_id))
    with pytest.raises(Conflict):
        act(world, "release", "labour", world.task(dossier_id).id)


def test_a_holder_who_has_left_the_office_loses_the_task_to_the_next(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    act(world, "claim", "labour", task_id)
    world.unseat("labour")
    with pytest.raises(NotFound):
        send(world, "labour", task_id, *accept(world, dossier_id))
    with pytest.raises(NotFound):
        act(world, "release", "labour", task_id)
    act(world, "claim", "labour2", task_id)
    send(world, "labour2", task_id, *accept(world, dossier_id))
    assert world.open_elements(dossier_id) == {"forward_to_interior"}


VERBS = {
    "claim": tasks.claim,
    "release": tasks.release,
    "complete": lambda work, actor, task_id: tasks.complete(
        work, actor, task_id, Filled({"outcome": "accept"})
    ),
    "save_draft": lambda work, actor, task_id: kept_drafts.save(work, actor, task_id, {}),
}


@pytest.mark.parametrize(
    ("who", "error"),
    [("interior", NotAllowed), ("clerk", NotAllowed), ("admin", NotAllowed), ("neighbour", NotFound)],
)
def test_a_task_is_for_its_office_only(world: World, who: str, error: type[TrinhError]) -> None:
    task_id = world.task(world.carry_to("select")).id
    office = Label("Phòng Lao động - Thương binh và Xã hội", "Labour, Invalids and Social Affairs Office")
    for verb in VERBS.values():
        with pytest.raises(error) as failure, world.database.write() as work:
            verb(work, world.actor(who), task_id)
        if error is NotAllowed:
            assert failure.value.message.params == {"office": office}


def test_a_task_is_shown_to_whoever_may_see_its_dossier(world: World) -> None:
    task_id = world.task(world.carry_to("select")).id
    with world.database.read() as work:
        for who in ("clerk", "interior", "chairman", "admin"):
            assert tasks.show(work, world.actor(who), task_id).id == task_id
        with pytest.raises(NotFound):
            tasks.show(work, world.actor("neighbour"), task_id)


def test_a_draft_is_invisible_to_reviewers_and_to_other_units(world: World) -> None:
    dossier_id = world.open_dossier()
    for who in ("labour", "chairman", "neighbour"):
        with pytest.raises(NotFound):
            page(world, dossier_id, who)
        with pytest.raises(NotFound):
            act(world, "claim", who, world.task(dossier_id).id)
        with world.database.read() as work:
            assert dossiers.list_visible(work, world.actor(who)) == []
    assert page(world, dossier_id, "clerk_head").dossier.id == dossier_id
    world.submit(dossier_id)
    assert page(world, dossier_id, "labour").dossier.id == dossier_id
    with pytest.raises(NotFound):
        page(world, dossier_id, "neighbour")


def test_unknown_tasks_and_dossiers_are_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        act(world, "claim", "labour", 4711)
    with pytest.raises(NotFound):
        page(world, 4711, "admin")


def test_a_closed_task_says_who_completed_it_and_how(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    world.select(dossier_id, who="labour2")
    values, judgements = accept(world, dossier_id)
    for attempt in (
        lambda: send(world, "labour", task_id, values, judgements),
        lambda: act(world, "claim", "labour", task_id),
        lambda: act(world, "release", "labour2", task_id),
        lambda: save(world, "labour", task_id, {"outcome": "accept"}),
    ):
        with pytest.raises(Conflict, match="Labour2 has already completed"):
            attempt()


def test_a_cancelled_task_says_that_the_dossier_has_moved_on(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    with world.database.write() as work:
        dossiers.withdraw(work, world.actor("clerk"), dossier_id, "Rút lại.")
    with pytest.raises(Conflict, match=r"Clerk has moved dossier .* on"):
        act(world, "claim", "labour", task_id)


def test_a_return_or_a_refusal_needs_a_reason(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    act(world, "claim", "labour", task_id)
    for outcome, reason in product(("return_unit", "refuse"), (None, "", "   ")):
        with pytest.raises(Invalid) as failure:
            send(world, "labour", task_id, {"outcome": outcome, "reason": reason})
        assert set(failure.value.fields) == {"reason"}
    assert world.open_elements(dossier_id) == {"select"}


def test_an_outcome_that_the_step_does_not_offer_is_refused(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    act(world, "claim", "labour", task_id)
    _, verdicts = accept(world, dossier_id)
    for outcome in ("approve", "return_previous", "", None, 7, "chấp nhận"):
        with pytest.raises(Invalid) as failure:
            send(world, "labour", task_id, {"outcome": outcome, "reason": "Vì."}, verdicts)
        assert set(failure.value.fields) == {"outcome"}


def test_every_nomination_needs_a_verdict_and_every_drop_a_reason(world: World) -> None:
    dossier_id = world.carry_to("select", awards=("giay_khen", "giay_khen", "giay_khen"))
    first, second, third = nomination_ids(world, dossier_id)
    act(world, "claim", "labour", world.task(dossier_id).id)
    verdicts = {first: KEEP, second: Judgement(Verdict.DROP)}
    with pytest.raises(Invalid) as failure:
        send(world, "labour", world.task(dossier_id).id, {"outcome": "accept"}, verdicts)
    assert set(failure.value.fields) == {f"nomination-{second}", f"nomination-{third}"}
    assert nomination_statuses(world, dossier_id) == ["proposed"] * 3


@pytest.mark.parametrize("outcome", ["accept", "return_unit"])
def test_a_verdict_on_another_dossiers_nomination_is_refused(world: World, outcome: str) -> None:
    dossier_id, other = world.carry_to("select"), world.carry_to("select")
    verdicts = accept(world, dossier_id)[1] | accept(world, other)[1]
    act(world, "claim", "labour", world.task(dossier_id).id)
    values = {"outcome": outcome, "reason": "Bổ sung."}
    with pytest.raises(Conflict, match="nominations have changed"):
        send(world, "labour", world.task(dossier_id).id, values, verdicts)
    assert rows(world, NominationVerdict) == []


def test_what_somebody_changed_meanwhile_is_told_with_their_name(world: World) -> None:
    dossier_id = world.open_dossier()
    seen = page(world, dossier_id).dossier.version
    with world.database.write() as work:
        dossiers.rename(work, world.actor("clerk"), dossier_id, "Tên khác")
    task_id = world.task(dossier_id).id
    values = {"letter_number": "15/TTr", "letter_date": world.today()}
    with pytest.raises(Conflict) as failure:
        send(world, "clerk", task_id, values, seen_version=seen)
    told = failure.value.message.params
    assert (told["name"], told["code"]) == ("Clerk", page(world, dossier_id).dossier.code)
    send(world, "clerk", task_id, values, seen_version=page(world, dossier_id).dossier.version)
    assert world.open_elements(dossier_id) == {"select"}


def save(world: World, who: str, task_id: int, content: Mapping[str, object]) -> None:
    """Keeps what somebody has typed."""
    with world.database.write() as work:
        kept_drafts.save(work, world.actor(who), task_id, content)


def test_what_was_typed_survives_an_invalid_form_and_goes_with_a_valid_one(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    act(world, "claim", "labour", task_id)
    typed: dict[str, object] = {"outcome": "refuse", "reason": "", "nomination-1": "drop"}
    save(world, "labour", task_id, typed)
    with pytest.raises(Invalid):
        send(world, "labour", task_id, {"outcome": "refuse"})
    assert drafts(world, task_id, "labour") == typed
    save(world, "labour", task_id, {"outcome": "accept"})
    assert drafts(world, task_id, "labour") == {"outcome": "accept"}
    save(world, "labour2", task_id, {"outcome": "refuse"})
    send(world, "labour", task_id, *accept(world, dossier_id))
    assert drafts(world, task_id, "labour") is None


def test_saving_a_draft_leaves_no_trace_in_the_history(world: World) -> None:
    dossier_id = world.open_dossier()
    before = page(world, dossier_id).dossier.version
    save(world, "clerk", world.task(dossier_id).id, {"letter_number": "1"})
    assert page(world, dossier_id).dossier.version == before
    assert broken(world) == []


def test_a_dossier_needs_a_nomination_and_its_papers_before_it_is_submitted(world: World) -> None:
    empty = world.open_dossier(awards=(), with_papers=False)
    with pytest.raises(Invalid) as failure:
        world.submit(empty)
    assert set(failure.value.fields) == {"nominations"}
    bare = world.open_dossier(with_papers=False)
    with pytest.raises(Invalid) as failure:
        world.submit(bare)
    assert set(failure.value.fields) == {"attachments"}
    assert str(failure.value).count(";") == 3
    world.attach_papers("clerk", bare)
    world.submit(bare)
    assert world.open_elements(bare) == {"select"}


def test_a_dossier_is_changed_only_by_its_holder_and_only_while_it_is_prepared(world: World) -> None:
    dossier_id = world.open_dossier()
    for who, error in (("neighbour", NotFound), ("labour", NotFound), ("clerk_head", NotAllowed)):
        with pytest.raises(error), world.database.write() as work:
            dossiers.rename(work, world.actor(who), dossier_id, "Của tôi")
    world.submit(dossier_id)
    with pytest.raises(NotAllowed), world.database.write() as work:
        dossiers.rename(work, world.actor("clerk"), dossier_id, "Muộn rồi")
    with pytest.raises(NotAllowed), world.database.write() as work:
        dossiers.remove_nomination(
            work, world.actor("clerk"), dossier_id, nomination_ids(world, dossier_id)[0]
        )


WRONG_NOMINATIONS = [
    (NominationInput("giay_khen", "household", " ", " "), {"nominee_name", "achievement"}),
    (NominationInput("oscar", "household", "Hộ A", "Tốt."), {"award_key"}),
    (NominationInput("giay_khen", "robot", "Hộ A", "Tốt."), {"nominee_kind"}),
    (NominationInput("giay_khen", "household", "A" * 201, "Tốt."), {"nominee_name"}),
    (NominationInput("giay_khen", "household", "Hộ A", "x" * 4001), {"achievement"}),
    (NominationInput("giay_khen", "household", "Hộ A", "Tốt.", "x" * 501), {"nominee_detail"}),
]


def test_a_wrong_nomination_names_its_wrong_fields(world: World) -> None:
    dossier_id = world.open_dossier(awards=(), with_papers=False)
    for given, fields in WRONG_NOMINATIONS:
        with pytest.raises(Invalid) as failure, world.database.write() as work:
            dossiers.add_nomination(work, world.actor("clerk"), dossier_id, given)
        assert set(failure.value.fields) == fields


def test_a_nomination_is_added_changed_and_removed_with_a_trace(world: World) -> None:
    dossier_id = world.open_dossier(awards=(), with_papers=False)
    clerk = world.actor("clerk")
    with world.database.write() as work:
        added = dossiers.add_nomination(
            work, clerk, dossier_id, NominationInput("giay_khen", "household", "Hộ  ông\u200b Ba", "Tốt.")
        )
    with world.database.write() as work:
        given = NominationInput("bang_khen_tinh", "individual", "Ông Ba", "Rất tốt.")
        dossiers.change_nomination(work, clerk, dossier_id, added.id, given)
    with world.database.write() as work:
        dossiers.remove_nomination(work, clerk, dossier_id, added.id)
    steps = {step.kind: step.params for step in history(world, dossier_id)}
    assert steps["nomination_added"]["nominee"] == "Hộ ông Ba"
    assert steps["nomination_changed"]["after"]["award"] == "bang_khen_tinh"
    assert steps["nomination_removed"]["nominee"] == "Ông Ba"
    with pytest.raises(NotFound), world.database.write() as work:
        dossiers.remove_nomination(work, clerk, dossier_id, added.id)
    assert broken(world) == []


def test_the_papers_still_missing_are_named_in_the_readers_language(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    missing = [line.item for line in page(world, dossier_id).checklist if line.missing]
    with pytest.raises(Invalid) as failure:
        world.submit(dossier_id)
    for told in (failure.value.message, failure.value.fields["attachments"]):
        assert "; ".join(item.name_en for item in missing) in translate(told, "en")
        assert "; ".join(item.name_vi for item in missing) in translate(told, "vi")


def test_the_checklist_asks_for_the_sets_of_the_highest_award(world: World) -> None:
    dossier_id = world.open_dossier(awards=("giay_khen", "huan_chuong_lao_dong"), with_papers=False)
    lines = {line.item.key: line for line in page(world, dossier_id).checklist}
    assert lines["request_letter"].sets == 4
    assert (lines["electronic_file"].missing, lines["electronic_file"].sets) == (True, None)
    plain = world.open_dossier(with_papers=False)
    lines = {line.item.key: line for line in page(world, plain).checklist}
    assert (lines["request_letter"].sets, "electronic_file" in lines) == (1, False)


def test_rounds_are_offered_by_the_next_deadline_and_passed_ones_last_newest_first(world: World) -> None:
    def offered() -> list[tuple[datetime | None, bool]]:
        with world.database.read() as work:
            found = [
                dossiers.submit_before(work, round_, unit)
                for round_, unit in dossiers.openable_rounds(work, world.actor("clerk"))
            ]
            return [(due_at, due_at is not None and due_at <= work.now) for due_at in found]

    for day in ("2021-01-10 09:00", "2024-11-20 09:00", "2026-11-20 09:00"):
        world.on(day)
        told = offered()
        coming = [due_at for due_at, passed in told if due_at and not passed]
        undated = [due_at for due_at, _ in told if due_at is None]
        gone = [due_at for due_at, passed in told if due_at and passed]
        assert [due_at for due_at, _ in told] == [*sorted(coming), *undated, *sorted(gone, reverse=True)]
        assert told


def test_only_a_proposer_opens_a_dossier_and_only_for_the_own_unit(world: World) -> None:
    with world.database.read() as work:
        clerk, neighbour = world.actor("clerk"), world.actor("neighbour")
        round_, unit = dossiers.openable_rounds(work, clerk)[0]
        for who in ("clerk_head", "labour", "admin"):
            assert dossiers.openable_rounds(work, world.actor(who)) == []
    for actor, title, error in ((neighbour, "Hồ sơ", NotAllowed), (clerk, "  ", Invalid)):
        with pytest.raises(error), world.database.write() as work:
            dossiers.create(work, actor, round_id=round_.id, unit_id=unit.id, title=title)


def test_codes_count_on_within_a_round(world: World) -> None:
    codes = [
        page(world, world.open_dossier(round_key=key, awards=(), with_papers=False)).dossier.code
        for key in ("annual-2024", "final-2025", "annual-2024")
    ]
    assert [code.partition("-")[2] for code in codes] == ["HN2024-0001", "TK2025-0001", "HN2024-0002"]
