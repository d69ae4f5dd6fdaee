"""The checked shapes of the files to one `Locality` of the domain."""

from collections.abc import Iterable, Mapping
from typing import Any

from service.domain.awards import Award, Component, Power
from service.domain.calendars import Override
from service.domain.citations import Citation, Document
from service.domain.deadlines import Bound, DayRule, DeadlineRule, OnDate, Unset, WithinMonth
from service.domain.duties import Duty
from service.domain.localities import ConfiguredPerson, Locality, Remark, Seating
from service.domain.opinions import Council
from service.domain.organisations import Function, Organisation, Role
from service.domain.reminders import Ladder, Rung
from service.domain.rounds import Campaign, Round, RoundPlan
from service.localities.calendars import working_calendar


class Citations:
    """Turns citations, written in place or by their key in plan.yaml, into domain values."""

    def __init__(self, plan: Any) -> None:
        self._documents = {item["key"]: Document(**item) for item in plan["documents"]}
        self._named = {item["key"]: item for item in plan["citations"]}

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(self._documents.values())

    def cite(self, given: Any) -> Citation:
        """The citation that a checked value stands for."""
        clause = self._named[given] if isinstance(given, str) else given
        return Citation(
            document=self._documents[clause["document"]].name,
            section=clause["section"],
            quote=clause["quote"],
            verified=clause["verified"],
            note=clause["note"],
        )

    def cited(self, given: Mapping[str, Any], *keys: str) -> dict[str, Any]:
        """The same mapping with `citation` (and other such keys) turned into domain values."""
        turned = {key: given[key] and self.cite(given[key]) for key in ("citation", *keys)}
        return dict(given) | turned


def build(files: Mapping[str, Any]) -> Locality:
    """The locality of files that have passed all checks."""
    plan = files["plan.yaml"]
    citations = Citations(plan)
    given = plan["locality"]
    organisations = tuple(
        Organisation(**citations.cited(item, "ended_by"))
        for item in files["organisations.yaml"]["organisations"]
    )
    overrides = tuple(
        Override(**citations.cited(item)) for item in files.get("calendar.yaml", {}).get("overrides", ())
    )
    return Locality(
        id=given["id"],
        name=given["name"],
        level=given["level"],
        zone=given["zone"],
        country=given["country"],
        code_prefix=given["code_prefix"],
        plan=plan["plan"]["document"],
        plan_citation=citations.cite(plan["plan"]["citation"]),
        documents=citations.documents,
        campaign=Campaign(**citations.cited(plan["campaign"])),
        organisations=organisations,
        roles=tuple(Role(**item) for item in files["roles.yaml"]["roles"]),
        rounds=tuple(_rounds(files["rounds.yaml"], citations)),
        kinds=tuple(_kinds(files["rounds.yaml"], citations)),
        awards=tuple(_awards(files["awards.yaml"]["awards"], organisations, citations)),
        components=tuple(Component(**citations.cited(item)) for item in files["awards.yaml"]["components"]),
        ladders=tuple(ladder(item) for item in files["reminders.yaml"]["ladders"]),
        calendar=working_calendar(given["country"], overrides),
        duties=tuple(_duty(item, citations) for item in files.get("duties.yaml", {}).get("duties", ())),
        councils=tuple(
            Council(**citations.cited(item)) for item in files.get("councils.yaml", {}).get("councils", ())
        ),
        overrides=overrides,
        people=tuple(_person(item) for item in files.get("people.yaml", {}).get("people", ())),
        remarks=tuple(Remark(**citations.cited(item)) for item in plan["remarks"]),
        once=_once(files["awards.yaml"]["once"], citations),
    )


def _once(given: Any, citations: Citations) -> Citation | None:
    return citations.cite(given) if given else None


def day_rule(given: Mapping[str, Any]) -> DayRule:
    """The rule for the day, from whichever of the keys says it."""
    if given["yearly"]:
        return given["yearly"]
    if given["date"]:
        return OnDate(given["date"])
    if given["month"]:
        return WithinMonth(*given["month"])
    return Unset(awaits=given["awaits"], note=given["silent"])


def _kinds(given: Any, citations: Citations) -> Iterable[RoundPlan]:
    for kind in given["kinds"]:
        yield _kind(given["deadlines"], kind, kind["deadlines"], citations)


def _rounds(given: Any, citations: Citations) -> Iterable[Round]:
    kinds = {kind["kind"]: kind for kind in given["kinds"]}
    for item in given["rounds"]:
        kind = kinds[item["kind"]]
        plan = _kind(given["deadlines"], kind, (*kind["deadlines"], *item["deadlines"]), citations)
        yield plan.round_of(item["year"], item["key"])


def _kind(terms: Any, kind: Any, rules: Iterable[Any], citations: Citations) -> RoundPlan:
    """The rules for one kind; of two rules for the same deadline the later one holds."""
    by_key = {rule["key"]: rule for rule in rules}
    return RoundPlan(
        kind=kind["kind"],
        name=kind["name"],
        process=kind["process"],
        awards=kind["awards"],
        deadlines=tuple(_rule(one, by_key[one["key"]], citations) for one in terms),
        citation=citations.cite(kind["citation"]),
    )


def _rule(terms: Mapping[str, Any], rule: Mapping[str, Any], citations: Citations) -> DeadlineRule:
    return DeadlineRule(
        **terms,
        day=day_rule(rule),
        bound=rule["bound"] or Bound.BEFORE,
        citation=citations.cite(rule["citation"]),
    )


def _awards(given: Any, organisations: Iterable[Organisation], citations: Citations) -> Iterable[Award]:
    functions = {organisation.key: organisation.function for organisation in organisations}
    for item in given:
        own = functions[item["decided_by"]] is Function.CHAIRMAN
        yield Award(power=Power.OWN if own else Power.UPWARD, **citations.cited(item, "sets_citation"))


def ladder(given: Any) -> Ladder:
    """A ladder of the file reminders.yaml."""
    return Ladder(given["key"], tuple(Rung(**rung) for rung in given["rungs"]))


def _duty(given: Mapping[str, Any], citations: Citations) -> Duty:
    terms = {key: given[key] for key in ("key", "name", "owner", "roll", "late", "ladder")}
    return Duty(
        rule=_rule(terms, given, citations),
        recipients=given["recipients"],
        first_year=given["first_year"],
        last_year=given["last_year"],
        opens_before=given["opens_before"],
    )


def _person(given: Mapping[str, Any]) -> ConfiguredPerson:
    seats = tuple(Seating(**seat) for seat in given["seats"])
    return ConfiguredPerson(**{**given, "seats": seats})
