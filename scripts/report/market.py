# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The index against equal weight, the windows, and who made them."""

from typing import Any

import numpy as np

from .blocks import chart, fold, section, table, tabs
from .drawing import colour, draw, regime_shade, sheet
from .marks import bar_panel, bar_panels, end_label, label_ends, panel_heights, shade_regimes, time_axis
from .numbers import phrase, written
from .run_folder import run_folder

RECENT = ("last_1", "last_21")
AUTOMATIC = (*RECENT, "last_252", "year_to_date", "since_peak")
DRAWN = 9  # windows with a picture; all have their tables
SHOWN = 16  # groups in a picture


def window_order(run: run_folder) -> list[int]:
    """The last day and the last 21, the configured windows, then the other automatic ones."""
    names = [one["name"] for one in run.summary["windows"]]

    def place(i: int) -> int:
        return RECENT.index(names[i]) if names[i] in RECENT else 3 if names[i] in AUTOMATIC else 2

    return sorted(range(len(names)), key=place)


def regime_key(run: run_folder) -> list[tuple[str, str]]:
    count = len(run.regimes)
    return [(regime_shade(i, count), name) for i, name in enumerate(run.regimes) if i]


def index_section(run: run_folder) -> section:
    take, daily = run.take, run.daily
    dates, level = daily["date"].astype("datetime64[D]"), daily["index_level"]
    equal = 100 * np.cumprod(1 + np.nan_to_num(daily["equal_weight_return"]))

    def paint(page: sheet) -> None:
        axes = page.axes(42, 14, 104 if page.wide else 70, 36)
        shade_regimes(axes, dates, daily["regime"], run.regimes)
        axes.plot(dates, equal, color=colour("c2"), gid="marks-equal-weight", linewidth=1.6)
        axes.plot(dates, level, color=colour("accent"), gid="marks-index", linewidth=2.2)
        axes.axhline(100, color=colour("muted"), linewidth=0.8)
        time_axis(axes, dates, page.wide)
        axes.margins(y=0.06)
        label_ends(
            axes,
            dates[-1],
            [
                end_label(level[-1], f"index\n{level[-1]:.1f}", colour("accent")),
                end_label(equal[-1], f"equal{' weight' if page.wide else ''}\n{equal[-1]:.1f}", colour("c2")),
            ],
            gap=32,
        )

    caption = phrase(
        "Level of the index, 100 on ",
        take("text:0", "data_quality", "first_date"),
        ", now ",
        take("number:2", "index", "level"),
        ". Equal weight is compounded here from its daily returns",
        " (daily.parquet). " if run.regimes else ".",
        "Days are shaded by the regime of the volatility index." if len(run.regimes) > 1 else "",
    )
    picture = draw(
        "index",
        "Index against equal weight",
        caption,
        f"Line chart: the index stands at {level[-1]:.1f}, equal weight at {equal[-1]:.1f}, both 100 on {dates[0]}.",
        (380, 300),
        paint,
        regime_key(run),
    )
    lead = phrase(
        take("signed_percent:1", "index", "return_total"),
        " since ",
        take("text:0", "data_quality", "first_date"),
        ", ",
        take("signed_percent:1", "index", "return_annual"),
        " a year with volatility ",
        take("percent:1", "index", "volatility_annual"),
        "; deepest fall ",
        take("signed_percent:1", "index", "max_drawdown"),
        ".",
    )
    return section("market", "Index and windows", lead, [picture, windows_table(run)])


def windows_table(run: run_folder) -> table:
    take = run.take
    rows = []
    for i in window_order(run):
        w = ("windows", i)
        rows.append(
            [
                run.summary["windows"][i]["name"],
                take("signed_percent:1", *w, "index_return"),
                take("signed_percent:1", *w, "equal_weight_return"),
                take("text:0", *w, "start"),
                take("text:0", *w, "end"),
                take("number:2", *w, "volatility", "start"),
                take("number:2", *w, "volatility", "end"),
                *(
                    take("integer:0", *w, "names_for", n, reason="these names never add up to so much of the move")
                    for n in (50, 80, 100)
                ),
                take("percent:1", *w, "top_share", 10, reason="the index hardly moved"),
            ]
        )
    return table(
        "windows",
        "Windows. The close of “from” is the base, of the volatility index too; names needed for 50, 80 and 100 % of "
        "the index return, and the share of the ten largest contributors.",
        [
            "window",
            "index",
            "equal weight",
            "from",
            "to",
            "volatility at start",
            "at end",
            "names 50 %",
            "80 %",
            "100 %",
            "top 10",
        ],
        rows,
    )


