"""What verification finds broken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Broken:
    """One violation: which invariant, where, and what was found."""

    invariant: str
    where: str
    found: str
