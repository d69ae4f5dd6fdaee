"""What reports tell: how far a unit has come in a round; files of rows that are asked for."""

from enum import StrEnum


class UnitState(StrEnum):
    """How far a unit has come in a round, by the best that it has done."""

    IN_TIME = "in_time"
    LATE = "late"
    PREPARING = "preparing"
    UNOPENED = "unopened"


class ExportKind(StrEnum):
    """Of what a file is made: a list of dossiers, a round's nominations, where a round stands, a folder of
    one's inbox."""

    DOSSIERS = "dossiers"
    NOMINATIONS = "nominations"
    PROGRESS = "progress"
    INBOX = "inbox"


class ExportState(StrEnum):
    """How far a file is."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


UNDER_WAY = frozenset({ExportState.QUEUED, ExportState.RUNNING})
