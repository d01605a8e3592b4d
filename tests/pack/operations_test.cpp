// How many operations a packed step asks of LibTorch beside the kernels of its own: on a GPU each is a
// launch, a microsecond or two in which little else runs. A clock on a busy machine would not see one more;
// this does. With MONGE_PRODUCTS=everywhere, as CTest runs it, products are the own kernels of a GPU.
#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <doctest/doctest.h>

#include <memory>
#include <set>

#include "kernels/product.h"
#include "pack/penalised.h"

namespace operations_test {

using namespace monge;
using namespace monge::test;

namespace {

// They make no numbers.
const std::set<std::string> kViews = {"alias",
                                      "as_strided",
                                      "as_strided_",
                                      "detach",
                                      "empty",
                                      "empty_like",
                                      "empty_strided",
                                      "expand",
                                      "flatten",
                                      "item",
                                      "movedim",
                                      "narrow",
                                      "permute",
                                      "reshape",
                                      "resize_",
                                      "resolve_conj",
                                      "resolve_neg",
                                      "select",
                                      "slice",
                                      "squeeze",
                                      "t",
                                      "to",
                                      "transpose",
                                      "unbind",
                                      "unsqueeze",
                                      "view",
                                      "view_as",
                                      "expand_as",
                                      "_reshape_alias",
                                      "_unsafe_view",
                                      "lift_fresh",
                                      "new_empty_strided",
                                      "_local_scalar_dense",
                                      "result_type"};
// One kernel, however the CPU makes them.
const std::set<std::string> kWhole = {"aminmax", "baddbmm_", "bmm", "cat", "div_", "linalg_vector_norm",
                                      "max",     "mean",     "min", "sum"};

struct Open {
  bool counts, is_whole, has_counted = false;
};
std::vector<Open> open_now;
int counted = 0;

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& function) {
  std::string name = function.name();
  name = name.substr(name.find("::") == std::string::npos ? 0 : name.find("::") + 2);
  const bool inside = !open_now.empty() && open_now.back().is_whole;
  const bool is_operation = name.find(':') == std::string::npos;  // not the autograd engine
  open_now.push_back({is_operation && kViews.count(name) == 0 && !inside, inside || kWhole.count(name) != 0});
  return nullptr;
}

// What calls another operation is that one.
void end(const at::RecordFunction&, at::ObserverContext*) {
  const Open own = open_now.back();
  open_now.pop_back();
  if (own.counts && !own.has_counted) ++counted;
  if (!open_now.empty() && (own.counts || own.has_counted)) open_now.back().has_counted = true;
}

}  // namespace

TEST_CASE("operations: so many a packed step of WGAN-GP with five critic updates, and no more") {
  at::set_num_threads(1);
  Opened opened;
  Samples samples;
  samples.train = samples.test = draws(1).normal({64, 2}).to(at::kFloat);
  samples.range = Range::unbounded;
  const PenalisedPack runs(opened, samples, {{"plugin", "mlp"}, {"width", 16}, {"depth", 3}}, /*latent=*/2,
                           /*runs=*/2);
  runs.pack->step();
  const auto handle =
      at::addThreadLocalCallback(at::RecordFunctionCallback(begin, end).scopes({at::RecordScope::FUNCTION}));
  runs.pack->step();
  at::removeCallback(handle);
  MESSAGE(counted, " operations");
  CHECK(counted > 100);  // or it counts nothing
  CHECK(counted <= (kernels::fuses(samples.train) ? 188 : 426));
}

}  // namespace operations_test
