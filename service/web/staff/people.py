"""Who sits where, the seats that heads and administrators give, and who stands in for whom."""

from datetime import date

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, Message, TrinhError, message
from service.operations import access, calendars
from service.operations.staff import seats, substitutions
from service.operations.staff.substitutions import Away
from service.store import localities
from service.store import substitutions as rows
from service.store.tables import Locality, Membership, Person
from service.store.work import Work
from service.web import typed
from service.web.access import Who, allow
from service.web.complaints import complaint_of, status_of
from service.web.pages import actor, reading, show, writing
from service.web.parts import round_pages
from service.web.words import day as shown_day
from service.web.words import told

screen = Blueprint("people", __name__, url_prefix="/people")
WRONG = message("Check the marked fields and send again.")
NO_DAY = message("Write a day as day/month/year, such as 05/12/2024.")


@screen.get("")
@allow(Who.SIGNED_IN)
def every() -> Response:
    """The offices of a locality with their roles and people, and who is away today."""
    with reading() as work:
        choices, locality = round_pages.choice(work)
        return show(
            "people/every.html",
            localities=choices,
            locality=locality,
            offices=seats.of_locality(work, actor(), locality.id) if locality else [],
            roles=localities.roles(work, locality.id) if locality else {},
            changes=seats.changes(work, actor(), locality.id) if locality else [],
        )


@screen.get("/seats/<id:group_id>")
@allow(Who.SEATERS)
def ask_seat(group_id: int) -> Response:
    """The form that gives somebody a role in an office, or changes the days of one who has it."""
    return _seat_form(group_id, request.args)


@screen.post("/seats/<id:group_id>")
@allow(Who.SEATERS)
def seat(group_id: int) -> AnyResponse:
    """Gives the seat, or changes its days."""
    given = request.form
    try:
        first, last = _days(given, required=False)
        with writing() as work:
            row = seats.seat(
                work,
                actor(),
                person_id=typed.number(given.get("person")) or 0,
                group_id=group_id,
                first=first,
                last=last,
                reason=given.get("reason", ""),
            )
            locality_id = rows.group(work, row.group_id).organisation.locality_id
    except (Invalid, Conflict) as error:
        return _seat_form(group_id, given, error)
    flash(told(message("The seat is kept. It holds by itself from its first day to its last.")))
    return redirect(url_for("people.every", locality=locality_id, _anchor=f"group-{group_id}"), 303)


@screen.get("/absences")
@allow(Who.SIGNED_IN)
def absences() -> Response:
    """Who is away and who stands in for them, and the form to enter an absence."""
    return _absences(request.args)


@screen.post("/absences")
@allow(Who.SIGNED_IN)
def enter() -> AnyResponse:
    """Enters an absence; the substitute acts from its first day on."""
    given = request.form
    try:
        first, last = _days(given, required=True)
        if first is None or last is None:
            raise Invalid(WRONG, {"first_day": NO_DAY})
        with writing() as work:
            locality = round_pages.chosen(work)
            chosen = typed.numbers(given.getlist("roles"))
            entered = substitutions.enter(
                work,
                actor(),
                locality.id,
                Away(
                    typed.number(given.get("absent")) or actor().person_id,
                    typed.number(given.get("substitute")) or 0,
                    first,
                    last,
                    given.get("reason", ""),
                    chosen if "choosing" in given else None,
                ),
            )
            done = message(
                "{substitute} stands in for {absent}. Both have been told by mail.",
                substitute=entered.substitute.name,
                absent=entered.absent.name,
            )
    except (Invalid, Conflict) as error:
        return _absences(given, error)
    flash(told(done))
    return redirect(url_for("people.absences"), 303)


@screen.post("/absences/<id:substitution_id>/end")
@allow(Who.ABSENTEES)
def end(substitution_id: int) -> AnyResponse:
    """Ends an absence before its last day."""
    try:
        with writing() as work:
            substitutions.end(work, actor(), substitution_id)
    except Conflict as error:
        return _absences(request.form, error)
    flash(told(message("The absence has ended: from now on nobody stands in.")))
    return redirect(url_for("people.absences"), 303)


def _days(given: MultiDict[str, str], *, required: bool) -> tuple[date | None, date | None]:
    """The first and the last day.

    Raises:
        Invalid: where one is missing that must be there, or is no day.
    """
    found = {name: typed.day(given.get(name)) for name in ("first_day", "last_day")}
    wrong: dict[str, Message] = {}
    for name, value in found.items():
        if value is None and (text := given.get(name, "").strip()):
            wrong[name] = message("There is no day {day}. Write one such as 05/12/2024.", day=text)
        elif value is None and required:
            wrong[name] = NO_DAY
    if wrong:
        raise Invalid(WRONG, wrong)
    return found["first_day"], found["last_day"]


def _seat_form(group_id: int, given: MultiDict[str, str], error: TrinhError | None = None) -> Response:
    with reading() as work:
        group = rows.group(work, group_id)
        locality = localities.get(work, group.organisation.locality_id)
        role = localities.roles(work, locality.id)[group.role]
        access.require_seating(actor(), group, head=role.head)
        person_id = typed.number(given.get("person"))
        known = rows.membership(work, person_id, group_id) if person_id else None
        return show(
            "people/seat.html",
            status_of(error),
            group=group,
            role=role,
            locality=locality,
            people=rows.people_of(work, None if actor().administrator else locality.id),
            chosen=person_id,
            known=known,
            given=given if error else _as_typed(known),
            complaint=complaint_of(error),
        )


def _as_typed(known: Membership | None) -> dict[str, str]:
    if known is None:
        return {}
    days = {"first_day": known.valid_from, "last_day": known.valid_to}
    return {name: shown_day(value) for name, value in days.items() if value}


def _absences(given: MultiDict[str, str], error: TrinhError | None = None) -> Response:
    with reading() as work:
        choices, locality = round_pages.choice(work)
        if locality is None:
            return show("people/absences.html", localities=choices, locality=None)
        today = calendars.today(work, locality)
        whom = substitutions.whom(work, actor(), locality)
        absent_id = typed.number(given.get("absent")) or actor().person_id
        own = substitutions.fillable(work, absent_id, locality.id, today)
        standing = substitutions.list_for(work, actor(), locality.id)
        return show(
            "people/absences.html",
            status_of(error),
            localities=choices,
            locality=locality,
            roles=localities.roles(work, locality.id),
            standing=[
                (row, substitutions.may_end(actor(), row), substitutions.reason_told(actor(), row))
                for row in standing
            ],
            past=substitutions.past_of(work, actor()),
            whom=whom,
            absent_id=absent_id,
            own=own,
            substitutes=_substitutes(work, locality, absent_id, own),
            today=today,
            given=given,
            complaint=complaint_of(error),
        )


def _substitutes(work: Work, locality: Locality, absent_id: int, own: list[Membership]) -> list[Person]:
    found: dict[int, Person] = {}
    for one in own:
        its = substitutions.eligible(work, actor(), locality, absent_id, [one])
        found |= {person.id: person for person in its}
    return sorted(found.values(), key=lambda person: (person.sort_key, person.id))
