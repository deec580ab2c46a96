# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The page that people read of one run: checks the run folder, draws, and writes report.html and summary.md."""

import os
import tempfile

# Before matplotlib is imported anywhere: a cache of fonts that cannot be written would be built anew, with a warning,
# each time.
os.environ.setdefault("MPLCONFIGDIR", os.path.join(tempfile.gettempdir(), f"topheavy-matplotlib-{os.getuid()}"))
