# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What the volatility index says: its path, regimes, episodes and watch levels."""

from typing import Any

import numpy as np

from .blocks import chart, fold, left_out, section, table
from .drawing import colour, draw, regime_shade, sheet
from .marks import end_label, label_ends, time_axis
from .numbers import listed, phrase, written
from .run_folder import run_folder

SHOWN = 10  # episodes in the open table
SIDES = {True: "above", False: "below", None: "not known"}


def _path(run: run_folder) -> chart:
    found, daily, take = run.summary["volatility"], run.daily, run.take
    dates, level = daily["date"].astype("datetime64[D]"), daily["volatility"]
    thresholds = [(one["from"], one["name"], i) for i, one in enumerate(found["regimes"]) if one["from"] is not None]
    first, last = dates[0], dates[-1]
    episodes = [one for one in found["episodes"] if np.datetime64(one["peak_date"]) >= first]

    def paint(page: sheet) -> None:
        names = [f"{name} {value:g}" for value, name, _ in thresholds]
        names += [f"{one['name']} {one['level']:g}" for one in found["watch"]]
        right = min(20 + 6.7 * max(map(len, names), default=6), page.width / 3)
        axes = page.axes(34, 30, right, 36)
        top = max(np.nanmax(level), max((value for value, _, _ in thresholds), default=0)) * 1.12
        axes.set_ylim(max(0, np.nanmin(level) * 0.8), top)
        for index, one in enumerate(episodes):
            peak = np.datetime64(one["peak_date"])
            end = np.datetime64(one["end_date"]) if one["end_date"] else last
            axes.axvspan(peak, min(end, last), color=colour("band"), linewidth=0, gid=f"marks-episode-{index}")
        count = len(found["regimes"])
        for value, _, i in thresholds:
            axes.axhline(value, color=colour(regime_shade(i, count, True)), linewidth=1)
        for index, one in enumerate(found["watch"]):
            axes.axhline(
                one["level"], color=colour("c4"), linewidth=1.2, linestyle=(0, (5, 3)), gid=f"marks-watch-{index}"
            )
        axes.plot(dates, level, color=colour("accent"), gid="marks-volatility", linewidth=1.8)
        placed: list[float] = []
        for one in sorted(episodes, key=lambda one: -one["peak"]):  # the highest are named first
            day = np.datetime64(one["peak_date"])
            axes.plot([day], [one["peak"]], "o", color=colour("s5"), markersize=5)
            x = (day - first).astype(int) / max(1, (last - first).astype(int)) * (page.width - 34 - right)
            if all(abs(x - other) > 44 for other in placed):
                axes.annotate(
                    f"{one['peak']:.2f}",
                    (day, one["peak"]),
                    xytext=(0, 7),
                    textcoords="offset points",
                    ha="center",
                    color=colour("s5"),
                    fontweight="bold",
                )
                placed.append(x)
        axes.plot([last], [level[-1]], "o", color=colour("accent"), markersize=5)
        time_axis(axes, dates, page.wide)
        named = [
            end_label(value, words, colour(regime_shade(i, count, True)), "normal")
            for (value, _, i), words in zip(thresholds, names)
        ]
        named += [
            end_label(one["level"], words, colour("c4"), "normal")
            for one, words in zip(found["watch"], names[len(thresholds) :])
        ]
        if np.isfinite(level[-1]):
            named.append(end_label(level[-1], f"{level[-1]:.2f}", colour("accent")))
        axes.grid(False)
        label_ends(axes, last, named, gap=14, away=8, size=11.5)

    counted = phrase(str(len(episodes)), " of ", str(len(found["episodes"])), " episodes peak within these days")
    caption = phrase(
        "Closing level, now ",
        take("number:2", "volatility", "level") if found["level"] is not None else "not known",
        ". Lines: where regimes begin; dashed: watch "
        "levels. Shaded: from the peak of an episode (first close at or above the top threshold to the first below the "
        "lowest) to its end; ",
        counted,
        ".",
    )
    return draw(
        "volatility",
        "The volatility index",
        caption,
        f"Line chart of the volatility index, now {written(found['level'], 'number:2')}, "
        f"regime {found['regime'] or 'not known'}.",
        (360, 300),
        paint,
    )


def _regimes(run: run_folder) -> table:
    take = run.take
    rows = []
    for i, one in enumerate(run.summary["volatility"]["regimes"]):
        r = ("volatility", "regimes", i)
        rows.append(
            [
                one["name"],
                take("number:1", *r, "from", reason="the lowest"),
                take("number:1", *r, "to", reason="the highest"),
                take("integer:0", *r, "days"),
                take("percent:1", *r, "share"),
                take("percent:1", *r, "base_rate"),
                take("integer:0", *r, "spells"),
                take("number:1", *r, "mean_spell_days"),
                take("signed_percent:1", *r, "index_return_annual", reason="too few days"),
                take("percent:1", *r, "index_volatility_annual", reason="too few days"),
            ]
        )
    return table(
        "regimes",
        "Regimes. Base rate: share of all closes since the volatility file begins. Index figures are a year's, over "
        "the days with a return, which the panel's first day has not.",
        [
            "regime",
            "from",
            "below",
            "days",
            "share",
            "base rate",
            "spells",
            "mean days",
            "index return",
            "index volatility",
        ],
        rows,
    )