def _panels(run: run_folder, i: int) -> list[bar_panel]:
    window = run.summary["windows"][i]
    leaders, laggards = window.get("leaders") or [], window.get("laggards") or []
    ends = leaders[:8] + laggards[:4][::-1] if len(leaders) > 4 else leaders
    panels = [
        bar_panel(
            "Constituents: leaders, laggards", [one["symbol"] for one in ends], [one["contribution"] for one in ends]
        )
    ]
    by = window.get("by") or {}
    if (by.get("issuer") or {}).get("leaders"):
        issuers = by["issuer"]["leaders"][:10]
        panels.append(
            bar_panel("Issuers: leaders", [one["group"] for one in issuers], [one["contribution"] for one in issuers])
        )
    for dimension, groups in (window.get("groups") or {}).items():
        ordered = sorted(groups, key=lambda one: -(one["contribution"] or 0))
        if len(ordered) > SHOWN:
            ordered = ordered[: SHOWN // 2] + ordered[-SHOWN // 2 :]
        panels.append(
            bar_panel(
                dimension.capitalize(),
                [one["group"] for one in ordered],
                [one["contribution"] or 0 for one in ordered],
            )
        )
    return [panel for panel in panels if panel.names]


def _picture(run: run_folder, i: int) -> chart:
    window, panels = run.summary["windows"][i], _panels(run, i)
    take, w = run.take, ("windows", i)
    first = window["leaders"][0] if window.get("leaders") else None
    caption = phrase(
        "Contributions in percentage points of the index return of ",
        take("signed_percent:2", *w, "index_return"),
        " from ",
        take("text:0", *w, "start"),
        " to ",
        take("text:0", *w, "end"),
        ". Leaders are those in the "
        "direction of the move. Contributions of all constituents add up to the index return; groups of one "
        "dimension may overlap and need not cover all.",
    )
    spoken = f"Bar charts of contributions in window {window['name']}"
    if first:
        spoken += f"; the largest is {first['symbol']} with {written(first['contribution'], 'points:2')} points"
    return draw(
        f"contributions-{window['name']}",
        "Contributions",
        caption,
        spoken + ".",
        panel_heights(panels),
        lambda page: bar_panels(page, panels, "points:2", "contributions"),
    )


def _tables(run: run_folder, i: int) -> list[Any]:
    take, window = run.take, run.summary["windows"][i]
    name = window["name"]
    rows = []
    for side in ("leaders", "laggards"):
        for k, one in enumerate(window.get(side) or []):
            rows.append(
                [
                    one["symbol"],
                    take("points:2", "windows", i, side, k, "contribution"),
                    side[:-1],
                    one.get("issuer", ""),
                ]
            )
    found: list[Any] = [
        table(
            f"names-{name}",
            "Constituents, contribution in percentage points",
            ["symbol", "contribution", "side", "issuer"],
            rows,
        )
    ]
    by = window.get("by") or {}
    if (by.get("issuer") or {}).get("leaders"):
        found.append(
            table(
                f"issuers-{name}",
                "Issuers, contribution in percentage points",
                ["issuer", "contribution"],
                [
                    [one["group"], take("points:2", "windows", i, "by", "issuer", "leaders", k, "contribution")]
                    for k, one in enumerate(by["issuer"]["leaders"])
                ],
            )
        )
    for dimension, groups in (window.get("groups") or {}).items():
        order = sorted(range(len(groups)), key=lambda k: -(groups[k]["contribution"] or 0))
        g = ("windows", i, "groups", dimension)
        found.append(
            table(
                f"groups-{dimension}-{name}",
                f"{dimension.capitalize()}: contribution in percentage points, weight at both ends, return",
                [dimension, "contribution", "weight at start", "at end", "return"],
                [
                    [
                        groups[k]["group"],
                        take("points:2", *g, k, "contribution"),
                        take("percent:1", *g, k, "weight_start"),
                        take("percent:1", *g, k, "weight_end"),
                        take("signed_percent:1", *g, k, "return"),
                    ]
                    for k in order
                ],
            )
        )
    return found


def contributions_section(run: run_folder) -> section:
    pages = []
    for rank, i in enumerate(window_order(run)):
        blocks: list[Any] = [_picture(run, i)] if rank < DRAWN else []
        tables = _tables(run, i)
        pages.append(
            (
                run.summary["windows"][i]["name"],
                [*blocks, fold("Numbers: names, issuers, groups", tables)] if blocks else tables,
            )
        )
    left = run.summary.get("windows_left_out") or []
    lead = phrase(
        "Who made the move of each window, by name, by issuer and by every grouping.",
        *(f" Left out: {one['name']}, {one['reason']}." for one in left),
    )
    return section("contributions", "Who drove it", lead, [tabs("window", "Window", pages)])
