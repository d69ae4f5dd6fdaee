"""People who work together: reassigning, delegating, standing in, asking for opinions, voting."""

from datetime import date

import pytest

from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, Invalid, NotAllowed
from service.operations import incidents
from service.operations.staff import seats, substitutions
from service.operations.staff.substitutions import Away
from service.operations.watch import ticks, verification
from service.operations.work import assignments, delegations, opinions, tasks, votes
from service.operations.work.completions import Filled
from service.operations.work.opinions import Question
from service.store import dossiers, localities
from service.store import opinions as opinion_rows
from service.store.tables import HistoryStep, OutgoingMail
from tests.builders import LOCALITY, World
from tests.integration.operations.readings import history, rows

ACCEPT = {"outcome": "accept"}


def person(world: World, who: str) -> int:
    return world.actor(who).person_id


def mails_of(world: World, dossier_id: int) -> list[OutgoingMail]:
    return [mail for mail in rows(world, OutgoingMail) if mail.dossier_id == dossier_id]


def do(world: World, verb: object, who: str, *given: object) -> object:
    """Runs an operation as somebody in a Work of its own."""
    with world.database.write() as work:
        return verb(work, world.actor(who), *given)  # type: ignore[operator]


def away(world: World, who: str, substitute: str, first: str, last: str, by: str = "") -> int:
    """Enters an absence for all of somebody's roles; gives its id."""
    with world.database.write() as work:
        entry = Away(
            person(world, who),
            person(world, substitute),
            date.fromisoformat(first),
            date.fromisoformat(last),
            "Nghỉ phép",
        )
        return substitutions.enter(work, world.actor(by or who), LOCALITY, entry).id


def sound(world: World) -> None:
    with world.database.read() as work:
        assert verification.verify(work).broken == ()


def office(world: World, key: str) -> int:
    with world.database.read() as work:
        return next(one.id for one in localities.organisations(work, LOCALITY) if one.key == key)


def seat_council(world: World, *who: str) -> None:
    with world.database.write() as work:
        group = next(one for one in localities.groups(work, LOCALITY) if one.role == "council_member")
        for name in who:
            seats.seat(
                work,
                world.actor("admin"),
                person_id=person(world, name),
                group_id=group.id,
                first=None,
                last=None,
                reason="Quyết định thành lập Hội đồng",
            )


def test_the_head_gives_a_task_to_another_member_and_both_hear_why(world: World) -> None:
    dossier_id = world.carry_to("select")
    task = world.task(dossier_id)
    world.claim("labour", task.id)
    other = person(world, "labour2")
    for who, error in (("labour2", NotAllowed), ("interior_head", NotAllowed)):
        with pytest.raises(error, match="head of"):
            do(world, assignments.assign, who, task.id, other, "Bận")
    for given, field in ((("interior", "Bận"), "person"), (("labour2", " "), "reason")):
        with pytest.raises(Invalid) as caught:
            do(world, assignments.assign, "labour_head", task.id, person(world, given[0]), given[1])
        assert list(caught.value.fields) == [field]
    do(world, assignments.assign, "labour_head", task.id, other, "Chị Thu đi công tác")
    assert world.task(dossier_id).assignee_id == other
    step = history(world, dossier_id, "reassigned")[-1]
    assert (step.reason, step.params["to"], step.params["from"]) == (
        "Chị Thu đi công tác",
        "Labour2",
        "Labour",
    )
    told = {
        mail.template: mail.recipient_id
        for mail in mails_of(world, dossier_id)
        if mail.position == step.position
    }
    assert told == {"assigned": other, "reassigned": person(world, "labour")}
    with pytest.raises(Conflict, match="Labour2 already holds"):
        do(world, assignments.assign, "labour_head", task.id, other, "Bận")
    sound(world)


