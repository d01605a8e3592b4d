"""The data of the workloads as numpy arrays, all in memory: what our data sets give, from the same sources."""
import functools
import gzip
import os
import pathlib

import numpy as np

MADE_UP_IMAGES = 4096


@functools.cache
def ring(points=100_000):
    """Eight Gaussians on a circle as in gan_toy.py: radius 2, sigma 0.02, divided by 1.414."""
    rng = np.random.default_rng(1)
    angle = rng.integers(0, 8, points) * (2 * np.pi / 8)
    centres = np.stack([np.cos(angle), np.sin(angle)], 1) * 2
    return ((centres + rng.normal(size=(points, 2)) * 0.02) / 1.414).astype(np.float32)


@functools.cache
def fashion_mnist():
    name = "train-images-idx3-ubyte"
    for folder in (os.environ.get("MONGE_DATA", "/none"), "/usr/share/datasets"):
        for path in sorted(pathlib.Path(folder, "fashion-mnist").rglob(name + "*")):
            raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            return np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 1, 28, 28)
    raise SystemExit("Fashion-MNIST was not found; install Debian's dataset-fashion-mnist (./setup.sh does)")


@functools.cache
def made_up(shape):
    return np.random.default_rng(1).integers(0, 256, (MADE_UP_IMAGES, *shape), dtype=np.uint8)


def load(workload):
    """[N, ...]: float32 points, or uint8 images to be mapped to [-1, 1]."""
    if workload.dataset == "ring":
        return ring()
    return fashion_mnist() if workload.dataset == "fashion_mnist" else made_up(workload.sample)