def _transitions(run: run_folder) -> table:
    take, names = run.take, run.regimes
    t = ("volatility", "transitions")
    rows = [
        [
            name,
            *(
                phrase(
                    take("percent:1", *t, "probabilities", i, j, reason="no day in this regime"),
                    " (",
                    take("integer:0", *t, "counts", i, j),
                    ")",
                )
                for j in range(len(names))
            ),
        ]
        for i, name in enumerate(names)
    ]
    return table(
        "transitions",
        "From one day's regime (row) to the next day's (column): probability, and days in brackets.",
        ["from", *names],
        rows,
    )


def _episodes(run: run_folder) -> list[Any]:
    take, names = run.take, run.regimes
    rows = []
    for i in reversed(range(len(run.summary["volatility"]["episodes"]))):
        e = ("volatility", "episodes", i)
        rows.append(
            [
                take("text:0", *e, "peak_date"),
                take("text:0", *e, "start_date"),
                take("number:2", *e, "peak"),
                take("text:0", *e, "end_date", reason="not ended"),
                take("number:2", *e, "end", reason="not ended"),
                take("signed:2", *e, "points"),
                take("signed:1", *e, "percent"),  # of the index's level, in percent already
                *(take("integer:0", *e, "days_in", name) for name in names),
            ]
        )
    columns = ["peak on", "from", "peak", "end on", "end", "points", "percent", *(f"days {name}" for name in names)]
    if not rows:
        return []
    open_part = table(
        "episodes",
        "Episodes, the latest first; days in each regime from the peak to the day before the end.",
        columns,
        rows[:SHOWN],
    )
    if len(rows) <= SHOWN:
        return [open_part]
    return [
        open_part,
        fold(
            f"{len(rows) - SHOWN} earlier episodes",
            [table("episodes-earlier", "Earlier episodes", columns, rows[SHOWN:])],
        ),
    ]


def _watch(run: run_folder) -> table | None:
    take, found = run.take, run.summary["volatility"]["watch"]
    if not found:
        return None
    rows = []
    horizons = list(found[0]["after"])
    for i, one in enumerate(found):
        w = ("volatility", "watch", i)
        crossing = one.get("last_crossing") or {}
        rows.append(
            [
                one["name"],
                take("number:2", *w, "level"),
                take("signed:2", *w, "distance"),
                SIDES[one["triggered"]],
                take("percent:1", *w, "base_rate"),
                phrase(
                    take("text:0", *w, "last_crossing", "date", reason="never"), f" {crossing.get('direction', '')}"
                ),
                take("integer:0", *w, "crossings_in_panel"),
                *(
                    cell
                    for h in horizons
                    for cell in (
                        take("signed_percent:1", *w, "after", h, "median", reason="no crossing"),
                        take("signed_percent:1", *w, "after", h, "worst", reason="no crossing"),
                    )
                ),
            ]
        )
    return table(
        "watch-levels",
        "Watch levels; above level: how far the index stands above it (value - level). On the right: what the index "
        "did after upward crossings within the panel.",
        [
            "watch",
            "level",
            "above level",
            "now",
            "base rate",
            "last crossing",
            "crossings",
            *(words for h in horizons for words in (f"{h}\u00a0days: median", f"{h}\u00a0days: worst")),
        ],
        rows,
    )


def why_unknown(found: dict[str, Any]) -> str:
    """Why there is no level of the volatility index."""
    return found.get("reason") or "the volatility index has no close near this day"


def volatility_section(run: run_folder) -> section:
    found = run.summary.get("volatility")
    if not found or not found.get("regimes"):
        return left_out(
            "volatility", "Volatility regimes", "Left out: the run has no volatility index (data.volatility)."
        )
    take = run.take
    if found["level"] is None:
        lead = phrase(f"The level is not known: {why_unknown(found)}")
    else:
        lead = phrase(
            take("number:2", "volatility", "level"),
            " on ",
            take("text:0", "volatility", "date"),
            ", regime ",
            take("text:0", "volatility", "regime") if found["regime"] is not None else "not known",
        )
        if found["change_21d"]["points"] is not None:
            change = take("signed:2", "volatility", "change_21d", "points")
            lead += phrase(", ", change, " points over 21 closes of its own")
    watched = [
        phrase(
            take("signed:2", "volatility", "watch", i, "distance"),
            f" from {one['name']} ",
            take("number:2", "volatility", "watch", i, "level"),
        )
        for i, one in enumerate(found["watch"])
        if one["distance"] is not None
    ]
    if watched:
        lead = lead + ", " + listed(watched)
    watch = _watch(run)
    return section(
        "volatility",
        "Volatility regimes",
        lead + ".",
        [_path(run), _regimes(run), *([watch] if watch else []), _transitions(run), *_episodes(run)],
    )