def test_a_colleague_works_on_a_task_and_gives_it_back_to_its_owner(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    world.claim("labour", task_id)
    with pytest.raises(Invalid, match="Check"):
        do(world, delegations.delegate, "labour", task_id, person(world, "interior"), "Xem giúp")
    do(world, delegations.delegate, "labour", task_id, person(world, "labour_head"), "Xem giúp biên bản")
    task = world.task(dossier_id)
    assert (task.assignee_id, task.owner_id) == (person(world, "labour_head"), person(world, "labour"))
    for verb in (tasks.complete, tasks.release):
        given = (Filled(ACCEPT),) if verb is tasks.complete else ()
        with pytest.raises(Conflict, match="Labour answers for this task"):
            do(world, verb, "labour_head", task_id, *given)
    with pytest.raises(Conflict, match="Labour"):
        do(world, tasks.claim, "labour2", task_id)
    do(world, delegations.resolve, "labour_head", task_id, "Biên bản đủ chữ ký")
    assert world.task(dossier_id).assignee_id == person(world, "labour")
    with pytest.raises(Conflict, match="Nobody has been asked"):
        do(world, delegations.resolve, "labour", task_id, "x")
    do(world, delegations.delegate, "labour", task_id, person(world, "labour2"), "Xem lại")
    with pytest.raises(NotAllowed, match="Labour answers for this task"):
        do(world, delegations.take_back, "labour2", task_id, "x")
    do(world, delegations.take_back, "labour", task_id, "Tự làm")
    world.select(dossier_id)
    kinds = [step.kind for step in history(world, dossier_id) if step.task_id == task_id]
    assert kinds == ["claimed", "delegated", "resolved", "delegated", "taken_back", "completed"]
    sound(world)


def test_a_substitute_acts_for_who_is_away_and_everything_says_so(world: World) -> None:
    held, fresh = world.carry_to("forward_to_chairman"), world.carry_to("appraise")
    task = world.task(held)
    world.claim("interior", task.id)
    away(world, "interior", "interior_head", "2024-11-21", "2024-11-22")
    assert world.actor("interior_head").absences == {}
    world.on("2024-11-21 08:00")
    head = world.actor("interior_head")
    assert set(head.absences) == {person(world, "interior")}
    assert head.holds(person(world, "interior"), task.group_id)
    do(world, tasks.claim, "interior_head", world.task(fresh).id)
    assert world.task(fresh).assignee_id == person(world, "interior")
    world.forward_to_chairman(held, who="interior_head")
    completed = history(world, held, "completed")[-1]
    assert (completed.person_name, completed.for_name) == ("Interior Head", "Interior")
    with world.database.read() as work:
        letter = dossiers.submissions_of(work, held)[-1]
        assert letter.for_name == "Interior"
    world.on("2024-11-23 08:00")
    assert world.actor("interior_head").absences == {}
    with pytest.raises(NotAllowed):
        do(world, tasks.claim, "interior_head", world.task(fresh).id)
    world.appraise(fresh)
    sound(world)
    with world.database.write() as work:
        step = work.session.get(HistoryStep, completed.id)
        assert step is not None
        step.for_id = step.for_name = None
    with world.database.read() as work:
        assert "history is unchanged" in {one.invariant for one in verification.verify(work).broken}


def test_mails_reach_the_substitute_for_as_long_as_somebody_is_away(world: World) -> None:
    """Reminders are fired in sets by the database, letters queued one by one: both must ask the same."""
    held, given, later = (world.carry_to("select") for _ in range(3))
    world.claim("labour", world.task(held).id)
    away(world, "labour", "interior", "2024-11-27", "2024-12-01", by="admin")

    def told(template: str, dossier_id: int) -> list[str]:
        names = {person(world, who): who for who in ("labour", "labour2", "interior")}
        found = [mail for mail in mails_of(world, dossier_id) if mail.template == template]
        return sorted(names[mail.recipient_id] for mail in found)

    def give(dossier_id: int) -> None:
        whom, why = person(world, "labour"), "Cân đối công việc"
        do(world, assignments.assign, "labour_head", world.task(dossier_id).id, whom, why)

    world.on("2024-11-27 08:00")
    ticks.tick(world.database)
    assert told("reminder", held) == ["interior", "labour"]
    # What nobody holds is told to all who may take it: that is also whoever fills a seat of theirs.
    assert told("reminder", given) == ["interior", "labour", "labour2"]
    give(given)
    assert told("assigned", given) == ["interior", "labour"]
    world.on("2024-12-02 00:00")
    ticks.tick(world.database)
    assert told("reminder", held) == ["interior", "labour", "labour"], "it fell due while they were back"
    give(later)
    assert told("assigned", later) == ["labour"]
    sound(world)


def test_absences_that_contradict_each_other_are_refused(world: World) -> None:
    first = away(world, "labour", "labour2", "2024-11-25", "2024-11-29")
    refused = (
        ("labour", "labour", "2024-12-01", "2024-12-02", "substitute"),
        ("labour", "labour2", "2024-12-02", "2024-12-01", "last_day"),
        ("labour", "labour2", "2024-11-18", "2024-11-19", "last_day"),
        ("labour", "labour_head", "2024-11-29", "2024-12-03", "first_day"),
        ("labour2", "labour_head", "2024-11-28", "2024-12-03", "first_day"),
        ("labour_head", "labour", "2024-11-25", "2024-11-25", "substitute"),
        ("labour", "interior", "2024-12-02", "2024-12-03", "substitute"),
    )
    for who, substitute, start, end, field in refused:
        with pytest.raises(Invalid) as caught:
            away(world, who, substitute, start, end)
        assert list(caught.value.fields) == [field], (who, substitute, start)
    with pytest.raises(NotAllowed, match="absence is entered by"):
        away(world, "labour", "labour2", "2024-12-02", "2024-12-03", by="interior_head")
    away(world, "labour", "labour2", "2024-12-02", "2024-12-03", by="labour_head")
    away(world, "interior", "labour2", "2024-12-05", "2024-12-06", by="admin")
    do(world, substitutions.end, "labour2", first)
    with pytest.raises(Conflict, match="ended already"):
        do(world, substitutions.end, "labour", first)
    away(world, "labour", "labour_head", "2024-11-26", "2024-11-27")


def test_an_office_is_asked_and_answers_while_the_diagram_stays(world: World) -> None:
    dossier_id = world.carry_to("appraise")
    task_id = world.task(dossier_id).id
    world.claim("interior", task_id)
    labour = office(world, "labour_office")
    ask = Question(labour, "Hộ này đã thoát nghèo?", date(2024, 11, 22))
    with pytest.raises(NotAllowed):
        do(world, opinions.ask, "interior_head", task_id, ask)
    asked = do(world, opinions.ask, "interior", task_id, ask)
    number = asked.id  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match="asked already"):
        do(world, opinions.ask, "interior", task_id, ask)
    with world.database.read() as work:
        assert [one.id for one in opinions.list_waiting(work, world.actor("labour2"))] == [number]
        assert opinions.count_waiting(work, world.actor("interior")) == 0
    with pytest.raises(Invalid) as caught:
        do(world, tasks.complete, "interior", task_id, Filled(ACCEPT, {}))
    world.on("2024-11-23 09:00")
    ticks.tick(world.database)
    due = [mail for mail in mails_of(world, dossier_id) if mail.template == "opinion_due"]
    assert {mail.recipient_id for mail in due} == {person(world, "labour_head")}
    with pytest.raises(Invalid) as caught:
        do(world, opinions.answer, "labour2", number, "conditions", "")
    assert list(caught.value.fields) == ["said"]
    do(world, opinions.answer, "labour2", number, "conditions", "Bổ sung biên bản rà soát")
    with pytest.raises(Conflict, match="Labour2 has already answered"):
        do(world, opinions.answer, "labour", number, "agree")
    told = [mail for mail in mails_of(world, dossier_id) if mail.template == "opinion_given"]
    assert [mail.recipient_id for mail in told] == [person(world, "interior")]
    step = history(world, dossier_id, "opinion_given")[-1]
    assert (step.outcome, step.reason, step.organisation_name) == (
        "conditions",
        "Bổ sung biên bản rà soát",
        "Phòng Lao động - Thương binh và Xã hội",
    )
    world.appraise(dossier_id)
    sound(world)


