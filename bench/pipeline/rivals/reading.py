# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Reading alone: the columns date, symbol, market_cap and return of the panel, by each library to its own table, and to
the dense [T, N] arrays of cap and return that the program's stage topheavy::data::panel makes, its rules applied."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy_blocks
import pandas as pd
import pandas_wide
import polars as pl
import polars_long
import pyarrow.parquet as pq

COLUMNS = ["date", "symbol", "market_cap", "return"]


def pandas_table(config):
    return pd.read_parquet(config["data"]["panel"], columns=COLUMNS)


def pandas_dictionary_table(config):
    return pd.read_parquet(config["data"]["panel"], columns=COLUMNS, read_dictionary=["symbol"],
                           to_pandas_kwargs={"date_as_object": False})


def pyarrow_table(config):
    return pq.read_table(config["data"]["panel"], columns=COLUMNS)


def pyarrow_dictionary_table(config):
    return pq.read_table(config["data"]["panel"], columns=COLUMNS, read_dictionary=["symbol"], memory_map=True)


def polars_table(config):
    return pl.scan_parquet(config["data"]["panel"]).select(COLUMNS).collect()


def polars_streaming_table(config):
    return pl.scan_parquet(config["data"]["panel"]).select(COLUMNS).collect(engine="streaming")


def pandas_wide_dense(config):
    return pandas_wide.read_wide(config)


def pyarrow_numpy_dense(config):
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return numpy_blocks.read_dense(config, pool)


def polars_dense(config):
    return polars_long.read_long(config)


WAYS = {way.__name__: way for way in (pandas_table, pandas_dictionary_table, pyarrow_table, pyarrow_dictionary_table,
                                      polars_table, polars_streaming_table, pandas_wide_dense, polars_dense,
                                      pyarrow_numpy_dense)}
