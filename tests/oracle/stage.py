# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Evidence, rules and expected growth (specification, section 6) a second time, from the oracle's own tables, and the comparison
with `stage` of summary.json. Expressions are read by Python's parser, once evidence in them has been replaced by names."""

import ast
import re

import numpy as np
import pandas as pd
import yaml

NULL = float("nan")
NO_RULES = {"stages": [], "watch": []}
WITHOUT_ARGUMENTS = ["concentration.effective_n", "index.distance_to_high", "volatility.from_peak", "volatility.level"]
ARGUMENT = r"(?:'(?:[^']|'')*'|[^\s,()']+)"
CALL = re.compile(rf"[a-z_]+\.[a-z_]+(?:\(\s*{ARGUMENT}(?:\s*,\s*{ARGUMENT})*\s*\))?")


class Evidence:
    """Values by the text of a call; `scale` is the size of what was added up or subtracted."""

    def __init__(self, out, panel, volatility, peak, growth):
        self.out, self.growth, self.peak = out, growth, peak
        self.daily = out.daily
        caps = panel[panel.date == out.dates[-1]].set_index("symbol").cap
        self.weight = caps / caps.sum()
        self.closes = None
        if volatility is not None and np.isfinite(out.daily.volatility.iloc[-1]):
            self.closes = volatility[volatility.date <= out.dates[-1]].close

    def of(self, text):
        name, _, rest = text.partition("(")
        arguments = [a[1:-1].replace("''", "'") if a.startswith("'") else a for a in re.findall(ARGUMENT, rest)]
        found = getattr(self, name.replace(".", "_"))(*arguments)
        return found if isinstance(found, tuple) else (found, abs(found) if found == found else 0.0)

    # The volatility index.
    def volatility_level(self):
        return NULL if self.closes is None else self.closes.iloc[-1]

    def volatility_change(self, rows):
        if self.closes is None:
            return NULL
        return self.closes.diff(int(rows)).iloc[-1], self.closes.iloc[-1]

    def _run(self, inside):
        return NULL if self.closes is None or inside.all() else float(inside[::-1].cummin().sum())

    def volatility_days_below(self, level):
        return self._run(self.closes < float(level)) if self.closes is not None else NULL

    def volatility_days_above(self, level):
        return self._run(self.closes > float(level)) if self.closes is not None else NULL

    def volatility_from_peak(self):
        if self.closes is None or self.peak is None:
            return NULL
        return self.closes.iloc[-1] / self.peak - 1, 1

    # The index.
    def _last(self, days, column):
        return self.daily[column].iloc[-int(days):] if int(days) < len(self.daily) else None

    def index_return(self, days):
        return self.daily.index_level.pct_change(int(days)).iloc[-1], 1

    def index_distance_to_high(self):
        return self.daily.index_level.iloc[-1] / self.daily.index_level.max() - 1, 1

    def index_new_highs(self, days):
        if int(days) >= len(self.daily):
            return NULL
        level = self.daily.index_level
        return float((level > level.cummax().shift(1)).iloc[-int(days):].sum())

    def index_equal_weight_gap(self, days):
        equal = self._last(days, "equal_weight_return")
        if equal is None or equal.isna().all():
            return NULL
        return np.prod(1 + equal.dropna()) - 1 - self.index_return(days)[0], 1

    def _mean(self, days, column):
        values = self._last(days, column)
        return NULL if values is None else values.mean()

    def breadth_advancers(self, days):
        return self._mean(days, "advancers")

    def breadth_new_highs(self, days):
        return self._mean(days, "new_highs")

    def breadth_dispersion(self, days):
        return self._mean(days, "dispersion"), self._mean(days, "dispersion_scale")

    def concentration_top(self, count):
        return self.weight.nlargest(int(count)).sum()

    def concentration_effective_n(self):
        return 1 / (self.weight**2).sum()

    # Windows and groups.
    def _window(self, name):
        return next((w for w in self.out.windows if w["name"] == name), None)

    def move_index_return(self, name):
        window = self._window(name)
        return NULL if window is None else (window["index_return"], 1)

    def move_top_share(self, name, count):
        window = self._window(name)
        if window is None:
            return NULL
        shares = window["by"]["constituent"]
        share = shares["top_share"][count]
        return NULL if share is None else (share, shares["scale"])

    def _members(self, dimension, group):
        of = self.out.membership
        return of.symbol[(of.dimension == dimension) & (of.group == group)]

    def group_weight(self, dimension, group):
        return self.weight.reindex(self._members(dimension, group)).sum()

    def group_return(self, dimension, group, days):
        if int(days) >= len(self.daily):
            return NULL
        rows = self.out.groups
        rows = rows[(rows.dimension == dimension) & (rows.group == group)].set_index("date")["return"]
        rows = rows.reindex(self.daily.index[-int(days):]).dropna()
        return (np.prod(1 + rows) - 1, 1) if len(rows) else NULL

    def group_excess(self, dimension, group, days):
        value = self.group_return(dimension, group, days)
        return (value[0] - self.index_return(days)[0], 1) if isinstance(value, tuple) else NULL

    def growth_premium(self, dimension):
        of = self.growth["dimensions"].get(dimension)
        return NULL if of is None else (of["premium"], of["scale"])

    def growth_gap(self, dimension, group):
        mine = [row for row in self.growth["tiers"] if (row["dimension"], row["group"]) == (dimension, group)]
        if not mine or self.growth["index"] is None:
            return NULL
        return mine[0]["expected_growth"] - self.growth["index"], 1


