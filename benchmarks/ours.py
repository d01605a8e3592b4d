"""Our side: a sweep of the runner over seeds, and the rate from the runs' own record."""
import json
import math
import pathlib
import sys
import tempfile
import time

import environment
from processes import run_watched

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
import data  # noqa: E402
from workloads import BETAS, CRITIC_STEPS, ENFORCERS, LEARNING_RATE  # noqa: E402

# Steps at the start of each run that do not count, or a tenth of them; one where steps are slow. On a GPU a step is
# captured and tried out in the first ones.
LEFT_OUT, LEFT_OUT_ON_GPU = 2, 10


def toml_table(values):
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())


def made_up_file(workload, folder):
    """Where the workload's made-up samples are, written there once; no file where it has others."""
    file = folder / f"made_up_{'x'.join(map(str, workload.sample))}.npy"
    if workload.dataset == "made_up" and not file.exists():
        import numpy
        numpy.save(file, data.made_up(workload.sample))
    return file


def experiment(workload, enforcer, runs, steps, made_up, every=10**6):
    """Its runs do nothing but train; every `every` steps have a row in the record."""
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
audit = false
[record]
every = {every}
animation = false
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


def most_at_once(events):
    """How many runs were between their start and their end at one time: as many as workers, or as a pack has. A run that began
    twice has left its pack, so that its seconds are not those of a pack: RuntimeError with the reason."""
    now, most, begun = 0, 0, set()
    for event in map(json.loads, events.splitlines()):
        if event["event"] == "started":
            if event["id"] in begun:
                raise RuntimeError(f"our pack did not hold: {event['note']}")
            begun.add(event["id"])
        now += {"started": 1, "ended": -1}.get(event["event"], 0)
        most = max(most, now)
    return most


class Ours:
    """`jobs` workers on the CPU; on a GPU as many as the runner takes. A sweep that takes longer than `patience` is a RuntimeError."""

    def __init__(self, build, workload, enforcer, runs, device, jobs, scratch, patience):
        self.workload, self.enforcer, self.runs = workload, enforcer, max(jobs, runs)
        self.command = [str(environment.program(build, "runner")), "sweep", "--device", device, "--json", "--quiet"]
        self.command += ["--jobs", str(jobs)] if device == "cpu" else []
        self.scratch, self.made_up, self.patience = scratch, made_up_file(workload, scratch), patience
        if device != "cpu":
            self.left_out, self.fewest = LEFT_OUT_ON_GPU, 4
        else:
            self.left_out, self.fewest = (1, 1) if workload.slow else (LEFT_OUT, 2)
        # A short one, to know how many steps fill the time; on a GPU of all runs: they are one pack, and its kernels are compiled.
        self.found = self.sweep(jobs if device == "cpu" else self.runs, self.left_out + self.fewest, self.left_out)

    def sweep(self, runs, steps, left_out):
        import h5py
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            file = pathlib.Path(folder) / "compare.toml"
            file.write_text(experiment(self.workload, self.enforcer, runs, steps, self.made_up, every=left_out))
            begin = time.perf_counter()
            events, peak = run_watched([*self.command, str(file), "--results", folder], self.patience)
            wall = time.perf_counter() - begin
            per_run = []
            for run in sorted(pathlib.Path(folder).glob("compare/runs/*/run.h5")):
                with h5py.File(run) as h5:
                    step, seconds = h5["train/step"][:], h5["train/seconds"][:]
                per_run.append((int(step[-1] - step[0]), float(seconds[-1] - seconds[0])))
        if len(per_run) != runs:
            raise RuntimeError(f"the sweep left {len(per_run)} runs, not {runs}")
        step_s = sum(seconds for _, seconds in per_run) / sum(count for count, _ in per_run)
        at_once = most_at_once(events)
        return {"steps_per_second": at_once / step_s, "step_s": step_s, "at_once": at_once, "wall_s": wall, "runs": runs,
                "steps_a_run": steps, "wall_steps_per_second": runs * steps / wall, "peak_rss_mb": peak, "per_run": per_run}

    def measure(self, seconds):
        expected = self.found["steps_per_second"]
        steps = max(self.fewest, math.ceil(seconds * expected / self.runs))
        left_out = max(self.left_out, math.ceil(steps / 9))
        self.found = self.sweep(self.runs, steps + left_out, left_out)
        # More runs than before may be trained at once, and end too soon to be measured.
        return self.measure(seconds) if self.found["steps_per_second"] > 2 * expected else self.found
