#!/usr/bin/env python3
"""One generator step with its five critic steps, this runner against eager PyTorch, one thread each.

Workload W4: Fashion-MNIST, DCGAN-28 of width 32, batch 64, Adam; with gradient penalty and with clipping. Both do the same
mathematics on the same layers: the peer keeps its data in memory, uses the fused Adam and asks for the needed gradients
only. Pairs are interleaved (A B A B); the table has median and quartiles over the pairs.

Usage: benchmarks/step_cost.py [--build build] [--pairs 7] [--steps 12] [--json FILE]
Needs the Python environment that setup.sh makes; run it with that Python.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

EXPERIMENT = """# How long does a step take?
[experiment]
name = "step_cost"
seeds = 1
[train]
generator_steps = {steps}
batch_size = 64
critic_steps = 5
latent = 100
[evaluate]
every = 1_000_000
samples = 64
[record]
every = 2
[dataset]
plugin = "fashion_mnist"
[architecture]
plugin = "dcgan"
width = 32
[loss]
plugin = "wasserstein"
[enforcer]
{enforcer}
[optimizer]
kind = "adam"
learning_rate = 1e-4
betas = [0.0, 0.9]
"""
ENFORCERS = {"gradient_penalty": 'plugin = "gradient_penalty"\nweight = 10', "clip": 'plugin = "clip"\nbound = 0.01'}


def ours(build, enforcer, steps):
    """Seconds a generator step, from the run's own record: start-up, loading and evaluation are not in it."""
    import h5py
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "step_cost.toml"
        file.write_text(EXPERIMENT.format(steps=steps, enforcer=ENFORCERS[enforcer]))
        subprocess.run([str(build / "runner"), "sweep", str(file), "--jobs", "1", "--device", "cpu", "--quiet", "--results", folder],
                       check=True, stdout=subprocess.DEVNULL)
        run, = pathlib.Path(folder).glob("step_cost/runs/*/run.h5")
        with h5py.File(run) as h5:
            step, seconds = h5["train/step"][:], h5["train/seconds"][:]
    return (seconds[-1] - seconds[0]) / (step[-1] - step[0])


def peer(enforcer, steps):
    """The same in eager PyTorch, in this process."""
    import torch
    import torch.nn as nn
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    w, batch = 32, 64
    g = nn.Sequential(nn.Linear(100, 2 * w * 49, bias=False), nn.Unflatten(1, (2 * w, 7, 7)), nn.BatchNorm2d(2 * w), nn.ReLU(),
                      nn.ConvTranspose2d(2 * w, w, 4, 2, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU(),
                      nn.ConvTranspose2d(w, 1, 4, 2, 1), nn.Tanh())
    d = nn.Sequential(nn.Conv2d(1, w, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(w, 2 * w, 4, 2, 1), nn.LeakyReLU(0.2),
                      nn.Flatten(), nn.Linear(2 * w * 49, 1))
    data = torch.randint(0, 256, (60000, 1, 28, 28), dtype=torch.uint8)
    g_parameters, d_parameters = list(g.parameters()), list(d.parameters())
    g_adam = torch.optim.Adam(g_parameters, lr=1e-4, betas=(0.0, 0.9), fused=True)
    d_adam = torch.optim.Adam(d_parameters, lr=1e-4, betas=(0.0, 0.9), fused=True)

    def apply(optimizer, parameters, loss):
        for p, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            p.grad = gradient
        optimizer.step()

    def step():
        for _ in range(5):
            real = data[torch.randint(0, len(data), (batch,))].float() / 127.5 - 1
            with torch.no_grad():
                fake = g(torch.randn(batch, 100))
            loss = d(fake).mean() - d(real).mean()
            if enforcer == "gradient_penalty":
                t = torch.rand(batch, 1, 1, 1)
                x = (t * real + (1 - t) * fake).requires_grad_()
                slope, = torch.autograd.grad(d(x).sum(), x, create_graph=True)
                loss = loss + 10 * ((slope.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
            apply(d_adam, d_parameters, loss)
            if enforcer == "clip":
                with torch.no_grad():
                    for p in d_parameters:
                        p.clamp_(-0.01, 0.01)
        apply(g_adam, g_parameters, -d(g(torch.randn(batch, 100))).mean())

    for _ in range(2):
        step()
    begin = time.perf_counter()
    for _ in range(steps - 2):
        step()
    return (time.perf_counter() - begin) / (steps - 2)


def quartiles(values):
    low, middle, high = statistics.quantiles(values, n=4)
    return {"median": middle, "low": low, "high": high}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default="build")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # both on one core, the runner's worker too
    table = {}
    for enforcer in ENFORCERS:
        pairs = []
        for _ in range(options.pairs):
            pairs.append((ours(options.build.resolve(), enforcer, options.steps), peer(enforcer, options.steps)))
        table[enforcer] = {"ours_ms": quartiles([1000 * a for a, _ in pairs]), "eager_ms": quartiles([1000 * b for _, b in pairs]),
                           "eager_over_ours": quartiles([b / a for a, b in pairs]), "pairs": len(pairs)}
    print(f"{'enforcer':18} {'ours, ms a step':>24} {'eager PyTorch, ms':>24} {'eager / ours':>22}")
    for enforcer, row in table.items():
        cells = [f"{q['median']:.{p}f} ({q['low']:.{p}f}..{q['high']:.{p}f})"
                 for q, p in ((row["ours_ms"], 0), (row["eager_ms"], 0), (row["eager_over_ours"], 2))]
        print(f"{enforcer:18} {cells[0]:>24} {cells[1]:>24} {cells[2]:>22}")
    if options.json:
        options.json.write_text(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
