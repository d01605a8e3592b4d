#include "kernels/draws.h"

#include <doctest/doctest.h>

#include "kernels/ulps.h"

namespace draws_test {

using namespace monge;
using train::Purpose;

namespace {

const Shape kSeeds = {3, -1, 0x123456789abcdef0}, kCounters = {0, 7, (1L << 40) + 5};
constexpr std::uint32_t kStream = 17;

Tensor longs(const Shape& values, std::int64_t runs) { return at::tensor(values).narrow(0, 0, runs).clone(); }

kernels::Draws packed(std::int64_t runs, at::ScalarType type, std::uint32_t block = 0) {
  return {longs(kSeeds, runs), longs(kCounters, runs), Purpose::enforcer, type, kStream, block};
}

/// draw(stream of run k), side by side.
template <class Draw>
Tensor each(std::int64_t runs, at::ScalarType type, Draw draw) {
  std::vector<Tensor> all;
  for (std::int64_t k = 0; k < runs; ++k) {
    train::Draws own(kSeeds[k], Purpose::enforcer, kCounters[k], type, kStream);
    all.push_back(draw(own));
  }
  return at::stack(all);
}

/// f(K, precision, shape of a run), for shapes that do and do not fill blocks of four.
template <class F>
void everywhere(F f) {
  for (const std::int64_t runs : {1, 3}) {
    for (const auto type : {at::kFloat, at::kDouble}) {
      for (const Shape& shape : {Shape{1}, Shape{2}, Shape{7}, Shape{8, 8}, Shape{11, 7, 13}}) {
        CAPTURE(runs);
        CAPTURE(type);
        CAPTURE(at::IntArrayRef(shape));
        f(runs, type, shape);
      }
    }
  }
}

}  // namespace

TEST_CASE("draws: uniforms are train::Draws' bit for bit") {
  everywhere([](std::int64_t runs, at::ScalarType type, const Shape& shape) {
    CHECK(
        packed(runs, type).uniform(shape).equal(each(runs, type, [&](Draw& d) { return d.uniform(shape); })));
  });
}

TEST_CASE("draws: indices are train::Draws' bit for bit") {
  for (const std::int64_t n : {1L, 10L, 60000L, (1L << 31) - 1}) {
    everywhere([n](std::int64_t runs, at::ScalarType type, const Shape& shape) {
      CHECK(packed(runs, type).index(shape, n).equal(each(runs, type, [&](Draw& d) {
        return d.index(shape, n);
      })));
    });
  }
}

TEST_CASE("draws: normals are train::Draws' to four units in the last place") {
  everywhere([](std::int64_t runs, at::ScalarType type, const Shape& shape) {
    const auto ours = packed(runs, type).normal(shape),
               theirs = each(runs, type, [&](Draw&d) { return d.normal(shape); });
    CHECK(ours.sizes() == theirs.sizes());
    CHECK(test::ulps(ours, theirs) <= 4);
  });
}

TEST_CASE("draws: what follows is what follows in train::Draws, and `block` says where to begin") {
  for (const std::int64_t before : {3, 5, 8}) {
    auto draws = packed(3, at::kFloat);
    draws.normal({before});
    draws.index({before}, 10);
    draws.uniform({before});
    const auto next = draws.uniform({9});
    CHECK(next.equal(each(3, at::kFloat, [&](Draw& d) {
      d.normal({before});
      d.index({before}, 10);
      d.uniform({before});
      return d.uniform({9});
    })));
    const auto blocks = static_cast<std::uint32_t>((before + 3) / 4 * 3);
    CHECK(next.equal(packed(3, at::kFloat, blocks).uniform({9})));
  }
}

TEST_CASE("draws: counters in a row are what each gives by itself") {
  for (const std::int64_t row : {1, 2, 5}) {
    const auto from = [&](std::int64_t i) {
      return kernels::Draws(longs(kSeeds, 3), longs(kCounters, 3) + i, Purpose::enforcer, at::kFloat,
                            kStream);
    };
    for (const Shape& shape : {Shape{1}, Shape{7}, Shape{8, 3}}) {
      auto together = from(0).in_a_row(row);
      const auto uniform = together.uniform(shape), normal = together.normal(shape),
                 index = together.index(shape, 10);
      REQUIRE(uniform.size(1) == row);
      for (std::int64_t i = 0; i < row; ++i) {
        auto one = from(i);
        CHECK(uniform.select(1, i).equal(one.uniform(shape)));
        CHECK(normal.select(1, i).equal(one.normal(shape)));
        CHECK(index.select(1, i).equal(one.index(shape, 10)));
      }
    }
  }
  CHECK_THROWS(packed(3, at::kFloat).in_a_row(0));
}

TEST_CASE("draws: counters are read when drawing, not before") {
  const auto counters = longs(kCounters, 3);
  const auto draw = [&] {
    return kernels::Draws(longs(kSeeds, 3), counters, Purpose::enforcer, at::kFloat, kStream).uniform({5});
  };
  const auto before = draw();
  counters.add_(1);
  CHECK_FALSE(before.equal(draw()));
  counters.sub_(1);
  CHECK(before.equal(draw()));
}

TEST_CASE("draws: seeds and counters of other types or numbers are refused") {
  const auto seeds = longs(kSeeds, 3);
  CHECK_THROWS(kernels::Draws(seeds, longs(kCounters, 2), Purpose::enforcer, at::kFloat));
  CHECK_THROWS(kernels::Draws(seeds, seeds.to(at::kInt), Purpose::enforcer, at::kFloat).uniform({1}));
  CHECK_THROWS(kernels::Draws(seeds, seeds, Purpose::enforcer, at::kFloat).index({1}, 1L << 31));
}

}  // namespace draws_test
