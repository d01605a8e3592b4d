#!/usr/bin/env python3
"""Pictures of what scaling.py measured: lines over two logarithmic axes. Usage: draw.py scaling.json docs"""
import json
import pathlib
import sys

import environment

environment.need("matplotlib")
import matplotlib  # noqa: E402

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

AXES = {"width": "units of a hidden layer", "batch": "samples of a batch", "critic": "critic steps", "side": "pixels of a side"}


def lines(rows, by, x, y):
    """{row[by]: [(row[x], row[y]), ...]}."""
    found = {}
    for row in rows:
        found.setdefault(row[by], []).append((row[x], row[y]))
    return found


def panels(found):
    """Title, labels of the axes, and lines, for each part that was measured."""
    if "planning" in found:
        yield "runner sweep --plan", "runs", "seconds", lines(found["planning"], "of", "runs", "seconds")
    if "execution" in found:
        names = {"seconds": "sweep, collect included", "again_seconds": "the finished sweep again", "collect_seconds": "collect"}
        yield ("runs that train next to nothing, 2 workers", "runs", "seconds",
               {name: [(row["runs"], row[key]) for row in found["execution"]] for key, name in names.items()})
    if "steps" in found:
        rows = [row | {"axis": AXES[row["axis"]], "megabytes": row["worker_bytes"] / 1e6} for row in found["steps"]]
        yield "a generator step", "units, samples, steps, pixels", "seconds", lines(rows, "axis", "value", "seconds")
        yield "peak memory of its worker", "units, samples, steps, pixels", "MB", lines(rows, "axis", "value", "megabytes")


def main():
    source, folder = map(pathlib.Path, sys.argv[1:])
    drawn = list(panels(json.loads(source.read_text())))
    figure, axes = plt.subplots(1, len(drawn), figsize=(4.2 * len(drawn), 3.4), layout="constrained", squeeze=False)
    for panel, (title, x, y, series) in zip(axes[0], drawn):
        for name, points in series.items():
            panel.loglog(*zip(*points), marker="o", markersize=3, label=name)
        panel.set(title=title, xlabel=x, ylabel=y)
        panel.grid(alpha=0.3)
        panel.legend(fontsize=7)
    figure.savefig(folder / "scaling.png", dpi=110)


if __name__ == "__main__":
    main()
