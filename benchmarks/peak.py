#!/usr/bin/env python3
"""The roofline: how many useful FLOPs a generator step has, and how many a core does in a second.

Useful are the matrix products and convolutions that no way of computing the step goes without: multiply and add counted
apart, elementwise work and optimiser left out. Piecewise linear activations pass no second derivative on, so the penalty's
double backward is two products a layer.

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
from workloads import CRITIC_STEPS, ENFORCERS, WORKLOADS  # noqa: E402

SIZE = 1024


def layer_flops(layers, batch):
    """Forward FLOPs of each layer that is a product, and the same counts for its two gradients."""
    flops, pixels = [], 1
    for kind, *sizes in layers:
        if kind == "reshape":
            pixels = sizes[1] * sizes[2]
        elif kind == "linear":
            flops.append(2 * batch * sizes[0] * sizes[1])
        elif kind == "conv":
            pixels //= 4
            flops.append(2 * batch * pixels * 16 * sizes[0] * sizes[1])
        elif kind == "conv_t":
            flops.append(2 * batch * pixels * 16 * sizes[0] * sizes[1])
            pixels *= 4
    return flops


def useful_flops(workload, enforcer):
    """Of one generator step and its critic steps."""
    sample = workload.sample
    critic_layers = ([("reshape", *sample)] if len(sample) == 3 else []) + workload.critic
    critic, generator = layer_flops(critic_layers, workload.batch), layer_flops(workload.generator, workload.batch)
    d, g = sum(critic), sum(generator)
    # Scores of real and fake with their weights' gradients; the first layer's input needs none.
    critic_step = g + 2 * (d + d + d - critic[0])
    if enforcer == "gradient_penalty":
        # Forward at the points and the slope; then through the slope's own graph, to every weight and every layer. The
        # last layer's share of the double backward is no product: its output's gradient is constant.
        critic_step += 2 * d + 2 * (d - critic[-1])
    generator_step = g + d + d + g + g - generator[0]
    return CRITIC_STEPS * critic_step + generator_step


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
