#include "kernels/columns.h"

#include "kernels/run.h"

namespace monge::kernels {
namespace {

std::uint32_t step(const Tensor& x, std::int64_t dim) { return x.size(dim) == 1 ? 0 : amount(x.stride(dim)); }

/// `place` [K, rows, A, B] beside x.
Kept kept(const Tensor& place, const Tensor& x, std::int64_t rows, std::int64_t width) {
  TORCH_CHECK(place.size(0) == x.size(0) && place.size(1) == rows && place.size(2) * place.size(3) == width &&
                  place.device() == x.device() && place.scalar_type() == x.scalar_type(),
              "columns: results are of other sizes, of another type or elsewhere");
  return {place.mutable_data_ptr<float>(), place.stride(0), place.stride(1), place.stride(2), place.stride(3),
          Divisor(amount(place.size(3)))};
}

ColumnResults results_of(const Columns& c, bool fresh) {
  const auto width = c.x.size(2), thin = c.thin.defined() ? c.thin.size(2) : 0;
  ColumnResults r;
  if (c.products.defined()) r.products = kept(c.products, c.x, thin, width);
  if (c.sums.defined()) r.sums = kept(c.sums.unsqueeze(1), c.x, 1, width);
  if (c.thin_sums.defined()) r.thin_sums = kept(c.thin_sums.unsqueeze(1).unsqueeze(1), c.x, 1, thin);
  r.width = amount(width);
  r.thin = amount(thin);
  r.fresh = fresh;
  return r;
}

template <std::uint32_t kThin>
void add(const Columns& c, ColumnResults results) {
  using Job = ColumnSums<kThin>;
  const Tensor& x = c.x;
  results.most_thin = kThin;
  Job job{x.const_data_ptr<float>(),
          nullptr,
          x.stride(0),
          0,
          step(x, 1),
          0,
          0,
          results,
          nullptr,
          Chunks(amount(x.size(1))),
          lies_by_fours<float>(x) && x.size(2) % 4 == 0 && x.stride(0) % 4 == 0 && step(x, 1) % 4 == 0};
  if (kThin > 0) {
    job.t = c.thin.const_data_ptr<float>();
    job.t_run = c.thin.stride(0);
    job.t_row = step(c.thin, 1);
    job.t_column = step(c.thin, 2);
  }
  const std::uint32_t items = Job::kSums * job.columns();
  Tensor parts;
  if (job.chunks.count > 1) {
    parts = at::empty({x.size(0), job.chunks.count, items}, x.options());
    job.parts = parts.mutable_data_ptr<float>();
  }
  run_columns(job, x.device(), x.size(0));
  if (parts.defined())
    run(AddChunks{job.parts, results, job.chunks.count, items}, x.device(), x.size(0), items);
}

}  // namespace

void add_columns(const Columns& c, bool fresh) {
  const Tensor &x = c.x, &thin = c.thin;
  TORCH_CHECK(x.dim() == 3 && (x.size(2) == 1 || x.stride(2) == 1),
              "columns: x [K, R, C], numbers of a row together");
  TORCH_CHECK(!thin.defined() || (thin.dim() == 3 && thin.size(0) == x.size(0) && thin.size(1) == x.size(1) &&
                                  thin.size(2) > 0 && thin.size(2) <= kMostThin &&
                                  thin.scalar_type() == x.scalar_type() && thin.device() == x.device()),
              "columns: thin [K, R, T], of x's rows and type and beside it");
  TORCH_CHECK(thin.defined() || !(c.products.defined() || c.thin_sums.defined()), "columns: nothing is thin");
  if (x.size(0) == 0 || x.size(2) == 0) return;
  const auto results = results_of(c, fresh);
  if (results.thin == 0) return add<0>(c, results);
  if (results.thin == 1) return add<1>(c, results);
  if (results.thin == 2) return add<2>(c, results);
  results.thin <= 4 ? add<4>(c, results) : add<8>(c, results);
}

}  // namespace monge::kernels
