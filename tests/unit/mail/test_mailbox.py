"""The folder of the demo's mailbox."""

from email.policy import SMTP
from pathlib import Path

import pytest

from service.domain.errors import NotFound
from service.mail import Mailbox, compose
from tests.support.letters import letter


def content(**changes: object) -> bytes:
    return compose(letter(**changes), "trinh@trinh.example").as_bytes(policy=SMTP)


def test_a_new_mailbox_is_empty(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "data" / "mailbox")
    assert mailbox.count() == 0
    assert mailbox.list() == ()


def test_mails_are_listed_newest_first_and_readable(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox")
    for number in range(12):
        mailbox.deliver(content(params={"code": f"VN-{number}"}))
    listed = mailbox.list(limit=3)
    assert [mail.subject[:7] for mail in listed] == ["[VN-11]", "[VN-10]", "[VN-9] "]
    assert listed[0].to == "Nguyễn Văn Ân <an.nguyen@vanninh.example>"
    assert listed[0].sent_at == letter().sent_at
    assert listed[0].message_id == "<0123abcd@trinh.example>"
    assert mailbox.count() == 12
    read = mailbox.read(listed[2].id)
    assert read.subject == listed[2].subject
    assert "VN-9 – Hồ sơ xã Vạn Phú" in read.text


def test_mails_survive_a_restart(tmp_path: Path) -> None:
    mail_id = Mailbox(tmp_path / "mailbox").deliver(content())
    assert [mail.id for mail in Mailbox(tmp_path / "mailbox").list()] == [mail_id]


def test_another_process_sees_what_arrives(tmp_path: Path) -> None:
    web, worker = Mailbox(tmp_path / "mailbox"), Mailbox(tmp_path / "mailbox")
    assert web.list() == ()
    mail_id = worker.deliver(content())
    assert web.read(mail_id).text


@pytest.mark.parametrize("mail_id", ["", "x", "../secret", "/etc/passwd", "new/../../secret"])
def test_an_id_that_is_not_listed_opens_nothing(tmp_path: Path, mail_id: str) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    mailbox = Mailbox(tmp_path / "mailbox")
    mailbox.deliver(content())
    with pytest.raises(NotFound):
        mailbox.read(mail_id)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"no headers at all",
        b"Subject: =?utf-8?q?=FF?=\r\nDate: yesterday\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        b"Content-Type: text/plain; charset=unknown\r\n\r\n\xff\xfe",
        b"To: \r\nFrom: <\r\n\r\n",
    ],
)
def test_a_broken_mail_is_shown_as_far_as_possible(tmp_path: Path, broken: bytes) -> None:
    mailbox = Mailbox(tmp_path / "mailbox")
    mail_id = mailbox.deliver(broken)
    assert len(mailbox.list()) == 1
    assert mailbox.read(mail_id).id == mail_id
