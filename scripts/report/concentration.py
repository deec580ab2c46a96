# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""How top-heavy the index is: at the close by weight and by risk, and through time."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .blocks import chart, section, table, text
from .drawing import HEAD, colour, draw, sheet
from .levels import main_level, main_set
from .marks import end_label, label_ends, panel_title, time_axis
from .numbers import from_table, level_text, phrase
from .run_folder import run_folder

TOP = 25
SIZES = (1, 5, 10, 25, 50)
QUARTERS = ([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100 %"])  # ticks of shares in percent


def _curves(run: run_folder) -> list[tuple[str, str, np.ndarray]]:
    found = run.constituents
    assert found is not None
    curves = [("weight", "accent", found["weight"].to_numpy(zero_copy_only=False).astype(float))]
    risk = found["risk_share"].to_numpy(zero_copy_only=False).astype(float)
    if np.isfinite(risk).any():
        positive = np.maximum(np.nan_to_num(risk), 0)
        curves.append(("risk", "c4", positive / positive.sum()))
    return [(name, shade, np.sort(values)[::-1]) for name, shade, values in curves]


def _lorenz(run: run_folder) -> chart:
    curves = _curves(run)

    def paint(page: sheet) -> None:
        first = page.box(46, HEAD, 426, 392) if page.wide else page.box(46, HEAD, page.width - 22, HEAD + 280)
        second = (
            page.box(524, HEAD, page.width - 66, 392) if page.wide else page.box(46, 400, page.width - 22, 400 + 220)
        )
        _lorenz_curves(first, curves)
        _held_by_largest(second, curves)

    take = run.take
    caption = phrase(
        "At the close the ten largest of ",
        take("integer:0", "concentration", "constituent", "n"),
        " constituents hold ",
        take("percent:1", "concentration", "constituent", "top", 10),
        " of the weight; Gini ",
        take("number:3", "concentration", "constituent", "gini"),
        *((" by weight, ", take("number:3", "concentration", "risk", "gini"), " by risk") if len(curves) > 1 else ()),
        ". Both curves are cumulated here from constituents.parquet, each in its own order; negative shares of risk "
        "count as none. Dots: the largest ",
        ", ".join(map(str, SIZES)),
        ".",
    )
    held = run.take.value("concentration", "constituent", "top", 10)
    spoken = "Lorenz curve and share of the largest constituents"
    spoken += f": ten hold {held:.1%} of the weight." if held is not None else "."
    return draw("lorenz", "How unequal, at the close", caption, spoken, (450, 672), paint)


def _lorenz_curves(axes: Axes, curves: list[tuple[str, str, np.ndarray]]) -> None:
    panel_title(axes, "Lorenz curve", -34)
    axes.plot([0, 100], [0, 100], color=colour("muted"), linewidth=1, linestyle=(0, (2, 3)))
    axes.annotate("all equal", (50, 50), xytext=(-6, 6), textcoords="offset points", ha="right", color=colour("muted"))
    count = len(curves[0][2])
    for name, shade, values in curves:
        share = 100 * np.concatenate([[0], np.cumsum(values[::-1])]) / values.sum()
        x = 100 * np.arange(count + 1) / count
        axes.plot(x, share, color=colour(shade), gid=f"marks-lorenz-{name}", linewidth=2.2 if name == "weight" else 1.8)
    axes.set(xlim=(0, 100), ylim=(0, 100))
    axes.set_xticks(*QUARTERS)
    axes.set_yticks(*QUARTERS)
    axes.set_xlabel("share of constituents, smallest first")


def _held_by_largest(axes: Axes, curves: list[tuple[str, str, np.ndarray]]) -> None:
    count = len(curves[0][2])
    panel_title(axes, "Held by the largest", -34)
    ends = []
    for name, shade, values in curves:
        held = 100 * np.cumsum(values) / values.sum()
        axes.plot(
            np.arange(1, count + 1),
            held,
            color=colour(shade),
            gid=f"marks-largest-{name}",
            linewidth=2.2 if name == "weight" else 1.8,
        )
        marked = [k for k in SIZES if k <= count]
        axes.plot(
            marked,
            held[np.subtract(marked, 1)],
            "o",
            color=colour(shade),
            markersize=4.5,
            gid=f"marks-sizes-{name}",
        )
        middle = min(10, count) - 1
        ends.append((name, shade, held[middle], middle + 1))
    for rank, (name, shade, held_there, place) in enumerate(sorted(ends, key=lambda one: -one[2])):
        axes.annotate(
            f"{name} {held_there:.1f} %",
            (place, held_there),
            xytext=(-8, 6) if rank == 0 else (9, -12),
            textcoords="offset points",
            ha="right" if rank == 0 else "left",
            color=colour(shade),
            fontweight="bold",
        )
    axes.set_xscale("log")
    axes.set(xlim=(0.9, count), ylim=(0, 100))
    ticks = [k for k in (1, 10, 100, 1000, 10000) if k <= count]
    axes.set_xticks(ticks, [f"{k:,d}" for k in ticks])
    axes.minorticks_off()
    axes.set_yticks(*QUARTERS)
    axes.set_xlabel("number of constituents, largest first, logarithmic")


def usual(lines: list[np.ndarray]) -> tuple[float, float]:
    """Ends of an axis that lets single days far from all others fall outside, so that the rest can be seen."""
    values = np.concatenate(lines)
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.005, 0.995])
    width = (high - low) or abs(high) or 1.0
    low, high = (
        end if abs(end - kept) < 0.75 * width else kept for end, kept in ((values.min(), low), (values.max(), high))
    )
    return low - 0.12 * width, high + 0.12 * width


