"""Rounds created here: proposed from the plan's own rules for their kind, or at once for a special deed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from service.domain import contents
from service.domain.amendments import LONGEST_NAME, Guidance, Subject, reason_for
from service.domain.calendars import WorkingCalendar
from service.domain.citations import Citation
from service.domain.deadlines import Bound, Deadline, DeadlineRule, OnDate, Roll, Unset, resolve
from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.rounds import AWARD_KINDS, Round, RoundKind, RoundPlan, key_of
from service.domain.words import normalise
from service.operations import access, calendars
from service.operations.schedule import amendments, plans
from service.operations.schedule.deadline_changes import NOTHING, Why, describe, follow, keep, said
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Dated:
    """A day for one deadline of a new round, with its bound and what happens on a rest day."""

    day: date
    bound: Bound
    roll: Roll = Roll.NONE


@dataclass(frozen=True, slots=True)
class NewRound:
    """A round as an administrator wants it.

    `name` and `awards` are the plan's unless given. `days` are the deadlines that differ from what the
    plan proposes; all others stay as proposed.
    """

    kind: RoundKind
    year: int
    name: Label | None = None
    awards: tuple[str, ...] | None = None
    opens_on: date | None = None
    days: Mapping[str, Dated] = field(default_factory=dict[str, Dated])


@dataclass(frozen=True, slots=True)
class Proposal:
    """The round that the plan gives for a kind and year, with its deadlines resolved.

    `by_plan` is false where the plan knows no such kind: then its deadlines have no dates.
    """

    round: Round
    deadlines: tuple[Deadline, ...]
    calendar: WorkingCalendar
    by_plan: bool
    cautions: tuple[Message, ...] = ()


def propose(work: Work, actor: Actor, locality_id: str, kind: RoundKind, year: int) -> Proposal:
    """What a round of a kind and year would be by the plan's own rules.

    Raises:
        NotAllowed: the actor may not create rounds.
        Conflict: there is such a round already, or the service does not know the plan's rules yet.
        Invalid: the year lies outside the calendar, or the kind is none of awards.
    """
    access.require_administrator(actor)
    locality = localities.get(work, locality_id)
    calendar = calendars.of(work, locality)
    if kind not in AWARD_KINDS or not calendar.first_year < year < calendar.last_year:
        raise Invalid(
            message("Check the marked fields and send again."),
            {
                "year": message(
                    "Write a year between {first} and {last}.",
                    first=str(calendar.first_year + 1),
                    last=str(calendar.last_year - 1),
                )
            },
        )
    planned, by_plan = _planned(work, locality, kind, year)
    deadlines = tuple(
        resolve(rule, round_key=planned.key, year=year, zone=ZoneInfo(locality.zone), calendar=calendar)
        for rule in planned.deadlines
    )
    return Proposal(planned, deadlines, calendar, by_plan, tuple(_cautions(work, locality, year)))


def create(
    work: Work,
    actor: Actor,
    locality_id: str,
    new: NewRound,
    *,
    reason: str,
    guidance: Guidance | None = None,
) -> rows.Round:
    """Creates a round; dossiers may be opened in it at once, or from the day it opens on.

    A deadline whose day differs from the proposed one counts as amended here. Loading files keeps the
    round, and its other deadlines follow what the files say of its kind.

    Raises:
        NotAllowed: the actor may not create rounds.
        Conflict: there is such a round already.
        Invalid: a field is wrong, or an awaited date comes without the document that sets it.
    """
    why = Why(actor, reason_for(reason), guidance)
    locality = amendments.begin(work, actor, locality_id)
    proposal = propose(work, actor, locality_id, new.kind, new.year)
    planned = _as_wanted(work, locality, proposal, new, guidance)
    row = _write(work, locality, planned, new.opens_on)
    for position, deadline in enumerate(proposal.deadlines):
        _date(work, row, position, deadline, new.days.get(deadline.key), proposal.calendar, why)
    work.session.flush()
    amendments.record(
        work,
        actor,
        locality,
        Subject.ROUND,
        row.key,
        before=None,
        after=_told(row),
        reason=why.reason,
        guidance=guidance,
    )
    return row


def close(work: Work, actor: Actor, locality_id: str, key: str, *, reason: str) -> rows.Round:
    """Takes back a round that was created here and in which nothing has been opened.

    Raises:
        NotAllowed, NotFound: the actor may not; there is no such round.
        Conflict: it comes from the files, or dossiers have been opened in it.
    """
    locality = amendments.begin(work, actor, locality_id)
    row = localities.round_of(work, locality_id, key)
    if not row.amended or not row.active:
        raise Conflict(message("This round was not created here: it stands in the plan's files."))
    if row.dossiers_opened:
        raise Conflict(message("Dossiers have been opened in this round: it can no longer be taken back."))
    before = _told(row)
    row.active = False
    amendments.record(
        work, actor, locality, Subject.ROUND, key, before=before, after=None, reason=reason_for(reason)
    )
    return row


def _planned(work: Work, locality: rows.Locality, kind: RoundKind, year: int) -> tuple[Round, bool]:
    known = {row.key: row for row in localities.rounds(work, locality.id)}
    kinds = plans.kinds(work, locality.id)
    plan = kinds.get(kind)
    if not kinds:
        raise Conflict(
            message(
                "The plan's rules for new rounds are not known here yet: load its folder again with "
                "`trinh load`."
            )
        )
    key = _free_key(kind, year, known)
    by_plan = plan is not None
    if plan is None:
        plan = _without_dates(kind, next(iter(kinds.values())))
    rules = tuple(contents.rules_for_year(plan, year).values())
    return replace(plan.round_of(year, key), deadlines=rules), by_plan


def _free_key(kind: RoundKind, year: int, known: Mapping[str, rows.Round]) -> str:
    """Of every kind there is one round in a year, but deeds for awards at once may come again and again.

    Raises:
        Conflict: there is one already.
    """
    key, number = key_of(kind, year), 1
    while key in known and known[key].active:
        if kind is not RoundKind.AD_HOC:
            raise Conflict(
                message(
                    "There is a round “{round}” already. Choose another year or kind.",
                    round=Label(known[key].name_vi, known[key].name_en or known[key].name_vi),
                )
            )
        number += 1
        key = f"{key_of(kind, year)}-{number}"
    return key


def _without_dates(kind: RoundKind, like: RoundPlan) -> RoundPlan:
    """The route of another kind, for one that the plan says nothing of: no date is guessed."""
    note = Label(
        "Kế hoạch không quy định hạn cho loại đợt này.", "The plan sets no deadlines for this kind of round."
    )
    silent = Citation("", "", "", verified=False)
    return RoundPlan(
        kind=kind,
        name=Label("Khen thưởng đột xuất", "Special achievements"),
        process=like.process,
        awards=like.awards,
        deadlines=tuple(
            DeadlineRule(
                key=rule.key,
                name=rule.name,
                owner=rule.owner,
                to=rule.to,
                day=Unset(note=note),
                citation=silent,
                roll=rule.roll,
                late=rule.late,
                ladder=rule.ladder,
            )
            for rule in like.deadlines
        ),
        citation=silent,
    )


def _as_wanted(
    work: Work, locality: rows.Locality, proposal: Proposal, new: NewRound, guidance: Guidance | None
) -> Round:
    """The proposed round with the name and awards that were given.

    Raises:
        Invalid: naming every wrong field.
    """
    planned, wrong = proposal.round, dict[str, Message]()
    name = planned.name
    if new.name is not None:
        vietnamese = normalise(new.name.vi)
        name = Label(vietnamese, normalise(new.name.en) or vietnamese)
        if not vietnamese:
            wrong["name_vi"] = message("Write what the round is called.")
        for where, text in (("name_vi", name.vi), ("name_en", name.en)):
            if len(text) > LONGEST_NAME:
                wrong[where] = message("At most {most} characters.", most=LONGEST_NAME)
    awards = planned.awards if new.awards is None else new.awards
    if not awards or set(awards) - {row.key for row in localities.awards(work, locality.id) if row.active}:
        wrong["awards"] = message("Choose the awards that may be proposed.")
    wrong |= _wrong_days(proposal, new, guidance)
    if wrong:
        raise Invalid(message("The round was not created: something needs correcting."), wrong)
    return replace(planned, name=name, awards=awards)


def _wrong_days(proposal: Proposal, new: NewRound, guidance: Guidance | None) -> dict[str, Message]:
    wrong: dict[str, Message] = {}
    calendar = proposal.calendar
    by_key = {deadline.key: deadline for deadline in proposal.deadlines}
    for key, dated in new.days.items():
        if key not in by_key:
            wrong[f"day-{key}"] = message("Round {round} has no deadline {key}.", round=new.kind, key=key)
        elif not calendar.first_year < dated.day.year < calendar.last_year:
            wrong[f"day-{key}"] = message(
                "Write a day between {first} and {last}.",
                first=calendar.first_year + 1,
                last=calendar.last_year - 1,
            )
        elif by_key[key].awaits and guidance is None:
            wrong["number"] = message(
                "This date awaits the guidance of {awaits}: name the document that sets it.",
                awaits=by_key[key].awaits,
            )
    if new.opens_on is not None and not calendar.first_year < new.opens_on.year < calendar.last_year:
        wrong["opens_on"] = message(
            "Write a day between {first} and {last}.",
            first=calendar.first_year + 1,
            last=calendar.last_year - 1,
        )
    return wrong


def _write(work: Work, locality: rows.Locality, planned: Round, opens_on: date | None) -> rows.Round:
    """The round's row; one that was taken back under the same key before comes to life again."""
    known = {row.key: row for row in localities.rounds(work, locality.id)}
    row = known.get(planned.key) or rows.Round(locality_id=locality.id, key=planned.key, deadlines=[])
    row.campaign_id = localities.newest_campaign(work, locality.id).id
    row.kind, row.year = planned.kind.value, planned.year
    row.name_vi, row.name_en = planned.name.vi, planned.name.en
    row.process_key, row.awards, row.opens_on = planned.process, list(planned.awards), opens_on
    row.source_document, row.source_section = planned.citation.document, planned.citation.section
    row.source_quote, row.source_verified = planned.citation.quote, planned.citation.verified
    row.active = row.amended = True
    work.session.add(row)
    work.session.flush()
    return row


