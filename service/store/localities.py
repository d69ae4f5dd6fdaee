"""Queries over localities, organisations, roles, awards, checklists and ladders."""

from datetime import date

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload

from service.domain.errors import NotFound, message
from service.store.tables import (
    Award,
    CalendarDay,
    Campaign,
    CandidateGroup,
    ChecklistItem,
    Council,
    Deadline,
    DeadlineExtension,
    Ladder,
    Locality,
    LocalityVersion,
    Organisation,
    Plan,
    ReminderRule,
    Role,
    Round,
)
from service.store.work import Work


def every(work: Work) -> list[Locality]:
    """All localities."""
    return list(work.session.scalars(select(Locality).order_by(Locality.id)))


def get(work: Work, locality_id: str) -> Locality:
    """The locality of that id.

    Raises:
        NotFound: when it has never been loaded.
    """
    found = work.session.get(Locality, locality_id)
    if found is None:
        raise NotFound(
            message("There is no locality {id}. Load its folder with `trinh load`.", id=locality_id)
        )
    return found


def newest_version(work: Work, locality_id: str) -> LocalityVersion | None:
    """The configuration loaded last."""
    return work.session.scalar(
        select(LocalityVersion)
        .where(LocalityVersion.locality_id == locality_id)
        .order_by(LocalityVersion.version.desc())
        .limit(1)
    )


def plans(work: Work, locality_id: str) -> list[Plan]:
    """The plans of a locality."""
    return list(work.session.scalars(select(Plan).where(Plan.locality_id == locality_id)))


def organisations(work: Work, locality_id: str) -> list[Organisation]:
    """All organisations of a locality in dictionary order."""
    return list(
        work.session.scalars(
            select(Organisation)
            .where(Organisation.locality_id == locality_id)
            .order_by(Organisation.sort_key, Organisation.id)
        )
    )


def organisation(work: Work, organisation_id: int) -> Organisation | None:
    """The organisation of that id."""
    return work.session.get(Organisation, organisation_id)


def roles(work: Work, locality_id: str) -> dict[str, Role]:
    """The roles of a locality by key, in the order of the keys."""
    return {
        role.key: role
        for role in work.session.scalars(
            select(Role).where(Role.locality_id == locality_id).order_by(Role.key)
        )
    }


def every_role(work: Work) -> set[str]:
    """The keys of all roles of all localities: what a diagram may name."""
    return set(work.session.scalars(select(Role.key).distinct()))


def councils(work: Work, locality_id: str) -> list[Council]:
    """The councils of a locality with the rules by which they decide."""
    return list(
        work.session.scalars(
            select(Council)
            .join(Council.organisation)
            .where(Organisation.locality_id == locality_id, Council.active)
            .options(joinedload(Council.organisation))
            .order_by(Council.organisation_id)
        )
    )


def groups(work: Work, locality_id: str) -> list[CandidateGroup]:
    """All candidate groups of a locality with their organisations."""
    return list(
        work.session.scalars(
            select(CandidateGroup)
            .join(CandidateGroup.organisation)
            .where(Organisation.locality_id == locality_id)
            .options(joinedload(CandidateGroup.organisation))
            .order_by(CandidateGroup.id)
        )
    )


def awards(work: Work, locality_id: str) -> list[Award]:
    """The awards that may be proposed, highest first."""
    return list(
        work.session.scalars(
            select(Award).where(Award.locality_id == locality_id).order_by(Award.position, Award.id)
        )
    )


def award(work: Work, award_id: int) -> Award | None:
    """The award of that id."""
    return work.session.get(Award, award_id)


def checklist(work: Work, locality_id: str) -> list[ChecklistItem]:
    """The papers that dossiers of a locality must contain, in order."""
    return list(
        work.session.scalars(
            select(ChecklistItem)
            .where(ChecklistItem.locality_id == locality_id)
            .order_by(ChecklistItem.position, ChecklistItem.id)
        )
    )


def reminder_rules(work: Work, locality_id: str) -> list[ReminderRule]:
    """All rungs of all ladders of a locality, in order."""
    return list(
        work.session.scalars(
            select(ReminderRule)
            .where(ReminderRule.locality_id == locality_id)
            .order_by(ReminderRule.ladder, ReminderRule.position)
        )
    )


def ladders(work: Work, locality_id: str) -> dict[str, Ladder]:
    """The ladders of a locality by key."""
    found = work.session.scalars(select(Ladder).where(Ladder.locality_id == locality_id).order_by(Ladder.key))
    return {ladder.key: ladder for ladder in found}


