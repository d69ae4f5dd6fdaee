"""What somebody wants to see of an inbox folder: filters and an order of several keys.

Both live in addresses, in saved views and in the API as the same few texts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.domain.errors import Invalid, message
from service.domain.tasks import Act, Folder

MOST_KEYS = 3
"""An order of more keys than this says nothing more to anybody."""
LONGEST_TEXT = 100
LARGEST_ID = 2**63 - 1
NOBODY = 0
"""The holder of what nobody holds."""


class SortKey(StrEnum):
    """By what the rows of a folder can be ordered."""

    DEADLINE = "deadline"
    UNIT = "unit"
    STEP = "step"
    CODE = "code"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Ordering:
    """One key of an order. Written as its name, with a minus sign when it descends."""

    key: SortKey
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.key.value}" if self.descending else self.key.value


Sort = tuple[Ordering, ...]
"""Keys of an order, the weightiest first; empty for the folder's own order."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A folder with the filters put on it. `text` is as it was typed; `holder_id` may be NOBODY."""

    folder: Folder
    text: str = ""
    act: Act | None = None
    round_id: int | None = None
    unit_id: int | None = None
    holder_id: int | None = None
    sort: Sort = ()

    @property
    def filtered(self) -> bool:
        """Whether anything but the folder says which tasks are wanted."""
        return self != Wanted(self.folder, sort=self.sort)

    @property
    def plain(self) -> "Wanted":
        """The same folder and order without filters."""
        return Wanted(self.folder, sort=self.sort)

    def without(self, name: str) -> "Wanted":
        """The same without one of its filters, by its name in addresses."""
        return read_wanted(self.folder, {key: value for key, value in self.params.items() if key != name})

    @property
    def params(self) -> dict[str, str]:
        """Filters and order as texts, without those that say nothing; `read_wanted` reads them back."""
        said: dict[str, object] = {
            "q": self.text,
            "act": self.act,
            "round": self.round_id,
            "unit": self.unit_id,
            "holder": self.holder_id,
            "sort": ",".join(str(one) for one in self.sort),
        }
        return {name: str(value) for name, value in said.items() if value not in {None, ""}}

    def as_json(self) -> dict[str, str]:
        """Folder, filters and order as texts; `from_json` reads them back."""
        return {"folder": self.folder.value, **self.params}

    @classmethod
    def from_json(cls, given: Mapping[str, str]) -> "Wanted":
        """What `as_json` has given."""
        return read_wanted(Folder(given["folder"]), given)


def read_wanted(folder: Folder, said: Mapping[str, str]) -> Wanted:
    """What the texts of an address or a saved view want.

    Raises:
        Invalid: with the names of those that make no sense.
    """
    wrong = {
        name: message("This filter does not exist here. Take it off and choose again.")
        for name, reads in (
            ("act", _act),
            ("round", _id),
            ("unit", _id),
            ("holder", _id),
            ("sort", read_sort),
        )
        if not _is_readable(reads, said.get(name, ""))
    }
    if wrong:
        raise Invalid(message("This filter does not exist here. Take it off and choose again."), wrong)
    return Wanted(
        folder,
        " ".join(said.get("q", "").split())[:LONGEST_TEXT],
        _act(said.get("act", "")),
        _id(said.get("round", "")),
        _id(said.get("unit", "")),
        _id(said.get("holder", "")),
        read_sort(said.get("sort", "")),
    )


def read_sort(text: str) -> Sort:
    """An order from its text, such as `unit,-deadline`.

    Raises:
        ValueError: an unknown key, one named twice, or too many.
    """
    if not text:
        return ()
    found = tuple(Ordering(SortKey(name.removeprefix("-")), name.startswith("-")) for name in text.split(","))
    if len(found) > MOST_KEYS or len({one.key for one in found}) != len(found):
        raise ValueError(text)
    return found


def _act(text: str) -> Act | None:
    return Act(text) if text else None


def _id(text: str) -> int | None:
    if not text:
        return None
    # Never more figures than the largest number has: Python refuses to read thousands of them.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))):
        raise ValueError(text)
    number = int(text)
    if number > LARGEST_ID:
        raise ValueError(text)
    return number


def _is_readable(reads: Callable[[str], object], text: str) -> bool:
    try:
        reads(text)
    except ValueError:
        return False
    return True
