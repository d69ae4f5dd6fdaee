"""What the linter is told (the words a diagram may use) and what it answers (findings)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from service.domain.errors import Message
from service.engine.grammar import VariableKind

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The keys that exist where the diagram will run; anything else in a diagram is an error.

    `variables` are the names that conditions may read, with what they hold. With the `sending_acts` a dossier
    leaves whoever owes it by a deadline; the `asking_forms` have a field for why it comes late.
    """

    roles: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    deadlines: frozenset[str] = frozenset()
    ladders: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    sending_acts: frozenset[str] = frozenset()
    asking_forms: frozenset[str] = frozenset()
    messages: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()
    variables: Mapping[str, VariableKind] = field(default_factory=dict[str, VariableKind])


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. Errors stop a deployment, warnings do not. `element_id` is "" for the whole file."""

    rule: str
    severity: Severity
    element_id: str
    message: Message
    hint: Message | None = None


class Report:
    """Collects findings; the rules write into it."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def error(self, rule: str, element_id: str, text: Message, hint: Message | None = None) -> None:
        self.findings.append(Finding(rule, "error", element_id, text, hint))

    def warning(self, rule: str, element_id: str, text: Message, hint: Message | None = None) -> None:
        self.findings.append(Finding(rule, "warning", element_id, text, hint))

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)
