# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Scenarios (specification, section 7) a second time: the same plans from the same random words, then caps of all
constituents of many scenarios at once in float64, a day after the other, where the program walks chunks of constituents in
float32.

    python scenarios.py CONFIG      prints the risk of each set and the time it took
"""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import block_length  # noqa: E402
import correlation  # noqa: E402
import oracle  # noqa: E402
import plans  # noqa: E402
import regimes  # noqa: E402
import tables  # noqa: E402
import tail  # noqa: E402
import universe as universes  # noqa: E402

TOP = (1, 5, 10, 25, 50)
AT_A_TIME = 256  # scenarios


@dataclass
class Figures:
    """Of each scenario of a set; what a stress does is a set of its own."""
    columns: dict = field(default_factory=dict)  # {name: [S]}
    group: dict = field(default_factory=dict)    # {(dimension, group): [S] return}
    rho: dict = field(default_factory=dict)      # {(dimension, "path" or regime): [S, groups, groups], NaN: none}
    change: np.ndarray = None                    # [S, N] of each cap, as a part of the total at the start


def walk(universe, plan, shock=None):
    """Yields (scenarios, caps [some, N] after each day [H]) for some scenarios at a time. shock: (row, days): taken before
    the return of each of the first so many days."""
    row, shocked_days = shock if shock is not None else (None, 0)
    with_still = np.vstack([universe.ret, np.zeros(len(universe.start))])  # position -1
    for first in range(0, len(plan.position), AT_A_TIME):
        some = slice(first, first + AT_A_TIME)
        caps = np.repeat(universe.start[None, :], len(plan.position[some]), axis=0)

        def days(caps=caps, some=some):
            for day in range(plan.position.shape[1]):
                if day < shocked_days:
                    caps = caps * np.maximum(0.0, 1.0 + row)
                scale = plan.scale[some, day].astype(np.float64)[:, None]
                caps = caps * np.maximum(0.0, 1.0 + scale * with_still[plan.position[some, day]])
                yield caps

        yield some, days()


def figures_of(universe, plan, regime_names, min_days, shock=None):
    scenarios, horizon = plan.position.shape
    keys = [(d, g) for d, names in universe.groups.items() for g in names]
    member = np.array([universe.groups[d][g] for d, g in keys], dtype=float).reshape(len(keys), -1)
    total = np.empty((scenarios, horizon + 1))
    group = np.empty((scenarios, horizon + 1, len(keys)))
    total[:, 0], group[:, 0] = universe.start.sum(), member @ universe.start
    most = {name: np.zeros(scenarios) for name in ("max_top_10", "max_hhi")}
    out = Figures(change=np.empty((scenarios, len(universe.start))))
    for some, days in walk(universe, plan, shock):
        for day, caps in enumerate(days, 1):
            total[some, day] = caps.sum(axis=1)
            group[some, day] = caps @ member.T
            weight = caps / total[some, day][:, None]
            hhi = (weight**2).sum(axis=1)
            np.maximum(most["max_hhi"][some], hhi, out=most["max_hhi"][some])
            np.maximum(most["max_top_10"][some], largest(weight, 10), out=most["max_top_10"][some])
        out.change[some] = (caps - universe.start) / universe.start.sum()
        for k in TOP:
            out.columns.setdefault(f"top_{k}", np.empty(scenarios))[some] = largest(weight, k)
        out.columns.setdefault("hhi", np.empty(scenarios))[some] = hhi
    growth = total / total[:, :1]
    out.columns |= most
    out.columns["effective_n"] = 1.0 / out.columns["hhi"]
    out.columns["index_return"] = growth[:, -1] - 1.0
    out.columns["max_drawdown"] = (1.0 - growth / np.maximum.accumulate(growth, axis=1)).max(axis=1)
    out.columns["highest"] = growth[:, 1:].max(axis=1)
    out.columns["max_volatility"] = plan.level.max(axis=1)  # NaN where a day has none
    out.columns["start_regime"], out.columns["end_regime"] = plan.regime[:, 0], plan.regime[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        out.group = {key: group[:, -1, g] / group[:, 0, g] - 1.0 for g, key in enumerate(keys)}
        daily = group[:, 1:] / group[:, :-1] - 1.0
    for dimension in universe.groups:
        of = daily[:, :, [d == dimension for d, _ in keys]]
        out.rho[dimension, "path"] = correlations(of, np.ones(plan.regime.shape, dtype=bool), 2)
        for k, name in enumerate(regime_names):
            out.rho[dimension, name] = correlations(of, plan.regime == k, min_days)
    return out


def largest(weight, k):
    """[S] sum of the k largest of each row."""
    if k >= weight.shape[1]:
        return weight.sum(axis=1)
    return -np.partition(-weight, k - 1, axis=1)[:, :k].sum(axis=1)


def correlations(returns, used, fewest):
    """[S, G, G] Pearson over the days used, NaN with fewer than `fewest` of them or where a group does not vary."""
    days = used.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.where(used[:, :, None], returns, 0.0)
        size = np.abs(away).max(axis=1)
        away = np.where(used[:, :, None], returns - (away.sum(axis=1) / days[:, None])[:, None], 0.0)
        moment = np.einsum("shg,shk->sgk", away, away)
        own = np.einsum("sgg->sg", moment)
        own = np.where((days[:, None] >= fewest) & (own > days[:, None] * (1e-12 * size) ** 2), own, np.nan)
        return moment / np.sqrt(own[:, :, None] * own[:, None, :])


@dataclass
class Set:
    """A set of scenarios and all that the statistics need of it."""
    options: dict
    universe: universes.Universe
    plan: plans.Plan
    figures: Figures
    regime_names: list
    mean_block: float     # NaN: has no blocks
    stresses: list        # [(file's content, figures of the stress alone, figures of the stressed scenarios)]
    history: plans.History
    redraw: object        # (history, numbers of scenarios) -> plan by the same generator; None: there are no draws


def dimensions_of(config, options, order):
    """{dimension: [groups]} in the order asked for; by themselves those of correlations, of which `issuer` is none."""
    asked = options.get("dimensions") or correlation.settings_of(config)["dimensions"] or correlation.dimensions_of(config, order)
    return {name: order[name] for name in asked if name != "issuer"}


def history_of(config, universe, out, regime_names):
    label = out.daily.regime.reindex(universe.days)
    pool = np.array([regime_names.index(name) if isinstance(name, str) else -1 for name in label])
    return plans.History(out.daily.volatility.reindex(universe.days).to_numpy(), pool, regimes.thresholds_of(config))


def answer(config, options, out, order):
    """One set. order: {dimension: [groups]} of the panel."""
    generator = options.get("generator") or {}
    kind, horizon = generator.get("kind", "bootstrap"), int(options.get("horizon", 21))
    seed, scenarios = int(options.get("seed", 0)), range(int(options.get("count", 10000)))
    names = regimes.names_of(config) if config["data"].get("volatility") else []
    universe = universes.universe_of(config, options, out, dimensions_of(config, options, order))
    history = history_of(config, universe, out, names)
    mean_block = np.nan
    if kind in ("bootstrap", "volatility_path"):
        mean_block = generator.get("block", "auto")
        if mean_block == "auto":
            mean_block = max(1.0, block_length.optimal_block_length(out.daily.index_return.reindex(universe.days)))
    mean_block = float(mean_block)

    redraw = None
    if kind == "bootstrap":
        by_regime = generator.get("regimes", "true") == "true"
        counts = out.volatility["transitions"]["counts"] if by_regime else None
        at_start = names.index(out.volatility["regime_of_day"]) if by_regime else None

        def redraw(of, numbers=scenarios):
            return plans.bootstrap(of, seed, numbers, horizon, mean_block, counts, at_start)
    elif kind == "volatility_path":
        path = generator["path"]
        levels = plans.path_levels([path] if isinstance(path, str) else path, horizon)

        def redraw(of, numbers=scenarios):
            return plans.volatility_path(of, seed, numbers, levels, mean_block)

    min_days = int(options.get("min_days", 10))
    stresses = [universes.read_stress(file) for file in options.get("stresses") or []]
    rows = [universes.shock_row(config, out, universe, stress) for stress in stresses]
    still = plans.standing_still(1, horizon)
    alone = [figures_of(universe, still, names, min_days, row) for row in rows]
    if kind == "stress":
        plan, figures, stressed = plans.standing_still(len(rows), horizon), one_after_another(alone), [None] * len(rows)
    else:
        plan = plans.windows(history, horizon) if kind == "historical" else redraw(history)
        figures = figures_of(universe, plan, names, min_days)
        stressed = [figures_of(universe, plan, names, min_days, row) for row in rows]
    return Set(options, universe, plan, figures, names, mean_block, list(zip(stresses, alone, stressed)), history, redraw)


def one_after_another(sets):
    """The scenarios of several figures as those of one."""
    first = sets[0]
    return Figures({name: np.concatenate([s.columns[name] for s in sets]) for name in first.columns},
                   {key: np.concatenate([s.group[key] for s in sets]) for key in first.group},
                   {key: np.concatenate([s.rho[key] for s in sets]) for key in first.rho},
                   np.concatenate([s.change for s in sets]))


HISTORY_STREAM, FIRST_OF_REPLICATE = 2, 2**40


def redrawn_days(seed, replicate, days, mean_block):
    """A history as long as the real one, drawn from it in blocks by the stationary bootstrap; its last day is followed by
    its first."""
    longer, share = [], 1.0
    for _ in range(days - 1):
        share *= 1.0 - 1.0 / mean_block
        longer.append(int(share * 2**32))
    drawn, block = [], 0
    while len(drawn) < days:
        place = [np.array([value], dtype=np.uint64) for value in (replicate, 0, block, HISTORY_STREAM)]
        first, length, *_ = (int(word[0]) for word in correlation.philox(place, [seed & (2**32 - 1), seed >> 32]))
        first = first * days >> 32
        drawn += [(first + k) % days for k in range(1 + sum(length < limit for limit in longer))]
        block += 1
    return np.array(drawn[:days])


def history_errors(of, replicates, count, levels):
    """{level: how much ES varies with the history}: the variance of ES over histories drawn anew, each with `count`
    scenarios of its own, less the mean of what simulation adds to it; NaN where nothing is left of it. None where above a
    tenth of them is of no use."""
    es, noise, used = [], [], 0
    seed, days, whole = int(of.options.get("seed", 0)), len(of.history.level), of.universe.start.sum()
    for replicate in range(replicates):
        redrawn = redrawn_days(seed, replicate, days, of.mean_block)
        history = plans.History(of.history.level[redrawn], of.history.pool[redrawn], of.history.thresholds)
        first = (replicate + 1) * FIRST_OF_REPLICATE
        try:
            plan = of.redraw(history, range(first, first + count))
        except KeyError:  # a regime that can be reached has no days left
            continue
        used += 1
        plan.position = redrawn[plan.position]
        losses = np.empty(count)
        for some, caps_of_days in walk(of.universe, plan):
            for caps in caps_of_days:
                losses[some] = 1.0 - caps.sum(axis=1) / whole  # the last day stays
        risk = [tail.risk(losses, level) for level in levels]
        es.append([r["es"] for r in risk])
        noise.append([r["simulation_error"] ** 2 for r in risk])
    if 10 * used < 9 * replicates:
        return None
    variance = np.var(es, axis=0, ddof=1) - np.mean(noise, axis=0)
    return dict(zip(levels, np.sqrt(np.where(variance > 0.0, variance, np.nan))))


def main():
    began = time.perf_counter()
    config = tables.read_config(sys.argv[1])
    out = oracle.answer(config)
    for options in config["scenarios"]:
        of = answer(config, options, out, oracle.groups_in_order(config, out))
        print(options["name"], of.plan.position.shape, f"block {of.mean_block:.3f}  filled {of.universe.filled_share:.4%}")
        for level in options.get("levels", tail.LEVELS):
            print(" ", level, {k: v for k, v in tail.risk(-of.figures.columns["index_return"], level).items() if k != "order"})
        for stress, alone, _ in of.stresses:
            print("  stress", stress["name"], alone.columns["index_return"])
    print(f"{time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
