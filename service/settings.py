"""Settings from the environment, read once at start into one frozen value. See docs/reference/settings.md.

`demo` is not among the variables. A variable outlives the shell in which it was meant, in unit files,
images and copied `.env` files; the demo moves the clock and prints sign-ins, so only the command
`trinh run` may switch it on, in its own process, by `dataclasses.replace`.
"""

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar, cast
from urllib.parse import urlsplit

from environs import Env, EnvError

from service.domain.errors import Invalid, Message, message

Security = Literal["none", "starttls", "tls"]
LogFormat = Literal["console", "json"]

SECRET_KEY_LENGTH = 32
"""Fewest characters of a secret key."""
DEFAULT_SENDER = "trinh@localhost"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised here, never bound to by default
_DATABASE = re.compile(r"(sqlite|postgresql(\+psycopg)?)://.+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server, how to speak to it, and the address under which mails are sent."""

    host: str
    port: int
    sender: str
    security: Security = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator may choose. Without `smtp`, mail waits in the outbox.

    `proxies` is how many of our own stand in front: so many of the addresses that a request says it came
    from are believed, and no more.
    """

    data_folder: Path
    database_url: str = field(repr=False)
    host: str
    port: int
    base_url: str
    proxies: int = 0
    smtp: Smtp | None = None
    secret_key: str | None = field(default=None, repr=False)
    attachment_bytes: int = 20 * 1024**2
    session_hours: int = 10
    tick_seconds: float = 5
    log_level: str = "INFO"
    log_format: LogFormat = "console"
    demo: bool = False

    @property
    def attachment_folder(self) -> Path:
        """Where attachments lie."""
        return self.data_folder / "attachments"

    @property
    def export_folder(self) -> Path:
        """Where exports lie until their time is over."""
        return self.data_folder / "exports"

    @property
    def mailbox_folder(self) -> Path:
        """Where the demo's own mailbox lies."""
        return self.data_folder / "mailbox"


def read_settings(env: Env | None = None) -> Settings:
    """Reads all variables.

    Raises:
        Invalid: `fields` names each wrong variable and says what to write.
    """
    variables = _Variables(env or Env())
    folder = Path(variables.text("TRINH_DATA", "data")).expanduser().absolute()
    host = variables.text("TRINH_HOST", "127.0.0.1")
    port = variables.whole("PORT", 8000, least=1, most=65535)
    settings = Settings(
        data_folder=folder,
        database_url=variables.matching(
            "TRINH_DATABASE_URL",
            f"sqlite:///{folder}/trinh.sqlite3",
            _DATABASE,
            message("Write sqlite:///path/to/file or postgresql://user:password@host/database."),
        ),
        host=host,
        port=port,
        base_url=_base_url(variables, host, port),
        proxies=variables.whole("TRINH_PROXIES", 0, least=0, most=5),
        smtp=_smtp(variables),
        secret_key=_given_secret_key(variables),
        attachment_bytes=variables.whole("TRINH_ATTACHMENT_MB", 20, least=1, most=1000) * 1024**2,
        session_hours=variables.whole("TRINH_SESSION_HOURS", 10, least=1, most=24 * 30),
        tick_seconds=variables.whole("TRINH_TICK_SECONDS", 5, least=1, most=30),
        log_level=variables.one_of("TRINH_LOG_LEVEL", "INFO", _LEVELS),
        log_format=cast(LogFormat, variables.one_of("TRINH_LOG_FORMAT", "console", ("console", "json"))),
    )
    if variables.wrong:
        names = ", ".join(variables.wrong)
        raise Invalid(message("Correct these environment variables: {names}.", names=names), variables.wrong)
    return settings


def secret_key_of(settings: Settings) -> str:
    """The secret that signs sessions: the one that is set, else one made once in the data folder.

    Processes that start at the same time get the same key. The file is readable by its owner only.
    """
    if settings.secret_key is not None:
        return settings.secret_key
    path = settings.data_folder / "secret_key"
    if not path.exists():
        settings.data_folder.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f"secret_key.{secrets.token_hex(8)}")
        descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(mine)
        except FileExistsError:
            pass  # Another process was first: its key counts.
        finally:
            mine.unlink()
    return path.read_text().strip()


class _Variables:
    """Reads variables one by one and notes those that are wrong, so that all are named at once."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self.wrong: dict[str, Message] = {}

    def text(self, name: str, default: str) -> str:
        """A text that is not empty unless its default is."""
        return self._take(
            name,
            default,
            self._env.str,
            lambda value: bool(value.strip() or not default),
            message("Write a text."),
        )

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        expected = message("Write a whole number from {least} to {most}.", least=least, most=most)
        return self._take(name, default, self._env.int, lambda value: least <= value <= most, expected)

    def matching(self, name: str, default: str, pattern: re.Pattern[str], expected: Message) -> str:
        return self._take(
            name, default, self._env.str, lambda value: pattern.fullmatch(value) is not None, expected
        )

    def one_of(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        expected = message("Write one of {allowed}.", allowed=", ".join(allowed))
        return self._take(name, default, self._env.str, lambda value: value in allowed, expected)

    def _take(
        self,
        name: str,
        default: Value,
        read: Callable[[str, Value], Value | None],
        accepts: Callable[[Value], bool],
        expected: Message,
    ) -> Value:
        try:
            value = read(name, default)
        except EnvError:
            value = None
        if value is None or not accepts(value):
            self.wrong[name] = expected
            return default
        return value


def _base_url(variables: _Variables, host: str, port: int) -> str:
    shown = "127.0.0.1" if host in _EVERYWHERE else host
    written = variables.text("TRINH_BASE_URL", f"http://{f'[{shown}]' if ':' in shown else shown}:{port}")
    parts = urlsplit(written)
    plain = not (parts.query or parts.fragment or parts.username or re.search(r"[\s\x00-\x1f\"<>]", written))
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        variables.wrong["TRINH_BASE_URL"] = message(
            "Write the address people type, such as https://trinh.example.gov.vn."
        )
    return written.rstrip("/")


def _smtp(variables: _Variables) -> Smtp | None:
    host = variables.text("TRINH_SMTP_HOST", "")
    smtp = Smtp(
        host=host,
        port=variables.whole("TRINH_SMTP_PORT", 25, least=1, most=65535),
        sender=variables.matching(
            "TRINH_MAIL_FROM",
            DEFAULT_SENDER,
            _ADDRESS,
            message("Write one mail address, such as trinh@example.gov.vn."),
        ),
        security=cast(Security, variables.one_of("TRINH_SMTP_TLS", "none", ("none", "starttls", "tls"))),
        user=variables.text("TRINH_SMTP_USER", ""),
        password=variables.text("TRINH_SMTP_PASSWORD", ""),
    )
    if smtp.user and smtp.security == "none" and host not in LOOPBACK:
        variables.wrong["TRINH_SMTP_TLS"] = message(
            "Write starttls or tls: a password must not travel over the network in the open."
        )
    return smtp if host else None


def _given_secret_key(variables: _Variables) -> str | None:
    key = variables.text("TRINH_SECRET_KEY", "")
    if key and len(key) < SECRET_KEY_LENGTH:
        variables.wrong["TRINH_SECRET_KEY"] = message(
            "Write at least {limit} random characters, or leave it out.", limit=SECRET_KEY_LENGTH
        )
    return key or None