def growth_of(config, out, panel):
    wanted = {k: v for k, v in (config.get("expectations") or {}).items() if k != "index"}
    index = (config.get("expectations") or {}).get("index")
    index = None if index in (None, "null") else float(index)
    caps = panel[panel.date == out.dates[-1]].set_index("symbol").cap
    weight = caps / caps.sum()
    tiers, dimensions = [], {}
    for dimension, groups in wanted.items():
        of = out.membership[out.membership.dimension == dimension]
        table = of.assign(weight=of.symbol.map(weight).fillna(0)).groupby("group").weight.sum()
        chosen = pd.DataFrame({"growth": {g: float(x) for g, x in groups.items()}})
        chosen["weight"] = table.reindex(chosen.index).fillna(0)
        covered = weight.reindex(of.symbol[of.group.isin(list(groups))].unique()).sum()
        for group, row in chosen.iterrows():
            tiers.append({"dimension": dimension, "group": group, "weight": row.weight, "expected_growth": row.growth,
                          "contribution": row.weight * row.growth})
        gap = chosen.growth - (NULL if index is None else index)
        everything = set(table.index)
        if isinstance((config.get("groups") or {}).get(dimension), dict):
            everything = set(config["groups"][dimension])
        dimensions[dimension] = {
            "groups_without": len(everything - set(groups)), "weight_covered": covered,
            "weight_overlap": chosen.weight.sum() - covered, "contribution": (chosen.weight * chosen.growth).sum(),
            "premium": (chosen.weight * gap).sum(skipna=False), "scale": (chosen.weight * gap.abs()).sum() + 1e-3,
        }
    return {"index": index, "tiers": tiers, "dimensions": dimensions}


def verdict(expression, value_of):
    """True, False, or None where it cannot be told; and the evidence that it speaks of."""
    calls = []

    def name(found):
        calls.append(found[0])
        return f"_{len(calls) - 1}"

    def side(tree):
        return value_of(calls[int(tree.id[1:])]) if isinstance(tree, ast.Name) else float(ast.literal_eval(tree))

    def walk(tree):
        if isinstance(tree, ast.Compare):
            left, right = side(tree.left), side(tree.comparators[0])
            if np.isnan(left) or np.isnan(right):
                return None
            return {ast.Lt: left < right, ast.LtE: left <= right, ast.Gt: left > right,
                    ast.GtE: left >= right}[type(tree.ops[0])]
        if isinstance(tree, ast.UnaryOp):
            inner = walk(tree.operand)
            return None if inner is None else not inner
        parts = [walk(part) for part in tree.values]
        decides = isinstance(tree.op, ast.Or)
        return decides if decides in parts else None if None in parts else not decides

    named = CALL.sub(name, expression)
    return walk(ast.parse(named.strip(), mode="eval").body), calls


def canonical(call):
    """One blank behind each comma, quotes where they are needed."""
    head, _, rest = call.partition("(")
    parts = [p[1:-1] if re.fullmatch(r"'[A-Za-z_][\w.-]*'", p) else p for p in re.findall(ARGUMENT, rest)]
    return f"{head}({', '.join(parts)})" if parts else head


