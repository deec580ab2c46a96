# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The page that people read of one run: checks the run folder, draws, and writes report.html and summary.md."""