def test_completing_before_the_answer_needs_a_reason_and_ends_the_question(world: World) -> None:
    dossier_id = world.carry_to("forward_to_chairman")
    task_id = world.task(dossier_id).id
    world.claim("interior", task_id)
    question = Question(office(world, "labour_office"), "Ý kiến?", date(2024, 11, 25))
    first = do(world, opinions.ask, "interior", task_id, question)
    do(world, opinions.withdraw, "interior", first.id, "Hỏi nhầm")  # type: ignore[attr-defined]
    do(world, opinions.ask, "interior", task_id, question)
    letter = {"number": "77/TTr", "signed_on": world.today()}
    with pytest.raises(Invalid) as caught:
        do(world, tasks.complete, "interior", task_id, Filled(letter))
    assert list(caught.value.fields) == ["unanswered"]
    do(world, tasks.complete, "interior", task_id, Filled(letter, unanswered="Hạn trình hôm nay"))
    assert history(world, dossier_id, "completed")[-1].params["unanswered"]["reason"] == "Hạn trình hôm nay"
    assert len(history(world, dossier_id, "opinion_overtaken")) == 1
    with world.database.read() as work:
        assert [one.closing for one in opinion_rows.of_dossier(work, dossier_id)] == [
            "withdrawn",
            "overtaken",
        ]
    world.on("2024-11-27 09:00")
    ticks.tick(world.database)
    assert not [mail for mail in mails_of(world, dossier_id) if mail.template == "opinion_due"]
    sound(world)


