#!/usr/bin/env python3
"""README's tables, each from where its numbers are: "How fast" (ours over its peers with a gradient penalty) from the tables of
docs/performance.md, the first sweep's distances from docs/findings/clip_vs_gp.csv.

Usage: summary.py [--check]
       without --check they are written between README's marks, <!-- speed --> or <!-- clip_vs_gp --> and <!-- end -->; with it,
       they are compared
"""
import csv
import pathlib
import sys

from tables import replaced, table

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks/peers"))
from workloads import WORKLOADS  # noqa: E402

# The page's mark, its column and what README calls it.
COLUMNS = [("second machine", "reference", "two cores: eager PyTorch"),
           ("second machine", "processes", "PyTorch, a process a core"),
           ("second machine", "jax_processes", "JAX, a process a core"),
           ("gpu", "reference", "H100: eager PyTorch"),
           ("gpu", "graph", "PyTorch, CUDA graphs and vmap"),
           ("gpu", "jax", "JAX, vmap")]

ENFORCERS = ("none", "clip", "gradient_penalty")


def ratios(page, mark):
    """{(workload, peer): the last median measured} of the section's table "Ours over the peer"."""
    section = page.split(f"<!-- {mark} -->")[1].split("<!-- end -->")[0]
    lines = section.split("Ours over the peer")[1].split("\n\n")[1].splitlines()
    head, _, *rows = ([cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines)
    return {(cells[0], peer): cell.split()[0] for cells in rows if cells[1] == "gradient_penalty"
            for peer, cell in zip(head[2:], cells[2:]) if cell[0].isdigit()}


def speed():
    page = (ROOT / "docs/performance.md").read_text()
    found = {mark: ratios(page, mark) for mark, _, _ in COLUMNS}
    workloads = [name for name in WORKLOADS if (name, COLUMNS[0][1]) in found[COLUMNS[0][0]]]
    return table(["", *(said for _, _, said in COLUMNS)],
                 [[f"{name}: {WORKLOADS[name].doc}", *(found[mark].get((name, peer), "-") for mark, peer, _ in COLUMNS)] for name in workloads])


def first_sweep():
    """A row a loss, a column an enforcer: median (least..greatest), in bold where all seeds are below all others of the row."""
    with open(ROOT / "docs/findings/clip_vs_gp.csv", newline="") as file:
        found = {row["cell"]: [float(row[key]) for key in ("median", "least", "greatest")]
                 for row in csv.DictReader(file) if row["quantity"] == "sliced W1"}
    rows = []
    for loss in ("wasserstein", "bce"):
        cells = [found[f"loss={loss} enforcer={enforcer}"] for enforcer in ENFORCERS]
        best = [all(cell[2] < other[1] for other in cells if other is not cell) for cell in cells]
        rows.append([loss, *(f"{'**' * bold}{median:.3f}{'**' * bold} ({least:.3f}..{greatest:.3f})"
                             for bold, (median, least, greatest) in zip(best, cells))])
    return table(["loss", *ENFORCERS], rows)


def main(words):
    readme = ROOT / "README.md"
    before = readme.read_text()
    after = replaced(replaced(before, "speed", speed()), "clip_vs_gp", first_sweep())
    if words == ["--check"]:
        sys.exit(0 if before == after else "README.md's tables are not those of docs/: benchmarks/summary.py writes them anew")
    readme.write_text(after)


if __name__ == "__main__":
    main(sys.argv[1:])
