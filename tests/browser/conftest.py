"""Browsers for the tests that drive the screens."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from tests.browser.demos import Demo, running_demo
from tests.browser.desks import Desk
from tests.support.chromium import running_browser

HERE = {"127.0.0.1", "localhost", None}
PATIENCE_MS = 15_000

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, started by the first test that asks."""
    with running_browser() as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens a page for one more person: cookies of their own, set up as in a Vietnamese office.

    The test fails at its end if a script failed, the content policy stopped something, or a page asked
    for anything that is not on this machine.
    """
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        # An answer such as 404 or 422 is the test's own business.
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            complaints.append(said.text)

    def stay_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname in HERE:
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url}")
            route.abort()

    def open_page() -> Page:
        context = browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1280, "height": 800}
        )
        context.set_default_timeout(PATIENCE_MS)
        context.route("**/*", stay_here)
        page = context.new_page()
        page.on("console", note)
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
    """The data folder of a demo right after its first start; tests copy it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    with running_demo(folder):
        return folder


@pytest.fixture(scope="session")
def shared_demo(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that tests only look at."""
    with running_demo(_copied(seeded, tmp_path_factory.mktemp("shared") / "data")) as demo:
        yield demo


@pytest.fixture
def demo(seeded: Path, tmp_path: Path) -> Iterator[Demo]:
    """A demo of this test's own, as after its first start."""
    with running_demo(_copied(seeded, tmp_path / "data")) as demo:
        yield demo


@pytest.fixture
def desk(demo: Demo, new_page: Callable[[], Page]) -> Callable[[str], Desk]:
    """Seats a person of this test's own demo at a browser, signed in."""
    return lambda name: Desk(new_page(), demo.address).sign_in(name)


@pytest.fixture
def visitor(shared_demo: Demo, new_page: Callable[[], Page]) -> Callable[[str], Desk]:
    """Seats a person of the shared demo at a browser, signed in, to look and change nothing."""
    return lambda name: Desk(new_page(), shared_demo.address).sign_in(name)


def _copied(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))
