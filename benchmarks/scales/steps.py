"""Steps: seconds and peak memory of one generator step as networks, batches, critic steps and images grow."""
import shutil

from .experiment import STEPS
from .processes import watched

FEW = {"steps": 8, "batch": 64, "critic": 5, "width": 128, "architecture": "mlp", "seeds": 1}


def seconds_a_step(folder):
    """From the second recorded step on: the first one pays for what is made once."""
    import h5py
    run, = folder.glob("runs/*/run.h5")
    with h5py.File(run) as h5:
        step, seconds = h5["train/step"][:], h5["train/seconds"][:]
    return float((seconds[-1] - seconds[1]) / (step[-1] - step[1]))


def measure_one(bench, **given):
    values = FEW | {"dataset": 'plugin = "ring"'} | given
    found, _ = watched(bench.sweep(bench.write(STEPS.format(**values), "steps"), "--quiet", jobs=1))
    folder = bench.folder / "results" / "steps"
    seconds = seconds_a_step(folder)
    shutil.rmtree(folder)
    return {"seconds": seconds, "worker_bytes": found["worker_bytes"]}


def measure(bench):
    axes = {"width": (8, 64) if bench.quick else (8, 32, 128, 512, 2048),
            "batch": (16, 128) if bench.quick else (16, 64, 256, 1024, 4096),
            "critic": (1, 5) if bench.quick else (1, 2, 5, 10, 20)}
    rows = [{"axis": axis, "value": value} | measure_one(bench, **{axis: value})
            for axis, values in axes.items() for value in values]
    for side, channels in ((28, 1),) if bench.quick else ((28, 1), (32, 3), (64, 3)):
        found = measure_one(bench, architecture="dcgan", width=4 if bench.quick else 32, batch=16 if bench.quick else 64,
                            dataset=bench.images(side, channels), steps=4)
        rows.append({"axis": "side", "value": side} | found)
    return rows
