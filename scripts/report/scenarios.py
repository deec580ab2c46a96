# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What may happen: the tail of each set of scenarios with its errors, its other figures, and a sentence of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from .blocks import chart, fold, left_out, section, table, tabs, text
from .drawing import colour, draw, sheet
from .levels import main_level, main_set
from .losses import components, loss_chart, loss_table
from .numbers import interval, joined, level_text, number, phrase
from .run_folder import run_folder
from .stresses import stresses

CLASSES = 60  # of the histogram


@dataclass
class _tail:
    """Losses of one level in percent: VaR with its interval, and ES with its errors as (of what, error, line)."""

    var: float
    low: float
    high: float
    es: float
    errors: list[tuple[str, float, float]]

    @classmethod
    def of(cls, risk: dict[str, Any]) -> "_tail":
        low, high = (100 * (risk[key] if risk[key] is not None else risk["var"]) for key in ("var_low", "var_high"))
        errors = [
            (name, 100 * risk[key], width)
            for name, key, width in (("history", "history_error", 1.2), ("draws", "simulation_error", 5))
            if risk[key] is not None
        ]
        return cls(100 * risk["var"], low, high, 100 * risk["es"], errors)


def _ends(returns: np.ndarray, tail: _tail) -> tuple[float, float]:
    """What the picture shows: nearly all returns, the ES with its errors, and 0."""
    left, right = np.quantile(returns, [0.001, 0.999])
    largest = max((error for _, error, _ in tail.errors), default=0.0)
    return min(left, -(tail.es + largest) * 1.05), max(right, 0.0)


def _classes(left: float, right: float, tail: _tail) -> np.ndarray:
    """Borders of the histogram; one falls on the VaR, so that the coloured area is the tail and nothing else."""
    step = (right - left) / CLASSES
    return -tail.var + step * np.arange(np.floor((left + tail.var) / step), np.ceil((right + tail.var) / step) + 1)


def _histogram(axes: Axes, counts: np.ndarray, borders: np.ndarray, tail: _tail) -> None:
    step = borders[1] - borders[0]
    lost = borders[1:] <= -tail.var + 1e-9 * step
    for side, shade, name in ((lost, "neg", "tail"), (~lost, "c1", "others")):
        axes.add_collection(
            PolyCollection(
                [
                    [(x, 0), (x, n), (x + 0.9 * step, n), (x + 0.9 * step, 0)]
                    for x, n in zip(borders[:-1][side], counts[side])
                ],
                facecolors=colour(shade),
                edgecolors="none",
                gid=f"marks-{name}",
            )
        )
    axes.set_ylim(0, counts.max() * 1.04)


def _mark_var(axes: Axes, tail: _tail) -> None:
    _, top = axes.get_ylim()
    wide = tail.high > tail.low
    if wide:
        axes.axvspan(-tail.high, -tail.low, color=colour("band"), linewidth=0, zorder=0.5, gid="marks-var-interval")
    axes.plot([-tail.var, -tail.var], [0, top], color=colour("ink"), linewidth=1.4, gid="marks-var")
    axes.annotate(
        f"VaR {tail.var:.2f} %" + (f"\n[{tail.low:.2f}, {tail.high:.2f}]" if wide else ""),
        (-tail.var, top),
        xytext=(6, 4),
        textcoords="offset points",
        ha="left",
        va="bottom",
        annotation_clip=False,
        fontsize=11.5,
    )


def _mark_es(axes: Axes, tail: _tail) -> None:
    y = axes.get_ylim()[1] * 0.56
    for name, error, thick in tail.errors:
        if error > 0:
            axes.plot(
                [-tail.es - error, -tail.es + error],
                [y, y],
                color=colour("neg"),
                linewidth=thick,
                solid_capstyle="butt",
                gid=f"marks-es-error-{name}",
            )
    axes.plot([-tail.es], [y], "o", color=colour("neg"), markersize=8, gid="marks-es")
    said = [f"ES {tail.es:.2f} %", *(f"± {error:.2f} {name}" for name, error, _ in tail.errors[::-1])]
    axes.annotate(
        "\n".join(said),
        (-tail.high, y),
        xytext=(-8, 10),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=colour("neg"),
        fontweight="bold",
        fontsize=11.5,
    )


