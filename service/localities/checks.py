"""What must hold between the values of a locality, beyond the shape of each file."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from service.domain.awards import Power
from service.domain.deadlines import Bound, day_in, late_policy_complaint
from service.domain.duties import MOST_RECIPIENTS, RelativeRole
from service.domain.errors import Invalid, Message, message
from service.domain.organisations import Function
from service.domain.reminders import Audience
from service.domain.rounds import AWARD_KINDS, key_of
from service.localities.building import day_rule
from service.localities.calendars import working_calendar
from service.localities.problems import Path

Files = Mapping[str, Any]
"""The loaded shapes of the files that are right in themselves, by file name."""
Report = Callable[[str, Path, Message], None]
"""Takes a file, a place in it, and what is wrong there."""

YEARS_APART = 1
"""How far a deadline may lie from the year of its round: awards of a year may be settled in January."""

POWERS = {Function.CHAIRMAN: Power.OWN, Function.UPPER: Power.UPWARD}
"""What it means for the locality when an organisation of this function decides an award."""


def check(locality_id: str, files: Files, report: Report) -> None:
    """Reports everything that does not fit together, as far as the files needed for it could be read."""
    if "plan.yaml" in files:
        _locality(locality_id, files["plan.yaml"], report)
    if "rounds.yaml" in files:
        _late_policies(files["rounds.yaml"], report)
        _kinds(files["rounds.yaml"], report)
        _rounds(files, report)
    if {"organisations.yaml", "roles.yaml"} <= files.keys():
        _functions(files, report)
    if {"organisations.yaml", "awards.yaml"} <= files.keys():
        _deciders(files, report)
    if {"organisations.yaml", "roles.yaml", "people.yaml"} <= files.keys():
        _seats(files, report)
    if {"organisations.yaml", "councils.yaml"} <= files.keys():
        _councils(files, report)
    if "reminders.yaml" in files:
        _ladders(files, report)
    if "calendar.yaml" in files:
        _overrides(files["calendar.yaml"], report)
    if "duties.yaml" in files:
        _duties(files, report)


def _locality(locality_id: str, plan: Any, report: Report) -> None:
    given = plan["locality"]
    if given["id"] != locality_id:
        text = message(
            "The id {given} is not the name of the folder, {folder}. Make them the same.",
            given=given["id"],
            folder=locality_id,
        )
        report("plan.yaml", ("locality", "id"), text)
    try:
        working_calendar(given["country"])
    except Invalid as error:
        report("plan.yaml", ("locality", "country"), error.message)


def _late_policies(rounds: Any, report: Report) -> None:
    """What comes late is treated in a way that means something for whoever owes it."""
    for index, terms in enumerate(rounds["deadlines"]):
        complaint = late_policy_complaint(terms["late"], terms["owner"])
        if complaint is not None:
            report("rounds.yaml", ("deadlines", index, "late"), complaint)


def _kinds(rounds: Any, report: Report) -> None:
    """Every kind of round says when each deadline is due, or that it is not known."""
    keys = [terms["key"] for terms in rounds["deadlines"]]
    for index, kind in enumerate(rounds["kinds"]):
        for key in keys:
            if key not in {rule["key"] for rule in kind["deadlines"]}:
                text = message(
                    "The deadline {key} is missing for this kind of round. Say when it is due, whose "
                    "guidance it awaits, or that the plan is silent.",
                    key=key,
                )
                report("rounds.yaml", ("kinds", index, "deadlines"), text)


def _rounds(files: Files, report: Report) -> None:
    rounds = files["rounds.yaml"]
    kinds = {kind["kind"]: (index, kind) for index, kind in enumerate(rounds["kinds"])}
    seen: set[str] = set()
    reported: set[Path] = set()
    for index, item in enumerate(rounds["rounds"]):
        place: Path = ("rounds", index)
        default = key_of(item["kind"], item["year"])
        key = item["key"] or default
        if key in seen:
            text = message("The round {key} stands here twice. Give one another key.", key=key)
            report("rounds.yaml", place, text)
        seen.add(key)
        if not key.startswith(default):
            text = message("The key of this round must begin with {key}.", key=default)
            report("rounds.yaml", (*place, "key"), text)
        if "plan.yaml" in files:
            _within(files["plan.yaml"]["campaign"], item["year"], (*place, "year"), report)
        if item["kind"] in kinds:
            rules = _rules_of(place, item, *kinds[item["kind"]])
            _order(rounds, rules, item["year"], key, report, reported)
        else:
            text = message("The kind {kind} has no entry under kinds. Add it.", kind=item["kind"].value)
            report("rounds.yaml", (*place, "kind"), text)


def _within(campaign: Any, year: int, place: Path, report: Report) -> None:
    if not campaign["first_year"] <= year <= campaign["last_year"]:
        text = message(
            "The year {year} lies outside the campaign ({first} to {last}). Correct one of them.",
            year=year,
            first=campaign["first_year"],
            last=campaign["last_year"],
        )
        report("rounds.yaml", place, text)


def _rules_of(place: Path, item: Any, kind_index: int, kind: Any) -> dict[str, tuple[Path, Any]]:
    """The rules that hold in a round with their places: those of its kind, replaced by its own."""
    of_kind = {
        rule["key"]: (("kinds", kind_index, "deadlines", index), rule)
        for index, rule in enumerate(kind["deadlines"])
    }
    own = {rule["key"]: ((*place, "deadlines", index), rule) for index, rule in enumerate(item["deadlines"])}
    return of_kind | own


def _order(
    rounds: Any,
    rules: Mapping[str, tuple[Path, Any]],
    year: int,
    round_key: str,
    report: Report,
    reported: set[Path],
) -> None:
    """Along the route nobody owes a step before the one it follows, and days lie near the round's year."""
    before: tuple[str, date] | None = None
    for key in (terms["key"] for terms in rounds["deadlines"]):
        if key not in rules:
            continue
        place, rule = rules[key]
        day = day_in(day_rule(rule), year)
        if day is None:
            continue
        if abs(day.year - year) > YEARS_APART and place not in reported:
            reported.add(place)
            text = message(
                "{day} lies far from {year}, the year of the round {round}. Correct the year.",
                day=day.isoformat(),
                year=year,
                round=round_key,
            )
            report("rounds.yaml", place, text)
        last = day - timedelta(days=rule["bound"] is Bound.BEFORE)
        if before and last < before[1] and place not in reported:
            reported.add(place)
            text = message(
                "In the round {round}, {key} ends on {last}, before {earlier} which it follows on the route "
                "({earlier_last}). Correct one of the two days.",
                round=round_key,
                key=key,
                last=last.isoformat(),
                earlier=before[0],
                earlier_last=before[1].isoformat(),
            )
            report("rounds.yaml", place, text)
        before = (key, last)


