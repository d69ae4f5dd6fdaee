"""The demo: its people and dossiers are made by real operations, and its clock runs forward only."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.clock import Clock, FakeClock, ShiftedClock, SystemClock
from service.domain.errors import Invalid, NotAllowed
from service.domain.zones import VIETNAM
from service.mail import Mailbox, MailboxServer
from service.operations.demo import jumps, stories
from service.operations.services import Services
from service.operations.watch import verification
from service.operations.work import papers
from service.settings import Settings, Smtp
from service.store import demo as demo_rows
from service.store.tables import Dossier, OutgoingMail, Person, UserTask
from service.store.work import Database
from tests.builders import World, local
from tests.integration.operations.readings import broken, incidents, rows


@pytest.fixture(scope="module")
def seeded(deployed_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a freshly seeded demo, to be copied."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(deployed_sqlite, folder / "trinh.sqlite3")
    assert stories.seed(f"sqlite:///{folder}/trinh.sqlite3", folder / "attachments")
    return folder


@pytest.fixture
def stage(seeded: Path, tmp_path: Path) -> Iterator[Services]:
    """The demo with its mailbox, opened at its first simulated instant."""
    folder = tmp_path / "demo"
    shutil.copytree(seeded, folder)
    url = f"sqlite:///{folder}/trinh.sqlite3"
    plain = Database(url, SystemClock())

    def offset() -> timedelta:
        with plain.read() as work:
            return demo_rows.offset(work)

    mailbox = Mailbox(folder / "mailbox")
    with MailboxServer(mailbox) as server:
        settings = Settings(
            data_folder=folder,
            database_url=url,
            host="127.0.0.1",
            port=8000,
            base_url="http://127.0.0.1:8000",
            smtp=Smtp("127.0.0.1", server.port, "trinh@demo.trinh.invalid"),
            demo=True,
        )
        clock = ShiftedClock(offset)
        database = Database(url, clock)
        yield Services(settings, database, clock, mailbox)
        database.dispose()
    plain.dispose()


def as_world(services: Services) -> World:
    """The demo as the tests' readings want it; its clock is not for setting."""
    return World(services.database, FakeClock(services.clock.now()), services.settings.attachment_folder)


def jump(services: Services, to: str, who: str = "quantri") -> jumps.Jumped:
    """Moves the demo's clock to a local time."""
    return jumps.jump(services, as_world(services).actor(who), local(to))


def test_the_stories_leave_a_sound_database_with_dossiers_all_along_the_route(stage: Services) -> None:
    world = as_world(stage)
    assert broken(world) == []
    open_now = {task.element_id for task in rows(world, UserTask) if task.closed_at is None}
    assert open_now >= {"prepare", "select", "forward_to_interior", "appraise", "decide"}
    assert {dossier.status for dossier in rows(world, Dossier)} >= {"draft", "running", "returned", "decided"}


def test_the_demo_is_seeded_once(stage: Services) -> None:
    people = len(rows(as_world(stage), Person))
    assert not stories.seed(stage.settings.database_url, stage.settings.attachment_folder)
    assert len(rows(as_world(stage), Person)) == people


def test_a_seeding_that_breaks_off_leaves_nothing_and_can_be_repeated(
    deployed_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{shutil.copy(deployed_sqlite, tmp_path / 'trinh.sqlite3')}"

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(papers, "forward", break_off)
        with pytest.raises(KeyboardInterrupt):
            stories.seed(url, tmp_path / "attachments")
    assert stories.seed(url, tmp_path / "attachments")


def test_the_demo_opens_at_its_own_time(stage: Services) -> None:
    late = stage.clock.now() - stories.OPENS_AT
    assert timedelta(0) <= late < timedelta(minutes=10)


def test_a_month_in_a_jump_sends_every_reminder_and_opens_every_escalation(stage: Services) -> None:
    first = jump(stage, "2024-12-01 08:00")
    assert (first.reminders > 0, first.timers > 0, first.mails > 0) == (True, True, True)
    second = jump(stage, "2024-12-31 17:00")
    assert second.before >= first.after >= local("2024-12-01 08:00")
    assert second.after >= local("2024-12-31 17:00")
    world = as_world(stage)
    open_now = {task.element_id for task in rows(world, UserTask) if task.closed_at is None}
    assert open_now >= {"labour_overdue", "interior_overdue"}
    assert second.overdue > 0
    outbox = rows(world, OutgoingMail)
    assert {mail.status for mail in outbox} == {"sent"}
    assert stage.mailbox is not None
    assert stage.mailbox.count() == len(outbox)
    for mail in outbox:
        if mail.created_at > stories.OPENS_AT:
            assert mail.sent_at is not None
            assert mail.sent_at - mail.created_at < timedelta(minutes=5)
    with stage.database.read() as work:
        assert verification.verify(work, stage.settings.attachment_folder).sound


def test_reminders_in_a_jump_are_sent_at_their_own_instants(stage: Services) -> None:
    jump(stage, "2024-12-03 12:00")
    for mail in rows(as_world(stage), OutgoingMail):
        if mail.template == "reminder" and mail.created_at > stories.OPENS_AT + timedelta(minutes=10):
            local_time = mail.created_at.astimezone(VIETNAM)
            assert (local_time.hour, local_time.minute) == (8, 0)


def test_the_clock_never_goes_back(stage: Services) -> None:
    now = stage.clock.now()
    for to in ("2024-11-25 08:00", "2023-01-01 00:00"):
        with pytest.raises(Invalid, match="forward only"):
            jump(stage, to)
    with pytest.raises(Invalid, match="three years"):
        jump(stage, "2029-01-01 00:00")
    assert stage.clock.now() >= now


def test_only_an_administrator_moves_the_clock_and_only_in_the_demo(stage: Services, world: World) -> None:
    with pytest.raises(NotAllowed):
        jump(stage, "2024-12-01 08:00", "laodong1")
    settings = Settings(world.folder, world.address(), "127.0.0.1", 8000, "http://127.0.0.1:8000")
    real = Services(settings, world.database, world.clock)
    with pytest.raises(NotAllowed, match="only in the demo"):
        jumps.jump(real, world.actor("admin"), local("2024-12-01 08:00"))


def test_the_proposed_jumps_lead_forward_to_what_falls_due(stage: Services) -> None:
    with stage.database.read() as work:
        presets = jumps.presets(work)
        now = work.now
    assert [preset.at for preset in presets] == sorted(preset.at for preset in presets)
    assert all(preset.at > now for preset in presets)
    assert {preset.key for preset in presets} >= {
        "next_reminder",
        "next_escalation",
        "next_deadline",
        "morning",
    }
    assert local("2024-11-30 08:00") in {preset.at for preset in presets}


def test_every_kind_of_clock_tells_instants_with_a_zone() -> None:
    clocks: list[Clock] = [SystemClock(), ShiftedClock(lambda: timedelta(days=-400))]
    assert all(clock.now().utcoffset() == timedelta(0) for clock in clocks)
    assert timedelta(days=399) < clocks[0].now() - clocks[1].now() < timedelta(days=401)


def test_everybody_whom_the_demo_tells_of_something_late_is_there(stage: Services) -> None:
    jump(stage, "2024-12-20 08:00")
    assert [kind for kind in incidents(as_world(stage)) if kind.startswith("unheard")] == []
