"""axe-core, which finds what keeps people from using a page.

`python -m tests.support.axe` makes sure it is installed; make setup calls it.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from hatch_build import npm

PACKAGE = Path(__file__).resolve().parent.parent / "browser" / "axe"
SCRIPT = PACKAGE / "node_modules" / "axe-core" / "axe.min.js"
STAMP = PACKAGE / "node_modules" / "package-lock.json"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = frozenset({"serious", "critical"})


def grave_violations(page: Page) -> list[str]:
    """What axe finds grave on a page against WCAG 2.2 AA: the rule, and where it is broken."""
    page.wait_for_load_state()  # A click may just have led here.
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        # What is in order need not be described: that takes longer than finding what is not.
        "rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(result => result.violations)",
        RULES,
    )
    return [
        f"{one['id']}: {node['target']} {node['html'][:200]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def install() -> None:
    """Installs the locked version unless it is there."""
    wanted = (PACKAGE / "package-lock.json").read_text(encoding="utf-8")
    if not STAMP.is_file() or STAMP.read_text(encoding="utf-8") != wanted:
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=PACKAGE)
        STAMP.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    install()
