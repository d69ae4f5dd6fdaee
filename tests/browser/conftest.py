"""Browsers for the tests that drive the screens."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from tests.browser.demos import Demo, demo_world, running_demo, submit_dossier
from tests.browser.desks import Desk
from tests.builders import World
from tests.support.chromium import running_browser

HERE = {"127.0.0.1", "localhost", None}
PATIENCE_MS = 15_000
FAULT = 500

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, started by the first test that asks."""
    with running_browser() as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page for one more person: cookies of their own, set up as in a Vietnamese office.

    The test fails at its end if a script or the server failed, the content policy stopped something, or a
    page asked for anything that is not on this machine.
    """
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        # An answer such as 404 or 422 is the test's own business.
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            complaints.append(said.text)

    def note_request(request: Request) -> None:
        if urlsplit(request.url).hostname not in HERE:
            complaints.append(f"asked for {request.url}")

    def note_fault(response: Response) -> None:
        if response.status >= FAULT:
            complaints.append(f"{response.status} {response.url}")

    def open_page(width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": width, "height": height}
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", note_request)
        page = context.new_page()
        page.on("console", note)
        page.on("response", note_fault)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    already_open = set(browser.contexts)
    yield open_page
    for context in set(browser.contexts) - already_open:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    """A page of one person; see new_page."""
    return new_page()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo right after its first start; tests copy it.

    The first start takes longest: of the processes that test at the same time, one makes it for all.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "seeded-demo"
    shared.mkdir(exist_ok=True)
    folder = shared / "data"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with running_demo(shared / "first"):
                pass
            (shared / "first").rename(folder)
    return folder


@pytest.fixture(scope="session")
def shared_demo(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo for all tests that change only dossiers of their own."""
    with running_demo(_copied(seeded, tmp_path_factory.mktemp("shared") / "data")) as demo:
        yield demo


@pytest.fixture(scope="session")
def ruled_demo(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo for all tests that change what holds for everybody: dates, ladders, days of rest."""
    with running_demo(_copied(seeded, tmp_path_factory.mktemp("ruled") / "data")) as demo:
        yield demo


@pytest.fixture
def own_demo(seeded: Path, tmp_path: Path) -> Iterator[Demo]:
    """A demo of this test's own, as after its first start: its clock may be moved."""
    with running_demo(_copied(seeded, tmp_path / "data")) as demo:
        yield demo


@pytest.fixture(scope="session")
def known_cookies() -> dict[tuple[Demo, str], Any]:
    """The cookies of everybody who has signed in to a demo: it counts how often people try."""
    return {}


@pytest.fixture
def desk(
    shared_demo: Demo, new_page: Callable[..., Page], known_cookies: dict[tuple[Demo, str], Any]
) -> Callable[..., Desk]:
    """Seats a person of the shared demo at a browser, signed in; `width` and `height` shape the screen."""
    return _seating(shared_demo, new_page, known_cookies)


@pytest.fixture
def ruled_desk(
    ruled_demo: Demo, new_page: Callable[..., Page], known_cookies: dict[tuple[Demo, str], Any]
) -> Callable[..., Desk]:
    """Seats a person of the demo in which rules are changed; see desk."""
    return _seating(ruled_demo, new_page, known_cookies)


def _seating(
    demo: Demo, new_page: Callable[..., Page], known_cookies: dict[tuple[Demo, str], Any]
) -> Callable[..., Desk]:
    def seat(name: str, language: str = "vi", **screen: int) -> Desk:
        desk = Desk(new_page(**screen), demo.address)
        if (demo, name) in known_cookies:
            desk.page.context.add_cookies(known_cookies[demo, name])
            desk.go("/")
        else:
            desk.sign_in(name)
            known_cookies[demo, name] = desk.page.context.cookies()
        # An account keeps its language: another story may have left it in the other one.
        return desk.speak(language)

    return seat


@pytest.fixture
def shared_world(shared_demo: Demo) -> Iterator[World]:
    """The shared demo from behind: what people did before a story begins."""
    with demo_world(shared_demo) as world:
        yield world


@pytest.fixture
def submitted(shared_world: World) -> Callable[..., str]:
    """Submits a new dossier to the shared demo, as `submit_dossier` tells; gives its code."""
    return partial(submit_dossier, shared_world)


def _copied(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))
