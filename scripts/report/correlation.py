# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""How groups move together in each regime: as measured, what is mere arithmetic of variances, and what is left over."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from .blocks import chart, fold, heading, left_out, section, table, text
from .drawing import BINS, HEAD, NARROW, WIDE, colour, correlation_shade, draw, regime_shade, sheet
from .marks import bare, panel_title, shortened, upright_grid
from .numbers import interval, phrase, source
from .run_folder import run_folder

MEASURES = (  # key, key of its interval that a dot is drawn by, title, end of the scale
    ("rho", None, "Correlation as measured", 1.0),
    ("arithmetic", None, "Rise by variances alone", 0.6),
    ("excess", "excess", "Excess: what is left over", 0.6),
)
MOST_GROUPS = 40  # of a dimension, in a picture
MOST_PAIRS = 200  # of a dimension, in a table
BASE = "base"  # the regime that others are held against has no rise, and no excess, of its own
SIDES = ((), ("low",), ("high",))  # where an estimate and the ends of its interval stand


def heatmap(
    axes: Axes,
    values: list[list[float | None]],
    limit: float,
    gid: str,
    marked: list[list[bool]] | None = None,
    figures: bool = False,
) -> None:
    """The lower triangle; a cell whose interval excludes 0 has a dot."""
    size = len(values)
    cells, shades, missing, dots = [], [], [], []
    for i in range(size):
        for j in range(i):
            corners = [(j, size - i - 1), (j + 1, size - i - 1), (j + 1, size - i), (j, size - i)]
            value = values[i][j]
            if value is None:
                missing.append(corners)
                continue
            cells.append(corners)
            shades.append(colour(correlation_shade(value, limit)))
            if marked is not None and marked[i][j]:
                dots.append((j + 0.5, size - i - (0.16 if figures else 0.5)))
            if figures:
                strong = abs(round(value / limit * (BINS // 2))) >= BINS // 2 - 1
                axes.text(
                    j + 0.5,
                    size - i - 0.5,
                    f"{value:+.2f}",
                    ha="center",
                    va="center",
                    fontsize=11,
                    color=colour("paper" if strong else "ink"),
                )
    if cells:
        axes.add_collection(
            PolyCollection(cells, facecolors=shades, edgecolors=colour("paper"), linewidth=1, gid=f"marks-{gid}")
        )
    if missing:
        axes.add_collection(
            PolyCollection(
                missing, facecolors="none", edgecolors=colour("faint"), linewidth=0.8, gid=f"marks-{gid}-unknown"
            )
        )
    if dots:
        axes.plot(
            *zip(*dots), "o", color=colour("ink"), markersize=3.2 if not figures else 4, gid=f"marks-{gid}-significant"
        )
    axes.set(xlim=(0, size - 1), ylim=(0, size - 1))
    bare(axes)


def excludes_zero(
    low: list[list[float | None]] | None, high: list[list[float | None]] | None
) -> list[list[bool]] | None:
    if low is None or high is None:
        return None
    return [[a is not None and b is not None and (a > 0 or b < 0) for a, b in zip(*rows)] for rows in zip(low, high)]


def _heatmaps(run: run_folder, dimension: str) -> chart:
    found = run.summary["correlation"][dimension]
    regimes = [name for name in run.regimes if name in found and found[name].get("rho")]
    groups = found[regimes[0]]["groups"]
    size = len(groups)
    lowest = regimes[0]
    figures = size <= 5

    def layout(wide: bool) -> tuple[float, int, float, float, float]:
        """Room of the names on the left, columns, width and height of a triangle, and the room above it for its regime,
        which else stands in its empty half."""
        label = min(150.0 if wide else 96.0, 12 + max(len(name) for name in groups) * 6.6)
        columns = len(regimes) if wide else min(2, len(regimes))
        room = ((WIDE if wide else NARROW) - label - 14 * (columns - 1)) / columns
        if figures:
            return label, columns, min(room, 96.0 * (size - 1)), 34.0 * (size - 1), 22.0
        return label, columns, min(room, 26.0 * (size - 1)), min(room, 26.0 * (size - 1)), 0.0

    def rows_of(measure: str, wide: bool, columns: int) -> list[list[str | None]]:
        """Regimes by rows of triangles; of what is held against the lowest regime that one has none."""
        shown = [name for name in regimes if measure == "rho" or name != lowest]
        if wide:
            return [[name if name in shown else None for name in regimes]]
        return [shown[k : k + columns] for k in range(0, len(shown), columns)]

    def paint(page: sheet) -> None:
        label, columns, panel, tall, head = layout(page.wide)
        # A triangle without its diagonal has one row and one column less than there are groups.
        cell = tall / (size - 1)
        y = 0.0
        for measure, tested, title, limit in MEASURES:
            page.write(0, y + 16, title, fontweight="bold", va="baseline")
            y += 26
            for row in rows_of(measure, page.wide, columns):
                for column, name in enumerate(row):
                    x = label + column * (panel + 14)
                    if name is None:
                        page.write(0, y + 12, f"against {lowest}", color=colour("muted"), fontsize=11, va="top")
                        continue
                    one = found[name]
                    axes = page.box(x, y + head, x + panel, y + head + tall)
                    marked = None
                    if tested:
                        marked = excludes_zero((one.get("low") or {}).get(tested), (one.get("high") or {}).get(tested))
                    heatmap(axes, one[measure], limit, f"{measure}-{name}", marked, figures)
                    axes.annotate(
                        name,
                        (0, 1) if figures else (1, 1),
                        xycoords="axes fraction",
                        xytext=(0, 6) if figures else (-2, -6),
                        textcoords="offset points",
                        ha="left" if figures else "right",
                        va="bottom" if figures else "top",
                        color=colour(regime_shade(run.regimes.index(name), len(run.regimes), True)),
                        fontweight="bold",
                    )
                    first = column == 0 or (column == 1 and row[0] is None)
                    if first and cell >= 9:
                        letters = min(11.0, max(9.0, cell - 1))
                        for i in range(1, size):
                            page.write(
                                x - 6,
                                y + head + (i - 0.5) * cell,
                                shortened(groups[i], int((label - 8) / (0.66 * letters))),
                                ha="right",
                                va="center",
                                fontsize=letters,
                                color=colour("ink"),
                            )
                y += head + tall + 12
            y += 18

    def height(wide: bool) -> float:
        _, columns, _, tall, head = layout(wide)
        rows = sum(len(rows_of(measure, wide, columns)) for measure, *_ in MEASURES)
        return len(MEASURES) * (26 + 18) + rows * (head + tall + 12) - 18

    take = run.take
    top = highest_known(found, regimes)
    c = ("correlation", dimension, top)
    change = mean_change(take, *c) if top != lowest else None
    unknown = [
        f" No intervals in {name}: {found[name]['interval_reason']}."
        for name in regimes
        if found[name].get("interval_reason")
    ]
    caption = phrase(
        f"Pairs of {dimension} groups: mean in {top} ",
        take("signed:2", *c, "mean_offdiagonal"),
        *((f"; against {lowest} a change of ", change) if change else ()),
        ". A dot marks an excess whose 95 % interval excludes 0; an empty cell could not be computed.",
        *unknown,
        " Columns are the groups in the rows' order, from the first one: ",
        ", ".join(groups),
        ".",
    )
    spoken = (
        f"Heatmaps of correlations of {dimension} groups for {', '.join(regimes)}: measured, rise by "
        "variances alone, excess. All numbers are in the table of pairs."
    )
    return draw(
        f"correlation-{dimension}",
        f"Correlation of {dimension} groups by regime",
        caption,
        spoken,
        (height(True), height(False)),
        paint,
        [("d0", "-1"), ("d6", "0"), ("d12", "+1; of rise and excess -0.6 and +0.6")],
    )


def highest_known(found: dict[str, Any], regimes: list[str]) -> str:
    """The highest regime whose mean is known, else the lowest."""
    return next((name for name in regimes[::-1] if found[name].get("mean_offdiagonal") is not None), regimes[0])


def mean_change(take: source, *regime: Any) -> phrase | None:
    """The change of the mean correlation against the lowest regime, and how much variances leave of it."""
    difference, excess = take.value(*regime, "mean_difference"), take.value(*regime, "mean_excess")
    if difference is None:
        return None
    change = phrase(take("signed:2", *regime, "mean_difference"))
    if excess is None:
        return change
    alone = "higher variances alone would give"
    if excess < 0:
        return change + phrase(", ", take("size:2", *regime, "mean_excess"), f" less than {alone}")
    if excess <= difference:
        return change + phrase(", of it ", take("signed:2", *regime, "mean_excess"), f" beyond what {alone}")
    return change + phrase(", ", take("size:2", *regime, "mean_excess"), f" more than {alone}")


def _means(run: run_folder, dimension: str) -> table:
    take, found = run.take, run.summary["correlation"][dimension]
    rows = []
    for name in run.regimes:
        if name not in found:
            continue
        c = ("correlation", dimension, name)
        why = found[name].get("reason") or found[name].get("interval_reason")

        def mean(value: str, key: str, c: tuple[Any, ...] = c, why: str | None = why) -> phrase:
            return interval(
                take("signed:2", *c, value, reason=why),
                take("signed:2", *c, "mean_interval", key, 0, reason=why),
                take("signed:2", *c, "mean_interval", key, 1, reason=why),
            )

        rows.append(
            [
                name,
                take("integer:0", *c, "days"),
                mean("mean_offdiagonal", "offdiagonal"),
                mean("mean_adjusted", "adjusted"),
                *(
                    [BASE, BASE]
                    if name == run.regimes[0]
                    else [mean("mean_difference", "difference"), mean("mean_excess", "excess")]
                ),
            ]
        )
    return table(
        f"correlation-{dimension}",
        f"{dimension.capitalize()}: means over all pairs of groups with 95 % intervals (stationary "
        "bootstrap of days). Adjusted: Forbes and Rigobon. Excess: the rise less that of one common factor's variance. "
        "The panel's first day has no return and counts in no correlation.",
        ["regime", "days", "correlation", "adjusted", "rise", "excess"],
        rows,
    )


def _index(run: run_folder) -> list[Any]:
    take, found = run.take, run.summary["correlation"].get("index")
    if not found:
        return []
    names = [name for name in run.regimes if name in found]
    measures = (
        ("average_pairwise", "Mean of all pairs"),
        ("implied", "Implied by variances of index and names"),
        ("absorption_ratio", "Absorbed by few components"),
    )

    def paint(page: sheet) -> None:
        step = (page.width - 40) / 3 + 20 if page.wide else 0
        for index, (measure, title) in enumerate(measures):
            left = index * step + 84
            top = HEAD if page.wide else HEAD + index * (24 * len(names) + 52)
            axes = page.box(
                left, top, left + (step - 20 - 84 - 34 if page.wide else page.width - 84 - 44), top + 24 * len(names)
            )
            panel_title(axes, title, -84)
            for i, name in enumerate(names):
                y = len(names) - 1 - i
                value = found[name].get(measure)
                shade = colour(regime_shade(run.regimes.index(name), len(run.regimes), True))
                if value is None:
                    axes.annotate("not known", (0.01, y), va="center", color=colour("muted"))
                    continue
                axes.plot([0, value], [y, y], color=shade, linewidth=2, gid=f"marks-{measure}-{i}-line")
                axes.plot([value], [y], "o", color=shade, markersize=8, gid=f"marks-{measure}-{i}")
                axes.annotate(f"{value:.2f}", (value, y), xytext=(9, 0), textcoords="offset points", va="center")
                noise = found[name].get("noise_floor") if measure == "absorption_ratio" else None
                if noise is not None:
                    axes.plot(
                        [noise, noise], [y - 0.3, y + 0.3], color=colour("ink"), linewidth=2, gid=f"marks-noise-{i}"
                    )
            axes.set(xlim=(0, 1), ylim=(-0.6, len(names) - 0.4))
            axes.set_yticks(range(len(names)), names[::-1])
            axes.tick_params(axis="y", labelcolor=colour("ink"))
            axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
            upright_grid(axes)

    known = [name for name in names if found[name].get("average_pairwise") is not None] or names
    first, last = known[0], known[-1]
    caption = phrase(
        "Mean correlation of all pairs of constituents from ",
        take("signed:2", "correlation", "index", first, "average_pairwise"),
        f" in {first} to ",
        take("signed:2", "correlation", "index", last, "average_pairwise"),
        f" in {last}. Bars beside absorption: noise "
        "floor, what as many independent constituents would show on as many days.",
    )
    height = 24 * len(names)
    picture = draw(
        "correlation-index",
        "How all constituents move together",
        caption,
        "Dot chart by regime: average pairwise and implied correlation, absorption ratio beside its noise floor.",
        (HEAD + height + 26, HEAD + 3 * (height + 52) - 26),
        paint,
    )
    shown = any(found[name].get(measure) is not None for name in names for measure, _ in measures)
    return [heading("All constituents"), *([picture] if shown else []), _index_table(run, names)]


def _index_table(run: run_folder, names: list[str]) -> table:
    take, found = run.take, run.summary["correlation"]["index"]
    rows = []
    for name in names:
        c = ("correlation", "index", name)
        rows.append(
            [
                name,
                take("integer:0", *c, "days"),
                take("integer:0", *c, "constituents"),
                *(
                    take("signed:3", *c, key, reason=found[name].get("reason"))
                    for key in ("average_pairwise", "implied")
                ),
                *(
                    take("number:3", *c, key, reason=found[name].get("reason"))
                    for key in ("absorption_ratio", "noise_floor")
                ),
            ]
        )
    return table(
        "correlation-index",
        "All constituents together, by regime.",
        ["regime", "days", "constituents", "average pairwise", "implied", "absorption", "noise floor"],
        rows,
    )


def _pairs(run: run_folder, dimension: str) -> Any:
    take, found = run.take, run.summary["correlation"][dimension]
    rows = []
    for name in run.regimes:
        one = found.get(name) or {}
        if not one.get("rho"):
            continue
        why = one.get("reason") or one.get("interval_reason")
        for i, group in enumerate(one["groups"]):
            for j in range(i):
                c = ("correlation", dimension, name)

                def pair(key: str, at: tuple[Any, ...] = (*c,), i: int = i, j: int = j, why: Any = why) -> phrase:
                    return interval(*(take("signed:2", *at, *side, key, i, j, reason=why) for side in SIDES))

                rise = take("signed:2", *c, "arithmetic", i, j, reason=why)
                against = [BASE, BASE] if name == run.regimes[0] else [rise, pair("excess")]
                rows.append([one["groups"][j], group, name, pair("rho"), *against])
    if len(rows) > MOST_PAIRS * max(1, len(run.regimes)):
        return text(f"{len(rows):,d} pairs of {dimension} groups: see correlation.parquet.")
    return fold(
        f"Every pair of {dimension} groups",
        [
            table(
                f"pairs-{dimension}",
                f"Pairs of {dimension} groups with 95 % intervals.",
                ["group", "group ", "regime", "correlation", "by variances", "excess"],
                rows,
            )
        ],
    )


def correlation_section(run: run_folder) -> section:
    found = run.summary.get("correlation")
    title = "How groups move together"
    if not found or not run.regimes:
        return left_out("correlation", title, "Left out: the run has no correlations by regime.")
    take = run.take
    blocks: list[Any] = []
    lead: Any = ""
    for dimension in (name for name in found if name != "index"):
        known = [name for name in run.regimes if (found[dimension].get(name) or {}).get("rho")]
        blocks.append(heading(dimension.capitalize()))
        if not known:
            blocks.append(text("No regime has days enough for a correlation."))
        elif len(found[dimension][known[0]]["groups"]) < 2:
            blocks.append(text("Fewer than two groups: nothing to correlate."))
            continue
        elif len(found[dimension][known[0]]["groups"]) <= MOST_GROUPS:
            blocks.append(_heatmaps(run, dimension))
        else:
            blocks.append(text(f"More than {MOST_GROUPS} groups: no picture, see correlation.parquet."))
        blocks.append(_means(run, dimension))
        if known:
            blocks.append(_pairs(run, dimension))
            if not lead and found[dimension][known[0]].get("mean_offdiagonal") is not None:
                top = highest_known(found[dimension], known)
                low, high = ("correlation", dimension, known[0]), ("correlation", dimension, top)
                lead = phrase(
                    f"{dimension.capitalize()} groups: mean correlation ",
                    take("signed:2", *low, "mean_offdiagonal"),
                    f" in {known[0]}",
                )
                if top != known[0]:
                    lead += phrase(", ", take("signed:2", *high, "mean_offdiagonal"), f" in {top}")
                    change = mean_change(take, *high)
                    lead += phrase(": a change of ", change) if change else ""
                lead += "."
    return section("correlation", title, lead, blocks + _index(run))
