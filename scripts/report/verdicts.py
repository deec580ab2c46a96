# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Limits, and what changed since another run."""

from typing import Any

from .blocks import chart, left_out, section, table, text
from .drawing import colour, draw, sheet
from .numbers import listed, number, phrase, source, written
from .run_folder import run_folder

KINDS = {"max": "at most", "min": "at least"}


def limit_form(metric: str) -> str:
    """How a metric of a limit is written: numbers of names and indices as such, the rest as shares."""
    last = metric.split(".")
    if any(key in ("hhi",) for key in last):
        return "number:4"
    if any(key in ("effective_n", "entropy", "exp_entropy", "gini", "n", "names_for", "level", "distance", "rows", "days")
           or key.startswith("mean_") or key in ("average_pairwise", "implied") for key in last):
        return "number:3"
    return "percent:2"


def limit_verdict(one: dict[str, Any]) -> str:
    return {True: "breached", False: "kept", None: "not known"}[one["breached"]]


def limits_section(run: run_folder) -> section:
    found = run.summary.get("limits")
    if not found:
        return left_out("limits", "Limits", "Left out: no limits are configured (limits).")
    take = run.take
    rows = []
    for i, one in enumerate(found):
        form = limit_form(one["metric"])
        room = None
        if one["value"] is not None:
            room = one["limit"] - one["value"] if one["kind"] == "max" else one["value"] - one["limit"]
        rows.append([one["name"], one["metric"], take(form, "limits", i, "value", reason=one.get("reason")),
                     KINDS.get(one["kind"], one["kind"]), take(form, "limits", i, "limit"), number(room, form),
                     limit_verdict(one) + (f": {one['reason']}" if one.get("reason") else "")])
    return section("limits", "Limits", limits_sentence(run), [
        table("limits", "Headroom is computed here: bound less value, or value less bound where the bound is a lower one.",
              ["limit", "metric", "value", "kept if", "bound", "headroom", "verdict"], rows)])


def limits_sentence(run: run_folder) -> phrase:
    found = run.summary.get("limits") or []
    broken = [i for i, one in enumerate(found) if one["breached"] is not False]
    if not found:
        return phrase("No limits are configured.")
    if not broken:
        return phrase({1: "The one limit is kept.", 2: "Both limits are kept."}.get(len(found), f"All {len(found)} limits are kept."))
    said: list[Any] = [f"{len(broken)} of {len(found)} limits not kept: "]
    for k, i in enumerate(broken):
        one, form = found[i], limit_form(found[i]["metric"])
        said += ["; " if k else "", f"{one['name']} ", run.take(form, "limits", i, "value", reason=one.get("reason")),
                 f", {KINDS.get(one['kind'], one['kind'])} ", run.take(form, "limits", i, "limit")]
    return phrase(*said, ".")


def _form(unit: str, change: bool = False) -> str:
    if unit == "fraction":
        return "points:3" if change else "percent:3"
    return ("signed" if change else "number") + (":2" if unit == "points" else ":4")


def _change(take: source, unit: str, *keys: Any) -> number:
    return take(_form(unit, True), *keys)


def _waterfall(diff: dict[str, Any], i: int) -> chart:
    figure = diff["split"]["figures"][i]
    scale, unit = (100, " %") if figure["unit"] == "fraction" else (1, "")
    values = [figure["a"], *(step["value"] for step in figure["steps"])]
    names = [diff["a"]["as_of"], *(step["part"] for step in figure["steps"]), diff["b"]["as_of"]]
    digits = 3 if figure["unit"] == "fraction" else 4

    def paint(page: sheet) -> None:
        axes = page.axes(112, 6, 92, 8)
        levels = [scale * value for value in values]
        low, high = min(levels), max(levels)
        # Steps are far smaller than the level: the axis begins beside them, and its ends are written out.
        room = (high - low) * 0.12 or abs(high) * 0.01 or 1.0
        axes.set_xlim(low - room, high + room)
        count = len(names)
        for row in range(count):
            y = count - 1 - row
            if row in (0, count - 1):
                value = levels[0] if row == 0 else levels[-1]
                axes.plot([value], [y], "D", color=colour("accent"), markersize=8, gid=f"marks-{'from' if row == 0 else 'to'}")
                words = f"{value:.{digits}f}{unit}"
            else:
                start, end = levels[row - 1], levels[row]
                axes.barh([y], [end - start], left=[start], height=0.6, color=colour("pos" if end >= start else "neg"), linewidth=0)
                axes.patches[-1].set_gid(f"marks-step-{row}")
                axes.plot([start, start], [y, y + 1], color=colour("muted"), linewidth=0.8)
                words = written(figure["steps"][row - 1]["change"], _form(figure["unit"], True))
            axes.annotate(words, (1, y), xycoords=("axes fraction", "data"), xytext=(8, 0), textcoords="offset points", va="center",
                          fontsize=11, annotation_clip=False)
        axes.set(ylim=(-0.6, count - 0.4))
        axes.set_yticks(range(count), names[::-1])
        axes.tick_params(axis="y", labelcolor=colour("ink"))
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.grid(False)

    take = source(diff, True)
    f = ("split", "figures", i)
    parts = [phrase(f"{step['part']} ", take(_form(figure["unit"], True), *f, "steps", k, "change"))
             for k, step in enumerate(figure["steps"])]
    largest = max(range(len(parts)), key=lambda k: abs(figure["steps"][k]["change"] or 0)) if parts else None
    said: list[Any] = [take(_form(figure["unit"]), *f, "a"), " to ", take(_form(figure["unit"]), *f, "b"), ", a change of ",
                       take(_form(figure["unit"], True), *f, "change")]
    if largest is not None:
        said += ["; most of it by ", parts[largest]]
    caption = phrase(*said, ". Parts are exchanged one after the other in this order, each step a run of its own"
                     + (", changes in percentage points." if figure["unit"] == "fraction" else "."))
    return draw(f"split-{i}", figure["label"], caption, f"Waterfall chart: how {figure['label']} changed, part by part.",
                (14 + 28 * len(names), 14 + 28 * len(names)), paint)


