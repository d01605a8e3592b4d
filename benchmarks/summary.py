#!/usr/bin/env python3
"""README's table "How fast": ours over its peers with a gradient penalty, from the tables of docs/performance.md.

Usage: summary.py [--check]
       without --check it is written between README's marks, <!-- speed --> and <!-- end -->; with it, it is compared
"""
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


def main(words):
    readme = ROOT / "README.md"
    before = readme.read_text()
    after = replaced(before, "speed", speed())
    if words == ["--check"]:
        sys.exit(0 if before == after else "README.md's table is not that of docs/performance.md: benchmarks/summary.py writes it anew")
    readme.write_text(after)


if __name__ == "__main__":
    main(sys.argv[1:])
