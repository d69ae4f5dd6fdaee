"""Reminder ladders: what they say and when that is; administrators create, change and withdraw them."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, Message, NotFound, TrinhError, message
from service.domain.labels import Label
from service.domain.reminders import Audience, DayCount, Ladder, Rung, keyed
from service.operations import access
from service.operations.process import effects
from service.operations.process.effects import Effect
from service.operations.schedule import ladders
from service.operations.schedule.ladders import NEW, Dated, LadderPage
from service.store import localities
from service.store.tables import Locality
from service.store.work import Work
from service.web import typed
from service.web.access import Who, administrators, allow, signed_in
from service.web.complaints import complaint_of, status_of
from service.web.pages import actor, reading, services, show, writing
from service.web.parts import amendment_forms, calendar_forms, round_pages
from service.web.words import told

screen = Blueprint("ladders", __name__, url_prefix="/ladders")

VERBS = ("change", "withdraw")
_FRESH = Rung("", -3, Audience.CANDIDATES, DayCount.CALENDAR)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A change of a ladder as it was typed, ready to be tried or made."""

    locality: str
    key: str
    verb: str
    reason: str
    name: Label
    rungs: tuple[Rung, ...] = ()

    def make(self, work: Work, seen: int | None = None) -> Effect:
        """Makes the change in an open Work."""
        who, reason = actor(), self.reason
        if self.verb == "withdraw":
            return ladders.withdraw(work, who, self.locality, self.key, reason=reason, seen=seen)
        if self.key == NEW:
            return ladders.create(work, who, self.locality, self.name, self.rungs, reason=reason, seen=seen)[
                1
            ]
        return ladders.save(
            work, who, self.locality, self.key, self.name, self.rungs, reason=reason, seen=seen
        )


@screen.get("")
@signed_in
def every() -> Response:
    """All ladders of a locality with their rungs in words, and which deadlines remind by them."""
    with reading() as work:
        choices, locality = round_pages.choice(work)
        return show(
            "ladders/every.html",
            localities=choices,
            locality=locality,
            pages=ladders.every(work, locality.id) if locality else [],
            may_amend=access.administers(actor()),
        )


@screen.get("/<key>")
@allow(Who.LOCALITY)
def one(key: str) -> Response:
    """One ladder: its rungs, and the days on which they fall for the deadlines to come."""
    with reading() as work:
        locality = round_pages.chosen(work)
        page = ladders.show(work, locality.id, key)
        may_amend = access.administers(actor())
        return show(
            "ladders/one.html",
            **_placed(work, locality),
            page=page,
            dated=ladders.dates(work, locality.id, page.ladder),
            may_amend=may_amend,
            amendments=ladders.history(work, locality.id, key) if may_amend else [],
        )


@screen.get("/<key>/<verb>")
@administrators
def ask(key: str, verb: str) -> Response:
    """The form with the rungs as they stand."""
    return _form(key, verb)


@screen.post("/<key>/<verb>")
@administrators
def make(key: str, verb: str) -> AnyResponse:
    """Adds or removes a row, shows the dates, shows what would move, or makes the change."""
    step = request.form.get("step", "")
    if step not in {"preview", "confirm"}:
        return _form(key, verb)
    with reading() as work:
        locality_id = round_pages.chosen(work).id
    try:
        asked = _read(locality_id, key, verb)
        if step == "preview":
            return _preview(asked)
        with writing() as work:
            asked.make(work, amendment_forms.seen(request.form))
    except Conflict as error:
        return _look_again(locality_id, key, verb, error)
    except Invalid as error:
        return _form(key, verb, error)
    flash(told(_DONE[verb]))
    return redirect(url_for("ladders.every", locality=locality_id), 303)


_DONE = {
    "change": message("The ladder holds from now on, for what waits already too."),
    "withdraw": message("What was changed here about the ladder is taken back."),
}


