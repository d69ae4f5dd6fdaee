"""What somebody asks of a rehearsal: which round, how many units, how late they are, which change to try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.deadlines import Bound, Roll
from service.domain.errors import Invalid, Message, message
from service.domain.reminders import Ladder

MOST_UNITS = 1000
"""More would take minutes; no locality has so many."""
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """One rehearsal. Without `units` every unit of the locality takes part.

    `late` is the share (0 to 1) of dossiers at each step whose holder acts after the deadline, `returned`
    the share that the first reviewing office returns for supplement once. The same `seed` gives the same
    rehearsal.

    Dossiers that are under way come along and are taken further from now on; `from_opening` leaves them out
    and plays the whole round from its opening.
    """

    locality_id: str
    round_key: str
    units: int | None = None
    late: float = 0.2
    returned: float = 0.1
    seed: int = 1
    from_opening: bool = False

    def check(self, most_units: int = MOST_UNITS) -> None:
        """
        Raises:
            Invalid: with each number that is out of its bounds.
        """
        wrong: dict[str, Message] = {}
        if self.units is not None and not 1 <= self.units <= most_units:
            wrong["units"] = message("Write a number between {least} and {most}.", least=1, most=most_units)
        for name, share in (("late", self.late), ("returned", self.returned)):
            if not 0 <= share <= 1:
                wrong[name] = message("Write a share between {least} and {most}.", least="0", most="1")
        if not 0 <= self.seed <= LARGEST_SEED:
            wrong["seed"] = message("Write a number between {least} and {most}.", least=0, most=LARGEST_SEED)
        if wrong:
            raise Invalid(message("Check the marked fields and send again."), wrong)


@dataclass(frozen=True, slots=True)
class DateChange:
    """Another date or rule for one deadline; what is None stays as it is."""

    deadline: str
    day: date | None = None
    bound: Bound | None = None
    roll: Roll | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change to be tried before it holds: other dates, another ladder, another diagram."""

    dates: tuple[DateChange, ...] = ()
    ladder: Ladder | None = None
    diagram: bytes | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is proposed."""
        return not self.dates and self.ladder is None and self.diagram is None


def read_dates(lines: Sequence[str]) -> tuple[DateChange, ...]:
    """Date changes as the command line writes them: `labour_review=2024-12-03,bound=by,roll=none`.

    Raises:
        Invalid: naming the line that cannot be read, or a deadline that is changed twice.
    """
    changes = tuple(_read_date(line) for line in lines)
    keys = [change.deadline for change in changes]
    for key in keys:
        if keys.count(key) > 1:
            raise Invalid(message("The deadline {key} is changed twice. Keep one of the changes.", key=key))
    return changes


def _read_date(line: str) -> DateChange:
    key, found, rest = line.partition("=")
    day: date | None = None
    bound: Bound | None = None
    roll: Roll | None = None
    try:
        if not key.strip() or not found:
            raise ValueError
        for part in rest.split(","):
            name, given, value = part.strip().partition("=")
            if not given:
                day = date.fromisoformat(name)
            elif name == "bound":
                bound = Bound(value)
            elif name == "roll":
                roll = Roll(value)
            else:
                raise ValueError(name)
    except ValueError:
        raise Invalid(
            message(
                '"{line}" is no change of a date. Write it as '
                "labour_review=2024-12-03,bound=by,roll=next_working_day; bound and roll may be left out.",
                line=line,
            )
        ) from None
    return DateChange(key.strip(), day, bound, roll)
