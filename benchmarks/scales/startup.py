"""Start-up: from the spawning of a worker to its first step, and what it holds before any data is there."""
import json
import os
import subprocess
import time

from tables import quartiles

from .experiment import TINY
from .processes import memory, watched

ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}  # as the runner gives them


class Worker:
    """A worker as the runner starts it, spoken to in JSON lines: requests on its standard input, events from its descriptor 3."""

    def __init__(self, bench):
        events, theirs = os.pipe()
        self.began = time.perf_counter()
        self.process = subprocess.Popen(["sh", "-c", f'exec "$0" serve --device cpu --threads 1 3>&{theirs} {theirs}>&-',
                                         bench.build / "runner-worker"], stdin=subprocess.PIPE, pass_fds=[theirs],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | ENVIRONMENT)
        os.close(theirs)
        self.events = os.fdopen(events)

    def until(self, kind):
        """Seconds since the spawning until that event."""
        for line in self.events:
            if json.loads(line)["event"] == kind:
                return time.perf_counter() - self.began
        raise SystemExit(f"runner-worker ended before its event '{kind}'")

    def train(self, request):
        self.process.stdin.write(json.dumps({"run": request}).encode() + b"\n")
        self.process.stdin.flush()

    def dismiss(self):
        self.process.stdin.close()
        self.events.read()
        self.process.wait()


def request_of(bench):
    """What the runner asks for: the configuration as it has resolved it lies in run.h5."""
    import h5py
    file = bench.write(TINY.replace('"tiny"', '"start"'), "start")
    watched(bench.sweep(file, "--quiet"))
    run, = (bench.folder / "results" / "start").glob("runs/*/run.h5")
    with h5py.File(run) as h5:
        config = json.loads(h5["config"].asstr()[()])
    return {"id": run.parent.name, "cell_id": "", "sweep": "start", "seed": 0, "label": "", "config": config,
            "search": [str(bench.build / "plugins")], "provenance": {}}


def spread(values):
    low, middle, high = quartiles(values)
    return {"median": middle, "low": low, "high": high}


def measure(bench):
    request = request_of(bench)
    ready, started, help_seconds = [], [], []
    for i in range(3 if bench.quick else 20):
        folder = bench.folder / f"start_{i}"
        folder.mkdir()
        worker = Worker(bench)
        ready.append(worker.until("ready"))
        worker.train(request | {"folder": str(folder)})
        started.append(worker.until("started"))
        worker.dismiss()
        help_seconds.append(watched([bench.build / "runner", "--help"])[0]["seconds"])
    return {"ready_seconds": spread(ready), "started_seconds": spread(started), "help_seconds": spread(help_seconds),
            "one_worker": idle(bench, 1), "two_workers": idle(bench, 2)}


def idle(bench, count):
    """What each of `count` workers holds once it is ready."""
    workers = [Worker(bench) for _ in range(count)]
    for worker in workers:
        worker.until("ready")
    held = [memory(worker.process.pid) for worker in workers]
    for worker in workers:
        worker.dismiss()
    return {"rss_bytes": max(one["rss"] for one in held), "pss_bytes": max(one["pss"] for one in held)}
