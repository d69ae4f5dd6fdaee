"""The filters of a search as they stand in an address, and how they are told on the page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from service.domain.dossiers import DossierKind, DossierStatus, NominationStatus
from service.domain.errors import Message, message
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.searches import LONGEST_QUERY, Sent, Wanted
from service.operations import step_names
from service.operations.report import searches
from service.store import localities
from service.store.work import Work
from service.translations import terms
from service.web import typed

Value = TypeVar("Value")
Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A filter that has no field of its own: what it says, and the search without it."""

    words: Message
    without: Wanted


def wanted_of(given: MultiDict[str, str] | None = None) -> Wanted:
    """The search that an address or a form asks for.

    Raises:
        BadRequest: a filter has a value that there is not.
    """
    given = request.args if given is None else given
    return Wanted(
        text=" ".join(given.get("q", "").split())[:LONGEST_QUERY],
        locality_id=given.get("locality") or None,
        round_id=_read(given, "round", _number),
        status=_read(given, "status", _member(DossierStatus)),
        kind=_read(given, "kind", _member(DossierKind)),
        unit_id=_read(given, "unit", _number),
        sent=_read(given, "sent", _member(Sent)),
        step=(given.get("step") or "")[:100] or None,
        office_id=_read(given, "office", _number),
        overdue=given.get("overdue") == "1",
        award_id=_read(given, "award", _number),
        nomination_status=_read(given, "nomination", _member(NominationStatus)),
    )


def params_of(wanted: Wanted) -> dict[str, Any]:
    """The search as the parameters of an address; nothing that lets everything through."""
    given = {
        "q": wanted.text,
        "locality": wanted.locality_id,
        "round": wanted.round_id,
        "status": wanted.status,
        "kind": wanted.kind,
        "unit": wanted.unit_id,
        "sent": wanted.sent,
        "step": wanted.step,
        "office": wanted.office_id,
        "overdue": "1" if wanted.overdue else None,
        "award": wanted.award_id,
        "nomination": wanted.nomination_status,
    }
    return {name: str(value) for name, value in given.items() if value not in {None, ""}}


def narrowed(work: Work, actor: Actor, wanted: Wanted) -> list[Narrowed]:
    """The filters that the page of a progress brought along, each in words and with a way to drop it."""
    found: list[Narrowed] = []
    for organisation_id, words, without in (
        (wanted.unit_id, message("Unit: {name}"), replace(wanted, unit_id=None)),
        (wanted.office_id, message("Waits at: {name}"), replace(wanted, office_id=None)),
    ):
        if organisation_id is not None:
            unit = searches.unit_of(work, actor, organisation_id)
            found.append(Narrowed(_with(words, _label(unit)), without))
    if wanted.step is not None:
        found.append(
            Narrowed(
                _with(message("Step: {name}"), step_names.label_of(work, wanted.step)),
                replace(wanted, step=None),
            )
        )
    if wanted.overdue:
        found.append(Narrowed(message("Overdue now"), replace(wanted, overdue=False)))
    if wanted.sent is not None:
        found.append(Narrowed(terms.of_member(wanted.sent), replace(wanted, sent=None)))
    if wanted.award_id is not None:
        award = localities.award(work, wanted.award_id)
        found.append(Narrowed(_with(message("Award: {name}"), _label(award)), replace(wanted, award_id=None)))
    if wanted.nomination_status is not None:
        status = terms.of_member(wanted.nomination_status)
        without = replace(wanted, nomination_status=None)
        found.append(Narrowed(_with(message("Nominations: {name}"), status), without))
    return found


def _with(words: Message, name: object) -> Message:
    return Message(words.text, {"name": name})


def _label(row: Any) -> object:
    return Label(row.name_vi, row.name_en) if row is not None else "?"


def _read(given: MultiDict[str, str], name: str, read: Callable[[str], Value]) -> Value | None:
    text = given.get(name, "")
    if not text:
        return None
    try:
        return read(text)
    except ValueError:
        raise BadRequest from None


def _number(text: str) -> int:
    number = typed.number(text)
    if number is None:
        raise ValueError(text)
    return number


def _member(kind: type[Member]) -> Callable[[str], Member]:
    return kind
