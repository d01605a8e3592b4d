#include "measure/surface.h"

#include "measure/audit_slopes.h"
#include "measure/evaluator.h"

namespace monge::measure {
namespace {

std::vector<double> list(const Tensor& values) {
  const auto flat = values.to(at::kCPU, at::kDouble).contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

}  // namespace

void add_surface(const train::Game& game, const Copies& copies,
                 std::map<std::string, std::vector<double>>& values) {
  constexpr double kMargin = 1.25;
  if (game.problem.sample != Shape{2} || game.critic->couples_batch() || game.critic->conditional()) return;
  const double reach = kMargin * game.data->test.abs().max().item<double>();
  const auto line = at::linspace(-reach, reach, kSurfaceSide, game.options);
  const auto x = line.view({1, -1}).expand({kSurfaceSide, kSurfaceSide}), y = line.view({-1, 1}).expand_as(x);
  const Looked looked = look(game, copies.critic, {at::stack({x.flatten(), y.flatten()}, 1), {}});
  values["critic_surface"] = list(looked.score);
  values["critic_surface_slope"] = list(looked.slope);
  values["critic_surface_reach"] = {reach};
}

}  // namespace monge::measure
