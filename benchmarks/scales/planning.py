"""Planning: `runner sweep --plan` of more and more runs. Nothing is trained."""
from .processes import watched


def measure(bench):
    rows = []
    for kind in ("seeds", "cells"):
        for runs in (1, 10, 100) if bench.quick else (1, 10, 100, 1_000, 10_000):
            file = bench.tiny_grid(runs if kind == "cells" else 1)
            found, lines = watched(bench.sweep(file, "--plan", "--json", "--seeds", str(runs if kind == "seeds" else 1)))
            rows.append({"of": kind, "runs": runs, "seconds": found["seconds"], "parent_bytes": found["parent_bytes"],
                         "answer_bytes": sum(len(line) for _, line in lines)})
    return rows
