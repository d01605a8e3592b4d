"""The command line, the clock and the one JSON line that all peers share.

A peer is a file that calls begin() before it imports its library (threads and core are set there), then serve(peer).
Its object has `runs`, how many runs it trains at once, advance(), which returns when the device has done it, check(draws) and compile_s.

  PEER.py WORKLOAD ENFORCER [--seconds S | --serve | --check FILE.h5] [--device cpu|cuda:N] [--runs K] [--threads T] [--core C]

One JSON line: start_up_s (from the interpreter's start to the first step), compile_s, check_s (of the first step, where it is
asked for), steps (summed over the runs), seconds, steps_per_second, peak_rss_mb. With --serve a line {"ready": true, ...}, then a line for every number of seconds
that comes on standard input, until that ends. With --check the line has the first step's numbers, too, from the weights and
draws of FILE; without --serve nothing is timed then.
"""
import argparse
import json
import os
import sys
import time

BEGIN = time.perf_counter()


def begin(doc, modes=("",)):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workload")
    parser.add_argument("enforcer", choices=["gradient_penalty", "clip"])
    parser.add_argument("--device", default="cpu", help="cpu or cuda:N")
    parser.add_argument("--runs", type=int, default=1, help="trained at once, where the peer can")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--core", type=int, help="the only one to be used")
    parser.add_argument("--seconds", type=float, default=3, help="aim of the measurement")
    parser.add_argument("--check", metavar="FILE.h5")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--mode", choices=modes, default=modes[0])
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    return options


def peak_rss_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def measure(peer, seconds):
    """Whole calls of advance() until the time is up."""
    done, begin_s = 0, time.perf_counter()
    while not done or time.perf_counter() - begin_s < seconds:
        peer.advance()
        done += peer.steps_at_once
    elapsed = time.perf_counter() - begin_s
    total = done * peer.runs
    return {"steps": total, "seconds": elapsed, "steps_per_second": total / elapsed, "peak_rss_mb": peak_rss_mb()}


def say(line):
    print(json.dumps(line), flush=True)


def read_case(options):
    """The case of a dump by benchmarks/first_step.cpp as a dict of float32 arrays, parameters as two lists."""
    import h5py
    import numpy as np
    with h5py.File(options.check) as dump:
        case = dump[f"{options.workload}_{options.enforcer}"]

        def parameters(player):
            count = sum(name.startswith(f"initial_{player}_") and name[len(f"initial_{player}_"):].isdigit() for name in case)
            return [case[f"initial_{player}_{i}"][()].astype(np.float32) for i in range(count)]

        draws = {name: case[name][()].astype(np.float32) for name in ("real", "latent_critic", "t", "latent_generator")}
        return parameters("generator"), parameters("critic"), draws


def serve(options, make):
    """`make(options)` builds the peer; everything until it can step is start-up."""
    peer = make(options)
    start_up_s = time.perf_counter() - BEGIN - peer.compile_s
    costs = {"start_up_s": start_up_s, "compile_s": peer.compile_s}
    if options.check:
        check_s = time.perf_counter()
        numbers = peer.check(*read_case(options))
        costs["check_s"] = time.perf_counter() - check_s
        costs["first_step"] = {name: float(getattr(value, "detach", lambda: value)()) for name, value in numbers.items()}
        if not options.serve:
            say(costs)
            return
    peer.advance()  # what is slow once: thread pools, allocators, plans
    if not options.serve:
        say(costs | measure(peer, options.seconds))
        return
    say({"ready": True, "runs": peer.runs} | costs)
    for line in sys.stdin:
        say(measure(peer, float(line)))
