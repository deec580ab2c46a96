# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Who leads when: the order in which groups bottom after a peak of volatility, and leaders by regime."""

from typing import Any

from matplotlib.axes import Axes

from .blocks import fold, heading, left_out, section, table, text
from .drawing import HEAD, colour, draw, regime_shade, sheet
from .marks import letters_in, name_room, name_rows, panel_title, shortened, upright_grid
from .numbers import listed, phrase, source
from .run_folder import run_folder

EPISODES = 3  # the latest, in the picture
SHOWN = 14  # groups in a picture
NAMED = 3  # groups in a sentence


def _first(take: source, rows: list[dict[str, Any]], ranked: list[int], *order: Any) -> list[Any]:
    """Who never fell behind, and who of the others turned first."""
    behind = [k for k in ranked if rows[k]["days_after_peak"] > 0]
    never = [rows[k]["group"] for k in ranked if rows[k]["days_after_peak"] == 0]
    said: list[Any] = []
    if never:
        who = f" ({', '.join(never)})" if len(never) <= NAMED else ""
        said.append(
            f"{len(never)} of {len(ranked)} groups never fell behind where they stood at the peak: 0 days{who}. "
        )
    if behind:
        days = rows[behind[0]]["days_after_peak"]
        first = [rows[k]["group"] for k in behind if rows[k]["days_after_peak"] == days]
        who = listed(first) if len(first) <= NAMED else f"{len(first)} groups"
        said += [
            "Of the others, " if never else "",
            who,
            " bottomed first, after ",
            take("integer:0", *order, behind[0], "days_after_peak"),
            " day. " if days == 1 else " days. ",
        ]
    return said


