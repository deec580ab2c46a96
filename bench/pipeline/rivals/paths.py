# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Caps of constituents along scenarios, as others write it. Each rival takes a task and the days, scenarios and daily figures
that are asked for, and returns figures: sums of sectors on every day, index return and maximum drawdown of each scenario and,
where asked for, HHI and the weight of the ten largest on every day, with their maximum. Plans are given.

    numpy_chunks    whole arrays of some scenarios at a time, a day after the other; a thread, or one a core
    numba_loops     numba, compiled, parallel over scenarios with fastmath, rows of a sector as slices

The one in C++ is paths_free_order.cpp."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
import os

import numpy as np

CORES = len(os.sched_getaffinity(0))
K = 10
CHUNKS = (4, 8, 16, 32, 128)  # scenarios at a time, of which the fastest is taken


@dataclass
class Task:
    sector: np.ndarray  # [sectors + 1] first constituent of each
    start: np.ndarray   # [N]
    ret: np.ndarray     # [T, N]
    row: np.ndarray     # [S, H]
    scale: np.ndarray   # [S, H]


@dataclass
class Asked:
    days: int
    scenarios: int
    hhi: bool
    top: bool


@dataclass
class Figures:
    sector: np.ndarray        # [S, days, sectors]
    hhi: np.ndarray           # [S, days]; of zeros where not asked for, as the next three
    top: np.ndarray
    index_return: np.ndarray  # [S]
    max_drawdown: np.ndarray
    max_hhi: np.ndarray
    max_top: np.ndarray


def read_task(folder, horizon):
    """As made_up_paths::write leaves it."""
    folder = Path(folder)
    start = np.fromfile(folder / "start.f32", np.float32)
    return Task(np.fromfile(folder / "sector.u64", np.uint64).astype(np.int64), start,
                np.fromfile(folder / "ret.f32", np.float32).reshape(-1, len(start)),
                np.fromfile(folder / "row.u32", np.uint32).reshape(-1, horizon),
                np.fromfile(folder / "scale.f32", np.float32).reshape(-1, horizon))


def room_for(task, asked):
    daily = (asked.scenarios, asked.days)
    sector = np.empty((*daily, len(task.sector) - 1), np.float32)
    ends = (np.zeros(asked.scenarios, np.float32) for _ in range(4))
    return Figures(sector, np.zeros(daily, np.float32), np.zeros(daily, np.float32), *ends)


def numpy_chunk(task, asked, out, first, size):
    some = slice(first, min(first + size, asked.scenarios))
    caps = np.repeat(task.start[None, :], some.stop - first, axis=0)
    growth = np.empty_like(caps)
    for day in range(asked.days):
        np.take(task.ret, task.row[some, day], axis=0, out=growth, mode="clip")  # clip: no copy behind the back
        growth *= task.scale[some, day, None]
        growth += np.float32(1)
        np.maximum(growth, 0, out=growth)
        caps *= growth
        np.add.reduceat(caps, task.sector[:-1], axis=1, out=out.sector[some, day])
        if asked.hhi:
            np.einsum("sn,sn->s", caps, caps, out=out.hhi[some, day])
        if asked.top:
            out.top[some, day] = np.partition(caps, -K, axis=1)[:, -K:].sum(axis=1)
    total = out.sector[some].sum(axis=2)
    level = np.concatenate([np.broadcast_to(task.start.sum(), (len(total), 1)), total], axis=1)
    out.index_return[some] = total[:, -1] / task.start.sum() - 1
    out.max_drawdown[some] = (1 - level / np.maximum.accumulate(level, axis=1)).max(axis=1)
    out.hhi[some] /= total**2
    out.top[some] /= total
    out.max_hhi[some], out.max_top[some] = out.hhi[some].max(axis=1), out.top[some].max(axis=1)


def numpy_chunks(task, asked, size, cores):
    out = room_for(task, asked)
    firsts = range(0, asked.scenarios, size)
    if cores == 1:
        for first in firsts:
            numpy_chunk(task, asked, out, first, size)
    else:
        with ThreadPoolExecutor(cores) as threads:
            list(threads.map(lambda first: numpy_chunk(task, asked, out, first, size), firsts))
    return out


def make_numba_loops():
    """The function, compiled at its first call; ImportError where there is no numba."""
    import numba

    def compiled(hhi, top):
        @numba.njit(parallel=True, fastmath=True, error_model="numpy")
        def walk(sector, start, ret, row, scale, days, scenarios, by_sector, of_hhi, of_top, index_return, drawdown,
                 max_hhi, max_top):
            zero, one = np.float32(0), np.float32(1)
            whole = start.sum()
            first_leaders = np.argsort(start)[-K:]
            for s in numba.prange(scenarios):
                cap = start.copy()
                leaders, found = first_leaders.copy(), np.empty(start.size, np.int64)
                total, peak = whole, whole
                for h in range(days):
                    of_day, k = ret[row[s, h]], scale[s, h]
                    total, squares = zero, zero
                    for g in range(sector.size - 1):
                        c, r = cap[sector[g]:sector[g + 1]], of_day[sector[g]:sector[g + 1]]
                        part = zero
                        for n in range(c.size):
                            growth = np.float32(k * r[n] + one)
                            growth = growth if growth > zero else zero
                            value = np.float32(c[n] * growth)
                            c[n] = value
                            part = np.float32(part + value)
                            if hhi:
                                squares = np.float32(squares + value * value)
                        by_sector[s, h, g] = part
                        total = np.float32(total + part)
                    peak = max(peak, total)
                    drawdown[s] = max(drawdown[s], one - total / peak)
                    if hhi:
                        of_hhi[s, h] = squares / (total * total)
                        max_hhi[s] = max(max_hhi[s], of_hhi[s, h])
                    if top:
                        # The least of yesterday's leaders is a bound that few others reach.
                        bound = cap[leaders[0]]
                        for i in range(1, K):
                            bound = min(bound, cap[leaders[i]])
                        reach = 0
                        for n in range(cap.size):
                            reach += cap[n] >= bound
                        if reach != K:
                            reach = 0
                            for n in range(cap.size):
                                if cap[n] >= bound:
                                    found[reach] = n
                                    reach += 1
                            some = found[:reach]
                            leaders[:] = some[np.argsort(cap[some])[-K:]]
                        ten = zero
                        for i in range(K):
                            ten = np.float32(ten + cap[leaders[i]])
                        of_top[s, h] = ten / total
                        max_top[s] = max(max_top[s], of_top[s, h])
                index_return[s] = total / whole - one

        return walk

    by_parts = {(hhi, top): compiled(hhi, top) for hhi in (False, True) for top in (False, True)}

    def numba_loops(task, asked):
        out = room_for(task, asked)
        by_parts[asked.hhi, asked.top](task.sector, task.start, task.ret, task.row, task.scale, asked.days, asked.scenarios,
                                       out.sector, out.hhi, out.top, out.index_return, out.max_drawdown, out.max_hhi,
                                       out.max_top)
        return out

    return numba_loops
