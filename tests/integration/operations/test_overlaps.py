"""Two rounds that run side by side: the same achievement is warned of, answered, and awarded once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from service.domain.dossiers import Judgement, NominationStatus, Verdict
from service.domain.errors import Conflict, Invalid, NotFound
from service.domain.overlaps import OverlapAnswer, OverlapVerdict
from service.operations.dossier import dossiers
from service.operations.dossier.dossiers import NominationInput
from service.operations.watch import verification
from service.operations.work import acts, overlaps, papers, tasks
from service.operations.work.completions import Filled
from service.operations.work.overlaps import Overlap
from service.store import dossiers as dossier_rows
from service.store import localities as locality_rows
from service.store import migrations
from service.store import overlaps as overlap_rows
from service.store.tables import DeadlineExtension, Nomination
from tests.builders import LOCALITY, World, local

ANNUAL, MID_TERM = "annual-2023", "mid_term-2023"
DIFFERENT = OverlapAnswer(OverlapVerdict.DIFFERENT, "Một bên là làm nhà, một bên là vay vốn.")
SAME = OverlapAnswer(OverlapVerdict.SAME, "Cùng một thành tích, xét ở đợt hằng năm.")


@pytest.fixture(autouse=True)
def december_2023(world: World) -> None:
    """Both rounds of Vạn Ninh run in these days."""
    world.on("2023-11-20 09:00")


def submitted(world: World, round_key: str, who: str = "clerk", **opening: object) -> int:
    dossier_id = world.open_dossier(who, round_key=round_key, **opening)  # type: ignore[arg-type]
    world.submit(dossier_id, who)
    return dossier_id


def accept(
    world: World,
    dossier_id: int,
    answers: Mapping[str, OverlapAnswer] | None = None,
    *,
    who: str = "labour",
    element: str = "select",
    drop: str | None = None,
    **values: object,
) -> None:
    """Completes a reviewing step with every nomination kept (or all dropped, with a reason)."""
    task_id = world.task(dossier_id, element).id
    actor = world.actor(who)
    judgement = Judgement(Verdict.DROP, drop) if drop else Judgement(Verdict.SELECT)
    with world.database.write() as work:
        task = tasks.claim(work, actor, task_id)
        shown = acts.judged_at(acts.Act(task.act), task.dossier.nominations)
        judgements = {nomination.id: judgement for nomination in shown}
        filled = Filled({"outcome": "accept", **values}, judgements, None, answers or {})
        tasks.complete(work, actor, task_id, filled)


def seen(world: World, dossier_id: int, who: str = "labour") -> list[Overlap]:
    with world.database.read() as work:
        return overlaps.seen_by(work, world.actor(who), dossier_rows.get(work, dossier_id).nominations)


def only(world: World, dossier_id: int) -> Overlap:
    (one,) = seen(world, dossier_id)
    return one


def status(world: World, dossier_id: int) -> list[str]:
    with world.database.read() as work:
        return [one.status for one in dossier_rows.nominations(work, [dossier_id])]


def kinds(world: World, dossier_id: int) -> list[str]:
    with world.database.read() as work:
        return [step.kind for step in dossier_rows.history(work, dossier_id)]


def test_what_matches_in_a_round_beside_must_be_answered_before_it_goes_on(world: World) -> None:
    annual, mid_term = submitted(world, ANNUAL), submitted(world, MID_TERM)
    for own, other in ((annual, mid_term), (mid_term, annual)):
        overlap = only(world, own)
        assert overlap.unanswered
        assert overlap.other.dossier_id == other
        with pytest.raises(Invalid, match="the achievements differ") as refused:
            accept(world, own)
        assert list(refused.value.fields) == [f"overlap-{overlap.key}"]
        assert world.open_elements(own) == {"select"}


def test_different_achievements_let_both_go_on_and_both_histories_say_why(world: World) -> None:
    annual, mid_term = submitted(world, ANNUAL), submitted(world, MID_TERM)
    accept(world, annual, {only(world, annual).key: DIFFERENT})
    answered = only(world, mid_term)
    assert not answered.unanswered
    assert answered.answer is not None
    assert answered.answer.reason == DIFFERENT.reason
    accept(world, mid_term)
    assert status(world, annual) == status(world, mid_term) == [NominationStatus.SELECTED]
    with world.database.read() as work:
        for dossier_id in (annual, mid_term):
            step = next(
                step for step in dossier_rows.history(work, dossier_id) if step.kind == overlaps.ANSWERED
            )
            assert step.reason == DIFFERENT.reason
            assert step.outcome == OverlapVerdict.DIFFERENT
            assert "Điều 5 khoản 2 điểm c" in (step.clause or "")
        assert verification.verify(work).sound


def test_the_same_achievement_is_dropped_here_and_the_other_goes_on_unasked(world: World) -> None:
    annual = submitted(world, ANNUAL)
    mid_term = submitted(world, MID_TERM, awards=("giay_khen", "bang_khen_tinh"))
    accept(world, mid_term, {only(world, mid_term).key: SAME})
    assert status(world, mid_term) == [NominationStatus.DROPPED, NominationStatus.SELECTED]
    accept(world, annual)
    assert status(world, annual) == [NominationStatus.SELECTED]
    assert overlaps.ANSWERED in kinds(world, annual)
    shown = only(world, annual)
    assert not shown.unanswered
    assert shown.other.status == NominationStatus.DROPPED


def test_a_dossier_refused_as_the_same_keeps_the_answer(world: World) -> None:
    annual, mid_term = submitted(world, ANNUAL), submitted(world, MID_TERM)
    accept(world, mid_term, {only(world, mid_term).key: SAME}, outcome="refuse", reason="Đã xét ở đợt kia.")
    assert overlaps.ANSWERED in kinds(world, annual)
    accept(world, annual)


def test_a_dropped_or_returned_nomination_needs_no_answer(world: World) -> None:
    submitted(world, ANNUAL)
    mid_term = submitted(world, MID_TERM)
    accept(world, mid_term, outcome="return_unit", reason="Thiếu xác nhận.")
    assert world.open_elements(mid_term) == {"prepare"}


def test_later_reviewers_are_asked_about_what_came_after_the_first(world: World) -> None:
    annual = world.carry_to("appraise", round_key=ANNUAL)
    submitted(world, MID_TERM)
    with pytest.raises(Invalid):
        accept(world, annual, who="interior", element="appraise")
    accept(world, annual, {only(world, annual).key: DIFFERENT}, who="interior", element="appraise")
    world.forward_to_chairman(annual)
    world.decide(annual)
    assert status(world, annual) == [NominationStatus.AWARDED]


def test_one_decision_over_many_dossiers_is_asked_too(world: World) -> None:
    first = world.carry_to("decide", round_key=ANNUAL)
    second = world.carry_to("decide", round_key=ANNUAL, title="Hồ sơ khác")
    submitted(world, MID_TERM)
    chosen = [world.task(one, "decide").id for one in (first, second)]
    actor = world.actor("chairman")
    values = {"outcome": "approve", "decision_number": "7/QĐ", "signed_on": world.today()}

    def decide(answers: Mapping[str, OverlapAnswer]) -> None:
        with world.database.write() as work:
            carried = dossier_rows.nominations(work, [first, second])
            kept = {one.id: Judgement(Verdict.SELECT) for one in carried}
            papers.decide(work, actor, chosen, Filled(values, kept, None, answers))

    keys = [only(world, one).key for one in (first, second)]
    with pytest.raises(Invalid) as refused:
        decide({})
    assert sorted(refused.value.fields) == sorted(f"overlap-{key}" for key in keys)
    decide({keys[0]: DIFFERENT, keys[1]: DIFFERENT})
    assert status(world, first) == status(world, second) == [NominationStatus.AWARDED]


@pytest.mark.parametrize(
    ("key", "answer", "error"),
    [
        ("", OverlapAnswer(OverlapVerdict.DIFFERENT, "  "), Invalid),
        ("", OverlapAnswer(OverlapVerdict.DIFFERENT, "x" * 1001), Invalid),
        ("999999-1", DIFFERENT, Conflict),
        ("nonsense", DIFFERENT, Conflict),
    ],
)
def test_an_answer_needs_a_reason_and_a_pair_that_stands(
    world: World, key: str, answer: OverlapAnswer, error: type[Exception]
) -> None:
    submitted(world, ANNUAL)
    mid_term = submitted(world, MID_TERM)
    with pytest.raises(error):
        accept(world, mid_term, {key or only(world, mid_term).key: answer})
    assert overlaps.ANSWERED not in kinds(world, mid_term)


def test_answering_again_keeps_both_answers_and_the_newest_holds(world: World) -> None:
    annual, mid_term = submitted(world, ANNUAL), submitted(world, MID_TERM)
    accept(world, annual, {only(world, annual).key: DIFFERENT})
    pair = only(world, mid_term)
    accept(world, mid_term, {pair.key: SAME}, outcome="refuse", reason="Trùng.")
    with world.database.read() as work:
        kept = overlap_rows.answers(work, [pair.nomination.id])
        assert [one.verdict for one in kept] == [OverlapVerdict.DIFFERENT, OverlapVerdict.SAME]
        assert all(one.nomination_id < one.other_id for one in kept)


def test_rounds_that_do_not_run_at_the_same_time_warn_of_nothing(world: World) -> None:
    annual = submitted(world, ANNUAL)
    world.on("2024-11-20 09:00")
    later = submitted(world, "annual-2024")
    assert seen(world, annual) == seen(world, later) == []
    accept(world, later)


def test_a_round_that_awaits_guidance_has_no_end_yet(world: World) -> None:
    world.on("2025-11-20 09:00")
    annual, final = submitted(world, "annual-2025"), submitted(world, "final-2025")
    assert only(world, annual).other.dossier_id == final


def test_what_a_unit_still_prepares_is_not_told_to_others(world: World) -> None:
    annual = submitted(world, ANNUAL)
    world.open_dossier("neighbour", round_key=MID_TERM)
    assert seen(world, annual) == []
    accept(world, annual)


def test_a_unit_does_not_learn_of_another_units_dossier(world: World) -> None:
    annual = submitted(world, ANNUAL)
    submitted(world, MID_TERM, "neighbour")
    assert seen(world, annual, "clerk") == []
    assert len(seen(world, annual, "labour")) == 1


def test_other_words_for_the_achievement_are_a_hint_that_stops_nobody(world: World) -> None:
    annual = submitted(world, ANNUAL)
    mid_term = world.open_dossier(round_key=MID_TERM)
    clerk = world.actor("clerk")
    with world.database.write() as work:
        (nomination,) = dossier_rows.nominations(work, [mid_term])
        given = NominationInput(
            "giay_khen", "household", "HỘ ÔNG  nguyen van 1", "Giúp ba hộ lân cận cùng thoát nghèo."
        )
        dossiers.change_nomination(work, clerk, mid_term, nomination.id, given)
    world.submit(mid_term)
    hint = only(world, mid_term)
    assert not hint.equal
    assert not hint.unanswered
    accept(world, annual)
    accept(world, mid_term, {hint.key: DIFFERENT})
    assert overlaps.ANSWERED in kinds(world, annual)


def test_an_unknown_dossier_stays_unknown(world: World) -> None:
    with world.database.write() as work, pytest.raises(NotFound):
        tasks.complete(work, world.actor("labour"), 999999, Filled({}, answers={"1-2": SAME}))


def test_keys_that_do_not_fit_their_nominations_are_found(world: World) -> None:
    submitted(world, ANNUAL)
    with world.database.write() as work:
        nomination = work.session.query(Nomination).first()
        assert nomination is not None
        nomination.match_key = "another"
    with world.database.read() as work:
        report = verification.verify(work)
        assert [one.invariant for one in report.broken] == ["a match key tells its nomination"]


def test_the_migration_gives_nominations_that_stand_their_keys(world: World) -> None:
    annual = submitted(world, ANNUAL)
    submitted(world, MID_TERM)
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE nominations SET match_key = ''")
        revision = ScriptDirectory.from_config(migrations.configuration()).get_revision("0002")
        with Operations.context(MigrationContext.configure(connection)):
            revision.module._match_nominations()
    assert only(world, annual).unanswered
    with world.database.read() as work:
        assert verification.verify(work).sound


def test_an_answer_that_one_history_does_not_tell_is_found(world: World) -> None:
    annual, mid_term = submitted(world, ANNUAL), submitted(world, MID_TERM)
    accept(world, annual, {only(world, annual).key: DIFFERENT})
    with world.database.write() as work:
        (answer,) = overlap_rows.answers(work, [only(world, mid_term).nomination.id])
        answer.reason = "Sửa về sau."
    with world.database.read() as work:
        report = verification.verify(work)
        assert {one.invariant for one in report.broken} == {"both histories tell an answer about an overlap"}
        assert len(report.broken) == 2


@pytest.mark.parametrize("verdicts", [(SAME, SAME), (DIFFERENT, DIFFERENT), (None, None)])
def test_two_reviewers_at_the_same_moment_never_pass_both_unwarned_nor_drop_both(
    world: World, verdicts: tuple[OverlapAnswer | None, OverlapAnswer | None]
) -> None:
    """Both complete matching dossiers at once, each believing to be alone."""
    pairs = [submitted(world, ANNUAL, awards=("giay_khen", "bang_khen_tinh"))]
    pairs += [submitted(world, MID_TERM, "neighbour", awards=("giay_khen", "huan_chuong_lao_dong"))]
    keys = [only(world, one).key for one in pairs]
    chosen = [world.task(one, "select").id for one in pairs]
    people = [world.actor("labour"), world.actor("labour2")]
    for who, task_id in zip(("labour", "labour2"), chosen, strict=True):
        world.claim(who, task_id)
    ready = Barrier(2)

    def complete(number: int) -> str:
        answer = verdicts[number]
        with world.database.read() as work:
            carried = dossier_rows.nominations(work, [pairs[number]])
            kept = {one.id: Judgement(Verdict.SELECT) for one in carried}
        ready.wait(timeout=30)
        filled = Filled({"outcome": "accept"}, kept, None, {keys[number]: answer} if answer else {})
        try:
            with world.database.write() as work:
                tasks.complete(work, people[number], chosen[number], filled)
        except (Conflict, Invalid) as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(complete, range(2)))
    standing = [status(world, one)[0] != NominationStatus.DROPPED for one in pairs]
    match verdicts[0]:
        case None:
            assert outcomes == ["Invalid", "Invalid"]
        case answer if answer.verdict is OverlapVerdict.SAME:
            # The second one is told that the other is gone already.
            assert sorted(outcomes) == ["Conflict", "done"]
            assert sorted(standing) == [False, True]
        case _:
            assert outcomes == ["done", "done"]
            assert standing == [True, True]
    with world.database.read() as work:
        assert verification.verify(work).sound


def test_an_extension_keeps_its_round_running(world: World) -> None:
    annual, mid_term = submitted(world, ANNUAL), submitted(world, MID_TERM)
    with world.database.write() as work:
        locality_rows.round_of(work, LOCALITY, MID_TERM).opens_on = date(2023, 12, 12)
    assert seen(world, annual) == seen(world, mid_term) == []
    with world.database.write() as work:
        round_ = locality_rows.round_of(work, LOCALITY, ANNUAL)
        work.session.add(
            DeadlineExtension(
                deadline_id=next(row for row in round_.deadlines if row.key == "interior_appraisal").id,
                unit_id=dossier_rows.get(work, annual).unit_id,
                day=date(2023, 12, 20),
                last_day=date(2023, 12, 19),
                due_at=local("2023-12-20 00:00"),
                reason="Bão lũ.",
                granted_by_name="Quản trị",
                granted_at=work.now,
            )
        )
    assert only(world, annual).unanswered
    assert only(world, mid_term).unanswered
