"""Queries of the search: by words, only what the actor may see. Newest first; names in their own order.

However common the words are, a page costs no more than `RARE` rows that have the rarest of them, or the
`WALKED` newest rows that the actor may see. A page may therefore end before it is full; `following` then
leads on from where it stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, tuple_, union_all
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload, selectinload

from service.domain.access import reach_of
from service.domain.people import Actor
from service.domain.searches import Subject, Wanted
from service.store import wanted_dossiers
from service.store.dossiers import may_see
from service.store.people import seated_on
from service.store.tables import (
    CandidateGroup,
    Decision,
    Dossier,
    Locality,
    Membership,
    Nomination,
    Organisation,
    Person,
    SearchWord,
    Submission,
    SubmissionNomination,
)
from service.store.work import Work

RARE = 1000
"""Rows with a word up to which they are read whole."""
WALKED = 5000
"""Rows that one page looks at when all words are common."""
_LAST = "\U0010ffff"
"""Sorts behind every other character, byte by byte."""
_words = cast(SqlTable, SearchWord.__table__)

Found = TypeVar("Found")
Named = TypeVar("Named", Organisation, Person)


@dataclass(frozen=True, slots=True)
class Page(Generic[Found]):
    """Rows found; `following` is the id of the row behind which the next page begins, None at the end."""

    rows: list[Found]
    following: int | None = None


def dossier_of_code(work: Work, actor: Actor, wanted: Wanted) -> Dossier | None:
    """The dossier whose code is exactly what was typed, if the filters let it through."""
    query = (
        select(Dossier)
        .where(
            Dossier.code == wanted.code,
            may_see(actor),
            *wanted_dossiers.of_dossiers(wanted, work.now),
        )
        .options(joinedload(Dossier.round), joinedload(Dossier.unit))
    )
    return work.session.scalar(query)


def every_dossier_id(work: Work, actor: Actor, wanted: Wanted, limit: int) -> list[int]:
    """All dossiers that fit, newest first, up to a limit: for what is written in the background."""
    query = select(Dossier.id).where(
        may_see(actor),
        *wanted_dossiers.of_dossiers(wanted, work.now),
        *(_has(Subject.DOSSIER, Dossier.id, word) for word in wanted.words),
    )
    return list(work.session.scalars(query.order_by(Dossier.id.desc()).limit(limit)))


def dossiers(work: Work, actor: Actor, wanted: Wanted, before: int | None, limit: int) -> Page[Dossier]:
    """Dossiers by code, title, unit and nominees."""
    ids = select(Dossier.id).where(may_see(actor), *wanted_dossiers.of_dossiers(wanted, work.now))
    page = _page(work, actor, Subject.DOSSIER, Dossier.id, ids, wanted, before, limit)
    if not page.rows:
        return Page([], page.following)
    rows = work.session.scalars(
        select(Dossier)
        .where(Dossier.id.in_(page.rows))
        .options(
            joinedload(Dossier.round, innerjoin=True),
            joinedload(Dossier.unit, innerjoin=True),
            # Beside a join of its own, SQLite would read all nominations there are.
            selectinload(Dossier.nominations),
        )
        .order_by(Dossier.id.desc())
    ).unique()
    return Page(list(rows), page.following)


def nominations(work: Work, actor: Actor, wanted: Wanted, before: int | None, limit: int) -> Page[Nomination]:
    """Nominations by the nominee's name and what is said of them."""
    ids = (
        select(Nomination.id)
        .join(Nomination.dossier)
        .where(may_see(actor), *wanted_dossiers.of_nominations(wanted), *_of_its_dossier(wanted, work))
    )
    page = _page(work, actor, Subject.NOMINATION, Nomination.id, ids, wanted, before, limit)
    if not page.rows:
        return Page([], page.following)
    rows = work.session.scalars(
        select(Nomination)
        .join(Nomination.dossier)
        .where(Nomination.id.in_(page.rows))
        .options(
            contains_eager(Nomination.dossier).joinedload(Dossier.unit, innerjoin=True),
            contains_eager(Nomination.dossier).joinedload(Dossier.round, innerjoin=True),
            joinedload(Nomination.award),
        )
        .order_by(Nomination.id.desc())
    )
    return Page(list(rows), page.following)


