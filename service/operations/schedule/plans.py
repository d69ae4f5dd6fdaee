"""What the plan says of rounds and deadlines, from the configuration that was loaded last."""

from collections.abc import Mapping
from typing import Any

from service.domain import contents
from service.domain.citations import Citation
from service.domain.deadlines import DeadlineRule
from service.domain.duties import duty_of
from service.domain.rounds import RoundKind, RoundPlan
from service.store import localities
from service.store import tables as rows
from service.store.work import Work


def kinds(work: Work, locality_id: str) -> Mapping[RoundKind, RoundPlan]:
    """The plan's rules by kind of round; kinds that the plan does not know are missing."""
    return contents.round_plans(_content(work, locality_id))


def rule_of(work: Work, round_: rows.Round, deadline_key: str) -> DeadlineRule | None:
    """The rule that the plan gives a deadline of a round; None where the plan is silent of it.

    A round of the files has rules of its own; one created here has those of its kind.
    """
    content = _content(work, round_.locality_id)
    if round_.kind == RoundKind.DUTY:
        return contents.rule_of_duty(content, duty_of(round_.key, round_.year), deadline_key)
    own = contents.rules_of_round(content, round_.key)
    if own is None:
        plan = contents.round_plans(content).get(RoundKind(round_.kind))
        own = contents.rules_for_year(plan, round_.year) if plan else {}
    return own.get(deadline_key)


def once(work: Work, locality_id: str) -> Citation | None:
    """The clause that forbids awarding an achievement twice; None where the plan cites none."""
    return contents.once(_content(work, locality_id))


def _content(work: Work, locality_id: str) -> Mapping[str, Any]:
    version = localities.newest_version(work, locality_id)
    return version.content if version else {"rounds": [], "kinds": []}
