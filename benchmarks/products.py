#!/usr/bin/env python3
"""Which product is fastest for which shapes on one thread: what train/gemm.cpp and train/products.cpp choose by.

Prints GFLOP a second, medians of interleaved rounds: LibTorch's matrix product, oneDNN's sgemm (Debian's libdnnl2) and
matrix-vector products for linear layers [rows, in, out]; NCHW, NHWC and products over patches for convolutions with kernel 4,
stride 2, padding 1. Usage: benchmarks/products.py [--rounds 15] [--core 0] [--json FILE]
"""
import argparse
import ctypes
import json
import os
import pathlib
import statistics
import time

import environment

environment.need("torch")
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

LINEAR = [(256, 512, 512), (512, 512, 512), (256, 128, 128), (512, 128, 128), (64, 784, 512), (64, 100, 128), (256, 2, 128)]
CONVOLUTIONS = [(64, 1, 28, 32), (64, 32, 14, 64), (64, 3, 64, 64), (64, 64, 32, 128), (64, 128, 16, 256), (64, 256, 8, 512)]
DEEPBIND = 8  # dlopen's RTLD_DEEPBIND, see train/gemm.cpp
BACK = torch.ops.aten.convolution_backward


def sgemm_of_onednn():
    function = ctypes.CDLL("libdnnl.so.2", mode=os.RTLD_NOW | os.RTLD_LOCAL | DEEPBIND).dnnl_sgemm
    size, real, pointer = ctypes.c_int64, ctypes.c_float, ctypes.c_void_p
    function.argtypes = [ctypes.c_char, ctypes.c_char, size, size, size, real, pointer, size, pointer, size, real, pointer, size]

    def multiply(a, b, c):
        def rows(m):
            return (b"N", m.stride(0)) if m.stride(1) == 1 else (b"T", m.stride(1))
        (turn_a, step_a), (turn_b, step_b) = rows(a), rows(b)
        status = function(turn_a, turn_b, c.size(0), c.size(1), a.size(1), 1.0, a.data_ptr(), step_a, b.data_ptr(), step_b, 0.0,
                          c.data_ptr(), c.stride(0))
        assert status == 0, status
    return multiply


def measure(functions, flops, rounds):
    """Name -> GFLOP a second, each for about 5 ms a round, one after another."""
    repeats, seconds = {}, {name: [] for name in functions}
    for name, function in functions.items():
        begin = time.perf_counter()
        function()
        function()
        repeats[name] = max(1, int(0.005 / (time.perf_counter() - begin)))
    for _ in range(rounds):
        for name, function in functions.items():
            begin = time.perf_counter()
            for _ in range(repeats[name]):
                function()
            seconds[name].append((time.perf_counter() - begin) / repeats[name])
    return {name: flops / statistics.median(values) / 1e9 for name, values in seconds.items()}


def linear(rows, before, after, onednn):
    x, w, g = torch.randn(rows, before), torch.randn(after, before), torch.randn(rows, after)
    products = {"forward": (x, w.t()), "to the input": (g, w), "to the weight": (g.t(), x)}
    functions = {}
    for name, (a, b) in products.items():
        c = torch.empty(a.size(0), b.size(1))
        functions[f"{name}, LibTorch"] = lambda a=a, b=b, c=c: torch.mm(a, b, out=c)
        functions[f"{name}, oneDNN"] = lambda a=a, b=b, c=c: onednn(a, b, c)
        if b.size(1) <= 4:
            functions[f"{name}, vectors"] = lambda a=a, b=b, c=c: [torch.mv(a, b[:, i]) for i in range(b.size(1))]
    return functions


def convolution(rows, before, side, after):
    functions, half = {}, side // 2
    for name, layout in (("NCHW", torch.contiguous_format), ("NHWC", torch.channels_last)):
        x, w = (t.contiguous(memory_format=layout) for t in (torch.randn(rows, before, side, side), torch.randn(after, before, 4, 4)))
        g = torch.randn(rows, after, half, half).contiguous(memory_format=layout)

        def back(wanted, x=x, w=w, g=g):
            return BACK(g, x, w, None, [2, 2], [1, 1], [1, 1], False, [0, 0], 1, wanted)
        functions[f"forward, {name}"] = lambda x=x, w=w: F.conv2d(x, w, None, 2, 1)
        functions[f"to the input, {name}"] = lambda back=back: back([True, False, False])
        functions[f"to the weight, {name}"] = lambda back=back: back([False, True, False])
    if before <= 4:
        x, w, g = torch.randn(rows, before, side, side), torch.randn(after, 16 * before), torch.randn(rows, half * half, after)
        patches = F.unfold(x, 4, 1, 1, 2)
        functions["forward, patches"] = lambda: torch.matmul(F.unfold(x, 4, 1, 1, 2).transpose(1, 2), w.t())
        functions["to the input, patches"] = lambda: F.fold(torch.matmul(w.t(), g.transpose(1, 2)), (side, side), 4, 1, 1, 2)
        functions["to the weight, patches"] = lambda: torch.matmul(patches, g).sum(0)
    return functions


def show(title, found):
    kinds = list(dict.fromkeys(name.split(", ")[1] for row in found.values() for name in row))
    print(f"\n| {title} | product | " + " | ".join(kinds) + " |\n|---|---|" + "---|" * len(kinds))
    for shape, row in found.items():
        for product in ("forward", "to the input", "to the weight"):
            cells = [f"{row[f'{product}, {kind}']:.0f}" if f"{product}, {kind}" in row else "" for kind in kinds]
            print(f"| {shape} | {product} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    os.sched_setaffinity(0, {options.core})
    torch.set_num_threads(1)
    onednn = sgemm_of_onednn()
    with torch.no_grad():
        rows = {" x ".join(map(str, shape)): measure(linear(*shape, onednn), 2 * shape[0] * shape[1] * shape[2], options.rounds)
                for shape in LINEAR}
        images = {f"{n} x {c} x {s} x {s} to {o}": measure(convolution(n, c, s, o), 2 * n * o * (s // 2) ** 2 * c * 16, options.rounds)
                  for n, c, s, o in CONVOLUTIONS}
    show("rows x in x out", rows)
    show("batch x channels x side x side to channels", images)
    if options.json:
        options.json.write_text(json.dumps({"linear": rows, "convolutions": images}, indent=1))


if __name__ == "__main__":
    main()
