// The cheapest pairing of two equally large samples, by LEMON's network simplex (Kovacs 2015,
// doi:10.1080/10556788.2014.895828, sec. 3).
#pragma once

#include <monge/tensor.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#define LEMON_ONLY_TEMPLATES  // nothing of liblemon itself is used
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

namespace monge::plugins {

/// Every real sample (nodes 0 to n - 1) with every generated one (n to 2n - 1): arc i n + j joins i and j.
class CompletePairs {
 public:
  using Graph = lemon::StaticDigraph;

  explicit CompletePairs(int n) : n_(n) {
    std::vector<std::pair<int, int>> arcs;
    arcs.reserve(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) arcs.emplace_back(i, n + j);
    }
    graph_.build(2 * n, arcs.begin(), arcs.end());
  }
  const Graph& graph() const { return graph_; }

  /// One unit leaves each real sample and one reaches each generated one.
  struct Supply {
    using Key = Graph::Node;
    using Value = int;
    int n;
    Value operator[](const Key& node) const { return Graph::id(node) < n ? 1 : -1; }
  };
  struct Cost {
    using Key = Graph::Arc;
    using Value = std::int64_t;
    const std::int64_t* values;
    Value operator[](const Key& arc) const { return values[Graph::id(arc)]; }
  };
  Supply supply() const { return {n_}; }

 private:
  int n_;
  Graph graph_;
};

/// The least mean cost of a pairing; `cost` [n, n] is at least 0, double. Not a number where a cost is none.
/// Costs are rounded to 2^-45 of the largest: in whole numbers the simplex is exact and comes to an end, and
/// the pairing that it finds is the best one to within that.
inline double least_mean_cost(const Tensor& cost) {
  const auto on_host = cost.to(at::kCPU).contiguous();
  const double largest = on_host.max().item<double>();
  if (!std::isfinite(largest)) return std::numeric_limits<double>::quiet_NaN();
  if (largest == 0) return 0;
  const auto whole = on_host.mul(0x1p45 / largest).round_().to(at::kLong);
  const CompletePairs pairs(static_cast<int>(cost.size(0)));
  lemon::NetworkSimplex<CompletePairs::Graph, int, std::int64_t> simplex(pairs.graph());
  simplex.costMap(CompletePairs::Cost{whole.const_data_ptr<std::int64_t>()}).supplyMap(pairs.supply());
  simplex.run();
  const auto* costs = on_host.const_data_ptr<double>();
  double total = 0;
  for (std::int64_t arc = 0; arc < on_host.numel(); ++arc) {
    const int index = static_cast<int>(arc);
    if (simplex.flow(CompletePairs::Graph::arc(index)) > 0) total += costs[arc];
  }
  return total / static_cast<double>(cost.size(0));
}

}  // namespace monge::plugins
