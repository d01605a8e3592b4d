"""Our side: a sweep of the runner over seeds, and the rate from the runs' own record."""
import json
import math
import pathlib
import sys
import tempfile
import time

from processes import run_watched

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
import data  # noqa: E402
from workloads import BETAS, CRITIC_STEPS, ENFORCERS, LEARNING_RATE  # noqa: E402

LEFT_OUT = 2  # steps at the start of each run, or a tenth of them; one where steps are slow


def toml_table(values):
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())


def made_up_file(workload, folder):
    """Where the workload's made-up samples are, written there once; no file where it has others."""
    file = folder / f"made_up_{'x'.join(map(str, workload.sample))}.npy"
    if workload.dataset == "made_up" and not file.exists():
        import numpy
        numpy.save(file, data.made_up(workload.sample))
    return file


def experiment(workload, enforcer, runs, steps, made_up):
    dataset = {"plugin": workload.dataset}
    if workload.dataset == "made_up":
        dataset = {"plugin": "npy", "root": str(made_up.parent), "train": made_up.name, "layout": "channels_first"}
    return f"""# How long does a step take?
[experiment]
name = "compare"
seeds = {runs}
[train]
generator_steps = {steps}
batch_size = {workload.batch}
critic_steps = {CRITIC_STEPS}
latent = {workload.latent}
[evaluate]
every = 1_000_000
samples = 64
[record]
every = {max(1, steps // 20)}
[dataset]
{toml_table(dataset)}
[architecture]
{toml_table(workload.architecture)}
[loss]
plugin = "wasserstein"
[enforcer]
{toml_table(ENFORCERS[enforcer])}
[optimizer]
kind = "adam"
learning_rate = {LEARNING_RATE}
betas = {json.dumps(BETAS)}
"""


class Ours:
    def __init__(self, build, workload, enforcer, runs, jobs, scratch):
        self.runner, self.workload, self.enforcer, self.jobs = build / "runner", workload, enforcer, jobs
        self.runs = max(jobs, min(runs, workload.runs))
        self.scratch, self.made_up = scratch, made_up_file(workload, scratch)
        self.left_out, self.fewest = (1, 1) if workload.slow else (LEFT_OUT, 2)
        # A short one, to know how many steps fill the time.
        self.step_s = self.sweep(jobs, self.left_out + self.fewest)["step_s"]

    def sweep(self, runs, steps):
        import h5py
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            file = pathlib.Path(folder) / "compare.toml"
            file.write_text(experiment(self.workload, self.enforcer, runs, steps, self.made_up))
            begin = time.perf_counter()
            peak = run_watched([str(self.runner), "sweep", str(file), "--jobs", str(self.jobs), "--device", "cpu", "--quiet",
                                "--results", folder])
            wall = time.perf_counter() - begin
            per_run = []
            for run in sorted(pathlib.Path(folder).glob("compare/runs/*/run.h5")):
                with h5py.File(run) as h5:
                    step, seconds = h5["train/step"][:], h5["train/seconds"][:]
                first = max(int((step <= max(self.left_out, 0.1 * step[-1])).sum()) - 1, 0)
                per_run.append((int(step[-1] - step[first]), float(seconds[-1] - seconds[first])))
        if len(per_run) != runs:
            raise SystemExit(f"the sweep left {len(per_run)} runs, not {runs}")
        step_s = sum(seconds for _, seconds in per_run) / sum(count for count, _ in per_run)
        return {"steps_per_second": self.jobs / step_s, "step_s": step_s, "wall_s": wall, "runs": runs, "steps_a_run": steps,
                "wall_steps_per_second": runs * steps / wall, "peak_rss_mb": peak, "per_run": per_run}

    def measure(self, seconds):
        steps = math.ceil(seconds * self.jobs / (self.runs * self.step_s))
        left_out = max(self.left_out, math.ceil(steps / 9))
        return self.sweep(self.runs, max(self.fewest, steps) + left_out)
