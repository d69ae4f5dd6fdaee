"""`trinh run`, `web`, `worker`: the processes that keep running."""

import signal

import click

from service import memory
from service.cli.opening import opened_services
from service.cli.telling import telling_errors
from service.operations.demo import places
from service.settings import read_settings


@click.command()
@telling_errors
def run() -> None:
    """The demo: web, worker and mailbox on an embedded database; prints address and sign-ins."""
    from service import demo_server  # noqa: PLC0415 - servers are loaded by the commands that serve

    demo_server.serve(read_settings())


@click.command()
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="How many serve.  [default: one per processor on PostgreSQL, one on SQLite]",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Requests that each process serves at once.",
)
@telling_errors
def web(processes: int | None, threads: int) -> None:
    """Serves the screens and the API; refuses an outdated schema."""
    from service import server  # noqa: PLC0415 - servers are loaded by the commands that serve

    with opened_services() as services, services.database.read() as work:
        places.refuse(work)
    server.serve_web(services.settings, processes, threads)


@click.command()
@telling_errors
def worker() -> None:
    """Fires deadlines and sends mail; any number of workers may run. Refuses an outdated schema."""
    from service.jobs import Ticker  # noqa: PLC0415 - loaded by the command that needs it

    with opened_services() as services:
        with services.database.read() as work:
            places.refuse(work)
        ticker = Ticker(services)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ticker.request_stop())
        memory.settle()
        ticker.start()
        click.echo(f"worker {ticker.worker_id}")
        ticker.wait()
        ticker.stop()