def decisions(work: Work, actor: Actor, wanted: Wanted, before: int | None, limit: int) -> Page[Decision]:
    """Decisions by number, of which the actor may see a dossier that they are about."""
    seen = (
        select(Nomination.id)
        .join(Nomination.dossier)
        .where(Nomination.decision_id == Decision.id, may_see(actor))
        .correlate(Decision)
    )
    ids = select(Decision.id).where(exists(seen), *_of_paper(Decision, wanted))
    page = _page(work, actor, Subject.DECISION, Decision.id, ids, wanted, before, limit)
    if not page.rows:
        return Page([], page.following)
    rows = work.session.scalars(
        select(Decision)
        .where(Decision.id.in_(page.rows))
        .options(joinedload(Decision.organisation))
        .order_by(Decision.id.desc())
    )
    return Page(list(rows), page.following)


def submissions(work: Work, actor: Actor, wanted: Wanted, before: int | None, limit: int) -> Page[Submission]:
    """Letters by number, of which the actor may see a dossier that they carry."""
    seen = (
        select(SubmissionNomination.nomination_id)
        .join(Dossier, Dossier.id == SubmissionNomination.dossier_id)
        .where(SubmissionNomination.submission_id == Submission.id, may_see(actor))
        .correlate(Submission)
    )
    ids = select(Submission.id).where(exists(seen), *_of_paper(Submission, wanted))
    page = _page(work, actor, Subject.SUBMISSION, Submission.id, ids, wanted, before, limit)
    if not page.rows:
        return Page([], page.following)
    rows = work.session.scalars(
        select(Submission)
        .where(Submission.id.in_(page.rows))
        .options(joinedload(Submission.from_organisation), joinedload(Submission.to_organisation))
        .order_by(Submission.id.desc())
    )
    return Page(list(rows), page.following)


def organisations(
    work: Work, actor: Actor, wanted: Wanted, before: int | None, limit: int
) -> Page[Organisation]:
    """Units and offices of the actor's localities by name.

    They are as many as the administration has, not as many as it has worked: all that fit may be sorted.
    """
    inside = _localities(actor, wanted)
    query = select(Organisation).where(Organisation.locality_id.in_(inside))
    if wanted.words:
        rarest, others = _rarest_first(work, Subject.ORGANISATION, inside, wanted.words, None)
        query = query.where(*(_has(Subject.ORGANISATION, Organisation.id, word) for word in others))
        if rarest is not None:
            query = query.where(Organisation.id.in_(rarest))
    return _named(work, Organisation, query, before, limit)


def people(
    work: Work, actor: Actor, wanted: Wanted, before: int | None, limit: int, on: date
) -> Page[tuple[Person, list[Organisation]]]:
    """People by name, with the organisations in which they sit on a local date and the actor may know of it.

    Administrators find everybody who is active, reviewers the people of their localities, others those of
    their own organisations.
    """
    query = select(Person).where(Person.active)
    for word in wanted.words:
        beginning = literal(" ").concat(Person.search_key)
        query = query.where(beginning.contains(f" {word}", autoescape=True))
    sees = _known_members(actor)
    if not reach_of(actor).everything or wanted.locality_id is not None:
        seated = _seats(on).where(Membership.person_id == Person.id, sees)
        if wanted.locality_id is not None:
            seated = seated.where(Organisation.locality_id == wanted.locality_id)
        query = query.where(exists(seated.correlate(Person)))
    page = _named(work, Person, query, before, limit)
    seats: dict[int, list[Organisation]] = {person.id: [] for person in page.rows}
    chosen = _seats(on).add_columns(Organisation).where(Membership.person_id.in_(list(seats)), sees)
    for row in work.session.execute(chosen.order_by(Organisation.sort_key)):
        if row[1] not in seats[row[0]]:
            seats[row[0]].append(row[1])
    return Page([(person, seats[person.id]) for person in page.rows], page.following)


def _named(
    work: Work, table: type[Named], query: Select[Named], before: int | None, limit: int
) -> Page[Named]:
    """A page of rows in the Vietnamese order of their names, from behind the row that `before` names."""
    place = work.session.get(table, before) if before is not None else None
    if place is not None:
        here = tuple_(literal(place.sort_key), literal(place.id))
        query = query.where(tuple_(table.sort_key, table.id) > here)
    found = list(work.session.scalars(query.order_by(table.sort_key, table.id).limit(limit + 1)))
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def _seats(on: date) -> Select[Any]:
    return (
        select(Membership.person_id)
        .join(CandidateGroup, CandidateGroup.id == Membership.group_id)
        .join(Organisation, Organisation.id == CandidateGroup.organisation_id)
        .where(seated_on(on))
    )


