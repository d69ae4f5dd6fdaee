"""Changing a deadline: a form, a preview with exact numbers, and only then the change itself."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.amendments import Guidance
from service.domain.deadlines import late_policies
from service.domain.errors import Conflict, Invalid, Message, NotFound, TrinhError, message
from service.domain.organisations import Function
from service.domain.rounds import RoundKind
from service.operations.process import effects
from service.operations.schedule import deadlines
from service.operations.schedule.deadlines import Changed, Extending, Place, Terms
from service.store import localities
from service.store.tables import Organisation, Round
from service.store.work import Work
from service.web.access import administrators
from service.web.complaints import complaint_of, status_of
from service.web.pages import actor, reading, services, show, writing
from service.web.parts import amendment_forms, round_pages
from service.web.parts.round_pages import Told
from service.web.words import told

screen = Blueprint("deadline_changes", __name__)

VERBS = ("change", "extend", "end", "withdraw")
_KEPT = {"csrf_token", "step", "seen"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A change as it was typed, ready to be tried or made."""

    place: Place
    verb: str
    reason: str
    terms: Terms | None = None
    extending: Extending | None = None
    unit: str = ""
    guidance: Guidance | None = None

    def make(self, work: Work, seen: int | None) -> Changed:
        """Makes the change in an open Work."""
        who, place, reason = actor(), self.place, self.reason
        if self.terms is not None:
            return deadlines.change(
                work, who, place, self.terms, reason=reason, guidance=self.guidance, seen=seen
            )
        if self.extending is not None:
            return deadlines.extend(
                work, who, place, self.extending, reason=reason, guidance=self.guidance, seen=seen
            )
        if self.verb == "end":
            return deadlines.end_extension(work, who, place, self.unit, reason=reason, seen=seen)
        return deadlines.withdraw(work, who, place, reason=reason, seen=seen)


@screen.get("/rounds/<key>/deadlines/<deadline>/<verb>")
@administrators
def ask(key: str, deadline: str, verb: str) -> Response:
    """The form with what holds now."""
    return _form(key, deadline, verb)


@screen.post("/rounds/<key>/deadlines/<deadline>/<verb>")
@administrators
def make(key: str, deadline: str, verb: str) -> AnyResponse:
    """Shows what would move; makes it once that has been confirmed as it was shown."""
    step = request.form.get("step")
    if step == "change":
        return _form(key, deadline, verb)
    with reading() as work:
        place = Place(round_pages.chosen(work).id, key, deadline)
    try:
        asked = _read(place, verb)
        if step != "confirm":
            return _preview(asked)
        with writing() as work:
            asked.make(work, amendment_forms.seen(request.form))
    except Conflict as error:
        return _look_again(place, verb, error)
    except (Invalid, NotFound) as error:
        if isinstance(error, NotFound) and verb != "end":
            raise
        return _form(key, deadline, verb, error)
    flash(told(_DONE[verb]))
    return redirect(url_for("rounds.one", key=key, locality=place.locality), 303)


_DONE = {
    "change": message("The deadline has been changed; everything that runs follows it."),
    "extend": message("The deadline has been extended for the unit."),
    "end": message("The extension has ended."),
    "withdraw": message("The deadline follows the plan again."),
}


def _read(place: Place, verb: str) -> _Asked:
    """What was typed; all mistakes together.

    Raises:
        Invalid: naming every field that cannot be read.
    """
    form, wrong = request.form, dict[str, Message]()
    terms = extending = guidance = None
    if verb in {"change", "extend"}:
        guidance = amendment_forms.attempt(lambda: amendment_forms.guidance(form), wrong)
    if verb == "change":
        terms = amendment_forms.attempt(lambda: amendment_forms.terms(form), wrong)
    elif verb == "extend":
        extending = amendment_forms.attempt(lambda: amendment_forms.extending(form), wrong)
    reason = amendment_forms.reason(form, wrong)
    if wrong:
        raise Invalid(message("Check the marked fields and send again."), wrong)
    return _Asked(place, verb, reason, terms, extending, form.get("unit", ""), guidance)


def _look_again(place: Place, verb: str, error: Conflict) -> Response:
    """The preview as it is now, if the change is still possible; else the form with why it is not."""
    try:
        return _preview(_read(place, verb), error)
    except (Conflict, Invalid) as worse:
        return _form(place.round, place.deadline, verb, worse)


def _preview(asked: _Asked, error: Conflict | None = None) -> Response:
    """Tries the change, takes it back, and shows what it came to."""
    editions: list[int] = []

    def attempt(work: Work) -> Changed:
        editions.append(localities.get(work, asked.place.locality).edition)
        return asked.make(work, None)

    changed = effects.tried(services().database, attempt)
    with reading() as work:
        return show(
            "rounds/preview.html",
            status_of(error),
            **_shared(work, asked.place.round, asked.place.deadline, asked.verb),
            asked=asked,
            changed=changed,
            rule=None if changed.unit else round_pages.rule_in_words(changed.after),
            seen=editions[0],
            typed=_typed(),
            complaint=complaint_of(error),
        )


def _form(key: str, deadline: str, verb: str, error: TrinhError | None = None) -> Response:
    with reading() as work:
        return show(
            "rounds/change.html",
            status_of(error),
            **_shared(work, key, deadline, verb),
            units=_units(work, key),
            typed=_typed() if request.method == "POST" else None,
            complaint=complaint_of(error),
        )


def _shared(work: Work, key: str, deadline: str, verb: str) -> dict[str, object]:
    """What form and preview share.

    Raises:
        NotFound: there is no such deadline, or it cannot be changed in that way.
    """
    shared = round_pages.of_round(work, key)
    found: list[Told] = shared["told_deadlines"]  # type: ignore[assignment]
    one = next((one for one in found if one.deadline.key == deadline), None)
    if one is None or verb not in VERBS:
        raise NotFound(message("There is no such deadline."))
    round_: Round = shared["page"].round  # type: ignore[attr-defined]
    return {
        **shared,
        "one": one,
        "deadline": one.deadline,
        "verb": verb,
        "late_policies": late_policies(one.deadline.owner, duty=round_.kind == RoundKind.DUTY),
    }


def _units(work: Work, key: str) -> list[Organisation]:
    """Whose dossiers run in the round: the units; of a duty whoever owes it."""
    locality = round_pages.chosen(work)
    round_ = localities.round_of(work, locality.id, key)
    owners = {one.owner for one in round_.deadlines}
    functions = owners if round_.kind == RoundKind.DUTY else {Function.UNIT.value}
    return [one for one in localities.organisations(work, locality.id) if one.function in functions]


def _typed() -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(
        [(name, value) for name, value in request.form.items(multi=True) if name not in _KEPT]
    )
