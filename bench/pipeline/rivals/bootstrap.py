# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Intervals of correlations by stationary bootstrap of days, as others write them. Each of

    corrcoef       numpy, a loop over replicates that gathers the days drawn and calls corrcoef for each regime
    products       numpy as an expert writes it: counts of days times products of returns, one matrix product a regime
    numba_loops    numba, compiled and parallel over replicates, the same sums in loops

takes a task and returns intervals [cells, pairs, 2], over the replicates that have enough days of a regime; `counts_by_philox` are the draws of the program, with which `corrcoef`
and `intervals_of_counts` must give its intervals."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import os

import numpy as np

CORES = len(os.sched_getaffinity(0))
CHUNK = 1000  # replicates; of 100 to 10,000 the fastest for `products`
PERCENTILES = [2.5, 97.5]


@dataclass
class Task:
    ret: np.ndarray   # [T, G]
    cell: np.ndarray  # [T]
    cells: int
    replicates: int
    block: int
    seed: int

    @property
    def least_days(self):
        """A replicate with fewer days of a regime is not used there; [cells]."""
        return np.minimum(10, np.bincount(self.cell, minlength=self.cells) / 2)

    @property
    def pairs(self):
        return np.triu_indices(self.ret.shape[1], 1)


def chunks_of(replicates):
    return [(first, min(CHUNK, replicates - first)) for first in range(0, replicates, CHUNK)]


def drawn_counts(rng, days, block, count):
    """[count, days]: lengths by numpy's geometric, cut at `days`; starts and ends of blocks by bincount, then their running
    sum, which is twice as fast as to list every day."""
    blocks = int(days / block + 6 * np.sqrt(days) / block ** 0.5) + 10
    while True:
        ends = rng.geometric(1 / block, (count, blocks)).cumsum(axis=1)
        if (ends[:, -1] >= days).all():
            break
        blocks *= 2
    np.minimum(ends, days, out=ends)
    lengths = np.diff(ends, axis=1, prepend=0)
    starts = rng.integers(0, days, (count, blocks))
    row = (2 * days * np.arange(count))[:, None]
    used = lengths > 0
    size = 2 * days * count
    # Of a replicate 2 T days: a block goes on beyond the end, and what is there belongs to the beginning.
    change = (np.bincount((row + starts)[used], minlength=size)
              - np.bincount((row + starts + lengths)[used], minlength=size + 1)[:size])
    twice = change.reshape(count, 2 * days).cumsum(axis=1)
    return twice[:, :days] + twice[:, days:]


def products_of(ret):
    g, h = np.triu_indices(ret.shape[1])
    return np.column_stack([np.ones(len(ret)), ret, ret[:, g] * ret[:, h]])


def rho_of_sums(sums, groups):
    """[P, count] -> [pairs, count]."""
    days, first = sums[0], sums[1:1 + groups]
    g, h = np.triu_indices(groups)
    covariance = sums[1 + groups:] - first[g] * first[h] / days
    inverse = 1 / np.sqrt(covariance[g == h])
    off = g != h
    return covariance[off] * inverse[g[off]] * inverse[h[off]]