def _order(run: run_folder, dimension: str) -> list[Any]:
    found = run.summary["rotation"][dimension]["order"]
    # A group without a return after the peak has no days; after a peak on the panel's last day no group has one.
    ranked = {
        peak: sorted(
            (k for k, one in enumerate(rows) if one["days_after_peak"] is not None),
            key=lambda k, rows=rows: rows[k]["days_after_peak"],
        )
        for peak, rows in found.items()
        if rows
    }
    peaks = sorted(peak for peak in ranked if ranked[peak])[-EPISODES:][::-1]
    early = [peak for peak in sorted(ranked) if not ranked[peak] and (not peaks or peak > peaks[-1])]
    too_early = f"No order after {' and '.join(early)}: no group has a return after that peak." if early else ""
    if not peaks:
        why = too_early or "No episode of the volatility index peaks within the panel."
        return [text(f"No order of {dimension} groups. {why}")]
    names = [found[peaks[0]][k]["group"] for k in ranked[peaks[0]]][:SHOWN]

    def paint(page: sheet) -> None:
        label = name_room(names, 160.0 if page.wide else 120.0, 7.2)
        shown = peaks if page.wide else peaks[:1]
        width = (page.width - label - 30 * (len(shown) - 1) - 24) / len(shown)
        for column, peak in enumerate(shown):
            x = label + column * (width + 30)
            axes = page.box(x, HEAD, x + width, HEAD + 22 * len(names))
            panel_title(axes, f"after {peak}", -(label if column == 0 else 0))
            days = {found[peak][k]["group"]: found[peak][k]["days_after_peak"] for k in ranked[peak]}
            longest = max(*(days.get(name, 0) for name in names), 5)
            known = [(days[name], len(names) - 1 - i) for i, name in enumerate(names) if name in days]
            if known:
                axes.hlines([y for _, y in known], 0, [day for day, _ in known], color=colour("faint"), linewidth=3)
                axes.plot(*zip(*known), "o", color=colour("accent"), markersize=8, gid=f"marks-{peak}")
            for day, y in known:
                axes.annotate(
                    str(day),
                    (day, y),
                    xytext=(9, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=11,
                    color=colour("muted"),
                )
            axes.set(ylim=(-0.6, len(names) - 0.4), xlim=(-longest * 0.04, longest * 1.18))
            axes.set_yticks([])
            if column == 0:
                name_rows(axes, range(len(names)), [shortened(name, letters_in(label)) for name in names[::-1]])
            axes.set_xlabel("days after the peak")
            axes.grid(False)

    take = run.take
    caption = phrase(
        f"Trading days from the peak of the volatility index on {peaks[0]} to the lowest strength of each group "
        "against the index. ",
        *_first(take, found[peaks[0]], ranked[peaks[0]], "rotation", dimension, "order", peaks[0]),
        "Strength is compounded from the peak to the later of the episode's end and 21 days after the peak.",
        f" {too_early}" if too_early else "",
    )
    picture = draw(
        f"rotation-{dimension}",
        f"The order in which {dimension} groups bottomed",
        caption,
        f"Dot chart of days from the volatility peak to each {dimension} group's trough.",
        (HEAD + 22 * len(names) + 44, HEAD + 22 * len(names) + 44),
        paint,
    )
    return [picture, fold(f"Numbers: order of {dimension} groups", [_order_table(run, dimension, peaks, ranked)])]


def _order_table(run: run_folder, dimension: str, peaks: list[str], ranked: dict[str, list[int]]) -> table:
    found, take = run.summary["rotation"][dimension]["order"], run.take
    rows = []
    for peak in peaks:
        for k in ranked[peak]:
            keys = ("rotation", dimension, "order", peak, k)
            rows.append(
                [
                    found[peak][k]["group"],
                    peak,
                    take("text:0", *keys, "trough_date"),
                    take("integer:0", *keys, "days_after_peak"),
                    take("number:3", *keys, "strength"),
                ]
            )
    return table(
        f"order-{dimension}",
        f"Order of {dimension} groups after the latest {len(peaks)} peaks; strength at the trough, 1 at the peak.",
        [dimension, "peak", "trough", "days after", "strength"],
        rows,
    )


def _excess(run: run_folder, dimension: str) -> list[Any]:
    found = run.summary["rotation"][dimension]["by_regime"]
    regimes = [
        name for name in run.regimes if any(one["excess_return_daily"] is not None for one in found.get(name) or [])
    ]
    if not regimes:
        return []
    names = [one["group"] for one in sorted(found[regimes[0]], key=lambda one: one["rank"] or 99)][:SHOWN]

    def paint(page: sheet) -> None:
        label = name_room(names, 160.0 if page.wide else 120.0, 7.2)
        per_row = len(regimes) if page.wide else 1
        width = (page.width - label - 20 * (per_row - 1) - 16) / per_row
        for index, regime in enumerate(regimes):
            x = label + (index if page.wide else 0) * (width + 20)
            y = HEAD + (0 if page.wide else index * (20 * len(names) + 76))
            axes = page.box(x, y, x + width, y + 20 * len(names))
            shade = colour(regime_shade(run.regimes.index(regime), len(run.regimes), True))
            panel_title(axes, regime, 0)
            _excess_dots(axes, names, {one["group"]: one for one in found[regime]}, shade, f"marks-{regime}")
            axes.set_yticks([])
            if index == 0 or not page.wide:
                name_rows(axes, range(len(names)), [shortened(name, letters_in(label)) for name in names[::-1]])
            axes.locator_params(axis="x", nbins=4)
            axes.set_xlabel("percent a day")
            upright_grid(axes)

    take = run.take
    first = min(range(len(found[regimes[-1]])), key=lambda k: found[regimes[-1]][k]["rank"] or 99)
    b = ("rotation", dimension, "by_regime", regimes[-1], first)
    caption = phrase(
        f"Mean daily return in excess of the index; lines are two standard errors to either side, hollow where they "
        f"reach 0. In {regimes[-1]} {found[regimes[-1]][first]['group']} leads with ",
        take("signed_percent:3", *b, "excess_return_daily"),
        " a day, standard error ",
        take("size_points:3", *b, "standard_error"),
        " points, over ",
        take("integer:0", *b, "days"),
        " days.",
    )
    picture = draw(
        f"excess-{dimension}",
        f"Who leads in which regime: {dimension}",
        caption,
        f"Dot chart of excess returns of {dimension} groups by regime with two standard errors.",
        (HEAD + 20 * len(names) + 44, len(regimes) * (20 * len(names) + 76) + 4),
        paint,
    )
    return [picture, fold(f"Numbers: excess returns of {dimension} groups", [_excess_table(run, dimension)])]


def _excess_dots(axes: Axes, names: list[str], rows: dict[str, dict[str, Any]], shade: str, gid: str) -> None:
    """Excess returns of groups in percent with two standard errors, hollow where these reach 0."""
    known = [
        (len(names) - 1 - i, 100 * rows[name]["excess_return_daily"], 200 * (rows[name]["standard_error"] or 0))
        for i, name in enumerate(names)
        if name in rows and rows[name]["excess_return_daily"] is not None
    ]
    axes.hlines(
        [y for y, _, _ in known],
        [value - error for _, value, error in known],
        [value + error for _, value, error in known],
        color=shade,
        linewidth=1.6,
        gid=f"{gid}-errors",
    )
    for sure in (True, False):
        dots = [(value, y) for y, value, error in known if (abs(value) > error) == sure]
        if dots:
            axes.plot(
                *zip(*dots),
                "o",
                color=shade,
                markersize=7,
                markerfacecolor=shade if sure else colour("paper"),
                markeredgewidth=1.6,
                gid=f"{gid}-{'sure' if sure else 'unsure'}",
            )
    edge = max((abs(value) + error for _, value, error in known), default=1.0) or 1.0
    axes.axvline(0, color=colour("muted"), linewidth=0.8)
    axes.set(ylim=(-0.6, len(names) - 0.4), xlim=(-edge * 1.06, edge * 1.06))


def _excess_table(run: run_folder, dimension: str) -> table:
    take = run.take
    rows = []
    for kind, values in (("by_regime", run.regimes), ("by_direction", ["rising", "falling"])):
        found = run.summary["rotation"][dimension].get(kind) or {}
        for value in values:
            for k, one in enumerate(found.get(value) or []):
                keys = ("rotation", dimension, kind, value, k)
                rows.append(
                    [
                        one["group"],
                        take("signed_percent:3", *keys, "excess_return_daily", reason="too few days"),
                        take("size_points:3", *keys, "standard_error", reason="too few days"),
                        value if kind == "by_regime" else f"volatility {value}",
                        take("integer:0", *keys, "rank", reason="too few days"),
                        take("integer:0", *keys, "days"),
                    ]
                )
    return table(
        f"excess-{dimension}",
        f"Mean daily excess return of {dimension} groups by regime and by direction of the volatility index over 5 "
        "closes; its standard error in percentage points.",
        [dimension, "excess a day", "±\u00a0points", "when", "rank", "days"],
        rows,
    )


def rotation_section(run: run_folder) -> section:
    found = run.summary.get("rotation")
    title = "Rotation"
    if not found or not run.regimes:
        return left_out(
            "rotation", title, "Left out: the run says nothing of rotation (it needs a volatility index and groups)."
        )
    blocks: list[Any] = []
    for dimension in found:
        blocks += [heading(dimension.capitalize()), *_order(run, dimension), *_excess(run, dimension)]
    return section(
        "rotation", title, "Which groups turn first once volatility has peaked, and which lead in which regime.", blocks
    )
