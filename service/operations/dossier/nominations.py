"""Nominations of a dossier in preparation: adding, changing, removing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain import overlaps
from service.domain.dossiers import NominationStatus, NomineeKind
from service.domain.errors import Conflict, Invalid, Message, NotFound, message
from service.domain.people import Actor
from service.domain.words import normalise, search_key
from service.operations.dossier import editing
from service.operations.histories import Entry
from service.store import dossiers, localities
from service.store.tables import Award, Dossier, Nomination
from service.store.work import Work

MOST_NOMINATIONS = 500


@dataclass(frozen=True, slots=True)
class NominationInput:
    """One nominee for one award, as typed."""

    award_key: str
    nominee_kind: str
    nominee_name: str
    achievement: str
    nominee_detail: str = ""


def add(work: Work, actor: Actor, dossier_id: int, given: NominationInput) -> Nomination:
    """Adds a nominee for an award to a dossier in preparation.

    Raises:
        Invalid: unknown award, a kind the award does not take, an empty name or achievement.
        Conflict: when it is a duty report.
        NotAllowed, NotFound: when the dossier is not the actor's to change now.
    """
    dossier = editing.lock_award(work, actor, dossier_id)
    if len(dossier.nominations) >= MOST_NOMINATIONS:
        raise Invalid(message("A dossier takes at most {most} nominations.", most=MOST_NOMINATIONS))
    nomination = Nomination(
        dossier_id=dossier.id,
        position=max((item.position for item in dossier.nominations), default=0) + 1,
        status=NominationStatus.PROPOSED,
    )
    _fill(awards_of(work, dossier), nomination, given)
    dossier.nominations.append(nomination)
    work.session.flush()
    editing.record(work, dossier, actor, Entry("nomination_added", params=_told(nomination)))
    return nomination


def change(
    work: Work, actor: Actor, dossier_id: int, nomination_id: int, given: NominationInput
) -> Nomination:
    """Changes a nomination of a dossier in preparation; see `add`."""
    dossier = editing.lock_award(work, actor, dossier_id)
    nomination = _nomination(dossier, nomination_id)
    before = said(nomination)
    _fill(awards_of(work, dossier), nomination, given)
    told = {"id": nomination.id, "before": before, "after": said(nomination)}
    editing.record(work, dossier, actor, Entry("nomination_changed", params=told))
    return nomination


def remove(work: Work, actor: Actor, dossier_id: int, nomination_id: int) -> None:
    """Takes a nomination out of a dossier in preparation; the history keeps what it was.

    One that a reviewer has already judged stays, since its verdicts are part of the trace.
    """
    dossier = editing.lock_award(work, actor, dossier_id)
    nomination = _nomination(dossier, nomination_id)
    if any(verdict.nomination_id == nomination_id for verdict in dossiers.verdicts(work, dossier_id)):
        raise Conflict(
            message("A reviewer has already decided on this nomination: it stays, and can be dropped there.")
        )
    if dossiers.was_carried(work, nomination_id):
        raise Conflict(message("A submission has already carried this nomination: it stays in the dossier."))
    told = _told(nomination)
    dossier.nominations.remove(nomination)
    work.session.delete(nomination)
    editing.record(work, dossier, actor, Entry("nomination_removed", params=told))


def awards_of(work: Work, dossier: Dossier) -> list[Award]:
    """The awards that may be proposed in the dossier's round."""
    allowed = dossier.round.awards
    return [
        award
        for award in localities.awards(work, dossier.locality_id)
        if award.active and (not allowed or award.key in allowed)
    ]


def _nomination(dossier: Dossier, nomination_id: int) -> Nomination:
    for nomination in dossier.nominations:
        if nomination.id == nomination_id:
            return nomination
    raise NotFound(message("This dossier has no such nomination."))


def add_all(
    work: Work, actor: Actor, dossier: Dossier, every: Sequence[NominationInput], source: Mapping[str, str]
) -> list[Nomination]:
    """Adds many nominees at once to a locked dossier in preparation; its history tells them in one step.

    Args:
        source: where they come from, for the history: the name of a file and its digest.
    Raises:
        Invalid: too many, or one of them is wrong; then none is added.
    """
    if len(dossier.nominations) + len(every) > MOST_NOMINATIONS:
        raise Invalid(message("A dossier takes at most {most} nominations.", most=MOST_NOMINATIONS))
    awards = awards_of(work, dossier)
    last = max((item.position for item in dossier.nominations), default=0)
    added: list[Nomination] = []
    for position, given in enumerate(every, start=last + 1):
        nomination = Nomination(dossier_id=dossier.id, position=position, status=NominationStatus.PROPOSED)
        _fill(awards, nomination, given)
        dossier.nominations.append(nomination)
        added.append(nomination)
    work.session.flush()
    told = {**source, "added": [_told(nomination) for nomination in added]}
    editing.record(work, dossier, actor, Entry("nominations_imported", params=told))
    return added


def wrong_in(awards: Sequence[Award], given: NominationInput) -> dict[str, Message]:
    """What is wrong with a nominee as typed, by field; `awards` are those of the dossier's round."""
    wrong: dict[str, Message] = {}
    award = next((item for item in awards if item.key == given.award_key), None)
    if award is None:
        wrong["award_key"] = message("Choose an award of this round.")
    kinds = {kind.value for kind in NomineeKind}
    if given.nominee_kind not in kinds:
        wrong["nominee_kind"] = message("Choose what kind of nominee this is.")
    elif award is not None and award.nominees and given.nominee_kind not in award.nominees:
        wrong["nominee_kind"] = message("This award is not given to nominees of this kind.")
    for name in ("nominee_name", "achievement", "nominee_detail"):
        text = str(getattr(given, name))
        if name != "nominee_detail" and not text.strip():
            wrong[name] = message("Fill in this field.")
        elif len(text) > editing.LONGEST[name]:
            wrong[name] = message("At most {most} characters.", most=editing.LONGEST[name])
    return wrong


def _fill(awards: Sequence[Award], nomination: Nomination, given: NominationInput) -> None:
    wrong = wrong_in(awards, given)
    award = next((item for item in awards if item.key == given.award_key), None)
    if wrong or award is None:
        raise Invalid(message("Check the marked fields and send again."), wrong)
    nomination.award_id, nomination.award = award.id, award
    nomination.nominee_kind = given.nominee_kind
    nomination.nominee_name = normalise(given.nominee_name)
    nomination.nominee_detail = normalise(given.nominee_detail)
    nomination.achievement = given.achievement.strip()
    nomination.search_key = search_key(nomination.nominee_name)
    nomination.match_key = overlaps.match_key(
        nomination.nominee_kind, nomination.nominee_name, award.key, nomination.achievement
    )


def said(nomination: Nomination) -> dict[str, str]:
    """A nomination as the history tells it: all that its unit says of it."""
    return {
        "nominee": nomination.nominee_name,
        "kind": nomination.nominee_kind,
        "detail": nomination.nominee_detail,
        "award": nomination.award.key,
        "achievement": nomination.achievement,
    }


def _told(nomination: Nomination) -> dict[str, object]:
    return {"id": nomination.id, **said(nomination)}
