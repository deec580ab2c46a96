# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The oracle's scenarios against published numbers, numbers worked out on paper, and the same scenarios a number at a time in
plain Python."""

import math
import statistics
import sys
import unittest
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import correlation  # noqa: E402
import plans  # noqa: E402
import scenarios  # noqa: E402
import tables  # noqa: E402
import tail  # noqa: E402
import universe as universes  # noqa: E402
from oracle_selftest import Folder  # noqa: E402

import oracle  # noqa: E402

# Random123's kat_vectors: counter, key, answer.
PHILOX = [
    ([0] * 4, [0] * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0], "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


class Random(unittest.TestCase):
    def test_known_answers(self):
        for counter, key, answer in PHILOX:
            words = correlation.philox([np.array([c]) for c in counter], key)
            self.assertEqual(" ".join(f"{int(w[0]):08x}" for w in words), answer)

    def test_place_of_the_words(self):
        seed, number = 0xA4093822_00000000 | 0x299F31D0, 3 * 2**32 + 5
        words = plans.random_words(seed, [7, number], 4)
        one = philox([5, 3, 2, 1], [0x299F31D0, 0xA4093822])
        self.assertEqual([int(w[1, 2]) for w in words], one)

    def test_integers_below(self):
        words = np.array([0, 2**32 - 1, 2**31, 2**31 - 1], dtype=np.uint64)
        self.assertEqual(list(plans.below(7, words)), [0, 6, 3, 3])
        self.assertEqual(list(plans.below(1, words)), [0] * 4)


def philox(counter, key):
    """A number at a time."""
    for _ in range(10):
        a, b = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [b >> 32 ^ counter[1] ^ key[0], b % 2**32, a >> 32 ^ counter[3] ^ key[1], a % 2**32]
        key = [(key[0] + 0x9E3779B9) % 2**32, (key[1] + 0xBB67AE85) % 2**32]
    return counter


NAMES, LIMITS = ["low", "middle", "high"], [16.0, 22.0]
DAYS, CONSTITUENTS, HORIZON, SEED, BLOCK = 150, 60, 12, 2**53 - 12345, 3.7


def small_world():
    """Made-up days whose regimes come in spells, some days without one; groups that overlap, and one of nobody."""
    random = np.random.Generator(np.random.PCG64(5))
    level = 18 + 6 * np.sin(np.arange(DAYS) / 9.0) + random.normal(0, 1.0, DAYS)
    level[40:44] = np.nan
    history = plans.History(level, plans.simulated_regime(LIMITS, level), LIMITS)
    ret = universes.rounded(random.normal(0, 0.02, (DAYS, CONSTITUENTS)) + random.normal(0, 0.01, (DAYS, 1)))
    ret[5, 3], ret[77, 8] = -0.97, 2.5
    start = 2.0 ** random.normal(0, 2, CONSTITUENTS)
    start *= universes.TOTAL / start.sum()
    number = np.arange(CONSTITUENTS)
    groups = {"sector": {name: number % 3 == k for k, name in enumerate("ABC")},
              "tier": {"odd": number % 2 == 1, "few": number < 7, "none": number < 0}}
    label = pd.DataFrame(index=[f"S{n}" for n in number])
    world = universes.Universe(label, universes.rounded(start), ret, pd.RangeIndex(DAYS), groups, 0.0, [], False)
    counts = [[0] * 3 for _ in NAMES]
    for a, b in zip(history.pool, history.pool[1:]):
        if a >= 0 and b >= 0:
            counts[a][b] += 1
    return world, history, counts


def one_regime(level):
    return -1 if math.isnan(level) else sum(level >= x for x in LIMITS)


def one_plan(history, counts, number, path):
    """[(day of the history, scale, level)]: a scenario as one would draw it by hand. path: levels, or None for the chain
    of regimes, or "all" for one pool."""
    chosen, regime = [], 1
    for day in range(HORIZON):
        move, goes_on, where, _ = philox([number, 0, day, 1], [SEED % 2**32, SEED >> 32])
        if path is None:
            passed, row = 0, counts[regime]
            for column, count in enumerate(row):
                passed += count
                if move < 2**32 * passed // sum(row):
                    regime = column
                    break
        elif path != "all":
            regime = one_regime(path[day])
        pool = [d for d in range(DAYS) if path == "all" or history.pool[d] == regime]
        at = chosen[-1][0] + 1 if chosen else DAYS
        if not (goes_on < math.floor(2**32 * (1 - 1 / BLOCK)) and at in pool):
            at = pool[where * len(pool) >> 32]
        level, scale = float(history.level[at]), 1.0
        if isinstance(path, list):
            scale = min(max(path[day] / level, 0.25), 4.0)
            level = path[day] if scale == path[day] / level else level * scale
        chosen.append((at, scale, level))
    return chosen


def one_scenario(world, days, shock):
    """Figures of one scenario from (day of the history or None, scale, level)."""
    caps = [float(c) for c in world.start]
    whole, path, daily_hhi, daily_top = [sum(caps)], [list(caps)], [], []
    for h, (at, scale, _) in enumerate(days):
        if shock and h < shock[1]:
            caps = [c * max(0.0, 1 + r) for c, r in zip(caps, shock[0])]
        if at is not None:
            caps = [c * max(0.0, 1 + float(np.float32(scale)) * r) for c, r in zip(caps, world.ret[at])]
        whole.append(sum(caps))
        path.append(caps)
        weights = sorted((c / whole[-1] for c in caps), reverse=True)
        daily_hhi.append(sum(w * w for w in weights))
        daily_top.append(sum(weights[:10]))
    out = {"index_return": whole[-1] / whole[0] - 1, "highest": max(whole[1:]) / whole[0], "hhi": daily_hhi[-1],
           "effective_n": 1 / daily_hhi[-1], "max_hhi": max(daily_hhi), "max_top_10": max(daily_top),
           "max_drawdown": max(1 - whole[b] / whole[a] for a in range(len(whole)) for b in range(a, len(whole)))}
    out |= {f"top_{k}": sum(weights[:k]) for k in (1, 5, 10, 25, 50)}
    levels = [level for *_, level in days]
    out["max_volatility"] = math.nan if any(map(math.isnan, levels)) else max(levels)
    sums = {d: [[sum(c for c, m in zip(day, member) if m) for day in path] for member in names.values()]
            for d, names in world.groups.items()}
    group = {(d, g): of[-1] / of[0] - 1 if of[0] else math.nan
             for d, names in world.groups.items() for g, of in zip(names, sums[d])}
    return out, group, sums


def one_correlation(of_a, of_b, used, fewest):
    daily = [[b / a - 1 if a else math.nan for a, b in zip(of, of[1:])] for of in (of_a, of_b)]
    daily = [[r for r, u in zip(of, used) if u] for of in daily]
    if sum(used) < fewest or any(map(math.isnan, daily[0] + daily[1])) or any(len(set(of)) == 1 for of in daily):
        return math.nan
    return statistics.correlation(*daily)


class Scenarios(unittest.TestCase):
    NUMBERS = (0, 1, 300)  # in the first, the same and another stretch of scenarios that are walked together

    @classmethod
    def setUpClass(cls):
        cls.world, cls.history, cls.counts = small_world()

    def same(self, name, got, want):
        np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-13, err_msg=name)

    def of(self, plan, days_of, shock=None):
        """The figures of three scenarios; days_of(number) -> [(day, scale, level)]."""
        figures = scenarios.figures_of(self.world, plan, NAMES, 4, shock)
        for number in self.NUMBERS:
            if number >= len(plan.position):
                continue
            days = days_of(number)
            self.assertEqual(list(plan.position[number]), [-1 if at is None else at for at, *_ in days])
            self.same("scale", plan.scale[number], [np.float32(scale) for _, scale, _ in days])
            self.same("level", plan.level[number], [level for *_, level in days])
            columns, group, sums = one_scenario(self.world, days, shock)
            for name, value in columns.items():
                self.same(name, figures.columns[name][number], value)
            for key, value in group.items():
                self.same(str(key), figures.group[key][number], value)
            regime = [one_regime(level) for *_, level in days]
            self.assertEqual([figures.columns[k][number] for k in ("start_regime", "end_regime")], [regime[0], regime[-1]])
            for d in self.world.groups:
                for over, used, fewest in [("path", [True] * HORIZON, 2),
                                           *((name, [r == k for r in regime], 4) for k, name in enumerate(NAMES))]:
                    for a in range(3):
                        for b in range(a):
                            want = one_correlation(sums[d][a], sums[d][b], used, fewest)
                            self.same(f"rho {d} {over}", figures.rho[d, over][number, a, b], want)
            total = sum(self.world.start)
            change = figures.change[number]
            self.same("sum of changes", change.sum(), columns["index_return"])
            self.same("change of a group", change[self.world.groups["sector"]["B"]].sum(),
                      (sums["sector"][1][-1] - sums["sector"][1][0]) / total)
        return figures

    def test_bootstrap(self):
        plan = plans.bootstrap(self.history, SEED, range(400), HORIZON, BLOCK, self.counts, 1)
        self.of(plan, lambda number: one_plan(self.history, self.counts, number, None))
        self.assertEqual(set(plan.regime.ravel()), {0, 1, 2})

    def test_bootstrap_of_all_days(self):
        plan = plans.bootstrap(self.history, SEED, range(400), HORIZON, BLOCK, None, None)
        self.of(plan, lambda number: one_plan(self.history, None, number, "all"))
        self.assertTrue((plan.regime == -1).any())

    def test_volatility_path(self):
        path = [12.0, 15, 16, 24, 70, 40, 30, 22, 20, 19, 18, 17]
        plan = plans.volatility_path(self.history, SEED, range(400), path, BLOCK)
        self.of(plan, lambda number: one_plan(self.history, None, number, path))
        self.assertLessEqual(plan.scale.max(), 4)
        self.assertTrue(((plan.level == 16) == (np.arange(HORIZON) == 2)).all())  # a level on a threshold stays on it

    def test_windows(self):
        plan = plans.windows(self.history, HORIZON)
        self.assertEqual(len(plan.position), DAYS - HORIZON + 1)
        self.of(plan, lambda number: [(number + h, 1.0, float(self.history.level[number + h])) for h in range(HORIZON)])

    def test_stress(self):
        row = universes.rounded(np.where(np.arange(CONSTITUENTS) % 2 == 1, -0.3, 0.05))
        row[4] = -1.0
        plan = plans.bootstrap(self.history, SEED, range(301), HORIZON, BLOCK, self.counts, 1)
        self.of(plan, lambda number: one_plan(self.history, self.counts, number, None), (row, 3))
        alone = self.of(plans.standing_still(1, HORIZON), lambda number: [(None, 1.0, math.nan)] * HORIZON, (row, 1))
        self.same("alone", alone.columns["index_return"][0], self.world.start @ row / self.world.start.sum())

    def test_chain(self):
        limits = plans.chain_limits([[1, 2, 0], [0, 0, 5], [0, 0, 0]])
        self.assertEqual(limits.tolist(), [[1431655765, 2**32, 2**32], [0, 0, 2**32], [2**32] * 3])
        self.assertEqual(list(plans.path_levels([20, 30, 10], 5)), [20, 25, 30, 20, 10])
        self.assertEqual(list(plans.path_levels([21.5], 3)), [21.5] * 3)


class Tail(unittest.TestCase):
    def test_ranks(self):
        """Order-statistic intervals as published for samples of 10,000 and as computed for others."""
        known = {("0.99", 500): (1, 11), ("0.99", 1000): (4, 18), ("0.99", 10000): (81, 121), ("0.975", 250): (2, 12),
                 ("0.975", 500): (6, 21), ("0.975", 1000): (16, 36), ("0.975", 10000): (220, 282), ("0.99", 250): (0, 7)}
        for (level, count), ranks in known.items():
            self.assertEqual(tail.binomial_ranks(count, 1 - Fraction(level)), ranks, (level, count))

    def test_no_finite_end(self):
        losses = np.arange(250.0)
        got = tail.risk(losses, "0.99")
        self.assertTrue(math.isnan(got["var_high"]))
        self.assertEqual(got["var_low"], 243)  # rank 7

    def test_fractional_tail(self):
        """S = 30 at 95 %: m = 1.5, VaR is the second loss, ES (10 + 0.5 x 8) / 1.5; a tie goes by number."""
        losses = np.array([1.0, 8.0, 10.0, 8.0, *range(-26, 0)])
        got = tail.risk(losses, "0.95")
        scenarios_, weight, m = tail.tail_of(losses, "0.95")
        self.assertEqual((list(scenarios_), list(weight), m), ([2, 1], [1, 0.5], Fraction(3, 2)))
        self.assertEqual((got["var"], got["es"]), (8, 14 / 1.5))
        variance = ((10 - 14 / 1.5) ** 2 + 0.5 * (8 - 14 / 1.5) ** 2) / 0.5
        self.assertAlmostEqual(got["simulation_error"], math.sqrt((variance + 0.95 * (14 / 1.5 - 8) ** 2) / 1.5), 14)

    def test_whole_tail(self):
        """S = 40 at 95 %: m = 2 exactly, which in binary 40 (1 - 0.95) is not."""
        losses = np.arange(40.0)
        got = tail.risk(losses, "0.95")
        self.assertEqual((got["tail_scenarios"], got["var"], got["es"]), (2, 37, 38.5))

    def test_components_add_up(self):
        random = np.random.Generator(np.random.PCG64(3))
        changes = random.normal(0, 0.01, (333, 7))
        losses = -changes.sum(axis=1)
        parts, *_ = tail.components(losses, changes, "0.975")
        self.assertAlmostEqual(parts[:, 0].sum(), tail.risk(losses, "0.975")["es"], 15)
        whole, *_ = tail.components(losses, changes.sum(axis=1)[:, None], "0.975")
        self.assertAlmostEqual(whole[0, 0], tail.risk(losses, "0.975")["es"], 15)


class Shocks(Folder):
    """The panel of oracle_selftest: on the last day NA (Metals) 121, TRUE (Chips) 117, NEW 114."""

    def row(self, shocks, days=1, missing="sector"):
        out = self.answer()
        config = tables.read_config(Path(self.folder.name) / "config.yaml")
        order = oracle.groups_in_order(config, out)
        of = universes.universe_of(config, {"missing_history": missing}, out, {d: order[d] for d in ("sector", "tier")})
        row, days = universes.shock_row(config, out, of, {"shocks": shocks, "days": str(days)})
        return of, dict(zip(of.label.index, row))

    def near(self, row, **want):
        self.assertEqual(sorted(row), sorted(want))
        for name, value in want.items():
            self.assertAlmostEqual(row[name], value, delta=1e-7, msg=name)

    def test_universe(self):
        of, _ = self.row([])
        self.assertEqual(list(of.label.index), ["NA", "NEW", "TRUE"])
        np.testing.assert_allclose(of.start / 2**20, np.array([121, 114, 117]) / 352, rtol=1e-7)
        # NEW has no return before the 4th and no sector that had one: the index's
        np.testing.assert_allclose(of.ret, [[0.1, 5 / 400, -0.025], [0.1, 0.5, 0.2], [0, 0.2, -0.5]], rtol=1e-7)
        self.assertAlmostEqual(of.filled_share, 1 / 9)
        of, _ = self.row([], missing="zero")
        self.assertEqual(of.ret[0, 1], 0)
        of, _ = self.row([], missing="exclude")
        self.assertEqual((list(of.label.index), of.left_out, of.filled_share), (["NA", "TRUE"], ["NEW"], 0))
        self.assertEqual(of.start.sum(), 2**20)

    def test_groups_and_symbols_compound(self):
        shocks = [{"groups": {"sector": {"Chips": "-0.2"}, "tier": {"both": "-0.5", "north": "0.1"}}}, {"symbols": {"NA": "0.5"}}]
        _, row = self.row(shocks)
        self.near(row, NA=1.1 * 1.5 - 1, NEW=0.1, TRUE=-0.6)

    def test_spread(self):
        _, row = self.row([{"symbols": {"NA": "-0.75", "NEW": "-1.5"}}], days=2)
        self.near(row, NA=-0.5, NEW=-1, TRUE=0)

    def test_beta_to_index(self):
        _, row = self.row([{"beta": {"to": "index", "move": "-0.1"}}])
        x = [5 / 400, 50 / 305, -98 / 450]
        beta = {s: statistics.linear_regression(x, y).slope
                for s, y in {"NA": [0.1, 0.1, 0], "NEW": [5 / 400, 0.5, 0.2], "TRUE": [-0.025, 0.2, -0.5]}.items()}
        self.near(row, **{s: -0.1 * b for s, b in beta.items()})

    def test_beta_to_volatility(self):
        """Changes -14, 0 and 8 points; from 30 at the as-of date to 33."""
        _, row = self.row([{"beta": {"to": "volatility", "level": "33"}}])
        x = [-14, 0, 8]
        self.near(row, NA=3 * statistics.linear_regression(x, [0.1, 0.1, 0]).slope,
                  NEW=3 * statistics.linear_regression(x, [5 / 400, 0.5, 0.2]).slope,
                  TRUE=3 * statistics.linear_regression(x, [-0.025, 0.2, -0.5]).slope)

    def test_growth_and_replay(self):
        _, row = self.row([{"growth_shortfall": {"groups": {"tier": {"north": "0.1"}}, "elasticity": "2"}}])
        self.near(row, NA=-0.2, NEW=-0.2, TRUE=0)
        _, row = self.row([{"replay": {"start": "2024-01-03", "end": "2024-01-07"}}])
        self.near(row, NA=0.1, NEW=0.5, TRUE=0.2)


if __name__ == "__main__":
    unittest.main()