def intervals_of_counts(task, counts_of):
    """counts_of(first, count) -> [count, T]. Threads over chunks: numpy lets go of the interpreter in what takes long."""
    days, groups = task.ret.shape
    table = products_of(task.ret)
    of_cell = [np.flatnonzero(task.cell == c) for c in range(task.cells)]
    products = [np.ascontiguousarray(table[d].T) for d in of_cell]
    rho = np.empty((task.cells, groups * (groups - 1) // 2, task.replicates))
    drawn = np.empty((task.cells, task.replicates))
    least = task.least_days

    def one(chunk):
        first, count = chunk
        counts = counts_of(first, count).T.astype(np.float64)
        for c in range(task.cells):
            sums = products[c] @ counts[of_cell[c]]
            drawn[c, first:first + count] = sums[0]
            with np.errstate(divide="ignore", invalid="ignore"):  # of a replicate that is not used
                rho[c, :, first:first + count] = rho_of_sums(sums, groups)

    def percentiles(c):
        used = drawn[c] >= least[c]
        enough = rho[c] if used.all() else rho[c][:, used]
        return np.percentile(enough, PERCENTILES, axis=1, overwrite_input=True).T

    with ThreadPoolExecutor(CORES) as threads:
        list(threads.map(one, chunks_of(task.replicates)))
        return np.array(list(threads.map(percentiles, range(task.cells))))


def products(task):
    def counts_of(first, count):
        return drawn_counts(np.random.default_rng([task.seed, first]), len(task.ret), task.block, count)

    return intervals_of_counts(task, counts_of)


def corrcoef(task, counts_of=None):
    """With `counts_of` on its draws, else on its own."""
    days = len(task.ret)
    rng = np.random.default_rng(task.seed)
    rho = np.full((task.cells, len(task.pairs[0]), task.replicates), np.nan)
    least = task.least_days
    every = np.arange(days)
    for r in range(task.replicates):
        if counts_of is None:
            begins = rng.random(days) < 1 / task.block
            begins[0] = True
            starts = rng.integers(0, days, days)
            last = np.maximum.accumulate(np.where(begins, every, 0))
            drawn = (starts[last] + every - last) % days
        else:
            drawn = np.repeat(every, counts_of(r, 1)[0])
        cell = task.cell[drawn]
        for c in range(task.cells):
            here = drawn[cell == c]
            if len(here) >= least[c]:
                rho[c, :, r] = np.corrcoef(task.ret[here], rowvar=False)[task.pairs]
    return np.array([np.percentile(one[:, ~np.isnan(one[0])], PERCENTILES, axis=1).T for one in rho])


def philox(seed, replicate, block, stream=0):
    """The first two words of Philox4x32-10 at (seed, replicate, block, stream), arrays of one shape."""
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    counter = [replicate & low, replicate >> shift, block & low, np.full_like(block, stream)]
    keys = [np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)]
    for _ in range(10):
        a, b = counter[0] * np.uint64(0xD2511F53), counter[2] * np.uint64(0xCD9E8D57)
        counter = [(b >> shift) ^ counter[1] ^ keys[0], b & low, (a >> shift) ^ counter[3] ^ keys[1], a & low]
        keys = [(keys[0] + np.uint64(0x9E3779B9)) & low, (keys[1] + np.uint64(0xBB67AE85)) & low]
    return counter[:2]


def counts_by_philox(task):
    """counts_of(first, count) with the program's draws."""
    days = len(task.ret)
    stays, longer, left = 1 - 1 / task.block, [], 1 - 1 / task.block
    while len(longer) + 1 < days and left >= 2 ** -32:
        longer.append(int(left * 2 ** 32))
        left *= stays
    ascending = np.array(longer[::-1], dtype=np.uint64)

    def counts_of(first, count):
        replicate, block = np.meshgrid(np.arange(first, first + count, dtype=np.uint64),
                                       np.arange(days, dtype=np.uint64), indexing="ij")
        start, length = philox(task.seed, replicate, block)
        start = ((start * np.uint64(days)) >> np.uint64(32)).astype(np.int64)
        length = 1 + len(longer) - np.searchsorted(ascending, length, side="right")
        ends = np.minimum(length.cumsum(axis=1), days)
        counts = np.zeros((count, days), dtype=np.int64)
        for r in range(count):
            done = 0
            for s, end in zip(start[r], ends[r]):
                counts[r] += np.bincount((s + np.arange(end - done)) % days, minlength=days)
                done = end
                if done == days:
                    break
        return counts

    return counts_of


def make_numba_loops():
    """The function, compiled at its first call; ImportError where there is no numba."""
    import numba

    @numba.njit(parallel=True, fastmath=True, cache=False)
    def sums_and_rho(ret, cell, cells, replicates, block, seed, least, chunk):
        days, groups = ret.shape
        columns = 1 + groups + groups * (groups + 1) // 2
        table = np.empty((days, columns))
        for t in range(days):
            table[t, 0] = 1.0
            k = 1 + groups
            for g in range(groups):
                table[t, 1 + g] = ret[t, g]
                for h in range(g, groups):
                    table[t, k] = ret[t, g] * ret[t, h]
                    k += 1
        rho = np.empty((cells, groups * (groups - 1) // 2, replicates))
        used = np.empty((cells, replicates), dtype=np.bool_)
        for part in numba.prange((replicates + chunk - 1) // chunk):
            np.random.seed(seed + part)
            counts = np.empty(days + 1)
            sums = np.empty((cells, columns))
            inverse = np.empty(groups)
            for r in range(part * chunk, min(replicates, (part + 1) * chunk)):
                counts[:] = 0.0
                left = days
                while left > 0:
                    start = int(np.random.random() * days)
                    length = min(left, np.random.geometric(1.0 / block))
                    counts[start] += 1.0
                    if start + length <= days:
                        counts[start + length] -= 1.0
                    else:
                        counts[0] += 1.0
                        counts[start + length - days] -= 1.0
                    left -= length
                sums[:] = 0.0
                now = 0.0
                for t in range(days):
                    now += counts[t]
                    if now > 0.0 and cell[t] >= 0:
                        of_cell, row = sums[cell[t]], table[t]
                        for p in range(columns):
                            of_cell[p] += now * row[p]
                for c in range(cells):
                    s = sums[c]
                    used[c, r] = s[0] >= least[c]
                    if not used[c, r]:
                        continue
                    k = 1 + groups
                    for g in range(groups):
                        inverse[g] = 1.0 / np.sqrt(s[k] - s[1 + g] * s[1 + g] / s[0])
                        k += groups - g
                    k = 1 + groups
                    pair = 0
                    for g in range(groups):
                        k += 1
                        for h in range(g + 1, groups):
                            rho[c, pair, r] = (s[k] - s[1 + g] * s[1 + h] / s[0]) * inverse[g] * inverse[h]
                            k += 1
                            pair += 1
        return rho, used

    @numba.njit(parallel=True, fastmath=True)
    def percentiles(rho, used):
        cells, pairs, _ = rho.shape
        intervals = np.empty((cells, pairs, 2))
        for i in numba.prange(cells * pairs):
            c = i // pairs
            intervals[c, i % pairs] = np.percentile(rho[c, i % pairs][used[c]], np.array([2.5, 97.5]))
        return intervals

    def numba_loops(task):
        return percentiles(*sums_and_rho(task.ret, task.cell, task.cells, task.replicates, task.block, task.seed,
                                         task.least_days, 64))

    return numba_loops


def ways():
    """{name: function}; what is not installed is not among them."""
    found = {"numpy, corrcoef a replicate": corrcoef, "numpy, counts @ products": products}
    try:
        found["numba, parallel loops"] = make_numba_loops()
    except ImportError:
        pass
    return found
