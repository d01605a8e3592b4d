#include "pack/replayed.h"

#include "train/calling.h"

namespace monge::pack {
namespace {

std::vector<Tensor> copies(const std::vector<Tensor>& state) {
  std::vector<Tensor> all;
  for (const Tensor& one : state) all.push_back(one.clone());
  return all;
}

void restore(const std::vector<Tensor>& state, const std::vector<Tensor>& from) {
  for (std::size_t i = 0; i < state.size(); ++i) state[i].copy_(from[i]);
}

bool equal(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!at::allclose(a[i], b[i], /*rtol=*/1e-4, /*atol=*/1e-6, /*equal_nan=*/true)) return false;
  }
  return true;
}

}  // namespace

void Replayed::operator()(const Step& step, const State& state) {
  if (!capture_ || !why_not_.empty()) return step();
  ++made_;
  if (made_ <= kWarmUp) return step();
  if (made_ > kWarmUp + kTrials) return replay_->replay();
  try_out(step, state());
}

// A number of the host's would be frozen in the capture, and nobody would notice: so replays begin where
// steps begin, the first one's and a later one's, and must end where these end.
void Replayed::try_out(const Step& step, const std::vector<Tensor>& state) {
  at::NoGradGuard no_grad;
  const auto before = copies(state);
  const auto make = [&] {
    const at::AutoGradMode grad(true);
    step();
  };
  make();
  const auto after = copies(state);
  restore(state, before);
  try {
    if (!replay_) replay_ = capture_(make, why_not_);
  } catch (const std::exception& error) {
    if (train::lacks_gpu_memory(error))
      throw;  // a smaller pack may have it: the step's memory is there twice
    why_not_ = train::words_of(error);
  }
  if (replay_) {
    replay_->replay();
    if (equal(state, after)) return;
    replay_.reset();
    why_not_ = "a replay gives other numbers than a step";
  }
  restore(state, before);
  make();
}

}  // namespace monge::pack
