"""Where the demo may run: on a database of its own, and nothing but the demo on that."""

from service.domain.errors import Conflict, message
from service.store import demo
from service.store.work import Work


def require_place(work: Work) -> None:
    """
    Raises:
        Conflict: when the database is in real use: the demo would bring people with public passwords.
    """
    if demo.holds_real_data(work):
        raise Conflict(
            message(
                "This database holds people or dossiers of your own. Run the demo on another one: "
                "TRINH_DATA=./demo trinh run, without TRINH_DATABASE_URL."
            )
        )


def refuse(work: Work) -> None:
    """
    Raises:
        Conflict: when the database is a demo's: its passwords are public, and its time is simulated.
    """
    if demo.is_seeded(work):
        raise Conflict(
            message(
                "This database belongs to the demo, whose passwords are public: only `trinh run` serves it. "
                "Choose another one with TRINH_DATABASE_URL or TRINH_DATA."
            )
        )
