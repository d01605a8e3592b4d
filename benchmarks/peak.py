#!/usr/bin/env python3
"""The roofline: how many useful FLOPs a generator step has (peers/flops.py), and how many a core does in a second.

Usage: peak.py                    the counts of all workloads, in GFLOP a generator step
       peak.py --serve --core C   for every line of input, seconds of 1024^3 float32 products on one thread: the median's rate
"""
import json
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
from flops import useful_flops  # noqa: E402
from workloads import ENFORCERS, WORKLOADS  # noqa: E402

SIZE = 1024


def products_per_second(torch, seconds, a, b, out):
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        torch.mm(a, b, out=out)
        times.append(time.perf_counter() - start)
    return 1 / statistics.median(times)


def serve(core):
    os.sched_setaffinity(0, {core})
    os.environ["OMP_NUM_THREADS"] = "1"
    import torch
    torch.set_num_threads(1)
    a, b, out = (torch.randn(SIZE, SIZE) for _ in range(3))
    products_per_second(torch, 0.2, a, b, out)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        rate = products_per_second(torch, float(line), a, b, out)
        print(json.dumps({"gflop_per_second": 2 * SIZE**3 * rate / 1e9}), flush=True)


def main():
    if "--serve" in sys.argv:
        serve(int(sys.argv[sys.argv.index("--core") + 1]))
        return
    for name, workload in WORKLOADS.items():
        counts = [f"{enforcer} {useful_flops(workload, enforcer) / 1e9:.2f}" for enforcer in ENFORCERS]
        print(f"{name:5} {workload.doc:45} GFLOP a generator step: {', '.join(counts)}")


if __name__ == "__main__":
    main()
