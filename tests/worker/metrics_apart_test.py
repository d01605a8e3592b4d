"""Metrics watch training and do not touch it: with none, some and all of them a run has the same weights, the same draws
and the same curves, bit for bit; and what they record says how it was measured. Usage: metrics_apart_test.py BUILD SOURCE
"""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
    import torch
except ImportError as error:
    print("SKIPPED:", error)
    sys.exit(77)

BUILD, SOURCE = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
ALL = ["classifier_score", "divergences", "exact_w1", "frechet", "kid", "mmd", "modes", "prdc", "sinkhorn", "sliced_wasserstein"]


class Extractor(torch.nn.Module):
    """Features and classes of points on a plane."""

    def forward(self, x):
        x = x.flatten(1)
        return torch.cat([x, x * x], 1), (4 * x).softmax(1)


def extractor(root):
    path = root / "extractor.pt"
    torch.jit.script(Extractor()).save(str(path))
    return path


def sweep(results, *settings):
    command = [BUILD / "runner", "sweep", SOURCE / "experiments/smoke.toml", "--results", results, "--device", "cpu", "--quiet",
               "--set", "evaluate.samples=128", "--set", "train.generator_steps=20", "--set", "evaluate.every=10",
               *(word for setting in settings for word in ("--set", setting))]
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert ended.returncode == 0, ended.stdout
    return {run["run"].attrs["label"]: run for run in map(opened, sorted(results.glob("smoke/runs/*")))}


def opened(folder):
    return {"run": h5py.File(folder / "run.h5"), "state": h5py.File(folder / "state.h5")}


def arrays(file):
    """Name -> array, of all groups; not the fingerprint, which names the metrics, too."""
    found = {}
    file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) and name != "fingerprint" else None)
    return found


def same_training(one, other):
    """How many arrays of the two runs are equal bit for bit; an assertion where one is not."""
    states = arrays(one["state"]), arrays(other["state"])
    assert states[0].keys() == states[1].keys()
    for name, array in states[0].items():
        assert np.array_equal(array, states[1][name], equal_nan=array.dtype.kind == "f"), name
    count = len(states[0])
    for name, column in one["run"]["train"].items():
        if column.attrs.get("volatile", 0) == 0:
            assert np.array_equal(column[()], other["run"]["train"][name][()], equal_nan=True), name
            count += 1
    points = [run["run"]["eval"]["points"][()] for run in (one, other)]
    assert np.array_equal(*points)
    return count


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def check_attributes(run, path):
    evaluation = run["run"]["eval"]
    for name, samples, reads in (("exact_w1", 64, False), ("exact_w1_final", 256, False), ("exact_w1_floor", 64, False),
                                 ("kid", 128, True), ("kid_final", 256, True), ("classifier_score", 128, True)):
        attributes = evaluation[name].attrs
        assert attributes["samples"] == samples, (name, attributes["samples"])
        assert ("extractor" in attributes) == reads, name
        assert json.loads(text(attributes["definition"]))["plugin"] == ("exact_w1" if "w1" in name else name.split("_final")[0])
    assert text(evaluation["kid"].attrs["extractor"]) == "torchscript(extractor.pt)"
    digest = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]
    assert text(evaluation["kid"].attrs["extractor_hash"]) == digest
    assert json.loads(text(evaluation["exact_w1"].attrs["definition"])) == {"plugin": "exact_w1", "samples": 64}
    for name in ("exact_w1", "frechet_distance", "mmd"):
        final = evaluation[name + "_final"][()]
        assert np.isnan(final[:-1]).all() and np.isfinite(final[-1]), (name, final)
        assert np.isfinite(evaluation[name][()]).all(), name
    floor = evaluation["exact_w1_floor"][()]
    assert floor[0] > 0 and (floor == floor[0]).all(), floor


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        path = extractor(root)
        features = f'evaluate.features={{torchscript="{path}"}}'
        metrics = ", ".join("{plugin='exact_w1', samples=64}" if name == "exact_w1" else f"'{name}'" for name in ALL)
        none = sweep(root / "one", "evaluate.metrics='sliced_wasserstein'")
        every = sweep(root / "all", f"evaluate.metrics=[{metrics}]", "evaluate.final_samples=256", features)
        built = {path.stem for path in (BUILD / "plugins/metric").glob("*.so")}
        conditional = {"class_accuracy"}  # refused here, where the generator is asked for no class
        assert built == {*ALL, *conditional}, f"metrics that this test does not add: {built ^ {*ALL, *conditional}}"
        for label, run in none.items():
            print(f"{label}: {same_training(run, every[label])} arrays equal with one metric and with {len(ALL)}")
            check_attributes(every[label], path)


main()
