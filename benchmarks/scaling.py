#!/usr/bin/env python3
"""What grows, and how: planning, execution, steps, start-up and memory of sweeps, from one run to thousands.

Prints tables and writes JSON, of which draw.py makes pictures. Some minutes in full, under a minute with --quick, whose sizes
say that everything still runs and nothing about speed. Rows of `planning` are "of" seeds (one cell) or of cells (one seed);
of `execution`: overhead is wall time times workers less the time of training, a run; "again" is the finished sweep
given once more; of `held`: what all processes hold together, shared pages counted once.

Usage: benchmarks/scaling.py [--build build] [--json FILE] [--only PART]... [--quick]
Run it on a machine that does nothing else.
"""
import argparse
import json
import os
import pathlib
import platform
import tempfile

import environment

environment.need("h5py", "numpy")
from scales import execution, held, planning, startup, steps  # noqa: E402
from scales.experiment import Bench  # noqa: E402

PARTS = {"startup": startup, "planning": planning, "execution": execution, "held": held, "steps": steps}


def shown(name, value):
    """A number with the unit that its name tells."""
    if isinstance(value, dict):
        return " ".join(f"{key} {shown(name + key, inner)}" for key, inner in value.items())
    if "bytes" in name:
        return f"{value / 1e6:.3g} MB"
    return f"{value:.3g} s" if "seconds" in name else str(value)


def table(rows):
    """Rows of one part, columns as wide as their texts."""
    columns = list(rows[0])
    heads = [name.replace("_seconds", "").replace("_bytes", "").replace("_", " ") for name in columns]
    cells = [heads] + [[shown(name, row[name]) for name in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    return "\n".join("  ".join(text.rjust(width) for text, width in zip(line, widths)) for line in cells)


def report(name, found):
    print(f"\n{name}")
    if isinstance(found, list):
        print(table(found))
    else:
        print("\n".join(f"{key:16} {shown(key, value)}" for key, value in found.items()))


def machine():
    models = [line.split(": ")[1] for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return {"cpu": models[0] if models else platform.machine(), "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default="build", help="where runner and runner-worker are")
    parser.add_argument("--json", type=pathlib.Path, help="write all that was measured")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be given several times")
    parser.add_argument("--quick", action="store_true", help="small sizes: a check that it works, not a measurement")
    options = parser.parse_args()
    found = {"machine": machine(), "quick": options.quick}
    with tempfile.TemporaryDirectory(prefix="monge-scaling-") as folder:
        bench = Bench(options.build, folder, options.quick)
        for name in options.only or PARTS:
            found[name] = PARTS[name].measure(bench)
            report(name, found[name])
            if options.json:
                options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
