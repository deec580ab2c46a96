# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""`scenarios` of summary.json, scenarios.parquet and components.parquet against the oracle's scenarios.

The program walks paths in float32, so a float may differ by 1e-5 of its magnitude, which of a return is that of the moves it is
made of. Which scenarios are the tail is the program's word where two losses are nearer than its rounding: its order is proven
to be one of the oracle's losses and then used. What adds up in the program's own numbers does so to 1e-12."""

import math

import concentration
import limits
import numpy as np
import oracle
import pyarrow.parquet as pq
import scenarios
import tail

LIMIT = 1e-5
EXACT = 1e-12
MOVE = 0.1        # magnitude of a return of the index over a horizon
GROUP_MOVE = 0.5  # of a group, which may be a single constituent
ROUNDING = 2e-6   # of a return or a loss
BIN = 2 / 4096
QUANTILES = ("0.01", "0.025", "0.05", "0.25", "0.5", "0.75", "0.95", "0.975", "0.99")
COLUMNS = ["index_return", "max_drawdown", "top_10", "hhi", "effective_n"]
KEYS = ["name", "count", "horizon", "generator", "seed", "mean_block_length", "days", "constituents", "filled_share", "left_out",
        "no_sampling_error", "precision_reached", "cells", "seconds", "cells_per_second", "index_return", "max_drawdown", "risk",
        "component_es", "loss_concentration", "concentration", "correlation", "probability", "events", "stresses"]
CORRELATED = range(2, 33)  # groups of a dimension


class Within:
    """A comparison with another limit."""

    def __init__(self, check, limit):
        self.check, self.limit = check, limit

    def close(self, name, got, want, scale=0.0, where=None, limit=None):
        self.check.close(name, got, want, scale, where, limit or self.limit)

    def equal(self, *arguments):
        self.check.equal(*arguments)

    def fail(self, text):
        self.check.fail(text)


def compare(check, run, summary, config, out):
    sets = config.get("scenarios") or []
    check.equal("scenarios: sets", [s["name"] for s in summary.get("scenarios") or []], [s["name"] for s in sets])
    if not sets or len(summary.get("scenarios") or []) != len(sets):
        return
    check = Within(check, LIMIT)
    table = pq.read_table(run / "scenarios.parquet").to_pandas()
    parts = pq.read_table(run / "components.parquet").to_pandas()
    order = oracle.groups_in_order(config, out)
    of_sets = [scenarios.answer(config, options, out, order) for options in sets]
    groups = [f"{d}.{g}" for d in order for g in order[d] if any(d in of.universe.groups for of in of_sets)]
    check.equal("scenarios: columns", list(table.columns), ["set", "scenario", *COLUMNS, *groups])
    check.equal("components: columns", list(parts.columns), ["set", "level", "symbol", "issuer", "component_es", "error"])
    drawn = [s["name"] for s in sets if (s.get("generator") or {}).get("kind") != "stress"]
    for frame, names in ((table, [s["name"] for s in sets]), (parts, drawn)):
        check.equal("scenarios: sets of a table", list(dict.fromkeys(frame.set)), names)
    for of, got in zip(of_sets, summary["scenarios"]):
        name = got["name"]
        compare_set(check, got, of, table[table.set == name], parts[parts.set == name], groups, config, out)


def compare_set(check, got, of, table, parts, groups, config, out):
    options, name, count = of.options, of.options["name"], len(of.plan.position)
    check.equal("scenarios: keys", list(got), KEYS)
    kind = (options.get("generator") or {}).get("kind", "bootstrap")
    check.equal("scenarios: name, generator, count, horizon, seed",
                [got[key] for key in ("name", "generator", "count", "horizon", "seed")],
                [name, kind, count, of.plan.position.shape[1], int(options.get("seed", 0))])
    members = len(of.universe.start)
    check.equal("scenarios: days, constituents, cells", [got["days"], got["constituents"], got["cells"]],
                [len(of.universe.days), members, count * of.plan.position.shape[1] * members])
    check.equal("scenarios: left_out", got["left_out"], of.universe.left_out)
    check.close("scenarios: filled_share", got["filled_share"], of.universe.filled_share, 0, [name], EXACT)
    check.close("scenarios: mean_block_length", got["mean_block_length"], of.mean_block, 0, [name], 1e-10)
    sampled = kind in ("bootstrap", "volatility_path")
    check.equal("scenarios: a reason where there is no sampling error", bool(got["no_sampling_error"]), not sampled)
    compare_table(check, table, of, groups)
    compare_stresses(check, got["stresses"], of)
    if kind == "stress":
        compare_no_sample(check, got)
        return
    columns = of.figures.columns
    for figure in ("index_return", "max_drawdown"):
        compare_distribution(check, f"scenarios: {figure}", got[figure], columns[figure], MOVE, name)
    daily = options.get("daily") or {}
    figures = [f"top_{k}" for k in scenarios.TOP] + ["hhi", "effective_n"]
    figures += [figure for figure, key in (("max_top_10", "top_10"), ("max_hhi", "hhi")) if daily.get(key) == "true"]
    check.equal("scenarios: concentration: metrics", list(got["concentration"]), figures)
    for figure in set(figures) & set(got["concentration"]):
        compare_distribution(check, f"scenarios: concentration.{figure}", got["concentration"][figure], columns[figure], 0, name)
    order = order_of_losses(check, table, columns["index_return"], name)
    if order is not None:
        compare_risk(check, got, of, order, sampled)
        compare_components(check, got, of, parts, order, sampled)
        compare_loss_concentration(check, got, of, order)
    compare_correlations(check, got["correlation"], of)
    compare_events(check, got, of, (options.get("events") or []) + limits.events(config), sampled, out)


def compare_table(check, table, of, groups):
    name, columns = of.options["name"], of.figures.columns
    check.equal("scenarios: numbers of the scenarios", list(table.scenario), list(range(len(of.plan.position))))
    scale = {"index_return": MOVE, "max_drawdown": MOVE}
    where = [f"{name} {s}" for s in table.scenario]
    for column in COLUMNS:
        check.close(f"scenarios.parquet: {column}", table[column], columns[column], scale.get(column, 0), where)
    mine = {f"{d}.{g}": values for (d, g), values in of.figures.group.items()}
    for column in groups:
        want = mine.get(column, np.full(len(table), np.nan))
        check.close("scenarios.parquet: returns of groups", table[column], want, GROUP_MOVE, [f"{w} {column}" for w in where])


def compare_no_sample(check, got):
    """Stresses somebody has thought of have no distribution."""
    for figure in ("index_return", "max_drawdown"):
        check.equal(f"scenarios: {figure} of stresses: null", got[figure],
                    {"mean": None, "sd": None, "quantiles": dict.fromkeys(QUANTILES), "reason": got["no_sampling_error"]})
    for key in ("risk", "component_es", "loss_concentration", "concentration", "correlation", "probability", "events"):
        check.equal(f"scenarios: {key} of stresses: empty", len(got[key]), 0)


def compare_distribution(check, name, got, values, scale, at):
    check.equal(f"{name}: keys", [list(got), list(got["quantiles"])], [["mean", "sd", "quantiles", "reason"], list(QUANTILES)])
    check.equal(f"{name}: a reason where it is not known", bool(got["reason"]), len(values) < 2 or bool(np.isnan(values).any()))
    check.close(f"{name}: mean", got["mean"], values.mean(), scale, [at])
    check.close(f"{name}: sd", got["sd"], values.std(ddof=1) if len(values) > 1 else np.nan, scale, [at])
    for p in QUANTILES:
        check.close(f"{name}: quantiles", got["quantiles"][p], np.quantile(values, float(p)), scale, [f"{at} {p}"])


def order_of_losses(check, table, index_return, name):
    """Scenarios by the program's losses descending, ties by number; None where these are no order of the oracle's."""
    if len(table) != len(index_return):
        return None
    order = np.argsort(table.index_return.to_numpy(), kind="stable")
    ranked = index_return[order]
    valid = bool((ranked[1:] - np.maximum.accumulate(ranked)[:-1] > -ROUNDING).all())
    check.equal("scenarios: the order of losses is the oracle's but for rounding", [name, valid], [name, True])
    return order if valid else None


def levels_of(of):
    return list(of.options.get("levels", tail.LEVELS))


def compare_risk(check, got, of, order, sampled):
    name, losses = of.options["name"], -of.figures.columns["index_return"]
    check.equal("scenarios: risk: levels", [r["level"] for r in got["risk"]], [float(level) for level in levels_of(of)])
    history = of.options.get("history_error") or {}
    replicates, errors = int(history.get("replicates", 200)) if sampled else 0, None
    if replicates:
        errors = scenarios.history_errors(of, replicates, int(history.get("count", min(len(losses), 2048))), levels_of(of))
    for row, level in zip(got["risk"], levels_of(of)):
        want, at = tail.risk(losses, level, order), [f"{name} {level}"]
        check.equal("scenarios: risk: keys", list(row), [
            "level", "tail_scenarios", "var", "var_low", "var_high", "es", "es_replayed", "simulation_error", "history_error",
            "interval_reason", "history_error_reason", "warning"])
        check.equal("scenarios: risk: tail_scenarios", row["tail_scenarios"], want["tail_scenarios"])
        if not sampled:
            want |= dict.fromkeys(("var_low", "var_high", "simulation_error"), np.nan)
        for figure in ("var", "es", "var_low", "var_high", "simulation_error"):
            check.close(f"scenarios: risk: {figure}", row[figure], want[figure], MOVE if figure[:3] == "var" else 0, at)
        check.close("scenarios: risk: es_replayed", row["es_replayed"], row["es"], MOVE, at, 1e-6)
        some_null = any(math.isnan(want[figure]) for figure in ("var_low", "var_high", "simulation_error"))
        check.equal("scenarios: risk: interval_reason", bool(row["interval_reason"]), some_null)
        check.equal("scenarios: risk: warning", bool(row["warning"]), row["tail_scenarios"] < 100)
        check.close("scenarios: risk: history_error", row["history_error"], errors[level] if errors else np.nan, row["es"] / 10, at)
        check.equal("scenarios: risk: a reason where there is no history_error", bool(row["history_error_reason"]),
                    errors is None or math.isnan(errors[level]))


def compare_components(check, got, of, parts, order, sampled):
    name, losses, label = of.options["name"], -of.figures.columns["index_return"], of.universe.label
    weight = of.universe.start / of.universe.start.sum()
    check.equal("components: levels", sorted(set(parts.level)), sorted(float(level) for level in levels_of(of)))
    check.equal("component_es: levels", list(got["component_es"]), levels_of(of))
    change = of.figures.change
    for level, row in zip(levels_of(of), got["risk"]):
        mine = parts[parts.level == float(level)]
        check.equal("components: symbols and issuers", [list(mine.symbol), list(mine.issuer)],
                    [list(label.index), list(label.issuer)])
        if len(mine) != len(label):
            continue
        want, *_ = tail.components(losses, change, level, order)
        where = [f"{name} {level} {symbol}" for symbol in label.index]
        check.close("components: component_es", mine.component_es, want[:, 0], MOVE * weight, where)
        error = want[:, 1] if sampled else np.full(len(want), np.nan)
        check.close("components: error", mine.error, error, MOVE * weight, where)
        check.close("adds up: components to the ES of the replayed paths", mine.component_es.sum(), row["es_replayed"],
                    mine.component_es.abs().sum(), [f"{name} {level}"], EXACT)
        dimensions = got["component_es"].get(level, {})
        check.equal("component_es: dimensions", list(dimensions), [*of.universe.groups, "issuer"])
        for dimension, rows in dimensions.items():
            masks = of.universe.groups.get(dimension)
            if dimension == "issuer":
                masks = {issuer: (label.issuer == issuer).to_numpy() for issuer in label.issuer.unique()}
            compare_groups(check, rows, masks, of, level, order, row["es_replayed"], dimension, sampled)


def compare_groups(check, rows, masks, of, level, order, whole, dimension, sampled):
    losses, weight = -of.figures.columns["index_return"], of.universe.start / of.universe.start.sum()
    table = np.array(list(masks.values()), dtype=float)
    want, *_ = tail.components(losses, of.figures.change @ table.T, level, order)
    weights = dict(zip(masks, table @ weight))
    want = dict(zip(masks, want))
    names = [row["group"] for row in rows]
    if dimension == "issuer":
        ranked = sorted((-es for es, _ in want.values()))[:10]
        check.close("component_es: issuers by rank", [-row["es"] for row in rows], ranked, MOVE)
    else:
        check.equal(f"component_es: groups of {dimension}", names, list(masks))
        if dimension == "sector":
            check.close("adds up: sectors to the ES of the replayed paths", sum(row["es"] for row in rows), whole,
                        sum(abs(row["es"]) for row in rows), None, EXACT)
    for row in rows:
        check.equal("component_es: keys", list(row), ["group", "weight", "es", "share", "error"])
        es, error = want.get(row["group"], (np.nan, np.nan))
        own, at = weights.get(row["group"], np.nan), [f"{of.options['name']} {level} {dimension} {row['group']}"]
        check.close("component_es: weight", row["weight"], own, 0, at)
        check.close("component_es: es", row["es"], es, MOVE * own, at)
        check.close("component_es: share", row["share"], es / whole if whole > 0 else np.nan, own, at)
        check.close("component_es: error", row["error"], error if sampled else np.nan, MOVE * own, at)


def compare_loss_concentration(check, got, of, order):
    name, columns = of.options["name"], of.figures.columns
    check.equal("loss_concentration: levels", list(got["loss_concentration"]), levels_of(of))
    for level, mine in got["loss_concentration"].items():
        tail_scenarios, weight, m = tail.tail_of(-columns["index_return"], level, order)
        one_loss(check, "loss_concentration", mine, of, tail_scenarios, weight, f"{name} {level}")
        for key, column in (("by_start", "start_regime"), ("by_end", "end_regime")):
            regime = columns[column][tail_scenarios]
            check.equal(f"loss_concentration: {key}", list(mine[key]), of.regime_names)
            for k, regime_name in enumerate(of.regime_names):
                here = regime == k
                one_loss(check, f"loss_concentration: {key}", mine[key][regime_name], of, tail_scenarios[here], weight[here],
                         f"{name} {level} {regime_name}")


def one_loss(check, name, got, of, scenarios_, weight, at):
    """Shares of the loss of some scenarios of the tail."""
    universe = of.universe
    start = universe.start / universe.start.sum()
    want = {"n": len(start), "scenarios": weight.sum()}
    part = -(weight @ of.figures.change[scenarios_])
    if weight.sum() >= 10 and part.sum() > 0:
        share = part / part.sum()
        labelled = universe.label.assign(weight=start)
        want |= concentration.of_shares(labelled.weight, universe.label, share, np.abs(share) + start, LIMIT)
    concentration.compare_figures(check, name, got, want, at)


def compare_correlations(check, got, of):
    name = of.options["name"]
    correlated = {d: names for d, names in of.universe.groups.items() if len(names) in CORRELATED}
    check.equal("scenarios: correlation: dimensions", list(got), list(correlated))
    for dimension, names in correlated.items():
        check.equal("scenarios: correlation: over", list(got.get(dimension, {})), ["path", *of.regime_names])
        for over, mine in got.get(dimension, {}).items():
            at, rho = f"{name} {dimension} {over}", of.figures.rho[dimension, over]
            check.equal("scenarios: correlation: groups", mine["groups"], list(names))
            have = np.isfinite(rho).sum(axis=0)
            pairs = [(a, b) for a in range(len(names)) for b in range(a)]
            counts = [have[pair] for pair in pairs if have[pair] > 0]
            check.equal("scenarios: correlation: scenarios", mine["scenarios"], int(min(counts, default=0)))
            for key in ("mean", "p05", "p95"):
                matrix = np.array(mine[key], dtype=float).reshape(len(names), -1)
                check.equal("scenarios: correlation: symmetric, 1 on the diagonal",
                            bool(np.array_equal(matrix, matrix.T, equal_nan=True) and (np.diag(matrix) == 1).all()), True)
                for a, b in pairs:
                    values, where = np.sort(rho[:, a, b][np.isfinite(rho[:, a, b])]), [f"{at} {list(names)[a]} {list(names)[b]}"]
                    if not len(values):
                        check.equal("scenarios: correlation: null", bool(np.isnan(matrix[a, b])), True)
                    elif key == "mean":
                        check.close("scenarios: correlation: mean", matrix[a, b], values.mean(), 1.0, where)
                    else:
                        # within a bin of the two scenarios between which the percentile stands
                        place = (len(values) - 1) * (0.05 if key == "p05" else 0.95)
                        nearest = np.clip(matrix[a, b], values[math.floor(place)], values[math.ceil(place)])
                        check.close(f"scenarios: correlation: {key}", matrix[a, b], nearest, 1.0, where, BIN)


def compare_events(check, got, of, events, sampled, out):
    name, count, columns = of.options["name"], len(of.plan.position), of.figures.columns
    check.equal("scenarios: events", [[e["name"], e["metric"]] for e in got["events"]], [[e["name"], e["metric"]] for e in events])
    check.equal("scenarios: probability: events", list(got["probability"]), [e["name"] for e in events])
    level = out.daily.index_level
    for event, row in zip(events, got["events"]):
        metric, at = event["metric"], [f"{name} {event['name']}"]
        if metric == "index_new_high":
            values, bound, above = columns["highest"], level.max() / level.iloc[-1], True
        else:
            group = {f"group_return.{d}.{g}": v for (d, g), v in of.figures.group.items()}
            values = group[metric] if metric in group else columns[metric]
            above = "above" in event
            bound = float(event["above" if above else "below"])
        beyond = (values - bound) * (1 if above else -1)
        p = row["probability"]
        if np.isnan(values).any():
            check.equal("scenarios: events: null and a reason", [p, row["error"], bool(row["reason"])], [None, None, True])
        else:
            # a scenario within rounding of the bound may be on either side
            least, most = (beyond > ROUNDING).mean(), (beyond > -ROUNDING).mean()
            check.close("scenarios: events: probability", p, np.clip(p, least, most), 1, at, EXACT)
            error = math.sqrt(p * (1 - p) / count) if sampled and 0 < p < 1 else np.nan
            check.close("scenarios: events: error", row["error"], error, 1, at, EXACT)
            check.equal("scenarios: events: a reason where the error is not known", bool(row["reason"]), row["error"] is None)
            if sampled and p in (0, 1):
                width = 100 * (1 - 0.025 ** (1 / count))  # Clopper and Pearson: (1 - width)^count = 2.5 %
                check.equal("scenarios: events: bound of what never or always happens", f"{width:.2g} %" in row["reason"], True)
        check.equal("scenarios: probability", got["probability"].get(event["name"]), p)


def compare_stresses(check, got, of):
    name, plain = of.options["name"], of.figures.columns
    check.equal("scenarios: stresses", [[s["name"], s["meaning"]] for s in got],
                [[stress["name"], stress.get("meaning") or None] for stress, *_ in of.stresses])
    for mine, (stress, alone, stressed) in zip(got, of.stresses):
        at = f"{name} {stress['name']}"
        check.equal("scenarios: stresses: keys", list(mine), ["name", "meaning", "index_return", "groups", "var_change", "es_change",
                                                              "top_10_change", "change_reason"])
        check.equal("scenarios: stresses: a reason where there is no change", bool(mine["change_reason"]),
                    mine["top_10_change"] is None)
        check.close("scenarios: stresses: index_return", mine["index_return"], alone.columns["index_return"][0], MOVE, [at])
        check.equal("scenarios: stresses: groups", [(g["dimension"], g["group"]) for g in mine["groups"]], list(alone.group))
        weight = of.universe.start / of.universe.start.sum()
        for row, ((dimension, group), ret) in zip(mine["groups"], alone.group.items()):
            own, where = weight[of.universe.groups[dimension][group]].sum(), [f"{at} {dimension} {group}"]
            check.close("scenarios: stresses: return", row["return"], ret[0], GROUP_MOVE, where)
            check.close("scenarios: stresses: contribution", row["contribution"], 0 if own == 0 else own * ret[0], own, where)
        if stressed is None:
            continue
        for level in levels_of(of):
            before, after = (tail.risk(-side["index_return"], level) for side in (plain, stressed.columns))
            for key, figure in (("var_change", "var"), ("es_change", "es")):
                check.equal("scenarios: stresses: levels", list(mine[key]), levels_of(of))
                check.close(f"scenarios: stresses: {key}", mine[key].get(level), after[figure] - before[figure], MOVE,
                            [f"{at} {level}"])
        check.close("scenarios: stresses: top_10_change", mine["top_10_change"],
                    stressed.columns["top_10"].mean() - plain["top_10"].mean(), MOVE, [at])
