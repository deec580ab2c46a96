# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""One sentence a question, with numbers: for the head of the page and for summary.md."""

from typing import Any

import numpy as np

from .change import change_sentence
from .levels import main_key, main_set
from .limits import limits_sentence
from .numbers import from_table, listed, phrase
from .provenance import data_warnings
from .run_folder import run_folder
from .scenarios import tail_sentence
from .volatility import why_unknown


def _window(run: run_folder, name: str) -> int | None:
    return next((i for i, one in enumerate(run.summary["windows"]) if one["name"] == name), None)


def _moved(run: run_folder, i: int, words: str, form: str = "signed_percent:1") -> phrase:
    """The move of a window, and by name who led it and who went against it."""
    take, window, w = run.take, run.summary["windows"][i], ("windows", i)
    move = window["index_return"]

    def named(side: str, which: list[int]) -> phrase:
        return listed(
            [
                phrase(f"{window[side][k]['symbol']} ", take("points:2", *w, side, k, "contribution"))
                for k in which
            ]
        )

    leaders = list(range(len(window.get("leaders") or [])))[:3]
    against = [k for k, one in enumerate(window.get("laggards") or []) if one["contribution"] * move < 0][:3]
    said: list[Any] = [
        words,
        take(form, *w, "index_return"),
        " (equal weight ",
        take(form, *w, "equal_weight_return"),
        ")",
    ]
    if leaders:
        said += [", led by ", named("leaders", leaders), " points"]
    if against and window["name"] == "last_1":
        said += [", against it ", named("laggards", against), " points"]
    half = (window.get("names_for") or {}).get("50")
    if half is not None:
        said += [
            "; ",
            take("integer:0", *w, "names_for", "50"),
            " names make" if half != 1 else " name makes",
            " half of it",
        ]
    return phrase(*said, ". ")


def _last_day(run: run_folder) -> dict[str, Any]:
    """The last row of daily.parquet, and the groups of the last day by contribution."""
    daily = run.daily
    found = {name: daily[name][-1] for name in daily}
    groups = run.groups
    found["groups"] = []
    if groups is not None:
        rows = groups.filter(np.equal(groups["date"].to_numpy(), daily["date"][-1])).to_pylist()
        found["groups"] = sorted(
            (row for row in rows if row["dimension"] == "sector" and row["contribution"] is not None),
            key=lambda row: -row["contribution"],
        )
    return found


def _last_day_by_groups(run: run_folder) -> phrase:
    """What an older run, without a window of the last day, knows of it."""
    day = _last_day(run)
    said: list[Any] = [
        "Last day ",
        from_table(day["index_return"], "signed_percent:2"),
        " (equal weight ",
        from_table(day["equal_weight_return"], "signed_percent:2"),
        ")",
    ]
    if day["groups"]:
        # The group that did most in the direction of the day.
        first = day["groups"][0 if day["index_return"] >= 0 else -1]
        said += [f", the largest part {first['group']} with ", from_table(first["contribution"], "points:2"), " points"]
    return phrase(*said, ". ")


def who(run: run_folder) -> phrase:
    last = _window(run, "last_1")
    sentence = _last_day_by_groups(run) if last is None else _moved(run, last, "Last day ", "signed_percent:2")
    for name, words in (("last_21", "21 days: "), ("since_peak", "Since the last episode's peak: ")):
        i = _window(run, name)
        if i is not None:
            sentence = sentence + _moved(run, i, words)
    return sentence


def how_concentrated(run: run_folder) -> phrase:
    take, c = run.take, "concentration"
    said: list[Any] = [
        "The ten largest of ",
        take("integer:0", c, "constituent", "n"),
        " constituents hold ",
        take("percent:1", c, "constituent", "top", 10),
        " of the weight",
    ]
    if take.value(c, "risk", "top", 10) is not None:
        said += ["; the ten riskiest make ", take("percent:1", c, "risk", "top", 10), " of the risk"]
    said += [": as if ", take("number:1", c, "constituent", "effective_n"), " equal ones by weight"]
    if take.value(c, "risk", "effective_n") is not None:
        said += [", ", take("number:1", c, "risk", "effective_n"), " by risk"]
    return phrase(*said, ".")


def which_regime(run: run_folder) -> phrase | None:
    found = run.summary.get("volatility")
    if not found:
        return None
    if found.get("level") is None:
        return phrase(f"Not known: {why_unknown(found)}.")
    take, v = run.take, "volatility"
    said: list[Any] = [
        "The volatility index stands at ",
        take("number:2", v, "level"),
        ", regime ",
        take("text:0", v, "regime") if found["regime"] is not None else "not known",
    ]
    if found["change_21d"]["points"] is not None:
        said += [", ", take("signed:2", v, "change_21d", "points"), " points over 21 closes of its own"]
    for i, one in enumerate(found["watch"][:2]):
        if one["distance"] is None:
            continue
        side = "below" if one["distance"] < 0 else "above"
        said += [
            "; ",
            take("size:2", v, "watch", i, "distance"),
            f" {side} the watched level ",
            take("number:2", v, "watch", i, "level"),
            f" ({one['name']})",
        ]
    if run.take.value("stage", "name") is not None:
        said += ["; the rules see stage ", take("text:0", "stage", "name")]
    return phrase(*said, ".")


def what_tail(run: run_folder) -> phrase | None:
    i = main_set(run)
    if i is None:
        return None
    sentence = tail_sentence(run, i)
    shape = run.take("number:1", "scenarios", i, "loss_concentration", main_key(run, i), "effective_n")
    if shape.value is not None:
        sentence += phrase(" The loss is as concentrated as ", shape, " equal constituents.")
    return sentence


def headlines(run: run_folder, diff: dict[str, Any] | None) -> list[tuple[str, phrase]]:
    asked: list[tuple[str, phrase | None]] = [
        ("Who drove it", who(run)),
        ("How concentrated", how_concentrated(run)),
        ("Which regime", which_regime(run)),
        ("What the tail looks like", what_tail(run)),
        ("What changed", change_sentence(diff) if diff else None),
        ("Limits", limits_sentence(run)),
    ]
    return [(question, answer) for question, answer in asked if answer is not None]


def chips(run: run_folder) -> list[tuple[str, str]]:
    """Status in a few words: (kind, words), kind is good, bad, warn or plain."""
    summary = run.summary
    found: list[tuple[str, str]] = []
    limits = summary.get("limits") or []
    broken = sum(one["breached"] is True for one in limits)
    unknown = sum(one["breached"] is None for one in limits)
    if broken:
        found.append(("bad", f"{broken} of {len(limits)} limits breached"))
    if unknown:
        found.append(("bad", f"{unknown} of {len(limits)} limits not known"))
    if limits and not broken and not unknown:
        found.append(("good", f"{len(limits)} limits kept" if len(limits) > 1 else "limit kept"))
    if run.regimes:
        found.append(("plain", f"regime {summary['volatility']['regime'] or 'not known'}"))
    if run.take.value("stage", "name") is not None:
        found.append(("plain", f"stage {summary['stage']['name']}"))
    missed = [one["name"] for one in summary.get("scenarios") or [] if one.get("precision_reached") is False]
    found += [("bad", f"precision of {name} not reached") for name in missed]
    asked = any(one.get("precision") for one in run.manifest.get("config", {}).get("scenarios", []))
    if asked and not missed:
        found.append(("good", "precision reached"))
    found += [("warn", words) for words in data_warnings(run)]
    return found
