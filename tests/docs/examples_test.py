"""Runs every example that README.md, docs/experiments.md, results/README.md and `runner sweep --help` print, and asks every script that the docs name
for its help, in a folder that looks like a clone. Usage: examples_test.py SOURCE BUILD

Sweeps are shortened or only planned, everything else runs as it stands. Needs Fashion-MNIST and xarray; says so and
skips (77) without.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
SHORT = ["--set", "train.generator_steps=4", "--set", "evaluate.every=2", "--set", "evaluate.samples=64",
         "--set", "architecture.width=4"]
FOR_OTHERS = ("./setup.sh", "cmake ", "~/monge/", "ctest ")  # run by tests/setup, tests/outside and CI


def blocks(file, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", (SOURCE / file).read_text(), re.M | re.S)


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\nexit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def shell_lines():
    for block in blocks("README.md", "sh"):
        for line in block.splitlines():
            line = line.split("  #")[0].strip()
            if line and not line.startswith(FOR_OTHERS):
                assert line.startswith("build/runner "), f"README.md prints a command that no test runs: {line}"
                yield shlex.split(line)


def like_a_clone(folder):
    for name in ("experiments", "framework"):
        (folder / name).symlink_to(SOURCE / name)
    (folder / "build").symlink_to(BUILD)
    shutil.copytree(SOURCE / "plugins", folder / "plugins")


def run_scripts(folder):
    """Each by itself, by whichever Python the machine has."""
    pages = [SOURCE / "README.md", *sorted((SOURCE / "docs").glob("*.md"))]
    scripts = sorted(set(re.findall(r"`((?:benchmarks|docs)/[\w/]+\.py)", "".join(page.read_text() for page in pages))))
    for script in scripts:
        assert "usage:" in run([SOURCE / script, "--help"], folder), script
    return len(scripts)


def sweeps_of_help():
    text = (SOURCE / "tests/golden/help/sweep.txt").read_text()
    return [shlex.split(line)[1:] for line in re.findall(r"^  (runner sweep .*)", text, re.M)]


def unnamed_plugins(folder):
    """Those that README's table does not name."""
    text = (SOURCE / "README.md").read_text()
    found = json.loads(run(["build/runner", "plugin", "list", "--json"], folder))["found"]
    assert len(found) > 30
    return [plugin["key"] for plugin in found if f"`{plugin['name']}`" not in text]


def has_r():
    asked = ["Rscript", "--vanilla", "-e", "library(ncdf4)"]
    found = shutil.which("Rscript") and subprocess.run(asked, capture_output=True).returncode == 0
    if not found:
        print("left out: R with ncdf4 (Debian's r-cran-ncdf4)")
    return bool(found)


def main():
    try:
        import xarray  # noqa: F401
    except ImportError:
        print("SKIPPED: no xarray in", sys.executable)
        sys.exit(77)
    if not pathlib.Path("/usr/share/datasets/fashion-mnist").exists() and "MONGE_DATA" not in os.environ:
        print("SKIPPED: no Fashion-MNIST (Debian package dataset-fashion-mnist)")
        sys.exit(77)
    count = 0
    with tempfile.TemporaryDirectory(prefix="monge-docs-") as name:
        folder = pathlib.Path(name)
        like_a_clone(folder)
        count += run_scripts(folder)
        for arguments in sweeps_of_help():
            run(["build/runner", *arguments, *([] if "--plan" in arguments else ["--plan"])], folder)
            count += 1
        assert not unnamed_plugins(folder), f"README.md does not name {unnamed_plugins(folder)}"
        for command in shell_lines():
            if command[1] == "sweep":
                command += [] if "--plan" in command else ["--plan"]
                if command[2:] == ["experiments/clip_vs_gp.toml", "--plan"]:
                    run([*command[:3], *SHORT], folder)
            if command[1] == "sample":  # of whichever run there is
                command[2] = str(next((folder / command[2]).parent.iterdir()))
            run(command, folder)
            count += 1
        assert (folder / "plugins/CMakeLists.txt").read_text() == (SOURCE / "plugins/CMakeLists.txt").read_text()
        for number, block in enumerate(blocks("README.md", "toml") + blocks("docs/experiments.md", "toml")):
            file = folder / f"example{number}.toml"
            file.write_text(block)
            run(["build/runner", "sweep", file.name, "--plan"], folder)
            count += 1
        for block in blocks("results/README.md", "r") if has_r() else []:
            run(["Rscript", "--vanilla", "-e", block], folder)
            count += 1
        for file in ("README.md", "results/README.md"):
            for block in blocks(file, "python"):
                run([sys.executable, "-W", "error", "-c", block], folder)
                count += 1
    hinge, = blocks("README.md", "cpp")
    assert hinge == (SOURCE / "tests/outside/my_hinge.cpp").read_text(), "README's plugin is not the one that tests/outside builds"
    cmake, = blocks("README.md", "cmake")
    assert cmake == (SOURCE / "tests/outside/CMakeLists.txt").read_text(), "README's CMakeLists is not the one tests/outside uses"
    print(f"{count + 2} examples")
    assert count >= 14


main()
