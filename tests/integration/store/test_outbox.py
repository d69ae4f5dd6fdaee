"""Counting the outbox: what has been settled costs nothing, however much of it there is."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from service.operations.watch import health
from service.store import mails
from service.store.tables import OutgoingMail
from service.store.work import Work
from tests.builders import World

SETTLED = ("sent", "declined")


def plan(work: Work) -> str:
    """How the database counts the open mails, in its own words; tables are small here, so it is nudged."""
    dialect = postgresql.dialect() if work.on_postgresql else sqlite.dialect()
    statement = mails.counting_open().compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    if work.on_postgresql:
        work.session.execute(text("SET LOCAL enable_seqscan = off"))
        work.session.execute(text("SET LOCAL enable_bitmapscan = off"))
    explain = "EXPLAIN" if work.on_postgresql else "EXPLAIN QUERY PLAN"
    return "\n".join(str(row) for row in work.session.execute(text(f"{explain} {statement}")))


def fill(world: World) -> None:
    """Mails in every state, most of them settled."""
    with world.database.write() as work:
        recipient = world.actor("clerk").person_id
        for number in range(60):
            status = (*mails.OPEN, *SETTLED * 6)[number % 15]
            work.session.add(
                OutgoingMail(
                    key=f"mail-{number}",
                    template="returned",
                    recipient_id=recipient,
                    status=status,
                    created_at=work.now,
                    next_attempt_at=work.now - timedelta(minutes=number),
                )
            )


def test_open_mails_are_counted_from_the_indexes_of_the_folders_alone(world: World) -> None:
    fill(world)
    with world.database.write() as work:
        told = plan(work)
    alone = "Index Only Scan" if world.database.url.get_backend_name() == "postgresql" else "COVERING"
    assert told.count(alone) == 2
    assert "ix_outbox_folder" in told
    assert "ix_outbox_next" in told


def test_every_open_state_has_its_number_and_settled_mails_are_counted_up_to_a_cap(world: World) -> None:
    with world.database.read() as work:
        assert mails.count_open(work) == {"queued": 0, "sending": 0, "dead": 0}
    fill(world)
    with world.database.read() as work:
        assert mails.count_open(work) == {"queued": 4, "sending": 4, "dead": 4}
        assert health.overview(work, world.actor("admin")).mails == {
            "queued": 4,
            "sending": 4,
            "dead": 4,
            "sent": 24,
            "declined": 24,
        }
