"""benchmarks/scaling.py --quick runs, and its JSON is whole. Usage: scaling_test.py SOURCE BUILD"""
import json
import pathlib
import subprocess
import sys
import tempfile

SOURCE, BUILD = map(pathlib.Path, sys.argv[1:])
ROWS = {"planning": 6, "execution": 3, "held": 2, "steps": 7}
ABOVE_ZERO = ("seconds", "bytes", "median", "low", "high", "runs", "value")
MAY_BE_NEGATIVE = "overhead_a_run_seconds"  # of tiny sweeps on a busy machine


def numbers(where, found):
    """Every number with its path."""
    pairs = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in pairs:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield f"{where}/{key}", value
        else:
            yield from numbers(f"{where}/{key}", value)


def main():
    try:
        import h5py  # noqa: F401
        import numpy  # noqa: F401
    except ImportError:
        print("SKIPPED: no h5py or numpy in", sys.executable)
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="monge-benchmarks-") as name:
        folder = pathlib.Path(name)
        command = [sys.executable, SOURCE / "benchmarks" / "scaling.py", "--quick", "--build", BUILD,
                   "--json", folder / "scaling.json"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        found = json.loads((folder / "scaling.json").read_text())
    assert found["quick"] is True and found["machine"]["cores"] >= 1
    for part, count in ROWS.items():
        assert len(found[part]) == count, f"{part}: {len(found[part])} rows"
    checked = 0
    for path, value in numbers("", found):
        if path.rsplit("_", 1)[-1].endswith(ABOVE_ZERO) and not path.endswith(MAY_BE_NEGATIVE):
            assert value > 0, f"{path} is {value}"
            checked += 1
    assert checked > 100, checked
    for part in ("one_worker", "two_workers"):
        assert found["startup"][part]["pss_bytes"] <= found["startup"][part]["rss_bytes"]
    print(f"{checked} numbers above zero")


main()