def _distribution(run: run_folder, i: int) -> chart | None:
    one, take = run.summary["scenarios"][i], run.take
    if run.scenarios is None:
        return None
    mine = np.array(run.scenarios["set"].to_pylist(), dtype=object) == one["name"]
    returns = 100 * run.scenarios["index_return"].to_numpy(zero_copy_only=False)[mine]
    if not returns.size:
        return None
    k = main_level(run, i)
    tail = _tail.of(one["risk"][k])
    left, right = _ends(returns, tail)
    borders = _classes(left, right, tail)
    counts, _ = np.histogram(returns, borders)

    def paint(page: sheet) -> None:
        left_edge, right_edge = 22, 14  # a tick at the very left has its words around it
        axes = page.axes(left_edge, 64, right_edge, 44)
        _histogram(axes, counts, borders, tail)
        _mark_var(axes, tail)
        _mark_es(axes, tail)
        axes.axvline(0, color=colour("muted"), linewidth=0.8)
        room = 124 / (page.width - left_edge - right_edge)  # of the words on the left of VaR
        axes.set_xlim(min(left, (-tail.high - room * right) / (1 - room)), right)
        axes.set_yticks([])
        axes.grid(False)
        axes.locator_params(axis="x", nbins=12 if page.wide else 6)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:+.0f} %" if value else "0")
        axes.set_xlabel(f"index return over {one['horizon']} days")

    words = {"history": "of the history (thin)", "draws": "of the draws (thick)"}
    r = ("scenarios", i, "risk", k)
    outside = int(((returns < borders[0]) | (returns > borders[-1])).sum())
    caption = phrase(
        take("integer:0", "scenarios", i, "count"),
        " scenarios of ",
        take("integer:0", "scenarios", i, "horizon"),
        " days (scenarios.parquet), in classes of equal width; the loss beyond VaR at ",
        take("level:0", *r, "level"),
        " in the colour of loss.",
        " Band: 95 % interval of VaR." if tail.high > tail.low else "",
        f" Lines through ES: one error, {' and '.join(words[name] for name, _, _ in tail.errors)}."
        if tail.errors
        else "",
        f" {outside} scenarios lie outside the picture." if outside else "",
    )
    return draw(
        f"distribution-{one['name']}",
        f"Index return in {one['name']}",
        caption,
        f"Histogram of index returns: VaR {tail.var:.2f} %, ES {tail.es:.2f} %.",
        (340, 300),
        paint,
    )


def _risk(run: run_folder, i: int) -> table:
    take = run.take
    rows = []
    for k, one in enumerate(run.summary["scenarios"][i]["risk"]):
        r = ("scenarios", i, "risk", k)
        why, past = one.get("interval_reason"), one.get("history_error_reason")
        rows.append(
            [
                take("level:0", *r, "level"),
                take("percent:2", *r, "es"),
                take("size_points:2", *r, "simulation_error", reason=why),
                take("size_points:2", *r, "history_error", reason=past),
                interval(
                    take("percent:2", *r, "var"),
                    take("percent:2", *r, "var_low", reason=why),
                    take("percent:2", *r, "var_high", reason=why),
                ),
                take("integer:0", *r, "tail_scenarios"),
            ]
        )
    name = run.summary["scenarios"][i]["name"]
    mean = _mean_path(run, i)
    return table(
        f"risk-{name}",
        phrase(
            "Losses as positive shares of the index. ES with one error of the draws and one of the history, in "
            "percentage points; VaR with its 95 % order-statistic interval.",
            *((" Both are of paths whose mean ends at ", mean, ": a higher mean makes both smaller.") if mean else ()),
        ),
        ["level", "ES", "±\u00a0draws, points", "±\u00a0history, points", "VaR [95 % interval]", "tail scenarios"],
        rows,
    )


def _mean_path(run: run_folder, i: int) -> number | None:
    """The mean of the index returns of all scenarios: what VaR and ES are moved by as a whole."""
    mean = run.take("signed_percent:2", "scenarios", i, "index_return", "mean")
    return mean if mean.value is not None else None


def errors_of_es(run: run_folder, i: int, k: int) -> phrase:
    """In brackets: the errors of an ES in percentage points, and why one of them is not known."""
    one, r = run.summary["scenarios"][i]["risk"][k], ("scenarios", i, "risk", k)
    said: list[Any] = []
    for key, words in (("simulation_error", "draws"), ("history_error", "history")):
        if one.get(key) is not None:
            said.append(phrase("± ", run.take("size_points:2", *r, key), f" points by the {words}"))
    if one.get("history_error") is None and one.get("history_error_reason"):
        said.append(f"error by the history not known: {one['history_error_reason']}")
    return phrase(" (", joined(said, ", "), ")") if said else phrase()


def _why(one: dict[str, Any]) -> list[str]:
    said = []
    for risk in one["risk"]:
        for key in ("warning", "interval_reason", "history_error_reason"):
            if risk.get(key) and f"{risk[key]}" not in " ".join(said):
                said.append(f"At {level_text(risk['level'])}: {risk[key]}.")
    return said


def _events(run: run_folder, i: int) -> table | None:
    found = run.summary["scenarios"][i].get("events") or []
    if not found:
        return None
    e = ("scenarios", i, "events")
    return table(
        f"events-{run.summary['scenarios'][i]['name']}",
        "Events, and limits on weights: probability and its error by the draws, in percentage points.",
        ["event", "probability", "±\u00a0draws, points", "metric"],
        [
            [
                one["name"],
                run.take("percent:2", *e, k, "probability", reason=one.get("reason")),
                run.take("size_points:2", *e, k, "error")
                if one["error"] is not None or not one.get("reason")
                else one["reason"],
                one["metric"],
            ]
            for k, one in enumerate(found)
        ],
    )


