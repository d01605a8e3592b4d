#!/usr/bin/env python3
"""Where a worker's time goes while it trains, by kind of work: a profile of the steady state of one run.

Samples the worker with `perf` (Debian's linux-perf, as root) for some seconds once it trains, and prints a markdown table of
shares. Usage: benchmarks/where.py [--build build] [--workloads W1,W2,W3,W4] [--enforcer gradient_penalty] [--seconds 6]
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import environment

environment.need("numpy")
from ours import experiment, made_up_file  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

# The first that fits counts. Code made at run time is oneDNN's: products and convolutions.
KINDS = [
    ("matrix products, convolutions", r"\[JIT\]|\[unknown\]|sgemm|dnnl::|brgemm"),
    ("thin products", r"sgemv|gemv"),
    ("optimiser", r"fused_adam|adam"),
    ("patches of images", r"im2col|col2im"),
    ("batch norm", r"batch_norm"),
    ("activations, masks, sums, copies",
     r"monge::train.*(mask|add_and_activate)|Vectorized|vectorized|vml|memmove|memcpy|memset|clear_page|cascade_sum|cat_serial"),
    ("draws", r"philox|Draws"),
]
REST = "calls: dispatch, autograd, allocation"


def profile(build, name, enforcer, seconds):
    workload = WORKLOADS[name]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "where.toml").write_text(experiment(workload, enforcer, 1, 10**7, made_up_file(workload, folder)))
        sweep = subprocess.Popen([build / "runner", "sweep", folder / "where.toml", "--jobs", "1", "--device", "cpu", "--quiet",
                                  "--results", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(6)  # past start-up, the data and the first steps
            worker = subprocess.run(["pgrep", "-P", str(sweep.pid), "-f", "serve"], check=True, capture_output=True, text=True)
            command = ["perf", "record", "-q", "-F", "2000", "-p", worker.stdout.split()[0], "-o", folder / "perf.data", "--", "sleep",
                       str(seconds)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        finally:
            sweep.kill()
            sweep.wait()
        report = subprocess.run(["perf", "report", "-i", folder / "perf.data", "--sort", "dso,sym", "--stdio", "--percent-limit", "0"],
                                check=True, capture_output=True, text=True).stdout
    shares = {kind: 0.0 for kind, _ in KINDS} | {REST: 0.0}
    for line in report.splitlines():
        found = re.match(r"\s*([\d.]+)%\s+(.*)", line)
        if found:
            shares[next((kind for kind, pattern in KINDS if re.search(pattern, found[2])), REST)] += float(found[1])
    return shares


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--workloads", default="W1,W2,W3,W4")
    parser.add_argument("--enforcer", default="gradient_penalty")
    parser.add_argument("--seconds", type=int, default=6)
    options = parser.parse_args()
    names = options.workloads.split(",")
    found = {name: profile(options.build.resolve(), name, options.enforcer, options.seconds) for name in names}
    print(f"| {options.enforcer}: share of the time, % | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for kind in [*(kind for kind, _ in KINDS), REST]:
        print(f"| {kind} | " + " | ".join(f"{found[name][kind]:.1f}" for name in names) + " |")


if __name__ == "__main__":
    main()
