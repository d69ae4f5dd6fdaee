"""The working calendar of a year, and the swap days that administrators enter, change and withdraw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.amendments import Guidance
from service.domain.calendars import DayKind
from service.domain.deadlines import day_in_figures
from service.domain.errors import Conflict, Invalid, Message, NotFound, TrinhError, message
from service.domain.labels import Label
from service.operations import access
from service.operations.process import effects
from service.operations.process.effects import Effect
from service.operations.schedule import calendar_years, swap_days
from service.operations.schedule.calendar_years import CalendarYear, Mark
from service.operations.schedule.swap_days import SwapDay
from service.store import localities
from service.store.tables import CalendarDay
from service.store.work import Work
from service.web.access import administrators, signed_in
from service.web.complaints import complaint_of, status_of
from service.web.pages import actor, reading, services, show, writing
from service.web.parts import amendment_forms, calendar_forms, round_pages
from service.web.parts.citations import document_names
from service.web.schedule.calendar_grids import months
from service.web.words import told

screen = Blueprint("working_calendar", __name__, url_prefix="/working-calendar")

VERBS = ("enter", "withdraw", "restore")
_TYPED = ("day", "kind", "name_vi", "name_en", *amendment_forms.GUIDANCE_FIELDS, "verified", "reason")
_DONE = {
    "enter": message("The swap day {day} holds from now on."),
    "withdraw": message("The swap day {day} is withdrawn."),
    "restore": message("The swap day {day} holds again."),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A change of the calendar as it was typed, ready to be tried or made."""

    locality: str
    verb: str
    day: date
    reason: str
    swap: SwapDay | None = None

    def make(self, work: Work, seen: int | None = None) -> Effect:
        """Makes the change in an open Work."""
        if self.swap is not None:
            return swap_days.enter(work, actor(), self.locality, self.swap, reason=self.reason, seen=seen)
        change = swap_days.withdraw if self.verb == "withdraw" else swap_days.restore
        return change(work, actor(), self.locality, self.day, reason=self.reason, seen=seen)


@screen.get("")
@signed_in
def year() -> Response:
    """Twelve months with rest days shaded and last days marked; the same as lists below."""
    asked = request.args.get("year", "")
    with reading() as work:
        choices, locality = round_pages.choice(work)
        if locality is None:
            return show("working_calendar/none.html")
        number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else None
        shown = _year(work, locality.id, number)
        return show(
            "working_calendar/year.html",
            localities=choices,
            locality=locality,
            shown=shown,
            months=months(shown),
            names=document_names(work, locality),
            may_amend=access.administers(actor()),
            amendments=swap_days.history(work, locality.id) if access.administers(actor()) else [],
        )


@screen.get("/<verb>")
@administrators
def ask(verb: str) -> Response:
    """The form, with what stands on the day named in the address."""
    return _form(verb)


@screen.post("/<verb>")
@administrators
def make(verb: str) -> AnyResponse:
    """Shows what would move; makes the change once that has been confirmed as it was shown."""
    step = request.form.get("step")
    if step == "change":
        return _form(verb)
    with reading() as work:
        locality_id = round_pages.chosen(work).id
    try:
        asked = _read(locality_id, verb)
        if step != "confirm":
            return _preview(asked)
        with writing() as work:
            asked.make(work, amendment_forms.seen(request.form))
    except Conflict as error:
        return _look_again(locality_id, verb, error)
    except Invalid as error:
        return _form(verb, error)
    flash(told(message(_DONE[verb].text, day=day_in_figures(asked.day))))
    return redirect(url_for("working_calendar.year", locality=locality_id, year=asked.day.year), 303)


def _year(work: Work, locality_id: str, number: int | None) -> CalendarYear:
    """The year asked for; an address that names one out of reach names nothing."""
    try:
        return calendar_years.show(work, locality_id, number)
    except Invalid as error:
        raise NotFound(error.message) from error


