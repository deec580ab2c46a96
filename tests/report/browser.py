# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium, driven by playwright: the views in which a page is looked at, and whatever it says meanwhile."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SKIP = 77  # exit status that ctest reports as skipped


class View(NamedTuple):
    width: int
    height: int
    scheme: str
    scripts: bool = True

    def __str__(self) -> str:
        return f"{self.width} {self.scheme}{'' if self.scripts else ' without scripts'}"


SIZES = ((1280, 900), (390, 844))
VIEWS = [View(*size, scheme) for size in SIZES for scheme in ("light", "dark")]


def chromium() -> str | None:
    """A browser of the system. Playwright would bring its own, which nobody here wants to download."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def need_browser() -> None:
    """Ends the program as skipped, loudly, where the browser or what drives it is absent."""
    try:
        import axe_playwright_python  # noqa: F401
        import playwright  # noqa: F401
    except ImportError as absent:
        print(f"SKIPPED: {sys.executable} lacks {absent.name}: no page was opened; scripts/setup.sh --page installs it")
        sys.exit(SKIP)
    if not chromium():
        print("SKIPPED: no chromium on this machine: no page was opened; scripts/setup.sh --page installs it")
        sys.exit(SKIP)


@contextlib.contextmanager
def started_browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    # No name resolves: what a page asks of the network is seen, and goes nowhere. Root has no sandbox.
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


class Noise:
    """What a page says and asks for: nothing is allowed but the file itself and what lies in it."""

    def __init__(self, page, file: Path):
        self.findings: list[str] = []
        own = file.resolve().as_uri()
        page.on("console", self.said)
        page.on("pageerror", lambda error: self.findings.append(f"error of a script: {error}"))
        page.on("request", lambda request: self.asked(request.url, own))

    def said(self, message) -> None:
        if message.type in ("error", "warning", "assert"):
            self.findings.append(f"console {message.type}: {message.text}")

    def asked(self, url: str, own: str) -> None:
        if url.split("#")[0] != own and not url.startswith(("data:", f"blob:{own.partition(':')[0]}", "blob:null")):
            self.findings.append(f"request leaves the file: {url}")


@contextlib.contextmanager
def opened(browser, file: Path, view: View) -> Iterator:
    """A page in a view, with its noise from before it was opened until now."""
    context = browser.new_context(viewport={"width": view.width, "height": view.height}, color_scheme=view.scheme,
                                  java_script_enabled=view.scripts, accept_downloads=True)
    try:
        page = context.new_page()
        noise = Noise(page, file)
        page.goto(file.resolve().as_uri(), wait_until="load")
        yield page, noise
    finally:
        context.close()
