"""Failures planted in small runs: each gives its event with step and evidence, and what was to be kept is kept.

Usage: failures_test.py BUILD SOURCE
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy

BUILD = pathlib.Path(sys.argv[1]).resolve()

EXPERIMENT = """# Are failures noticed?
[experiment]
name = "failures"
[train]
generator_steps = {steps}
batch_size = 16
critic_steps = 2
latent = 2
[evaluate]
every = 20
samples = 128
metrics = ["sliced_wasserstein"]
[dataset]
plugin = "ring"
[architecture]
plugin = "layers"
generator = [{generator}]
critic = [{critic}]
[loss]
plugin = "wasserstein"
[optimizer.generator]
kind = "sgd"
learning_rate = {generator_rate}
[optimizer.critic]
kind = "sgd"
learning_rate = {critic_rate}
{more}
"""
SOUND = {"steps": 100, "generator": "'linear(8)', 'relu()', 'linear(2).init_scale(6)'", "critic": "'linear(8)', 'leaky_relu(0.2)', 'linear(1)'",
         "generator_rate": 1e-3, "critic_rate": 1e-3, "more": ""}


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


class Run:
    """A sweep of one run in a folder of its own."""

    def __init__(self, root, name, **settings):
        self.folder = root / name
        self.folder.mkdir()
        self.file = self.folder / "failures.toml"
        self.file.write_text(EXPERIMENT.format(**(SOUND | settings)))
        self.command = [str(BUILD / "runner"), "sweep", str(self.file), "--device", "cpu", "--quiet", "--results", str(self.folder)]

    def sweep(self):
        subprocess.run(self.command, check=False, stdout=subprocess.DEVNULL)
        (path,) = self.folder.glob("failures/runs/*/run.h5")
        with h5py.File(path) as run:
            self.status, self.status_text = text(run.attrs["status"]), text(run.attrs["status_text"])
            self.step = int(run.attrs["step"])
            event = run["event"]
            self.events = {text(kind): (int(step), text(what)) for kind, step, what in
                           zip(event["event_kind"][:], event["event_step"][:], event["event_text"][:])}
            self.last_steps = {name: item[:] for name, item in run["last_steps"].items()} if "last_steps" in run else None
            self.variance = run["eval/audit_sample_variance"][:]
            self.rows = run["train/step"][:]
        return self


def sound(root):
    run = Run(root, "sound").sweep()
    assert (run.status, run.events) == ("done", {}), (run.status_text, run.events)
    assert run.last_steps is None
    print("a sound run has no event and keeps no last steps")


def collapse(root):
    run = Run(root, "collapse", generator="'constant({2})'").sweep()  # every sample is the same point
    assert run.status == "done", run.status_text
    step, evidence = run.events["collapsed"]
    assert step == 40, run.events  # the second evaluation
    assert "audit_sample_variance = 0 (limit 0.05)" in evidence, evidence
    assert (run.variance == 0).all()
    print("planted collapse:", step, evidence)


def vanishing(root):
    deaf = {"critic": "'scale(0)', 'linear(1)'", "more": "[detect]\nvanished_steps = 50\n"}  # its slope is 0 everywhere
    run = Run(root, "vanishing", **deaf).sweep()
    assert run.status == "done", run.status_text
    step, evidence = run.events["vanished"]
    assert step == 60 and "from step 10 to 60" in evidence, run.events
    print("planted vanishing:", step, evidence)
    deaf["more"] += "[[stop]]\nif = 'vanished == 1'\nwhy = 'it learns nothing'\n"
    run = Run(root, "stopped", **deaf).sweep()
    assert (run.status, run.step) == ("diverged", 60) and "it learns nothing" in run.status_text, run.status_text
    assert list(run.last_steps["last_step"]) == list(range(1, 61))
    print("a rule may end it there:", run.status_text)


def explosion(root):
    run = Run(root, "explosion", critic="'linear(1)'", critic_rate=1e9, generator_rate=0).sweep()
    assert (run.status, run.step) == ("diverged", 20), (run.status, run.step, run.status_text)
    assert "exploded at step 20" in run.status_text and "limit 1e+08" in run.status_text, run.status_text
    print("planted explosion:", run.status_text)


def overflow(root):
    run = Run(root, "overflow", critic_rate=1e15, generator_rate=1e15, more="[detect]\nlast_steps = 4\ndiverged_slope = 0\n").sweep()
    assert run.status == "diverged" and "non-finite" in run.status_text, run.status_text
    rows = run.last_steps["last_step"]
    assert (numpy.diff(rows) == 1).all() and rows[-1] == run.step and len(rows) == min(4, run.step), (rows, run.step)
    first = re.search(r": first was (\w+) = (?:nan|-?inf) at step (\d+)$", run.status_text)
    assert first, run.status_text
    at = list(rows).index(int(first[2]))
    values = run.last_steps[first[1]]
    assert numpy.isfinite(values[:at]).all() and not numpy.isfinite(values[at]), (first, values)
    finite = numpy.isfinite(run.last_steps["critic_loss"] + run.last_steps["generator_loss"])
    assert finite[:-1].all() and not finite[-1], run.last_steps  # the way there, and the first loss that is not
    print("overflow:", run.status_text, "and its last steps", [int(row) for row in rows])


def apart(root):
    """Evaluations between two rows, and no last steps kept: what is read of a step is read at the right ones."""
    rates = {"critic_rate": 1e15, "generator_rate": 1e15}
    for way in ([], ["--pack", "2"]):
        for name, steps in (("none", 0), ("some", 200)):
            more = f"[detect]\nlast_steps = {steps}\ndiverged_slope = 0\n[record]\nevery = 7\n"
            run = Run(root, f"apart_{name}_{len(way)}", steps=30, more=more)
            run.command += way
            run.sweep()
            assert (run.status, list(run.rows)) == ("done", [7, 14, 21, 28, 30]), (run.status_text, run.rows)
            broken = Run(root, f"broken_{name}_{len(way)}", steps=30, more=more.replace("every = 7", "every = 1000"), **rates)
            broken.command += way
            broken.sweep()
            assert broken.status == "diverged" and "non-finite" in broken.status_text, broken.status_text
            assert list(broken.rows) == [], broken.rows  # seen at the evaluation of step 20
            assert (broken.last_steps is None) == (steps == 0)
    print("evaluations between rows, without last steps: alone and in packs")


def resumption(root):
    """Interrupted on the way to its end, it has the events and last steps of a run that was not."""
    long = {"steps": 2000, "critic": "'scale(0)', 'linear(1)'",
            "more": "[detect]\nvanished_steps = 900\n[[stop]]\nif = 'critic_updates >= 3000'\nwhy = 'enough'\n"}
    straight = Run(root, "straight", **long).sweep()
    assert (straight.status, straight.step) == ("diverged", 1500), straight.status_text
    cut = Run(root, "cut", **long)
    environment = {**os.environ, "MONGE_SNAPSHOT_SECONDS": "0.02"}
    process = subprocess.Popen(cut.command, stdout=subprocess.DEVNULL, env=environment)
    while process.poll() is None and not list(cut.folder.glob("failures/runs/*/state.h5")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 75, "it ended before it could be interrupted"
    cut.sweep()
    assert cut.events == straight.events and "vanished" in cut.events, (cut.events, straight.events)
    assert len(cut.last_steps["last_step"]) == 200
    equal = subprocess.run([str(BUILD / "runner"), "compare", "--equal", str(cut.folder / "failures"),
                            str(straight.folder / "failures")], capture_output=True, text=True, check=False)
    assert equal.returncode == 0, equal.stdout
    print("interrupted and resumed:", equal.stdout.strip())


def events_of(command):
    said = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def unwritable(root):
    """The end of a run that cannot be written: the step that it reached, and the reason once."""
    run = Run(root, "unwritable")
    run.command.remove("--quiet")
    run.command.append("--json")
    (ended,) = [event for event in events_of(["prlimit", "--fsize=20000", *run.command]) if event["event"] == "ended"]
    assert (ended["status"], ended["step"]) == ("failed", 100), ended
    assert ended["text"].count("cannot be written") == 1 and "step" not in ended["text"], ended
    assert "cannot be written" in ended["log"], ended
    print("an end that cannot be written:", ended["text"])
    (plan,) = events_of([*run.command, "--plan"])
    (run.folder / "failures/runs" / plan["runs"][0]["id"] / "samples.gif").mkdir()
    (ended,) = [event for event in events_of(run.command) if event["event"] == "ended"]
    assert ended["status"] == "done", ended
    print("an animation that cannot be written costs the run nothing else")


def main():
    with tempfile.TemporaryDirectory(prefix="monge-failures-") as folder:
        for check in (sound, collapse, vanishing, explosion, overflow, apart, resumption, unwritable):
            check(pathlib.Path(folder))


main()
