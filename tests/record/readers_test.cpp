// Other programs' readers on files of record/: the files are written here, readers_test.py and readers_test.R
// open them.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>

#include "record/access.h"
#include "record/collect.h"
#include "record/group_file.h"
#include "record/sample_sweep.h"
#include "scratch.h"

namespace readers_test {

using namespace monge;
using namespace monge::record;
namespace fs = std::filesystem;

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string python() {
  if (const std::string given = environment("MONGE_PYTHON"); fs::exists(given)) return given;
  for (const std::string& cache : {environment("MONGE_CACHE"), environment("HOME") + "/.cache/monge"}) {
    const fs::path found = fs::path(cache) / "python/bin/python";
    if (!cache.empty() && fs::exists(found)) return found;
  }
  return "";
}

/// The exit code of `interpreter` on the script beside this file.
int reads(const std::string& interpreter, const char* script, const fs::path& folder) {
  // A sanitizer preloaded for this program is not for the readers' libraries.
  const std::string command = "env -u LD_PRELOAD " + interpreter + " '" MONGE_SOURCE_DIR "/tests/record/" +
                              script + "' '" + folder.string() + "' 2>&1";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

void write_types(const fs::path& path) {
  Group root;
  root.attributes = {{"format", std::int64_t{1}}, {"title", "ä"}, {"ratio", 0.5}};
  root.dimensions = {{"item", 2}, {"none", 0}, {"bare", 2}};
  root.variables = {{"item", {"item"}, std::vector<std::int32_t>{3, 4}, {{"units", "1"}}},
                    {"truth", {"item"}, std::vector<std::uint8_t>{0, 1}, {{"dtype", "bool"}}},
                    {"text", {"item"}, std::vector<std::string>{"", "ä∂日"}, {}},
                    {"single", {"item", "bare"}, std::vector<float>{1, 2, 3, std::nanf("")}, {}},
                    {"wide", {"bare"}, std::vector<std::int64_t>{1, 2}, {}},
                    {"empty", {"none"}, std::vector<double>{}, {}},
                    {"no_text", {"none"}, std::vector<std::string>{}, {}},
                    {"scalar", {}, std::vector<double>{2.5}, {}},
                    {"config", {}, std::vector<std::string>{std::string(100'000, 'x')}, {}}};
  Group eval{"eval", {}, {{"y", 4}, {"x", 5}, {"rgb", 3}}, {}, {}};
  eval.variables = {{"samples",
                     {"item", "y", "x", "rgb"},
                     std::vector<std::uint8_t>(120, 9),
                     {{"CLASS", "IMAGE"}, {"IMAGE_VERSION", "1.2"}, {"IMAGE_SUBCLASS", "IMAGE_TRUECOLOR"}}}};
  root.groups = {eval, Group{"event", {}, {{"event", 0}}, {}, {}}};
  write(path, root, Compression::gzip);
}

}  // namespace

TEST_CASE("readers: xarray, netCDF4, h5netcdf, h5py and R open runs and sweeps without a warning") {
  const test::Scratch scratch;
  test::seal_sample(scratch.path());
  collect_to(test::sample_plan(), scratch.path());
  write(scratch / "run.h5", test::sample_run({}), Compression::gzip);
  write(scratch / "long.h5", test::sample_run({.status_text = "", .rows = 1000}), Compression::gzip);
  write(scratch / "empty.h5", empty_run({}), Compression::gzip);
  write_types(scratch / "types.h5");
  const int r = reads("Rscript --vanilla", "readers_test.R", scratch.path());
  const bool no_r = r == 77 || r == 127;
  if (no_r) std::puts("left out: R with ncdf4 (Debian's r-cran-ncdf4)");
  CHECK((no_r || r == 0));
  const int code = python().empty() ? 77 : reads("'" + python() + "'", "readers_test.py", scratch.path());
  if (code == 77) {
    std::puts("SKIPPED: no Python with readers; ./setup.sh makes one, MONGE_PYTHON names another");
    return;
  }
  CHECK(code == 0);
  CHECK(text_of(read(scratch / "sweep.h5").attributes, "note") ==
        "mine");  // its last line: netCDF has edited it
}

}  // namespace readers_test
