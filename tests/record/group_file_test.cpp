#include "record/group_file.h"

#include <doctest/doctest.h>
#include <hdf5.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

#include "record/groups_equal.h"
#include "record/sample_sweep.h"
#include "record/storage_error.h"
#include "scratch.h"

namespace group_file_test {

using namespace monge;
using namespace monge::record;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Group every_type() {
  Group root;
  root.attributes = {{"format", std::int64_t{1}},
                     {"title", "Ärger – 日本"},
                     {"ratio", 0.1},
                     {"seed", std::numeric_limits<std::int64_t>::min()},
                     {"nothing", ""}};
  root.dimensions = {{"run", 3}, {"empty", 0}};
  root.variables = {
      {"run", {"run"}, std::vector<std::int32_t>{0, 1, 2}, {{"units", "1"}}},
      {"label", {"run"}, std::vector<std::string>{"a", "", "gradient_penalty(weight=10) ∂"}, {}},
      {"real", {"run"}, std::vector<double>{-0.0, nan, std::numeric_limits<double>::infinity()}, {}},
      {"single", {"run"}, std::vector<float>{1.5F, std::nanf(""), 1e-45F}, {{"volatile", std::int64_t{1}}}},
      {"wide", {"run"}, std::vector<std::int64_t>{1LL << 60, -1, 0}, {}},
      {"flag",
       {"run"},
       std::vector<std::uint8_t>{0, 1, 255},
       {{"flag_values", std::vector<std::uint8_t>{0, 1, 255}}, {"flag_meanings", "a b c"}}},
      {"config", {}, std::vector<std::string>{R"({"train":{}})"}, {}},
      {"scalar", {}, std::vector<double>{nan}, {}},
      {"none", {"empty"}, std::vector<double>{}, {}},
      {"no_text", {"empty"}, std::vector<std::string>{}, {}},
      {"no_rows", {"run", "empty"}, std::vector<std::uint8_t>{}, {}},
  };
  Group eval{"eval", {{"note", "below"}}, {{"eval_step", 2}, {"y", 4}, {"x", 5}, {"rgb", 3}}, {}, {}};
  eval.variables = {
      {"eval_step", {"eval_step"}, std::vector<std::int32_t>{500, 1000}, {}},
      {"score", {"run", "eval_step"}, std::vector<double>{1, 2, 3, 4, nan, 6}, {{"goal", "min"}}},
      {"samples",
       {"eval_step", "y", "x", "rgb"},
       std::vector<std::uint8_t>(120, 7),
       {{"CLASS", "IMAGE"}, {"IMAGE_VERSION", "1.2"}, {"IMAGE_SUBCLASS", "IMAGE_TRUECOLOR"}}},
  };
  eval.groups = {Group{"deeper", {}, {}, {}, {}}};
  root.groups = {eval, Group{"event", {}, {{"event", 0}}, {}, {}}};
  return root;
}

/// Any group the writer accepts; coordinates first, as read() gives them back.
class RandomGroups {
 public:
  explicit RandomGroups(unsigned seed) : random_(seed) {}

  Group group(int depth, std::vector<Dimension> scope) {
    Group group;
    group.attributes = attributes();
    for (int i = pick(3); i > 0; --i)
      group.dimensions.push_back({unique("d"), static_cast<std::size_t>(pick(4))});
    for (const Dimension& dimension : group.dimensions) {
      scope.push_back(dimension);
      if (pick(1) == 1) {
        group.variables.push_back({dimension.name, {dimension.name}, values(dimension.length), attributes()});
      }
    }
    for (int i = pick(4); i > 0; --i) {
      Variable variable{unique("v"), {}, {}, attributes()};
      std::size_t size = 1;
      for (int axis = scope.empty() ? 0 : pick(3); axis > 0; --axis) {
        const Dimension& dimension =
            scope[static_cast<std::size_t>(pick(static_cast<int>(scope.size()) - 1))];
        if (std::find(variable.dims.begin(), variable.dims.end(), dimension.name) != variable.dims.end())
          continue;
        variable.dims.push_back(dimension.name);
        size *= dimension.length;
      }
      variable.values = values(size);
      group.variables.push_back(variable);
    }
    for (int i = depth > 0 ? pick(2) : 0; i > 0; --i) {
      group.groups.push_back(this->group(depth - 1, scope));
      group.groups.back().name = unique("g");
    }
    return group;
  }

