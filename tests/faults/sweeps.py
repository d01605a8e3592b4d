"""Running `runner` as a user would, for the fault tests. Standard library only."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(sys.argv[1])

EXPERIMENT = """# Does a killed sweep end as if nothing had happened?
[experiment]
name  = "faults"
seeds = 2
[train]
generator_steps = 300
batch_size      = 32
critic_steps    = 2
latent          = 2
[evaluate]
every   = 60
samples = 128
metrics = ["sliced_wasserstein", "modes"]
[dataset]
plugin = "ring"
[architecture]
plugin     = "mlp"
width      = 32
depth      = 2
batch_norm = true
[loss]
plugin = "wasserstein"
[optimizer]
kind          = "adam"
learning_rate = 1e-3
betas         = [0.0, 0.9]
[grid]
enforcer = ["clip", { plugin = "gradient_penalty", weight = 0.1 }]
"""


class Sweep:
    """One results folder and the command that fills it."""

    def __init__(self, root, *extra, snapshots="0.1"):
        self.root = pathlib.Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self.file = self.root / "faults.toml"
        self.file.write_text(EXPERIMENT)
        self.results = self.root / "results" / "faults"
        self.command = [str(BUILD / "runner"), "sweep", str(self.file), "--results", str(self.root / "results"), *extra]
        self.environment = {**os.environ, "MONGE_SNAPSHOT_SECONDS": snapshots}

    def start(self, **environment):
        return subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                env={**self.environment, **environment})

    def run(self, expected=0, **environment):
        process = self.start(**environment)
        text, _ = process.communicate(timeout=300)
        assert process.returncode == expected, f"exit code {process.returncode}, not {expected}:\n{text}"
        return text

    def equals(self, other):
        done = subprocess.run([str(BUILD / "runner"), "compare", "--equal", str(self.results), str(other.results)],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


def wait_for_snapshot(sweep, process):
    end = time.monotonic() + 60
    while not list(sweep.results.glob("runs/*/state.h5")):
        assert time.monotonic() < end and process.poll() is None, "no snapshot was written"
        time.sleep(0.02)


def workers_of(parent, mode="serve"):
    """Process ids of the children of `parent` that train (or describe)."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == parent and f"runner-worker\0{mode}" in (entry / "cmdline").read_text():
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state != "Z"
    except OSError:
        return False


def gone_within(pids, seconds):
    end = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def scratch():
    return tempfile.TemporaryDirectory(prefix="monge-faults-")
