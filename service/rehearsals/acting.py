"""How somebody of the rehearsal opens a dossier and completes a step: by the operations of the screens."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from service.domain.dossiers import Judgement, Verdict
from service.domain.errors import Conflict, message
from service.domain.people import Actor
from service.domain.tasks import OUTCOMES, Act, Outcome
from service.forms import Field, FieldType, Form
from service.operations.dossier import dossiers
from service.operations.dossier.dossiers import NominationInput
from service.operations.work import acts, completions, tasks
from service.operations.work.completions import Filled
from service.store import localities, people
from service.store import tables as rows
from service.store.work import Work

EVERY_HOW_MANY_GOES_UPWARD = 5
"""Every so many dossiers name also somebody for an award above the locality's power."""
_TITLE = "Hồ sơ diễn tập"
_REASON = "Diễn tập: đề nghị bổ sung."


def actor(work: Work, person_id: int) -> Actor:
    """Somebody of the rehearsal."""
    person = people.find(work, person_id)
    if person is None:
        raise LookupError(person_id)
    return people.actor_of(work, person)


def open_dossier(work: Work, proposer: Actor, round_: rows.Round, unit_id: int, place: int) -> rows.Dossier:
    """Opens and fills the dossier of a unit; `place` counts the dossiers from 0."""
    dossier = dossiers.create(
        work, proposer, round_id=round_.id, unit_id=unit_id, title=f"{_TITLE} {place + 1}"
    )
    _name_nominees(work, proposer, dossier, round_, place)
    return dossier


def fill_draft(work: Work, task: rows.UserTask, proposer: Actor, place: int) -> None:
    """Names nominees in a dossier that its unit had begun and in which nobody is named yet."""
    dossier = task.dossier
    if task.act == Act.SUBMIT and not dossier.nominations:
        tasks.claim(work, proposer, task.id)
        _name_nominees(work, proposer, dossier, dossier.round, place)


def _name_nominees(
    work: Work, proposer: Actor, dossier: rows.Dossier, round_: rows.Round, place: int
) -> None:
    for number, award in enumerate(_awards(work, round_, place), start=1):
        named = NominationInput(award.key, award.nominees[0], f"{_TITLE} {place + 1}.{number}", _TITLE)
        dossiers.add_nomination(work, proposer, dossier.id, named)


def answers_return(act: Act) -> bool:
    """Whether whoever does this step may return the dossier to its unit."""
    return Outcome.RETURN_UNIT in OUTCOMES[act]


def complete(work: Work, holder: Actor, task_id: int, zone: ZoneInfo, *, returns: bool) -> Outcome:
    """Claims and completes a step: everything is kept and passed on, or returned to the unit.

    Raises:
        TrinhError: when the service refuses it, as it would refuse real people.
    """
    task = tasks.claim(work, holder, task_id)
    act = Act(task.act)
    form = completions.form_of(work, task)
    shown = acts.judged_at(act, task.dossier.nominations)
    judgements = {nomination.id: Judgement(Verdict.SELECT) for nomination in shown}
    today = work.now.astimezone(zone).date()
    outcome = Outcome.RETURN_UNIT if returns else _going_on(act)
    values = _fill(form, _values(task, outcome, today))
    tasks.complete(work, holder, task_id, Filled(values, judgements))
    return outcome


def _going_on(act: Act) -> Outcome:
    """The answer that brings a dossier on."""
    return next(
        outcome
        for outcome in (Outcome.ACCEPT, Outcome.APPROVE, Outcome.SUBMIT, *sorted(OUTCOMES[act]))
        if outcome in OUTCOMES[act]
    )


def _values(task: rows.UserTask, outcome: Outcome, today: date) -> Mapping[str, object]:
    """What the shipped forms ask for; papers are numbered by the task that makes them."""
    number, day = f"{task.id}/DT", today.isoformat()
    return {
        "outcome": outcome.value,
        "reason": _REASON if outcome is Outcome.RETURN_UNIT else "",
        "late_reason": _REASON,
        "summary": _TITLE,
        "letter_number": number,
        "letter_date": day,
        "number": number,
        "decision_number": number,
        "document_number": number,
        "signed_on": day,
        "handed_over_on": day,
        "sets_handed": sum(nomination.award.sets or 1 for nomination in task.dossier.nominations),
    }


def _fill(form: Form, known: Mapping[str, object]) -> dict[str, object]:
    """The fields of a form, the known ones and whatever else it demands."""
    filled: dict[str, object] = {}
    for field in form.fields:
        if field.key in known:
            filled[field.key] = known[field.key]
        elif (field.required or field.required_when is not None) and _can_be_given(field):
            filled[field.key] = _anything(field, str(known["signed_on"]))
    return filled


def _can_be_given(field: Field) -> bool:
    """Papers are taken as given; a choice without options of its own is about a way back."""
    if field.type is FieldType.FILES:
        return False
    return bool(field.options) or field.type not in {FieldType.RADIO, FieldType.SELECT}


def _anything(field: Field, today: str) -> object:
    match field.type:
        case FieldType.NUMBER:
            return field.minimum or 1
        case FieldType.DATE:
            return today
        case FieldType.CHECKBOX:
            return True
        case FieldType.RADIO | FieldType.SELECT:
            return field.options[0].value
        case FieldType.LINE | FieldType.TEXT | FieldType.FILES:
            return _TITLE


def _awards(work: Work, round_: rows.Round, place: int) -> Sequence[rows.Award]:
    """What a dossier proposes: an award in the locality's power, and sometimes one above it."""
    offered = [award for award in localities.awards(work, round_.locality_id) if award.key in round_.awards]
    active = [award for award in offered if award.active and award.nominees]
    own, upward = [one for one in active if one.in_power], [one for one in active if not one.in_power]
    chosen = own[-1:]
    if upward and (place % EVERY_HOW_MANY_GOES_UPWARD == EVERY_HOW_MANY_GOES_UPWARD - 1 or not chosen):
        chosen = [*chosen, upward[-1]]
    if not chosen:
        raise Conflict(message("This round offers no award that could be proposed."))
    return chosen