 private:
  int pick(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
  std::string unique(const char* prefix) {
    return prefix + std::to_string(pick(99)) + "_" + std::to_string(next_++);
  }

  Attributes attributes() {
    Attributes attributes;
    for (int i = pick(11); i > 0; --i) {  // beyond 8 HDF5 stores them otherwise
      const std::string name = unique("a");
      switch (pick(3)) {
        case 0:
          attributes.emplace_back(name, text());
          break;
        case 1:
          attributes.emplace_back(name, std::ldexp(pick(1000), pick(100) - 50));
          break;
        case 2:
          attributes.emplace_back(name, std::int64_t{pick(1 << 30)} << 20);
          break;
        default:
          attributes.emplace_back(name, std::vector<std::uint8_t>(static_cast<std::size_t>(1 + pick(3)), 9));
      }
    }
    return attributes;
  }

  std::string text() {
    std::string text;
    for (int i = pick(40); i > 0; --i)
      text += pick(5) == 0 ? "é" : std::string(1, static_cast<char>('a' + pick(25)));
    return text;
  }

  template <class T>
  std::vector<T> bits(std::size_t size) {
    std::vector<T> values(size);
    for (T& value : values) {
      std::uint64_t word = (std::uint64_t{random_()} << 32) | random_();
      std::memcpy(&value, &word, sizeof(T));  // every bit pattern, signalling NaNs too
    }
    return values;
  }

  Values values(std::size_t size) {
    switch (pick(5)) {
      case 0:
        return bits<double>(size);
      case 1:
        return bits<float>(size);
      case 2:
        return bits<std::int64_t>(size);
      case 3:
        return bits<std::int32_t>(size);
      case 4:
        return bits<std::uint8_t>(size);
      default: {
        std::vector<std::string> texts(size);
        for (std::string& one : texts) one = text();
        return texts;
      }
    }
  }

  std::mt19937 random_;
  int next_ = 0;
};

std::string read_error(const std::filesystem::path& path) {
  return test::storage_error([&] { read(path); });
}

std::string write_error(const Group& group) {
  const test::Scratch scratch;
  return test::storage_error([&] { write(scratch / "x.h5", group, Compression::gzip); });
}

}  // namespace

TEST_CASE("group_file: every type, attribute and shape comes back, packed and plain") {
  const test::Scratch scratch;
  for (const Compression compression : {Compression::gzip, Compression::none}) {
    write(scratch / "all.h5", every_type(), compression);
    CHECK(test::difference(every_type(), read(scratch / "all.h5")) == "");
  }
}

TEST_CASE("group_file: reading and writing leave nothing of HDF5 open, also after a fault") {
  const test::Scratch scratch;
  write(scratch / "all.h5", every_type(), Compression::gzip);
  read(scratch / "all.h5");
  CHECK(read_error("/nowhere/run.h5") != "");
  CHECK(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL) == 0);
}

TEST_CASE("group_file: three hundred random groups come back bit for bit") {
  const test::Scratch scratch;
  for (unsigned seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    const Group group = RandomGroups(seed).group(3, {});
    write(scratch / "random.h5", group, seed % 2 == 0 ? Compression::gzip : Compression::none);
    REQUIRE(test::difference(group, read(scratch / "random.h5")) == "");
  }
}

TEST_CASE("group_file: equal groups make equal bytes") {
  const test::Scratch scratch;
  write(scratch / "a.h5", every_type(), Compression::gzip);
  seal(scratch / "b.h5", every_type(), Compression::gzip);
  CHECK(test::read_file(scratch / "a.h5") == test::read_file(scratch / "b.h5"));
}