def _quantiles(run: run_folder, i: int) -> table:
    take, one = run.take, run.summary["scenarios"][i]
    kinds: list[tuple[str, tuple[Any, ...]]] = [
        ("index return", ("index_return",)),
        ("maximum drawdown", ("max_drawdown",)),
    ]
    kinds += [(name.replace("_", " "), ("concentration", name)) for name in one.get("concentration") or {}]
    levels = list(one["index_return"].get("quantiles") or {})
    rows = []
    for words, keys in kinds:
        c = ("scenarios", i, *keys)
        why = take.value(*c, "reason")
        form = "number:1" if words.endswith("effective n") else "number:4" if words.endswith("hhi") else "percent:2"
        rows.append(
            [
                words,
                take(form, *c, "mean", reason=why),
                take(form, *c, "sd", reason=why),
                *(take(form, *c, "quantiles", level, reason=why) for level in levels),
            ]
        )
    return table(
        f"quantiles-{one['name']}",
        "Over all scenarios: mean, standard deviation, quantiles. “max” and “min”: the extremes on the way.",
        ["figure", "mean", "sd", *(level_text(level) for level in levels)],
        rows,
    )


def _stands_in(run: run_folder, i: int) -> str:
    """What a constituent takes on a day without a return, as configured."""
    name = run.summary["scenarios"][i]["name"]
    sets = run.manifest.get("config", {}).get("scenarios") or []
    way = next((one.get("missing_history") for one in sets if one.get("name") == name), None)
    taken = {"sector": "that of the sector", "zero": "zero"}.get(way or "")
    return f"; {taken} stands for it (missing_history: {way})" if taken else ""


def _set(run: run_folder, i: int) -> list[Any]:
    one, take = run.summary["scenarios"][i], run.take
    s = ("scenarios", i)
    about = phrase(
        take("integer:0", *s, "count"),
        " scenarios of ",
        take("integer:0", *s, "horizon"),
        " days, generator ",
        take("text:0", *s, "generator"),
        ", over ",
        take("integer:0", *s, "constituents"),
        " constituents and ",
        take("integer:0", *s, "days"),
        " days of history. On ",
        take("percent:1", *s, "filled_share"),
        " of these constituent-days there is no return",
        _stands_in(run, i),
        ".",
    )
    said = _why(one)
    if one.get("no_sampling_error"):
        said.append(str(one["no_sampling_error"]))
    blocks: list[Any] = [text(about)]
    if said:
        blocks.append(text(" ".join(said)))
    if one.get("risk"):
        distribution = _distribution(run, i)
        blocks += [distribution] if distribution else []
        blocks.append(_risk(run, i))
        shape, figures = loss_chart(run, i), loss_table(run, i)
        blocks += [shape] if shape else []
        blocks += [fold("Numbers: concentration of the loss", [figures])] if figures else []
        blocks += components(run, i)
    events = _events(run, i)
    blocks += [events] if events else []
    blocks += stresses(run, i)
    if (one.get("index_return") or {}).get("quantiles"):
        blocks.append(fold("Numbers: drawdown, weights and other distributions", [_quantiles(run, i)]))
    return blocks


def scenarios_section(run: run_folder) -> section:
    found = run.summary.get("scenarios")
    title = "What scenarios may lose"
    if not found:
        return left_out("scenarios", title, "Left out: no sets of scenarios are configured (scenarios).")
    first = main_set(run)
    lead = "Stresses alone: there is no tail." if first is None else tail_sentence(run, first)
    pages = [(one["name"], _set(run, i)) for i, one in enumerate(found)]
    return section(
        "scenarios", title, lead, [tabs("set", "Set of scenarios", pages)] if len(pages) > 1 else pages[0][1]
    )


def tail_sentence(run: run_folder, i: int) -> phrase:
    """VaR with its interval, ES with both errors, and where the mean of all scenarios ends."""
    one, take = run.summary["scenarios"][i], run.take
    k = main_level(run, i)
    r = ("scenarios", i, "risk", k)
    spread: list[Any] = []
    if one["risk"][k]["var_low"] is not None:
        spread = [" [", take("percent:2", *r, "var_low"), ", ", take("percent:2", *r, "var_high"), "]"]
    es, var = one["risk"][k]["es"], one["risk"][k]["var"]
    mean = _mean_path(run, i)
    return phrase(
        f"{'Even in' if es < 0 else 'In'} the worst ",
        number(round(1 - one["risk"][k]["level"], 10), "level:0"),
        " of ",
        take("integer:0", "scenarios", i, "count"),
        " scenarios of ",
        take("integer:0", "scenarios", i, "horizon"),
        f" days (set {one['name']}) the index ",
        *(("gains ", number(-es, "percent:2")) if es < 0 else ("loses ", take("percent:2", *r, "es"))),
        " on average",
        errors_of_es(run, i, k),
        "; VaR is ",
        take("percent:2", *r, "var"),
        *spread,
        " (below 0: a gain)" if var < 0 else "",
        *(("; the mean path ends at ", mean) if mean else ()),
        ".",
    )