def answer(config, out, panel, volatility, peak):
    """What compare() needs; peak: the last episode's highest close, or None."""
    file = (config.get("stage") or {}).get("rules")
    rules = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader) if file else NO_RULES
    growth = growth_of(config, out, panel)
    evidence = Evidence(out, panel, volatility, peak, growth)
    values, told = {}, []

    def value_of(call):
        values[call] = evidence.of(call)
        return values[call][0]

    for call in WITHOUT_ARGUMENTS:
        value_of(call)
    for stage in rules["stages"]:
        for rule in stage["rules"]:
            told.append((stage["name"], rule["rule"], *verdict(rule["when"], value_of)))
    watch = [(one["name"], *verdict(one["when"], value_of)) for one in rules.get("watch") or []]
    name = "undetermined" if file else None
    for stage in rules["stages"]:
        holds = [row[2] for row in told if row[0] == stage["name"]]
        if False not in holds:
            name = None if None in holds else stage["name"]
            break
    return {"name": name, "rules": told, "watch": watch, "growth": growth,
            "evidence": {canonical(call): value for call, value in values.items()}}


def compare(check, got, want):
    check.equal("stage: keys", sorted(got), ["evidence", "evidence_reasons", "growth", "meaning", "name", "reason", "rules",
                                             "watch"])
    check.equal("stage: name", got["name"], want["name"])
    check.equal("stage: a reason where there is no name", got["name"] is None, bool(got["reason"]))
    check.equal("stage: verdicts of rules", [[r["stage"], r["rule"], r["holds"]] for r in got["rules"]],
                [list(row[:3]) for row in want["rules"]])
    check.equal("stage: verdicts of the watch list", [[w["name"], w["holds"]] for w in got["watch"]],
                [list(row[:2]) for row in want["watch"]])
    check.equal("stage: evidence", sorted(got["evidence"]), sorted(want["evidence"]))
    for name, (value, scale) in want["evidence"].items():
        check.close(f"stage: {name.partition('(')[0]}", got["evidence"].get(name), value, scale, [name])
        check.equal("stage: a reason where evidence is null", name in got["evidence_reasons"], bool(np.isnan(value)))
    for row in [*got["rules"], *got["watch"]]:
        check.equal("stage: a reason where a rule cannot be told", row["holds"] is None, bool(row["reason"]))
        compare_comparisons(check, row, got["evidence"])
    compare_growth(check, got["growth"], want["growth"])


def compare_comparisons(check, row, evidence):
    """What each comparison says of itself agrees with the evidence beside it and with its rule."""
    for c in row["comparisons"]:
        value, threshold = (NULL if c[key] is None else c[key] for key in ("value", "threshold"))
        check.equal("stage: values of comparisons", c["value"], evidence.get(c["evidence"], "not there"))
        check.close("stage: distance of comparisons", c["distance"], threshold - value, 1, [row["when"]])
        text = f"{c['evidence']} {c['operator']} "
        check.equal("stage: comparisons stand in their rule", text in row["when"], True)
    only = row["comparisons"][0] if len(row["comparisons"]) == 1 else dict.fromkeys(("value", "threshold", "distance"))
    for key in ("value", "threshold", "distance"):
        if key in row:
            check.equal(f"stage: {key} of the only comparison", row[key], only[key])


def compare_growth(check, got, want):
    check.equal("growth: keys", sorted(got), ["dimensions", "index", "tiers"])
    check.equal("growth: index", got["index"], want["index"])
    key = ("dimension", "group")
    check.equal("growth: groups", [[r[k] for k in key] for r in got["tiers"]], [[r[k] for k in key] for r in want["tiers"]])
    for mine, theirs in zip(got["tiers"], want["tiers"]):
        for column in ("weight", "expected_growth", "contribution"):
            check.close(f"growth: {column}", mine[column], theirs[column], 0, [mine["group"]])
    check.equal("growth: dimensions", list(got["dimensions"]), list(want["dimensions"]))
    for name, theirs in want["dimensions"].items():
        mine = got["dimensions"].get(name, {})
        check.equal("growth: groups_without", mine.get("groups_without"), theirs["groups_without"])
        for column in ("weight_covered", "weight_overlap", "contribution", "premium"):
            check.close(f"growth: {column} of a dimension", mine.get(column), theirs[column], theirs["scale"]
                        if column == "premium" else 1, [name])
