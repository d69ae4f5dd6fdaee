"""Tests share a server and a machine, never data, and never reach beyond the machine."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, inspect, text

SOMEWHERE_ELSE = ("192.0.2.1", 25)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_test_reaches_only_this_machine() -> None:
    with socket.socket(socket.AF_INET) as connection, pytest.raises(SocketConnectBlockedError):
        connection.connect(SOMEWHERE_ELSE)


@pytest.mark.parametrize("turn", ["one", "another"])
def test_a_test_gets_a_migrated_database_nobody_has_touched(database_url: str, turn: str) -> None:
    engine = create_engine(database_url)
    assert inspect(engine).has_table("alembic_version")
    with engine.begin() as connection:
        # It would fail the second time if both turns met in one database.
        connection.execute(text("CREATE TABLE left_behind (turn TEXT)"))
        connection.execute(text("INSERT INTO left_behind VALUES (:turn)"), {"turn": turn})
    engine.dispose()
