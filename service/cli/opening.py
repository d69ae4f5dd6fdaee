"""The services that a command works with, on the database that the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.app import create_services
from service.clock import Clock
from service.operations.services import Services
from service.settings import read_settings
from service.store.migrations import require_current, upgrade


@contextmanager
def opened_services(clock: Clock | None = None) -> Iterator[Services]:
    """The services on a database whose schema is the newest.

    Raises:
        Conflict: with the command that brings an older one up to date.
    """
    services = create_services(read_settings(), clock=clock)
    try:
        require_current(services.database.engine)
        yield services
    finally:
        services.database.dispose()


@contextmanager
def upgraded_services() -> Iterator[Services]:
    """The same, after bringing the schema up to date."""
    upgrade(read_settings().database_url)
    with opened_services() as services:
        yield services
