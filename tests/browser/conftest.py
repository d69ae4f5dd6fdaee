"""Browsers for the tests that drive the screens."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from tests.support.chromium import running_browser

HERE = {"127.0.0.1", "localhost", None}
PATIENCE_MS = 10_000


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
