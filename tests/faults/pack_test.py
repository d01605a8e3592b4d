"""Runs trained together: their numbers, Ctrl-C, and plugins that cannot be. Usage: pack_test.py BUILD"""
import json
import pathlib
import signal
import subprocess

import h5py
import numpy

from sweeps import BUILD, EXPERIMENT, Sweep, scratch, wait_for_snapshot

BAD = BUILD / "bad_plugins"
PLUGINS = ["--plugins", str(BAD)]


def text(value):
    value = value[()] if isinstance(value, h5py.Dataset) else value
    return value.decode() if isinstance(value, bytes) else str(value)


def runs(sweep):
    """What each run says of itself."""
    found = []
    for path in sorted(sweep.results.glob("runs/*/run.h5")):
        with h5py.File(path) as run:
            found.append({
                "label": text(run.attrs["label"]), "seed": int(run.attrs["seed"]), "status": text(run.attrs["status"]),
                "text": text(run.attrs["status_text"]), "strategy": json.loads(text(run["provenance"]))["strategy"],
                "fingerprint": json.loads(text(run["fingerprint"])),
                "events": [text(kind) for kind in run["event/event_kind"][()]],
                "loss": run["train/critic_loss"][()], "step": run["train/step"][()]})
    return found


def strategies(sweep):
    return {(run["strategy"]["name"], run["strategy"]["why"]) for run in runs(sweep)}


def plan_of(sweep):
    return subprocess.run([*sweep.command, "--plan"], capture_output=True, text=True, check=True).stdout


def same_numbers(root):
    """In double precision a run in a pack has the numbers that it has alone, until rounding grows."""
    exact = ["--set", "train.precision=fp64", "--set", "train.generator_steps=20", "--set", "evaluate.every=20"]
    alone, packed = Sweep(root / "alone", *exact), Sweep(root / "packed", *exact, "--pack", "8")
    alone.run(0), packed.run(0)
    assert {name for name, _ in strategies(packed)} == {"packed, split, both by hand"}, strategies(packed)
    for one, other in zip(runs(alone), runs(packed)):
        assert (one["label"], one["seed"], one["status"]) == (other["label"], other["seed"], other["status"])
        numpy.testing.assert_allclose(one["loss"], other["loss"], rtol=1e-8)
    print("alone and packed: equal to 1e-8 after 20 steps")


def same_bits(root):
    """Who else is in a pack changes nothing: all at once, or two at a time with the next in the place of the last."""
    calm, narrow = Sweep(root / "calm", "--pack", "8", snapshots="1000"), Sweep(root / "narrow", "--pack", "2", "--jobs", "1")
    calm.run(0), narrow.run(0)
    print("packs of 8 and of 2:", narrow.equals(calm))
    return calm


def unlike_reals(root):
    """A Real that differs among a pack's runs gives the bits that it gives where they agree."""
    grid = [f'{{ plugin = "gradient_penalty", exponent = {exponent}, weight = 0.1 }}' for exponent in (2, 3)]
    together, apart = Sweep(root / "together", "--pack", "8"), Sweep(root / "apart", "--pack", "1", "--jobs", "1")
    for sweep in (together, apart):
        sweep.file.write_text(EXPERIMENT.split("enforcer = [")[0] + f"enforcer = [{', '.join(grid)}]\n")
        sweep.run(0)
    assert {run["strategy"]["name"] for run in runs(together)} == {"packed, split, both by hand"}
    print("exponents of 2 and 3, together and apart:", together.equals(apart))


def lanes(root, calm):
    """Two packs at a time in one worker change nothing either."""
    sweep = Sweep(root / "lanes", "--pack", "1", "--jobs", "1", snapshots="1000")
    sweep.run(0, MONGE_LANES="2")
    print("two packs at a time:", sweep.equals(calm))


def seats(root):
    """As on a GPU, where a pack stays, and the next run takes the seat of one that has ended, at a step of its own."""
    moved, kept = (Sweep(root / name, "--jobs", "1", "--seeds", "6", "--pack", pack, snapshots="1000") for name, pack in [("moved", "12"), ("kept", "2")])
    for sweep in (moved, kept):
        sweep.file.write_text(f"{EXPERIMENT}[[stop]]\nif = 'gap > 0.25'\n")
    moved.run(0), kept.run(0, MONGE_SEATS="1")
    ends = {int(run["step"][-1]) for run in runs(kept)}
    assert len(ends) > 2, ends
    print(f"runs that end at steps {sorted(ends)}, in two seats:", kept.equals(moved))


