"""The outbox as an administrator uses it: folders, search, pages, one mail, trying again."""

import pytest
from flask import Flask

from service.operations import incidents
from service.store import mails as rows
from service.store.tables import OutgoingMail
from service.web.watch import outbox
from tests.builders import World
from tests.functional.web.browsers import in_english, signed_in, words


@pytest.fixture
def returned(world: World) -> list[int]:
    """Three returned dossiers: the first mail was sent, the second is dead, the third waits."""
    for _ in range(3):
        dossier_id = world.carry_to("select")
        world.select(dossier_id, outcome="return_unit", reason="Thiếu xác nhận.")
    with world.database.write() as work:
        waiting, dead, sent = rows.newest(work)
        sent.status, sent.sent_at, sent.attempts, sent.message_id = "sent", work.now, 1, "<a@x.example>"
        dead.status, dead.attempts, dead.unanswered, dead.last_error = "dead", 12, 2, "550 no such mailbox"
        incidents.report_mail(work, dead, "550 no such mailbox")
        return [sent.id, dead.id, waiting.id]


def status_of(world: World, mail_id: int) -> tuple[str, int]:
    """Where a mail stands, and its attempts."""
    with world.database.read() as work:
        mail = rows.get(work, mail_id)
        return mail.status, mail.attempts


def test_each_folder_shows_its_own_mails_with_counts(app: Flask, returned: list[int]) -> None:
    browser = in_english(app, "admin")
    for status, mail_id in zip(("sent", "dead", "queued"), returned, strict=True):
        page = browser.get(f"/operations/mails?status={status}")
        shown = [one for one in returned if f'href="/operations/mails/{one}"' in page.text]
        assert shown == [mail_id], status
    said = words(browser.get("/operations/mails"))
    assert "Waiting to be sent 1 Being sent 0 Sent 1 Could not be delivered 1" in said
    assert "Try all undelivered mails again (1)" in said
    assert "No mail server is set" in said


def test_mails_are_found_by_code_and_by_recipient_without_accents(
    world: World, app: Flask, returned: list[int]
) -> None:
    browser = signed_in(app, "admin")
    for text, expected in (
        ("hn2024-0002", [returned[1]]),
        ("VN-HN2024-000", returned),
        ("CLERK@example", returned),
        ("chairman", []),
        ("100%", []),
        ("_", []),
    ):
        page = browser.get("/operations/mails", query_string={"q": text})
        shown = [one for one in returned if f'href="/operations/mails/{one}"' in page.text]
        assert shown == expected, text
    assert world


def test_pages_follow_each_other_without_gap_or_repetition(
    world: World, app: Flask, returned: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PAGE_SIZE", 2)
    browser = signed_in(app, "admin")
    for text in ("", "clerk"):
        first = browser.get("/operations/mails", query_string={"q": text})
        assert [one for one in returned if f'href="/operations/mails/{one}"' in first.text] == returned[1:]
        assert f"before={returned[1]}" in first.text
        second = browser.get("/operations/mails", query_string={"q": text, "before": returned[1]})
        assert [one for one in returned if f'href="/operations/mails/{one}"' in second.text] == returned[:1]
        assert f"before={returned[0]}" not in second.text
    assert world


def test_one_mail_tells_its_attempts_its_error_and_the_copies_there_may_be(
    app: Flask, returned: list[int]
) -> None:
    browser = in_english(app, "admin")
    said = words(browser.get(f"/operations/mails/{returned[1]}"))
    assert "Last error: 550 no such mailbox" in said
    assert "Attempts whose answer was lost: 2." in said
    assert "Attempts 12" in said
    assert "clerk@example.invalid" in said
    sent = browser.get(f"/operations/mails/{returned[0]}")
    assert "<a@x.example>" in words(sent)
    assert "/retry" not in sent.text
    assert browser.get("/operations/mails/999999").status_code == 404


def test_a_dead_mail_is_tried_again_and_its_incident_closed(
    world: World, app: Flask, returned: list[int]
) -> None:
    browser = signed_in(app, "admin")
    assert browser.post(f"/operations/mails/{returned[1]}/retry").status_code == 303
    assert status_of(world, returned[1]) == ("queued", 0)
    with world.database.read() as work:
        assert incidents.list_open(work, world.actor("admin")) == []


def test_a_mail_that_was_sent_is_never_sent_again(world: World, app: Flask, returned: list[int]) -> None:
    assert signed_in(app, "admin").post(f"/operations/mails/{returned[0]}/retry").status_code == 409
    assert status_of(world, returned[0]) == ("sent", 1)


def test_all_dead_mails_are_tried_again_at_once(world: World, app: Flask, returned: list[int]) -> None:
    with world.database.write() as work:
        for mail_id in returned[1:]:
            mail = work.session.get(OutgoingMail, mail_id)
            assert mail is not None
            mail.status, mail.attempts = "dead", 3
    browser = in_english(app, "admin")
    assert browser.post("/operations/mails/retry").status_code == 303
    assert "tried again with the next ticks: 2." in words(browser.get("/operations/mails"))
    assert [status_of(world, one) for one in returned] == [("sent", 1), ("queued", 0), ("queued", 0)]
    with world.database.read() as work:
        assert incidents.list_open(work, world.actor("admin")) == []


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("query", ["status=nothing", "before=x", "before=-1", f"before={'9' * 30}"])
def test_an_address_that_nobody_wrote_is_refused(app: Flask, query: str) -> None:
    assert signed_in(app, "admin").get(f"/operations/mails?{query}").status_code == 400
