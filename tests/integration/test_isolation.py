"""Tests share a server and a machine, never data, and never reach beyond the machine."""

import socket
from pathlib import Path

import psycopg
import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, inspect, text

from tests.builders import World
from tests.support.beginnings import Beginnings
from tests.support.databases import plain_address
from tests.support.rooms import Contents, contents_of

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


def held(world: World) -> tuple[Contents, str]:
    """What the database of a world holds, its rows sorted, and the address."""
    world.actor("clerk")  # Somebody connects.
    address = world.database.url.render_as_string(hide_password=False)
    with psycopg.connect(plain_address(address)) as connection:
        found = contents_of(connection)
    rows = {table: b"\n".join(sorted(lines.splitlines())) for table, lines in found.rows.items()}
    return Contents(rows, found.numbers), address


def test_a_world_finds_nothing_of_the_one_before_it_in_the_same_database(
    beginnings_postgresql: Beginnings, tmp_path: Path
) -> None:
    with beginnings_postgresql.world(tmp_path) as world:
        begun, room = held(world)
    with beginnings_postgresql.world(tmp_path) as world:
        dossier_id = world.carry_to("appraise")
        world.claim("interior", world.task(dossier_id).id)
        with world.database.engine.begin() as connection:
            connection.execute(text("UPDATE people SET name = 'Somebody' WHERE sign_in_name = 'clerk'"))
            connection.execute(text("DELETE FROM memberships"))
        changed, where = held(world)
        assert where == room
        assert changed != begun
    with beginnings_postgresql.world(tmp_path) as world:
        assert held(world) == (begun, room)


def test_a_database_whose_tables_were_changed_is_made_anew(
    beginnings_postgresql: Beginnings, tmp_path: Path
) -> None:
    with beginnings_postgresql.world(tmp_path) as world:
        begun, room = held(world)
        with world.database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE left_behind (turn TEXT)"))
    with beginnings_postgresql.world(tmp_path) as world:
        assert held(world) == (begun, room)


def test_a_database_that_others_know_is_given_to_nobody_else(
    beginnings_postgresql: Beginnings, tmp_path: Path
) -> None:
    with beginnings_postgresql.world(tmp_path) as world:
        handed_out = world.address()
    with beginnings_postgresql.world(tmp_path) as world:
        assert held(world)[1] != handed_out
