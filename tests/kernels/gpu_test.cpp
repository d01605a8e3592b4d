// The kernels on a GPU against their twins on the CPU. Where no GPU is at hand these cases say so and pass;
// benchmarks/gpu_check.sh runs them.
#include "kernels/gpu.h"

#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <doctest/doctest.h>

#include "kernels/activation.h"
#include "kernels/columns.h"
#include "kernels/draws.h"
#include "kernels/gather.h"
#include "kernels/has_gpu.h"
#include "kernels/library.h"
#include "kernels/norm.h"
#include "kernels/optimise.h"
#include "kernels/patches.h"
#include "kernels/product.h"
#include "kernels/product_plan.h"
#include "kernels/stacks.h"
#include "kernels/ulps.h"

namespace gpu_test {

using namespace monge;
using namespace test;

namespace {

Tensor seeds() { return at::tensor({3L, -1L, 0x123456789abcdef0L}); }
Tensor counters() { return at::tensor({0L, 7L, (1L << 40) + 5}); }

kernels::Draws draws(at::Device device, at::ScalarType type) {
  return {seeds().to(device), counters().to(device), train::Purpose::enforcer, type, 17};
}

/// The driver's own graphs, so that this test need not link LibTorch's CUDA part.
struct Graphs {
  kernels::Library library{"libcuda.so.1", {"libcuda.so.1"}};
  int (*begin)(void* stream, int mode) = library["cuStreamBeginCapture_v2"];
  int (*end)(void* stream, void** graph) = library["cuStreamEndCapture"];
  int (*instantiate)(void**, void* graph, unsigned long long flags) = library["cuGraphInstantiateWithFlags"];
  int (*launch)(void* instance, void* stream) = library["cuGraphLaunch"];
  static constexpr int kRelaxed = 2;  // LibTorch may allocate memory meanwhile
};

}  // namespace

TEST_SUITE("gpu") {
  TEST_CASE("gpu: uniforms and indices are the CPU's bit for bit, normals to eight units in the last place") {
    if (!has_gpu()) return;
    for (const auto type : {at::kFloat, at::kDouble}) {
      for (const std::int64_t count : {1, 7, 100003}) {
        auto cpu = draws(at::kCPU, type), gpu = draws(kGpu, type);
        CHECK(cpu.uniform({count}).equal(gpu.uniform({count}).cpu()));
        CHECK(cpu.index({count}, 60000).equal(gpu.index({count}, 60000).cpu()));
        CHECK(ulps(cpu.normal({count}), gpu.normal({count}).cpu()) <= 8);
      }
    }
  }

  TEST_CASE("gpu: batches are the CPU's bit for bit") {
    if (!has_gpu()) return;
    const auto pixels = at::arange(1000 * 3 * 5, at::kLong).remainder(256).to(at::kByte).view({1000, 3, 5});
    const auto index = draws(at::kCPU, at::kFloat).index({65}, 1000);
    for (const auto& data : {pixels, pixels.to(at::kFloat).sin()}) {
      for (const auto type : {at::kFloat, at::kDouble})
        CHECK(kernels::gather(data, index, type)
                  .equal(kernels::gather(data.to(kGpu), index.to(kGpu), type).cpu()));
    }
  }

  TEST_CASE(
      "gpu: batches and activations into places that lie apart, by fours and one by one, are the CPU's") {
    if (!has_gpu()) return;
    for (const std::int64_t size : {8, 3}) {
      const auto data = (at::arange(50 * size, at::kLong) * 7 % 256).view({50, size}).to(at::kByte);
      const auto index = draws(at::kCPU, at::kFloat).index({2 * 5}, 50).view({3, 2, 5});
      const auto x = random(3, 2 * 5 * size, at::kFloat, 1).view({3, 2 * 5, size}),
                 bias = random(3, size, at::kFloat, 2);
      const auto made = [&](at::Device device) {
        const auto all =
            at::full({3, 2, 2, 5, size}, 9.0F, device);  // real and fake batches, update by update
        kernels::gather(data.to(device), index.to(device), all.select(2, 0));
        kernels::activate(x.to(device), bias.to(device), {kernels::Activation::tanh}, all.select(2, 1));
        return all.cpu();
      };
      const auto cpu = made(at::kCPU), gpu = made(kGpu);
      CHECK(gpu.select(2, 0).equal(cpu.select(2, 0)));
      CHECK(ulps(cpu.select(2, 1), gpu.select(2, 1), 1) <= 4);
    }
  }

  TEST_CASE("gpu: derivatives of activations are the CPU's, by fours and one by one") {
    if (!has_gpu()) return;
    for (const std::int64_t size : {1000, 1001}) {
      const auto y = random(3, size, at::kFloat, 1), signal = random(3, size, at::kFloat, 2);
      for (const kernels::Activation& activation : {kernels::Activation{kernels::Activation::leaky, 0.2},
                                                    kernels::Activation{kernels::Activation::tanh}}) {
        const auto cpu = signal.clone(), gpu = signal.to(kGpu);
        kernels::deactivate(cpu, y, activation);
        kernels::deactivate(gpu, y.to(kGpu), activation);
        CHECK(ulps(cpu, gpu.cpu(), 1) <= 4);
      }
    }
  }

  TEST_CASE("gpu: every optimiser ends where it ends on the CPU, to the last bits") {
    if (!has_gpu()) return;
    auto runs = optimizers();
    runs[1].clip = 0.5;
    for (auto& run : runs) run.average = 0.9;
    const auto table = kernels::optimizer_table(runs);
    const auto count = static_cast<std::int64_t>(runs.size());
    for (const auto type : {at::kFloat, at::kDouble}) {
      for (const std::int64_t size : {1, 1000, 1001, 300007}) {  // the last: several items a thread
        auto cpu = stack(count, size, type);
        kernels::Stack gpu{
            cpu.values.to(kGpu), {}, cpu.first.to(kGpu), cpu.second.to(kGpu), cpu.average.to(kGpu)};
        for (std::int64_t n = 1; n <= 3; ++n) {
          const auto updates = at::full({count}, n - 1, at::kLong);
          cpu.gradient = random(count, size, type, n);
          gpu.gradient = cpu.gradient.to(kGpu);
          const auto on_gpu = updates.to(kGpu);
          kernels::optimise(table, updates, cpu);
          kernels::optimise(table.to(kGpu), on_gpu, gpu);
          CHECK(on_gpu.cpu().equal(updates));
        }
        CHECK(ulps(cpu.values, gpu.values.cpu(), 1) <= 4);
        CHECK(ulps(cpu.first, gpu.first.cpu(), 1) <= 4);
        CHECK(ulps(cpu.second, gpu.second.cpu(), 1) <= 4);
        CHECK(ulps(cpu.average, gpu.average.cpu(), 1) <= 4);
      }
    }
  }

  TEST_CASE("gpu: sums of columns are those in double precision, and the same bits again") {
    if (!has_gpu()) return;
    for (const std::int64_t rows : {1, 300, 512, 50000}) {
      for (const std::int64_t width : {1, 3, 128}) {
        for (const std::int64_t thin : {1, 2, 8}) {
          const auto x = random(3, rows * width, at::kFloat, 1).view({3, rows, width}),
                     t = random(3, rows * thin, at::kFloat, 2).view({3, rows, thin});
          const auto made = [&] {
            const kernels::Columns sums{.x = x.to(kGpu),
                                        .thin = t.to(kGpu),
                                        .products = at::ones({3, thin, 1, width}, kGpu),
                                        .sums = at::ones({3, 1, width}, kGpu),
                                        .thin_sums = at::ones({3, thin}, kGpu)};
            kernels::add_columns(sums, /*fresh=*/false);
            return at::cat({sums.products.flatten(1), sums.sums.flatten(1), sums.thin_sums}, 1).cpu();
          };
          const auto wide = x.to(at::kDouble), slim = t.to(at::kDouble);
          const auto expected =
              at::cat({at::bmm(slim.transpose(1, 2), wide).flatten(1), wide.sum(1), slim.sum(1)}, 1) + 1;
          const auto got = made();
          CHECK(((got - expected).abs().max() / expected.abs().max()).item<double>() < 1e-6);
          CHECK(got.equal(made()));
        }
      }
    }
  }

  TEST_CASE("gpu: batch norms and their derivatives are the CPU's in double precision") {
    if (!has_gpu()) return;
    for (const std::int64_t rows : {7, 64, 5000}) {
      for (const std::int64_t width : {1, 6, 128}) {
        const auto x = random(6, rows * width, at::kFloat, 1).view({3, 2, rows, width}) + 1,
                   signal = random(6, rows * width, at::kFloat, 2).view(x.sizes());
        const auto made = [&](at::Device device, at::ScalarType type) {
          const auto parameters = random(3, 2 * width, type, 3).to(device);
          const kernels::Norm norm{x.to(device, type), parameters.narrow(1, 0, width),
                                   parameters.narrow(1, width, width)};
          const auto mean = at::zeros({3, width}, norm.x.options()), variance = at::ones_like(mean),
                     gain = at::empty_like(mean), shift = at::empty_like(mean),
                     slope = signal.to(device, type, /*non_blocking=*/false, /*copy=*/true);
          Tensor stats;
          const auto y = kernels::normalise(norm, {kernels::Activation::leaky, 0.2}, mean, variance, stats);
          kernels::normalise_back(norm.x, stats, slope, gain, shift);
          return std::vector<Tensor>{y.cpu(),     mean.cpu(), variance.cpu(),
                                     slope.cpu(), gain.cpu(), shift.cpu()};
        };
        const auto got = made(kGpu, at::kFloat), again = made(kGpu, at::kFloat),
                   expected = made(at::kCPU, at::kDouble);
        for (std::size_t i = 0; i < got.size(); ++i) {
          CAPTURE(i);
          const auto error = (got[i] - expected[i]).abs().max() / expected[i].abs().max();
          CHECK(error.item<double>() < 1e-5);
          CHECK(got[i].equal(again[i]));
        }
      }
    }
  }

  TEST_CASE("gpu: products have the accuracy of float, in every form and with every finish") {
    if (!has_gpu() || !kernels::can_multiply(kGpu)) return;
    const auto random = [](const Shape& shape, double phase) {
      return at::sin(at::arange(c10::multiply_integers(shape), at::kDouble) * 1.7 + phase)
          .view(shape)
          .to(at::kFloat);
    };
    const auto on_gpu = [&](const Tensor& x) { return x.to(kGpu); };
    for (const std::int64_t p : {2, 40, 512}) {
      const auto a = random({3, 200, p}, 0), b = random({3, 72, p}, 1), bias = random({3, 72}, 2),
                 mask = random({3, 200, 72}, 3);
      auto expected = at::bmm(a.to(at::kDouble), b.to(at::kDouble).transpose(1, 2)) + bias.unsqueeze(1) + 1;
      expected = at::where(expected > 0, expected, expected * 0.2);
      expected = at::where(mask > 0, expected, expected * 0.5);
      const kernels::Finish finish{
          .bias = on_gpu(bias), .slope = 0.2, .mask = on_gpu(mask), .mask_slope = 0.5, .accumulate = true};
      for (const auto& left : {kernels::rows_outside(on_gpu(a)),
                               kernels::columns_outside(on_gpu(a.transpose(1, 2).contiguous()))}) {
        for (const auto& right : {kernels::rows_outside(on_gpu(b)),
                                  kernels::columns_outside(on_gpu(b.transpose(1, 2).contiguous()))}) {
          if (!left.rows && right.rows) continue;  // nobody needs it
          const auto c = on_gpu(at::ones({3, 200, 72}));
          kernels::multiply(left, right, finish, c);
          CHECK(((c.cpu() - expected).abs().max() / expected.abs().max()).item<double>() < 1e-6);
        }
      }
    }
  }

  TEST_CASE("gpu: two products summed up, in one, by every tile; of patches, too") {
    if (!has_gpu() || !kernels::can_multiply(kGpu)) return;
    const auto random = [](const Shape& shape) {
      const auto n = c10::multiply_integers(shape);
      return at::sin(at::arange(n, at::kDouble) * 1.7 + shape[1]).view(shape).to(at::kFloat);
    };
    // Rounding is of the size of what is summed up, however much of it cancels out: here 9 to 250 times the
    // sum.
    const auto check = [](const kernels::Operands& one, const kernels::Operands& other, const auto& summed) {
      const auto whole = [](const Tensor& x) { return x; };
      const auto positive = [](const Tensor& x) { return x.abs(); };
      const Tensor expected = summed(whole) + 2, size = summed(positive).max();
      const auto sum = at::empty_like(expected, at::TensorOptions(kGpu).dtype(at::kFloat));
      const auto job = kernels::product_of(one, other, {.accumulate = true}, sum);
      REQUIRE(job.has_value());
      const auto tiles = kernels::is_hopper(kGpu) ? kernels::kFirstDescent : kernels::kFirstWide;
      const auto runs = static_cast<std::uint32_t>(expected.size(0));
      for (std::size_t tile = 0; tile < tiles; ++tile) {
        CAPTURE(tile);
        sum.fill_(2);
        kernels::launch(kGpu, kernels::plan(*job, runs, kernels::multiprocessors(kGpu), tile), *job);
        CHECK(((sum.cpu() - expected).abs().max() / size).item<double>() < 3e-7);
      }
    };
    const auto product = [](const Tensor& a, const Tensor& b) {
      return at::bmm(a.to(at::kDouble).transpose(1, 2), b.to(at::kDouble));
    };
    const auto columns = [&](const Tensor& a) { return kernels::columns_outside(a.to(kGpu)); };
    const auto check_columns = [&](std::int64_t runs, std::int64_t n, std::int64_t first,
                                   std::int64_t second) {
      const auto a = random({runs, first, 200}), b = random({runs, first, n}),
                 c = random({runs, second, 200}), d = random({runs, second, n});
      check({columns(a), columns(b)}, {columns(c), columns(d)},
            [&](const auto& of) { return product(of(a), of(b)) + product(of(c), of(d)); });
    };
    for (const std::int64_t n : {72, 131}) {  // by fours and one by one
      for (const std::int64_t first : {32, 128}) {
        for (const std::int64_t second : {1, 77, 256}) check_columns(3, n, first, second);
      }
      check_columns(200, n, 160, 40);  // so many tiles that a block has several
    }
    const kernels::Window window{4, 2, 1, 8, 6, 20, 4, 3};
    const auto image = random({3, 16, 8, 6, 20}), next = random({3, 5, 8, 6, 20}),
               signal = random({3, 16 * 12, 36}), also = random({3, 5 * 12, 36});
    check({columns(signal), kernels::patches_summed(image.to(kGpu), window)},
          {columns(also), kernels::patches_summed(next.to(kGpu), window)}, [&](const auto& of) {
            return product(of(signal), kernels::unfold(of(image), window)) +
                   product(of(also), kernels::unfold(of(next), window));
          });
  }

  TEST_CASE("gpu: a product in place of which a parameter is updated, by every tile, is product and update") {
    if (!has_gpu() || !kernels::is_hopper(kGpu)) return;
    constexpr std::int64_t kHigh = 272, kWide = 392;  // no multiples of a tile
    const auto started = [&](std::int64_t runs) {
      auto all = stack(runs, kHigh * kWide, at::kFloat);
      for (auto* one : {&all.values, &all.gradient, &all.first, &all.second}) *one = one->to(kGpu);
      all.average = Tensor();
      return all;
    };
    std::vector<Optimizer> settings = {optimizers()[0], optimizers()[2]};
    for (const std::int64_t runs : {2, 84}) {  // the latter's tiles are so many that a block has several
      settings.resize(static_cast<std::size_t>(runs), settings.front());
      const auto table = kernels::optimizer_table(settings).to(kGpu);
      const auto columns = [&](std::int64_t rows, std::int64_t n, std::uint64_t which) {
        return kernels::columns_outside(
            random(runs, rows * n, at::kFloat, which).view({runs, rows, n}).to(kGpu));
      };
      const kernels::Operands one{columns(96, kHigh, 1), columns(96, kWide, 2)},
          other{columns(20, kHigh, 3), columns(20, kWide, 4)};
      for (std::size_t tile = kernels::kFirstDescent; tile < kernels::kAllTiles; ++tile) {
        CAPTURE(tile);
        const auto multiply = [&](const kernels::Stack& all, const kernels::Finish& finish, std::size_t by) {
          const auto job = kernels::product_of(one, other, finish, all.gradient.view({runs, kHigh, kWide}));
          const auto k = static_cast<std::uint32_t>(runs);
          kernels::launch(kGpu, kernels::plan(*job, k, kernels::multiprocessors(kGpu), by), *job);
        };
        const auto updates = at::zeros({runs}, at::TensorOptions(kGpu).dtype(at::kLong));
        const auto expected = started(runs), all = started(runs);
        multiply(expected, {}, kernels::kFirstWide);
        kernels::optimise(table, updates.clone(), expected);
        kernels::Update update(all);
        update.begin(table, updates, /*by_second=*/true);
        multiply(all, {.descending = update.take(all.gradient.view({runs, kHigh, kWide}))}, tile);
        update.finish();
        CHECK(all.values.equal(expected.values));
        CHECK(all.second.equal(expected.second));
        CHECK(update.gradient_norm().allclose(expected.gradient.norm(2, 1), 1e-5));
        CHECK(update.largest(all.values.size(1)).equal(all.values.abs().amax(1)));
        all.values[1][7] = NAN;
        update.begin(table, updates, /*by_second=*/true);
        multiply(all, {.descending = update.take(all.gradient.view({runs, kHigh, kWide}))}, tile);
        update.finish();
        CHECK(update.largest(all.values.size(1))[0].equal(all.values[0].abs().max()));
        CHECK(std::isnan(update.largest(all.values.size(1))[1].item<float>()));
      }
    }
  }

  TEST_CASE("gpu: a captured graph draws anew when its counters have advanced") {
    if (!has_gpu()) return;
    const auto stream = c10::impl::VirtualGuardImpl(at::kCUDA).getStreamFromGlobalPool(kGpu);
    const c10::StreamGuard guard(stream);
    const Graphs graphs;
    const auto one_seeds = seeds().to(kGpu), own_counters = counters().to(kGpu);
    const auto draw = [&] {
      return kernels::Draws(one_seeds, own_counters, train::Purpose::enforcer, at::kFloat, 17)
          .uniform({1000});
    };
    draw();  // a block of memory for LibTorch to use again
    void *graph = nullptr, *instance = nullptr;
    REQUIRE(graphs.begin(stream.native_handle(), Graphs::kRelaxed) == 0);
    const auto out = draw();
    REQUIRE(graphs.end(stream.native_handle(), &graph) == 0);
    REQUIRE(graphs.instantiate(&instance, graph, 0) == 0);
    for (std::int64_t replay = 0; replay < 3; ++replay) {
      REQUIRE(graphs.launch(instance, stream.native_handle()) == 0);
      kernels::Draws now(seeds(), counters() + replay, train::Purpose::enforcer, at::kFloat, 17);
      CHECK(out.cpu().equal(now.uniform({1000})));
      own_counters.add_(1);
    }
  }
}

}  // namespace gpu_test
