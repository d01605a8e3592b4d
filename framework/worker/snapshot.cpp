#include "worker/snapshot.h"

#include <monge/error.h>

#include <functional>
#include <map>

#include "record/access.h"
#include "worker/tensor_values.h"

namespace monge::worker {
namespace {

using record::Group;

/// Calls `visit` with a name ("critic_0_linear_weight", "critic_first", ...) and each tensor of the progress.
using Visit = std::function<void(const std::string& name, Tensor& tensor)>;

void visit_player(const std::string& player, const train::Network& network, train::Arena& arena,
                  train::Moments& moments, const Visit& visit) {
  for (std::size_t i = 0; i < arena.values.size(); ++i) {
    visit(player + "_" + file_name(network.parameters()[i].name), arena.values[i]);
  }
  // The critic never uses running averages, so it has none worth keeping.
  for (std::size_t i = 0; player == "generator" && i < arena.buffers.size(); ++i) {
    visit(player + "_" + file_name(network.buffers()[i].name), arena.buffers[i]);
  }
  visit(player + "_optimizer_first", moments.first);
  visit(player + "_optimizer_second", moments.second);
  visit(player + "_optimizer_step", moments.step);
}

void visit_all(const train::Game& game, train::Progress& progress, const Visit& visit) {
  visit_player("generator", *game.generator, progress.generator, progress.generator_moments, visit);
  visit_player("critic", *game.critic, progress.critic, progress.critic_moments, visit);
  if (progress.average.defined()) visit("generator_average", progress.average);
  visit("first_bad", progress.first_bad);
  for (std::size_t e = 0; e < game.enforcers.size(); ++e) {
    const std::string prefix = "enforcer_" + std::to_string(e) + "_";
    for (auto& [name, tensor] : progress.penalty_states[e].all()) visit(prefix + name, tensor);
    for (std::size_t i = 0; i < progress.weight_states[e].size(); ++i) {
      const std::string parameter = file_name(game.critic->parameters()[i].name) + "_";
      for (auto& [name, tensor] : progress.weight_states[e][i].all())
        visit(prefix + parameter + name, tensor);
    }
  }
}

std::int64_t attribute(const Group& group, const std::string& name) {
  const auto* found = record::find_attribute(group.attributes, name);
  if (const auto* value = found ? std::get_if<std::int64_t>(found) : nullptr) return *value;
  throw Error(Exit::storage, "the snapshot has no attribute '" + name + "'");
}

}  // namespace

Group snapshot(const train::Game& game, const train::Progress& progress, const std::string& fingerprint) {
  Group root;
  root.attributes = {{"format", std::int64_t{1}},
                     {"title", std::string("Monge snapshot: weights, optimisers and state of one run")},
                     {"step", progress.step},
                     {"updates", progress.updates}};
  root.variables.push_back({"fingerprint", {}, std::vector<std::string>{fingerprint}, {}});
  auto& mutable_progress = const_cast<train::Progress&>(progress);  // NOLINT: visited for reading only
  visit_all(game, mutable_progress,
            [&](const std::string& name, Tensor& tensor) { add_tensor(root, name, tensor); });
  return root;
}

std::int64_t snapshot_step(const Group& snapshot) { return attribute(snapshot, "step"); }

void restore(const Group& snapshot, const train::Game& game, train::Progress& progress) {
  std::map<std::string, const record::Variable*> stored;
  for (const auto& variable : snapshot.variables) stored[variable.name] = &variable;
  visit_all(game, progress, [&](const std::string& name, Tensor& tensor) {
    const auto found = stored.find(name);
    if (found == stored.end()) throw Error(Exit::storage, "the snapshot lacks '" + name + "'");
    const auto values = tensor_of(found->second->values);
    if (!values.defined() || values.numel() != tensor.numel()) {
      throw Error(Exit::storage, "the snapshot's '" + name + "' has another size");
    }
    at::NoGradGuard no_grad;
    tensor.copy_(values.view(tensor.sizes()));
  });
  progress.step = snapshot_step(snapshot);
  progress.updates = attribute(snapshot, "updates");
}

}  // namespace monge::worker
