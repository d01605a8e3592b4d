"""benchmarks/gpu_compare.sh where there is no GPU: it says so, and its dry run walks every part. Usage: gpu_compare_test.py SOURCE BUILD"""
import json
import pathlib
import subprocess
import sys
import tempfile

from gpu_scripts import check_without_gpu, path_with, run, write_program

SOURCE, BUILD = map(pathlib.Path, sys.argv[1:])
SCRIPT = SOURCE / "benchmarks" / "gpu_compare.sh"
PARTS = {"busy": 2, "graph": 2, "lanes": 2, "packs": 2, "convolutions": 6, "optimizers": 8, "precision": 2, "determinism": 1}


RUNNER = f"""#!{sys.executable}
import json, os, pathlib, time
assert pathlib.Path(os.environ["CUDA_INJECTION64_PATH"]).name == "kernel_times.so"
for process, count in enumerate([7, 0, 3]):
    times = dict(seconds=1.0, busy=count / 20, busy_with_copies=0.5, dropped=0, untimed=0, kernel_count=count, kernel_seconds=0.4,
                 kernels=[dict(name="first", count=count, seconds=0.14), dict(name="second", count=1, seconds=0.01)],
                 first=[[3.0 * place, 2.0, "first"] for place in range(count)])
    pathlib.Path(os.environ["MONGE_KERNEL_TIMES"] + f".{{process}}").write_text(json.dumps(times))
time.sleep(60)
"""


def check_cupti(folder):
    """Of what workers recorded, that of the one with most kernels; kernels are named and listed as asked."""
    (folder / "lib" / "monge").mkdir(parents=True)
    (folder / "lib" / "monge" / "kernel_times.so").touch()
    write_program(folder / "bin" / "runner", RUNNER)
    command = [sys.executable, SOURCE / "benchmarks" / "gpu" / "busy.py", "--build", folder, "--workloads", "tiny", "--seconds", "1"]
    done = subprocess.run([*command, "--kernels", "1", "--timeline", "2", "--json", folder / "row.json"], capture_output=True, text=True)
    assert done.returncode == 0 and "in 35.0 % of 1 s" in done.stdout and "by CUPTI)" in done.stdout, done
    assert "40.0 %         7  first" in done.stdout and "second" not in done.stdout, done
    assert json.loads((folder / "row.json").read_text())["first"] == [[0.0, 2.0, "first"], [3.0, 2.0, "first"]]


def check_cells(found):
    cell, = found["cells"]
    assert cell["rounds"][0]["ours"]["steps_per_second"] > 0 and cell["rounds"][0]["ours"]["runs"] == 2
    assert cell["peers"]["jax"] == {"failed": "left out of a dry run"}
    for name in ("reference", "expert", "graph", "graph_one"):
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
        check_without_gpu(SCRIPT, folder, BUILD)
        done = run(SCRIPT, path_with(folder / "some" / "nvidia-smi", "#!/bin/sh\necho 73\n"), "--dry-run", "--results", folder / "results", BUILD)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "0 failed" in done.stdout and "not measured" not in done.stdout, done.stdout
        check_cells(json.loads((folder / "results" / "compare_gradient_penalty.json").read_text()))
        check_rows([json.loads(line) for line in (folder / "results" / "rows.json").read_text().splitlines()])
        check_cupti(folder / "profiler")
        assert "ours / peer" in (folder / "results" / "table.txt").read_text()
    print("every part of the dry run has its rows")


main()