def _read(locality_id: str, key: str, verb: str) -> _Asked:
    """What was typed; all mistakes together.

    Raises:
        Invalid: naming every field that cannot be read.
    """
    form, wrong = request.form, dict[str, Message]()
    name = Label(form.get("name_vi", ""), form.get("name_en", ""))
    found: list[Rung] = []
    if verb == "change":
        if not name.vi.strip():
            wrong["name_vi"] = message("Give the ladder a name, such as: early reminders.")
        try:
            found = calendar_forms.rungs(calendar_forms.typed_rungs(form))
        except Invalid as error:
            wrong |= error.fields
    reason = amendment_forms.reason(form, wrong)
    if wrong:
        raise Invalid(message("Check the marked fields and send again."), wrong)
    return _Asked(locality_id, key, verb, reason, name, tuple(found))


def _look_again(locality_id: str, key: str, verb: str, error: Conflict) -> Response:
    """The preview as it is now, if the change is still possible; else the form with why it is not."""
    try:
        return _preview(_read(locality_id, key, verb), error)
    except (Conflict, Invalid) as worse:
        return _form(key, verb, worse)


def _preview(asked: _Asked, error: Conflict | None = None) -> Response:
    """Tries the change, takes it back, and shows what it came to."""
    editions: list[int] = []
    dated: list[Dated] = []

    def attempt(work: Work) -> Effect:
        editions.append(localities.get(work, asked.locality).edition)
        effect = asked.make(work)
        if asked.verb == "change":
            key = ladders.key_of(asked.name) if asked.key == NEW else asked.key
            dated.extend(
                ladders.dates(work, asked.locality, ladders.show(work, asked.locality, key).ladder, most=3)
            )
        return effect

    effect = effects.tried(services().database, attempt)
    with reading() as work:
        return show(
            "ladders/preview.html",
            status_of(error),
            **_shared(work, asked.key, asked.verb),
            asked=asked,
            effect=effect,
            dated=dated,
            seen=editions[0],
            typed_rungs=calendar_forms.typed_rungs(request.form),
            complaint=complaint_of(error),
        )


def _form(key: str, verb: str, error: TrinhError | None = None) -> Response:
    with reading() as work:
        shared = _shared(work, key, verb)
        page: LadderPage | None = shared["page"]  # type: ignore[assignment]
        rows = _rows(page)
        locality: Locality = shared["locality"]  # type: ignore[assignment]
        return show(
            "ladders/form.html",
            status_of(error),
            **shared,
            rows=rows,
            typed=request.form,
            name=_name(page),
            dated=_dates_of(work, locality, key, rows),
            complaint=complaint_of(error),
        )


def _rows(page: LadderPage | None) -> list[dict[str, str]]:
    """The rows of the table as typed, after adding or removing one; at first those that stand."""
    if request.method == "GET":
        return [calendar_forms.told_rung(rung) for rung in (page.ladder.rungs if page else (_FRESH,))]
    rows, remove = calendar_forms.typed_rungs(request.form), typed.number(request.form.get("remove"))
    if remove is not None and remove <= len(rows):
        del rows[remove - 1]
    if request.form.get("step") == "add":
        rows.append(calendar_forms.told_rung(_FRESH))
    return rows


def _dates_of(work: Work, locality: Locality, key: str, rows: list[dict[str, str]]) -> list[Dated]:
    """The days on which the rows as typed would fall; nothing while they cannot be read."""
    try:
        found = keyed(calendar_forms.rungs(rows), ())
    except Invalid:
        return []
    return ladders.dates(work, locality.id, Ladder(key, found), most=3)


def _name(page: LadderPage | None) -> Label:
    if request.method == "POST" and "name_vi" in request.form:
        return Label(request.form["name_vi"], request.form.get("name_en", ""))
    return page.name if page else Label("", "")


def _shared(work: Work, key: str, verb: str) -> dict[str, object]:
    """What form and preview share.

    Raises:
        NotFound: there is no such ladder, or nothing of that kind can be done with it.
    """
    if verb not in VERBS or (key == NEW and verb != "change"):
        raise NotFound(message("There is no such page."))
    locality = round_pages.chosen(work)
    page = None if key == NEW else ladders.show(work, locality.id, key)
    return {**_placed(work, locality), "key": key, "verb": verb, "page": page}


def _placed(work: Work, locality: Locality) -> dict[str, object]:
    return {"locality": locality, "zone": ZoneInfo(locality.zone), "at": work.now}
