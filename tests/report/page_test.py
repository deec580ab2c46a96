# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The report page in a browser, at the widths of a desk and of a telephone, light and dark, with scripts and without:
nothing leaves the file, every picture shows its marks, every number is the one of summary.json.

    TOPHEAVY_PROGRAM=... python page_test.py
"""

import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "properties")]
import browser  # noqa: E402

browser.need_browser()

import pyarrow.parquet as pq  # noqa: E402
import yaml  # noqa: E402

import page_checks as checks  # noqa: E402
import page_run  # noqa: E402
from program import PROJECT, summary_of, topheavy  # noqa: E402
from shown import lookup, shown  # noqa: E402

MEGABYTE = 1_000_000
# Tables of what is not in summary.json: they are held against the files themselves.
TABLES_OF_FILES = {"table-constituents", "table-files", "table-limits"}


def make_page(run: Path, *options: object, expect: int = 0) -> Path:
    command = [sys.executable, PROJECT / "scripts" / "report.py", run, *options]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300,
                          stdin=subprocess.DEVNULL)
    if done.returncode != expect:
        raise AssertionError(f"exit {done.returncode}, expected {expect}: {done.stdout}{done.stderr}")
    return run / "report.html"


class Formats(unittest.TestCase):
    """The formatter that the page is held against, against texts worked out on paper."""

    def test_texts(self) -> None:
        dash = "\N{EN DASH}"
        for value, form, text in [
            (0.123456, "percent:1", "12.3 %"), (0.004, "signed_percent:1", "+0.4 %"),
            (-0.004, "signed_percent:1", "-0.4 %"), (0.01756, "points:2", "+1.76"), (1234.5, "number:2", "1,234.50"),
            (1234567.0, "integer:0", "1,234,567"), (3166, "integer:0", "3,166"), (0.434, "signed:2", "+0.43"),
            (-1000.0, "number:0", "-1,000"), (0.125, "number:2", "0.12"), (0.375, "number:2", "0.38"),
            (0.9975, "level:0", "99.75 %"), (0.9999, "level:0", "99.99 %"), (0.9, "level:0", "90 %"),
            (2.5, "number:0", "2"), (None, "percent:1", dash), ("2026-07-22", "text:0", "2026-07-22"),
        ]:
            self.assertEqual(shown(value, form), text, (value, form))

    def test_paths(self) -> None:
        document = {"es": {"0.975": 1, "0": {"975": 2}}, "list": [{"a.b": 3}]}
        self.assertEqual([lookup(document, path) for path in ("es.0.975", "es.0", "list.0.a.b")], [1, {"975": 2}, 3])
        for path in ("es.1", "list.1", "list.0.a", "list.-1"):
            self.assertRaises(KeyError, lookup, document, path)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.folder = Path(folder)
        cls.run_folder = page_run.everything(cls.folder)
        cls.summary = summary_of(cls.run_folder)
        cls.diff = page_run.write_diff(cls.folder / "diff.json", cls.run_folder)
        cls.manifest = json.loads((cls.run_folder / "manifest.json").read_text(encoding="utf-8"))
        cls.documents = [cls.summary, cls.diff, cls.manifest]
        start = time.monotonic()
        cls.page_file = make_page(cls.run_folder, "--diff", cls.folder / "diff.json")
        print(f"the page: {cls.page_file.stat().st_size / MEGABYTE:.2f} MB in {time.monotonic() - start:.1f} s")
        cls.browser = cls.enterClassContext(browser.started_browser())

    def numbers(self, page) -> list[str]:
        return checks.number_faults(page, self.summary, self.diff)

    def none(self, faults: list[str] | None) -> None:
        if faults:
            more = f"\n... and {len(faults) - 20} more" if len(faults) > 20 else ""
            self.fail(f"{len(faults)} faults\n" + "\n".join(faults[:20]) + more)

    def test_every_view(self) -> None:
        # Without scripts the scheme changes nothing that it does not change with them.
        without = [browser.VIEWS[0]._replace(scripts=False), browser.VIEWS[3]._replace(scripts=False)]
        for view in browser.VIEWS + without:
            with browser.opened(self.browser, self.page_file, view) as (page, noise):
                wanted = [checks.width_faults, checks.open_all, checks.chart_faults, checks.chart_text_faults,
                          checks.width_faults]
                if view in (browser.VIEWS[0], without[1]):
                    wanted.append(self.numbers)
                if view.scripts:
                    wanted += [checks.contrast_faults, checks.axe_faults]
                for check in wanted:
                    with self.subTest(view=str(view), check=check.__name__):
                        self.none(check(page))
                with self.subTest(view=str(view), check="console and network"):
                    self.none(noise.findings)

    def test_paper_and_schemes(self) -> None:
        for view in (browser.VIEWS[1], browser.VIEWS[1]._replace(scripts=False)):
            with browser.opened(self.browser, self.page_file, view) as (page, _):
                for check in (checks.print_faults, checks.scheme_faults, checks.name_faults):
                    with self.subTest(view=str(view), check=check.__name__):
                        self.none(check(page))

    def test_tables(self) -> None:
        with browser.opened(self.browser, self.page_file, browser.VIEWS[0]) as (page, noise):
            checks.open_all(page)
            tables = checks.inside(page, "tables")
            self.assertGreater(len(tables), 10)
            self.none(checks.bare_number_faults(page, self.documents, TABLES_OF_FILES))
            for table in tables:
                with self.subTest(table=table):
                    self.none(checks.csv_faults(page, table))
                    self.none(checks.sort_faults(page, table))
            with page.expect_download() as download:
                page.locator(".table-box:has(#table-windows) button", has_text="CSV").click()
            saved = Path(download.value.path()).read_bytes().decode("utf-8")
            self.assertEqual(saved, checks.inside(page, "csv_texts", "table-windows")[0])
            self.assertEqual(download.value.suggested_filename, "windows.csv")
            self.none(noise.findings)

    def test_tables_of_files(self) -> None:
        """Numbers that are no number of summary.json: of the tables, of the manifest, and the headroom of limits."""
        with browser.opened(self.browser, self.page_file, browser.VIEWS[0]) as (page, _):
            checks.open_all(page)
            of_page = {table: checks.inside(page, "cells", table) for table in TABLES_OF_FILES}
        files = {one["file"]: one for side in ("inputs", "outputs") for one in self.manifest[side]}
        shown_files = of_page["table-files"]
        self.assertEqual(sorted(row[1][0] for row in shown_files), sorted(files))
        for _, (file, _), (size, _), (digest, _) in shown_files:
            self.assertEqual((size, digest), (shown(files[file]["bytes"], "integer:0"), files[file]["sha256"]))

        tail = pq.read_table(self.run_folder / "components.parquet").to_pandas()
        tail = tail[(tail.set == "month") & (tail.level == 0.975)]
        loss = tail.set_index("symbol").component_es / tail.component_es.sum()
        largest = pq.read_table(self.run_folder / "constituents.parquet").to_pandas()
        self.assertGreater(len(of_page["table-constituents"]), 20)
        for row, one in zip(of_page["table-constituents"], largest.itertuples()):
            self.assertEqual([row[k][0] for k in (0, 4, 5)], [one.symbol, one.issuer, one.sector])
            for (text, full), right in zip(row[1:4], (one.weight, one.risk_share, loss[one.symbol]), strict=True):
                self.assertAlmostEqual(float(full), right, delta=1e-12)
                self.assertEqual(text, shown(float(full), "percent:2"))

        rooms = {one["name"]: (one["limit"] - one["value"]) * (1 if one["kind"] == "max" else -1)
                 for one in self.summary["limits"] if one["value"] is not None}
        self.assertEqual(len(rooms), 3)
        for row in of_page["table-limits"]:
            texts = [text for text, _ in row]
            if texts[0] in rooms:
                right = rooms[texts[0]]
                self.assertTrue({shown(right, "percent:2"), shown(right, "number:3")} & set(texts), texts)

    def test_names_are_no_markup(self) -> None:
        """What is hostile is there to be read, and is nothing but text."""
        with browser.opened(self.browser, self.page_file, browser.VIEWS[0]) as (page, _):
            checks.open_all(page)
            text = page.evaluate("() => document.body.textContent")
            scripts = page.evaluate("() => [...document.scripts].map(e => e.text).join()")
        for name in (page_run.SCRIPT, page_run.FORMULA, page_run.LONG, "{{ 7 * 7 }}", "<i>my own</i>", "</style>",
                     *page_run.SYMBOLS.values()):
            self.assertIn(name, text)
        self.assertNotIn("alert(1)", scripts)

    def test_without_a_split(self) -> None:
        """Totals and the reason where yesterday's inputs are gone; in a folder of its own."""
        diff = page_run.write_diff(self.folder / "totals.json", self.run_folder, possible=False)
        other = self.folder / "other"
        make_page(self.run_folder, "--diff", self.folder / "totals.json", "--out", other)
        with browser.opened(self.browser, other / "report.html", browser.VIEWS[2]) as (page, noise):
            checks.open_all(page)
            self.none(checks.number_faults(page, self.summary, diff) + checks.width_faults(page) + noise.findings)
            self.assertIn(diff["split"]["reason"], page.evaluate("() => document.body.innerText"))

    def test_short_history(self) -> None:
        """Days too few for most of it, and scenarios that lose nothing: there is no loss to have a share of."""
        data = self.folder / "short"
        topheavy("generate", "--constituents", 60, "--days", 40, "--seed", 3, "--out", data)
        settings = {
            "data": {"panel": "panel.parquet", "constituents": "constituents.csv", "volatility": "volatility.csv"},
            "scenarios": [{"name": "week", "count": 1024, "horizon": 5, "levels": [0.9]}],
        }
        config = data / "short.yaml"
        config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        run = self.folder / "short_run"
        topheavy("run", config, "--out", run, "--quiet")
        summary = summary_of(run)
        self.assertIsNone(summary["scenarios"][0]["component_es"]["0.9"]["sector"][0]["share"])
        self.assertIsNone(summary["correlation"]["sector"]["calm"]["mean_offdiagonal"])
        with browser.opened(self.browser, make_page(run), browser.VIEWS[0]) as (page, noise):
            checks.open_all(page)
            self.none(checks.chart_faults(page) + checks.number_faults(page, summary, None) + noise.findings)

    def test_size(self) -> None:
        self.assertLess(self.page_file.stat().st_size, 5 * MEGABYTE)
        with browser.opened(self.browser, self.page_file, browser.VIEWS[0]) as (page, _):
            scripts = page.evaluate("() => [...document.scripts].reduce((sum, s) => sum + s.text.length, 0)")
        self.assertLess(scripts, 1.5 * MEGABYTE)
        self.assertGreater(scripts, 0)

    def test_pdf(self) -> None:
        make_page(self.run_folder, "--pdf", "--out", self.folder / "paper")
        written = (self.folder / "paper" / "report.pdf").read_bytes()
        self.assertTrue(written.startswith(b"%PDF-"))
        self.assertGreater(len(re.findall(rb"/Type\s*/Page\b", written)), 5)

    def test_large_universe(self) -> None:
        """As large as they come: the page stays small. How long it takes is told, not judged."""
        data = self.folder / "large"
        topheavy("generate", "--constituents", 4000, "--days", 1300, "--seed", 2, "--out", data)
        few = {"count": 2000, "horizon": 21, "history_error": {"replicates": 0}}
        settings = {
            "data": {"panel": "panel.parquet", "constituents": "constituents.csv", "volatility": "volatility.csv"},
            "correlation": {"bootstrap": {"replicates": 100}, "absorption": {"window": 2000}},
            "scenarios": [{"name": name, **few} for name in ("month", "again")],
        }
        config = data / "large.yaml"
        config.write_text(yaml.safe_dump(settings), encoding="utf-8")
        run = self.folder / "large_run"
        topheavy("run", config, "--out", run, "--quiet")
        start = time.monotonic()
        file = make_page(run)
        print(f"the page of 4,000 constituents and 1,300 days: {file.stat().st_size / MEGABYTE:.2f} MB "
              f"in {time.monotonic() - start:.1f} s")
        self.assertLess(file.stat().st_size, 5 * MEGABYTE)
        with browser.opened(self.browser, file, browser.VIEWS[0]) as (page, noise):
            checks.open_all(page)
            self.none(checks.chart_faults(page) + checks.number_faults(page, summary_of(run), None) + noise.findings)

    def test_checks_find_faults(self) -> None:
        """Each check reports what it is there for, on the page with one thing spoilt."""
        text = self.page_file.read_text(encoding="utf-8")
        marks = '<g id="marks-more"><path d="M0 0L9 9" stroke="red"/></g>'
        # The check looks at as much of the page as it takes.
        text, cut = re.subn(r'<section id="concentration".*?(?=</main>)', "", text, flags=re.S)
        self.assertEqual(cut, 1)

        def bare(page) -> list[str]:
            return checks.bare_number_faults(page, self.documents, TABLES_OF_FILES)

        def sort(page) -> list[str]:
            return checks.sort_faults(page, "table-windows")

        def csv(page) -> list[str]:
            return checks.csv_faults(page, "table-more")

        def picture(inside: str) -> str:
            return ('<figure class="chart" id="chart-more"><svg style="width: 100px" viewBox="0 0 100 30">'
                    f'{inside}</svg></figure>')

        table = ('<div class="table-box"><div class="table-head"></div><table class="data" id="table-more"><thead><tr>'
                 '<th>a</th><th>b</th></tr></thead><tbody><tr><td>=1+1</td><td><span data-value="0.0512">5.1 %</span>'
                 '</td></tr></tbody></table></div>')

        def saved_as(content: str) -> str:
            return ("<script>const blob = Blob; Blob = function (p, o) { return new blob([" + content + "], o); }"
                    "</script>")

        # check (None: console and network), what it has to say, and what is spoilt: a pattern and what replaces it
        changed = [
            (self.numbers, "index.level", r'(data-path="index\.level"[^>]*>)[^<]*<', r"\g<1>1.23<"),
            (self.numbers, "index.gone", r'data-path="index\.level"', 'data-path="index.gone"'),
            (self.numbers, "in full", r'(data-path="index\.level"[^>]*data-value=")', r"\g<1>1"),
            (self.numbers, "split.figures", r'(data-diff-path="split\.figures\.[^>]*>)[^<]*<', r"\g<1>1.23<"),
            (checks.chart_faults, "no marks", r'<figure class="chart".*?</figure>',
             lambda found: found[0].replace('id="marks-', 'id="x-')),
        ]
        # check, what it has to say, and what is added
        added = [
            (checks.chart_faults, "#marks-more is empty",
             picture('<g id="marks-more"><path d="M0 0L9 9" fill="none"/></g>')),
            (checks.chart_faults, "#marks-more lies outside",
             picture('<g id="marks-more"><path d="M200 0L209 9" stroke="red"/></g>')),
            (checks.chart_text_faults, "cuts", picture(marks + '<text x="80" y="20">cut off here</text>')),
            (checks.chart_text_faults, "6.0 px small",
             picture(marks + '<text x="5" y="20" style="font-size: 6px">x</text>')),
            (checks.contrast_faults, "has a contrast of 1.3",
             picture(marks + '<rect width="100" height="30" fill="#777"/><text x="5" y="20" fill="#888">x</text>')),
            (checks.name_faults, "--nobody", '<p style="color: var(--nobody)">x</p>'),
            (checks.name_faults, "the id twice", '<p id="twice"></p><p id="twice"></p>'),
            (checks.scheme_faults, "chart-more has the same colours", picture(marks)),
            (checks.width_faults, "px wide", '<p style="width: 3000px">wide</p>'),
            (bare, "table-more", '<table class="data" id="table-more"><tbody><tr><td>5.1 %</td></tr></tbody></table>'),
            (checks.print_faults, "is printed", '<nav style="display: block !important">here</nav>'),
            (checks.print_faults, "pre is cut", f'<pre style="max-height: 2em !important">{"a<br>" * 9}</pre>'),
            (checks.axe_faults, "image-alt", '<img src="data:," width="9" height="9">'),
            (checks.axe_faults, "color-contrast", '<p style="color: #999; background: #888">grey</p>'),
            (sort, "not in order after", "<script>Array.prototype.sort = function () { return this; }</script>"),
            (csv, "in its CSV, must be", table + saved_as("p[0].replace('0.0512', '0.051')")),
            (csv, "is a formula", table + saved_as("p[0].replace(\"'=\", '=')")),
            (csv, "2 rows in its CSV", table + saved_as("p[0] + 'one,more'")),
            (None, "leaves the file", '<img src="http://example.com/x.png" alt="">'),
            (None, "console error: so", '<script>console.error("so")</script>'),
            (None, "nobody is not defined", '<script>nobody()</script>'),
        ]
        # In front of the page's script, which looks for tables once.
        changed += [(check, said, "</main>", lambda _, more=more: f"{more}</main>") for check, said, more in added]
        file = self.folder / "spoilt.html"
        for check, said, pattern, replacement in changed:
            spoilt, count = re.subn(pattern, replacement, text, count=1, flags=re.S)
            file.write_text(spoilt, encoding="utf-8")
            with self.subTest(said=said), browser.opened(self.browser, file, browser.VIEWS[0]) as (page, noise):
                self.assertEqual(count, 1, pattern)
                checks.open_all(page)
                faults = noise.findings if check is None else check(page)
                self.assertTrue(any(said in fault for fault in faults), f"{said!r} is not among {faults[:5]}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
