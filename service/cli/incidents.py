"""`trinh incident`: what failed and was set aside; and putting it back to work."""

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json, local_time, telling_errors
from service.domain.people import SYSTEM
from service.domain.zones import VIETNAM
from service.operations import incidents


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
@telling_errors
def incident(context: click.Context, as_json: bool) -> None:
    """Lists what failed and waits for somebody, the oldest first."""
    if context.invoked_subcommand is not None:
        return
    with opened_services() as services, services.database.read() as work:
        found = [
            {
                "id": one.id,
                "kind": one.kind,
                "dossier": one.dossier.code if one.dossier else None,
                "detail": one.detail,
                "opened_at": local_time(one.opened_at, VIETNAM),
            }
            for one in incidents.list_open(work, SYSTEM)
        ]
    if as_json:
        echo_json(found)
        return
    for told in found:
        about = told["dossier"] or "-"
        click.echo(f"{told['id']:>8} {told['kind']:16} {about:16} {told['opened_at']} {told['detail']}")
    click.echo(f"incidents: {len(found)}")


@incident.command()
@click.argument("incident_id", type=click.IntRange(min=1))
@telling_errors
def retry(incident_id: int) -> None:
    """Puts what failed back to work, with the next sweep, and closes the incident."""
    with opened_services() as services, services.database.write() as work:
        incidents.retry(work, SYSTEM, incident_id)
    click.echo(f"incident closed, and tried again: {incident_id}")
