#include "record/checksum.h"

#include <doctest/doctest.h>

#include <fstream>

#include "record/group_file.h"
#include "record/sample_sweep.h"
#include "record/storage_error.h"
#include "scratch.h"

namespace checksum_test {

using namespace monge;
using namespace monge::record;
namespace fs = std::filesystem;

namespace {

// As a copy does that reserves its place and is then cut off.
void zero_from(const fs::path& file, std::uintmax_t offset) {
  const auto size = fs::file_size(file);
  fs::resize_file(file, offset);
  fs::resize_file(file, size);
}

}  // namespace

TEST_CASE("checksum: a file whose tail is zero is damaged, wherever that begins") {
  const test::Scratch scratch;
  test::seal_run(scratch.path(), {"abc", "done", "", 3, 40, 1, 0, true});
  const fs::path whole = scratch / "runs/abc/run.h5", torn = scratch / "torn.h5";
  CHECK(wholeness(whole) == Wholeness::whole);
  for (std::uintmax_t offset = 0; offset < fs::file_size(whole); offset += 500) {
    CAPTURE(offset);
    fs::copy_file(whole, torn, fs::copy_options::overwrite_existing);
    zero_from(torn, offset);
    CHECK_THROWS_AS(read(torn), Error);
    if (offset >= 500) {
      CHECK(wholeness(torn) == Wholeness::damaged);
      CHECK_THROWS_AS(read(torn), Damaged);
    }
  }
}

TEST_CASE("checksum: what another program leaves, cut to its end, is none of its business") {
  const test::Scratch scratch;
  test::seal_run(scratch.path(), {"abc", "done", "", 3, 4, 1, 0, true});
  const fs::path file = scratch / "runs/abc/run.h5";
  fs::resize_file(file, fs::file_size(file) - checksum_line("").size());
  CHECK(wholeness(file) == Wholeness::unknown);
  CHECK_NOTHROW(read(file));
}

TEST_CASE("checksum: a file that cannot be opened may be whole") {
  const test::Scratch scratch;
  CHECK(test::may_be_whole([&] { wholeness(scratch / "none.h5"); }));
  CHECK(test::may_be_whole([&] { read(scratch / "none.h5"); }));
}

}  // namespace checksum_test