def every_ladder(work: Work) -> set[str]:
    """The keys of all ladders of all localities: what a diagram may name."""
    return set(work.session.scalars(select(ReminderRule.ladder).distinct()))


def calendar_days(work: Work, locality_id: str) -> list[CalendarDay]:
    """The overrides of the working calendar."""
    return list(
        work.session.scalars(
            select(CalendarDay).where(CalendarDay.locality_id == locality_id).order_by(CalendarDay.day)
        )
    )


def calendar_day(work: Work, locality_id: str, day: date) -> CalendarDay | None:
    """What overrides the working calendar on a day, withdrawn or not."""
    return work.session.scalar(
        select(CalendarDay).where(CalendarDay.locality_id == locality_id, CalendarDay.day == day)
    )


def rounds(work: Work, locality_id: str) -> list[Round]:
    """The rounds of a locality with their deadlines, newest year first."""
    return list(
        work.session.scalars(
            select(Round)
            .where(Round.locality_id == locality_id)
            .options(joinedload(Round.deadlines))
            .order_by(Round.year, Round.kind)
        ).unique()
    )


def round_of(work: Work, locality_id: str, key: str) -> Round:
    """One round by its key, such as `annual-2024`.

    Raises:
        NotFound: when the locality has no such round.
    """
    found = work.session.scalar(
        select(Round)
        .where(Round.locality_id == locality_id, Round.key == key)
        .options(joinedload(Round.deadlines))
    )
    if found is None:
        raise NotFound(message("{locality} has no round {key}.", locality=locality_id, key=key))
    return found


def round_by_id(work: Work, round_id: int) -> Round:
    """The round of that id.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.get(Round, round_id)
    if found is None:
        raise NotFound(message("There is no such round."))
    return found


def document_names(work: Work, locality_id: str) -> dict[str, str]:
    """Title and number of every document of a locality's newest configuration, by key."""
    version = newest_version(work, locality_id)
    return {
        document["key"]: " ".join(filter(None, (document["title"], document.get("number"))))
        for document in (version.content.get("documents", []) if version else [])
    }


_DEADLINES = select(Deadline).where(Deadline.round_id == bindparam("round_id")).order_by(Deadline.position)


def deadlines(work: Work, round_id: int) -> list[Deadline]:
    """The deadlines of a round in the order of the route, also those that the plan has dropped."""
    return list(work.session.scalars(_DEADLINES, {"round_id": round_id}))


_DUES = (
    select(Deadline, DeadlineExtension)
    .outerjoin(
        DeadlineExtension,
        and_(DeadlineExtension.deadline_id == Deadline.id, DeadlineExtension.ended_at.is_(None)),
    )
    .where(Deadline.round_id == bindparam("round_id"))
    .options(joinedload(Deadline.round, innerjoin=True).joinedload(Round.locality, innerjoin=True))
    .order_by(Deadline.position, DeadlineExtension.id)
    .execution_options(populate_existing=True)
)


def deadlines_with_extensions(work: Work, round_id: int) -> list[tuple[Deadline, DeadlineExtension | None]]:
    """The deadlines of a round in the order of the route, each as often as extensions of it stand.

    The round and its locality are read with them, all as they are now.
    """
    return [(row[0], row[1]) for row in work.session.execute(_DUES, {"round_id": round_id})]


def every_deadline_key(work: Work) -> set[str]:
    """The keys of all deadlines of all rounds: what a diagram may name."""
    return set(work.session.scalars(select(Deadline.key).where(Deadline.active).distinct()))


def next_dossier_number(work: Work, round_: Round) -> int:
    """Counts a new dossier of the round; the round's row is locked until the Work ends."""
    locked = work.session.get_one(Round, round_.id, with_for_update=True, populate_existing=True)
    locked.dossiers_opened += 1
    return locked.dossiers_opened


def campaign(work: Work, locality_id: str, key: str) -> Campaign | None:
    """A campaign of a locality by its key."""
    return work.session.scalar(
        select(Campaign).where(Campaign.locality_id == locality_id, Campaign.key == key)
    )


def newest_campaign(work: Work, locality_id: str) -> Campaign:
    """The campaign that new rounds belong to."""
    return work.session.scalars(
        select(Campaign)
        .where(Campaign.locality_id == locality_id)
        .order_by(Campaign.last_year.desc(), Campaign.id.desc())
        .limit(1)
    ).one()
