#!/usr/bin/env python3
"""What one GPU makes of each idea, in plain PyTorch: a row a measurement, each of which decides something about our own way.

Usage: measure.py PART... [--device cuda:0] [--seconds 0.3] [--json LINES] [--dry-run]
       PART: graph lanes packs convolutions optimizers precision determinism
       --dry-run: tiny, on the CPU, without graphs: does it run?
All is in float32 without TF32 where nothing else is said; a step is a generator step with its five critic steps, with penalty.
"""
import argparse
import os
import pathlib
import sys

os.environ.setdefault("CUDA_DEVICE_MAX_CONNECTIONS", "32")  # queues of a context: one for each of the lanes
from bench import Bench  # noqa: E402, I001  (it says where the peers are)
import convolutions  # noqa: E402
import graphs  # noqa: E402
import optimizers  # noqa: E402
import packs  # noqa: E402
import precision  # noqa: E402

PARTS = {"graph": graphs.eager_or_graph, "lanes": graphs.lanes, "packs": packs.packs, "convolutions": convolutions.convolutions,
         "optimizers": optimizers.optimizers, "precision": precision.precisions, "determinism": precision.determinism}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=PARTS, metavar="PART")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--seconds", type=float, default=0.3, help="aim of one measurement")
    parser.add_argument("--json", type=pathlib.Path, help="each row is appended to it as a line")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args()
    dry = options.dry_run
    bench = Bench("cpu" if dry else options.device, 0 if dry else options.seconds, dry, options.json)
    for bench.part in options.parts:
        PARTS[bench.part](bench)
    sys.exit(bench.failed)  # a row without any time


if __name__ == "__main__":
    main()
