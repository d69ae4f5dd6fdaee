"""`trinh outbox`: what waits to be sent, was sent or could not be delivered; and trying again."""

import click

from service.cli.opening import opened_services
from service.cli.telling import echo_json, telling_errors
from service.domain.errors import Invalid, message
from service.domain.people import SYSTEM
from service.operations.mail import outbox as mails
from service.operations.mail.outbox import Wanted


@click.group(invoke_without_command=True)
@click.option("--status", type=click.Choice(list(mails.STATUSES)), help="One folder only.")
@click.option("--search", default="", help="Part of a dossier's code, or of a recipient's name or address.")
@click.option("--before", "before_id", type=click.IntRange(min=1), help="Mails older than this one.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
@telling_errors
def outbox(
    context: click.Context, status: str | None, search: str, before_id: int | None, limit: int, as_json: bool
) -> None:
    """Lists the mails of the outbox, the newest first, with the counts of its folders."""
    if context.invoked_subcommand is not None:
        return
    with opened_services() as services, services.database.read() as work:
        counts = mails.counts(work, SYSTEM)
        page = mails.page(work, SYSTEM, Wanted(status, search, before_id, limit))
        found = [mails.as_json(mail) for mail in page.mails]
    if as_json:
        echo_json({"counts": counts, "mails": found, "next": page.following})
        return
    click.echo(", ".join(f"{name} {_capped(number)}" for name, number in counts.items()))
    for one in found:
        when = one["sent_at"] or one["next_attempt_at"] or "-"
        click.echo(
            f"{one['id']:>8} {one['status']:8} {one['template']:12} {one['dossier'] or '-':16} "
            f"attempts {one['attempts']} {when} {one['last_error'] or ''}".rstrip()
        )


@outbox.command()
@click.argument("mail_id", required=False, type=click.IntRange(min=1))
@click.option("--all", "everything", is_flag=True, help="Everything that could not be delivered.")
@telling_errors
def retry(mail_id: int | None, everything: bool) -> None:
    """Sends one mail again with the next sweep, or all that could not be delivered."""
    if (mail_id is None) != everything:
        raise Invalid(message("Name one mail by its id, or write --all."))
    with opened_services() as services, services.database.write() as work:
        if mail_id is None:
            number = mails.retry_dead(work, SYSTEM)
        else:
            mails.retry(work, SYSTEM, mail_id)
            number = 1
    click.echo(f"mails that will be tried again: {number}")


def _capped(number: int) -> str:
    return f"{number}+" if number >= mails.COUNT_CAP else str(number)
