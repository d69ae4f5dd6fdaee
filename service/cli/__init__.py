"""The command line `trinh`: one module per noun. Each command opens its own Works."""

import click

from service import log
from service.cli import (
    absences,
    calendar,
    configuring,
    deadlines,
    drills,
    duties,
    escalations,
    incidents,
    ladder,
    managing,
    outbox,
    personal,
    rehearsing,
    serving,
)
from service.cli.telling import LANGUAGES, exit_on_error
from service.clock import SystemClock
from service.settings import read_settings

COMMANDS: tuple[click.Command, ...] = (
    serving.run,
    serving.web,
    serving.worker,
    configuring.load,
    configuring.deploy,
    configuring.lint,
    deadlines.deadlines,
    duties.duties,
    duties.duty,
    managing.round_,
    managing.deadline,
    calendar.calendar,
    ladder.ladder,
    drills.tick,
    drills.verify,
    rehearsing.rehearse_round,
    outbox.outbox,
    incidents.incident,
    escalations.escalation,
    personal.user,
    absences.absence,
)


@click.group()
@click.option("--language", type=LANGUAGES, default="vi", envvar="TRINH_LANGUAGE", help="Of the messages.")
def main(language: str) -> None:
    """Trình: award dossiers from the proposing unit to the Chairman, with their deadlines."""
    with exit_on_error(language):
        settings = read_settings()
    log.configure(level=settings.log_level, form=settings.log_format, clock=SystemClock())


for command in COMMANDS:
    main.add_command(command)
