"""Several people and workers at once, in threads, on both databases: one wins, the others are told."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from service.domain.comments import Scope
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, NotAllowed, TrinhError
from service.domain.tasks import Act
from service.operations.dossier import comments, dossiers
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Place, Terms
from service.operations.setup import localities
from service.operations.staff import people
from service.operations.watch import ticks
from service.operations.work import acts, papers, tasks
from service.operations.work.completions import Filled
from service.store import localities as locality_rows
from service.store.tables import DeadlineChange, Decision, OutgoingMail, Submission, UserTask
from service.store.work import Work
from tests.builders import LOCALITY, PASSWORD, World, local
from tests.integration.operations import readings
from tests.integration.operations.configurations import on, with_rule
from tests.integration.operations.readings import broken, history, page, rows

Deed = Callable[[Work], object]
ANNUAL = Place(LOCALITY, "annual-2024", "unit_submission")
DATED = Terms(date(2024, 12, 4), Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")
LATER = Terms(date(2024, 12, 12), Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")


def at_once(world: World, deeds: Sequence[Deed]) -> list[object]:
    """What each deed answers, or the error it meets, when all begin at once in Works of their own."""
    start = Barrier(len(deeds))

    def do(deed: Deed) -> object:
        start.wait(timeout=30)
        try:
            with world.database.write() as work:
                return deed(work)
        except TrinhError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def accepting(world: World, task: UserTask, who: str) -> Deed:
    """Accepting a selection."""
    actor = world.actor(who)

    def accept(work: Work) -> object:
        shown = acts.judged_at(Act(task.act), tasks.show(work, actor, task.id).dossier.nominations)
        verdicts = {one.id: Judgement(Verdict.SELECT) for one in shown}
        return tasks.complete(work, actor, task.id, Filled({"outcome": "accept"}, verdicts))

    return accept


def forwarding(world: World, who: str, task_ids: list[int]) -> Deed:
    """Sending dossiers with a letter, always of the same number."""
    filled = Filled({"number": "40/TTr", "signed_on": world.today(), "note": "Kính trình."})
    actor = world.actor(who)
    return lambda work: papers.forward(work, actor, task_ids, filled)


def lost(answers: Sequence[object], *kinds: type[Exception]) -> int:
    """How many met one of these errors."""
    return sum(isinstance(answer, kinds) for answer in answers)


def test_of_two_completions_at_once_exactly_one_holds(world: World) -> None:
    for _ in range(3):
        dossier_id = world.carry_to("select")
        task = world.task(dossier_id)
        world.claim("labour", task.id)
        answers = at_once(world, [accepting(world, task, "labour")] * 4)
        assert lost(answers, Conflict) == 3
        assert world.open_elements(dossier_id) == {"forward_to_interior"}
        assert [step.element_id for step in history(world, dossier_id, "completed")] == ["prepare", "select"]
    assert broken(world) == []


def test_of_two_claims_at_once_exactly_one_holds(world: World) -> None:
    task = world.task(world.carry_to("select"))
    actors = [world.actor("labour"), world.actor("labour2")] * 2
    answers = at_once(world, [lambda work, who=who: tasks.claim(work, who, task.id) for who in actors])
    assert lost(answers, Conflict) == 2
    assert len(history(world, task.dossier_id, "claimed")) == 1
    assert broken(world) == []


def test_a_withdrawal_against_a_selection_ends_in_one_of_the_two(world: World) -> None:
    clerk = world.actor("clerk")
    for _ in range(3):
        dossier_id = world.carry_to("select")
        task = world.task(dossier_id)
        world.claim("labour", task.id)
        answers = at_once(
            world,
            [
                accepting(world, task, "labour"),
                lambda work, one=dossier_id: dossiers.withdraw(work, clerk, one, "Rút lại."),
            ],
        )
        assert lost(answers, Conflict) == 1
        assert readings.status(world, dossier_id) in {"withdrawn", "running"}
    assert broken(world) == []


def test_an_escalation_against_a_completion_leaves_a_sound_dossier(world: World) -> None:
    dossier_id = world.carry_to("select")
    task = world.task(dossier_id)
    world.claim("labour", task.id)
    world.on("2024-12-06 08:00")
    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(ticks.tick, world.database)
        at_once(world, [accepting(world, task, "labour")])
        ticking.result()
    ticks.tick(world.database)
    assert "forward_to_interior" in world.open_elements(dossier_id)
    assert broken(world) == []


def test_dossiers_opened_at_once_get_different_codes(world: World) -> None:
    clerk = world.actor("clerk")
    with world.database.read() as work:
        round_, unit = dossiers.openable_rounds(work, clerk)[0]

    def create(work: Work) -> object:
        return dossiers.create(work, clerk, round_id=round_.id, unit_id=unit.id, title="Hồ sơ").code

    codes = at_once(world, [create] * 8)
    assert len(set(codes)) == 8
    assert lost(codes, TrinhError) == 0
    assert sorted(str(code)[-1] for code in codes) == [str(number) for number in range(1, 9)]
    assert broken(world) == []


def test_what_two_clicks_send_at_once_is_made_once(world: World) -> None:
    clerk = world.actor("clerk")
    with world.database.read() as work:
        round_, unit = dossiers.openable_rounds(work, clerk)[0]

    def opening(work: Work) -> object:
        return dossiers.open_once(work, clerk, round_id=round_.id, unit_id=unit.id, title="Hồ sơ").id

    (dossier_id,) = set(at_once(world, [opening] * 4))
    assert isinstance(dossier_id, int)

    def writing(work: Work) -> object:
        return comments.write(work, clerk, dossier_id, "Nhờ @clerk_head xem", Scope.DOSSIER).id

    assert len(set(at_once(world, [writing] * 4))) == 1
    assert broken(world) == []


def test_the_same_letter_sent_twice_at_once_is_sent_once(world: World) -> None:
    chosen = [world.task(world.carry_to("forward_to_interior")).id for _ in range(2)]
    answers = at_once(
        world,
        [
            forwarding(world, "labour", chosen),
            forwarding(world, "labour2", chosen[::-1]),
        ],
    )
    assert lost(answers, Conflict, NotAllowed) == 1
    assert len(rows(world, Submission)) == 1
    assert broken(world) == []


def test_one_letter_number_for_different_dossiers_at_once_goes_out_once(world: World) -> None:
    first, second = (world.task(world.carry_to("forward_to_interior")).id for _ in range(2))
    answers = at_once(
        world,
        [
            forwarding(world, "labour", [first]),
            forwarding(world, "labour2", [second]),
        ],
    )
    assert lost(answers, Conflict) == 1
    assert len(rows(world, Submission)) == 1
    assert rows(world, Decision) == []
    assert broken(world) == []


def test_workers_that_tick_at_once_fire_nothing_twice(world: World) -> None:
    preparing = [world.open_dossier(with_papers=False) for _ in range(6)]
    selecting = [world.carry_to("select") for _ in range(3)]
    world.on("2024-12-06 08:00")
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: ticks.tick(world.database), range(3)))
    # A unit that is five days late: its intake office and its head, who has a working day of their own
    # before the Chairman's office is asked.
    assert sum(one.timers for one in done) == 2 * len(preparing) + len(selecting)
    assert sum(one.failed for one in done) == 0
    # Of the rungs before the last day only the latest is sent after a pause.
    expected = 3 * len(preparing) + 2 * len(selecting)
    assert sum(one.reminders for one in done) == expected
    per_rule = Counter((row.task_id, row.rule_key, row.recipient_id) for row in rows(world, OutgoingMail))
    assert {number for key, number in per_rule.items() if key[1] is not None} == {1}
    for dossier_id in selecting:
        elements = [task.element_id for task in page(world, dossier_id).tasks]
        assert elements == ["prepare", "select", "labour_overdue"]
    assert broken(world) == []


def test_guesses_made_at_once_are_all_counted(world: World) -> None:
    def guess(work: Work) -> object:
        return people.sign_in(work, "clerk", "wrong-password", lasts=people.LOCKED_FOR)

    assert at_once(world, [guess] * 6) == [None] * 6
    with world.database.write() as work:
        assert people.sign_in(work, "clerk", PASSWORD, lasts=people.LOCKED_FOR) is None


def test_a_dossier_opened_while_its_round_is_dated_anew_has_the_new_date(world: World) -> None:
    admin, clerk = world.actor("admin"), world.actor("clerk")
    known = [world.open_dossier(with_papers=False) for _ in range(3)]
    with world.database.read() as work:
        round_, unit = next(
            one for one in dossiers.openable_rounds(work, clerk) if one[0].key == ANNUAL.round
        )

    def dating(work: Work) -> object:
        return deadlines.change(work, admin, ANNUAL, DATED, reason="Bão số 9")

    def opening(work: Work) -> object:
        return dossiers.create(work, clerk, round_id=round_.id, unit_id=unit.id, title="Hồ sơ").id

    changed, *opened = at_once(world, [dating, opening, opening, opening])
    assert isinstance(changed, deadlines.Changed)
    ids = [one for one in opened if isinstance(one, int)]
    assert len(ids) == len(opened)
    assert {world.task(one).due_at for one in (*known, *ids)} == {local("2024-12-04 00:00")}
    assert broken(world) == []


def test_a_dossier_opened_while_a_configuration_is_loaded_has_the_new_date(world: World) -> None:
    clerk = world.actor("clerk")
    with world.database.read() as work:
        round_, unit = next(
            one for one in dossiers.openable_rounds(work, clerk) if one[0].key == ANNUAL.round
        )
    later = with_rule(ANNUAL.round, "unit_submission", on(DATED.day or date.max))

    def loading(work: Work) -> object:
        return localities.load(work, later, reason="Công văn 12/UBND")

    def opening(work: Work) -> object:
        return dossiers.create(work, clerk, round_id=round_.id, unit_id=unit.id, title="Hồ sơ").id

    loaded, *opened = at_once(world, [loading, opening, opening, opening])
    assert isinstance(loaded, localities.Loaded)
    ids = [one for one in opened if isinstance(one, int)]
    assert len(ids) == len(opened)
    assert {world.task(one).due_at for one in ids} == {local("2024-12-04 00:00")}
    assert broken(world) == []


def test_a_configuration_loaded_beside_an_amendment_makes_an_edition_of_its_own(world: World) -> None:
    admin = world.actor("admin")
    with world.database.read() as work:
        before = locality_rows.get(work, ANNUAL.locality).edition
    final = with_rule("annual-2023", "unit_submission", on(date(2023, 12, 4)))

    def loading(work: Work) -> object:
        return localities.load(work, final, reason="Công văn 12/UBND")

    def dating(work: Work) -> object:
        return deadlines.change(work, admin, ANNUAL, DATED, reason="Bão số 9")

    answers = at_once(world, [loading, dating])
    assert lost(answers, TrinhError) == 0
    with world.database.read() as work:
        assert locality_rows.get(work, ANNUAL.locality).edition == before + 2


def test_of_two_who_confirm_the_same_preview_one_is_told_to_look_again(world: World) -> None:
    admin = world.actor("admin")
    with world.database.read() as work:
        seen = locality_rows.get(work, ANNUAL.locality).edition

    def dating(work: Work) -> object:
        return deadlines.change(work, admin, ANNUAL, DATED, reason="Bão số 9", seen=seen)

    answers = at_once(world, [dating, dating, dating])
    assert lost(answers, Conflict) == 2
    assert len(rows(world, DeadlineChange)) == 1


def test_a_dossier_submitted_while_its_round_is_dated_anew_stands_under_the_new_dates(world: World) -> None:
    admin, clerk = world.actor("admin"), world.actor("clerk")
    ours = [world.open_dossier() for _ in range(3)]
    tasks_ = [world.task(one).id for one in ours]
    for task_id in tasks_:
        world.claim("clerk", task_id)
    letter = Filled({"letter_number": "15/TTr", "letter_date": world.today()})
    labour = Place(ANNUAL.locality, ANNUAL.round, "labour_review")

    def dating(work: Work) -> object:
        return deadlines.change(work, admin, labour, LATER, reason="Bão số 9")

    def submitting(task_id: int) -> Deed:
        return lambda work: tasks.complete(work, clerk, task_id, letter)

    answers = at_once(world, [dating, *(submitting(task_id) for task_id in tasks_)])
    assert lost(answers, TrinhError) == 0
    assert {world.task(one, "select").due_at for one in ours} == {local("2024-12-12 00:00")}
    assert broken(world) == []
