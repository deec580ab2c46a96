#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the page of a run: scripts/report.py RUN [--previous RUN]. See --help; the work is done in scripts/report/."""

import os
import sys
from pathlib import Path


def main() -> int:
    try:
        from report.command import main as command
    except ImportError as why:
        python = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "python"
        if python.exists() and Path(sys.prefix).resolve() != python.parents[1].resolve():
            os.execv(python, [str(python), *sys.argv])
        print(
            f"report.py: error: Python package missing or broken: {why}; scripts/setup.sh installs what is needed",
            file=sys.stderr,
        )
        return 2
    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
