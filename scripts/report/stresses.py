# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What each stress of a set of scenarios does to the index, to its tail and to its groups."""

from typing import Any

from .blocks import chart, fold, table
from .drawing import draw, sheet
from .levels import main_key
from .marks import bars, shortened
from .numbers import level_text, phrase, written
from .run_folder import run_folder


def stresses(run: run_folder, i: int) -> list[Any]:
    found = run.summary["scenarios"][i].get("stresses") or []
    if not found:
        return []
    order = sorted(range(len(found)), key=lambda k: found[k]["index_return"])
    groups = _groups(run, i, order)
    return [_picture(run, i, order), _table(run, i, order), *([groups] if groups else [])]


def _picture(run: run_folder, i: int, order: list[int]) -> chart:
    one, take = run.summary["scenarios"][i], run.take
    found = one["stresses"]
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
        f"Index return of each stress alone. The worst, {found[order[0]]['name']}, moves the index by ",
        take("signed_percent:2", *worst, "index_return"),
        ".",
    )
    return draw(
        f"stress-{one['name']}",
        "What stresses do",
        caption,
        f"Bar chart of index returns of {len(found)} stresses; the worst is {found[order[0]]['name']}.",
        (18 + 26 * len(found), 18 + 40 * len(found)),
        paint,
    )


def _table(run: run_folder, i: int, order: list[int]) -> table:
    one, take = run.summary["scenarios"][i], run.take
    level = main_key(run, i) if one.get("risk") else None
    rows = []
    for k in order:
        s = ("scenarios", i, "stresses", k)
        why = one["stresses"][k].get("change_reason")
        changes = [take("points:2", *s, key, level, reason=why) for key in ("var_change", "es_change") if level]
        rows.append(
            [
                one["stresses"][k]["name"],
                take("signed_percent:2", *s, "index_return"),
                *changes,
                take("points:2", *s, "top_10_change", reason=why),
                one["stresses"][k].get("meaning") or "",
            ]
        )
    share = f" at {level_text(level)}" if level else ""
    return table(
        f"stress-{one['name']}",
        f"Stresses: index return alone, and the change of VaR and ES{share} and of the weight of the "
        "ten largest on top of the same draws, in percentage points.",
        ["stress", "index return", *(["VaR change", "ES change"] if level else []), "top 10 change", "meaning"],
        rows,
    )


def _groups(run: run_folder, i: int, order: list[int]) -> fold | None:
    one, take = run.summary["scenarios"][i], run.take
    rows = []
    for k in order:
        for g, group in enumerate(one["stresses"][k].get("groups") or []):
            s = ("scenarios", i, "stresses", k, "groups", g)
            rows.append(
                [
                    one["stresses"][k]["name"],
                    group["dimension"],
                    group["group"],
                    take("signed_percent:2", *s, "return"),
                    take("points:2", *s, "contribution"),
                ]
            )
    if not rows:
        return None
    return fold(
        "Numbers: groups under stress",
        [
            table(
                f"stress-groups-{one['name']}",
                "Groups under each stress alone, contribution in percentage points.",
                ["stress", "dimension", "group", "return", "contribution"],
                rows,
            )
        ],
    )
