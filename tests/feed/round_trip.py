# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The market data beside the project are the outcome of such an import: snapshots made of ten of their days give the
same rows back, but for listings that are no shares, which the importer leaves out, and the issuers that they are of.

    python round_trip.py
"""

import json
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))
from market import report_of, run_importer  # noqa: E402
from program import REAL_DATA, need_real_data  # noqa: E402

DAYS = 10


def snapshot(day, constituents):
    """The rows that the exchange must have shown: a class's cap is the whole company's."""
    rows = []
    for symbol, close, change, cap, classes in day[["symbol", "close", "return", "market_cap", "classes"]].itertuples(
        index=False
    ):
        of = constituents[symbol]
        rows.append(
            {
                "symbol": symbol,
                "name": of["name"],
                "lastsale": f"${close}",
                "pctchange": f"{100 * change:.3f}%",
                "marketCap": f"{cap * classes}.00",
                "country": of["country"],
                "ipoyear": of["ipo_year"],
                "industry": of["industry"],
                "sector": of["sector"].replace("Unclassified", ""),
            }
        )
    return rows


def main():
    need_real_data()
    constituents = pd.read_csv(REAL_DATA / "constituents.csv", dtype=str, keep_default_na=False).set_index("symbol")
    panel = pq.read_table(REAL_DATA / "panel.parquet").to_pandas()
    panel = panel[panel.date.isin(sorted(panel.date.unique())[-DAYS:])].reset_index(drop=True)
    panel["issuer"] = panel.symbol.map(constituents.issuer)
    panel["classes"] = panel.groupby(["date", "issuer"]).symbol.transform("size").where(panel.issuer != "", 1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "in").mkdir()
        texts = constituents.to_dict("index")
        for day, rows in panel.groupby("date"):
            (folder / "in" / f"{day}.json").write_text(json.dumps(snapshot(rows, texts)), encoding="utf-8")
        run_importer(folder / "in", REAL_DATA / "vix.csv", folder / "out")
        report = report_of(folder / "out")
        found = pq.read_table(folder / "out" / "panel.parquet").to_pandas()
        labels = pd.read_csv(folder / "out" / "constituents.csv", dtype=str, keep_default_na=False).set_index("symbol")

    assert report["days"]["count"] == DAYS and not report["snapshots"]["list"], report["snapshots"]
    left_out = {one["symbol"]: reason for reason, cells in report["listings_left_out"].items() for one in cells}
    assert set(left_out.values()) <= {"warrant", "preferred", "fund", "when_issued", "debt"}, left_out
    key = ["date", "symbol"]
    both = panel.merge(found, on=key, how="outer", suffixes=("", "_found"), indicator=True)
    lost = both[both._merge != "both"]
    assert set(lost.symbol) == set(left_out) and (lost._merge == "left_only").all(), lost
    both = both[both._merge == "both"]
    for column in ("close", "return"):
        assert (both[column] == both[f"{column}_found"]).all(), column
    other = both[(both.market_cap - both.market_cap_found).abs() > 1e-12 * both.market_cap]
    # of an issuer whose listings were all shared out: those that are no shares, and a class with a cap of its own
    own = {symbol for pair in report["classes"]["not_shared"] for symbol in pair["symbols"]}
    reasons = {
        symbol: any(constituents.issuer[symbol] == constituents.issuer[s] for s in left_out) or symbol in own
        for symbol in set(other.symbol)
    }
    assert all(reasons.values()), reasons
    same = labels.loc[found.symbol.unique()]
    texts = constituents.loc[same.index]
    for column in ("sector", "industry", "country", "ipo_year"):
        assert (same[column] == texts[column].str.strip()).all(), column
    print(
        f"{len(both):,} of {len(panel):,} rows of {DAYS} days came back, closes and returns to the bit; "
        f"{len(left_out)} listings are no shares: {' '.join(sorted(left_out))}; caps differ of {sorted(reasons)}"
    )
    assert len(reasons) < 20 and len(left_out) < 40


if __name__ == "__main__":
    main()
