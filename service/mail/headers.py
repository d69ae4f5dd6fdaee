"""Headers of outgoing mails: what may stand in them, and how they are written on the wire."""

import re
from email.header import Header
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UniqueAddressHeader,
    UniqueUnstructuredHeader,
)
from email.policy import SMTP, Policy

from service.domain.errors import Invalid, message

MESSAGE_ID = re.compile(r"<[A-Za-z0-9.=_-]{1,64}@[A-Za-z0-9.-]{1,253}>")
KEY = re.compile(r"[A-Za-z0-9:._/-]{1,200}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")
"""Control characters and encoded words: Python 3.11 could be made to write a header of its own by them."""
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")


def checked(name: str, value: str, pattern: re.Pattern[str] | None = None) -> str:
    """The value itself, if it may stand in the header.

    Raises:
        Invalid: when it is empty, could add to the headers, or does not have the form wanted.
    """
    if not value or _UNSAFE.search(value) or (pattern and not pattern.fullmatch(value)):
        raise Invalid(
            message(
                "The header {header} cannot be sent: take control characters and =? out of what it is "
                "made from.",
                header=name,
            )
        )
    return value


def mailbox(name: str, address: str) -> Address:
    """A name with its address, for From and To.

    Raises:
        Invalid: when it is no plain mail address, or the name could add to the headers.
    """
    found = _ADDRESS.fullmatch(address) if len(address) <= 254 else None
    if found is None or _UNSAFE.search(address):
        raise Invalid(
            message(
                "{address} is no mail address: correct it in the person's profile.", address=address[:254]
            )
        )
    return Address(checked("To", name) if name else "", username=found[1], domain=found[2])


class _Subject(UniqueUnstructuredHeader, BaseHeader):
    """A subject folded by the older code: the newer one of Python 3.11 loses spaces between its words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {_folded(self.name, str(self), policy)}{policy.linesep}"


class _Link(UniqueUnstructuredHeader, BaseHeader):
    """An address of ours, in one line: folded, nobody could follow it."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Mailbox(UniqueAddressHeader, BaseHeader):
    """One address with a name; a name beyond ASCII is folded like `_Subject`."""

    def fold(self, *, policy: Policy) -> str:
        (address,) = self.addresses
        if address.display_name.isascii():
            return super().fold(policy=policy)
        words = _folded(self.name, address.display_name, policy)
        return f"{self.name}: {words}{policy.linesep} <{address.addr_spec}>{policy.linesep}"


def _folded(name: str, text: str, policy: Policy) -> str:
    """A header's words, encoded where they need it, in lines that fit."""
    charset = None if text.isascii() else "utf-8"
    return Header(text, charset, header_name=name).encode(linesep=policy.linesep)


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
_HEADERS.map_to_type("list-unsubscribe", _Link)
_HEADERS.map_to_type("from", _Mailbox)
_HEADERS.map_to_type("to", _Mailbox)
POLICY = SMTP.clone(header_factory=_HEADERS)
"""The policy of mails to be sent."""
