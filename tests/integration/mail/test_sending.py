"""Sending over real SMTP, to servers that behave and to servers that do not."""

import socket
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from service.mail import Ambiguous, Mailbox, MailboxServer, Permanent, Sender, Temporary, compose
from service.settings import Smtp
from tests.support.letters import letter
from tests.support.smtp_servers import DROP, HANG, Script, Stage, closed, reach, scripted, silent

SENDER = "trinh@example.vn"
STAGES: list[Stage] = ["MAIL", "RCPT", "DATA"]


def send(smtp: Smtp, times: int = 1) -> None:
    with Sender(smtp) as sender:
        for _ in range(times):
            sender.send(compose(letter(), SENDER))


def test_a_mail_arrives_in_the_mailbox_as_it_was_composed(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox")
    with MailboxServer(mailbox) as server:
        send(reach(server.port, timeout_seconds=10))
    (mail,) = mailbox.list()
    assert mail.subject == "[VN-2024-0007] Sắp đến hạn 04/12/2024: Tiếp nhận và xét chọn"
    assert mail.to == "Nguyễn Văn Ân <an.nguyen@vanninh.example>"
    assert "Còn 3 ngày" in mailbox.read(mail.id).text


def test_lines_that_begin_with_a_dot_arrive_whole(tmp_path: Path) -> None:
    reason = ".\n..\n.QUIT\n" + "." * 200 + "\nhết"
    mailbox = Mailbox(tmp_path / "mailbox")
    with MailboxServer(mailbox) as server, Sender(reach(server.port, timeout_seconds=10)) as sender:
        sender.send(compose(letter(template="returned", params={"reason": reason}), SENDER))
    assert reason in mailbox.read(mailbox.list()[0].id).text.replace("\r\n", "\n")


def test_the_mailbox_listens_on_the_loopback_address_only(tmp_path: Path) -> None:
    with MailboxServer(Mailbox(tmp_path / "mailbox")) as server:
        assert server._controller is not None
        assert server._controller._listening.getsockname() == ("127.0.0.1", server.port)


def test_a_taken_port_is_told_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = MailboxServer(Mailbox(tmp_path / "mailbox"), taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            server.start()
        server.stop()


def test_a_batch_goes_over_one_connection() -> None:
    script = Script()
    with scripted(script) as smtp:
        send(smtp, times=20)
    assert len(script.taken) == 20
    assert len(script.connections) == 1


def test_envelope_and_headers_agree() -> None:
    script = Script()
    with scripted(script) as smtp:
        send(smtp)
    mail = message_from_bytes(script.taken[0], policy=default)
    assert mail["Message-ID"] == "<0123abcd@trinh.example>"
    assert mail["X-Trinh-Key"] == "reminder:12:before-3:2024-12-04:5"


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_a_passing_refusal_is_temporary(stage: Stage, code: int) -> None:
    script = Script({stage: [f"{code} Try later"]})
    with scripted(script) as smtp, pytest.raises(Temporary) as caught:
        send(smtp)
    assert caught.type is not Ambiguous
    assert f"{code}: Try later" in str(caught.value)
    assert script.asked == 1


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("code", [550, 552, 554])
def test_a_refusal_for_good_is_permanent(stage: Stage, code: int) -> None:
    script = Script({stage: [f"{code} No such user"]})
    with scripted(script) as smtp, pytest.raises(Permanent) as caught:
        send(smtp)
    assert f"{code}: No such user" in str(caught.value)
    assert script.asked == 1


def test_a_refusal_of_our_sign_in_says_nothing_about_the_mail() -> None:
    with scripted(Script({"MAIL": ["530 Authentication required"]})) as smtp, pytest.raises(Temporary):
        send(smtp)


def test_a_refused_mail_does_not_hold_up_the_next() -> None:
    script = Script({"RCPT": ["550 No such user", "250 OK"]})
    with scripted(script) as smtp, Sender(smtp) as sender:
        with pytest.raises(Permanent):
            sender.send(compose(letter(), SENDER))
        sender.send(compose(letter(), SENDER))
    assert len(script.taken) == 1
    assert len(script.connections) == 1


def test_nobody_listening_is_temporary() -> None:
    with closed() as smtp, pytest.raises(Temporary) as caught:
        send(smtp)
    assert caught.type is not Ambiguous


def test_a_server_that_never_greets_is_temporary() -> None:
    with silent() as smtp, pytest.raises(Temporary) as caught:
        send(smtp)
    assert caught.type is not Ambiguous


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
@pytest.mark.parametrize("trouble", [DROP, HANG])
def test_trouble_before_the_mail_is_handed_over_is_temporary(stage: Stage, trouble: str) -> None:
    script = Script({stage: [trouble]})
    with scripted(script) as smtp, pytest.raises(Temporary) as caught:
        send(smtp)
    assert caught.type is not Ambiguous
    assert script.taken == []


@pytest.mark.parametrize("trouble", [DROP, HANG])
def test_trouble_after_the_mail_is_handed_over_is_ambiguous(trouble: str) -> None:
    script = Script({"DATA": [trouble]})
    with scripted(script) as smtp, pytest.raises(Ambiguous):
        send(smtp)
    assert len(script.taken) == 1


def test_a_connection_that_went_stale_is_opened_anew() -> None:
    script = Script({"MAIL": ["250 OK", DROP, "250 OK"]})
    with scripted(script) as smtp:
        send(smtp, times=2)
    assert len(script.taken) == 2
    assert len(script.connections) == 2


def test_a_server_that_takes_leave_is_called_again() -> None:
    script = Script({"MAIL": ["250 OK", "421 Idle for too long", "250 OK"]})
    with scripted(script) as smtp:
        send(smtp, times=2)
    assert len(script.taken) == 2


def test_a_mail_that_may_have_arrived_is_not_sent_again_unasked() -> None:
    script = Script({"DATA": ["250 OK", DROP, "250 OK"]})
    with scripted(script) as smtp, pytest.raises(Ambiguous):
        send(smtp, times=2)
    assert len(script.taken) == 2


def test_a_server_without_encryption_gets_no_password() -> None:
    script = Script()
    with scripted(script) as smtp:
        strict = Smtp(smtp.host, smtp.port, SENDER, "starttls", "user", "let me in", timeout_seconds=0.5)
        with pytest.raises(Temporary):
            send(strict)
    assert script.asked == 0


def test_an_encrypted_connection_to_a_plain_server_is_temporary() -> None:
    with scripted(Script()) as smtp:
        strict = Smtp(smtp.host, smtp.port, SENDER, "tls", timeout_seconds=0.5)
        with pytest.raises(Temporary):
            send(strict)
