# Opens what record/ writes with R's ncdf4. Given: a folder with files made by test_record. Exit code 77 where R lacks it.
if (!requireNamespace("ncdf4", quietly = TRUE)) quit(status = 77)
library(ncdf4)
options(warn = 2)
folder <- commandArgs(trailingOnly = TRUE)[1]

for (name in c("run", "long", "empty", "types")) nc_close(nc_open(file.path(folder, paste0(name, ".h5"))))

sweep <- nc_open(file.path(folder, "sweep.h5"))
status <- ncvar_get(sweep, "status")
stopifnot(identical(which(status == "done"), c(1L, 2L, 3L, 5L, 8L)), status[4] == "diverged")
stopifnot(setequal(ncvar_get(sweep, "loss"), c("bce", "wasserstein")))
stopifnot(all.equal(ncvar_get(sweep, "last_sliced_wasserstein")[1], 0.08))
loss <- ncvar_get(sweep, "train/critic_loss")  # R counts dimensions the other way round
stopifnot(identical(dim(loss), c(5L, 8L)), all.equal(loss[2, 4], 11), is.na(loss[3, 4]))
grid <- ncvar_get(sweep, "grid/sliced_wasserstein")
stopifnot(identical(dim(grid), c(2L, 2L, 2L)), all.equal(grid[2, 1, 1], 0.18))
stopifnot(ncatt_get(sweep, "eval/sliced_wasserstein", "goal")$value == "min")
nc_close(sweep)
cat("R reads it\n")
