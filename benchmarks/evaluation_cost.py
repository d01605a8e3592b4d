#!/usr/bin/env python3
"""What measuring costs a run: metrics, the critic's audit and the last steps at full rate, as shares of its time.

Sweeps experiments with and without each, in interleaved rounds, all cores busy as in a user's sweep. A run's time is that of its
last row of /train: it has the evaluations on the way, and not the one at the end. Ratios are taken within a round; the table has
their median and quartiles over rounds, for all cells together, and the median of the dearest cell.

Usage: benchmarks/evaluation_cost.py [--build build] [--rounds 5] [--set KEY=VALUE]... [EXPERIMENT.toml]...
       benchmarks/evaluation_cost.py --of results      trains nothing: in finished sweeps, the evaluations' own seconds, the last one of
                                                       each run apart, over the runs' seconds. With all cores busy that is their share.
"""
import argparse
import pathlib
import statistics
import subprocess
import tempfile

import environment

environment.need("h5py", "numpy")
import h5py  # noqa: E402
import numpy as np  # noqa: E402
from tables import quartiles  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTHING = {"evaluate.every": 10**9, "evaluate.audit": "false", "detect.last_steps": 0}
VARIANTS = {
    "nothing": NOTHING,
    "metrics": {"evaluate.audit": "false", "detect.last_steps": 0},
    "metrics, audit": {"detect.last_steps": 0},
    "last steps": NOTHING | {"detect.last_steps": 200},
    "all": {},
}


def seconds_of(runner, experiment, settings):
    """Cell -> seconds of training."""
    with tempfile.TemporaryDirectory() as folder:
        words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        subprocess.run([runner, "sweep", experiment, "--seeds", "1", "--device", "cpu", "--quiet", "--results", folder, *words],
                       check=True, stdout=subprocess.DEVNULL)
        found = {}
        for file in pathlib.Path(folder).glob("*/runs/*/run.h5"):
            with h5py.File(file) as run:
                found[str(run.attrs["label"])] = float(run["train/seconds"][-1])
        return found


def measure(runner, experiment, given, rounds):
    """Variant -> for each round its cells' seconds over those without any measuring; and the sum's."""
    shares = {name: [] for name in VARIANTS if name != "nothing"}
    for turn in range(rounds):
        order = list(VARIANTS)
        order = order[turn % len(order):] + order[:turn % len(order)]
        took = {name: seconds_of(runner, experiment, given | VARIANTS[name]) for name in order}
        bare = took["nothing"]
        for name, all_of in shares.items():
            cells = {cell: took[name][cell] / bare[cell] - 1 for cell in bare}
            all_of.append((sum(took[name].values()) / sum(bare.values()) - 1, cells))
    return shares


def shares_of(sweep_h5):
    """Share of evaluations in all runs' time, and in each cell's: label -> median over its runs."""
    with h5py.File(sweep_h5) as sweep:
        run, each, labels = sweep["seconds"][:], sweep["eval/seconds"][:], sweep["label"].asstr()[:]
    inside = np.array([row[np.isfinite(row)][:-1].sum() for row in each])
    cells = {label: float(np.nanmedian((inside / run)[labels == label])) for label in set(labels)}
    return float(np.nansum(inside) / np.nansum(run)), cells


def print_shares(results):
    print("| experiment | evaluations, % of a run | dearest cell, % |\n|---|---|---|")
    for sweep_h5 in sorted(results.glob("*/sweep.h5")):
        share, cells = shares_of(sweep_h5)
        dearest = max(cells, key=cells.get)
        print(f"| {sweep_h5.parent.name} | {100 * share:.1f} | {100 * cells[dearest]:.1f} ({dearest}) |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiments", nargs="*", type=pathlib.Path,
                        default=[ROOT / "experiments/ring.toml", ROOT / "experiments/clip_vs_gp.toml"])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], help="a setting of all variants, such as train.generator_steps=200")
    parser.add_argument("--of", type=pathlib.Path, metavar="RESULTS", help="of sweeps that are there")
    options = parser.parse_args()
    if options.of:
        return print_shares(options.of)
    given = dict(setting.split("=", 1) for setting in options.set)
    print("| experiment | measured | costs, % | quartiles | dearest cell, % |\n|---|---|---|---|---|")
    for experiment in options.experiments:
        for name, rounds in measure(options.build.resolve() / "runner", experiment, given, options.rounds).items():
            low, middle, high = quartiles([100 * total for total, _ in rounds])
            by_cell = {cell: statistics.median(100 * cells[cell] for _, cells in rounds) for cell in rounds[0][1]}
            dearest = max(by_cell, key=by_cell.get)
            print(f"| {experiment.stem} | {name} | {middle:.1f} | {low:.1f} .. {high:.1f} | "
                  f"{by_cell[dearest]:.1f} ({dearest}) |", flush=True)


if __name__ == "__main__":
    main()
