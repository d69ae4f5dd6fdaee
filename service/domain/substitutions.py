"""Substitution: who acts in whose place, for which roles, and which entries would contradict each other."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from service.domain.deadlines import day_in_figures
from service.domain.errors import Invalid, Message, message

LONGEST_DAYS = 366
WRONG = message("Check the marked fields and send again.")


@dataclass(frozen=True, slots=True)
class Standing:
    """A substitution that holds or will hold, with the names for telling it; both days are included."""

    absent_id: int
    substitute_id: int
    first_day: date
    last_day: date
    group_ids: frozenset[int]
    absent: str = ""
    substitute: str = ""

    def meets(self, first: date, last: date) -> bool:
        """Whether they have a day in common with a span."""
        return self.first_day <= last and first <= self.last_day


def check(wanted: Standing, known: Iterable[Standing], today: date, seats: Collection[int]) -> None:
    """Whether somebody may be replaced so; `known` are the standing ones of both people, `seats` the
    groups that the absent person sits in.

    One role has one substitute on one day, and nobody stands in who is away: a substitute of a
    substitute would leave it open who answers for a step.

    Raises:
        Invalid: with the wrong fields; each says what to do.
    """
    wrong: dict[str, Message] = {}
    if wanted.absent_id == wanted.substitute_id:
        wrong["substitute"] = message("Nobody stands in for themselves. Choose a colleague.")
    if wanted.last_day < wanted.first_day:
        wrong["last_day"] = message("The last day lies before the first.")
    elif wanted.last_day < today:
        wrong["last_day"] = message("This day has passed. An absence is entered for today or later.")
    elif (wanted.last_day - wanted.first_day).days >= LONGEST_DAYS:
        wrong["last_day"] = message("At most {most} days. Change the seats for longer.", most=LONGEST_DAYS)
    if not wanted.group_ids or not wanted.group_ids <= set(seats):
        wrong["roles"] = message("Choose at least one role that the absent person holds.")
    if wrong:
        raise Invalid(WRONG, wrong)
    for one in known:
        if one.meets(wanted.first_day, wanted.last_day) and (found := _contradiction(wanted, one)):
            raise Invalid(found[1], {found[0]: found[1]})


def _contradiction(wanted: Standing, one: Standing) -> tuple[str, Message] | None:
    """The field and the words for two substitutions of the same days that do not go together."""
    days = {"first": day_in_figures(one.first_day), "last": day_in_figures(one.last_day)}
    if one.absent_id == wanted.absent_id and one.group_ids & wanted.group_ids:
        return "first_day", message(
            "{substitute} already stands in for {absent} from {first} to {last} in one of these roles. End "
            "that first, or choose other days or roles.",
            substitute=one.substitute,
            absent=one.absent,
            **days,
        )
    if one.absent_id == wanted.substitute_id:
        return "substitute", message(
            "{absent} is away from {first} to {last}. Choose somebody who is there.",
            absent=one.absent,
            **days,
        )
    if one.substitute_id == wanted.absent_id:
        return "first_day", message(
            "{substitute} stands in for {absent} from {first} to {last}. Find another substitute for "
            "{absent} first.",
            substitute=one.substitute,
            absent=one.absent,
            **days,
        )
    return None
