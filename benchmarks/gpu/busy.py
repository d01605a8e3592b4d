#!/usr/bin/env python3
"""How busy our runner keeps a GPU while it trains: the share of the time in which a kernel runs, over some seconds.

With nsys on the PATH from every kernel's begin and end (overlapping ones count once); without, or where it fails, from the
driver's own sampling (nvidia-smi's utilization.gpu: of the last sixth of a second to second, the share in which any kernel ran). Each row
says which. PyTorch's profiler is no third way: it does not see other processes.

Usage: busy.py [--build BUNDLE] [--device cuda:0] [--workloads W1,W4] [--seconds 5] [--runs 64] [--json LINES]
"""
import argparse
import contextlib
import json
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import environment  # noqa: E402
from ours import experiment, made_up_file  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

ENDLESS = 10**7  # steps
WARM_UP = 4      # seconds from a run's start, with data on the device and libraries' plans made


def union(intervals):
    """Length of what they cover together."""
    covered, end = 0, float("-inf")
    for first, last in sorted(intervals):
        covered += max(0, last - max(first, end))
        end = max(end, last)
    return covered


def by_nsys(command, seconds, folder):
    """None where it does not work out."""
    report = folder / "report"
    nsys = ["nsys", "profile", "--trace=cuda", "--cuda-graph-trace=node", "--sample=none", "--cpuctxsw=none",
            f"--delay={WARM_UP + 4}", f"--duration={seconds}", "--export=sqlite", f"--output={report}"]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run([*nsys, *command], check=False, stdout=subprocess.DEVNULL, timeout=60)
    database = report.with_suffix(".sqlite")
    if not database.exists():
        return None
    with contextlib.closing(sqlite3.connect(database)) as found:
        kernels = found.execute("select start, end from CUPTI_ACTIVITY_KIND_KERNEL").fetchall()
    return union(kernels) / (1e9 * seconds) if kernels else None


def by_driver(command, seconds, device):
    """None where the driver does not say."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            if json.loads(line)["event"] == "started":
                break
        else:
            raise RuntimeError(f"the sweep ended: {process.communicate()[1].strip()[-300:]}")
        threading.Thread(target=process.stdout.read, daemon=True).start()  # or it would wait for a reader
        time.sleep(0 if device == "cpu" else WARM_UP)
        return sampled(seconds, device)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def sampled(seconds, device):
    ask = ["nvidia-smi", f"--id={device.partition(':')[2] or 0}", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
    answers, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        answers.append(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
        time.sleep(0.1)
    numbers = [int(answer) for answer in answers if answer.isdigit()]
    return statistics.mean(numbers) / 100 if numbers else None


def share(options, name, folder):
    """Of the time, and the way it was found."""
    (folder / "busy.toml").write_text(experiment(WORKLOADS[name], "gradient_penalty", options.runs, ENDLESS,
                                                 made_up_file(WORKLOADS[name], folder)))
    command = [str(environment.program(options.build, "runner")), "sweep", str(folder / "busy.toml"), "--device", options.device,
               "--json", "--quiet", "--results", str(folder)]
    found = by_nsys(command, options.seconds, folder) if shutil.which("nsys") else None
    if found is not None:
        return found, "kernels' begin and end, by nsys"
    if not shutil.which("nvidia-smi"):
        return None, "neither nsys nor nvidia-smi is here"
    shutil.rmtree(folder / "compare", ignore_errors=True)
    return by_driver(command, options.seconds, options.device), "the driver's samples, by nvidia-smi"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--workloads", default="W1,W2,W4,W5")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=64)
    parser.add_argument("--json", type=pathlib.Path, help="each row is appended to it as a line")
    options = parser.parse_args()
    options.build = options.build.resolve()
    failed = False
    for name in options.workloads.split(","):
        with tempfile.TemporaryDirectory() as folder:
            try:
                found, way = share(options, name, pathlib.Path(folder))
            except RuntimeError as error:
                found, way, failed = None, str(error), True
        shown = "an unknown share" if found is None else f"{100 * found:.1f} %"
        print(f"busy          {name}, a kernel of ours ran in {shown} of {options.seconds} s, {options.runs} runs ({way})", flush=True)
        if options.json:
            with open(options.json, "a") as file:
                file.write(json.dumps({"part": "busy", "what": name, "share": found, "way": way, "seconds": options.seconds}) + "\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()
