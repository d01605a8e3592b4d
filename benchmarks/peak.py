#!/usr/bin/env python3
"""The roofline: how many useful FLOPs a generator step has (peers/flops.py), and how many a core does in a second.

Usage: peak.py                       the counts of all workloads, in GFLOP a generator step
       peak.py --serve --core C      for every line of input, seconds of 1024^3 float32 products on one thread: the median's rate
       peak.py --serve --device D    the same of a GPU and of 8192^3
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
from flops import useful_flops  # noqa: E402
from workloads import ENFORCERS, WORKLOADS  # noqa: E402

SIZE, GPU_SIZE = 1024, 8192


def products_per_second(torch, seconds, wait, a, b, out):
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        torch.mm(a, b, out=out)
        wait()
        times.append(time.perf_counter() - start)
    return 1 / statistics.median(times)


def serve(core, device):
    if core is not None:
        os.sched_setaffinity(0, {core})
    os.environ["OMP_NUM_THREADS"] = "1"
    import torch
    import torch_device
    torch.set_num_threads(1)
    place = torch_device.place(device)
    size = SIZE if device == "cpu" else GPU_SIZE
    a, b, out = (torch.randn(size, size, device=place) for _ in range(3))

    def rate_over(seconds):
        return products_per_second(torch, seconds, lambda: torch_device.wait(place), a, b, out)

    rate_over(0.2)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"gflop_per_second": 2 * size**3 * rate_over(float(line)) / 1e9}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--core", type=int)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    if options.serve:
        serve(options.core, options.device)
        return
    for name, workload in WORKLOADS.items():
        counts = [f"{enforcer} {useful_flops(workload, enforcer) / 1e9:.2f}" for enforcer in ENFORCERS]
        print(f"{name:5} {workload.doc:45} GFLOP a generator step: {', '.join(counts)}")


if __name__ == "__main__":
    main()
