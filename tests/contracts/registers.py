# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""Hot kernels keep what they hold in registers: what the assembler said of each when it was built (kept beside the object
by scripts/cmake/keep_ptxas.sh), held against tests/golden/kernels/registers.csv.

    registers.py --cuda 13.0 OBJECT.o ...                       fails on a spill, a stack frame or more shared memory than
                                                                there, on more registers than there, on a kernel that is
                                                                in one of the two only
    registers.py --cuda 13.0 OBJECT.o ... --rewrite             writes the file anew
    registers.py --cuda 13.0 OBJECT.o ... --rewrite --add NAME  and watches all kernels of that name from now on

The kernels watched are those whose names stand in the file. Another compiler gives other numbers of registers: with a
release that is not the file's these are printed and no more, spills fail nevertheless."""

import argparse
import csv
import re
import subprocess
import sys
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden" / "kernels" / "registers.csv"
COLUMNS = ["file", "kernel", "architecture", "cuda", "registers", "stack", "spill_stores", "spill_loads", "shared"]
ENTRY = re.compile(r"Compiling entry function '(?P<name>\S+)' for '(?P<architecture>\S+)'")
FRAME = re.compile(r"(?P<stack>\d+) bytes stack frame, (?P<spill_stores>\d+) bytes spill stores, "
                   r"(?P<spill_loads>\d+) bytes spill loads")
USED = re.compile(r"Used (?P<registers>\d+) registers")
SHARED = re.compile(r"(\d+) bytes smem")


def readable(names):
    """walk_kernel<2u, false> of _ZN8topheavy12_GLOBAL__N_..., None for kernels of libraries."""
    said = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True)
    result = {}
    for mangled, text in zip(names, said.stdout.splitlines()):
        found = re.match(r"(?:void )?topheavy::(?:\(anonymous namespace\)::)?(\w+(?:<.*?>)?)\(", text)
        result[mangled] = found and found.group(1)
    return result


def built(objects, release):
    """{(file, kernel, architecture): row} of the project's own kernels."""
    rows, names = [], []
    for object_file in objects:
        report = Path(object_file + ".ptxas")
        if not report.exists():
            raise SystemExit(f"error: no {report}: build the target topheavy_kernels anew")
        row = {}
        for line in report.read_text().splitlines():
            if entry := ENTRY.search(line):
                row = {"file": Path(object_file).name.removesuffix(".o"), "cuda": release} | entry.groupdict()
                names.append(row["name"])
            elif frame := FRAME.search(line):
                row |= {key: int(value) for key, value in frame.groupdict().items()}
            elif used := USED.search(line):
                shared = SHARED.search(line)
                row |= {"registers": int(used["registers"]), "shared": int(shared[1]) if shared else 0}
                rows.append(row)
    readable_name = readable(names)
    result = {}
    for row in rows:
        row["kernel"] = readable_name[row.pop("name")]
        if row["kernel"]:
            result[row["file"], row["kernel"], row["architecture"]] = row
    return result


def base(kernel):
    return kernel.split("<")[0]


def read_golden():
    with open(GOLDEN, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = COLUMNS[4:]
    return {(row["file"], row["kernel"], row["architecture"]): row | {key: int(row[key]) for key in numbers}
            for row in rows}


def write_golden(kernels, watched):
    GOLDEN.parent.mkdir(exist_ok=True)
    with open(GOLDEN, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for _, row in sorted(kernels.items()) if base(row["kernel"]) in watched)


def problems(kernels, golden):
    watched = {base(kernel) for _, kernel, _ in golden}
    # An architecture that only one of the two knows is compared by nobody: a build may have the machine's own as well.
    architectures = {key[2] for key in kernels} & {key[2] for key in golden}
    if not architectures:
        yield "no architecture of the file was built"
    for key in sorted(kernels.keys() | golden.keys()):
        if key[2] not in architectures or base(key[1]) not in watched:
            continue
        name = " ".join(key)
        if key not in kernels:
            yield f"{name}: in the file, not in the build"
            continue
        row = kernels[key]
        print(f"{name}: " + ", ".join(f"{column.replace('_', ' ')} {row[column]}" for column in COLUMNS[4:]))
        if key not in golden:
            yield f"{name}: in the build, not in the file"
            continue
        should = golden[key]
        watched_numbers = COLUMNS[5:] if row["cuda"] != should["cuda"] else COLUMNS[4:]
        for column in watched_numbers:
            if row[column] > should[column]:
                yield f"{name}: {column.replace('_', ' ')} {row[column]}, was {should[column]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuda", required=True, help="release of the compiler")
    parser.add_argument("--rewrite", action="store_true")
    parser.add_argument("--add", action="append", default=[])
    parser.add_argument("objects", nargs="+")
    options = parser.parse_args()
    objects = [name for words in options.objects for name in words.split(";") if name.endswith(".cu.o")]
    kernels = built(objects, ".".join(options.cuda.split(".")[:2]))
    golden = read_golden() if GOLDEN.exists() else {}
    if options.rewrite:
        watched = {base(kernel) for _, kernel, _ in golden} | set(options.add)
        absent = set(options.add) - {base(kernel) for _, kernel, _ in kernels}
        if absent:
            raise SystemExit(f"error: no kernel {', '.join(sorted(absent))} was built")
        write_golden(kernels, watched)
        print(f"wrote {GOLDEN}")
        return 0
    found = list(problems(kernels, golden))
    for text in found:
        print(f"FAILED: {text}")
    if found:
        print(f"Where that is as it must be: {sys.executable} {Path(__file__).resolve()} --rewrite --cuda {options.cuda} "
              f"$(find kernels -name '*.cu.o'), in the build's folder")
        return 1
    print("registers: nothing spills")
    return 0


if __name__ == "__main__":
    sys.exit(main())
