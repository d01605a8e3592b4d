"""What a run's file holds: every variable with its type, dimensions, unit and goal, as kept in golden/run_h5.txt.

Usage: run_schema_test.py BUILD SOURCE [--write]
"""
import difflib
import pathlib
import subprocess
import sys
import tempfile

import h5py

# A small run with every group: it diverges at step 4 by a rule, so that it has its last steps, too.
EXPERIMENT = """# What does a run's file hold?
[experiment]
name = "schema"
[train]
generator_steps = 6
batch_size = 16
critic_steps = 1
latent = 2
[evaluate]
every = 2
samples = 64
metrics = ["sliced_wasserstein"]
[record]
every = 2
[dataset]
plugin = "ring"
[architecture]
plugin = "mlp"
width = 8
depth = 1
[loss]
plugin = "wasserstein"
[[stop]]
if = 'critic_updates >= 4'
why = 'enough'
"""


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def lines_of(run):
    found = []

    def see(name, item):
        if not isinstance(item, h5py.Dataset):
            return
        dims = [text(scale.name).rsplit("/", 1)[1] for dim in item.dims for scale in dim.values()]
        if text(item.attrs.get("CLASS", "")) == "DIMENSION_SCALE":
            dims = [name.rsplit("/", 1)[-1]]
        kind = "text" if h5py.check_string_dtype(item.dtype) else item.dtype.name
        line = f"{name}({', '.join(dims)}) {kind} [{text(item.attrs.get('units', ''))}]"
        for attribute in ("goal", "samples", "volatile"):
            if attribute in item.attrs:
                line += f" {attribute}={text(item.attrs[attribute])}"
        found.append(line)

    run.visititems(see)
    return sorted(found)


def main():
    build, source = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    kept = source / "tests/golden/run_h5.txt"
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "schema.toml"
        file.write_text(EXPERIMENT)
        subprocess.run([build / "runner", "sweep", file, "--device", "cpu", "--quiet", "--results", folder], check=False,
                       stdout=subprocess.DEVNULL)
        (path,) = pathlib.Path(folder).glob("schema/runs/*/run.h5")
        with h5py.File(path) as run:
            assert text(run.attrs["status"]) == "diverged", text(run.attrs["status_text"])
            lines = lines_of(run)
    if "--write" in sys.argv:
        kept.write_text("\n".join(lines) + "\n")
        return 0
    difference = list(difflib.unified_diff(kept.read_text().splitlines(), lines, "kept", "found", lineterm=""))
    print("\n".join(difference) or f"{len(lines)} variables as they were")
    return 1 if difference else 0


sys.exit(main())
