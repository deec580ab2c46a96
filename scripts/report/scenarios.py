# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What may happen: the tail of each set of scenarios with its errors, who makes the loss, stresses."""

from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection

from .blocks import chart, fold, left_out, section, table, tabs, text
from .concentration import SIZES, main_level, main_set
from .correlation import interval
from .drawing import bars, colour, draw, name_rows, panel_title, sheet, shortened
from .market import bar_panels, panel_heights
from .numbers import level_text, number, phrase, written
from .run_folder import run_folder

CLASSES = 60  # of the histogram
SHOWN = 16


def _distribution(run: run_folder, i: int) -> chart | None:
    one, take = run.summary["scenarios"][i], run.take
    table_of = run.scenarios
    if table_of is None:
        return None
    mine = np.array(table_of["set"].to_pylist(), dtype=object) == one["name"]
    returns = 100 * table_of["index_return"].to_numpy(zero_copy_only=False)[mine]
    if not returns.size:
        return None
    k = main_level(run, i)
    risk = one["risk"][k]
    var, es = 100 * risk["var"], 100 * risk["es"]
    low, high = (100 * risk[key] if risk[key] is not None else var for key in ("var_low", "var_high"))
    errors = [
        (name, 100 * risk[key], width)
        for name, key, width in (("history", "history_error", 1.2), ("draws", "simulation_error", 5))
        if risk[key] is not None
    ]
    history = max((error for _, error, _ in errors), default=0.0)
    left, right = np.quantile(returns, [0.001, 0.999])
    left, right = min(left, -(es + history) * 1.05), max(right, 0.0)
    step = (right - left) / CLASSES
    # A border of classes falls on the VaR, so that the coloured area is the tail and nothing else.
    borders = -var + step * np.arange(np.floor((left + var) / step), np.ceil((right + var) / step) + 1)
    counts, _ = np.histogram(returns, borders)

    def paint(page: sheet) -> None:
        axes = page.axes(14, 64, 14, 44)
        tail = borders[1:] <= -var + 1e-9 * step
        for side, shade, name in ((tail, "neg", "tail"), (~tail, "c1", "others")):
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
        top = counts.max() * 1.04
        axes.set_ylim(0, top)
        if high > low:
            axes.axvspan(-high, -low, color=colour("band"), linewidth=0, zorder=0.5, gid="marks-var-interval")
        axes.plot([-var, -var], [0, top], color=colour("ink"), linewidth=1.4, gid="marks-var")
        axes.annotate(
            f"VaR {var:.2f} %" + (f"\n[{low:.2f}, {high:.2f}]" if high > low else ""),
            (-var, top),
            xytext=(6, 4),
            textcoords="offset points",
            ha="left",
            va="bottom",
            annotation_clip=False,
            fontsize=11.5,
        )
        y = top * 0.56
        for name, error, thick in errors:
            if error > 0:
                axes.plot(
                    [-es - error, -es + error],
                    [y, y],
                    color=colour("neg"),
                    linewidth=thick,
                    solid_capstyle="butt",
                    gid=f"marks-es-error-{name}",
                )
        axes.plot([-es], [y], "o", color=colour("neg"), markersize=8, gid="marks-es")
        said = [f"ES {es:.2f} %", *(f"± {error:.2f} {name}" for name, error, _ in errors[::-1])]
        axes.annotate(
            "\n".join(said),
            (-high, y),
            xytext=(-8, 10),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=colour("neg"),
            fontweight="bold",
            fontsize=11.5,
        )
        axes.axvline(0, color=colour("muted"), linewidth=0.8)
        room = 124 / (page.width - 28)  # of the words on the left of VaR
        axes.set_xlim(min(left, (-high - room * right) / (1 - room)), right)
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
        " Band: 95 % interval of VaR." if high > low else "",
        f" Lines through ES: one error, {' and '.join(words[name] for name, _, _ in errors)}." if errors else "",
        f" {outside} scenarios lie outside the picture." if outside else "",
    )
    return draw(
        f"distribution-{one['name']}",
        f"Index return in {one['name']}",
        caption,
        f"Histogram of index returns: VaR {var:.2f} %, ES {es:.2f} %.",
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
                interval(
                    take("percent:2", *r, "var"),
                    take("percent:2", *r, "var_low", reason=why),
                    take("percent:2", *r, "var_high", reason=why),
                ),
                take("percent:2", *r, "es"),
                take("percent:2", *r, "simulation_error", reason=why),
                take("percent:2", *r, "history_error", reason=past),
                take("integer:0", *r, "tail_scenarios"),
            ]
        )
    name = run.summary["scenarios"][i]["name"]
    return table(
        f"risk-{name}",
        "Losses as positive shares of the index. VaR with its 95 % order-statistic interval; ES with the error "
        "of the draws and that of the history.",
        ["level", "VaR [95 % interval]", "ES", "error by draws", "error by history", "tail scenarios"],
        rows,
    )


