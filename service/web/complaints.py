"""What a page says about something that was sent and not taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.domain.errors import Message


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why it was not taken, and which fields are wrong."""

    message: Message
    fields: Mapping[str, Message] = field(default_factory=dict[str, Message])
