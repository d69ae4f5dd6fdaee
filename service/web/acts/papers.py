"""Papers over many dossiers: one letter that sends them upward, one decision that awards their nominees.

Each is reviewed on a page of its own that shows every nominee. A decision is read once more before it
is signed; whatever goes wrong, what was typed stays.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.domain.dossiers import STANDING, Verdict
from service.domain.errors import Conflict, Invalid, NotAllowed, TrinhError, message
from service.domain.tasks import Act, Outcome
from service.engine import RETURN_TO
from service.operations import access
from service.operations.work import acts, completions, drafts, form_uploads, opinions, papers
from service.operations.work.completions import Filled
from service.store import tasks
from service.store.tables import Award, Nomination, Opinion, UserTask
from service.store.work import Work
from service.web.access import Who, allow
from service.web.acts import paper_forms
from service.web.acts.paper_forms import Typed, place, task_ids
from service.web.complaints import Complaint, complaint_of
from service.web.errors import answer_to
from service.web.pages import actor, go_to, reading, show, writing
from service.web.parts.citations import document_names
from service.web.parts.overlaps import asked
from service.web.words import language, say, told
from service.web.work import queues, task_pages
from service.web.work.task_forms import Sent
from service.web.work.task_pages import FormParts, Judged

screen = Blueprint("papers", __name__)

_ANSWERED_HERE = "outcome"
"""The field of the decision's form that the page answers itself: only an approval covers many dossiers."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One dossier of a paper, with the nominations that go along and everything that was asked about it.

    `files` are those in the form of its own task, by the field's label: they are put in there, not here.
    """

    task: UserTask
    nominations: list[Nomination]
    files: dict[str, list[str]]
    opinions: list[Opinion]

    @property
    def unanswered(self) -> list[Opinion]:
        """The questions of its task that wait for an answer."""
        return [one for one in self.opinions if one.task_id == self.task.id and one.closed_at is None]

    @property
    def sets(self) -> int | None:
        """The original sets owed with it; None when no plan says."""
        return max((one.award.sets for one in self.nominations if one.award.sets is not None), default=None)


@dataclass(frozen=True, slots=True)
class Total:
    """How many nominations of how many dossiers a paper carries for one award."""

    award: Award
    nominations: int
    dossiers: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A decision as it was recorded, or would be."""

    id: int
    number: str
    signed_on: date
    clause: str


@screen.get("/papers/forward")
@allow(Who.CANDIDATES)
def review_forward() -> Response:
    """Everything that one letter would carry upward, and the letter's own form."""
    with reading() as work:
        return _review(work, Act.FORWARD)


@screen.post("/papers/forward")
@allow(Who.CANDIDATES)
def forward() -> AnyResponse:
    """Sends the chosen dossiers with one letter; what cannot go stays behind and is told."""
    typed = paper_forms.read(request.form)
    try:
        with writing() as work:
            papers.require_every_seen(task_ids(), typed.seen)
            filled = _filled(work, Act.FORWARD, typed.sent)
            made = papers.forward(work, actor(), task_ids(), filled, typed.seen)
            drafts.discard_page(work, actor(), place(Act.FORWARD, task_ids()))
            address = url_for("papers.submission", submission_id=made.submission.id, **queues.along())
    except (Invalid, Conflict, NotAllowed) as error:
        return _again(Act.FORWARD, typed, error)
    if all(result.done for result in made.results):
        flash(told(message("The submission has been sent.")))
        return go_to(address)
    return show("bulks/results.html", results=made.results, letter=address, back=queues.way_back())


@screen.get("/papers/decide")
@allow(Who.CANDIDATES)
def review_decide() -> Response:
    """Every nominee of every chosen dossier, each with a verdict of its own, and the decision's form."""
    with reading() as work:
        return _review(work, Act.DECIDE)


@screen.post("/papers/decide")
@allow(Who.CANDIDATES)
def decide() -> AnyResponse:
    """Checks what was typed and shows it once more; signs only what has been confirmed."""
    typed, step = paper_forms.read(request.form), request.form.get("step", "")
    if step == "change":
        with reading() as work:
            return _review(work, Act.DECIDE, typed)
    try:
        if step != "sign":
            with _rehearsal() as work:
                planned = _sign(work, typed)
            paper_forms.keep(Act.DECIDE, task_ids(), typed.sent)
            with reading() as work:
                return _confirm(work, typed, planned)
        with writing() as work:
            signed = _sign(work, typed)
            drafts.discard_page(work, actor(), place(Act.DECIDE, task_ids()))
    except (Invalid, Conflict, NotAllowed) as error:
        return _again(Act.DECIDE, typed, error)
    if signed is None:
        flash(told(message("The nominations have been approved to go upward; no decision was needed.")))
        return go_to(queues.way_back())
    flash(told(message("The decision has been recorded.")))
    return go_to(url_for("papers.decision", decision_id=signed.id, **queues.along()))


