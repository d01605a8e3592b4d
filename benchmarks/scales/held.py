"""Memory of a sweep: sixteen runs on two workers may hold what two runs hold."""
from .experiment import STEPS
from .processes import watched


def measure(bench):
    rows = []
    for runs in (2, 4) if bench.quick else (2, 16):
        values = {"seeds": runs, "steps": 3, "batch": 64, "critic": 2, "architecture": "dcgan", "width": 4 if bench.quick else 32,
                  "dataset": bench.images(28, 1)}
        file = bench.write(STEPS.format(**values).replace('"steps"', f'"held_{runs}"'), "held")
        found, _ = watched(bench.sweep(file, "--quiet"))
        rows.append({"runs": runs, "sum_bytes": found["sum_bytes"], "worker_bytes": found["worker_bytes"],
                     "parent_bytes": found["parent_bytes"]})
    return rows
