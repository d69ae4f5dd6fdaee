"""`trinh tick`, `verify`: for administrators who try or prove something."""

import sys

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json, read_instant, telling_errors
from service.clock import FakeClock
from service.operations.watch import ticks, verification


@click.command()
@click.option("--at", "at", required=True, help="An instant with its offset: 2024-11-30T08:00:00+07:00.")
@telling_errors
def tick(at: str) -> None:
    """Fires once everything that is due at an instant: for administrative drills."""
    instant = read_instant(at)
    with opened_services(FakeClock(instant)) as services:
        done = ticks.tick(services.database)
    click.echo(
        f"reminders {done.reminders}, timers {done.timers}, reports {done.opened}, failed {done.failed}"
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def verify(as_json: bool) -> None:
    """Proves that tasks, engine states, histories, outbox and files agree; status 1 if they do not."""
    with opened_services() as services, services.database.read(snapshot=True) as work:
        report = verification.verify(
            work, services.settings.attachment_folder, services.settings.export_folder
        )
    if as_json:
        broken = [
            {"invariant": one.invariant, "where": one.where, "found": one.found} for one in report.broken
        ]
        echo_json(
            {"sound": report.sound, "checked": report.checked, "broken": broken, "strays": report.strays}
        )
    else:
        click.echo(
            ", ".join(f"{name} {number}" for name, number in report.checked.items()) or "nothing to check"
        )
        for stray in report.strays:
            click.echo(f"note: the stored file {stray} belongs to no attachment")
        for one in report.broken:
            click.echo(f"BROKEN {one.invariant}: {one.where}: {one.found}")
        click.echo("sound" if report.sound else f"{len(report.broken)} broken")
    if not report.sound:
        sys.exit(1)
