"""Finding dossiers, nominees, papers, offices and people; only what the actor may see."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.domain.organisations import Function
from service.domain.people import Actor
from service.domain.searches import Subject, Wanted
from service.operations import access, calendars
from service.store import localities, searches
from service.store import tables as rows
from service.store.searches import Page
from service.store.work import Work

HEAD = 5
"""How many of each kind the first page of a search shows."""
MOST = 200
"""How many rows one page may have."""

Query = Callable[[Work, Actor, Wanted, int | None, int], Page[Any]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of a search offer to an actor, as far as they narrow anything."""

    localities: list[rows.Locality] = field(default_factory=list[rows.Locality])
    rounds: list[rows.Round] = field(default_factory=list[rows.Round])


@dataclass(frozen=True, slots=True)
class Results:
    """What was found: the dossier whose very code was typed, and a page of each kind of thing."""

    exact: rows.Dossier | None
    pages: dict[Subject, Page[Any]]

    @property
    def empty(self) -> bool:
        """Whether nothing was found, nor anything left to look through."""
        left = any(page.rows or page.following for page in self.pages.values())
        return self.exact is None and not left


def find(
    work: Work,
    actor: Actor,
    wanted: Wanted,
    subject: Subject | None = None,
    *,
    before: int | None = None,
    limit: int = HEAD,
) -> Results:
    """What fits the words and filters: of one subject, or the first few of each. Newest first; offices and
    people by name.

    `before` is what the page before gave as `following`. Papers, offices and people are looked for by
    their words only, never listed by filters of dossiers.
    """
    subjects = subjects_for(wanted) if subject is None else (subject,)
    limit = max(1, min(limit, MOST))
    exact = searches.dossier_of_code(work, actor, wanted) if before is None and wanted.code else None
    pages: dict[Subject, Page[Any]] = {}
    for one in subjects:
        page = _query(work, actor, one)(work, actor, wanted, before, limit)
        if one is Subject.DOSSIER and exact is not None:
            page = Page([row for row in page.rows if row.id != exact.id], page.following)
        pages[one] = page
    return Results(exact if Subject.DOSSIER in subjects else None, pages)


def subjects_for(wanted: Wanted) -> tuple[Subject, ...]:
    """The kinds of things among which a search looks."""
    if not wanted.words:
        return (Subject.DOSSIER,)
    narrowed = any(
        value is not None
        for value in (
            wanted.status,
            wanted.kind,
            wanted.unit_id,
            wanted.sent,
            wanted.step,
            wanted.office_id,
            wanted.award_id,
            wanted.nomination_status,
        )
    )
    if narrowed or wanted.overdue:
        return (Subject.DOSSIER, Subject.NOMINATION)
    if wanted.round_id is not None:
        return (Subject.DOSSIER, Subject.NOMINATION, Subject.DECISION, Subject.SUBMISSION)
    return tuple(Subject)


def choices(work: Work, actor: Actor, locality_id: str | None) -> Choices:
    """The localities and rounds that the actor may choose among."""
    known = _localities(work, actor)
    chosen = [one for one in known if locality_id in {None, one.id}][:1]
    found = [round_ for one in chosen for round_ in localities.rounds(work, one.id)]
    found.sort(key=lambda one: (-one.year, one.kind, one.key))
    return Choices(known if len(known) > 1 else [], found)


def unit_of(work: Work, actor: Actor, organisation_id: int) -> rows.Organisation | None:
    """An organisation that a filter names, if the actor may know of it."""
    found = localities.organisation(work, organisation_id)
    if found is None or not access.may_see_locality(actor, found.locality_id):
        return None
    return found


def is_unit(organisation: rows.Organisation) -> bool:
    """Whether an organisation proposes, so that dossiers are its own."""
    return organisation.function == Function.UNIT


def today(work: Work, actor: Actor) -> date:
    """The local date of the actor's first locality; all of Vietnam shares one zone."""
    known = _localities(work, actor)
    return calendars.today(work, known[0]) if known else work.now.date()


def _query(work: Work, actor: Actor, subject: Subject) -> Query:
    if subject is not Subject.PERSON:
        return _QUERIES[subject]
    on = today(work, actor)

    def people(
        inside: Work, who: Actor, wanted: Wanted, before: int | None, limit: int
    ) -> Page[tuple[rows.Person, list[rows.Organisation]]]:
        return searches.people(inside, who, wanted, before, limit, on)

    return people


_QUERIES: dict[Subject, Query] = {
    Subject.DOSSIER: searches.dossiers,
    Subject.NOMINATION: searches.nominations,
    Subject.DECISION: searches.decisions,
    Subject.SUBMISSION: searches.submissions,
    Subject.ORGANISATION: searches.organisations,
}


def _localities(work: Work, actor: Actor) -> list[rows.Locality]:
    return [one for one in localities.every(work) if access.may_see_locality(actor, one.id)]
