"""Where programs and the benchmarks' Pythons are. JAX for the CPU has an environment of its own in the cache, made when first asked for."""
import importlib.util
import os
import pathlib
import subprocess
import sys

CACHE = pathlib.Path(os.environ.get("MONGE_CACHE") or pathlib.Path.home() / ".cache" / "monge")
REQUIREMENTS = pathlib.Path(__file__).parent / "requirements.txt"


def program(build, name):
    """In a build folder, or in what is laid out as an installation, such as a bundle."""
    installed = build / "bin" / name
    return installed if installed.exists() else build / name


def plugins(build):
    installed = build / "lib" / "monge" / "plugins"
    return installed if installed.exists() else build / "plugins"


def has(python, *modules):
    """Found, not imported: that would take seconds."""
    found = f"import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, {modules})))"
    return python.exists() and subprocess.run([str(python), "-c", found], check=False).returncode == 0


def need(*modules):
    """The script begins anew with the Python that setup.sh made where this one lacks the modules."""
    if all(map(importlib.util.find_spec, modules)):
        return
    python = CACHE / "python" / "bin" / "python"
    if pathlib.Path(sys.executable) == python or not has(python, *modules):
        sys.exit(f"{sys.argv[0]} needs {', '.join(modules)}; ./setup.sh makes a Python that has them")
    os.execv(python, [str(python), *sys.argv])


def torch_python():
    """This one if it has what is needed, else the one that setup.sh made."""
    for python in (pathlib.Path(sys.executable), CACHE / "python" / "bin" / "python"):
        if has(python, "torch", "h5py", "numpy"):
            return python
    return None


def jax_python(device, install):
    """None where it is not there and may not or cannot be installed; for a GPU it is never installed."""
    if device != "cpu":
        sees = subprocess.run([sys.executable, "-c", "import h5py, jax; jax.devices('cuda')"], check=False, capture_output=True,
                              env=os.environ | {"JAX_PLATFORMS": "cuda"})
        if sees.returncode == 0:
            return pathlib.Path(sys.executable)
        print(f"no JAX with CUDA: {(sees.stderr.decode().strip() or f'it ended with {sees.returncode}').splitlines()[-1]}", file=sys.stderr)
        return None
    venv = CACHE / "peers"
    python = venv / "bin" / "python"
    if has(python, "jax", "h5py"):
        return python
    if not install:
        return None
    print(f"installing JAX into {venv}", file=sys.stderr)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(REQUIREMENTS)],
                       check=True)
    except subprocess.CalledProcessError as error:
        print(f"JAX could not be installed ({error})", file=sys.stderr)
        return None
    return python
