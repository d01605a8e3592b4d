#include "kernels/cubin_file.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>

#include "scratch.h"

namespace cubin_file_test {

using monge::kernels::Compiled;
using monge::kernels::CubinFile;
namespace fs = std::filesystem;

namespace {

/// A cache of its own while it lives.
struct Cache {
  monge::test::Scratch around;
  fs::path folder = around / "cache";
  std::string before;
  bool was_set;

  Cache() : was_set(getenv("MONGE_CACHE") != nullptr) {
    if (was_set) before = getenv("MONGE_CACHE");
    setenv("MONGE_CACHE", folder.c_str(), 1);
  }
  ~Cache() {
    if (was_set)
      setenv("MONGE_CACHE", before.c_str(), 1);
    else
      unsetenv("MONGE_CACHE");
  }
  fs::path only_file() const { return fs::directory_iterator(folder / "kernels")->path(); }
};

const Compiled kCompiled{std::string("\0\1 2\n3", 6), {"each<A>", " 7 b"}, ""};

}  // namespace

TEST_CASE("cubins: what was written is read, by its key alone") {
  const Cache cache;
  CHECK_FALSE(CubinFile("key 1").read());
  CubinFile("key 1").write(kCompiled);
  const auto kept = CubinFile("key 1").read();
  REQUIRE(kept);
  CHECK(kept->image == kCompiled.image);
  CHECK(kept->symbols == kCompiled.symbols);
  CHECK_FALSE(CubinFile("key 2").read());
}

TEST_CASE("cubins: a file of another key or cut off is none, and is replaced") {
  const Cache cache;
  CubinFile("key").write(kCompiled);
  const fs::path file = cache.only_file();
  for (auto size = fs::file_size(file); size > 0;) {
    fs::resize_file(file, --size);
    CHECK_FALSE(CubinFile("key").read());
  }
  std::ofstream(file) << "4 kez 1 1 a1 b";
  CHECK_FALSE(CubinFile("key").read());
  CubinFile("key").write(kCompiled);
  CHECK(CubinFile("key").read());
}

TEST_CASE("cubins: a cache that cannot be written is none") {
  const Cache cache;
  std::ofstream(cache.folder) << "a file where the folder would be";
  CubinFile("key").write(kCompiled);
  CHECK_FALSE(CubinFile("key").read());
  fs::remove(cache.folder);
}

TEST_CASE("cubins: a file with another byte in its image is none") {
  const Cache cache;
  CubinFile("key").write(kCompiled);
  std::string bytes = monge::test::read_file(cache.only_file());
  bytes[bytes.find('\1')] = '\7';
  std::ofstream(cache.only_file(), std::ios::binary) << bytes;
  CHECK_FALSE(CubinFile("key").read());
}

}  // namespace cubin_file_test