@screen.get("/submissions/<id:submission_id>")
@allow(Who.READERS)
def submission(submission_id: int) -> Response:
    """One letter with the dossiers it carried."""
    with reading() as work:
        letter, carried = papers.show_submission(work, actor(), submission_id)
        return show(
            "papers/submission.html",
            submission=letter,
            trail=queues.trail_behind(),
            dossiers=_by_dossier(carried),
            totals=_totals(carried),
        )


@screen.get("/decisions/<id:decision_id>")
@allow(Who.READERS)
def decision(decision_id: int) -> Response:
    """One decision with the nominees it awards."""
    with reading() as work:
        paper, granted = papers.show_decision(work, actor(), decision_id)
        return show(
            "papers/decision.html",
            decision=paper,
            trail=queues.trail_behind(),
            dossiers=_by_dossier(granted),
            totals=_totals(granted),
        )


def _review(
    work: Work, act: Act, typed: Typed | None = None, *, status: int = 200, complaint: Complaint | None = None
) -> Response:
    """The page with what was typed, else with its draft.

    Whoever only comes back to change something still answers for what they saw before.
    """
    ready = papers.ready_for(work, actor(), act, task_ids())
    carried = _carried(work, act, ready)
    every = [nomination for one in carried for nomination in one.nominations]
    where = place(act, [task.id for task in ready])
    draft, kept = paper_forms.kept(work, where)
    sent = typed.sent if typed else kept
    judged = task_pages.judged(every, sent.judgements if sent else {})
    return show(
        f"papers/{act.value}.html",
        status,
        carried=carried,
        left_out=_left_out(work, ready),
        totals=_totals(every),
        own=[one for one in judged if one.nomination.award.in_power],
        upward=[one for one in judged if not one.nomination.award.in_power],
        names=document_names(work, carried[0].task.dossier.round.locality),
        overlaps=asked(work, every, sent.draft if sent else {}) if act is Act.DECIDE else None,
        form=_form(work, act, carried, every, sent),
        open_questions=[one for each in carried for one in each.unanswered],
        unanswered=sent.unanswered if sent else "",
        complaint=complaint,
        along=queues.along(),
        back=queues.way_back(),
        place=where,
        draft=draft,
        restored=draft if typed is None and kept else None,
        seen={**_versions(ready), **(typed.seen if typed and not complaint else {})},
    )


def _versions(chosen: Sequence[UserTask]) -> dict[int, int]:
    return {task.id: task.dossier.version for task in chosen}


def _again(act: Act, typed: Typed, error: TrinhError) -> Response:
    """The page as it was sent, with what is wrong; nothing has been changed, and a draft of it stays."""
    complaint = complaint_of(error)
    paper_forms.keep(act, task_ids(), typed.sent)
    with reading() as work:
        return _review(work, act, typed, status=answer_to(error).status, complaint=complaint)


def _confirm(work: Work, typed: Typed, planned: Signed | None) -> Response:
    sent = typed.sent
    carried = _carried(work, Act.DECIDE, papers.ready_for(work, actor(), Act.DECIDE, task_ids()))
    every = [nomination for one in carried for nomination in one.nominations]
    groups: dict[str, list[Judged]] = {"own": [], "upward": [], "dropped": []}
    for one in task_pages.judged(every, sent.judgements):
        power = "own" if one.nomination.award.in_power else "upward"
        groups["dropped" if one.verdict == Verdict.DROP else power].append(one)
    return show(
        "papers/confirm.html",
        task_ids=[one.task.id for one in carried],
        groups=groups,
        sent=sent,
        along=queues.along(),
        seen=typed.seen,
        typed=_filled(work, Act.DECIDE, sent).values,
        decision=planned,
    )


def _sign(work: Work, typed: Typed) -> Signed | None:
    """Approves what was kept; the decision, if one was needed."""
    papers.require_every_seen(task_ids(), typed.seen)
    filled = _filled(work, Act.DECIDE, typed.sent)
    row = papers.decide(work, actor(), task_ids(), filled, typed.seen)
    return Signed(row.id, row.number, row.signed_on, row.clause) if row else None


class _Enough(Exception):
    """Ends a rehearsal."""


