"""Forms of administrators read: days, rules, guiding documents. What is wrong is named by its field."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from service.domain.amendments import Guidance
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import Invalid, Message, message
from service.domain.labels import Label
from service.domain.rounds import RoundKind
from service.domain.words import read_day
from service.operations.schedule.deadlines import Extending, Terms
from service.operations.schedule.new_rounds import Dated, NewRound

Form = Mapping[str, str]
Chosen = TypeVar("Chosen", bound=StrEnum)
Read = TypeVar("Read")

GUIDANCE_FIELDS = ("number", "issuer", "issued_on", "section", "quote")
_WRONG = message("Check the marked fields and send again.")
_CHOOSE = message("Choose one of the list.")
WRONG_DAY = message("Write the day as dd/mm/yyyy, such as 30/11/2026.")


def terms(form: Form) -> Terms:
    """What a deadline is to say.

    Raises:
        Invalid: naming every field that cannot be read.
    """
    fields = _Fields(form)
    day = fields.day("day")
    read = Terms(
        day=day,
        bound=fields.one_of(Bound, "bound"),
        roll=fields.one_of(Roll, "roll"),
        late=fields.one_of(LatePolicy, "late"),
        ladder=form.get("ladder", ""),
        awaits=form.get("awaits", "").strip() or None,
    )
    fields.done()
    return read


def extending(form: Form) -> Extending:
    """A later last day for one unit.

    Raises:
        Invalid: naming every field that cannot be read.
    """
    fields = _Fields(form)
    last = fields.day("last_day", required=True)
    fields.done()
    return Extending(form.get("unit", ""), last or date.min, form.get("granted_by", ""))


def guidance(form: Form) -> Guidance | None:
    """The guiding document; None when none of its fields is filled in.

    Raises:
        Invalid: it is described in part only.
    """
    if not any(form.get(name, "").strip() for name in GUIDANCE_FIELDS):
        return None
    fields = _Fields(form)
    issued_on = fields.day("issued_on", required=True)
    wrong = dict(fields.wrong)
    try:
        read = Guidance(
            form.get("number", ""),
            form.get("issuer", ""),
            issued_on or date.min,
            form.get("section", ""),
            form.get("quote", ""),
            verified="verified" in form,
        )
    except Invalid as error:
        raise Invalid(error.message, {**error.fields, **wrong}) from error
    fields.done()
    return read


def kind_and_year(form: Form) -> tuple[RoundKind, int]:
    """Which round is to be created.

    Raises:
        Invalid: naming every field that cannot be read.
    """
    fields = _Fields(form)
    kind = fields.one_of(RoundKind, "kind")
    text = form.get("year", "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        fields.wrong["year"] = message("Write the year with four figures.")
    fields.done()
    return kind, int(text)


def new_round(form: Form) -> NewRound:
    """The round to be created: deadlines whose day or bound was typed, as they were typed.

    Raises:
        Invalid: naming every field that cannot be read.
    """
    kind, year = kind_and_year(form)
    fields = _Fields(form)
    days: dict[str, Dated] = {}
    for name in form:
        key = name.removeprefix("day-")
        day = fields.day(name) if key != name else None
        if day is not None:
            days[key] = Dated(
                day, fields.one_of(Bound, f"bound-{key}"), fields.one_of(Roll, f"roll-{key}", Roll.NONE)
            )
    opens_on = fields.day("opens_on")
    fields.done()
    chosen = form.getlist("awards") if hasattr(form, "getlist") else []  # type: ignore[attr-defined]
    return NewRound(
        kind,
        year,
        name=Label(form.get("name_vi", ""), form.get("name_en", "")),
        awards=tuple(chosen),
        opens_on=opens_on,
        days=days,
    )


def reason(form: Form, wrong: dict[str, Message]) -> str:
    """Why something is to be changed; notes it as wrong when nothing is said."""
    told = form.get("reason", "")
    if not told.strip():
        wrong["reason"] = message("Write why: the reason is kept in the history.")
    return told


def seen(form: Form) -> int:
    """The edition of the locality at which the confirmed numbers were counted; -1 when it is none."""
    text = form.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1


def attempt(read: Callable[[], Read], wrong: dict[str, Message]) -> Read | None:
    """What `read` reads; None after noting what is wrong, so that all mistakes are told together."""
    try:
        return read()
    except Invalid as error:
        wrong |= error.fields or {"day": error.message}
        return None


class _Fields:
    """Reads one field after the other and remembers what is wrong."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.wrong: dict[str, Message] = {}

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A day, as the browser's calendar or as people write it."""
        text = self._form.get(name, "").strip()
        if not text:
            if required:
                self.wrong[name] = WRONG_DAY
            return None
        try:
            return read_day(text)
        except ValueError:
            self.wrong[name] = WRONG_DAY
            return None

    def one_of(self, kind: type[Chosen], name: str, default: Chosen | None = None) -> Chosen:
        """One of a list."""
        text = self._form.get(name, "")
        if not text and default is not None:
            return default
        try:
            return kind(text)
        except ValueError:
            self.wrong[name] = _CHOOSE
            return next(iter(kind))

    def done(self) -> None:
        """
        Raises:
            Invalid: something was wrong.
        """
        if self.wrong:
            raise Invalid(_WRONG, self.wrong)
