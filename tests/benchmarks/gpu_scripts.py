"""For the tests of benchmarks/gpu_*.sh: the scripts, run in an environment of the test's own."""
import os
import subprocess
import sys


def run(script, path, *arguments):
    return subprocess.run([script, *arguments], capture_output=True, text=True,
                          env=os.environ | {"MONGE_PYTHON": sys.executable, "PATH": path})


def write_program(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)


def path_with(program, text):
    """A PATH where `program` is this script."""
    write_program(program, text)
    return f"{program.parent}:{os.environ['PATH']}"


def check_without_gpu(script, folder, build):
    without = run(script, path_with(folder / "none" / "nvidia-smi", "#!/bin/sh\nexit 9\n"), build)
    assert without.returncode == 0 and "no GPU on this machine" in without.stdout, without
    assert run(script, os.environ["PATH"], "--fast").returncode == 2
