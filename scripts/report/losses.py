# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Who makes the loss in the tail of a set of scenarios, and how concentrated it is."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .blocks import chart, fold, table, text
from .concentration import SIZES
from .drawing import HEAD, colour, draw, sheet
from .levels import main_key
from .marks import (
    bar_panel,
    bar_panels,
    bars,
    name_room,
    name_rows,
    panel_heights,
    panel_title,
    shortened,
    upright_grid,
)
from .numbers import level_text, phrase
from .run_folder import run_folder

SHOWN = 16  # groups in a picture


def loss_chart(run: run_folder, i: int) -> chart | None:
    """How concentrated the loss is beside weight and risk, and the leaders of the loss."""
    one, take = run.summary["scenarios"][i], run.take
    level = main_key(run, i)
    found = (one.get("loss_concentration") or {}).get(level)
    if not found or not found.get("leaders"):
        return None
    leaders = found["leaders"]
    shapes = [
        ("weight", take.value("concentration", "constituent", "effective_n"), "accent"),
        ("risk", take.value("concentration", "risk", "effective_n"), "c4"),
        ("loss", found["effective_n"], "neg"),
    ]
    shapes = [shape for shape in shapes if shape[1] is not None]
    tall, long = 30 * len(shapes), 22 * len(leaders)

    def paint(page: sheet) -> None:
        width = 330.0 if page.wide else page.width
        axes = page.box(58, HEAD, width - 10, HEAD + tall)
        panel_title(axes, "As many as so many equal ones", -58)
        bars(
            axes,
            [name for name, _, _ in shapes],
            [value for _, value, _ in shapes],
            [f"{value:.1f}" for _, value, _ in shapes],
            "effective",
            shades=[colour(shade) for _, _, shade in shapes],
        )
        left, top = (430.0, HEAD) if page.wide else (0.0, HEAD + tall + 62)
        label = name_room([row["symbol"] for row in leaders], 90.0, 8.6)
        second = page.box(left + label, top, page.width - 20, top + long)
        panel_title(second, "Leaders of the loss: weight and share of loss", -label)
        _weights_and_shares(second, leaders)

    c = ("scenarios", i, "loss_concentration", level)
    caption = phrase(
        "The loss in the tail is as concentrated as ",
        take("number:1", *c, "effective_n"),
        " equal constituents, the weight as ",
        take("number:1", "concentration", "constituent", "effective_n"),
        ". The ten largest makers of the loss make ",
        take("percent:1", *c, "top", 10),
        " of it; the ten largest weights are ",
        take("percent:1", "concentration", "constituent", "top", 10),
        f" of the weight. Share of loss: of component ES at {level_text(level)}.",
    )
    return draw(
        f"loss-{one['name']}",
        "How top-heavy the loss is beside the weight",
        caption,
        f"Effective number by weight, risk and loss, and shares of the leaders of the loss: {leaders[0]['symbol']}.",
        (HEAD + max(tall, long) + 34, HEAD + tall + 62 + long + 34),
        paint,
    )


def _weights_and_shares(axes: Axes, leaders: list[dict[str, Any]]) -> None:
    """Of each leader of the loss its weight and its share of the loss, in percent, joined by a line."""
    y = np.arange(len(leaders))[::-1]
    weights, shares = ([100 * row[key] for row in leaders] for key in ("weight", "share"))
    axes.hlines(y, weights, shares, color=colour("faint"), linewidth=3)
    axes.plot(weights, y, "o", color=colour("accent"), markersize=8, gid="marks-weight")
    axes.plot(shares, y, "D", color=colour("neg"), markersize=7, gid="marks-loss")
    shown = leaders[0]
    for key, shade, other in (("weight", "accent", "share"), ("share", "neg", "weight")):
        right = shown[key] >= shown[other]
        axes.annotate(
            "weight" if key == "weight" else "loss",
            (100 * shown[key], len(leaders) - 1),
            xytext=(9 if right else -9, 0),
            textcoords="offset points",
            va="center",
            ha="left" if right else "right",
            color=colour(shade),
            fontweight="bold",
        )
    ends = [100 * row[key] for row in leaders for key in ("weight", "share")]
    axes.set(xlim=(min(0, *ends), max(ends) * 1.22), ylim=(-0.6, len(leaders) - 0.4))
    axes.set_yticks([])
    name_rows(axes, range(len(leaders)), [shortened(row["symbol"], 8) for row in leaders[::-1]])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    upright_grid(axes)


