#!/usr/bin/env python3
"""Generator steps a second, summed over a sweep: this runner against its peers, on the same mathematics.

Workloads, layers and settings: peers/workloads.py. In every round each peer is measured once, in alternating order, so that
ratios are of neighbours in time; the table has median and quartiles over the rounds. Start-up and compilation are apart.
Before anything is timed, every peer must repeat our first step from the same weights and draws to 1e-4. All compute to
float32's accuracy: on a GPU PyTorch and jax without TF32, ours and jax_x3 by three products of TF32 numbers. A peer that cannot be
measured has a row that says why.

Usage: benchmarks/compare.py [--workloads W1,W2] [--enforcers clip] [--peers expert,jax] [--pairs 7] [--seconds 4] [--json FILE]
       benchmarks/compare.py --device cuda:0 [--limit 300]     on a GPU; benchmarks/gpu_compare.sh does it elsewhere, from a bundle
       benchmarks/compare.py --check          the first step only
       benchmarks/tables.py FILE              the tables of docs/performance.md
Needs build/ and the Python environment that setup.sh makes; installs JAX into an environment of its own in the cache.
"""
import argparse
import concurrent.futures
import contextlib
import itertools
import json
import math
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import time

import environment

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
TORCH_PYTHON = environment.torch_python()
if TORCH_PYTHON is None:
    print("SKIPPED: no Python with torch, h5py and numpy; run ./setup.sh")
    sys.exit(77)
if TORCH_PYTHON != pathlib.Path(sys.executable):
    os.execv(TORCH_PYTHON, [str(TORCH_PYTHON), *sys.argv])

import tables  # noqa: E402
from check import FirstSteps, NotOurs  # noqa: E402
from contenders import CORES, CPU_PEERS, GPU_PEERS, PEERS, command, reason, runs_of, start, variants  # noqa: E402
from ours import Ours  # noqa: E402
from processes import Group  # noqa: E402
from workloads import ENFORCERS, WORKLOADS  # noqa: E402

ROUNDS_TAKE = 25  # seconds of a cell's time, about, once all peers are ready: nobody is waited for beyond that
OURS_TAKES = 90   # seconds of a sweep of ours, at most, where it is well

def measure_cell(cell, options, first_steps, peak, scratch, keep):
    """Fills the cell's peers and rounds; `keep()` after each round, which is complete then."""
    workload, enforcer = cell["workload"], cell["enforcer"]
    runs, jobs = runs_of(WORKLOADS[workload], options), 1 if options.gpu else len(CORES)
    measures = {"peak": lambda: {"gflop_per_second": sum(a["gflop_per_second"] for a in peak.ask(min(1, options.seconds)))},
                "ours": lambda: ours.measure(options.seconds)}
    with contextlib.ExitStack() as stack:
        # On a GPU starting takes the longest, and has no trials.
        with concurrent.futures.ThreadPoolExecutor(len(options.peers) + 1 if options.gpu else 1) as pool:
            ours = pool.submit(Ours, options.build, WORKLOADS[workload], enforcer, runs, options.device, jobs, scratch,
                               max(options.patience, OURS_TAKES))
            started = pool.map(lambda name: start(name, workload, enforcer, options, first_steps, scratch), options.peers)
            for name, (peer, group) in zip(options.peers, started):
                cell["peers"][name] = peer
                if group:
                    stack.callback(group.close)
                    measures[name] = lambda group=group: group.measure(options.seconds)
        ours = ours.result()
        for number in range(options.pairs):
            if number and time.perf_counter() > options.until:
                break
            measured = {}
            for name in list(measures) if number % 2 == 0 else list(measures)[::-1]:
                try:
                    measured[name] = measures[name]()
                except RuntimeError as error:
                    if name not in cell["peers"]:
                        raise
                    cell["peers"][name]["failed"] = reason(error, scratch / f"{name}.log")
                    del measures[name]
            cell["rounds"].append(measured)
            keep()


def check(options, first_steps):
    """Every peer's first step, as many at once as there are cores; nothing is timed."""
    def one(task):
        workload, enforcer, variant = task
        python, script, arguments = command(variant, workload, enforcer, options, first_steps)
        result = subprocess.run([str(python), str(script), *arguments, "--runs", "2", "--threads", "1"], check=False, capture_output=True,
                                text=True)
        if result.returncode:
            raise SystemExit(f"{script.name} {' '.join(arguments)} failed:\n{result.stderr}")
        numbers = json.loads(result.stdout.strip().splitlines()[-1])["first_step"]
        try:
            return task, first_steps.compare(workload, enforcer, variant.script, numbers)
        except NotOurs as error:
            raise SystemExit(str(error)) from error

    scripts = {variant.script: variant for name in options.peers for variant in reversed(variants(name, options))}  # the first
    tasks = [(w, e, variant) for w in options.workloads for e in options.enforcers for variant in scripts.values()]
    with concurrent.futures.ThreadPoolExecutor(len(CORES)) as pool:
        for (workload, enforcer, variant), result in pool.map(one, tasks):
            print(f"first step {workload:5} {enforcer:17} {variant.script:13} largest error {result['error']:.1e}"
                  f" ({result['quantity']})", flush=True)


