# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of the configuration: as the program prints it, a right schema, and of one mind with the program.

Every example validates; so does every configuration of tests/golden/config that the program accepts, and those it
refuses are refused by the schema too, but for the rules a schema cannot express.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = PROJECT / "configs" / "schema" / "topheavy.schema.json"

# Refused for what only the program sees: files, the calendar, the order of values, repeated keys, line breaks inside of
# a text.
ONLY_THE_PROGRAM = {
    "hysteresis", "duplicate_key", "home_folder", "start_after_as_of", "text_over_lines", "thresholds", "scenarios_events",
    "report_wrong_places", "scenarios_keys_of_other_generators", "scenarios_of_one_name", "scenarios_precision",
    "scenarios_two_groups_of_one_column",
    "scenarios_without_volatility",
}


class core_loader(yaml.SafeLoader):
    """YAML 1.2: ON and NO are text, dates are text, 1e3 is a number. What editors read by."""

    yaml_implicit_resolvers = {}


def add_scalar(tag, pattern, construct):
    core_loader.add_implicit_resolver(tag, re.compile(pattern), None)
    core_loader.add_constructor(tag, lambda loader, node: construct(loader.construct_scalar(node)))


PLAIN = "tag:yaml.org,2002:"
add_scalar(PLAIN + "null", r"^(~|null|Null|NULL|)$", lambda _: None)
add_scalar(PLAIN + "bool", r"^(true|True|TRUE|false|False|FALSE)$", lambda text: text.lower() == "true")
add_scalar(PLAIN + "int", r"^[-+]?[0-9]+$", int)
add_scalar(PLAIN + "float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", float)


def problems_of(validator, text):
    """What keeps the schema, or already YAML, from accepting a configuration."""
    try:
        documents = list(yaml.load_all(text, core_loader))
    except (yaml.YAMLError, ValueError, TypeError) as error:
        return [f"not YAML: {error}"]
    if len(documents) != 1:
        return ["not one document"]
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(documents[0])]


def check_case(validator, case):
    """What is wrong with a golden case, in a sentence, or None."""
    raw = case.read_bytes()
    yaml_text, rest = raw.split(b"==== ", 1) if raw.startswith(b"==== ") else raw.split(b"\n==== ", 1)
    if rest.startswith(b"set "):  # the file alone is not what the answer is about
        return None
    if b"\t" in yaml_text and rest.startswith(b"settings"):  # PyYAML takes no tab after a colon, YAML does
        return None
    problems = problems_of(validator, yaml_text + b"\n")
    if rest.startswith(b"settings") and problems:
        return f"accepted by the program, refused by the schema: {problems}"
    if rest.startswith(b"error") and bool(problems) == (case.stem in ONLY_THE_PROGRAM):
        return f"refused by the program; the schema says {problems or 'nothing'} (see ONLY_THE_PROGRAM)"
    return None


def check_others(program, what, only_the_program):
    """The same of files of rules and of stresses; what only the program sees there: repeated names and keys, expressions,
    aliases, values that go together."""
    file = PROJECT / "configs" / "schema" / f"{what}.schema.json"
    printed = subprocess.run([program, "schema", f"--{what}"], check=True, capture_output=True, text=True).stdout
    wrong = [] if printed == file.read_text() else [f"{file} is not what `topheavy schema --{what}` prints"]
    jsonschema.Draft202012Validator.check_schema(json.loads(printed))
    validator = jsonschema.Draft202012Validator(json.loads(printed))
    for example in sorted((PROJECT / "configs" / what).glob("*.yaml")):
        wrong += [f"{example}: {problem}" for problem in problems_of(validator, example.read_text())]
    cases = sorted((PROJECT / "tests" / "golden" / what).glob("*.case"))
    wrong += [] if len(cases) >= 9 else [f"only {len(cases)} cases of {what}"]
    for case in cases:
        yaml_text, _, answer = ("\n" + case.read_text()).partition("\n==== ")
        problems = problems_of(validator, yaml_text)
        if answer.startswith(what) and problems:
            wrong.append(f"{case}: accepted by the program, refused by the schema: {problems}")
        if answer.startswith("error") and bool(problems) == (case.stem in only_the_program):
            wrong.append(f"{case}: refused by the program; the schema says {problems or 'nothing'}")
    return wrong


def main():
    program = os.environ.get("TOPHEAVY_PROGRAM")
    if not program:
        sys.exit("set TOPHEAVY_PROGRAM to the built program `topheavy`")
    printed = subprocess.run([program, "schema"], check=True, capture_output=True, text=True).stdout
    wrong = []
    if printed.rstrip("\n") != SCHEMA.read_text().rstrip("\n"):
        wrong.append(f"{SCHEMA} is not what `topheavy schema` prints: write that over it, and tell of it in CHANGES.md")

    schema = json.loads(printed)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    examples = sorted((PROJECT / "configs" / "examples").glob("*.yaml"))
    cases = sorted((PROJECT / "tests" / "golden" / "config").glob("*.case"))
    for example in examples:
        wrong += [f"{example}: {problem}" for problem in problems_of(validator, example.read_text())]
    for case in cases:
        if problem := check_case(validator, case):
            wrong.append(f"{case}: {problem}")
    if len(examples) < 2 or len(cases) < 70:
        wrong.append(f"only {len(examples)} examples and {len(cases)} cases found")
    wrong += check_others(program, "rules", {"twice"})
    wrong += check_others(program, "stress", {"twice", "wrong_together"})
    print("\n".join(wrong) or f"schema: {len(examples)} examples and {len(cases)} cases agree with it")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