def _through_time(run: run_folder) -> chart:
    daily = run.daily
    dates = daily["date"].astype("datetime64[D]")

    def paint(page: sheet) -> None:
        half = (page.width - 40) / 2
        boxes = (
            [(34, HEAD, half - 100, 262), (half + 40 + 34, HEAD, page.width - 100, 262)]
            if page.wide
            else [(34, HEAD, page.width - 100, 210), (34, 282, page.width - 100, 462)]
        )
        panels = [
            ("As many as so many equal ones (1/HHI)", "effective_n", 1.0, "{:.1f}"),
            ("Weight of the ten largest", "top_10", 100.0, "{:.1f} %"),
        ]
        for box, (title, column, scale, form) in zip(boxes, panels):
            axes = page.box(*box)
            panel_title(axes, title, -30)
            ends, shown = [], []
            for prefix, name, shade in (("", "constituents", "accent"), ("issuer_", "issuers", "c3")):
                values = daily[prefix + column] * scale
                shown.append(values)
                axes.plot(
                    dates, values, color=colour(shade), gid=f"marks-{column}-{name}", linewidth=2 if not prefix else 1.6
                )
                ends.append(end_label(values[-1], f"{name}\n{form.format(values[-1])}", colour(shade)))
            time_axis(axes, dates, False)
            axes.set_ylim(*usual(shown))
            label_ends(axes, dates[-1], ends, gap=30)

    away = set()
    for column in ("effective_n", "top_10"):
        lines = [daily[prefix + column] for prefix in ("", "issuer_")]
        low, high = usual(lines)
        away |= {str(dates[k]) for values in lines for k in np.flatnonzero((values < low) | (values > high))}
    days = sorted(away)
    least = min(np.nanmin(daily[prefix + "effective_n"]) for prefix in ("", "issuer_"))
    outside = (
        f" Outside the picture: {', '.join(days[:5])}{' and others' if len(days) > 5 else ''}, with an effective "
        f"number down to {least:.1f}."
        if days
        else ""
    )
    take = run.take
    caption = phrase(
        "At each close (daily.parquet). Now as if ",
        take("number:1", "concentration", "constituent", "effective_n"),
        " equal constituents and ",
        take("number:1", "concentration", "issuer", "effective_n"),
        " equal issuers; the ten largest hold ",
        take("percent:1", "concentration", "constituent", "top", 10),
        " and ",
        take("percent:1", "concentration", "issuer", "top", 10),
        ". Issuers: share classes added up.",
        outside,
    )
    now = daily["effective_n"][-1]
    return draw(
        "concentration",
        "How concentrated, through time",
        caption,
        f"Two line charts through time: effective number, now {now:.1f}, and weight of the ten largest.",
        (304, 506),
        paint,
    )