def machine(device):
    with open("/proc/cpuinfo") as cpuinfo:
        model = next((line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")), "unknown")
    return {"cpu": model, "cores": len(CORES), "gpu": gpu_name(device), "system": platform.platform(),
            "date": time.strftime("%Y-%m-%d"), "load_before": os.getloadavg()[0]}


def gpu_name(device):
    if device == "cpu":
        return ""
    asked = ["nvidia-smi", f"--id={device.partition(':')[2]}", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    name, driver = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip().split(", ")
    return f"{name}, driver {driver}"


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def names(known):
        def of(text):
            unknown = [name for name in text.split(",") if name not in known]
            if unknown:
                raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown)}; there are {', '.join(known)}")
            return text.split(",")
        return of

    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build", help="or an installation, or a bundle")
    parser.add_argument("--device", default="cpu", help="cpu or cuda:N")
    parser.add_argument("--workloads", type=names(WORKLOADS), default=["W1", "W2", "W3", "W4", "W5"])
    parser.add_argument("--enforcers", type=names(ENFORCERS), default=list(ENFORCERS))
    parser.add_argument("--peers", type=names(PEERS), help=f"default {','.join(CPU_PEERS)}; on a GPU {','.join(GPU_PEERS)}")
    parser.add_argument("--pairs", type=int, default=7, help="rounds, in each of which every peer is measured once")
    parser.add_argument("--runs", type=int, help="of our sweep, and stacked [16; 2 in W5; on a GPU 64, 16 in W5]")
    parser.add_argument("--seconds", type=float, default=4, help="aim of one measurement; it has one step at least")
    parser.add_argument("--patience", type=float, default=600, help="seconds after which a peer that is not ready is given up")
    parser.add_argument("--limit", type=float, default=math.inf, help="seconds; no cell is begun where less is left than the shortest took, no further round")
    parser.add_argument("--json", type=pathlib.Path, help="where everything measured is written")
    parser.add_argument("--check", action="store_true", help="compare the first steps and time nothing")
    parser.add_argument("--dry-run", action="store_true", help="one tiny workload as on a GPU: does it run? Installs nothing")
    options = parser.parse_args()
    if options.dry_run:
        options.workloads, options.enforcers, options.runs = ["tiny"], ["gradient_penalty"], 2
        options.pairs, options.seconds = 1, 0.05
    options.gpu = options.dry_run or options.device != "cpu"
    without_jax = options.dry_run and not options.peers  # it compiles for longer than all else takes
    options.peers = options.peers or (GPU_PEERS if options.gpu else CPU_PEERS)
    options.build, options.torch = options.build.resolve(), TORCH_PYTHON
    wanted = not without_jax and any(name.startswith("jax") for name in options.peers)
    options.jax = environment.jax_python(options.device, not (options.check or options.dry_run)) if wanted else None
    options.no_jax = "left out of a dry run" if without_jax else f"JAX{' with CUDA' * (options.device != 'cpu')} not installed"
    if options.check and wanted and options.jax is None:
        print("without JAX: its environment is not there (compare.py without --check makes it)")
        options.peers = [name for name in options.peers if not name.startswith("jax")]
    return options


def main():
    options = read_options()
    options.until = time.perf_counter() + options.limit
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        first_steps = FirstSteps(options.build, scratch, options.workloads, options.enforcers, options.device)
        if options.check:
            check(options, first_steps)
            return
        result = {"machine": machine(options.device), "cells": [], "left_out": [],
                  "options": {name: getattr(options, name) for name in ("device", "pairs", "seconds", "runs")}}
        peak = Group(options.torch, HERE / "peak.py", ["--device", options.device], () if options.gpu else CORES)
        with contextlib.closing(peak):
            measure(options, first_steps, peak, scratch, result)
    sys.exit("\n".join(failures(result)) or 0)


def measure(options, first_steps, peak, scratch, result):
    """All cells that there is time for; every round is written as it ends, every cell printed."""
    patience, took = options.patience, []
    for workload, enforcer in itertools.product(options.workloads, options.enforcers):
        cell, begin = {"workload": workload, "enforcer": enforcer, "peers": {}, "rounds": []}, time.perf_counter()
        left = options.until - begin

        def keep(cell=cell):
            if len(cell["rounds"]) == 1:
                result["cells"].append(cell)
            write(options, result)

        if left < min(took, default=0):
            leave_out(result, f"{workload} {enforcer}: the time was up")
        else:
            options.patience = min(patience, max(ROUNDS_TAKE, left - ROUNDS_TAKE))
            try:
                measure_cell(cell, options, first_steps, peak, scratch, keep)
            except RuntimeError as error:
                leave_out(result, f"{workload} {enforcer}, round {len(cell['rounds']) + 1}: {error}")
            if cell["rounds"]:
                print(tables.text(cell), flush=True)
            took.append(time.perf_counter() - begin)
            print(f"  ({took[-1]:.0f} s)", flush=True)
        write(options, result)


def leave_out(result, text):
    result["left_out"].append(text)
    print(text, flush=True)


def write(options, result):
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))


def failures(result):
    """What went wrong; JAX that is not there, time that is up and a peer that is not ready in time did not."""
    peers = [peer for cell in result["cells"] for peer in cell["peers"].values() if "failed" in peer]
    late = re.compile(r"\.py gave no answer in ")
    failed = [peer["failed"] for peer in peers if "ready" in peer or not late.search(peer["failed"])]
    return [text for text in failed + result["left_out"] if not text.endswith(("not installed", "dry run", "time was up"))]


if __name__ == "__main__":
    main()