TEST_CASE("group_file: only wanted variables are read, and read_root reads scalars alone") {
  const test::Scratch scratch;
  write(scratch / "all.h5", every_type(), Compression::gzip);
  const Group some = read(scratch / "all.h5", [](std::string_view path) {
    return path == "eval/" || path == "eval/score" || path == "label";
  });
  REQUIRE(some.variables.size() == 1);
  CHECK(some.variables[0].name == "label");
  REQUIRE(some.groups.size() == 1);  // of two
  CHECK(some.groups[0].variables.size() == 1);
  CHECK(some.groups[0].dimensions.size() == 4);
  const Group root = read_root(scratch / "all.h5");
  CHECK(root.attributes == every_type().attributes);
  REQUIRE(root.variables.size() == 2);
  CHECK(root.variables[0].name == "config");
  CHECK(root.groups.empty());
}

TEST_CASE("group_file: bytes that are not UTF-8 become the replacement character") {
  const test::Scratch scratch;
  Group group;
  group.attributes = {{"note", std::string("caf\xe9")}};
  group.variables = {{"log", {}, std::vector<std::string>{std::string("a\0b\xc3\xed\xa0\x80", 7)}, {}}};
  write(scratch / "x.h5", group, Compression::none);
  const Group back = read(scratch / "x.h5");
  CHECK(std::get<std::string>(back.attributes[0].second) == "caf\xef\xbf\xbd");
  CHECK(std::get<std::vector<std::string>>(back.variables[0].values)[0] ==
        "a\xef\xbf\xbd"
        "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("group_file: a text of a megabyte comes back whole") {
  const test::Scratch scratch;
  Group group;
  group.variables = {{"log", {}, std::vector<std::string>{std::string(1 << 20, 'x')}, {}}};
  group.attributes = {{"long", std::string(200'000, 'y')}};
  write(scratch / "x.h5", group, Compression::gzip);
  CHECK(test::difference(group, read(scratch / "x.h5")) == "");
}

TEST_CASE("group_file: a file that is missing, empty, text or a folder is one sentence with its path") {
  const test::Scratch scratch;
  CHECK(read_error("/nowhere/run.h5") == "/nowhere/run.h5: cannot be read: No such file or directory");
  const std::string path = (scratch / "run.h5").string();
  const std::string fault = path + ": cannot be read: it is cut off, damaged or not an HDF5 file";
  std::ofstream(path).close();
  CHECK(read_error(path) == fault);
  std::ofstream(path) << "step,loss\n1,0.5\n";
  CHECK(read_error(path) == fault);
  CHECK(read_error(scratch.path()).find("cannot be read: ") != std::string::npos);
}

TEST_CASE("group_file: a file cut off anywhere is an error or, past its last byte of use, whole") {
  const test::Scratch scratch;
  write(scratch / "all.h5", every_type(), Compression::gzip);
  const std::string bytes = test::read_file(scratch / "all.h5");
  for (std::size_t length = 0; length < bytes.size(); length += 97) {
    CAPTURE(length);
    std::ofstream(scratch / "cut.h5", std::ios::binary) << bytes.substr(0, length);
    CHECK(read_error(scratch / "cut.h5").starts_with((scratch / "cut.h5").string() + ": cannot be read: "));
  }
}

TEST_CASE("group_file: damage anywhere is found before HDF5 looks at it") {
  const test::Scratch scratch;
  const Group group = test::sample_run({});
  write(scratch / "x.h5", group, Compression::gzip);
  const std::string whole = test::read_file(scratch / "x.h5");
  const std::size_t end = whole.rfind("\nMonge CRC-32 ");
  REQUIRE(end != std::string::npos);
  std::mt19937 random(11);
  for (int i = 0; i < 300; ++i) {
    std::string bytes = whole;
    const std::size_t at = std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << i % 8));
    std::ofstream(scratch / "x.h5", std::ios::binary) << bytes;
    CHECK(read_error(scratch / "x.h5").find("it is damaged: its checksum is not that of its bytes") !=
          std::string::npos);
  }
}

TEST_CASE("group_file: a flipped bit in an array is found by its own checksum, where the file's is gone") {
  const test::Scratch scratch;
  Group group;
  group.dimensions = {{"step", 4000}};
  std::vector<double> noise(4000);
  std::mt19937 random(7);
  for (double& value : noise) value = std::uniform_real_distribution<double>()(random);
  group.variables = {{"gap", {"step"}, noise, {}}};
  write(scratch / "x.h5", group, Compression::gzip);
  std::string bytes = test::read_file(scratch / "x.h5");
  bytes.resize(bytes.rfind("\nMonge CRC-32 "));  // as HDF5 leaves it where another program changes a file
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  std::ofstream(scratch / "x.h5", std::ios::binary) << bytes;
  CHECK(read_error(scratch / "x.h5").find("variable 'gap' is damaged") != std::string::npos);
}

TEST_CASE("group_file: a newer format is refused with both numbers") {
  const test::Scratch scratch;
  for (const std::int64_t format : {0, 2}) {
    Group group;
    group.attributes = {{"format", format}};
    write(scratch / "x.h5", group, Compression::none);
    CHECK(read_error(scratch / "x.h5") ==
          (scratch / "x.h5").string() + ": cannot be read: it has format " + std::to_string(format) +
              ", this program reads up to format 1; use the version of Monge that wrote it or a newer one");
  }
}

TEST_CASE("group_file: a group that contradicts itself is refused by name") {
  const auto fault = [](Group group) {
    const std::string text = write_error(group);
    return text.substr(text.rfind("written: ") + 9);
  };
  const std::vector<double> two = {1, 2};
  CHECK(fault({"", {}, {{"step", 3}}, {{"gap", {"step"}, two, {}}}, {}}) ==
        "variable 'gap' has 2 values, its dimensions make 3");
  CHECK(fault({"", {}, {}, {{"gap", {"step"}, two, {}}}, {}}) ==
        "variable 'gap' has a dimension 'step' that is not declared");
  CHECK(fault({"", {}, {}, {{"a/b", {}, std::vector<double>{1}, {}}}, {}}) ==
        "variable 'a/b' is not well named");
  CHECK(fault({"", {{"_x", ""}}, {}, {}, {}}) == "group '/': attribute '_x' may not have this name");
  CHECK(fault({"", {{"DIMENSION_LIST", ""}}, {}, {}, {}}) ==
        "group '/': attribute 'DIMENSION_LIST' may not have this name");
  const Variable one{"a", {}, std::vector<double>{1}, {}};
  CHECK(fault({"", {}, {}, {one, one}, {}}) == "variable 'a' is there twice");
  CHECK(fault({"", {}, {}, {one}, {Group{"a", {}, {}, {}, {}}}}) == "group 'a' has a name that is taken");
  CHECK(fault({"", {}, {{"step", 2}}, {}, {Group{"train", {}, {{"step", 3}}, {}, {}}}}) ==
        "dimension 'train/step' is declared twice");
  CHECK(fault({"", {}, {{"step", 1}}, {{"step", {}, std::vector<double>{1}, {}}}, {}}) ==
        "variable 'step' has the name of a dimension and does not lie along it alone");
}

TEST_CASE("group_file: a folder that is not there is an error with path and remedy") {
  CHECK(test::storage_error([] { seal("/nowhere/run.h5", Group{}, Compression::none); }) ==
        "/nowhere/run.h5: cannot be written: No such file or directory; its folder has to exist");
  CHECK(test::storage_error([] { write("/dev/full", Group{}, Compression::none); }) ==
        "/dev/full: cannot be written: No space left on device; free some space, then give the same command "
        "again");
}

TEST_CASE("group_file: twenty metrics of ten thousand rows are sealed within seconds") {
  const test::Scratch scratch;
  Group group;
  group.dimensions = {{"step", 10'000}};
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::vector<double> values(10'000);
    for (double& value : values) value = std::uniform_real_distribution<double>()(random);
    group.variables.push_back({"metric" + std::to_string(i), {"step"}, values, {}});
  }
  const auto begin = std::chrono::steady_clock::now();
  seal(scratch / "run.h5", group, Compression::gzip);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  MESSAGE("sealed in " << seconds.count() << " s");
  CHECK(seconds.count() < 3.0);  // 0.05 s alone; sanitizers and busy machines need more
}

}  // namespace group_file_test
