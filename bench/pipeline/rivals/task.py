# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What every rival needs to know and none should lose time with: labels, dimensions, regimes and windows of a
configuration, and the small arithmetic on small results, in plain numpy.

A rival is a module with one function `history(config)`: it reads the tables that the configuration names (as
tests/oracle/tables.py reads it) and returns

    dates [T], symbols [N], rows, dropped {reason: count}, regime [T] of text or None
    daily {column of daily.parquet: [T]}
    groups {dimension: (names [G], weight [T, G], return [T, G], contribution [T, G])}
    windows [{name, start, end, index_return, equal_weight_return, symbols, weight_start, weight_end, return,
              contribution, names_for, top_share,
              by {dimension: {names, weight_start, weight_end, contribution, return or None, names_for, top_share}}}]
    concentration: as the key of summary.json, leaders left out

and bench/pipeline/equality.py holds that against the output of the program before anything is timed."""

import datetime

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

TOP = (1, 5, 10, 25, 50)
MOVE_SHARES = (50, 80, 100)
HIGH_DAYS, HIGH_SHARE = 252, 0.99
SMALLEST_MOVE = 1e-6
FEWEST_RISK_DAYS = 10
NONE = np.nan


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal() - 719163


def day_range(config):
    """First and last day, as days since 1970, that the panel is read for; None where there is no limit."""
    start = config["data"].get("start")
    as_of = config.get("as_of", "latest")
    return (day_number(start) if start else None), (None if as_of == "latest" else day_number(as_of))


def max_abs_return(config):
    return float(config["data"].get("max_abs_return", 3.0))


def labels_of(config, symbols):
    """{column: [N] of text} for the constituents of the panel."""
    path = config["data"].get("constituents")
    position = {symbol: n for n, symbol in enumerate(symbols)}
    columns = {name: [""] * len(symbols) for name in ("sector", "issuer")}
    if path:
        convert = pacsv.ConvertOptions(strings_can_be_null=False)
        with open(path, "rb") as file:
            names = file.readline().decode("utf-8-sig").rstrip("\r\n").split(",")
        convert.column_types = {name: pa.string() for name in names}
        table = pacsv.read_csv(path, convert_options=convert)
        at = [position.get(symbol, -1) for symbol in table["symbol"].to_pylist()]
        for name in table.column_names:
            if name == "symbol":
                continue
            columns[name] = column = [""] * len(symbols)
            for n, value in zip(at, table[name].to_pylist()):
                if n >= 0:
                    column[n] = value
    columns["symbol"] = list(symbols)
    for name, column in columns.items():
        missing = symbols if name == "issuer" else ["Unclassified"] * len(symbols)
        columns[name] = [value or other for value, other in zip(column, missing)]
    return columns


def dimension_of(labels):
    """(names, code of each constituent): a dimension whose groups share the constituents out."""
    names = sorted(set(labels), key=lambda name: name.encode())
    code = {name: i for i, name in enumerate(names)}
    return names, np.fromiter((code[label] for label in labels), np.int64, len(labels))


def dimensions_of(config, labels):
    """{dimension: (names, [members of each group])} beside sector and issuer."""
    found = {}
    for dimension, groups in (config.get("groups") or {}).items():
        if isinstance(groups, str):
            names, code = dimension_of(labels[groups])
            found[dimension] = names, [np.flatnonzero(code == g) for g in range(len(names))]
            continue
        members = []
        for rule in groups.values():
            listed, where = set(rule.get("symbols") or []), rule.get("where") or {}
            chosen = np.array([symbol in listed for symbol in labels["symbol"]])
            if where:
                matches = np.ones(len(chosen), bool)
                for column, accepted in where.items():
                    accepted = {accepted} if isinstance(accepted, str) else set(accepted)
                    matches &= np.array([label in accepted for label in labels[column]])
                chosen |= matches
            members.append(np.flatnonzero(chosen))
        found[dimension] = list(groups), members
    return found


class Volatility:
    """The volatility index: days ascending (since 1970), closes, thresholds and the regime of each of its days."""

    def __init__(self, config):
        settings = config.get("volatility") or {}
        self.thresholds = [float(x) for x in settings.get("thresholds") or (20, 25, 30)]
        self.names = settings.get("names") or default_names(self.thresholds)
        self.staleness = int(settings.get("max_staleness_days", 5))
        self.lag = int(settings.get("lag", 0))
        self.holidays = {day_number(text) for text in config["data"].get("holidays") or []}
        path = config["data"].get("volatility")
        self.days = None
        if not path:
            return
        table = pacsv.read_csv(path, convert_options=pacsv.ConvertOptions(
            include_columns=["date", "close"], column_types={"date": pa.date32(), "close": pa.float64()}))
        days = table["date"].cast(pa.int32()).to_numpy()
        close = table["close"].to_numpy()
        order = np.argsort(days, kind="stable")
        order = order[np.isfinite(close[order])]
        self.days, self.close = days[order].astype(np.int64), close[order]
        self.regime = self.regimes(float(settings.get("hysteresis", 0)))

    def regimes(self, hysteresis):
        raw = np.searchsorted(self.thresholds, self.close, side="right")
        if hysteresis == 0:
            return raw
        up = [theta + hysteresis for theta in self.thresholds]
        down = [theta - hysteresis for theta in self.thresholds]
        regime, state = np.empty_like(raw), int(raw[0])
        for i, level in enumerate(self.close.tolist()):
            while state < len(up) and level >= up[state]:
                state += 1
            while state > 0 and level < down[state - 1]:
                state -= 1
            regime[i] = state
        return regime

    def row_of(self, days, lag):
        """The last row at least `lag` calendar days before each day, -1 where it is stale or there is none."""
        row = np.searchsorted(self.days, days - lag, side="right") - 1
        return np.where((row >= 0) & (days - self.days[row] <= self.staleness), row, -1)

    def join(self, days):
        """(level or NaN, regime or -1, after a gap) of each panel day."""
        nothing = np.full(len(days), NONE), np.full(len(days), -1), np.zeros(len(days), bool)
        if self.days is None:
            return nothing
        row, earlier = self.row_of(days, 0), self.row_of(days, self.lag)
        level = np.where(row >= 0, self.close[row], NONE)
        regime = np.where(earlier >= 0, self.regime[earlier], -1)
        after_gap = np.zeros(len(days), bool)
        between = self.days[(self.days > days[0]) & (self.days < days[-1])]
        for day in np.setdiff1d(between, days).tolist():
            if (day + 3) % 7 < 5 and day not in self.holidays:  # 1970-01-01 was a Thursday
                after_gap[np.searchsorted(days, day)] = True
        return level, regime, after_gap

    def last_peak(self, last):
        if self.days is None:
            return None
        peak, inside, height = None, False, 0.0
        count = np.searchsorted(self.days, last, side="right")
        for day, close in zip(self.days[:count].tolist(), self.close[:count].tolist()):
            if not inside and close >= self.thresholds[-1]:
                inside, peak, height = True, day, close
            elif inside and close < self.thresholds[0]:
                inside = False
            if inside and close > height:
                peak, height = day, close
        return peak


def default_names(thresholds):
    if len(thresholds) == 3:
        return ["calm", "recovering", "stressed", "panic"]
    texts = [f"{theta:g}" for theta in thresholds]
    between = [f"{low}_to_{high}" for low, high in zip(texts, texts[1:])]
    return [f"below_{texts[0]}", *between, f"from_{texts[-1]}"]


def windows_of(config, days, last_peak):
    """(name, position of the base day, position of the last day)."""
    def at(day):
        return int(np.searchsorted(days, day, side="right")) - 1

    last = len(days) - 1
    found = [(w["name"], at(day_number(w["start"])), at(day_number(w["end"]))) for w in config.get("windows") or []]
    year = datetime.date.fromordinal(int(days[-1]) + 719163).year
    automatic = [("last_1", last - 1), ("last_21", last - 21), ("last_252", last - 252),
                 ("year_to_date", at(day_number(f"{year}-01-01") - 1))]
    if last_peak is not None:
        automatic.append(("since_peak", at(last_peak)))
    return found + [(name, start, last) for name, start in automatic if 0 <= start < last]


def lookback_days(config, days):
    """Position of the first return day of the lookback."""
    asked = config["data"].get("lookback_days", "all")
    return 1 if asked == "all" else max(1, days - int(asked))


def levels(index_return):
    return 100.0 * np.cumprod(1.0 + np.nan_to_num(index_return))


def shares_of_move(contribution, move):
    """names_for and top_share of the contributions of those that took part."""
    if not abs(move) >= SMALLEST_MOVE:
        return {p: None for p in MOVE_SHARES}, {k: None for k in TOP}
    reached = np.cumsum(np.sort(contribution / move)[::-1])
    enough = {p: np.flatnonzero(reached >= p / 100.0 - 1e-12) for p in MOVE_SHARES}
    names = {p: int(found[0]) + 1 if len(found) else None for p, found in enough.items()}
    return names, {k: float(reached[min(k, len(reached)) - 1]) if len(reached) else None for k in TOP}


def concentration_of_shares(share, n):
    """Figures of one set of shares: signed as they are for HHI, cut at zero and rescaled for the others."""
    positive = np.sort(np.maximum(share, 0.0))
    positive /= positive.sum()
    hhi = float(share @ share)
    some = positive[positive > 0.0]
    entropy = float(-(some @ np.log(some)))
    reached = np.cumsum(positive[::-1])
    return {
        "n": n, "top": {str(k): float(reached[min(k, len(reached)) - 1]) for k in TOP}, "hhi": hhi,
        "effective_n": 1.0 / hhi, "entropy": entropy, "exp_entropy": float(np.exp(entropy)),
        "gini": float(2.0 * (positive @ np.arange(1.0, len(positive) + 1)) / n - (n + 1) / n),
    }


def risk_of_sums(weight, days, filled, sum_r, sum_ri, sum_i, sum_ii):
    """Concentration of risk from a cell's sums over its days of R [n], R I* [n], I* and I*^2."""
    n = len(weight)
    if days < FEWEST_RISK_DAYS:
        return {"n": n, "days": days}
    variance = (sum_ii - sum_i * sum_i / days) / (days - 1)
    if not variance > 0.0:
        return {"n": n, "days": days}
    share = weight * (sum_ri - sum_r * (sum_i / days)) / (days - 1) / variance
    negative = share < 0.0
    return {**concentration_of_shares(share, n), "days": days, "filled_share": filled / (n * days),
            "negative": {"count": int(negative.sum()), "sum": float(share[negative].sum())}}