def _known_members(actor: Actor) -> ColumnElement[bool]:
    """`Reach.knows_members` as a condition on organisations."""
    reach = reach_of(actor)
    if reach.everything:
        return Organisation.id.is_not(None)
    return or_(Organisation.id.in_(reach.organisation_ids), Organisation.locality_id.in_(reach.reviewed))


def _of_its_dossier(wanted: Wanted, work: Work) -> list[ColumnElement[bool]]:
    """The conditions on the dossier of a nomination; what is asked of nominations, it answers itself."""
    return wanted_dossiers.of_dossiers(replace(wanted, award_id=None, nomination_status=None), work.now)


def _of_paper(table: type[Decision] | type[Submission], wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.locality_id is not None:
        found.append(table.locality_id == wanted.locality_id)
    if wanted.round_id is not None:
        found.append(table.round_id == wanted.round_id)
    return found


def _localities(actor: Actor, wanted: Wanted) -> Sequence[str] | Select[str]:
    """Where to look: `Reach.knows_locality` as a list, or as a query over all there are."""
    reach = reach_of(actor)
    if reach.everything:
        if wanted.locality_id is not None:
            return [wanted.locality_id]
        return select(Locality.id)
    return sorted(one for one in reach.localities if wanted.locality_id in {None, one})


def _page(
    work: Work,
    actor: Actor,
    subject: Subject,
    key: InstrumentedAttribute[int],
    ids: Select[int],
    wanted: Wanted,
    before: int | None,
    limit: int,
) -> Page[int]:
    """The ids of one page: of what `ids` lets through, those that have all the words."""
    if before is not None:
        ids = ids.where(key < before)
    newest = ids.order_by(key.desc())
    if not wanted.words:
        return _cut(list(work.session.scalars(newest.limit(limit + 1))), limit)
    inside = _localities(actor, wanted)
    rarest, others = _rarest_first(work, subject, inside, wanted.words, before)
    if rarest is not None and not rarest:
        return Page([])
    if rarest is not None:
        query = newest.where(key.in_(rarest), *(_has(subject, key, word) for word in others))
        return _cut(list(work.session.scalars(query.limit(limit + 1))), limit)
    walked = newest.limit(WALKED).subquery()
    column = next(iter(walked.c))
    fitting = select(column).where(*(_has(subject, column, word) for word in others))
    found = list(work.session.scalars(fitting.order_by(column.desc()).limit(limit + 1)))
    if len(found) > limit:
        return _cut(found, limit)
    number, last = work.session.execute(select(func.count(), func.min(column))).one()
    return Page(found, last if number == WALKED else None)


def _cut(found: list[int], limit: int) -> Page[int]:
    return Page(found[:limit], found[limit - 1] if len(found) > limit else None)


def _rarest_first(
    work: Work,
    subject: Subject,
    inside: Sequence[str] | Select[str],
    words: Sequence[str],
    before: int | None,
) -> tuple[list[int] | None, list[str]]:
    """The ids with the rarest word and the words that are left to check; None when no word is rare."""
    heads = [
        (
            select(SearchWord.subject_id)
            .where(
                SearchWord.locality_id.in_(inside), SearchWord.subject == subject, _begins(SearchWord, word)
            )
            .limit(RARE + 1)
        )
        for word in words
    ]
    counted = union_all(
        *(
            select(literal(number).label("word"), func.count().label("number")).select_from(head.subquery())
            for number, head in enumerate(heads)
        )
    )
    numbers = {row[0]: row[1] for row in work.session.execute(counted)}
    rarest = min(numbers, key=lambda number: numbers[number])
    if not numbers[rarest]:
        return [], []
    if numbers[rarest] > RARE:
        return None, list(words)
    found = set(work.session.scalars(heads[rarest]))
    kept = sorted(one for one in found if before is None or one < before)
    return kept, [word for number, word in enumerate(words) if number != rarest]


def _has(
    subject: Subject, key: InstrumentedAttribute[int] | ColumnElement[int], word: str
) -> ColumnElement[bool]:
    """Whether a row has a word with this beginning."""
    its = aliased(SearchWord)
    return exists().where(its.subject == subject, its.subject_id == key, _begins(its, word))


def _begins(table: Any, word: str) -> ColumnElement[bool]:
    return and_(table.word >= word, table.word < word + _LAST)
