#!/usr/bin/env python3
"""docs/experiments.md: the tables of settings, from `runner schema`, which is made of the same tables that read an experiment.

Usage: docs/experiments.py [--runner build/runner] [--check]
       without --check they are written between the page's marks, <!-- settings --> and <!-- end -->; with it, they are compared
"""
import argparse
import json
import pathlib
import subprocess
import sys

DOCS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "benchmarks"))
from tables import replaced, table  # noqa: E402

SECTIONS = ("experiment", "train", "optimizer", "evaluate", "record", "detect", "resources")
OTHER_PAGES = ("evaluate.metrics",)  # plugins, which `runner plugin show` describes
NEEDED = ("train.generator_steps",)  # as an axis or by a flag, too, which a schema of the file cannot say
PLAYERS = ("critic", "generator")    # of the optimiser: the same once more


def allowed(schema):
    """What a value may be, as a reader would say it."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(allowed(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    names = {"integer": "integer", "number": "number", "boolean": "`true`, `false`", "string": "text", "object": "table"}
    said = []
    for kind in kinds:
        if kind == "array":
            count = f"{schema['minItems']} of " if schema.get("maxItems") == schema.get("minItems") and "minItems" in schema else "list of "
            said.append(count + allowed(schema["items"]) if "items" in schema else "list")
        elif kind == "object" and "properties" in schema:
            said.append("{ " + ", ".join(schema["properties"]) + " }")
        else:
            said.append(names[kind] + bounds(schema) * (kind in ("integer", "number")))
    return " or ".join(said)


def bounds(schema):
    low, high = schema.get("minimum"), schema.get("maximum")
    parts = [f"{low:g} or more" if low is not None else "", f"above {schema['exclusiveMinimum']:g}" if "exclusiveMinimum" in schema else "",
             f"up to {high:g}" if high is not None and high < 2**31 - 1 else "",
             f"below {schema['exclusiveMaximum']:g}" if "exclusiveMaximum" in schema else ""]
    return "".join(f", {part}" for part in parts if part)


def default(schema):
    """Where optimisers differ, each in turn."""
    found = [one["default"] for one in (schema, *schema.get("anyOf", [])) if "default" in one]
    return " or ".join(dict.fromkeys(f"`{json.dumps(value)}`" for value in found))


def rows(section, schema):
    definitions = schema["definitions"]
    optimisers = definitions["optimizer.kind"]["enum"]  # each says what the setting is, where several have it
    whole = schema["properties"][section]
    whole = definitions.get(whole.get("$ref", "").split("/")[-1], whole)
    for name, setting in sorted(whole["properties"].items(), key=lambda item: item[0] not in whole.get("required", [])):
        key = f"{section}.{name}"
        if key in OTHER_PAGES or name in PLAYERS:
            continue
        setting = definitions.get(setting.get("$ref", "").split("/")[-1], setting)
        doc = " ".join(dict.fromkeys(line.removeprefix(f"{line.split(':')[0]}: " if line.split(":")[0] in optimisers else "")
                                     for line in setting["description"].split("\n")))
        needed = name in whole.get("required", []) or key in NEEDED
        yield [f"`{name}`", doc.replace("|", "\\|"), allowed(setting).replace("|", "\\|"), "needed" if needed else default(setting)]


def settings(schema):
    parts = []
    for section in SECTIONS:
        parts.append(f"### [{section}]\n\n" + table(["setting", "what", "allowed", "default"], rows(section, schema)))
    return "\n\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runner", type=pathlib.Path, default=DOCS.parent / "build" / "runner")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    schema = json.loads(subprocess.run([options.runner, "schema"], check=True, capture_output=True, text=True).stdout)
    page = DOCS / "experiments.md"
    before = page.read_text(encoding="utf-8")
    after = replaced(before, "settings", settings(schema))
    if options.check:
        sys.exit(0 if before == after else f"{page} has other settings than `runner schema`: docs/experiments.py writes them anew")
    page.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main()
