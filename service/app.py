"""The composition root: the only place that builds everything."""

from datetime import timedelta
from typing import TYPE_CHECKING

from service.clock import Clock, ShiftedClock, SystemClock
from service.mail import Mailbox
from service.operations.services import Services
from service.settings import Settings, secret_key_of
from service.store import demo
from service.store.migrations import require_current
from service.store.work import Database

if TYPE_CHECKING:
    from flask import Flask


def create_services(settings: Settings, *, clock: Clock | None = None) -> Services:
    """Opens the database and hands out what entry points need.

    In the demo the clock is the machine's moved by the offset kept in the database, so that every
    thread and every restart tells the same simulated time.
    """
    database = Database(settings.database_url, clock or SystemClock())
    if not settings.demo:
        return Services(settings, database, database.clock)

    def offset() -> timedelta:
        with database.read(SystemClock().now()) as work:
            return demo.offset(work)

    database.clock = clock or ShiftedClock(offset)
    return Services(settings, database, database.clock, Mailbox(settings.mailbox_folder))


def create_app(services: Services) -> "Flask":
    """The Flask application with screens and API.

    Raises:
        Conflict: when the database's schema is not the newest.
    """
    # Loading screens and API takes longer than most commands run: only servers pay for it.
    from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: PLC0415

    from service import api, web  # noqa: PLC0415

    require_current(services.database.engine)
    app = api.create_application(services)
    app.extensions["trinh"] = services
    app.secret_key = secret_key_of(services.settings)
    web.prepare(app, services)
    for blueprint in web.blueprints():
        app.register_blueprint(blueprint)
    if proxies := services.settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)
    return app
