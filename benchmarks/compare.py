#!/usr/bin/env python3
"""Generator steps a second, summed over a sweep: this runner against its peers, on the same mathematics.

Workloads, layers and settings: peers/workloads.py. In every round each peer is measured once, in alternating order, so that
ratios are of neighbours in time; the table has median and quartiles over the rounds. Start-up and compilation are apart.
Before anything is timed, every peer must repeat our first step from the same weights and draws to 1e-4.

Usage: benchmarks/compare.py [--workloads W1,W2] [--enforcers clip] [--peers expert,jax] [--pairs 7] [--seconds 4] [--json FILE]
       benchmarks/compare.py --check          the first step only
       benchmarks/tables.py FILE              the tables of docs/performance.md
Needs build/ and the Python environment that setup.sh makes; installs JAX into an environment of its own in the cache.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

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
from check import FirstSteps  # noqa: E402
from ours import Ours  # noqa: E402
from processes import Group  # noqa: E402
from workloads import ENFORCERS, WORKLOADS  # noqa: E402

CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Variant:
    """One way of running a peer. Of several ways the fastest in a trial before the rounds counts."""
    name: str
    script: str
    arguments: list = field(default_factory=list)
    each_core: bool = False  # a process of one thread on every core
    stacked: bool = False    # trains several runs at once


PEERS = {
    "reference": [Variant("two threads", "reference.py")],
    "expert": [Variant("two threads", "expert.py")],
    "processes": [Variant("a process a core", "expert.py", each_core=True)],
    "vmap": [Variant("two threads", "vmap.py", stacked=True)],
    "jax": [Variant("vmap", "jax_scan.py", ["--mode", "vmap"], stacked=True),
            Variant("one by one", "jax_scan.py", ["--mode", "loop"])],
    "jax_processes": [Variant("a process a core", "jax_scan.py", ["--mode", "loop"], each_core=True)],
}


def command(variant, workload, enforcer, options, first_steps):
    """Python and arguments for one process."""
    cores = len(os.sched_getaffinity(0))
    arguments = [workload, enforcer, *variant.arguments, "--threads", "1" if variant.each_core else str(cores),
                 "--check", str(first_steps.dump)]
    if variant.stacked:
        arguments += ["--runs", str(min(options.runs, WORKLOADS[workload].runs))]
    return options.jax if variant.script == "jax_scan.py" else options.torch, HERE / "peers" / variant.script, arguments


def fastest(name, workload, enforcer, options, first_steps, log):
    """The peer's variant that wins a short trial, started; what the trials gave."""
    best, trials = None, {}
    for variant in PEERS[name]:
        group = Group(*command(variant, workload, enforcer, options, first_steps), CORES if variant.each_core else (), log)
        first_step = first_steps.compare(workload, enforcer, f"{name} ({variant.name})", group.ready[0]["first_step"])
        rate = group.measure(options.seconds / 2)["steps_per_second"] if len(PEERS[name]) > 1 else 0.0
        trials[variant.name] = {"steps_per_second": rate, "ready": group.ready, "first_step": first_step}
        if best is None or rate > best[0]:
            if best is not None:
                best[2].close()
            best = (rate, variant, group)
        else:
            group.close()
    return best[1], best[2], trials


def measure_cell(workload, enforcer, options, first_steps, scratch):
    cell = {"workload": workload, "enforcer": enforcer, "peers": {}, "rounds": []}
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(open(scratch / "peers.log", "a"))
        ours = Ours(options.build, WORKLOADS[workload], enforcer, options.runs, len(CORES), scratch)
        peak = Group(options.torch, HERE / "peak.py", [], CORES, log)
        stack.callback(peak.close)
        measures = {"peak": lambda: {"gflop_per_second": sum(a["gflop_per_second"] for a in peak.ask(min(1, options.seconds)))},
                    "ours": lambda: ours.measure(options.seconds)}
        for name in options.peers:
            variant, group, trials = fastest(name, workload, enforcer, options, first_steps, log)
            stack.callback(group.close)
            cell["peers"][name] = {"variant": variant.name, "trials": trials, "ready": group.ready}
            measures[name] = lambda group=group: group.measure(options.seconds)
        for number in range(options.pairs):
            order = list(measures) if number % 2 == 0 else list(measures)[::-1]
            cell["rounds"].append({name: measures[name]() for name in order})
    return cell


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
        return task, first_steps.compare(workload, enforcer, variant.script, numbers)

    scripts = {variant.script: variant for name in options.peers for variant in reversed(PEERS[name])}  # a script's first
    tasks = [(w, e, variant) for w in options.workloads for e in options.enforcers for variant in scripts.values()]
    with concurrent.futures.ThreadPoolExecutor(len(CORES)) as pool:
        for (workload, enforcer, variant), result in pool.map(one, tasks):
            print(f"first step {workload:5} {enforcer:17} {variant.script:13} largest error {result['error']:.1e}"
                  f" ({result['quantity']})", flush=True)


def machine():
    with open("/proc/cpuinfo") as cpuinfo:
        model = next((line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")), "unknown")
    return {"cpu": model, "cores": len(CORES), "system": platform.platform(), "date": time.strftime("%Y-%m-%d"),
            "load_before": os.getloadavg()[0]}


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def names(known):
        def of(text):
            unknown = [name for name in text.split(",") if name not in known]
            if unknown:
                raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown)}; there are {', '.join(known)}")
            return text.split(",")
        return of

    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--workloads", type=names(WORKLOADS), default=["W1", "W2", "W3", "W4", "W5"])
    parser.add_argument("--enforcers", type=names(ENFORCERS), default=list(ENFORCERS))
    parser.add_argument("--peers", type=names(PEERS), default=list(PEERS))
    parser.add_argument("--pairs", type=int, default=7, help="rounds, in each of which every peer is measured once")
    parser.add_argument("--runs", type=int, default=16, help="of our sweep, and stacked by vmap; fewer where a step takes seconds")
    parser.add_argument("--seconds", type=float, default=4, help="aim of one measurement; it has one step at least")
    parser.add_argument("--json", type=pathlib.Path, help="where everything measured is written")
    parser.add_argument("--check", action="store_true", help="compare the first steps and time nothing")
    options = parser.parse_args()
    options.build = options.build.resolve()
    options.torch = TORCH_PYTHON
    wanted = [name for name in options.peers if name.startswith("jax")]
    options.jax = environment.jax_python(install=not options.check) if wanted else None
    if wanted and options.jax is None:
        print("without JAX: its environment is not there (compare.py without --check makes it)")
        options.peers = [name for name in options.peers if name not in wanted]
    return options


def main():
    options = read_options()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        first_steps = FirstSteps(options.build, scratch, options.workloads, options.enforcers)
        if options.check:
            check(options, first_steps)
            return
        result = {"machine": machine(), "options": {"pairs": options.pairs, "seconds": options.seconds, "runs": options.runs},
                  "cells": []}
        for workload in options.workloads:
            for enforcer in options.enforcers:
                begin = time.perf_counter()
                try:
                    result["cells"].append(measure_cell(workload, enforcer, options, first_steps, scratch))
                except RuntimeError as error:
                    log = (scratch / "peers.log").read_text().splitlines()
                    raise SystemExit("\n".join([f"{workload} {enforcer}: {error}", *log[-10:]])) from error
                print(tables.text(result["cells"][-1]) + f"\n  ({time.perf_counter() - begin:.0f} s)", flush=True)
                if options.json:
                    options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
