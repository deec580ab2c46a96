# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Caps of constituents along scenarios on a device, as users of array libraries write it: whole arrays of some scenarios at a
time, a day after the other. The task, what is asked for and the figures are those of paths.py; all of the task is on the
device before the first time is taken, and figures stay there.

    Numpy   no rival: the same text on the host, so that tests on machines without a device run it
    Cupy    gather, then the step as one fused kernel (cupy.fuse); or both in one ElementwiseKernel
    Torch   eager; and each day compiled (torch.compile)

Sums of sectors in two forms: a matrix product with a one-hot matrix ("product"), or sectors padded to the same size and summed
along an axis ("shape"), which compilers can join with the step."""

import time
from dataclasses import dataclass

import numpy as np

K = 10
SUMS = ("product", "shape")


@dataclass
class Placed:
    """A task on a device, for one form of sums."""
    sums: str
    sectors: int
    start: object   # [N]; padded with zeros where sums go by shape
    ret: object     # [T, N]
    row: object     # [H, S]
    scale: object   # [H, S]
    member: object  # [N, sectors] of 0 and 1; None where sums go by shape


@dataclass
class Figures:
    """All on the device; see host()."""
    sector: object        # [days, S, sectors]
    index_return: object  # [S]
    max_drawdown: object
    max_hhi: object = None  # None where not asked for
    max_top: object = None


def padded(task):
    """[sectors * width] columns of the task, -1 where there is none."""
    sizes = np.diff(task.sector)
    column = np.full((len(sizes), sizes.max()), -1)
    for g, size in enumerate(sizes):
        column[g, :size] = np.arange(task.sector[g], task.sector[g] + size)
    return column.ravel()


def place(library, task, asked, sums):
    start, ret, member = task.start, task.ret, None
    if sums == "shape":
        column = padded(task)
        start = np.where(column >= 0, start[column], np.float32(0))
        ret = np.where(column >= 0, ret[:, column], np.float32(0))
    else:
        member = np.zeros((len(start), len(task.sector) - 1), np.float32)
        member[np.arange(len(start)), np.repeat(np.arange(len(task.sector) - 1), np.diff(task.sector))] = 1
        member = library.there(member)
    some = slice(0, asked.scenarios), slice(0, asked.days)
    return Placed(sums, len(task.sector) - 1, library.there(start), library.there(ret),
                  library.there(np.ascontiguousarray(task.row[some].T.astype(np.int32))),
                  library.there(np.ascontiguousarray(task.scale[some].T)), member)


def sums_of(placed, caps):
    if placed.sums == "product":
        return caps @ placed.member
    return caps.reshape(len(caps), placed.sectors, -1).sum(-1)


def plain_step(library, caps, ret, row, scale):
    growth = library.take(ret, row)
    growth *= scale[:, None]
    growth += 1
    caps *= library.xp.clip(growth, 0, None)
    return caps


def make_day(library, step, placed, asked):
    """day(caps, row, scale) -> (caps, sums of sectors, sum of squares, sum of the largest); the latter two may be None."""
    def day(caps, row, scale):
        caps = step(library, caps, placed.ret, row, scale)
        return (caps, sums_of(placed, caps), library.squares(caps) if asked.hhi else None,
                library.largest(caps) if asked.top else None)
    return day


def walk(library, day, placed, asked, size):
    """Figures; `size` scenarios at a time."""
    xp, s = library.xp, asked.scenarios
    sector = library.room((asked.days, s, placed.sectors))
    squares, largest = (library.room((asked.days, s)) if wanted else None for wanted in (asked.hhi, asked.top))
    for first in range(0, s, size):
        some = slice(first, min(first + size, s))
        caps = library.repeated(placed.start, some.stop - first)
        for h in range(asked.days):
            caps, sector[h, some], of_squares, of_largest = day(caps, placed.row[h, some], placed.scale[h, some])
            if asked.hhi:
                squares[h, some] = of_squares
            if asked.top:
                largest[h, some] = of_largest
    total, whole = sector.sum(-1), placed.start.sum()
    peak, drawdown = xp.zeros_like(total[0]) + whole, xp.zeros_like(total[0])
    for h in range(asked.days):
        peak = xp.maximum(peak, total[h])
        drawdown = xp.maximum(drawdown, 1 - total[h] / peak)
    figures = Figures(sector, total[-1] / whole - 1, drawdown)
    if asked.hhi:
        figures.max_hhi = library.highest(squares / total**2)
    if asked.top:
        figures.max_top = library.highest(largest / total)
    return figures


def host(library, figures):
    """[index_return, max_drawdown, max_hhi, max_top, sector_return]: numpy, zeros where not asked for; of the order of what
    scenario_passes writes, the last [S, sectors]: sums of the last day."""
    some = [figures.index_return, figures.max_drawdown, figures.max_hhi, figures.max_top, figures.sector[-1]]
    return [np.zeros(len(figures.index_return)) if one is None else library.here(one) for one in some]


def truth(task, asked):
    """The same figures in float64, caps a constituent after the other day."""
    caps = np.repeat(task.start[None, :].astype(float), asked.scenarios, axis=0)
    levels, hhi, top = [caps.sum(axis=1)], [], []
    for h in range(asked.days):
        scale = task.scale[:asked.scenarios, h, None].astype(float)
        caps *= np.maximum(1 + scale * task.ret[task.row[:asked.scenarios, h]], 0)
        levels.append(caps.sum(axis=1))
        hhi.append((caps**2).sum(axis=1) / levels[-1]**2)
        top.append(np.sort(caps, axis=1)[:, -K:].sum(axis=1) / levels[-1])
    level = np.array(levels)
    none = np.zeros(asked.scenarios)
    return [level[-1] / level[0] - 1, (1 - level / np.maximum.accumulate(level, axis=0)).max(axis=0),
            np.max(hhi, axis=0) if asked.hhi else none, np.max(top, axis=0) if asked.top else none,
            np.add.reduceat(caps, task.sector[:-1], axis=1)]


def off(got, want):
    """The largest difference of figures as host() gives them; sums of sectors as shares of the whole."""
    whole = want[4].sum(axis=1, keepdims=True)
    pairs = [*zip(got[:4], want[:4]), (got[4] / whole, want[4] / whole)]
    return max(float(np.abs(a - b).max()) for a, b in pairs)


class Numpy:
    name, xp = "numpy", np
    forms = {"numpy": plain_step}

    def there(self, array):
        return array

    def here(self, array):
        return array

    def room(self, shape):
        return np.empty(shape, np.float32)

    def repeated(self, start, count):
        return np.repeat(start[None, :], count, axis=0)

    def take(self, ret, row):
        return ret[row]

    def squares(self, caps):
        return np.einsum("sn,sn->s", caps, caps)

    def largest(self, caps):
        return np.partition(caps, -K, axis=1)[:, -K:].sum(axis=1)

    def highest(self, daily):
        return daily.max(axis=0)

    def version(self):
        return np.__version__

    def compiled(self, form, day):
        return day

    def flush(self):
        pass

    def seconds(self, work):
        start = time.perf_counter()
        work()
        return time.perf_counter() - start


class Cupy(Numpy):
    name = "cupy"

    def __init__(self):
        import cupy
        self.xp = cupy
        self.much = cupy.empty(1 << 28, cupy.uint8)
        self.squares_of = cupy.ReductionKernel("float32 c", "float32 s", "c * c", "a + b", "s = a", "0", "squares")
        self.gathered = cupy.ElementwiseKernel(
            "raw float32 ret, raw int32 row, raw float32 scale, int32 n", "float32 cap",
            "const int s = i / n; cap = cap * max(scale[s] * ret[(long long)row[s] * n + i % n] + 1.0f, 0.0f)",
            "gather_and_step")

        @cupy.fuse()
        def fused(cap, growth, scale):
            return cap * cupy.maximum(growth * scale + cupy.float32(1), cupy.float32(0))

        def fused_step(library, caps, ret, row, scale):
            return fused(caps, library.take(ret, row), scale[:, None])

        def gathering_step(library, caps, ret, row, scale):
            library.gathered(ret, row, scale, caps.shape[1], caps)
            return caps

        self.forms = {"cupy, fused step": fused_step, "cupy, ElementwiseKernel that gathers": gathering_step}

    def there(self, array):
        return self.xp.asarray(array)

    def here(self, array):
        return self.xp.asnumpy(array)

    def room(self, shape):
        return self.xp.empty(shape, self.xp.float32)

    def repeated(self, start, count):
        return self.xp.repeat(start[None, :], count, axis=0)

    def take(self, ret, row):
        return self.xp.take(ret, row, axis=0)

    def squares(self, caps):
        return self.squares_of(caps, axis=1)

    def largest(self, caps):
        # From below: CuPy sorts whole rows where the place is far from the start.
        return -self.xp.partition(-caps, K - 1, axis=1)[:, :K].sum(axis=1)

    def version(self):
        return self.xp.__version__

    def flush(self):
        self.much.fill(1)

    def seconds(self, work):
        start, end = self.xp.cuda.Event(), self.xp.cuda.Event()
        start.record()
        work()
        end.record()
        end.synchronize()
        return 1e-3 * self.xp.cuda.get_elapsed_time(start, end)


class Torch(Numpy):
    name = "torch"
    MODES = {"torch, compiled": "default", "torch, compiled, max-autotune": "max-autotune-no-cudagraphs"}
    forms = {"torch, eager": plain_step} | {name: plain_step for name in MODES}

    def __init__(self, device):
        import torch
        self.xp, self.device = torch, device
        torch.set_grad_enabled(False)
        torch.set_float32_matmul_precision("highest")
        self.much = torch.empty(1 << 28 if device != "cpu" else 1, dtype=torch.uint8, device=device)

    def there(self, array):
        return self.xp.as_tensor(array, device=self.device)

    def here(self, array):
        return array.cpu().numpy()

    def room(self, shape):
        return self.xp.empty(shape, dtype=self.xp.float32, device=self.device)

    def repeated(self, start, count):
        return start.repeat(count, 1)

    def take(self, ret, row):
        return self.xp.index_select(ret, 0, row)

    def squares(self, caps):
        return (caps * caps).sum(1)

    def largest(self, caps):
        return self.xp.topk(caps, K, dim=1, sorted=False).values.sum(1)

    def highest(self, daily):
        return daily.amax(0)

    def version(self):
        return self.xp.__version__

    def compiled(self, form, day):
        mode = self.MODES.get(form)
        if mode is None:
            return day
        self.xp.compiler.reset()  # after a few compilations of one function it would quietly go on uncompiled
        return self.xp.compile(day, mode=mode, dynamic=False)

    def flush(self):
        self.much.fill_(1)

    def seconds(self, work):
        if self.device == "cpu":
            return super().seconds(work)
        start, end = (self.xp.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        work()
        end.record()
        end.synchronize()
        return 1e-3 * start.elapsed_time(end)
