"""Deploying diagrams and forms: checked first, then kept as a new immutable version."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from service import engine
from service.domain import duties
from service.domain.dossiers import ENDINGS
from service.domain.duties import RelativeRole
from service.domain.errors import Invalid, message
from service.domain.localities import Locality
from service.domain.people import Actor
from service.domain.reminders import Audience
from service.domain.tasks import LATE_REASON, SENDS_ON, Act
from service.engine import Definition, Finding, VariableKind, Vocabulary
from service.forms import read_form
from service.operations.dossier.dossiers import WITHDRAW
from service.store import definitions, localities
from service.store.tables import FormVersion, ProcessDefinition
from service.store.work import Work

NOTICE_TEMPLATES = frozenset({"unit_overdue", "report_overdue"})
"""The mails that a send task on a diagram may name."""

VARIABLES: dict[str, VariableKind] = {
    "outcome": "text",
    "return_to": "text",
    "has_local": "truth",
    "has_upward": "truth",
    "round_kind": "text",
    "recipients": "number",
    "not_applicable": "truth",
}
"""What conditions on a diagram may ask."""


def vocabulary(work: Work) -> Vocabulary:
    """Everything a diagram may name: what the loaded localities and deployed forms offer."""
    return _vocabulary(
        roles=localities.every_role(work),
        forms={
            form.key: definitions.form_content(work, form.id)
            for form in definitions.newest_forms(work).values()
        },
        deadlines=localities.every_deadline_key(work),
        ladders=localities.every_ladder(work),
    )


def vocabulary_of(configured: Sequence[Locality], forms: Mapping[str, str]) -> Vocabulary:
    """The same from files, for checking a diagram where nothing has been loaded yet: `forms` by their keys.

    Raises:
        Invalid: when a form is not in the supported subset.
    """
    return _vocabulary(
        roles={role.key for locality in configured for role in locality.roles},
        forms=forms,
        deadlines={deadline.key for locality in configured for deadline in locality.deadlines()},
        ladders={ladder.key for locality in configured for ladder in locality.ladders},
    )


def _vocabulary(
    roles: Iterable[str], forms: Mapping[str, str], deadlines: Iterable[str], ladders: Iterable[str]
) -> Vocabulary:
    asking = {key for key, content in forms.items() if LATE_REASON in read_form(content).by_key}
    return Vocabulary(
        roles=frozenset(roles) | frozenset(role.value for role in RelativeRole),
        forms=frozenset(forms),
        deadlines=frozenset(deadlines) | {duties.DEADLINE},
        ladders=frozenset(ladders),
        acts=frozenset(act.value for act in Act),
        sending_acts=frozenset(act.value for act in SENDS_ON),
        asking_forms=frozenset(asking),
        audiences=frozenset(audience.value for audience in Audience),
        templates=NOTICE_TEMPLATES,
        messages=frozenset({WITHDRAW}),
        variables=VARIABLES,
    )


def lint(xml: bytes, known: Vocabulary) -> list[Finding]:
    """What is wrong with a diagram, found in a child process with bounded time and memory."""
    return engine.check_isolated(xml, known)


def deploy(work: Work, xml: bytes, note: str = "", actor: Actor | None = None) -> ProcessDefinition:
    """Keeps a diagram as the newest version of its key; the same bytes again change nothing.

    Raises:
        Invalid: when the linter finds errors; `fields` has one message per element.
    """
    wrong = [finding for finding in lint(xml, vocabulary(work)) if finding.severity == "error"]
    if wrong:
        raise Invalid(
            message("The diagram has {n} errors. Correct them and deploy again.", n=len(wrong)),
            {f"{finding.element_id or '-'}:{finding.rule}": finding.message for finding in wrong},
        )
    definition = engine.read(xml)
    _check_endings(definition)
    newest = definitions.newest(work, definition.key)
    if newest is not None and newest.content_hash == definition.content_hash:
        return newest
    row = ProcessDefinition(
        key=definition.key,
        version=newest.version + 1 if newest else 1,
        name=definition.name,
        content_hash=definition.content_hash,
        xml=xml,
        deployed_at=work.now,
        deployed_by_id=actor.person_id if actor else None,
        note=note,
    )
    work.session.add(row)
    work.session.flush()
    return row


def deploy_form(work: Work, key: str, content: str) -> FormVersion:
    """Keeps a form as the newest version of its key; the same content again changes nothing.

    Raises:
        Invalid: when the form is not in the supported subset.
    """
    read_form(content)
    digest = hashlib.sha256(content.encode()).hexdigest()
    newest = definitions.newest_forms(work).get(key)
    if newest is not None and newest.content_hash == digest:
        return newest
    row = FormVersion(
        key=key,
        version=newest.version + 1 if newest else 1,
        content_hash=digest,
        content=content,
        deployed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _check_endings(definition: Definition) -> None:
    """Every end of the main path must say what becomes of the dossier: its id is the status."""
    mains = [
        element
        for element in definition.elements.values()
        if element.type == "endEvent"
        and element.scope == definition.key
        and (element.event == "terminate" or element.id not in definition.side_elements)
    ]
    strange = {
        element.id: message("Give this end event one of the ids {known}.", known=", ".join(sorted(ENDINGS)))
        for element in mains
        if element.id not in ENDINGS
    }
    if strange:
        raise Invalid(message("The diagram has ends that no dossier can have."), strange)
