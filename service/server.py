"""gunicorn's home: serving the application with threads, in one process or in several."""

import os
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from service import memory
from service.app import create_app, create_services
from service.domain.errors import Conflict, message
from service.settings import Settings


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn configured by us instead of by a file."""

    def __init__(self, options: dict[str, Any], make_app: Callable[[], Flask]) -> None:
        self.options = options
        self.make_app = make_app
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = self.make_app()
        memory.settle()
        return app


def serve_web(settings: Settings, processes: int | None, threads: int) -> None:
    """Serves until it is told to stop; a process that dies is started again. See `best_processes` for None.

    Raises:
        Conflict: when the port is taken.
    """
    require_free_port(settings)
    count = processes or best_processes(settings)
    Server(options(settings, count, threads), lambda: create_app(create_services(settings))).run()


def best_processes(settings: Settings) -> int:
    """One for each processor that may be used, at most eight: Python computes on one at a time.

    On SQLite one: it writes for one at a time, and a small office needs no more.
    """
    if settings.database_url.startswith("sqlite"):
        return 1
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)


def require_free_port(settings: Settings) -> None:
    """
    Raises:
        Conflict: when something else listens where this program would.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Conflict(
                message(
                    "Nothing can listen on {host}:{port} ({reason}). Choose another port: PORT=9000.",
                    host=settings.host,
                    port=settings.port,
                    reason=error.strerror or "",
                )
            ) from error


def options(settings: Settings, processes: int, threads: int) -> dict[str, Any]:
    """gunicorn's options: processes of threads, no control socket, bounded request lines and headers."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": processes,
        "threads": threads,
        "worker_class": "gthread",
        "accesslog": None,
        "loglevel": "warning",
        # The most that gunicorn takes: the page of a letter has all of its tasks in its address.
        "limit_request_line": 8190,
        "graceful_timeout": 10,
        "control_socket_disable": True,
    }