def loss_table(run: run_folder, i: int) -> table | None:
    take, one = run.take, run.summary["scenarios"][i]
    rows = []
    for level, found in (one.get("loss_concentration") or {}).items():
        kinds: list[tuple[str, tuple[Any, ...]]] = [("all", ())]
        for side in ("start", "end"):
            kinds += [(f"{side}s in {name}", (f"by_{side}", name)) for name in found.get(f"by_{side}") or {}]
        for words, keys in kinds:
            c = ("scenarios", i, "loss_concentration", level, *keys)
            why = take.value(*c, "reason")
            rows.append(
                [
                    phrase(f"{level_text(level)}, {words}"),
                    take("integer:0", *c, "scenarios"),
                    take("number:1", *c, "effective_n", reason=why),
                    *(take("percent:1", *c, "top", n, reason=why) for n in SIZES),
                    take("number:3", *c, "gini", reason=why),
                ]
            )
    if not rows:
        return None
    return table(
        f"loss-{one['name']}",
        "Concentration of the loss in the tail, by level and by the regime in which a path starts and ends.",
        ["tail", "scenarios", "effective n", *(f"top {n}" for n in SIZES), "Gini"],
        rows,
    )


def components(run: run_folder, i: int) -> list[Any]:
    """Who makes the loss, a panel and a table for each dimension of groups."""
    one, take = run.summary["scenarios"][i], run.take
    level = main_key(run, i)
    found = (one.get("component_es") or {}).get(level)
    if not found:
        return []
    panels, tables = [], []
    why = "it has no groups"
    for dimension, groups in found.items():
        order = sorted(range(len(groups)), key=lambda k: -groups[k]["es"])
        shown = [groups[k] for k in order][:SHOWN]
        if any(row["share"] is None for row in shown):
            why = take.value("scenarios", i, "loss_concentration", level, "reason") or "its shares are not known"
        else:
            total = shown[0]["es"] / shown[0]["share"] if shown and shown[0]["share"] else 1.0
            errors = [(row["error"] or 0) / total for row in shown]
            panels.append(
                bar_panel(
                    dimension.capitalize(),
                    [row["group"] for row in shown],
                    [row["share"] for row in shown],
                    errors=errors if any(errors) else None,
                    ticks=[row.get("weight") for row in shown],
                )
            )
        c = ("scenarios", i, "component_es", level, dimension)
        tables.append(
            table(
                f"components-{dimension}-{one['name']}",
                f"Component ES by {dimension} at {level_text(level)}; its error by the draws in percentage points.",
                [dimension, "share of ES", "weight", "component ES", "±\u00a0draws, points"],
                [
                    [
                        groups[k]["group"],
                        take("percent:1", *c, k, "share"),
                        take("percent:1", *c, k, "weight"),
                        take("percent:3", *c, k, "es"),
                        take("size_points:3", *c, k, "error"),
                    ]
                    for k in order
                ],
            )
        )
    if not panels:
        return [text(f"No picture of who makes the loss: {why}."), fold("Numbers: component ES", tables)]
    with_errors = any(panel.errors for panel in panels)
    caption = (
        f"Share of ES at {level_text(level)}{', with one error of the draws to either side' if with_errors else ''}. "
        "Upright mark: weight at the close; a bar beyond it makes more of the loss than it weighs."
    )
    picture = draw(
        f"components-{one['name']}",
        "Who makes the loss",
        caption,
        f"Bar charts of shares of ES by {', '.join(found)}, with weights marked.",
        panel_heights(panels),
        lambda page: bar_panels(page, panels, "percent:1", "components"),
    )
    return [picture, fold("Numbers: component ES", tables)]
