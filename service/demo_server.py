"""`trinh run`: the whole service in one process on an embedded database, with people and dossiers.

It listens on loopback only. gunicorn's worker process starts the ticker after its fork.
"""

import atexit
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask

from service.app import create_app, create_services
from service.jobs import Ticker
from service.localities import read_folder
from service.mail import Mailbox, MailboxServer
from service.operations import deployments, localities, stories
from service.operations.services import Services
from service.server import Server, options
from service.settings import Settings, Smtp
from service.store.migrations import upgrade

SHIPPED = Path(__file__).resolve().parent.parent
THREADS = 8
SESSION_HOURS = 10 * 366 * 24
SENDER = "trinh@demo.trinh.invalid"


def serve(settings: Settings) -> None:
    """Prepares the database if it is new, prints address and sign-ins, serves until interrupted."""
    # Sessions end by the simulated clock too: moving it by weeks must not sign everybody out.
    settings = replace(settings, demo=True, session_hours=SESSION_HOURS)
    prepare(settings)
    click.echo(f"\n  Trình · http://{settings.host}:{settings.port}\n")
    click.echo(f"  {'sign in as':16} {'password':18} who")
    for person in stories.PEOPLE:
        seats = ", ".join(f"{organisation}/{role}" for organisation, role in person.seats) or "administrator"
        click.echo(f"  {person.sign_in_name:16} {stories.PASSWORD:18} {person.name} ({seats})")
    click.echo("")
    Server(options(settings, THREADS), lambda: _start(settings)).run()


def prepare(settings: Settings) -> None:
    """Schema, shipped configuration, diagrams and forms, demo people and dossiers; harmless twice."""
    upgrade(settings.database_url)
    services = create_services(settings)
    with services.database.write() as work:
        for folder in sorted((SHIPPED / "config" / "localities").iterdir()):
            if folder.is_dir():
                localities.load(work, read_folder(folder))
        for form in sorted((SHIPPED / "forms").glob("*.json")):
            deployments.deploy_form(work, form.stem, form.read_text(encoding="utf-8"))
        for diagram in sorted((SHIPPED / "bpmn").glob("*.bpmn")):
            deployments.deploy(work, diagram.read_bytes(), "shipped")
    services.database.dispose()
    stories.seed(settings.database_url, settings.attachment_folder)


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