@contextmanager
def _rehearsal() -> Iterator[Work]:
    """A Work of which nothing is kept: what would be refused is told before anybody confirms."""
    with suppress(_Enough), writing() as work:
        yield work
        raise _Enough


def _filled(work: Work, act: Act, sent: Sent) -> Filled:
    """What was typed into the fields that the form of the tasks really has."""
    ready = papers.ready_for(work, actor(), act, task_ids())
    known = completions.form_of(work, ready[0]).by_key
    values = {key: value for key, value in sent.values.items() if key in known}
    if act is Act.DECIDE:
        values[_ANSWERED_HERE] = Outcome.APPROVE.value
    return Filled(values, sent.judgements, answers=sent.answers, unanswered=sent.unanswered)


def _form(
    work: Work, act: Act, carried: Sequence[Carried], every: Sequence[Nomination], sent: Sent | None
) -> FormParts:
    """The form of the tasks without the question that this page answers itself, and without files: each
    belongs to one task. Why it comes late is asked once for all that do."""
    task = carried[0].task
    schema = completions.offered_schema(work, task)
    left_out = {_ANSWERED_HERE, RETURN_TO, *completions.form_of(work, task).file_keys}
    schema["components"] = [part for part in schema["components"] if part.get("key") not in left_out]
    if act is Act.FORWARD and len(task_ids()) > 1:
        schema["components"] = [_as_reason(part) for part in schema["components"]]
    keys = frozenset(completions.form_of(work, task).by_key)
    typed = sent.values if sent else {}
    data: dict[str, object] = {key: value for key, value in typed.items() if key in keys}
    data["late"] = any(completions.form_context(work, one.task)["late"] for one in carried)
    if act is Act.DECIDE:
        data |= {
            _ANSWERED_HERE: Outcome.APPROVE.value,
            "has_local": any(nomination.award.in_power for nomination in every),
            "has_upward": any(not nomination.award.in_power for nomination in every),
        }
    return FormParts(schema, data, keys, {})


def _as_reason(part: dict[str, Any]) -> dict[str, Any]:
    """The note of a letter, which is asked for as the reason when the letter carries many dossiers."""
    if part.get("key") != papers.REASON:
        return part
    label, hint = say("Reason"), say("It stays in the history of each dossier.")
    return part | {
        "label": label,
        "description": hint,
        "validate": {**part.get("validate", {}), "required": True},
        "properties": {**part.get("properties", {}), "label_en": label, "description_en": hint},
    }


def _left_out(work: Work, ready: Sequence[UserTask]) -> list[UserTask]:
    """What was chosen too, but is held or has been completed by somebody else of the office meanwhile."""
    going = {task.id for task in ready}
    return [
        task
        for task in tasks.some(work, task_ids())
        if task.id not in going and task.act == ready[0].act and access.may_take(actor(), task)
    ]


def _carried(work: Work, act: Act, chosen: Sequence[UserTask]) -> list[Carried]:
    said = opinions.of_dossiers(work, [task.dossier_id for task in chosen])
    return [
        Carried(
            task,
            _going_along(act, task.dossier.nominations),
            _files_in_form(work, task),
            said.get(task.dossier_id, []),
        )
        for task in chosen
    ]


def _files_in_form(work: Work, task: UserTask) -> dict[str, list[str]]:
    form = completions.form_of(work, task)
    if not form.file_keys:
        return {}
    held = form_uploads.waiting(work, actor(), task)
    return {
        form.by_key[key].label(language()): [file.display_name for file in held.get(key, ())]
        for key in form.file_keys
    }


def _going_along(act: Act, nominations: Sequence[Nomination]) -> list[Nomination]:
    if act is Act.DECIDE:
        return acts.judged_at(act, nominations)
    return [nomination for nomination in nominations if nomination.status in STANDING]


def _totals(nominations: Sequence[Nomination]) -> list[Total]:
    """By award, highest first."""
    by_award: dict[int, list[Nomination]] = {}
    for nomination in nominations:
        by_award.setdefault(nomination.award_id, []).append(nomination)
    totals = [
        Total(of_one[0].award, len(of_one), len({nomination.dossier_id for nomination in of_one}))
        for of_one in by_award.values()
    ]
    return sorted(totals, key=lambda total: total.award.position)


def _by_dossier(nominations: Sequence[Nomination]) -> list[list[Nomination]]:
    grouped: dict[int, list[Nomination]] = {}
    for nomination in nominations:
        grouped.setdefault(nomination.dossier_id, []).append(nomination)
    return list(grouped.values())
