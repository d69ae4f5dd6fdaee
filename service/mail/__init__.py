"""Mail: composing it from templates, handing it to a mail server, and the demo's own mailbox."""

from service.mail.mailbox import Mailbox, MailboxServer, ReceivedMail
from service.mail.messages import TEMPLATES, Letter, compose, make_message_id, subject
from service.mail.sending import Ambiguous, Permanent, Sender, Temporary, next_attempt

__all__ = [
    "TEMPLATES",
    "Ambiguous",
    "Letter",
    "Mailbox",
    "MailboxServer",
    "Permanent",
    "ReceivedMail",
    "Sender",
    "Temporary",
    "compose",
    "make_message_id",
    "next_attempt",
    "subject",
]
