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
import contextlib
import json
import os
import pathlib
import platform
import sys
import tempfile
import time
from dataclasses import dataclass, field

import environment

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
from workloads import ENFORCERS, WORKLOADS  # noqa: E402


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
            Variant("loop", "jax_scan.py", ["--mode", "loop"]),
            Variant("loop, a process a core", "jax_scan.py", ["--mode", "loop"], each_core=True)],
}


def start(variant, workload, enforcer, options, log):
    from processes import PEERS as FOLDER, Group
    cores = sorted(os.sched_getaffinity(0))
    python = options.jax if variant.script == "jax_scan.py" else options.torch
    arguments = [workload, enforcer, *variant.arguments, "--threads", "1" if variant.each_core else str(len(cores))]
    if variant.stacked:
        arguments += ["--runs", str(min(options.runs, WORKLOADS[workload].runs))]
    return Group(python, FOLDER / variant.script, arguments, cores if variant.each_core else (), log)


def fastest(variants, workload, enforcer, options, log):
    """The variant that wins a short trial, started; what the trials gave."""
    best, trials = None, {}
    for variant in variants:
        group = start(variant, workload, enforcer, options, log)
        rate = group.measure(options.seconds / 2)["steps_per_second"] if len(variants) > 1 else 0.0
        trials[variant.name] = {"steps_per_second": rate, "ready": group.ready}
        if best is None or rate > best[0]:
            if best is not None:
                best[2].close()
            best = (rate, variant, group)
        else:
            group.close()
    return best[1], best[2], trials


def measure_cell(workload, enforcer, options, scratch):
    from ours import Ours
    from processes import Group
    cores = sorted(os.sched_getaffinity(0))
    cell = {"workload": workload, "enforcer": enforcer, "peers": {}, "rounds": []}
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(open(scratch / "peers.log", "a"))
        ours = Ours(options.build, WORKLOADS[workload], enforcer, options.runs, len(cores), scratch)
        peak = Group(options.torch, pathlib.Path(__file__).parent / "peak.py", [], cores, log)
        stack.callback(peak.close)
        measures = {"peak": lambda: {"gflop_per_second": sum(a["gflop_per_second"] for a in peak.ask(min(1, options.seconds)))},
                    "ours": lambda: ours.measure(options.seconds)}
        for name in options.peers:
            variant, group, trials = fastest(PEERS[name], workload, enforcer, options, log)
            stack.callback(group.close)
            cell["peers"][name] = {"variant": variant.name, "trials": trials, "ready": group.ready}
            measures[name] = lambda group=group: group.measure(options.seconds)
        for number in range(options.pairs):
            order = list(measures) if number % 2 == 0 else list(measures)[::-1]
            cell["rounds"].append({name: measures[name]() for name in order})
    return cell


def check(options, scratch):
    """All peers against our first step; the errors by workload, enforcer, peer. Ends the program when one is too large."""
    from check import TOLERANCE, compare, write_ours
    dump = write_ours(options.build, scratch, options.workloads, options.enforcers)
    results, failed = [], False
    for name in options.workloads:
        for enforcer in options.enforcers:
            scripts = {variant.script + str(variant.arguments): variant for peer in options.peers for variant in PEERS[peer]}
            for variant in scripts.values():
                python = options.jax if variant.script == "jax_scan.py" else options.torch
                result = compare(dump, name, enforcer, python, variant)
                bad = not result["error"] <= TOLERANCE
                failed |= bad
                label = " ".join([variant.script, *variant.arguments])
                print(f"first step {name:5} {enforcer:17} {label:24} largest error {result['error']:.1e} ({result['quantity']})"
                      f"{'  FAILED' if bad else ''}", flush=True)
                results.append({"workload": name, "enforcer": enforcer, "peer": label} | result)
    if failed:
        raise SystemExit(f"a peer does not do our mathematics: its first step differs by more than {TOLERANCE:g}")
    return results


def machine():
    with open("/proc/cpuinfo") as cpuinfo:
        model = next((line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")), "unknown")
    return {"cpu": model, "cores": len(os.sched_getaffinity(0)), "system": platform.platform(), "date": time.strftime("%Y-%m-%d"),
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

    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent / "build")
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
    options.torch = environment.torch_python()
    if options.torch is None:
        print("SKIPPED: no Python with torch, h5py and numpy; run ./setup.sh")
        raise SystemExit(77)
    if options.torch != pathlib.Path(sys.executable):
        os.execv(options.torch, [str(options.torch), *sys.argv])
    options.jax = environment.jax_python(install=not options.check) if "jax" in options.peers else None
    if "jax" in options.peers and options.jax is None:
        print("without JAX: its environment is not there (compare.py without --check makes it)")
        options.peers.remove("jax")
    return options


def main():
    options = read_options()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        result = {"machine": machine(), "options": {"pairs": options.pairs, "seconds": options.seconds, "runs": options.runs},
                  "first_step": check(options, scratch), "cells": []}
        if options.check:
            return
        import tables
        for workload in options.workloads:
            for enforcer in options.enforcers:
                begin = time.perf_counter()
                result["cells"].append(measure_cell(workload, enforcer, options, scratch))
                print(tables.text(result["cells"][-1]) + f"\n  ({time.perf_counter() - begin:.0f} s)", flush=True)
                if options.json:
                    options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
