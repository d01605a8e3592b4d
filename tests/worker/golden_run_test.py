"""The main job's first steps in double precision, against numbers kept since before the gradients were taken by hand.

What makes training faster must leave its numbers alone: every recorded number of three steps of all cells agrees to 1e-8.
Usage: golden_run_test.py BUILD SOURCE [--write]
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import h5py

COLUMNS = ("critic_loss", "generator_loss", "penalty", "gap", "critic_gradient_norm", "generator_gradient_norm", "slope_mean",
           "slope_max", "weight_max")


def train(build, source):
    """Cell and column -> the numbers of steps 1 to 3."""
    settings = ["train.precision=fp64", "train.generator_steps=3", "record.every=1", "evaluate.every=3", "evaluate.samples=64"]
    with tempfile.TemporaryDirectory() as folder:
        command = [build / "runner", "sweep", source / "experiments/clip_vs_gp.toml", "--seeds", "1", "--device", "cpu", "--quiet",
                   "--results", folder, *(word for setting in settings for word in ("--set", setting))]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = {}
        for file in sorted(pathlib.Path(folder).glob("*/runs/*/run.h5")):
            with h5py.File(file) as run:
                label = run.attrs["label"]
                label = label.decode() if isinstance(label, bytes) else str(label)
                found[label] = {name: [float(v) for v in run["train"][name][:]] for name in COLUMNS}
    return found


def main():
    build, source = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    kept = source / "tests/golden/clip_vs_gp_fp64.json"
    found = train(build, source)
    if "--write" in sys.argv:
        kept.write_text(json.dumps(found, indent=1).replace("NaN", "null") + "\n")
        return 0
    expected = json.loads(kept.read_text())
    assert found.keys() == expected.keys() and len(found) == 6, (sorted(found), sorted(expected))
    worst = (0.0, "")
    for label, columns in expected.items():
        for name, values in columns.items():
            for step, (want, got) in enumerate(zip(values, found[label][name], strict=True), 1):
                assert (want is None) == math.isnan(got), f"{label}, {name}, step {step}: {got}, expected {want}"
                if want is not None:
                    worst = max(worst, (abs(got - want) / max(1.0, abs(want)), f"{label}, {name}, step {step}"))
    print(f"largest difference {worst[0]:.1e}, allowed 1e-8 ({worst[1]})")
    return 0 if worst[0] <= 1e-8 else 1


sys.exit(main())
