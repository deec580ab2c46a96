# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""A finished run folder, checked before a word of it is believed."""

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .numbers import source


class refused(Exception):
    """What was asked for cannot be done as asked: usage, or not a finished run folder."""


def read_json(file: Path, schema: str, what: str) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise refused(f"{file}: no such file; {what} is expected") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as why:
        raise refused(f"{file}: cannot be read as JSON: {why}; {what} is expected") from None
    found = document.get("schema") if isinstance(document, dict) else None
    if found != schema:
        raise refused(f'{file}: schema is {json.dumps(found)}, "{schema}" is expected: {what}')
    return document


class run_folder:
    """Every file the manifest names is there and unchanged, or nothing is made of the folder."""

    def __init__(self, path: Path):
        self.path = path
        if not path.is_dir():
            raise refused(f"{path}: not a folder; the folder of a finished run of topheavy is expected")
        self.summary = read_json(path / "summary.json", "topheavy.summary/1", "the summary of a finished run")
        self.manifest = read_json(path / "manifest.json", "topheavy.manifest/1", "the manifest of a finished run")
        self.take = source(self.summary)
        self.outputs = {one["file"]: one["sha256"] for one in self.manifest.get("outputs", [])}
        self._hold_against_manifest()

    def _hold_against_manifest(self) -> None:
        if "summary.json" not in self.outputs:
            raise refused(f"{self.path / 'manifest.json'}: names no summary.json among its outputs; not a finished run")
        for name, expected in self.outputs.items():
            try:
                found = hashlib.sha256((self.path / name).read_bytes()).hexdigest()
            except OSError:
                raise refused(f"{self.path / name}: named in the manifest and absent; run again") from None
            if found != expected:
                raise refused(
                    f"{self.path / name}: changed since the run: SHA-256 is {found}, the manifest says "
                    f"{expected}; run again"
                )

    def table(self, name: str) -> pa.Table | None:
        """None where the run has no such table; a file that the manifest does not name is not the run's."""
        return pq.read_table(self.path / name) if name in self.outputs else None

    @cached_property
    def daily(self) -> dict[str, Any]:
        """Columns of daily.parquet as numpy arrays, regime as text or None."""
        table = self.table("daily.parquet")
        if table is None:
            raise refused(f"{self.path / 'daily.parquet'}: not among the outputs of the manifest; run again")
        return {
            name: (table[name].to_pylist() if name == "regime" else table[name].to_numpy(zero_copy_only=False))
            for name in table.column_names
        }

    @cached_property
    def constituents(self) -> pa.Table | None:
        return self.table("constituents.parquet")

    @cached_property
    def components(self) -> pa.Table | None:
        return self.table("components.parquet")

    @cached_property
    def scenarios(self) -> pa.Table | None:
        return self.table("scenarios.parquet")

    @cached_property
    def groups(self) -> pa.Table | None:
        return self.table("groups.parquet")

    @cached_property
    def regimes(self) -> list[str]:
        """Names of the regimes, the lowest first."""
        return [one["name"] for one in (self.summary.get("volatility") or {}).get("regimes", [])]