def _date(
    work: Work,
    round_: rows.Round,
    position: int,
    deadline: Deadline,
    given: Dated | None,
    calendar: WorkingCalendar,
    why: Why,
) -> None:
    row = next((one for one in round_.deadlines if one.key == deadline.key), None)
    before = said(row) if row else NOTHING
    row = row or rows.Deadline(round_id=round_.id, key=deadline.key, round=round_)
    row.position = position
    follow(row, deadline)
    if given is not None and (given.day, given.bound, given.roll) != (
        deadline.day,
        deadline.bound,
        deadline.roll,
    ):
        rule = DeadlineRule(
            key=deadline.key,
            name=deadline.name,
            owner=deadline.owner,
            day=OnDate(given.day),
            citation=deadline.source,
            bound=given.bound,
            roll=given.roll,
            late=deadline.late,
            ladder=deadline.ladder,
        )
        follow(
            row,
            resolve(rule, round_key=round_.key, year=round_.year, zone=deadline.zone, calendar=calendar),
        )
        describe(row, deadline)
        row.amended = True
        row.guidance = why.guidance.as_json() if why.guidance else None
    work.session.add(row)
    keep(work, row, before, said(row), why)


def _cautions(work: Work, locality: rows.Locality, year: int) -> list[Message]:
    campaign = localities.newest_campaign(work, locality.id)
    if campaign.first_year <= year <= campaign.last_year:
        return []
    return [
        message(
            "The campaign runs from {first} to {last}; {year} lies outside it.",
            first=str(campaign.first_year),
            last=str(campaign.last_year),
            year=str(year),
        )
    ]


def _told(row: rows.Round) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "year": row.year,
        "name": {"vi": row.name_vi, "en": row.name_en},
        "awards": list(row.awards),
        "opens_on": row.opens_on.isoformat() if row.opens_on else None,
        "deadlines": {one.key: dict(said(one).rule or {}) for one in row.deadlines},
    }
