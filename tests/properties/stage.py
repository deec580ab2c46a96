# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Rules of the stage from outside: what is refused and leaves nothing behind, what a run records, and that the rules decide
and not the program.

    TOPHEAVY_PROGRAM=... python stage.py
"""

import hashlib
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import Data, Runs, summary_of, topheavy  # noqa: E402


class Stage(Runs):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = Data(cls.folder / "data", 60, 120, 3)
        cls.rules = cls.folder / "rules.yaml"
        cls.config = cls.data.config(cls.folder / "test.yaml", extra="stage: {rules: rules.yaml}\n")

    def write(self, *stages, more=""):
        lines = [f"  - {{name: {name}, rules: [{{rule: r, when: \"{when}\"}}]}}" for name, when in stages]
        self.rules.write_text("\n".join(["stages:", *lines, more]) + "\n")

    def place(self, line, token):
        """file:line:column of a token, as an editor counts."""
        return f"{self.rules}:{line}:{self.rules.read_text().splitlines()[line - 1].index(token) + 1}"

    def stage(self, *options):
        return summary_of(self.run_config(self.config, *options))["stage"]

    def refused(self, *said):
        done = topheavy("run", self.config, "--out", self.folder / "refused", expect=2)
        for text in said:
            self.assertIn(text, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertFalse((self.folder / "refused").exists())
        self.assertEqual([p.name for p in self.folder.glob(".*")], [])

    def test_the_first_stage_whose_rules_hold_is_named(self):
        self.write(("low", "volatility.level < 1"), ("high", "volatility.level > 1"), ("any", "volatility.level > 0"))
        self.assertEqual(self.stage()["name"], "high")
        self.write(("any", "volatility.level > 0"), ("high", "volatility.level > 1"))
        self.assertEqual(self.stage()["name"], "any")
        self.write(("low", "volatility.level < 1"))
        self.assertEqual(self.stage()["name"], "undetermined")

    def test_a_run_records_its_rules(self):
        self.write(("any", "volatility.level > 0"))
        run = self.run_config(self.config)
        manifest = json.loads((run / "manifest.json").read_text())
        mine = [one for one in manifest["inputs"] if one["file"].endswith("rules.yaml")]
        self.assertEqual([one["sha256"] for one in mine], [hashlib.sha256(self.rules.read_bytes()).hexdigest()])
        self.assertEqual(manifest["config"]["stage"]["rules"], str(self.rules.resolve()))

    def test_other_rules_are_another_result(self):
        self.write(("any", "volatility.level > 0"))
        before = self.digest(self.config)
        self.assertEqual(self.digest(self.config, "--threads", "2"), before)
        self.rules.write_text("# a comment changes nothing\n" + self.rules.read_text())
        self.assertEqual(self.digest(self.config), before)
        self.write(("any", "volatility.level > 0.5"))
        self.assertNotEqual(self.digest(self.config), before)

    def test_wrong_rules_are_refused_before_data_are_read(self):
        self.write(("any", "volatility.levle > 0"), ("any", "index.return(0) > 1"))
        said = (f"{self.place(2, 'volatility')}: `when`: unknown evidence `volatility.levle`; did you mean `volatility.level`?",
                f"{self.place(3, 'any')}: stage `any` is given twice; first at {self.place(2, 'any')}",
                f"{self.place(3, '0)')}: `when`: `days` of `index.return(days)` is `0`; must be a whole number from 1 to 100000")
        self.refused(*said)
        done = topheavy("validate", self.config, expect=2)
        for text in said:
            self.assertIn(text, done.stderr)

    def test_names_are_looked_up_in_the_data(self):
        self.write(("any", "group.weight(sector, Technologie) > 0 or group.weight(teir, a) > 0"))
        self.refused(f"{self.place(2, 'Technologie')}: unknown group of sector `Technologie`; did you mean `Technology`?",
                     f"{self.place(2, 'teir')}: unknown dimension `teir`; there are sector, issuer")
        config = self.data.config(self.folder / "growth.yaml", extra="expectations:\n  sector: {Technologie: 0.1}\n")
        done = topheavy("run", config, "--out", self.folder / "refused", expect=2)
        self.assertIn(f"{config}:7:12: unknown group of sector `Technologie`; did you mean `Technology`?", done.stderr)


if __name__ == "__main__":
    unittest.main()