def interrupted(root, calm):
    sweep = Sweep(root / "interrupt", "--pack", "8")
    process = sweep.start()
    wait_for_snapshot(sweep, process)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 75, f"{process.returncode}\n{said}"
    without = [word for word in sweep.command if word not in ("--pack", "8")]
    plan = subprocess.run([*without, "--plan"], capture_output=True, text=True, check=True).stdout
    assert "in packs of 1: as it began" in plan, plan  # whatever is asked of new runs
    sweep.run(0)
    print("Ctrl-C, then again:", sweep.equals(calm))


def reader(root):
    """One that reads a value on the host is trained alone and told why, before and after."""
    sweep = Sweep(root / "reader", "--pack", "8", "--set", "loss.plugin=reads_values", *PLUGINS)
    plan = plan_of(sweep)
    why = "loss/reads_values: critic() reads a tensor's values on the host"
    assert f"    4  alone: {why}" in plan, plan
    sweep.run(0)
    for name, reason in strategies(sweep):
        assert not name.startswith("packed") and reason.startswith(why), (name, reason)
    print("a reader is trained alone:", why)


def late_reader(root):
    """Where the check missed it, the pack is left: every run begins again alone and is done."""
    sweep = Sweep(root / "late", "--pack", "8", "--jobs", "1", "--set", "loss.plugin=reads_values_late", *PLUGINS)
    said = sweep.run(0)
    assert "begins again: left a pack of 2: in loss/reads_values_late: " in said, said
    for run in runs(sweep):
        assert run["status"] == "done" and "begins again" in run["events"], run
        assert run["strategy"]["why"].startswith("left a pack of 2: in loss/reads_values_late"), run["strategy"]
    assert "nothing is left" in plan_of(sweep), plan_of(sweep)
    print("a late reader leaves the pack")


def out_of_memory(root):
    """A pack that is too large goes on as two."""
    sweep = Sweep(root / "memory", "--pack", "8", "--jobs", "1", "--set", "loss.plugin=out_of_memory_once",
                  "--set", "loss.call=100", "--only", 'enforcer.plugin == "clip"', "--seeds", "3", *PLUGINS)
    said = sweep.run(0)
    assert "left a pack of 3: out of memory on purpose" in said, said
    assert {name for name, _ in strategies(sweep)} == {"packed, split, both by hand"}
    print("out of memory: a pack of 3 becomes packs of 2")
    sweep = Sweep(root / "memory in lanes", "--pack", "2", "--jobs", "1", "--set", "loss.plugin=out_of_memory_once",
                  "--set", "loss.call=100", "--only", 'enforcer.plugin == "clip"', "--seeds", "3", *PLUGINS)
    said = sweep.run(0, MONGE_LANES="2")
    assert "left a pack of 3: out of memory on purpose" in said, said
    assert {run["status"] for run in runs(sweep)} == {"done"}
    print("out of memory: two packs at a time become one")


def broken(root):
    """A plugin that throws or dies ends the runs that it would have ended alone."""
    for plugin, status, words in [("throws_in_step", "failed", "thrown in a step on purpose"), ("crashes_in_step", "crashed", "SIGSEGV")]:
        sweep = Sweep(root / plugin, "--pack", "8", "--set", f"loss.plugin={plugin}", "--set", "loss.call=200", *PLUGINS)
        sweep.run(1)
        for run in runs(sweep):
            assert run["status"] == status and words in run["text"], run
        assert len(runs(sweep)) == 4
        print(plugin + ": every run of its packs is", status)


def warm_up(root):
    sweep = Sweep(root / "warm", "--pack", "8", "--set", "train.warm_up=true", "--set", "train.generator_steps=30",
                  "--set", "evaluate.every=30", "--only", 'enforcer.plugin == "clip"')
    sweep.run(0)
    assert {name for name, _ in strategies(sweep)} == {"packed, split, both by hand"}
    print("a warm-up: packed")


def main():
    with scratch() as folder:
        root = pathlib.Path(folder)
        same_numbers(root)
        calm = same_bits(root)
        unlike_reals(root)
        lanes(root, calm)
        seats(root)
        interrupted(root, calm)
        reader(root)
        late_reader(root)
        out_of_memory(root)
        broken(root)
        warm_up(root)


main()