def test_a_council_votes_and_its_result_follows_from_the_rule(world: World) -> None:
    seat_council(world, "labour_head", "interior_head", "office")
    dossier_id = world.carry_to("appraise", awards=("giay_khen", "giay_khen"))
    task_id = world.task(dossier_id).id
    world.claim("interior", task_id)
    with world.database.read() as work:
        nominations = [one.id for one in dossiers.nominations(work, [dossier_id])]
    question = Question(office(world, "council"), "Đồng ý khen thưởng?", date(2024, 11, 22), nominations)
    number = do(world, opinions.ask, "interior", task_id, question).id  # type: ignore[attr-defined]
    with world.database.read() as work:
        one, two = (subject.id for subject in opinion_rows.get(work, number).subjects)
    with pytest.raises(NotAllowed):
        do(world, votes.vote, "labour", number, {one: ("agree", ""), two: ("agree", "")})
    with pytest.raises(Invalid) as caught:
        do(world, votes.vote, "office", number, {one: ("agree", "")})
    assert list(caught.value.fields) == [f"vote-{two}"]
    do(world, votes.vote, "office", number, {one: ("disagree", "x"), two: ("agree", "")})
    do(world, votes.vote, "office", number, {one: ("agree", ""), two: ("disagree", "")})
    with world.database.read() as work:
        seen = dossiers.get(work, dossier_id).version
    do(world, votes.vote, "labour_head", number, {one: ("agree", ""), two: ("abstain", "")})
    filled = Filled(ACCEPT, {key: Judgement(Verdict.SELECT) for key in nominations}, seen)
    with pytest.raises(Invalid, match="Not everybody"):  # A ballot is no change that one must look at first.
        do(world, tasks.complete, "interior", task_id, filled)
    sound(world)
    with world.database.read() as work:
        waiting = {who: opinions.count_waiting(work, world.actor(who)) for who in ("office", "interior_head")}
    assert waiting == {"office": 0, "interior_head": 1}
    world.on("2024-11-22 08:30")
    ticks.tick(world.database)
    due = {mail.recipient_id for mail in mails_of(world, dossier_id) if mail.template == "opinion_due"}
    assert due == {person(world, "interior_head")}
    world.on("2024-11-23 00:00")
    assert ticks.tick(world.database).votes == 1
    assert ticks.tick(world.database).votes == 0
    closed = history(world, dossier_id, "vote_closed")[-1]
    assert closed.outcome == "partly_carried"
    numbers = [
        (each["cast"], each["agree"], each["quorate"], each["carried"]) for each in closed.params["results"]
    ]
    assert numbers == [(2, 2, True, True), (2, 0, True, False)]
    sound(world)
    with world.database.write() as work:
        ballots = opinion_rows.get(work, number).ballots
        next(one for one in ballots if one.votes).votes[0].choice = "abstain"
    with world.database.read() as work:
        broken = {found.invariant for found in verification.verify(work).broken}
    assert broken == {"a ballot is what was sealed", "a result follows from its ballots"}


