"""A loaded configuration read back: the plan's rules for rounds, as `localities.content` has kept them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from service.domain.citations import Citation
from service.domain.deadlines import (
    Bound,
    DayRule,
    DeadlineRule,
    LatePolicy,
    OnDate,
    Roll,
    Unset,
    WithinMonth,
    Yearly,
    day_in,
)
from service.domain.labels import Label
from service.domain.organisations import Function
from service.domain.rounds import RoundKind, RoundPlan

Kept = Mapping[str, Any]


def round_plans(content: Kept) -> dict[RoundKind, RoundPlan]:
    """The plan's rules by kind of round; empty for what an older version of the service has loaded."""
    plans = (_plan(kept) for kept in content.get("kinds", ()))
    return {plan.kind: plan for plan in plans}


def rules_of_round(content: Kept, round_key: str) -> dict[str, DeadlineRule] | None:
    """The rules of one configured round by key; None for a round that the files do not name."""
    for kept in content["rounds"]:
        if kept["key"] == round_key:
            return {rule.key: rule for rule in map(_rule, kept["deadlines"])}
    return None


def rule_of_duty(content: Kept, duty_key: str, deadline_key: str) -> DeadlineRule | None:
    """The rule of a configured duty, under the key that its rounds give their deadline."""
    for kept in content.get("duties", ()):
        if kept["rule"]["key"] == duty_key:
            return replace(_rule(kept["rule"]), key=deadline_key)
    return None


def once(content: Kept) -> Citation | None:
    """The clause that forbids awarding an achievement twice; None where the plan cites none."""
    kept = content.get("once")
    return _citation(kept) if kept else None


def rules_for_year(plan: RoundPlan, year: int) -> dict[str, DeadlineRule]:
    """The rules of a kind for a round of some year, by key.

    A day that the plan fixes in another year says nothing of this one: its deadline stays without a date.
    """
    return {rule.key: _in_year(rule, year) for rule in plan.deadlines}


def _in_year(rule: DeadlineRule, year: int) -> DeadlineRule:
    day = day_in(rule.day, year)
    if day is None or day.year == year:
        return rule
    note = Label(
        f"Kế hoạch chỉ ấn định ngày cho năm {day.year}.", f"The plan fixes this day for {day.year} only."
    )
    return replace(rule, day=Unset(note=note), bound=Bound.BEFORE)


def _plan(kept: Kept) -> RoundPlan:
    return RoundPlan(
        kind=RoundKind(kept["kind"]),
        name=_label(kept["name"]),
        process=kept["process"],
        awards=tuple(kept["awards"]),
        deadlines=tuple(map(_rule, kept["deadlines"])),
        citation=_citation(kept["citation"]),
    )


def _rule(kept: Kept) -> DeadlineRule:
    return DeadlineRule(
        key=kept["key"],
        name=_label(kept["name"]),
        owner=Function(kept["owner"]),
        day=_day(kept["day"]),
        citation=_citation(kept["citation"]),
        to=Function(kept["to"]) if kept["to"] else None,
        bound=Bound(kept["bound"]),
        roll=Roll(kept["roll"]),
        late=LatePolicy(kept["late"]),
        ladder=kept["ladder"],
    )


def _day(kept: Kept) -> DayRule:
    match kept["type"]:
        case "Yearly":
            return Yearly(kept["month"], kept["day"])
        case "OnDate":
            return OnDate(date.fromisoformat(kept["day"]))
        case "WithinMonth":
            return WithinMonth(kept["year"], kept["month"])
        case "Unset":
            return Unset(kept["awaits"], _label(kept["note"]) if kept["note"] else None)
        case other:
            raise ValueError(f"{other} is no rule for a day.")


def _label(kept: Kept) -> Label:
    return Label(kept["vi"], kept["en"])


def _citation(kept: Kept) -> Citation:
    note = kept["note"]
    return Citation(
        kept["document"], kept["section"], kept["quote"], kept["verified"], _label(note) if note else None
    )
