#include "schedule/company.h"

#include <algorithm>
#include <string_view>

namespace monge::schedule {
namespace {

// "packed in 64, joint" -> "packed, joint" and 64: on a GPU the slots are part of the name.
std::pair<std::string, std::size_t> without_slots(const std::string& name) {
  constexpr std::string_view kPacked = "packed in ";
  if (!name.starts_with(kPacked)) return {name, 0};
  const std::size_t end = name.find_first_not_of("0123456789", kPacked.size());
  const std::string number = name.substr(kPacked.size(), end - kPacked.size());
  if (number.empty() || number.size() > 6) return {name, 0};
  return {"packed" + (end == std::string::npos ? "" : name.substr(end)), std::stoul(number)};
}

std::size_t share(std::size_t all, std::size_t parts) { return (all + parts - 1) / parts; }

std::size_t at_least_one(int workers) { return static_cast<std::size_t>(std::max(1, workers)); }

}  // namespace

std::optional<std::size_t> slots_of(const nlohmann::json& fingerprint, const CellFacts::Strategy& strategy) {
  const auto found = fingerprint.is_object() ? fingerprint.find("strategy") : fingerprint.end();
  if (found == fingerprint.end() || !found->is_string()) return std::nullopt;
  const auto name = found->get<std::string>();
  if (name == strategy.alone) return 0;
  const auto [way, slots] = without_slots(name);
  if (way != without_slots(strategy.packed).first) return std::nullopt;
  return std::max<std::size_t>({1, slots, slots == 0 ? strategy.slots : 0});
}

void fit_slots(std::vector<PlannedRun>& runs, const std::vector<CellFacts>& facts, int workers) {
  const auto fits = [&](const PlannedRun& run) {
    return run.works() && run.slots > 0 && !run.keeps_way && run.run.cell < facts.size() &&
           without_slots(facts[run.run.cell].strategy.packed).second > 0;
  };
  std::map<std::string, std::size_t> alike;
  for (const PlannedRun& run : runs)
    if (fits(run)) ++alike[facts[run.run.cell].strategy.shape];
  for (PlannedRun& run : runs) {
    if (!fits(run)) continue;
    const std::size_t each = share(alike[facts[run.run.cell].strategy.shape], at_least_one(workers));
    run.slots = share(each, share(each, run.slots));
  }
}

const std::string& why_so(const PlannedRun& run, const CellFacts::Strategy& strategy) {
  static const std::string as_it_began = "as it began";
  return run.keeps_way && run.slots != strategy.slots ? as_it_began : strategy.why;
}

Companies::Companies(int workers) : workers_(at_least_one(workers)) {}

std::size_t Companies::of(std::size_t slots, const std::string& shape) const {
  return std::min(slots, share(alike_.at({slots, shape}), workers_));
}

}  // namespace monge::schedule
