"""For the tests of docs/: small results folders, written as `runner sweep` writes them, without training."""
import json

import h5py
import numpy as np

GOALS = {"sliced_wasserstein": "min", "exact_w1": "min", "modes": "max", "high_quality": "max"}


def command_of(name, *flags):
    return ["runner", "sweep", f"experiments/{name}.toml", *flags]


def write(folder, runs, metrics, command, steps=(1, 2), samples=None, parameters=None):
    """runs: (label, seed, status); metrics: name -> [runs, steps], NaN where a run has no evaluation."""
    folder.mkdir(parents=True)
    labels = list(dict.fromkeys(label for label, _, _ in runs))
    ids = [f"{place:012x}" for place in range(len(runs))]
    with h5py.File(folder / "sweep.h5", "w") as file:
        file["run_id"] = ids
        file["label"] = [label for label, _, _ in runs]
        file["status"] = [status for _, _, status in runs]
        file["seed"] = [seed for _, seed, _ in runs]
        file["cell"] = [labels.index(label) for label, _, _ in runs]
        for name, values in (parameters or {}).items():
            file[name] = values
        file["eval/eval_step"] = steps
        for name, values in metrics.items():
            file[f"eval/{name}"] = np.asarray(values, dtype=float)
            file[f"eval/{name}"].attrs["goal"] = GOALS[name]
        file["eval/seconds"] = 0 * np.asarray(next(iter(metrics.values())), dtype=float)
        if samples is not None:
            file["eval/samples"] = np.asarray(samples, dtype=np.uint8)
    write_origin(folder, ids, command)


def write_origin(folder, ids, command):
    runs = ", ".join(f'{{ id = "{run}" }}' for run in ids)
    (folder / "sweep.toml").write_text(f"""format = 1
[sweep]
file = {json.dumps(next(word for word in command if word.endswith(".toml")))}
[provenance]
command = {json.dumps(command)}
folder = "/somewhere"
[[cell]]
runs = [{runs}]
""")
