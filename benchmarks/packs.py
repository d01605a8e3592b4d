#!/usr/bin/env python3
"""What packs are worth: one worker's milliseconds for one generator step of one run, alone and in packs, by width of the networks.

Sweeps W1 and W2's workload over 16 seeds, once alone and once in packs, in interleaved rounds. The time is that of the runs' own
record, the first tenth of the steps left out. Median and quartiles over rounds; the ratio is taken within a round. pack/table.cpp has
what follows from it.

Usage: benchmarks/packs.py [--build build] [--device cpu] [--runs 16] [--rounds 7] [WIDTH...]
"""
import argparse
import pathlib
import statistics
import subprocess
import tempfile

import environment

environment.need("h5py", "numpy")
import h5py  # noqa: E402
from ours import experiment  # noqa: E402
from workloads import toy  # noqa: E402

STEPS, LEFT_OUT = 100, 10


def milliseconds(options, width, pack):
    """Of a step of a run: runs one after another add up, those of a pack share the pack's time."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "packs.toml"
        file.write_text(experiment(toy(width), "gradient_penalty", options.runs, STEPS, None, every=LEFT_OUT))
        subprocess.run([environment.program(options.build, "runner"), "sweep", file, "--device", options.device, "--jobs", "1",
                        "--pack", str(pack), "--quiet", "--results", folder], check=True, stdout=subprocess.DEVNULL)
        seconds = []
        for path in pathlib.Path(folder).glob("compare/runs/*/run.h5"):
            with h5py.File(path) as run:
                seconds.append(run["train/seconds"][-1] - run["train/seconds"][0])
    total = sum(seconds) if pack == "off" else max(seconds)
    return 1e3 * total / options.runs / (STEPS - LEFT_OUT)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent / "build")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--runs", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("widths", metavar="WIDTH", type=int, nargs="*", default=[16, 64, 128])
    options = parser.parse_args()
    print("| width | alone, ms | packed, ms | alone over packed |\n|---|---|---|---|")
    for width in options.widths:
        rounds = [(milliseconds(options, width, "off"), milliseconds(options, width, options.runs)) for _ in range(options.rounds)]
        alone, packed = (statistics.median(times) for times in zip(*rounds))
        low, middle, high = statistics.quantiles([a / b for a, b in rounds], n=4) if len(rounds) > 1 else [rounds[0][0] / rounds[0][1]] * 3
        print(f"| {width} | {alone:.2f} | {packed:.2f} | {middle:.2f} ({low:.2f} to {high:.2f}) |", flush=True)


main()
