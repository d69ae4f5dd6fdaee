"""What a page says about something that was sent and not taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import overload

from service.domain.errors import Conflict, Message, TrinhError


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why it was not taken, and which fields are wrong."""

    message: Message
    fields: Mapping[str, Message] = field(default_factory=dict[str, Message])


@overload
def complaint_of(error: TrinhError) -> Complaint: ...
@overload
def complaint_of(error: None) -> None: ...
@overload
def complaint_of(error: TrinhError | None) -> Complaint | None: ...


def complaint_of(error: TrinhError | None) -> Complaint | None:
    """What an error says, with the fields it names; nothing of none."""
    return None if error is None else Complaint(error.message, getattr(error, "fields", {}))


def status_of(error: TrinhError | None) -> int:
    """The status of a form that is shown again: 409 where others were first, 422 where something is wrong."""
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 422
