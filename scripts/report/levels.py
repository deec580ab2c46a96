# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Which set of scenarios, and which level of confidence, the page speaks of where it speaks of one."""

from .run_folder import run_folder


def main_set(run: run_folder) -> int | None:
    """The set that headlines speak of: the first with a tail, which stresses alone have not."""
    return next((i for i, one in enumerate(run.summary.get("scenarios") or []) if one.get("risk")), None)


def main_level(run: run_folder, i: int) -> int:
    """The level that headlines speak of: 97.5 % where the set has it, else its middle one."""
    levels = [one["level"] for one in run.summary["scenarios"][i]["risk"]]
    return levels.index(0.975) if 0.975 in levels else len(levels) // 2


def main_key(run: run_folder, i: int) -> str:
    """The same level as a key of what is told by levels: in as many digits as it has."""
    return str(run.summary["scenarios"][i]["risk"][main_level(run, i)]["level"])