def test_a_vote_that_cannot_be_counted_is_parked_and_holds_up_no_other(world: World) -> None:
    seat_council(world, "labour_head", "interior_head")
    numbers: list[int] = []
    for _ in range(2):
        task_id = world.task(world.carry_to("appraise")).id
        world.claim("interior", task_id)
        question = Question(office(world, "council"), "Đồng ý khen thưởng?", date(2024, 11, 22))
        numbers.append(do(world, opinions.ask, "interior", task_id, question).id)  # type: ignore[attr-defined]

    def set_quorum(written: str) -> None:
        with world.database.write() as work:
            opinion_rows.get(work, numbers[0]).quorum = written

    def states() -> list[str]:
        with world.database.read() as work:
            return [opinion_rows.get(work, number).closing or "open" for number in numbers]

    def parked() -> list[int]:
        with world.database.read() as work:
            return [one.id for one in incidents.list_open(work, world.actor("admin")) if one.kind == "vote"]

    set_quorum("3/2")  # More members than there are can never vote.
    world.on("2024-11-23 00:00")
    done = ticks.tick(world.database)
    assert (done.votes, done.failed) == (1, 1)
    assert states() == ["open", "voted"]
    assert ticks.tick(world.database).failed == 0, "what is parked is not tried again by itself"
    (first,) = parked()
    do(world, incidents.retry, "admin", first)
    assert ticks.tick(world.database).failed == 1, "nothing was mended"
    set_quorum("2/3")
    (second,) = parked()
    assert second != first
    do(world, incidents.retry, "admin", second)
    assert ticks.tick(world.database).votes == 1
    assert (states(), parked()) == (["voted", "voted"], [])
    sound(world)


def test_seats_are_given_by_heads_and_administrators_from_day_to_day(world: World) -> None:
    with world.database.read() as work:
        groups = {(one.organisation.key, one.role): one.id for one in localities.groups(work, LOCALITY)}
    mine, lead = groups["labour_office", "labour_reviewer"], groups["labour_office", "labour_head"]

    def give(by: str, group_id: int, first: date | None = None, last: date | None = None) -> None:
        with world.database.write() as work:
            seats.seat(
                work,
                world.actor(by),
                person_id=person(world, "neighbour"),
                group_id=group_id,
                first=first,
                last=last,
                reason="Biệt phái",
            )

    for by, group_id in (("labour", mine), ("labour_head", lead), ("interior_head", mine)):
        with pytest.raises(NotAllowed):
            give(by, group_id)
    give("labour_head", mine, date(2024, 11, 21), date(2024, 11, 21))
    assert world.actor("neighbour").seat_in(mine) is None
    world.on("2024-11-21 23:59")
    assert world.actor("neighbour").seat_in(mine) is not None
    world.on("2024-11-22 00:00")
    assert world.actor("neighbour").seat_in(mine) is None
    give("admin", lead)
    with world.database.read() as work:
        told = seats.changes(work, world.actor("admin"), LOCALITY)
        assert [(one.seated, one.reason) for one in told] == [(False, "Biệt phái"), (False, "Biệt phái")]
