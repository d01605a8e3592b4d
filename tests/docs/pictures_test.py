"""docs/pictures.py: every run's last samples, of runs that ended early, too; and so the pictures of docs/findings.py.

Usage: pictures_test.py SOURCE
"""
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

SOURCE = pathlib.Path(sys.argv[1]).resolve()
sys.path[:0] = [str(SOURCE / "docs/findings")]
import numpy as np  # noqa: E402
import study  # noqa: E402
import sweeps  # noqa: E402

NAN = np.nan


def png(data):
    """[height, width] of a grey PNG without filters, as docs/pictures.py writes them."""
    width, height = struct.unpack(">II", data[16:24])
    place = data.index(b"IDAT")
    packed = data[place + 4:place + 4 + struct.unpack(">I", data[place - 4:place])[0]]
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, width + 1)
    assert (rows[:, 0] == 0).all()
    return rows[:, 1:]


def a_sweep_of_four(folder):
    """Done, diverged after the second of three evaluations, of other steps, and without one. Grids are 16 by 16, as grey as
    10 times the run's number and the evaluation's; black where there is none."""
    runs = [(label, 1, status) for label, status in (("a", "done"), ("b", "diverged"), ("c", "done"), ("d", "missing"))]
    there = np.array([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    grey = 10 * np.arange(1, 5)[:, None] + np.arange(1, 4)
    samples = np.broadcast_to(np.where(there, grey, 0)[:, :, None, None], (4, 3, 16, 16))
    modes = {"modes": np.where(there, 1.0, NAN)}
    sweeps.write(folder / "images", runs, modes, sweeps.command_of("images"), (5, 10, 15), samples)


def main():
    with tempfile.TemporaryDirectory(prefix="monge-docs-") as name:
        folder = pathlib.Path(name)
        a_sweep_of_four(folder)
        command = [sys.executable, SOURCE / "docs/pictures.py", folder / "images/sweep.h5", folder / "images.png"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said = done.stdout.splitlines()
        assert said[:2] == ["a | b (step 10, diverged)", "c (step 10) | d (no samples, missing)"], said
        assert said[2].startswith("step 15, "), said
        image = png((folder / "images.png").read_bytes())
        assert image.shape == (40, 40), image.shape
        tiles = [image[y:y + 16, x:x + 16] for y in (0, 24) for x in (0, 24)]
        assert [sorted(set(tile.ravel())) for tile in tiles] == [[13], [22], [32], [255]], "not each run's last samples"
        grids = study.Sweep(folder / "images").last_grids()
        assert [None if grid is None else grid[0, 0] for grid in grids.values()] == [13, 22, 32, None], grids


main()