def _functions(files: Files, report: Report) -> None:
    """Every role is held somewhere, and dossiers have one focal office."""
    organisations = files["organisations.yaml"]["organisations"]
    functions = {organisation["function"] for organisation in organisations}
    for index, role in enumerate(files["roles.yaml"]["roles"]):
        if role["key"] in set(RelativeRole):
            text = message("{key} means another office in each duty. Choose another key.", key=role["key"])
            report("roles.yaml", ("roles", index, "key"), text)
        if role["function"] not in functions:
            text = message(
                "No organisation has the function {function}, so nobody can hold the role {role}. Add one.",
                function=role["function"].value,
                role=role["key"],
            )
            report("roles.yaml", ("roles", index, "function"), text)
    if not any(organisation["focal"] for organisation in organisations):
        text = message("No organisation is the focal office. Mark the single intake with focal: true.")
        report("organisations.yaml", ("organisations",), text)


def _duties(files: Files, report: Report) -> None:
    """Every duty has its years in order, a round of its own in each, and offices that can receive it."""
    held = {item["function"] for item in files.get("roles.yaml", {}).get("roles", ())}
    for index, duty in enumerate(files["duties.yaml"]["duties"]):
        place: Path = ("duties", index)
        if duty["first_year"] > duty["last_year"]:
            text = message("The last year lies before the first one. Swap them.")
            report("duties.yaml", (*place, "last_year"), text)
        if duty["key"] in {kind.value for kind in AWARD_KINDS}:
            text = message("{key} is a kind of round. Give the duty another key.", key=duty["key"])
            report("duties.yaml", (*place, "key"), text)
        complaint = late_policy_complaint(duty["late"], duty["owner"], duty=True)
        if complaint is not None:
            report("duties.yaml", (*place, "late"), complaint)
        recipients = duty["recipients"]
        if len(recipients) > MOST_RECIPIENTS or len(set(recipients)) < len(recipients):
            text = message(
                "A report goes to at most {most} offices, each named once. Leave the others out.",
                most=MOST_RECIPIENTS,
            )
            report("duties.yaml", (*place, "recipients"), text)
        for function in (duty["owner"], *recipients):
            if "roles.yaml" in files and function not in held:
                text = message(
                    "Nobody holds a role with the function {function}, so this report can be neither sent "
                    "nor received. Add the role to roles.yaml.",
                    function=function.value,
                )
                report("duties.yaml", place, text)


