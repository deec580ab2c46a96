# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""`limits` of summary.json: each value looked up once more, family by family, and held against its bound."""

import re


def named(items, name, key="name"):
    return next((item for item in items if item[key] == name), None)


def value_of(metric, summary):
    """The number that a metric names; None where the run does not know it."""
    family, rest = metric.split(".", 1)
    if family in ("index", "volatility"):
        return summary[family][rest]
    if family == "concentration":
        of, figure = rest.split(".", 1)
        figures = summary[family][of]
        return figures["top"][figure[4:]] if figure.startswith("top.") else figures[figure]
    if family == "correlation":
        dimension, regime, figure = rest.split(".")
        return summary[family][dimension][regime][figure]
    if family == "windows":
        name, rest = rest.split(".", 1)
        window = named(summary[family], name)
        if found := re.fullmatch(r"groups\.([^.]+)\.(.+)\.(\w+)", rest):
            return named(window["groups"][found[1]], found[2], "group")[found[3]]
        return window["top_share"][rest[10:]] if rest.startswith("top_share.") else window[rest]
    name, figure, rest = rest.split(".", 2)
    found = named(summary["scenarios"], name)
    if figure in ("var", "es", "simulation_error", "history_error"):
        return next(risk[figure] for risk in found["risk"] if risk["level"] == float(rest))
    if figure == "probability":
        return found[figure][rest]
    raise AssertionError(f"no second way to {metric}")


def compare(check, config, summary):
    wanted = config.get("limits") or []
    check.equal("limits: names and metrics", [[row["name"], row["metric"]] for row in summary["limits"]],
                [[limit["name"], limit["metric"]] for limit in wanted])
    for limit, row in zip(wanted, summary["limits"]):
        kind = "max" if "max" in limit else "min"
        bound, value = float(limit[kind]), value_of(limit["metric"], summary)
        check.equal("limits: kind and bound", [row["kind"], row["limit"]], [kind, bound])
        check.equal("limits: value", row["value"], value)
        breached = None if value is None else value > bound if kind == "max" else value < bound
        check.equal("limits: breached", [row["breached"], row["reason"] is None], [breached, value is not None])


def events(config):
    """Limits on weights of constituents as events of every set."""
    prefix = "concentration.constituent."
    found = []
    for limit in config.get("limits") or []:
        metric = limit["metric"].removeprefix(prefix).replace("top.", "top_")
        if limit["metric"].startswith(prefix) and re.fullmatch(r"top_\d+|hhi|effective_n", metric):
            bound = {"above": limit["max"]} if "max" in limit else {"below": limit["min"]}
            found.append({"name": limit["name"], "metric": metric} | bound)
    return found
