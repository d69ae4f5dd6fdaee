"""`trinh run`: the whole service in one process on an embedded database, with people and dossiers.

It listens on loopback only. gunicorn's worker process starts the ticker after its fork.
"""

import atexit
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from flask import Flask

from service import shipped
from service.app import create_app, create_services
from service.domain.errors import Conflict, message
from service.jobs import Ticker
from service.localities import read_folder
from service.mail import Mailbox, MailboxServer
from service.operations.demo import places, stories
from service.operations.services import Services
from service.operations.setup import deployments, localities
from service.server import Server, options, require_free_port
from service.settings import Settings, Smtp
from service.store import demo
from service.store.migrations import upgrade

THREADS = 8
SESSION_HOURS = 10 * 366 * 24
LOCK = "demo.lock"
SENDER = "trinh@demo.trinh.invalid"


def serve(settings: Settings) -> None:
    """Prepares the database if it is new, prints address and sign-ins, serves until interrupted.

    Raises:
        Conflict: when another demo runs on the same folder, or the port is taken.
    """
    # Sessions end by the simulated clock too: moving it by weeks must not sign everybody out.
    settings = replace(settings, demo=True, session_hours=SESSION_HOURS)
    if not settings.data_folder.exists():
        require_free_port(settings)  # Before anything is made.
    with alone(settings):
        require_free_port(settings)
        prepare(settings)
        chosen = options(settings, 1, THREADS) | {"when_ready": lambda _: _introduce(settings)}
        Server(chosen, lambda: _start(settings)).run()


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Holds the data folder for this process and those it forks; the lock dies with them.

    Raises:
        Conflict: when another demo runs on the same folder: both would tick, and share one clock.
    """
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    with (settings.data_folder / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                message(
                    "Another demo already runs on the folder {folder}. Stop it, or give this one a folder of "
                    "its own: TRINH_DATA=./demo-2 PORT=8001 trinh run",
                    folder=settings.data_folder,
                )
            ) from error
        yield


def prepare(settings: Settings) -> None:
    """Schema, shipped configuration, diagrams and forms, demo people and dossiers; harmless twice.

    Raises:
        Conflict: when the database holds people or dossiers that are not the demo's.
    """
    upgrade(settings.database_url)
    services = create_services(settings)
    try:
        with services.database.read() as work:
            founded = demo.is_seeded(work)
        with services.database.write(None if founded else stories.FOUNDED_AT) as work:
            places.require_place(work)
            for folder in shipped.localities():
                localities.load(work, read_folder(folder))
            for form in shipped.forms():
                deployments.deploy_form(work, form.stem, form.read_text(encoding="utf-8"))
            for diagram in shipped.diagrams():
                deployments.deploy(work, diagram.read_bytes(), "Kèm theo chương trình")
    finally:
        services.database.dispose()
    stories.seed(settings.database_url, settings.attachment_folder)


def _introduce(settings: Settings) -> None:
    click.echo(f"\n  Trình · http://{settings.host}:{settings.port}\n")
    click.echo(f"  {'sign in as':16} {'password':18} who")
    for person in stories.PEOPLE:
        seats = ", ".join(f"{organisation}/{role}" for organisation, role in person.seats) or "administrator"
        click.echo(f"  {person.sign_in_name:16} {stories.PASSWORD:18} {person.name} ({seats})")
    click.echo("")


def _start(settings: Settings) -> Flask:
    mailbox = Mailbox(settings.mailbox_folder)
    server = MailboxServer(mailbox)
    server.start()
    services = create_services(replace(settings, smtp=Smtp("127.0.0.1", server.port, SENDER)))
    ticker = Ticker(services)
    ticker.start()
    atexit.register(_stop, ticker, server, services)
    return create_app(services)


def _stop(ticker: Ticker, server: MailboxServer, services: Services) -> None:
    ticker.stop()
    server.stop()
    services.database.dispose()