def group_series(names, base, base_return, total):
    """A dimension's entry of `groups` from sums [T, G] of caps and of caps times returns, and all caps [T]."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return names, base / total[:, None], base_return / base, base_return / total[:, None]


def window_answer(window, daily, series, groups, issuer_names, issuer, contribution, growth, took_part, weight):
    """From the constituents' sums over a window to the answer about it; weight: at its start and end."""
    name, start, end = window
    rows = slice(start + 1, end + 1)
    move = daily["index_level"][end] / daily["index_level"][start] - 1.0
    names_for, top_share = shares_of_move(contribution[took_part], move)
    equal = daily["equal_weight_return"][rows]
    answer = {"name": name, "start": start, "end": end, "index_return": move,
              "equal_weight_return": np.prod(1.0 + equal[~np.isnan(equal)]) - 1.0, "symbols": took_part,
              "weight_start": weight[0], "weight_end": weight[1], "return": growth - 1.0,
              "contribution": contribution, "names_for": names_for, "top_share": top_share, "by": {}}
    for dimension, (names, members) in groups.items():
        sums = (np.array([values[inside].sum() for inside in members]) for values in (*weight, contribution, took_part))
        returns = series[dimension][2][rows]
        answer["by"][dimension] = by_group(names, *sums, move)
        answer["by"][dimension]["return"] = np.where(np.isnan(returns).all(axis=0), np.nan,
                                                     np.prod(1.0 + np.nan_to_num(returns), axis=0) - 1.0)
    sums = (np.bincount(issuer, weights=values, minlength=len(issuer_names))
            for values in (*weight, contribution, took_part))
    answer["by"]["issuer"] = by_group(issuer_names, *sums, move)
    return answer


def by_group(names, weight_start, weight_end, contribution, took_part, move):
    names_for, top_share = shares_of_move(contribution[took_part > 0], move)
    return {"names": names, "weight_start": weight_start, "weight_end": weight_end, "contribution": contribution,
            "names_for": names_for, "top_share": top_share}
