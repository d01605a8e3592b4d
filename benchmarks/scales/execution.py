"""Execution: many runs that train next to nothing, so that what is left is the cost of having runs at all."""
import json
import statistics

from .experiment import TINY
from .processes import watched

JOBS = 2


def seconds_within(folder):
    """Seconds of training by the runs' own clock, summed over the sweep."""
    import h5py
    with h5py.File(folder / "sweep.h5") as sweep:
        return float(sweep["seconds"][:].sum())


def measure(bench):
    rows = []
    for runs in (1, 10, 40) if bench.quick else (1, 10, 100, 500, 2_000):
        file = bench.write(TINY.replace('"tiny"', f'"tiny_{runs}"'), "tiny")
        results = bench.folder / "results" / f"tiny_{runs}"
        command = bench.sweep(file, "--seeds", str(runs), "--json", jobs=JOBS)
        first, lines = watched(command)
        again, _ = watched(command)
        collect, _ = watched([bench.build / "runner", "collect", results])
        times = [at for at, line in lines if json.loads(line)["event"] == "ended"]
        begun = next(at for at, line in lines if json.loads(line)["event"] == "started")
        inside = seconds_within(results)
        gaps = sorted(b - a for a, b in zip(times, times[1:]))
        rows.append({"runs": runs, "seconds": first["seconds"], "parent_bytes": first["parent_bytes"],
                     "worker_bytes": first["worker_bytes"], "training_seconds": inside,
                     "to_first_step_seconds": begun,
                     "overhead_a_run_seconds": first["seconds"] * min(JOBS, runs) / runs - inside / runs,
                     "between_ends_seconds": statistics.median(gaps) if gaps else times[-1] - begun,
                     "after_the_last_seconds": first["seconds"] - times[-1],
                     "again_seconds": again["seconds"], "again_parent_bytes": again["parent_bytes"],
                     "collect_seconds": collect["seconds"], "collect_bytes": collect["parent_bytes"],
                     "sweep_file_bytes": (results / "sweep.h5").stat().st_size})
    return rows
