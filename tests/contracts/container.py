# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The container recipe held against the project without building it: what it copies is there, and what its last stage
installs are the libraries that the program links, all of them and no others.

    TOPHEAVY_PROGRAM=... python container.py
"""

import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
RECIPE = PROJECT / "scripts" / "container" / "Containerfile"
# Installed for their own sake: the interpreter of scripts, and the time zones of the importer.
OWN = {"python3", "tzdata"}


def instructions():
    """(word, rest) of every instruction, lines joined, comments left out."""
    text = "\n".join(line for line in RECIPE.read_text().splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", text)
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def stages():
    out = []
    for word, rest in instructions():
        if word == "FROM":
            out.append([])
        if out:
            out[-1].append((word, rest))
    return out


def said(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout


def packages_of_libraries():
    """Debian's packages of the shared objects that the program itself asks for, without those of the Python wheel."""
    program = os.environ.get("TOPHEAVY_PROGRAM") or sys.exit("set TOPHEAVY_PROGRAM to the built program `topheavy`")
    needed = re.findall(r"NEEDED\s+(\S+)", said("objdump", "-p", program))
    places = dict(re.findall(r"^\s*(\S+) => (/\S+)", said("ldd", program), re.MULTILINE))
    found = {}
    for name in needed:
        place = places.get(name, "")
        if "/site-packages/" in place or name.startswith("ld-linux"):
            continue
        owner = said("dpkg-query", "-S", f"*/{Path(os.path.realpath(place)).name}")
        packages = {line.split(":")[0] for line in owner.splitlines()}
        assert packages, f"{name} => {place}: no package of Debian has it"
        found[name] = packages
    return found


class Recipe(unittest.TestCase):
    def test_what_it_copies_is_tracked(self):
        tracked = said("git", "-C", str(PROJECT), "ls-files").splitlines() or None
        sources = []
        for word, rest in instructions():
            if word in ("COPY", "ADD") and not rest.startswith("--from="):
                sources += rest.split()[:-1]
        self.assertGreater(len(sources), 5)
        for source in sources:
            with self.subTest(source):
                self.assertTrue((PROJECT / source).exists())
                if tracked:
                    self.assertTrue(any(path == source or path.startswith(f"{source}/") for path in tracked))

    def test_every_folder_that_the_build_reads_is_copied(self):
        copied = {part for word, rest in stages()[0] if word == "COPY" for part in rest.split()[:-1]}
        listed = (PROJECT / "CMakeLists.txt").read_text().split("if(TOPHEAVY_TESTS)")[0]
        for folder in re.findall(r"add_subdirectory\((\w+)\)", listed):
            self.assertIn(folder, copied)

    def test_it_installs_what_the_program_links(self):
        if not all(shutil.which(tool) for tool in ("dpkg-query", "ldd", "objdump")):
            self.skipTest("no Debian: which package a library is of cannot be told")
        run = next(rest for word, rest in stages()[-1] if word == "RUN" and "apt-get install" in rest)
        installed = set(re.search(r"--no-install-recommends\s+(.*?)\s*&&", run)[1].split())
        base = {"libc6", "libstdc++6", "libgcc-s1"}  # of any C++ program: with the others' dependencies
        linked = {}
        for name, packages in packages_of_libraries().items():
            if packages & base:
                continue
            self.assertTrue(packages & installed, f"{name} is of {packages}: add one of them to {RECIPE.name}")
            linked[name] = packages
        used = set().union(*linked.values())
        self.assertEqual(installed - OWN - used, set(), "installed and linked by nothing")
        print(f"{len(linked)} libraries in {len(installed - OWN)} packages")

    def test_the_last_stage(self):
        last = stages()[-1]
        words = [word for word, _ in last]
        self.assertEqual([rest for word, rest in last if word == "USER"], ["topheavy"])
        # nothing runs as root, or changes the image, after it is given up
        self.assertEqual(
            {word for word in words[words.index("USER") + 1 :]}, {"WORKDIR", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
        )
        self.assertEqual(dict(last)["ENTRYPOINT"], '["topheavy"]')
        self.assertIn(
            "--from=builder /usr/local/bin/topheavy /usr/local/bin/topheavy", [r for w, r in last if w == "COPY"]
        )
        version = re.search(r"project\(topheavy VERSION (\S+)", (PROJECT / "CMakeLists.txt").read_text())[1]
        self.assertIn(f"VERSION={version}", [rest for word, rest in last if word == "ARG"])
        self.assertNotIn("ADD", words)

    def test_packages_left_behind_are_required_somewhere(self):
        """A name that is dropped from requirements.txt must be one of them, or it is a slip."""
        text = next(rest for word, rest in stages()[0] if word == "RUN" and "sed -E" in rest)
        dropped = re.search(r"\^\(([^)]*)\)==", text)[1].split("|")
        required = {line.split("==")[0] for line in (PROJECT / "scripts" / "requirements.txt").read_text().splitlines()}
        self.assertLessEqual(set(dropped), required)
        self.assertLessEqual({"numpy", "pandas", "pyarrow"}, required - set(dropped))


if __name__ == "__main__":
    unittest.main(verbosity=2)
