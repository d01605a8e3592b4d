"""benchmarks/gpu_compare.sh where there is no GPU: it says so, and its dry run walks every part. Usage: gpu_compare_test.py SOURCE BUILD"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE, BUILD = map(pathlib.Path, sys.argv[1:])
SCRIPT = SOURCE / "benchmarks" / "gpu_compare.sh"
PARTS = {"busy": 1, "graph": 2, "lanes": 2, "packs": 2, "convolutions": 6, "optimizers": 8, "precision": 2, "determinism": 1}


def run(path, *arguments):
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True,
                          env=os.environ | {"MONGE_PYTHON": sys.executable, "PATH": path})


def path_with(program, text):
    """A PATH where `program` is this script."""
    program.parent.mkdir()
    program.write_text(text)
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


NSYS = f"""#!{sys.executable}
import sqlite3, sys
output = next(word.split("=")[1] for word in sys.argv if word.startswith("--output="))
with sqlite3.connect(output + ".sqlite") as report:
    report.execute("create table CUPTI_ACTIVITY_KIND_KERNEL (start, end)")
    report.executemany("insert into CUPTI_ACTIVITY_KIND_KERNEL values (?, ?)", [(0, 200_000_000), (100_000_000, 300_000_000),
                                                                                (150_000_000, 160_000_000), (900_000_000, 1_000_000_000)])
"""


def check_nsys(folder):
    """Kernels that overlap count once: 0.4 s of one."""
    command = [sys.executable, SOURCE / "benchmarks" / "gpu" / "busy.py", "--build", BUILD, "--workloads", "tiny", "--seconds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PATH": path_with(folder / "nsys", NSYS)})
    assert done.returncode == 0 and "in 40.0 % of 1 s" in done.stdout and "by nsys" in done.stdout, done


def check_cells(found):
    cell, = found["cells"]
    assert cell["rounds"][0]["ours"]["steps_per_second"] > 0 and cell["rounds"][0]["ours"]["runs"] == 2
    assert cell["peers"]["jax"] == {"failed": "left out of a dry run"}
    for name in ("reference", "expert", "graph"):
        peer = cell["peers"][name]
        assert "failed" not in peer, peer
        assert cell["rounds"][0][name]["steps_per_second"] > 0
        assert all(trial["first_step"]["error"] < 1e-4 for trial in peer["trials"].values())


def check_rows(rows):
    for part, count in PARTS.items():
        of_part = [row for row in rows if row["part"] == part]
        assert len(of_part) == count, f"{part}: {len(of_part)} rows"
        for row in of_part:
            assert row["share"] == 0.73 if part == "busy" else all(value > 0 for value in row["seconds"].values()), row


def main():
    try:
        import h5py  # noqa: F401
        import torch  # noqa: F401
    except ImportError:
        print("SKIPPED: no h5py or torch in", sys.executable)
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="monge-benchmarks-") as name:
        folder = pathlib.Path(name)
        without = run(path_with(folder / "none" / "nvidia-smi", "#!/bin/sh\nexit 9\n"), BUILD)
        assert without.returncode == 0 and "no GPU on this machine" in without.stdout, without
        assert run(os.environ["PATH"], "--fast").returncode == 2
        done = run(path_with(folder / "some" / "nvidia-smi", "#!/bin/sh\necho 73\n"), "--dry-run", "--results", folder / "results", BUILD)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "0 failed" in done.stdout and "not measured" not in done.stdout, done.stdout
        check_cells(json.loads((folder / "results" / "compare_gradient_penalty.json").read_text()))
        check_rows([json.loads(line) for line in (folder / "results" / "rows.json").read_text().splitlines()])
        check_nsys(folder / "profiler")
        assert "ours / peer" in (folder / "results" / "table.txt").read_text()
    print("every part of the dry run has its rows")


main()
