"""The outbox over real SMTP on loopback: sent once, tried again, buried, and never held up by one mail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from sqlalchemy import update

from service.clock import FakeClock
from service.mail import compose as compose_mail
from service.operations import incidents as incident_work
from service.operations.mail import sending, subscriptions
from service.operations.mail.sending import LEASE, Sent, send_due
from service.operations.services import Services
from service.operations.setup import localities
from service.operations.watch import ticks
from service.settings import Settings, Smtp
from service.store import mails as outbox
from service.store import people
from service.store.tables import Incident, OutgoingMail, Person
from service.store.work import Database
from tests.builders import World, local
from tests.integration.operations.configurations import with_rule
from tests.integration.operations.readings import broken, incidents, mails, rows
from tests.support.smtp_servers import DROP, Script, Stage, closed, scripted


def services(world: World, smtp: Smtp | None) -> Services:
    """What the worker is given."""
    settings = Settings(
        data_folder=world.folder,
        database_url=world.address(),
        host="127.0.0.1",
        port=8000,
        base_url="https://trinh.example.vn",
        smtp=smtp,
    )
    return Services(settings, world.database, world.clock)


@contextmanager
def posted(world: World, script: Script) -> Iterator[Services]:
    """Services whose mail goes to a scripted server; one reminder to the clerk waits."""
    world.open_dossier(with_papers=False)
    world.on("2024-11-23 08:00")
    ticks.tick(world.database)
    with scripted(script) as smtp:
        yield services(world, smtp)


def parsed(script: Script) -> list[EmailMessage]:
    """The mails that a server has taken."""
    return [cast(EmailMessage, message_from_bytes(content, policy=default)) for content in script.taken]


def the_mail(world: World) -> OutgoingMail:
    """The only mail in the outbox."""
    (row,) = rows(world, OutgoingMail)
    return row


def test_a_mail_is_sent_once_with_its_link_and_reason(world: World) -> None:
    script = Script()
    with posted(world, script) as given:
        assert send_due(given) == Sent(sent=1)
        assert send_due(given) == Sent()
    (mail,) = parsed(script)
    row = the_mail(world)
    assert (row.status, row.sent_at, row.lease_until, row.attempts) == ("sent", world.clock.now(), None, 1)
    assert (mail["Message-ID"], str(mail["Subject"])) == (row.message_id, row.subject)
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"https://trinh.example.vn/tasks/{row.task_id}" in body.get_content()
    assert "Còn 7 ngày" in body.get_content()
    assert broken(world) == []


def test_without_a_mail_server_mail_waits(world: World) -> None:
    with posted(world, Script()) as given:
        assert send_due(services(world, None)) == Sent()
        assert (the_mail(world).status, the_mail(world).attempts) == ("queued", 0)
        assert send_due(given) == Sent(sent=1)


def test_a_mail_that_is_not_taken_now_comes_back_later_and_later(world: World) -> None:
    script = Script({"RCPT": ["451 Try again", "451 Try again", "250 OK"]})
    with posted(world, script) as given:
        pauses: list[timedelta] = []
        for _ in range(2):
            assert send_due(given) == Sent(put_back=1)
            row = the_mail(world)
            assert (row.status, "451" in (row.last_error or "")) == ("queued", True)
            assert send_due(given) == Sent()
            pauses.append(row.next_attempt_at - world.clock.now())
            world.clock.set(row.next_attempt_at)
        assert timedelta(seconds=48) <= pauses[0] <= timedelta(seconds=72)
        assert timedelta(seconds=96) <= pauses[1] <= timedelta(seconds=144)
        assert send_due(given) == Sent(sent=1)
    assert (the_mail(world).attempts, the_mail(world).last_error) == (3, None)
    assert len(script.taken) == 1


def test_a_mail_refused_for_good_is_buried_with_an_incident_and_can_be_retried(world: World) -> None:
    script = Script({"RCPT": ["550 No such user", "250 OK"]})
    with posted(world, script) as given:
        assert send_due(given) == Sent(dead=1)
        assert (the_mail(world).status, incidents(world)) == ("dead", ["mail"])
        world.clock.advance(timedelta(days=30))
        assert send_due(given) == Sent()
        (incident,) = rows(world, Incident)
        with world.database.write() as work:
            incident_work.retry(work, world.actor("admin"), incident.id)
        assert send_due(given) == Sent(sent=1)
    assert incidents(world) == []


def test_an_old_incident_does_not_send_a_sent_mail_again(world: World) -> None:
    script = Script({"RCPT": ["550 No", "250 OK"]})
    with posted(world, script) as given:
        send_due(given)
        with world.database.write() as work:
            row = work.session.merge(the_mail(world))
            incident_work.report_mail(work, row, "a second one")
        for incident in rows(world, Incident):
            with world.database.write() as work:
                incident_work.retry(work, world.actor("admin"), incident.id)
            send_due(given)
    assert len(script.taken) == 1


def test_attempts_come_to_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST_ATTEMPTS", 3)
    with posted(world, Script({"MAIL": ["451 Later"]})) as given:
        for _ in range(3):
            world.clock.set(max(world.clock.now(), the_mail(world).next_attempt_at))
            send_due(given)
    assert (the_mail(world).status, the_mail(world).attempts, incidents(world)) == ("dead", 3, ["mail"])


def test_a_server_that_is_away_costs_no_mail(world: World) -> None:
    with posted(world, Script()) as given, closed() as nowhere:
        assert send_due(services(world, nowhere)) == Sent(put_back=1)
        world.clock.advance(timedelta(minutes=2))
        assert send_due(given) == Sent(sent=1)


def test_a_lost_answer_is_tried_again_under_the_same_message_id(world: World) -> None:
    script = Script({"DATA": [DROP, "250 OK"]})
    with posted(world, script) as given:
        assert send_due(given) == Sent(put_back=1)
        world.clock.advance(timedelta(minutes=2))
        assert send_due(given) == Sent(sent=1)
    first, second = parsed(script)
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mail_of_a_killed_sender_is_taken_up_when_its_lease_is_over(world: World) -> None:
    script = Script()
    with posted(world, script) as given:
        with world.database.write() as work:
            assert len(outbox.claim(work, 10, LEASE)) == 1
        world.clock.advance(LEASE - timedelta(seconds=1))
        assert send_due(given) == Sent()
        assert broken(world) == []
        world.clock.advance(timedelta(seconds=2))
        assert broken(world) == ["no mail keeps sending past its lease"]
        assert send_due(given) == Sent(sent=1)
    assert broken(world) == []


def test_one_mail_that_cannot_be_written_does_not_hold_up_the_others(world: World) -> None:
    script = Script()
    with posted(world, script) as given:
        with world.database.write() as work:
            row = work.session.merge(the_mail(world))
            for number in range(3):
                work.session.add(
                    OutgoingMail(
                        key=f"bad-{number}",
                        template=("no_such_template", "reminder", "reminder")[number],
                        dossier_id=row.dossier_id if number < 2 else None,
                        recipient_id=row.recipient_id,
                        created_at=work.now,
                        next_attempt_at=work.now - timedelta(hours=1),
                    )
                )
        assert send_due(given) == Sent(sent=1, dead=3)
    assert incidents(world) == ["mail"] * 3


def test_a_person_with_a_wrong_address_does_not_hold_up_the_others(world: World) -> None:
    script = Script()
    with posted(world, script) as given:
        with world.database.write() as work:
            work.session.execute(update(Person).where(Person.sign_in_name == "clerk").values(email="clerk@"))
        assert send_due(given) == Sent(dead=1)
    assert script.taken == []


def test_a_reminder_of_a_deadline_that_was_dropped_meanwhile_tells_what_it_was(world: World) -> None:
    script = Script()
    with posted(world, script) as given:
        with world.database.write() as work:
            localities.load(work, with_rule("annual-2024", "unit_submission", lambda _: None))
        assert send_due(given) == Sent(sent=1)
    assert "30/11/2024" in str(parsed(script)[0]["Subject"])


def test_a_batch_stops_before_its_lease_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    with posted(world, script) as given:
        monkeypatch.setattr(sending, "LEASE", timedelta(0))
        assert send_due(given) == Sent(put_back=1)
    assert (the_mail(world).status, the_mail(world).attempts, script.asked) == ("queued", 0, 0)


def test_what_its_reader_has_declined_while_it_waited_is_not_sent(world: World) -> None:
    dossier_id = world.carry_to("select")
    world.select(dossier_id, outcome="return_unit", reason="Bổ sung báo cáo.")
    script = Script()
    with scripted(script) as smtp:
        (returned,) = [row for row in rows(world, OutgoingMail) if row.template == "returned"]
        with world.database.write() as work:
            subscriptions.unsubscribe(work, returned.recipient_id, "returned")
        assert send_due(services(world, smtp)) == Sent(declined=1)
        assert send_due(services(world, smtp)) == Sent()
    (row,) = [row for row in rows(world, OutgoingMail) if row.id == returned.id]
    assert (row.status, row.attempts, row.unanswered, row.lease_until) == ("declined", 0, 0, None)
    assert (script.asked, incidents(world), broken(world)) == (0, [], [])


def test_what_the_plan_orders_is_sent_whatever_its_reader_has_declined(world: World) -> None:
    script = Script()
    with posted(world, script) as given:
        with world.database.write() as work:
            work.session.execute(update(Person).values(unsubscribed=["reminder", "returned", "escalation"]))
        assert send_due(given) == Sent(sent=1)
    assert len(script.taken) == 1


def test_a_digest_that_nobody_wants_any_more_is_not_sent(world: World) -> None:
    with world.database.write() as work:
        clerk = people.find(work, world.actor("clerk").person_id)
        assert clerk is not None
        work.session.add(
            OutgoingMail(
                key="digest", template="digest", recipient_id=clerk.id,
                created_at=work.now, next_attempt_at=work.now,
            )
        )  # fmt: skip
    with scripted(Script()) as smtp:
        assert send_due(services(world, smtp)) == Sent(declined=1)


class Meddling(Script):
    """A server under whose hands something happens once, while the first mail is on the wire."""

    def __init__(self, meddle: Callable[[], None]) -> None:
        super().__init__()
        self._meddle: Callable[[], None] | None = meddle

    def answer(self, stage: Stage) -> str:
        if stage == "DATA" and self._meddle is not None:
            meddle, self._meddle = self._meddle, None
            meddle()
        return super().answer(stage)


def test_a_mail_that_a_worker_whose_clock_is_ahead_has_claimed_is_left_to_it(world: World) -> None:
    clock = FakeClock(local("2024-11-23 08:00") + LEASE + timedelta(seconds=1))
    ahead = Database(world.address(), clock)

    def claim_both() -> None:
        with ahead.write() as work:
            assert len(outbox.claim(work, 10, LEASE)) == 2

    script = Meddling(claim_both)
    with posted(world, script) as hasty:
        patient = replace(hasty.settings.smtp or Smtp("", 0, ""), timeout_seconds=60)
        given = replace(hasty, settings=replace(hasty.settings, smtp=patient))
        with world.database.write() as work:
            first = the_mail(world)
            second = OutgoingMail(
                key="second",
                template="reminder",
                dossier_id=first.dossier_id,
                task_id=first.task_id,
                recipient_id=first.recipient_id,
                created_at=work.now,
                next_attempt_at=work.now,
            )
            work.session.add(second)
        assert send_due(given) == Sent(sent=1)
        left = rows(world, OutgoingMail)[1]
        assert (left.status, left.attempts, left.unanswered) == ("sending", 0, 0)
        assert left.lease_until == clock.now() + LEASE
        assert len(script.taken) == 1
        world.clock.set(clock.now() + LEASE)
        assert send_due(given) == Sent(sent=1)
    ahead.dispose()
    assert len({mail["Message-ID"] for mail in parsed(script)}) == len(script.taken) == 2


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_cause_of_a_mail_can_be_composed_in_every_language(world: World, language: str) -> None:
    with world.database.write() as work:
        work.session.execute(update(Person).values(language=language))
    refused, returned = world.carry_to("select"), world.carry_to("select")
    world.carry_to("decided")
    world.select(returned, outcome="return_unit", reason="Bổ sung báo cáo.")
    world.select(refused, outcome="refuse", reason="Không.")
    world.carry_to("select")
    world.open_dossier(round_key="final-2025", with_papers=False)
    world.on("2024-12-07 08:00")
    ticks.tick(world.database)
    with world.database.read() as work:
        letters = [
            sending.compose(work, row, "https://trinh.example.vn")
            for row in outbox.some(work, [row.id for row in rows(world, OutgoingMail)])
        ]
    assert {letter.template for letter in letters} == {
        "reminder", "returned", "decided", "escalation", "unit_overdue",
    }  # fmt: skip
    for letter in letters:
        mail = compose_mail(letter, "trinh@example.vn")
        assert (mail["Content-Language"], letter.link in mail.as_string()) == (language, True)
    assert len(mails(world)) == len(letters)


def test_an_escalation_names_the_late_step_and_the_clause_that_it_missed(world: World) -> None:
    world.carry_to("select")
    world.on("2024-12-06 00:00")
    ticks.tick(world.database)
    script = Script()
    with scripted(script) as smtp:
        send_due(services(world, smtp))
    texts = [body.get_content() for mail in parsed(script) if (body := mail.get_body(("plain",)))]
    (escalation,) = [text for text in texts if "đôn đốc" in text]
    assert "Tiếp nhận và xét chọn" in escalation
    assert "04/12/2024" in escalation
    assert "IV.3.b(1)" in escalation
