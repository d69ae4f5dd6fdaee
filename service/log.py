"""structlog's home: one line per event, for people or for collectors, without personal data.

Lines of libraries that use the standard `logging` go the same way.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from service.clock import Clock

_ADDRESS = re.compile(r"([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)")
_SECRET = re.compile(r"password|passwd|secret|token|authorization|cookie", re.IGNORECASE)
_FEED = re.compile(r"(/feeds/)[A-Za-z0-9_-]{16,}")
_URL_PASSWORD = re.compile(r"(://[^\s:/@]*):[^\s@/]+@")
HIDDEN = "[hidden]"


_CHATTY = ("alembic", "apscheduler", "fontTools", "fpdf", "mail.log", "spiff")
"""Libraries that tell of every step they take."""


def configure(*, level: str, form: str, clock: Clock, stream: TextIO = sys.stderr) -> None:
    """Sends every log line of the process to `stream`.

    `level` is the name of the lowest level shown; `form` is `console` or `json`.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        _stamp(clock),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(form, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for library in _CHATTY:
        logging.getLogger(library).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log = get_logger(__name__)`."""
    return structlog.stdlib.get_logger(name)


def mask(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Hides secrets and all of a mail address but its first letter and its domain, at any depth."""
    for key, value in event.items():
        if key not in {"_record", "_from_structlog"}:
            event[key] = HIDDEN if _SECRET.search(key) else _masked(value)
    return event


def _masked(value: object) -> object:
    match value:
        case str():
            return mask_text(value)
        case Mapping():
            return {
                key: HIDDEN if _SECRET.search(str(key)) else _masked(inner) for key, inner in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_masked(inner) for inner in value]
        case bool() | int() | float() | None:
            return value
        case _:
            return mask_text(str(value))


def mask_text(text: str) -> str:
    """`nguyen.van.a@vanninh.gov.vn` becomes `n***@vanninh.gov.vn`; secrets in addresses go too."""
    text = _FEED.sub(rf"\1{HIDDEN}", _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", text))
    return _ADDRESS.sub(r"\1***@\2", text)


def _stamp(clock: Clock) -> Processor:
    def add_instant(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["at"] = clock.now().isoformat(timespec="milliseconds")
        return event

    return add_instant


def _renderer(form: str, stream: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), timestamp_key="at")
