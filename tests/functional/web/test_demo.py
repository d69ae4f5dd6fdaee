"""The demo's mailbox and clock: only there, and the clock only for administrators."""

from collections.abc import Iterator

import pytest
from flask import Flask

from service.app import create_app, create_services
from service.clock import SystemClock
from service.mail import Mailbox, MailboxServer
from service.operations.demo import jumps
from service.settings import Settings, Smtp
from service.store import demo, mails
from tests.builders import ZONE, World, local
from tests.functional.web.browsers import Browser, in_english, signed_in, words
from tests.support.compiled import Templates


@pytest.fixture
def mailbox(world: World) -> Iterator[MailboxServer]:
    """A mail server of the demo, running."""
    with MailboxServer(Mailbox(world.folder.parent / "mailbox")) as server:
        yield server


@pytest.fixture
def demo_app(world: World, mailbox: MailboxServer, compiled_templates: Templates) -> Iterator[Flask]:
    """The demo over the world: its clock begins where the world's stands."""
    with world.database.write() as work:
        demo.begin(work, world.clock.now() - SystemClock().now())
    services = create_services(
        Settings(
            data_folder=world.folder.parent,
            database_url=world.address(),
            host="127.0.0.1",
            port=8000,
            base_url="http://localhost",
            secret_key="a-secret-key-of-more-than-32-characters",
            smtp=Smtp("127.0.0.1", mailbox.port, sender="trinh@demo.invalid"),
            demo=True,
        )
    )
    app = create_app(services)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    services.database.dispose()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["/demo/mailbox", "/demo/mailbox/list", "/demo/clock"])
def test_outside_the_demo_there_is_neither(app: Flask, address: str) -> None:
    browser = signed_in(app, "admin")
    assert browser.get(address).status_code == 404
    assert browser.post("/demo/clock/jump", {"day": "30/11/2024", "time": "08:00"}).status_code == 404
    assert 'class="clock-bar"' not in browser.get("/help").text


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_everybody_sees_the_simulated_time_and_administrators_move_it(demo_app: Flask) -> None:
    clerk = signed_in(demo_app, "clerk")
    assert "20/11/2024 09:0" in words(clerk.get("/help"))
    assert "/demo/clock" not in clerk.get("/help").text
    assert clerk.get("/demo/clock").status_code == 403
    assert clerk.post("/demo/clock/jump", {"day": "30/11/2024", "time": "08:00"}).status_code == 403


def test_a_jump_sends_the_reminders_on_the_way_and_the_mails_arrive(world: World, demo_app: Flask) -> None:
    world.open_dossier()
    admin = in_english(demo_app, "admin")
    answer = admin.post("/demo/clock/jump", {"day": "30/11/2024", "time": "08:00"})
    said = words(answer)
    assert answer.status_code == 200
    assert "30/11/2024 08:00" in said
    assert "Mails written on the way" in said
    listed = admin.get("/demo/mailbox/list")
    assert "VN-HN2024-0001" in words(listed)
    assert (
        admin.get("/demo/mailbox/list", headers={"If-None-Match": listed.headers["ETag"]}).status_code == 304
    )
    one = next(
        part for part in listed.text.split('"') if part.startswith("/demo/mailbox/") and "list" not in part
    )
    assert "Message-ID" in words(admin.get(one))


def test_every_reminder_goes_on_its_own_day(world: World, demo_app: Flask) -> None:
    world.open_dossier()
    with world.database.write() as work:
        demo.begin(work, local("2024-11-25 09:00") - SystemClock().now())
    in_english(demo_app, "admin").post("/demo/clock/jump", {"day": "01/12/2024", "time": "07:00"})
    with world.database.read() as work:
        written = {mail.created_at.astimezone(ZONE).date().day for mail in mails.newest(work)}
    assert written == {25, 27, 29, 30, 1}


def test_a_jump_that_stops_short_says_so_and_goes_on(
    world: World, demo_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jumps, "MOST_STEPS", 2)
    world.open_dossier()
    admin = in_english(demo_app, "admin")
    answer = admin.post("/demo/clock/jump", {"day": "01/12/2024", "time": "07:00"})
    assert "the clock stopped before 01/12/2024 07:00" in words(answer)
    goal = local("2024-12-01 07:00").isoformat()
    assert f'value="{goal}"' in answer.text
    monkeypatch.setattr(jumps, "MOST_STEPS", 500)
    gone_on = words(admin.post("/demo/clock/jump", {"at": goal}))
    assert "to 01/12/2024 07:00" in gone_on
    assert "stopped before" not in gone_on


def test_a_jump_past_the_deadlines_starts_escalations(world: World, demo_app: Flask) -> None:
    dossier_id = world.carry_to("select")
    in_english(demo_app, "admin").post("/demo/clock/jump", {"day": "07/12/2024", "time": "08:00"})
    assert world.open_elements(dossier_id) == {"select", "labour_overdue"}


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_proposed_jump_goes_where_it_says(world: World, demo_app: Flask) -> None:
    world.open_dossier()
    admin = in_english(demo_app, "admin")
    assert "Next deadline passes 01/12/2024 00:00" in words(admin.get("/demo/clock"))
    answer = admin.post("/demo/clock/jump", {"at": local("2024-12-01 00:00").isoformat()})
    assert "to 01/12/2024 00:00" in words(answer)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("31/02/2025", "08:00"),
        ("tomorrow", "08:00"),
        ("30/11/2024", "25:00"),
        ("", ""),
        ("01/11/2024", "08:00"),
    ],
)
def test_a_wrong_instant_is_told_and_stays_typed(demo_app: Flask, day: str, time: str) -> None:
    answer = in_english(demo_app, "admin").post("/demo/clock/jump", {"day": day, "time": time})
    assert answer.status_code == 422
    assert f'value="{day}"' in answer.text


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_an_instant_that_no_page_sends_cannot_be_read(demo_app: Flask) -> None:
    admin = in_english(demo_app, "admin")
    assert admin.post("/demo/clock/jump", {"at": "soon"}).status_code == 400
    assert admin.post("/demo/clock/jump", {"at": "2024-12-01T00:00:00"}).status_code == 400


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_mail_that_is_not_there_is_told(demo_app: Flask) -> None:
    assert signed_in(demo_app, "clerk").get("/demo/mailbox/none").status_code == 404
    assert Browser(demo_app).get("/demo/mailbox").status_code == 303
