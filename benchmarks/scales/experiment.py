"""The experiments that are measured, and the commands that run them."""
import json
import pathlib

TINY = """# How long does a run take that trains next to nothing?
[experiment]
name = "tiny"
seeds = 1
[train]
generator_steps = 2
batch_size = 4
critic_steps = 1
latent = 2
[evaluate]
every = 2
samples = 1
metrics = ["sliced_wasserstein"]
[dataset]
plugin = "ring"
[architecture]
plugin = "mlp"
width = 8
depth = 1
[loss]
plugin = "wasserstein"
[optimizer]
kind = "adam"
learning_rate = 1e-4
"""
STEPS = """# What does a step take?
[experiment]
name = "steps"
seeds = {seeds}
[train]
generator_steps = {steps}
batch_size = {batch}
critic_steps = {critic}
latent = 64
[evaluate]
every = 1_000_000
samples = 64
[record]
every = 1
[dataset]
{dataset}
[architecture]
plugin = "{architecture}"
width = {width}
[loss]
plugin = "wasserstein"
[enforcer]
plugin = "gradient_penalty"
[optimizer]
kind = "adam"
learning_rate = 1e-4
"""


class Bench:
    """Where the programs are and where results may lie."""

    def __init__(self, build, folder, quick):
        self.build, self.folder, self.quick = pathlib.Path(build).resolve(), pathlib.Path(folder), quick

    def write(self, text, name="experiment"):
        file = self.folder / f"{name}.toml"
        file.write_text(text)
        return file

    def sweep(self, file, *more, jobs=2):
        return [self.build / "runner", "sweep", file, "--device", "cpu", "--jobs", str(jobs), "--results", self.folder / "results",
                *more]

    def tiny_grid(self, cells):
        """One run a cell, so that planning has to describe every one of them."""
        axis = f'[grid]\n"optimizer.learning_rate" = {{ log = [1e-5, 1e-2, {cells}] }}\n' if cells > 1 else ""
        return self.write(TINY + axis, "grid")

    def images(self, side, channels):
        """Noise of that size as numpy files, made once."""
        import numpy as np
        file = self.folder / f"noise_{side}_{channels}.npy"
        if not file.exists():
            shape = (1024, side, side) if channels == 1 else (1024, side, side, channels)
            np.save(file, np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))
        return f'plugin = "npy"\nroot = {json.dumps(str(self.folder))}\ntrain = "{file.name}"'
