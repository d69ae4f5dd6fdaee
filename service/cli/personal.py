"""`trinh user mails` and `trinh user calendars`: what people chose for themselves, told and changed."""

import click

from service.cli.opening import opened_services
from service.cli.people import user
from service.cli.telling import echo_json, local_time, telling_errors
from service.domain.errors import Invalid, message
from service.domain.zones import VIETNAM
from service.operations.mail import subscriptions
from service.operations.report import feeds
from service.operations.staff import people
from service.store.work import Work


@user.command("mails")
@click.argument("sign_in_name")
@click.option("--digest-hour", type=click.IntRange(0, 23), help="The hour of the daily digest.")
@click.option("--no-digest", is_flag=True, help="No daily digest from now on.")
@click.option("--decline", "declining", multiple=True, help="A kind of mail not to be sent. Repeatable.")
@click.option("--want", "wanting", multiple=True, help="A declined kind to be sent again. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def user_mails(
    sign_in_name: str,
    digest_hour: int | None,
    no_digest: bool,
    declining: tuple[str, ...],
    wanting: tuple[str, ...],
    as_json: bool,
) -> None:
    """Tells which mails a person gets, and changes it; what the plan orders is sent in any case."""
    if digest_hour is not None and no_digest:
        raise Invalid(message("Name an hour for the digest, or that there is to be none: not both."))

    def chosen(work: Work) -> subscriptions.Subscribed:
        actor = people.actor_named(work, sign_in_name)
        now = subscriptions.show(work, actor)
        if digest_hour is None and not (no_digest or declining or wanting):
            return now
        declined = {one.kind for one in now.choices if one.declined} - set(wanting) | set(declining)
        hour = None if no_digest else now.digest_hour if digest_hour is None else digest_hour
        return subscriptions.choose(work, actor, digest_hour=hour, declined=declined)

    with opened_services() as services, services.database.write() as work:
        told = chosen(work)
    if as_json:
        kinds = [
            {"kind": one.kind, "may_decline": one.may_decline, "declined": one.declined}
            for one in told.choices
        ]
        echo_json({"digest_hour": told.digest_hour, "zone": told.zone, "kinds": kinds})
        return
    hour = "-" if told.digest_hour is None else f"{told.digest_hour:02}:00"
    click.echo(f"{'digest':20} {hour} {told.zone}")
    for one in told.choices:
        click.echo(f"{one.kind:20} {'declined' if one.declined else 'sent' if one.may_decline else 'always'}")


@user.command("calendars")
@click.argument("sign_in_name")
@click.option("--revoke", type=click.IntRange(min=1), help="Number of an address that is to end for good.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@telling_errors
def user_calendars(sign_in_name: str, revoke: int | None, as_json: bool) -> None:
    """Lists the calendar addresses of a person, never the addresses themselves; ends one that was lost."""
    with opened_services() as services, services.database.write() as work:
        actor = people.actor_named(work, sign_in_name)
        if revoke is not None:
            feeds.revoke(work, actor, revoke)
        found = [
            {
                "id": one.id,
                "label": one.label,
                "round": one.round.key if one.round else None,
                "created_at": local_time(one.created_at, VIETNAM),
                "read_at": local_time(one.read_at, VIETNAM),
            }
            for one in feeds.mine(work, actor)
        ]
    if as_json:
        echo_json(found)
        return
    for one in found:
        about = one["round"] or "-"
        click.echo(f"{one['id']:>6} {about:16} read {one['read_at'] or '-'}  {one['label']}".rstrip())
    click.echo(f"calendar addresses: {len(found)}")
