"""Runs stacked in one captured step: batched products in fully connected networks, grouped convolutions in others."""
from vmap import Stacked

SIZES = {"W1": (1, 4, 16, 64), "W2": (1, 4, 16, 64, 128), "W4": (1, 4, 16), "tiny": (1, 2)}


def packs(bench):
    for name in bench.workloads("W2", "W1", "W4"):
        bench.row(f"{name}, a run's step with so many stacked",
                  {count: lambda count=count: Stacked(bench.options(name, runs=count, mode="graph")).once
                   for count in bench.sizes(*SIZES[name])})
