// NVRTC compiles without a GPU. Where it is not there the case says so and passes.
#include "kernels/compile.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "kernels/gpu.h"
#include "kernels/jobs.h"
#include "kernels/product_plan.h"
#include "kernels/sources.h"

namespace compile_test {

using namespace monge::kernels;

namespace {

/// Whether NVRTC is there; otherwise says that the case is skipped, and why.
bool has_nvrtc() {
  try {
    compile("sm_90");
    return true;
  } catch (const std::runtime_error& error) {
    if (std::string(error.what()).find("is not to be found") == std::string::npos) return true;
    MESSAGE("skipped: ", std::string(error.what()));
    return false;
  }
}

}  // namespace

TEST_CASE("compile: NVRTC makes every job for sm_90, without a warning") {
  if (!has_nvrtc()) return;
  const auto compiled = compile("sm_90");
  CHECK(compiled.log.empty());
  CHECK(compiled.symbols.size() == Jobs::size + ColumnJobs::size);
  for (const auto& symbol : compiled.symbols) CHECK(compiled.image.find(symbol) != std::string::npos);
}

TEST_CASE("compile: a product's kernel in every form") {
  if (!has_nvrtc()) return;
  Product job;
  job.m = job.n = job.p = 256;
  for (const bool a_rows : {true, false}) {
    for (const bool b_rows : {true, false}) {
      if (!a_rows && b_rows) continue;  // nobody needs it
      job.a_rows = a_rows;
      job.b_rows = b_rows;
      for (const std::size_t tile : {std::size_t{0}, kFirstWide + 1}) {  // one of each file
        for (const std::uint32_t runs : {3, 3000}) {                     // few and many
          const auto compiled = compile_product("sm_90", plan(job, runs, 132, tile).kernel);
          CHECK(compiled.log.empty());
          REQUIRE(compiled.symbols.size() == 1);
          CHECK(compiled.image.find(compiled.symbols[0]) != std::string::npos);
        }
      }
    }
  }
}

TEST_CASE("compile: a product whose operands have two pieces, by every tile") {
  if (!has_nvrtc()) return;
  Product job;
  job.m = job.n = 256;
  job.p = 96;
  job.split = 32;
  job.a_rows = job.b_rows = false;
  for (std::size_t tile = 0; tile < kFirstDescent; ++tile) {
    const auto compiled = compile_product("sm_90", plan(job, 3, 132, tile).kernel);
    CHECK(compiled.log.empty());
    CHECK(compiled.image.find(compiled.symbols.at(0)) != std::string::npos);
  }
}

TEST_CASE("compile: a product in place of which a parameter is updated, by every tile of those") {
  if (!has_nvrtc()) return;
  Product job;
  job.m = job.n = 256;
  job.p = 96;
  job.a_rows = job.b_rows = false;
  job.a.wide = job.b.wide = true;
  job.c.descent.rules = reinterpret_cast<const Rule<float>*>(&job);  // read by nobody here
  for (const std::uint32_t runs : {3, 300}) {
    for (std::size_t tile = kFirstDescent; tile < kAllTiles; ++tile) {
      job.split = runs == 3 ? 0 : 32;
      const auto how = plan(job, runs, 132, tile);
      CHECK(how.shared * static_cast<unsigned>(kWideTiles[tile - kFirstWide].blocks) <= 227 * 1024);
      const auto compiled = compile_product("sm_90", how.kernel);
      CHECK(compiled.log.empty());
      CHECK(compiled.image.find(compiled.symbols.at(0)) != std::string::npos);
    }
  }
}

TEST_CASE("compile: what NVRTC refuses is said") {
  if (!has_nvrtc()) return;
  CHECK_THROWS_WITH_AS(compile("sm_1"), doctest::Contains("--gpu-architecture"), std::runtime_error);
}

TEST_CASE("compile: a job's place is its place in the list") {
  static_assert(Jobs::place<Uniform<float>>() == 0 && Jobs::place<Fold<double>>() == Jobs::size - 1);
  CHECK(sources().front().name == std::string("each.cu"));
}

TEST_CASE("available: a CPU always, a GPU that is not there never, with what is missing") {
  CHECK(available(at::kCPU));
  CHECK_FALSE(available(at::kMeta));
  const at::Device far(at::kCUDA, 99);
  CHECK_FALSE(available(far));
  CHECK(why_not(far).find("no fused kernels on cuda:99: ") == 0);
  CHECK(why_not(far).find("runs are trained there one by one") != std::string::npos);
  CHECK_THROWS_AS(launch(far, 0, nullptr, 1, 1), std::runtime_error);
  MESSAGE(why_not(far));
}

}  // namespace compile_test