def _why(one: dict[str, Any]) -> list[str]:
    said = []
    for risk in one["risk"]:
        for key in ("warning", "interval_reason", "history_error_reason"):
            if risk.get(key) and f"{risk[key]}" not in " ".join(said):
                said.append(f"At {level_text(risk['level'])}: {risk[key]}.")
    return said


def _loss_chart(run: run_folder, i: int) -> chart | None:
    one, take = run.summary["scenarios"][i], run.take
    k = main_level(run, i)
    level = f"{one['risk'][k]['level']:g}"
    found = (one.get("loss_concentration") or {}).get(level)
    if not found or not found.get("leaders"):
        return None
    leaders = found["leaders"]
    shapes = [
        ("weight", run.take.value("concentration", "constituent", "effective_n"), "accent"),
        ("risk", run.take.value("concentration", "risk", "effective_n"), "c4"),
        ("loss", found["effective_n"], "neg"),
    ]
    shapes = [shape for shape in shapes if shape[1] is not None]

    def paint(page: sheet) -> None:
        width = 330.0 if page.wide else page.width
        axes = page.box(58, 34, width - 10, 34 + 30 * len(shapes))
        panel_title(axes, "As many as so many equal ones", -58)
        bars(
            axes,
            [name for name, _, _ in shapes],
            [value for _, value, _ in shapes],
            [f"{value:.1f}" for _, value, _ in shapes],
            "effective",
            shades=[colour(shade) for _, _, shade in shapes],
        )
        left, top = (430.0, 34.0) if page.wide else (0.0, 34.0 + 30 * len(shapes) + 62)
        label = min(90.0, 14 + 8.6 * max(len(row["symbol"]) for row in leaders))
        second = page.box(left + label, top, page.width - 20, top + 22 * len(leaders))
        panel_title(second, "Leaders of the loss: weight and share of loss", -label)
        y = np.arange(len(leaders))[::-1]
        weights, shares = ([100 * row[key] for row in leaders] for key in ("weight", "share"))
        second.hlines(y, weights, shares, color=colour("faint"), linewidth=3)
        second.plot(weights, y, "o", color=colour("accent"), markersize=8, gid="marks-weight")
        second.plot(shares, y, "D", color=colour("neg"), markersize=7, gid="marks-loss")
        shown = leaders[0]
        for key, shade, other in (("weight", "accent", "share"), ("share", "neg", "weight")):
            right = shown[key] >= shown[other]
            second.annotate(
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
        second.set(xlim=(min(0, *ends), max(ends) * 1.22), ylim=(-0.6, len(leaders) - 0.4))
        second.set_yticks([])
        name_rows(second, range(len(leaders)), [shortened(row["symbol"], 8) for row in leaders[::-1]])
        second.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
        second.grid(visible=True, axis="x")
        second.grid(visible=False, axis="y")

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
    narrow = 34 + 30 * len(shapes) + 62 + 22 * len(leaders) + 34
    return draw(
        f"loss-{one['name']}",
        "How top-heavy the loss is beside the weight",
        caption,
        f"Effective number by weight, risk and loss, and shares of the leaders of the loss: {leaders[0]['symbol']}.",
        (34 + max(30 * len(shapes), 22 * len(leaders)) + 34, narrow),
        paint,
    )


def _loss_table(run: run_folder, i: int) -> table | None:
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


def _components(run: run_folder, i: int) -> list[Any]:
    one, take = run.summary["scenarios"][i], run.take
    level = f"{one['risk'][main_level(run, i)]['level']:g}"
    found = (one.get("component_es") or {}).get(level)
    if not found:
        return []
    panels, errors, ticks, tables = [], {}, {}, []
    why = "it has no groups"
    for dimension, groups in found.items():
        order = sorted(range(len(groups)), key=lambda k: -groups[k]["es"])
        shown = [groups[k] for k in order][:SHOWN]
        title = dimension.capitalize()
        if any(row["share"] is None for row in shown):
            why = take.value("scenarios", i, "loss_concentration", level, "reason") or "its shares are not known"
        else:
            panels.append((title, [row["group"] for row in shown], [row["share"] for row in shown]))
        total = shown[0]["es"] / shown[0]["share"] if shown and shown[0]["share"] else 1.0
        if any(row["error"] for row in shown):
            errors[title] = [(row["error"] or 0) / total for row in shown]
        ticks[title] = [row.get("weight") for row in shown]
        c = ("scenarios", i, "component_es", level, dimension)
        tables.append(
            table(
                f"components-{dimension}-{one['name']}",
                f"Component ES by {dimension} at {level_text(level)}; error by the draws.",
                [dimension, "weight", "component ES", "error", "share of ES"],
                [
                    [
                        groups[k]["group"],
                        take("percent:1", *c, k, "weight"),
                        take("percent:3", *c, k, "es"),
                        take("percent:3", *c, k, "error"),
                        take("percent:1", *c, k, "share"),
                    ]
                    for k in order
                ],
            )
        )
    if not panels:
        return [text(f"No picture of who makes the loss: {why}."), fold("Numbers: component ES", tables)]
    caption = (
        f"Share of ES at {level_text(level)}{', with one error of the draws to either side' if errors else ''}. "
        "Upright mark: weight at the close; a bar beyond it makes more of the loss than it weighs."
    )
    picture = draw(
        f"components-{one['name']}",
        "Who makes the loss",
        caption,
        f"Bar charts of shares of ES by {', '.join(found)}, with weights marked.",
        panel_heights(panels),
        lambda page: bar_panels(page, panels, "percent:1", "components", errors=errors, ticks=ticks),
    )
    return [picture, fold("Numbers: component ES", tables)]


def _stresses(run: run_folder, i: int) -> list[Any]:
    one, take = run.summary["scenarios"][i], run.take
    found = one.get("stresses") or []
    if not found:
        return []
    level = f"{one['risk'][main_level(run, i)]['level']:g}" if one.get("risk") else None
    order = sorted(range(len(found)), key=lambda k: found[k]["index_return"])
    names = [found[k]["name"].replace("_", " ") for k in order]
    values = [found[k]["index_return"] for k in order]

    def paint(page: sheet) -> None:
        axes = page.axes(24 + 7.2 * min(36, max(map(len, names))) if page.wide else 4, 10, 4, 8)
        bars(
            axes,
            names if page.wide else [""] * len(names),
            values,
            [written(value, "signed_percent:2") for value in values],
            "stress",
            longest=36,
            thick=0.62 if page.wide else 0.42,
        )
        if not page.wide:
            for row, name in enumerate(names):
                axes.annotate(
                    shortened(name, 50),
                    (1, len(names) - 1 - row + 0.36),
                    xycoords=("axes fraction", "data"),
                    ha="right",
                    va="center",
                    fontsize=11.5,
                )

    worst = ("scenarios", i, "stresses", order[0])
    caption = phrase(
        f"Index return of each stress alone. The worst, {found[order[0]]['name']}, takes the index to ",
        take("signed_percent:2", *worst, "index_return"),
        ".",
    )
    picture = draw(
        f"stress-{one['name']}",
        "What stresses do",
        caption,
        f"Bar chart of index returns of {len(found)} stresses; the worst is {found[order[0]]['name']}.",
        (18 + 26 * len(found), 18 + 40 * len(found)),
        paint,
    )
    rows = []
    for k in order:
        s = ("scenarios", i, "stresses", k)
        why = found[k].get("change_reason")
        rows.append(
            [
                found[k]["name"],
                take("signed_percent:2", *s, "index_return"),
                *(
                    (
                        take("points:2", *s, "var_change", level, reason=why),
                        take("points:2", *s, "es_change", level, reason=why),
                    )
                    if level
                    else ()
                ),
                take("points:2", *s, "top_10_change", reason=why),
                found[k].get("meaning") or "",
            ]
        )
    groups = []
    for k in order:
        for g, group in enumerate(found[k].get("groups") or []):
            s = ("scenarios", i, "stresses", k, "groups", g)
            groups.append(
                [
                    found[k]["name"],
                    group["dimension"],
                    group["group"],
                    take("signed_percent:2", *s, "return"),
                    take("points:2", *s, "contribution"),
                ]
            )
    share = f" at {level_text(level)}" if level else ""
    tables = [
        table(
            f"stress-{one['name']}",
            f"Stresses: index return alone, and the change of VaR and ES{share} and of the weight of the "
            "ten largest on top of the same draws, in percentage points.",
            ["stress", "index return", *(["VaR change", "ES change"] if level else []), "top 10 change", "meaning"],
            rows,
        )
    ]
    if groups:
        tables.append(
            fold(
                "Numbers: groups under stress",
                [
                    table(
                        f"stress-groups-{one['name']}",
                        "Groups under each stress alone, contribution in percentage points.",
                        ["stress", "dimension", "group", "return", "contribution"],
                        groups,
                    )
                ],
            )
        )
    return [picture, *tables]


def _events(run: run_folder, i: int) -> table | None:
    found = run.summary["scenarios"][i].get("events") or []
    if not found:
        return None
    e = ("scenarios", i, "events")
    return table(
        f"events-{run.summary['scenarios'][i]['name']}",
        "Events, and limits on weights: probability and its error by the draws.",
        ["event", "metric", "probability", "error"],
        [
            [
                one["name"],
                one["metric"],
                run.take("percent:2", *e, k, "probability", reason=one.get("reason")),
                run.take("percent:2", *e, k, "error", reason=one.get("reason")),
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
    levels = list((one["index_return"].get("quantiles") or {}))
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
        " days of history, ",
        take("percent:1", *s, "filled_share"),
        " of its cells filled.",
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
        loss, losses = _loss_chart(run, i), _loss_table(run, i)
        blocks += [loss] if loss else []
        blocks += [fold("Numbers: concentration of the loss", [losses])] if losses else []
        blocks += _components(run, i)
    events = _events(run, i)
    blocks += [events] if events else []
    blocks += _stresses(run, i)
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
    return section(
        "scenarios",
        title,
        lead,
        [tabs("set", "Set of scenarios", [(one["name"], _set(run, i)) for i, one in enumerate(found)])],
    )


def tail_sentence(run: run_folder, i: int) -> phrase:
    """VaR with its interval, ES with both errors."""
    one, take = run.summary["scenarios"][i], run.take
    if not one.get("risk"):
        return phrase(f"{one['name']}: stresses only.")
    k = main_level(run, i)
    r = ("scenarios", i, "risk", k)
    errors: list[Any] = []
    if one["risk"][k]["simulation_error"] is not None:
        errors += [" (error ", take("percent:2", *r, "simulation_error"), " by the draws"]
        if one["risk"][k]["history_error"] is not None:
            errors += [", ", take("percent:2", *r, "history_error"), " by the history"]
        errors.append(")")
    spread: list[Any] = []
    if one["risk"][k]["var_low"] is not None:
        spread = [" [", take("percent:2", *r, "var_low"), ", ", take("percent:2", *r, "var_high"), "]"]
    es, var = one["risk"][k]["es"], one["risk"][k]["var"]
    return phrase(
        f"{one['name']}: {'even ' if es < 0 else ''}in the worst ",
        number(round(1 - one["risk"][k]["level"], 10), "level:0"),
        " of ",
        take("integer:0", "scenarios", i, "count"),
        " scenarios of ",
        take("integer:0", "scenarios", i, "horizon"),
        " days the index ",
        *(("gains ", number(-es, "percent:2")) if es < 0 else ("loses ", take("percent:2", *r, "es"))),
        " on average",
        *errors,
        "; VaR is ",
        take("percent:2", *r, "var"),
        *spread,
        " (below 0: a gain)." if var < 0 else ".",
    )