def change_section(diff: dict[str, Any] | None) -> section:
    title = "What changed"
    if diff is None:
        return left_out("change", title, "Left out: no previous run is given (--previous).")
    take = source(diff, True)
    rows = []
    for i, one in enumerate(diff["headline"]):
        h = ("headline", i)
        rows.append([one["label"], one["metric"], take(_form(one["unit"]), *h, "a"), take(_form(one["unit"]), *h, "b"),
                     _change(take, one["unit"], *h, "change")])
    blocks: list[Any] = []
    split = diff["split"]
    if split["possible"]:
        blocks += [_waterfall(diff, i) for i, one in enumerate(split["figures"])
                   if None not in (one["a"], one["b"]) and all(step["value"] is not None for step in one["steps"])]
        parts = []
        for i, one in enumerate(split["figures"]):
            parts.append([one["label"], take(_form(one["unit"]), "split", "figures", i, "a"),
                          *(_change(take, one["unit"], "split", "figures", i, "steps", k, "change") for k in range(len(one["steps"]))),
                          take(_form(one["unit"]), "split", "figures", i, "b")])
        if parts:
            blocks.append(table("split", "The same in numbers; a row adds up. Changes of shares are in percentage points.",
                                ["figure", "before", *(step["part"] for step in split["figures"][0]["steps"]), "now"], parts))
    else:
        blocks.append(text(f"Only totals: {split.get('reason') or 'the change is not split'}."))
    blocks.append(table("headline", "Every headline figure. Changes of shares are in percentage points.",
                        ["figure", "metric", "before", "now", "change"], rows))
    return section("change", title, change_sentence(diff), blocks)


def change_sentence(diff: dict[str, Any]) -> phrase:
    """The figures whose change is split, else the first of the headline."""
    take = source(diff, True)
    figures = diff["split"]["figures"] if diff["split"]["possible"] else []
    where: tuple[Any, ...] = ("split", "figures") if figures else ("headline",)
    shown = [(i, one) for i, one in enumerate(figures or diff["headline"]) if one["change"] is not None][:3]
    said: list[Any] = [f"Since {diff['a']['as_of']}: "]
    for k, (i, one) in enumerate(shown):
        said += ["; " if k else "", f"{one['label']} ", _change(take, one["unit"], *where, i, "change"),
                 " points" if one["unit"] == "fraction" else "", " to ", take(_form(one["unit"]), *where, i, "b")]
    return phrase(*said, "." if shown else "nothing that can be compared.")


MOST_LINES = 15


def change_lines(diff: dict[str, Any]) -> list[phrase]:
    """What changed, a line a figure: the parts where the change is split, else totals and the reason."""
    take = source(diff, True)
    split = diff["split"]
    if split["possible"]:
        return [phrase(f"{one['label']} ", take(_form(one["unit"], True), "split", "figures", i, "change"), ": ",
                       listed([phrase(f"{step['part']} ", take(_form(one["unit"], True), "split", "figures", i, "steps", k, "change"))
                               for k, step in enumerate(one["steps"])], ", "))
                for i, one in enumerate(split["figures"])][:MOST_LINES]
    lines = [phrase(f"{one['label']} ", take(_form(one["unit"], True), "headline", i, "change"), " to ",
                    take(_form(one["unit"]), "headline", i, "b"))
             for i, one in enumerate(diff["headline"]) if one["change"]]
    return [phrase(f"only totals: {split.get('reason') or 'the change is not split'}"), *lines][:MOST_LINES]
