#include "kernels/gather.h"

#include <doctest/doctest.h>

#include "train/game.h"

namespace gather_test {

using namespace monge;

namespace {

Tensor made(at::ScalarType type, const Shape& shape) {
  const auto all = at::arange(c10::multiply_integers(shape), at::kDouble);
  return (type == at::kByte ? all.remainder(256) : at::sin(all)).to(type).view(shape);
}

}  // namespace

TEST_CASE("gather: batches are train::normalised's bit for bit") {
  for (const auto from : {at::kByte, at::kFloat}) {
    for (const auto to : {at::kFloat, at::kDouble}) {
      for (const Shape& shape : {Shape{300, 2}, Shape{259, 1}, Shape{11, 3, 5, 7}}) {
        for (const Shape& index_shape : {Shape{1, 1}, Shape{1, 9}, Shape{3, 5}}) {
          const auto data = made(from, shape);
          const auto index = at::arange(c10::multiply_integers(index_shape), at::kLong)
                                 .mul_(37)
                                 .remainder_(shape[0])
                                 .view(index_shape);
          std::vector<Tensor> each;
          for (std::int64_t k = 0; k < index_shape[0]; ++k)
            each.push_back(train::normalised(data.index_select(0, index[k]), to));
          const auto ours = kernels::gather(data, index, to);
          CHECK((ours.scalar_type() == to));
          CHECK(ours.equal(at::stack(each)));
        }
      }
    }
  }
}

TEST_CASE("gather: every byte is rounded as train::normalised rounds it") {
  const auto data = at::arange(256, at::kByte).view({256, 1}),
             index = at::arange(256, at::kLong).view({1, 256});
  for (const auto to : {at::kFloat, at::kDouble})
    CHECK(kernels::gather(data, index, to)[0].equal(train::normalised(data, to)));
}

TEST_CASE("gather: an index outside the data, and data of another type, are refused") {
  const auto data = made(at::kFloat, {4, 2}), index = at::zeros({2, 3}, at::kLong);
  CHECK_THROWS(kernels::gather(data, index + 4, at::kFloat));
  CHECK_THROWS(kernels::gather(data, index - 1, at::kFloat));
  CHECK_THROWS(kernels::gather(data.to(at::kInt), index, at::kFloat));
  CHECK_THROWS(kernels::gather(data, index.to(at::kInt), at::kFloat));
  CHECK_THROWS(kernels::gather(data, index[0], at::kFloat));
}

TEST_CASE("gather: several batches in a row, into places that lie apart") {
  for (const std::int64_t size : {8, 3}) {  // by fours and one by one
    const auto data = (at::arange(5 * size, at::kLong) * 7 % 256).view({5, size}).to(at::kByte);
    const auto index = at::tensor({4L, 0L, 2L, 2L, 1L, 3L, 0L, 4L, 3L, 1L, 2L, 0L}).view({2, 3, 2});
    const auto all = at::full({2, 3, 2, 2, size}, 9.0F), out = all.select(2, 0);
    kernels::gather(data, index, out);
    CHECK(out.equal(kernels::gather(data, index.flatten(1), at::kFloat).view(out.sizes())));
    CHECK(all.select(2, 1).eq(9).all().item<bool>());
    CHECK_THROWS_AS(kernels::gather(data, index, all.select(2, 0).narrow(3, 0, size - 1)), c10::Error);
    CHECK_THROWS_AS(kernels::gather(data, index, all.select(2, 0).transpose(1, 2)), c10::Error);
  }
}

}  // namespace gather_test