def _deciders(files: Files, report: Report) -> None:
    functions = {
        organisation["key"]: organisation["function"]
        for organisation in files["organisations.yaml"]["organisations"]
    }
    for index, award in enumerate(files["awards.yaml"]["awards"]):
        if functions[award["decided_by"]] not in POWERS:
            text = message(
                "{organisation} does not decide awards: its function is {function}. Name a chairman or an "
                "upper level.",
                organisation=award["decided_by"],
                function=functions[award["decided_by"]].value,
            )
            report("awards.yaml", ("awards", index, "decided_by"), text)


def _councils(files: Files, report: Report) -> None:
    functions = {item["key"]: item["function"] for item in files["organisations.yaml"]["organisations"]}
    for index, council in enumerate(files["councils.yaml"]["councils"]):
        if functions[council["organisation"]] is not Function.COUNCIL:
            text = message(
                "{organisation} is no council: its function is {function}. Name one that is a council.",
                organisation=council["organisation"],
                function=functions[council["organisation"]].value,
            )
            report("councils.yaml", ("councils", index, "organisation"), text)


def _seats(files: Files, report: Report) -> None:
    functions = {item["key"]: item["function"] for item in files["organisations.yaml"]["organisations"]}
    roles = {item["key"]: item["function"] for item in files["roles.yaml"]["roles"]}
    for index, person in enumerate(files["people.yaml"]["people"]):
        for seat_index, seat in enumerate(person["seats"]):
            if functions[seat["organisation"]] is not roles[seat["role"]]:
                text = message(
                    "The role {role} is not held in {organisation}: functions differ ({wanted}, {given}).",
                    role=seat["role"],
                    organisation=seat["organisation"],
                    wanted=roles[seat["role"]].value,
                    given=functions[seat["organisation"]].value,
                )
                report("people.yaml", ("people", index, "seats", seat_index, "role"), text)


def _ladders(files: Files, report: Report) -> None:
    """There is a default ladder, and every audience of a ladder can have somebody in it."""
    ladders = files["reminders.yaml"]["ladders"]
    if "default" not in {ladder["key"] for ladder in ladders}:
        text = message("There is no ladder with the key default. Add it: it holds where no other is named.")
        report("reminders.yaml", ("ladders",), text)
    if "roles.yaml" not in files:
        return
    heads = {role["function"] for role in files["roles.yaml"]["roles"] if role["head"]}
    held = {role["function"] for role in files["roles.yaml"]["roles"]}
    reachable = {
        Audience.UNIT_HEAD: Function.UNIT in heads,
        Audience.OFFICE_HEAD: bool(heads),
        Audience.CHAIRMAN_OFFICE: Function.CHAIRMAN_OFFICE in held,
    }
    for index, ladder in enumerate(ladders):
        for rung_index, rung in enumerate(ladder["rungs"]):
            if not reachable.get(rung["audience"], True):
                text = message(
                    "No role is configured for the audience {audience}. Add the role to roles.yaml, or "
                    "remind somebody else.",
                    audience=rung["audience"].value,
                )
                report("reminders.yaml", ("ladders", index, "rungs", rung_index, "audience"), text)


def _overrides(calendar: Any, report: Report) -> None:
    seen: set[date] = set()
    for index, override in enumerate(calendar["overrides"]):
        if override["day"] in seen:
            text = message("{day} stands in this list twice. Keep one.", day=override["day"].isoformat())
            report("calendar.yaml", ("overrides", index, "day"), text)
        seen.add(override["day"])
