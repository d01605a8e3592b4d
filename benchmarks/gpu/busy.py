#!/usr/bin/env python3
"""How busy our runner keeps a GPU while it trains: the share of the time in which a kernel runs, over some seconds.

From every kernel's begin and end (overlapping ones count once), by CUPTI: kernel_times.so of the build, which the CUDA driver loads
into the worker (kernel_times.cpp); from then on to the window, --after seconds pass. Kernels in CUDA graphs are watched one by one,
which costs some time between them. Where that fails, from the driver's own sampling (nvidia-smi's utilization.gpu: of the last
sixth of a second to second, the share in which any kernel ran). Each row says which. --kernels N also names what took longest.
Generator steps a second, summed over the runs, are the runner's own word, the last of each run, but never its first, in which
the steps are captured.

Usage: busy.py [--build BUNDLE] [--device cuda:0] [--workloads W1,W4] [--seconds 5] [--runs 16] [--lanes 2] [--kernels 20] [--timeline 400] [--json LINES]
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import environment  # noqa: E402

environment.need("numpy")
from ours import experiment, made_up_file  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

ENDLESS = 10**7  # steps
WARM_UP = 4      # seconds from a run's start, with data on the device and libraries' plans made
AFTER = 8        # seconds from CUDA's start in the worker, the same
PATIENCE = 30    # seconds for the worker's start and for what was recorded to be read
REPORT = 6       # seconds from one word of a run to its next, at the most
NAME = 110       # characters of a kernel's name


class Unknown(Exception):
    """This way does not say; another may."""


class Reports(threading.Thread):
    """What a sweep says of its runs; somebody must read it, or it would wait."""

    def __init__(self, stream, runs):
        super().__init__(daemon=True)
        self.stream, self.runs, self.rates, self.began = stream, runs, {}, threading.Event()
        self.start()

    def run(self):
        for event in map(json.loads, self.stream):
            if event["event"] == "started":
                self.began.set()
            elif event["event"] == "progress":
                self.rates.setdefault(event["id"], []).append(event["steps_per_second"])

    def steps_per_second(self, patience):
        """Waits for a run's second word; None where one does not come."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            rates = [of_run[-1] for of_run in list(self.rates.values()) if len(of_run) > 1]
            if len(rates) == self.runs:
                return sum(rates)
            time.sleep(0.1)
        return None


@contextlib.contextmanager
def sweep(command, runs, **settings):
    """The process and its reports; ended at the end."""
    process = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, **settings)
    try:
        yield process, Reports(process.stdout, runs)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def library(build):
    installed = build / "lib" / "monge" / "kernel_times.so"
    return installed if installed.exists() else build / "kernel_times.so"


def recorded(folder):
    """What processes of the sweep wrote: files that are there are whole."""
    return [json.loads(file.read_text()) for file in folder.glob("kernels.*") if file.suffix != ".tmp"]


def by_cupti(command, options, runs, folder):
    """What the process with most kernels recorded, and the steps a second."""
    path = library(options.build)
    if options.device == "cpu":
        raise Unknown("CUPTI sees GPUs only")
    if not path.exists():
        raise Unknown(f"{path.name} is not in {options.build}")
    environ = os.environ | {"CUDA_INJECTION64_PATH": str(path), "MONGE_KERNEL_TIMES": str(folder / "kernels"),
                            "MONGE_KERNEL_TIMES_AFTER": str(options.after), "MONGE_KERNEL_TIMES_FOR": str(options.seconds)}
    until = time.monotonic() + options.after + options.seconds + PATIENCE
    with open(folder / "stderr", "w+") as errors, sweep(command, runs, env=environ, stderr=errors) as (process, reports):
        while not (found := recorded(folder)) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        if not found and process.poll() is not None:
            errors.seek(0)
            raise RuntimeError(f"the sweep ended: {errors.read().strip()[-300:]}")
        time.sleep(1 if found else 0)  # for other workers
        found = recorded(folder)
        rate = reports.steps_per_second(REPORT) if found else None
    best = max(found, key=lambda one: one.get("kernel_count", -1), default={"error": "it wrote nothing in time"})
    if "error" in best:
        raise Unknown(f"{path.name}: {best['error']}")
    if not best["kernel_count"]:
        raise Unknown(f"{path.name} saw no kernel")
    return best | {"steps_per_second": rate}


