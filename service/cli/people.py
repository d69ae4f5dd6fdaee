"""`trinh user`: people."""

import sys
from datetime import datetime

import click

from service.cli.opening import upgraded_services
from service.cli.telling import LANGUAGES, telling_errors
from service.domain.errors import Invalid, message
from service.domain.people import SYSTEM
from service.operations.staff import people, seats

_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.group()
def user() -> None:
    """People."""


@user.command("add")
@click.argument("sign_in_name")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--seat", "seats", multiple=True, help="LOCALITY:ORGANISATION:ROLE; may be repeated.")
@click.option("--language", "person_language", type=LANGUAGES, default="vi")
@click.option("--administrator", is_flag=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@telling_errors
def user_add(
    sign_in_name: str,
    name: str,
    email: str,
    seats: tuple[str, ...],
    person_language: str,
    administrator: bool,
    password_stdin: bool,
) -> None:
    """Adds a person; the password is asked for, never an argument."""
    password = _password(password_stdin)
    parsed = [seat.split(":") for seat in seats]
    if any(len(parts) != 3 for parts in parsed):
        raise Invalid(message("Write a seat as LOCALITY:ORGANISATION:ROLE."))
    with upgraded_services() as services, services.database.write() as work:
        person = people.add(
            work,
            sign_in_name=sign_in_name,
            name=name,
            email=email,
            password=password,
            seats=[(parts[0], parts[1], parts[2]) for parts in parsed],
            language=person_language,
            administrator=administrator,
        )
    click.echo(f"{person.sign_in_name} added")


@user.command("password")
@click.argument("sign_in_name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@telling_errors
def user_password(sign_in_name: str, password_stdin: bool) -> None:
    """Gives a person a new password and ends all their sessions and tokens."""
    password = _password(password_stdin)
    with upgraded_services() as services, services.database.write() as work:
        person = people.set_password(work, sign_in_name, password)
    click.echo(f"{person.sign_in_name} has a new password")


@user.command("off")
@click.argument("sign_in_name")
@telling_errors
def user_off(sign_in_name: str) -> None:
    """Lets a person in no more: all their sessions and tokens end; what they have done stays."""
    _switch(sign_in_name, active=False)


@user.command("on")
@click.argument("sign_in_name")
@telling_errors
def user_on(sign_in_name: str) -> None:
    """Lets a person in again."""
    _switch(sign_in_name, active=True)


def _switch(sign_in_name: str, *, active: bool) -> None:
    with upgraded_services() as services, services.database.write() as work:
        person = people.set_active(work, sign_in_name, active=active)
    click.echo(f"{person.sign_in_name} is {'on' if active else 'off'}")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return click.prompt("Password", hide_input=True, confirmation_prompt=True)


@user.command("seat")
@click.argument("sign_in_name")
@click.argument("seat")
@click.option("--from", "first", type=_DAY, help="The first day; at once without it.")
@click.option("--to", "last", type=_DAY, help="The last day; it still counts.")
@click.option("--reason", required=True, help="Kept with the change, such as the number of a decision.")
@telling_errors
def user_seat(
    sign_in_name: str, seat: str, first: datetime | None, last: datetime | None, reason: str
) -> None:
    """Gives a person a SEAT, LOCALITY:ORGANISATION:ROLE, or changes its days."""
    parts = seat.split(":")
    if len(parts) != 3:
        raise Invalid(message("Write a seat as LOCALITY:ORGANISATION:ROLE."))
    with upgraded_services() as services, services.database.write() as work:
        person = people.actor_named(work, sign_in_name)
        group = people.group_named(work, *parts)
        seats.seat(
            work,
            SYSTEM,
            person_id=person.person_id,
            group_id=group.id,
            first=first.date() if first else None,
            last=last.date() if last else None,
            reason=reason,
        )
    click.echo(f"{sign_in_name} {seat}")
