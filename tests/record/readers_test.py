"""Opens what record/ writes with the readers people use, warnings as errors. Given: a folder with files made by
test_record. Exit code 77 when Python lacks the readers."""

import sys
import warnings

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the readers' own imports
        import h5netcdf  # noqa: F401
        import h5py
        import netCDF4
        import numpy as np
        import xarray as xr
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

warnings.simplefilter("error")
folder = sys.argv[1]
run_h5, long_h5, sweep_h5, types_h5, empty_h5 = (f"{folder}/{name}.h5" for name in ("run", "long", "sweep", "types", "empty"))

for engine in ("netcdf4", "h5netcdf"):
    for path, groups in ((run_h5, ("train", "eval", "event")), (sweep_h5, ("train", "eval", "event", "grid")),
                         (types_h5, ("eval", "event")), (empty_h5, ("train", "eval", "event"))):
        xr.load_dataset(path, engine=engine)
        for group in groups:
            xr.load_dataset(path, engine=engine, group=group)
        with xr.open_datatree(path, engine=engine) as tree:
            tree.load()

    run = xr.load_dataset(run_h5, engine=engine, group="train")
    assert run.critic_loss.sel(step=20) == 2.0
    assert run.critic_loss.attrs["units"] == "1"

    sweep = xr.load_dataset(sweep_h5, engine=engine)
    table = sweep.to_dataframe()
    assert len(table) == 8
    assert set(table.loss) == {"bce", "wasserstein"}
    assert list(table[table.status == "done"].index) == [0, 1, 2, 4, 7]
    assert sweep.status_code.attrs["flag_meanings"].split()[3 - 2] == "diverged"
    assert list(sweep.status_code.attrs["flag_values"]) == list(range(10))
    assert "seed" in sweep.coords and "loss" in sweep.coords

    train = xr.load_dataset(sweep_h5, engine=engine, group="train")
    assert train.critic_loss.dims == ("run", "step")
    assert train.critic_loss.where(train.loss == "bce", drop=True).sizes["run"] == 4
    assert np.isnan(train.critic_loss.isel(run=5)).all()

    with xr.open_datatree(sweep_h5, engine=engine) as tree:
        assert float(tree["train"].ds.critic_loss.sel(run=3, step=20)) == 11.0
        grid = tree["grid"].ds
        assert np.isclose(grid.sliced_wasserstein.sel(loss="bce", bound=0.01).mean("seed"), 0.13)
        evaluation = tree["eval"].ds
        assert evaluation.samples.dtype == np.uint8 and evaluation.evaluated.dtype == bool
        shown = evaluation.samples.where(evaluation.evaluated)  # what is there of no evaluation is not black
        assert float(shown.sel(run=0).min()) == 200 and np.isnan(shown.sel(run=3, eval_step=40)).all()

    types = xr.load_dataset(types_h5, engine=engine)
    assert types.truth.dtype == bool
    assert types.text.values[1] == "ä∂日"

with h5py.File(sweep_h5) as file:
    assert file["eval/sliced_wasserstein"][:].shape == (8, 2)
    assert file["eval/samples"].attrs["CLASS"] == b"IMAGE"
    assert file["eval/samples"].chunks == (1, 1, 4, 6)
    assert file["run_id"].asstr()[0] == "run0"
    assert file["train/critic_loss"].chunks is None  # small, and therefore contiguous
with h5py.File(long_h5) as file:
    for name in ("train/critic_loss", "eval/samples"):
        assert file[name].compression == "gzip" and file[name].shuffle and file[name].fletcher32

with netCDF4.Dataset(sweep_h5, "a") as file:  # netCDF opens for writing only what is netCDF-4 to the letter
    assert file.data_model == "NETCDF4"
    assert list(file.dimensions) == ["run"]
    assert list(file["eval"].dimensions)[0] == "eval_step"
    assert file["train"]["critic_loss"].dimensions == ("run", "step")
    file.setncattr("note", "mine")
with h5py.File(sweep_h5) as file:
    assert file.attrs["note"] in ("mine", b"mine")
print("all readers agree")