def _read(locality_id: str, verb: str) -> _Asked:
    """What was typed; all mistakes together.

    Raises:
        Invalid: naming every field that cannot be read.
    """
    form, wrong = request.form, dict[str, Message]()
    day = amendment_forms.attempt(lambda: calendar_forms.day(form, "day"), wrong)
    swap: SwapDay | None = None
    if verb == "enter":
        guidance = amendment_forms.attempt(_guidance, wrong)
        kind = amendment_forms.attempt(lambda: calendar_forms.one_of(form, DayKind, "kind"), wrong)
        name = Label(form.get("name_vi", ""), form.get("name_en", ""))
        if day and guidance and kind:
            swap = amendment_forms.attempt(lambda: SwapDay(day, kind, name, guidance), wrong)
        elif not name.vi.strip():
            wrong["name_vi"] = message("Write what the day is called, such as: day off for Tết.")
    reason = amendment_forms.reason(form, wrong)
    if wrong or day is None:
        order = {name: place for place, name in enumerate(_TYPED)}
        fields = dict(sorted(wrong.items(), key=lambda one: order.get(one[0], len(order))))
        raise Invalid(message("Check the marked fields and send again."), fields)
    return _Asked(locality_id, verb, day, reason, swap)


def _guidance() -> Guidance:
    found = amendment_forms.guidance(request.form)
    if found is None:
        missing = message("Write the number of the document, such as 12/HD-UBND.")
        raise Invalid(missing, {"number": missing})
    return found


def _look_again(locality_id: str, verb: str, error: Conflict) -> Response:
    """The preview as it is now, if the change is still possible; else the form with why it is not."""
    try:
        return _preview(_read(locality_id, verb), error)
    except (Conflict, Invalid, NotFound) as worse:
        return _form(verb, worse)


def _preview(asked: _Asked, error: Conflict | None = None) -> Response:
    """Tries the change, takes it back, and shows what it came to."""
    editions: list[int] = []
    warnings: list[Mark] = []

    def attempt(work: Work) -> Effect:
        editions.append(localities.get(work, asked.locality).edition)
        effect = asked.make(work)
        marks = calendar_years.show(work, asked.locality, asked.day.year).marks
        warnings.extend(mark for mark in marks.get(asked.day, ()) if mark.warning is not None)
        return effect

    effect = effects.tried(services().database, attempt)
    with reading() as work:
        return show(
            "working_calendar/preview.html",
            status_of(error),
            **_shared(work, asked.verb),
            asked=asked,
            standing=_standing(work, asked.locality, asked.day),
            effect=effect,
            warnings=warnings,
            seen=editions[0],
            typed={name: request.form[name] for name in _TYPED if name in request.form},
            complaint=complaint_of(error),
        )


def _form(verb: str, error: TrinhError | None = None) -> Response:
    with reading() as work:
        shared = _shared(work, verb)
        typed = {name: request.values[name] for name in _TYPED if name in request.values}
        day = _day_or_none(typed)
        standing = _standing(work, round_pages.chosen(work).id, day)
        if verb != "enter" and standing is None:
            raise NotFound(message("No swap day stands on that day."))
        return show(
            "working_calendar/form.html",
            status_of(error),
            **shared,
            standing=standing,
            typed=typed if day is None else {**typed, "day": day_in_figures(day)},
            fresh=request.method == "GET",
            complaint=complaint_of(error),
        )


def _shared(work: Work, verb: str) -> dict[str, object]:
    """What form and preview share.

    Raises:
        NotFound: nothing of that kind can be done with a swap day.
    """
    if verb not in VERBS:
        raise NotFound(message("There is no such page."))
    locality = round_pages.chosen(work)
    return {"locality": locality, "verb": verb, "names": document_names(work, locality)}


def _standing(work: Work, locality_id: str, day: date | None) -> CalendarDay | None:
    return None if day is None else localities.calendar_day(work, locality_id, day)


def _day_or_none(typed: Mapping[str, str]) -> date | None:
    try:
        return calendar_forms.day(typed, "day")
    except Invalid:
        return None
