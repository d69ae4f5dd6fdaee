"""Asking another office or the council while a step is open, without another diagram."""

from datetime import date

import pytest

from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, Invalid, NotAllowed, Unavailable, message
from service.operations import incidents
from service.operations.watch import ticks, verification
from service.operations.work import opinions, tasks, votes
from service.operations.work.completions import Filled
from service.operations.work.opinions import Question
from service.store import dossiers
from service.store import opinions as opinion_rows
from tests.builders import World
from tests.integration.operations.acting import do, mails_of, office, person, seat_council, sound
from tests.integration.operations.readings import history

ACCEPT = {"outcome": "accept"}


def test_an_office_is_asked_and_answers_while_the_diagram_stays(world: World) -> None:
    dossier_id = world.carry_to("appraise")
    task_id = world.task(dossier_id).id
    world.claim("interior", task_id)
    labour = office(world, "labour_office")
    ask = Question(labour, "Hộ này đã thoát nghèo?", date(2024, 11, 22))
    with pytest.raises(NotAllowed):
        do(world, opinions.ask, "interior_head", task_id, ask)
    asked = do(world, opinions.ask, "interior", task_id, ask)
    number = asked.id
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
    do(world, opinions.withdraw, "interior", first.id, "Hỏi nhầm")
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
    number = do(world, opinions.ask, "interior", task_id, question).id
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


def test_a_vote_waits_for_the_next_tick_when_the_database_is_in_passing_trouble(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat_council(world, "labour_head", "interior_head")
    task_id = world.task(world.carry_to("appraise")).id
    world.claim("interior", task_id)
    question = Question(office(world, "council"), "Đồng ý khen thưởng?", date(2024, 11, 22))
    do(world, opinions.ask, "interior", task_id, question)

    def too_busy(*_given: object, **_more: object) -> None:
        raise Unavailable(message("The database does not answer just now."))

    world.on("2024-11-23 00:00")
    with monkeypatch.context() as busy:
        busy.setattr(votes.locks, "many", too_busy)
        assert ticks.tick(world.database).votes == 0
    with world.database.read() as work:
        assert incidents.list_open(work, world.actor("admin")) == []
    assert ticks.tick(world.database).votes == 1


def test_a_vote_that_cannot_be_counted_is_parked_and_holds_up_no_other(world: World) -> None:
    seat_council(world, "labour_head", "interior_head")
    numbers: list[int] = []
    for _ in range(2):
        task_id = world.task(world.carry_to("appraise")).id
        world.claim("interior", task_id)
        question = Question(office(world, "council"), "Đồng ý khen thưởng?", date(2024, 11, 22))
        numbers.append(do(world, opinions.ask, "interior", task_id, question).id)

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
