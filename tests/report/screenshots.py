# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a report page for people to look at: whole and section by section, at both widths, light and dark.

    python screenshots.py RUN --out DIR [--view "390 dark"]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import browser  # noqa: E402
import page_checks as checks  # noqa: E402

TALLEST = 16000  # pixels; Chromium draws no taller picture


def take(page, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    whole = page.evaluate("() => document.documentElement.scrollHeight")
    if whole < TALLEST:
        page.screenshot(path=folder / "whole.png", full_page=True)
    else:
        print(f"{folder}: the whole page is {whole} px tall: only its sections")
    page.screenshot(path=folder / "opening.png")
    checks.open_all(page)
    for number, section in enumerate(page.locator("main section").all()):
        name = section.get_attribute("id") or "section"
        section.screenshot(path=folder / f"{number:02}-{name}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="a run folder with report.html")
    parser.add_argument("--out", type=Path, required=True, help="where the pictures go, a folder a view")
    parser.add_argument("--view", choices=list(map(str, browser.VIEWS)), help="only this one")
    options = parser.parse_args()
    file = options.run / "report.html"
    if not file.is_file():
        sys.exit(f"{file} is not there: scripts/report.py {options.run} makes it")
    browser.need_browser()
    with browser.started_browser() as started:
        for view in browser.VIEWS:
            if options.view in (None, str(view)):
                with browser.opened(started, file, view) as (page, _):
                    take(page, options.out / str(view).replace(" ", "-"))


if __name__ == "__main__":
    main()
