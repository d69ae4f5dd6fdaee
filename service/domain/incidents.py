"""What can go wrong by itself and waits for an administrator."""

from enum import StrEnum


class IncidentKind(StrEnum):
    """What went wrong. What an incident keeps in `detail` depends on it."""

    TIMER = "timer"
    """A deadline that could not fire. Detail: why, as the program says it."""
    VOTE = "vote"
    """A vote that could not be counted. Detail: the id of the question."""
    REPORT = "report"
    """A report that could not be opened. Detail: whose, and why, as the program says it."""
    MAIL = "mail"
    """A mail that could not be delivered. Detail: what the mail server answered."""
    REMINDER = "reminder"
    """A reminder that could not be put into the outbox. Detail: its id."""
    UNHEARD_MAIL = "unheard_mail"
    """A mail that nobody is there to read. Detail: its template."""
    UNHEARD_REMINDER = "unheard_reminder"
    """A reminder that nobody is there to read. Detail: the rung of its ladder."""