def by_driver(command, options, runs, folder):
    """The share, None where the driver does not say; and the steps a second."""
    with open(folder / "stderr", "w+") as errors, sweep(command, runs, stderr=errors) as (process, reports):
        while not reports.began.wait(0.1):
            if process.poll() is not None:
                errors.seek(0)
                raise RuntimeError(f"the sweep ended: {errors.read().strip()[-300:]}")
        time.sleep(0 if options.device == "cpu" else WARM_UP)
        share = sampled(options.seconds, options.device)
        return share, reports.steps_per_second(0 if options.device == "cpu" else REPORT)


def sampled(seconds, device):
    ask = ["nvidia-smi", f"--id={device.partition(':')[2] or 0}", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
    answers, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        answers.append(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
        time.sleep(0.1)
    numbers = [int(answer) for answer in answers if answer.isdigit()]
    return statistics.mean(numbers) / 100 if numbers else None


def runs_of(name, options):
    return options.runs or WORKLOADS[name].gpu_runs


def measure(options, name, folder):
    """The row's share, the way it was found, and by CUPTI all that it knows."""
    (folder / "busy.toml").write_text(experiment(WORKLOADS[name], "gradient_penalty", runs_of(name, options), ENDLESS,
                                                 made_up_file(WORKLOADS[name], folder)))
    command = [str(environment.program(options.build, "runner")), "sweep", str(folder / "busy.toml"), "--device", options.device,
               "--json", "--quiet", "--results", str(folder)]
    if options.lanes > 1:
        command += ["--pack", str(-(-runs_of(name, options) // options.lanes))]
    runs = runs_of(name, options)
    try:
        found = by_cupti(command, options, runs, folder)
        lost = found["dropped"] + found["untimed"]
        way = "kernels' begin and end, by CUPTI" + (f", which lost {lost} of them" if lost else "")
        return {"share": found["busy"], "way": way, "share_with_copies": found["busy_with_copies"], "window": found["seconds"],
                "lost": lost, "steps_per_second": found["steps_per_second"], "kernel_count": found["kernel_count"], "kernel_seconds": found["kernel_seconds"],
                "kernels": found["kernels"][:options.kernels], "first": found["first"][:options.timeline]}
    except Unknown as error:
        why = str(error)
    if not shutil.which("nvidia-smi"):
        return {"share": None, "way": f"{why}; no nvidia-smi is here"}
    shutil.rmtree(folder / "compare", ignore_errors=True)
    share, rate = by_driver(command, options, runs, folder)
    return {"share": share, "steps_per_second": rate, "way": f"the driver's samples, by nvidia-smi; {why}"}


def show(row, options):
    shown = "an unknown share" if row["share"] is None else f"{100 * row['share']:.1f} %"
    rate = row.get("steps_per_second")
    print(f"busy          {row['what']}, a kernel of ours ran in {shown} of {options.seconds} s, {runs_of(row['what'], options)} runs "
          f"{f'in {options.lanes} packs at a time ' if options.lanes > 1 else ''}{f'at {rate:.4g} steps a second ' if rate else ''}"
          f"({row['way']})", flush=True)
    for kernel in row.get("kernels", []):
        of_busy = kernel["seconds"] / (row["share"] * row["window"])
        print(f"{1e3 * kernel['seconds']:12.2f} ms {100 * of_busy:5.1f} % {kernel['count']:9}  {kernel['name'][:NAME]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--workloads", default="W1,W2,W4,W5")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--runs", type=int, help="[64; 16 in W5]")
    parser.add_argument("--lanes", type=int, default=1, help="packs that a worker trains at a time; the runs are shared out among them")
    parser.add_argument("--after", type=float, default=AFTER, help="seconds from CUDA's start in a worker that are left out")
    parser.add_argument("--kernels", type=int, default=0, help="name so many: ms, share of the busy time, count")
    parser.add_argument("--timeline", type=int, default=0, help="into --json so many kernels, one by one: begin and length in us, name")
    parser.add_argument("--json", type=pathlib.Path, help="each row is appended to it as a line")
    options = parser.parse_args()
    options.build = options.build.resolve()
    if options.lanes > 1:
        os.environ["MONGE_LANES"] = str(options.lanes)  # the worker reads it
    failed = False
    for name in options.workloads.split(","):
        with tempfile.TemporaryDirectory() as folder:
            row = {"part": "busy", "what": name, "seconds": options.seconds, "lanes": options.lanes}
            try:
                row |= measure(options, name, pathlib.Path(folder))
            except RuntimeError as error:
                row, failed = row | {"share": None, "way": str(error)}, True
        show(row, options)
        if options.json:
            with open(options.json, "a") as file:
                file.write(json.dumps(row) + "\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()
