"""Settings from the environment."""

import re
import threading
from pathlib import Path

import pytest
from environs import Env

from service.domain.errors import Invalid
from service.settings import Settings, read_settings, secret_key_of

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    env = Env()
    read_settings(env)
    for name in env.dump():
        monkeypatch.delenv(name, raising=False)


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    env = Env()
    read_settings(env)
    documented = re.findall(r"^\| `([A-Z_]+)` \|", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == set(env.dump())


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings()
    assert settings.data_folder == Path("data").absolute()
    assert settings.database_url == f"sqlite:///{settings.data_folder}/trinh.sqlite3"
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.attachment_bytes == 20 * 1024**2
    assert settings.smtp is None


def test_no_variable_switches_the_demo_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRINH_DEMO", "DEMO"):
        monkeypatch.setenv(name, "true")
    assert read_settings().demo is False


def test_a_mail_server_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "smtp.example", "PORT": "587", "TLS": "starttls", "USER": "u"}.items():
        monkeypatch.setenv(f"TRINH_SMTP_{name}", value)
    monkeypatch.setenv("TRINH_SMTP_PASSWORD", "let me in")
    smtp = read_settings().smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.security, smtp.user) == ("smtp.example", 587, "starttls", "u")
    assert smtp.password == "let me in"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "http", "whole number from 1 to 65535"),
        ("PORT", "0", "whole number from 1 to 65535"),
        ("PORT", "", "whole number"),
        ("TRINH_DATA", " ", "Write a text"),
        ("TRINH_DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("TRINH_BASE_URL", "trinh.example", "https://"),
        ("TRINH_BASE_URL", "https://x/\r\nBcc: y", "https://"),
        ("TRINH_BASE_URL", "javascript:alert(1)", "https://"),
        ("TRINH_MAIL_FROM", "Trình <trinh@example>", "one mail address"),
        ("TRINH_SMTP_TLS", "yes", "none, starttls, tls"),
        ("TRINH_SECRET_KEY", "secret", "at least 32"),
        ("TRINH_ATTACHMENT_MB", "20 MB", "whole number"),
        ("TRINH_LOG_LEVEL", "info", "DEBUG, INFO"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Invalid) as caught:
        read_settings()
    assert list(caught.value.fields) == [name]
    assert expected in str(caught.value.fields[name])
    assert name in str(caught.value)


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("TRINH_TICK_SECONDS", "-1")
    with pytest.raises(Invalid) as caught:
        read_settings()
    assert set(caught.value.fields) == {"PORT", "TRINH_TICK_SECONDS"}


def test_a_password_does_not_travel_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRINH_SMTP_USER", "u")
    monkeypatch.setenv("TRINH_SMTP_HOST", "127.0.0.1")
    assert read_settings().smtp is not None
    monkeypatch.setenv("TRINH_SMTP_HOST", "smtp.example")
    with pytest.raises(Invalid) as caught:
        read_settings()
    assert list(caught.value.fields) == ["TRINH_SMTP_TLS"]


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRINH_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("TRINH_SMTP_HOST", "localhost")
    monkeypatch.setenv("TRINH_SMTP_PASSWORD", "let me in")
    monkeypatch.setenv("TRINH_DATABASE_URL", "postgresql://u:hunter2@h/d")
    shown = repr(read_settings())
    assert "kkk" not in shown
    assert "let me in" not in shown
    assert "hunter2" not in shown


def _settings(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Settings:
    monkeypatch.setenv("TRINH_DATA", str(folder))
    return read_settings()


def test_a_secret_key_is_made_once_and_for_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = _settings(monkeypatch, tmp_path / "data")
    key = secret_key_of(settings)
    assert len(key) >= 32
    assert secret_key_of(settings) == key
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree_on_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = _settings(monkeypatch, tmp_path)
    keys: list[str] = []
    start = threading.Barrier(8)

    def read() -> None:
        start.wait()
        keys.append(secret_key_of(settings))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_that_is_set_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRINH_SECRET_KEY", "k" * 40)
    assert secret_key_of(_settings(monkeypatch, tmp_path / "data")) == "k" * 40
    assert not (tmp_path / "data").exists()
