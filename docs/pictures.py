#!/usr/bin/env python3
"""The README's pictures: the last sample grid of every cell of a sweep, first seed, side by side.

Usage: docs/pictures.py results/clip_vs_gp/sweep.h5 docs/clip_vs_gp.png
"""
import argparse
import pathlib
import struct
import sys
import zlib

DOCS = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS.parent / "benchmarks"), str(DOCS / "findings")]
import environment  # noqa: E402

environment.need("h5py", "numpy")
import h5py  # noqa: E402
import numpy as np  # noqa: E402
from study import last_evaluations  # noqa: E402


def png(image):
    """[height, width] or [height, width, 3] uint8 as the bytes of a PNG file."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    height, width = image.shape[:2]
    rows = b"".join(b"\0" + image[y].tobytes() for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if image.ndim == 2 else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def last_grids(samples, last, runs):
    """Each run's last grid; white where it has none."""
    return [samples[run, last[run]] if last[run] >= 0 else np.full(samples.shape[2:], 255, np.uint8) for run in runs]


def said_of(label, status, last, steps):
    """The label, and what tells its grid from those of the sweep's last step."""
    differs = ["no samples"] if last < 0 else [f"step {steps[last]}"] if last < len(steps) - 1 else []
    differs += [status] if status != "done" else []
    return f"{label} ({', '.join(differs)})" if differs else label


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="results of a sweep of images")
    parser.add_argument("target", help="a PNG file")
    options = parser.parse_args()
    target = options.target
    with h5py.File(options.source) as sweep:
        seeds, cells = sweep["seed"][:], sweep["cell"][:]
        labels, status, last = sweep["label"].asstr()[:], sweep["status"].asstr()[:], last_evaluations(sweep)
        samples, steps = sweep["eval/samples"], sweep["eval/eval_step"][:]
        first = [np.flatnonzero((cells == cell) & (seeds == seeds.min()))[0] for cell in sorted(set(cells))]
        rows, cols = 2, (len(first) + 1) // 2
        grids = last_grids(samples, last, first)
    gap = np.full((grids[0].shape[0], 8, *grids[0].shape[2:]), 255, np.uint8)
    bands = []
    for row in range(rows):
        band = []
        for col in range(cols):
            index = row * cols + col
            band += [grids[index] if index < len(grids) else np.full_like(grids[0], 255), gap]
        bands += [np.concatenate(band[:-1], axis=1)]
    line = np.full((8, *bands[0].shape[1:]), 255, np.uint8)
    with open(target, "wb") as file:
        file.write(png(np.concatenate([bands[0], line, bands[1]], axis=0)))
    for row in range(rows):
        shown = first[row * cols:(row + 1) * cols]
        print(" | ".join(said_of(labels[run], status[run], last[run], steps) for run in shown))
    print(f"step {steps[-1]}, {target}")


if __name__ == "__main__":
    main()
