#!/usr/bin/env python3
"""What packs are worth: one worker's milliseconds for one generator step of one run, alone and in packs, by width of the networks.

Sweeps W1 and W2's workload, or a residual network's, over 16 seeds, once alone (on a GPU as a graph each: packs of one) and once in
packs, in interleaved rounds. The time is that of the runs' own record, the first tenth of the steps left out. Median and quartiles over
rounds; the ratio is taken within a round. pack/table.cpp has what follows from it.

Usage: benchmarks/packs.py [--build build] [--device cpu] [--architecture mlp|resnet] [--runs 16] [--steps 100] [--rounds 7] [WIDTH...]
"""
import argparse
import pathlib
import statistics
import subprocess
import tempfile

import environment

environment.need("h5py", "numpy")
import h5py  # noqa: E402
from ours import experiment, made_up_file, most_at_once  # noqa: E402
from tables import quartiles  # noqa: E402
from workloads import Workload, toy  # noqa: E402


def workload(architecture, width):
    if architecture == "mlp":
        return toy(width)
    return Workload(f"residual networks, width {width}, batch 64", (3, 32, 32), 128, 64, [], [], {"plugin": "resnet", "width": width}, "made_up")


def milliseconds(options, width, pack):
    """Of a step of a run: runs one after another add up, those of a pack share the pack's time."""
    with tempfile.TemporaryDirectory() as folder:
        file, what, left_out = pathlib.Path(folder) / "packs.toml", workload(options.architecture, width), options.steps // 10
        samples = made_up_file(what, pathlib.Path(folder))
        file.write_text(experiment(what, "gradient_penalty", options.runs, options.steps, samples, every=left_out))
        events = subprocess.run([environment.program(options.build, "runner"), "sweep", file, "--device", options.device, "--jobs", "1",
                                 "--pack", str(pack), "--quiet", "--json", "--results", folder], check=True, stdout=subprocess.PIPE, text=True)
        if pack == options.runs and most_at_once(events.stdout) != pack:
            raise RuntimeError(f"there was no pack of {pack}")
        seconds = []
        for path in pathlib.Path(folder).glob("compare/runs/*/run.h5"):
            with h5py.File(path) as run:
                seconds.append(run["train/seconds"][-1] - run["train/seconds"][0])
    total = max(seconds) if pack == options.runs else sum(seconds)
    return 1e3 * total / options.runs / (options.steps - left_out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent / "build")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--architecture", choices=["mlp", "resnet"], default="mlp")
    parser.add_argument("--runs", type=int, default=16)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("widths", metavar="WIDTH", type=int, nargs="*", default=[16, 64, 128])
    options = parser.parse_args()
    alone = "off" if options.device == "cpu" else 1
    print("| width | alone, ms | packed, ms | alone over packed |\n|---|---|---|---|")
    for width in options.widths:
        rounds = [(milliseconds(options, width, alone), milliseconds(options, width, options.runs)) for _ in range(options.rounds)]
        apart, packed = (statistics.median(times) for times in zip(*rounds))
        low, middle, high = quartiles([a / b for a, b in rounds])
        print(f"| {width} | {apart:.2f} | {packed:.2f} | {middle:.2f} ({low:.2f} to {high:.2f}) |", flush=True)


main()
