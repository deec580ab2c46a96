# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Mean block length of the stationary bootstrap by Politis and White 2004, corrected by Patton, Politis and White 2009:
from the formulas, in numpy.

    block_length.py            against the package arch, where it is installed (77 where it is not)
    block_length.py --series   prints the series and the answers of arch that tests/host/block_length_test.cpp records
"""

import math
import sys

import numpy as np

SKIPPED = 77


def optimal_block_length(x):
    """NaN where the series is shorter than 11 or does not vary."""
    x = np.asarray(x, dtype=float)
    n = len(x)
    if n < 11 or np.ptp(x) == 0:
        return math.nan
    e = x - x.mean()
    run = max(5, int(math.log10(n)))
    last = math.ceil(math.sqrt(n)) + run
    covariance = np.array([e[k:] @ e[:n - k] / n for k in range(last + 1)])
    correlation = np.array([abs(e[k:] @ e[:n - k]) / math.sqrt((e[k + 1:] @ e[k + 1:]) * (e[:n - k - 1] @ e[:n - k - 1]))
                            for k in range(last + 1)])
    small = correlation < 2 * math.sqrt(math.log10(n) / n)
    first = next((k for k in range(last - run + 1) if small[k:k + run].all()), None)
    m = last if first is None else min(2 * max(first, 1), last)
    k = np.arange(1, m + 1)
    window = np.clip(2 * (1 - k / m), None, 1)
    g = 2 * np.sum(window * k * covariance[1:m + 1])
    spectrum = covariance[0] + 2 * np.sum(window * covariance[1:m + 1])
    return min((g * g / spectrum ** 2 * n) ** (1 / 3), math.ceil(min(3 * math.sqrt(n), n / 3)))


def autoregressive(coefficient, n, seed, burn=100):
    """As the tests of arch make theirs: y[0] = e[0], then y[t] = coefficient y[t-1] + e[t]; the first `burn` go."""
    e = np.random.RandomState(seed).standard_normal(n + burn)
    y = np.zeros(n + burn)
    y[0] = e[0]
    for t in range(1, n + burn):
        y[t] = coefficient * y[t - 1] + e[t]
    return y[burn:]


def whole_series(n, parts, step):
    """Whole numbers that anybody can make again: a sum of `parts` numbers of a congruential generator, `step` apart, so
    that neighbours share terms."""
    state, draws = 12345, []
    for _ in range(n * step + parts):
        state = (1103515245 * state + 12345) % 2 ** 31
        draws.append(state // 65536 % 2001 - 1000)
    return np.array([sum(draws[t * step:t * step + parts]) for t in range(n)], dtype=float)


SERIES = [(11, 1, 1), (12, 1, 2), (60, 4, 1), (100, 12, 3), (250, 1, 1), (250, 6, 2), (759, 3, 1), (759, 30, 1)]


def main():
    try:
        from arch.bootstrap import optimal_block_length as of_arch
    except ImportError:
        print(f"SKIPPED: {sys.executable} has no package arch; scripts/setup.sh installs it")
        return SKIPPED
    if sys.argv[1:] == ["--series"]:
        for n, parts, step in SERIES:
            b = of_arch(whole_series(n, parts, step))["stationary"].iloc[0]
            print(f"    {{{n}, {parts}, {step}, {float(b)!r}}},")
        return 0
    known = autoregressive(0.3, 10_000, 0)
    cases = {"AR(1) 0.3 of the tests of arch": known}
    cases |= {f"whole numbers {case}": whole_series(*case) for case in SERIES}
    for n in (11, 12, 17, 100, 759, 5000):
        for coefficient in (-0.7, 0.0, 0.3, 0.9, 0.99):
            cases[f"AR(1) {coefficient}, {n}"] = autoregressive(coefficient, n, n)
    worst = 0.0
    for name, x in cases.items():
        ours, theirs = optimal_block_length(x), of_arch(x)["stationary"].iloc[0]
        deviation = abs(ours - theirs) / theirs
        worst = max(worst, deviation)
        if not deviation <= 1e-12:
            print(f"DIFFERENT: {name}: {ours!r}, arch {theirs!r}")
            return 1
    if abs(optimal_block_length(known) - 13.635665) > 1e-6:
        print(f"DIFFERENT: AR(1) 0.3: {optimal_block_length(known)!r}, published 13.635665")
        return 1
    print(f"{len(cases)} series equal those of arch, worst {worst:.1e}; AR(1) 0.3 has the published 13.635665")
    return 0


if __name__ == "__main__":
    sys.exit(main())
