#include "record/hash.h"

#include <doctest/doctest.h>

#include "record/storage_error.h"
#include "scratch.h"

namespace hash_test {

using namespace monge;

TEST_CASE("hash: SHA-256 of known texts is as published") {
  CHECK(record::sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(record::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("hash: a file of many buffers has the hash of its bytes") {
  const test::Scratch scratch;
  const std::string bytes(200'001, 'x');
  std::ofstream(scratch / "file", std::ios::binary) << bytes;
  CHECK(record::sha256_of_file(scratch / "file") == record::sha256(bytes));
}

TEST_CASE("hash: a file that is not there is an error that names it") {
  const std::string text = test::storage_error([] { record::sha256_of_file("/nowhere/plugin.so"); });
  CHECK(text == "/nowhere/plugin.so: cannot be read: No such file or directory");
  CHECK(test::storage_error([] { record::sha256_of_file("/tmp"); }) ==
        "/tmp: cannot be read: Is a directory");
}

}  // namespace hash_test