def _measures(run: run_folder) -> table:
    take, found = run.take, run.summary["concentration"]
    kinds: list[tuple[str, tuple[Any, ...]]] = [
        ("weight, constituents", ("constituent",)),
        ("weight, issuers", ("issuer",)),
    ]
    if found.get("risk"):
        kinds.append(("risk", ("risk",)))
        kinds += [(f"risk, {name} days", ("risk", "by_regime", name)) for name in found["risk"].get("by_regime") or {}]
    rows = []
    for name, keys in kinds:
        c = ("concentration", *keys)
        why = take.value(*c, "reason")
        rows.append(
            [
                name,
                take("integer:0", *c, "n"),
                *(take("percent:1", *c, "top", k, reason=why) for k in SIZES),
                take("number:4", *c, "hhi", reason=why),
                take("number:1", *c, "effective_n", reason=why),
                take("number:1", *c, "exp_entropy", reason=why),
                take("number:3", *c, "gini", reason=why),
            ]
        )
    return table(
        "concentration",
        "Measures of concentration at the close. Shares of risk are those of the variance of the index at "
        "today's weights; top n, entropy and Gini leave those below 0 out and rescale the rest to 100 %, so that a "
        "share is a little smaller here than among the largest constituents.",
        ["of", "n", *(f"top {k}" for k in SIZES), "HHI", "effective n", "exp entropy", "Gini"],
        rows,
    )


def _largest(run: run_folder) -> table:
    found = run.constituents
    assert found is not None
    rows = found.slice(0, TOP).to_pylist()
    columns = ["symbol", "weight", "share of risk"]
    shares: dict[str, float] = {}
    caption = f"The {len(rows)} largest constituents at the close"
    i = main_set(run)
    if i is not None and run.components is not None:
        one = run.summary["scenarios"][i]
        level = one["risk"][main_level(run, i)]["level"]
        parts = [row for row in run.components.to_pylist() if row["set"] == one["name"] and row["level"] == level]
        total = sum(row["component_es"] for row in parts)
        if total > 0:  # where the index does not lose there is no loss to have a share of
            shares = {row["symbol"]: row["component_es"] / total for row in parts}
            columns.append("share of ES")
            caption += (
                f". Share of ES: component ES of set {one['name']} at {level_text(level)} over their sum "
                "(components.parquet)"
            )
    return table(
        "constituents",
        caption + ".",
        [*columns, "issuer", "sector"],
        [
            [
                row["symbol"],
                from_table(row["weight"], "percent:2"),
                from_table(row["risk_share"], "percent:2"),
                *([from_table(shares.get(row["symbol"]), "percent:2")] if shares else []),
                row["issuer"],
                row["sector"],
            ]
            for row in rows
        ],
    )


def concentration_section(run: run_folder) -> section:
    take = run.take
    c = "concentration"
    lead = phrase(
        "The ten largest of ",
        take("integer:0", c, "constituent", "n"),
        " constituents hold ",
        take("percent:1", c, "constituent", "top", 10),
        ": as concentrated as ",
        take("number:1", c, "constituent", "effective_n"),
        " equal ones",
        *(
            (", and ", take("number:1", c, "risk", "effective_n"), " by risk")
            if take.value(c, "risk", "effective_n")
            else ()
        ),
        ".",
    )
    blocks: list[Any] = []
    if run.constituents is not None:
        blocks.append(_lorenz(run))
    else:
        blocks.append(text("No Lorenz curve and no list of constituents: the run has no constituents.parquet."))
    blocks += [_through_time(run), _measures(run)]
    if run.constituents is not None:
        blocks.append(_largest(run))
    return section("concentration", "How concentrated", lead, blocks)
