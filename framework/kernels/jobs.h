// Every kernel there is. A job is an object whose of_run(k) gives a function of an item, plain enough to be
// handed to a GPU as it is.
#pragma once

#include <c10/util/Type.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <typeinfo>

#include "kernels/activation_job.h"
#include "kernels/columns_job.h"
#include "kernels/draws_job.h"
#include "kernels/gather_job.h"
#include "kernels/norm_back_job.h"
#include "kernels/norm_job.h"
#include "kernels/optimise_job.h"
#include "kernels/patches_job.h"
#include "kernels/thin_job.h"

namespace monge::kernels {

template <class... Job>
struct JobList {
  static_assert((std::is_trivially_copyable_v<Job> && ...));
  static constexpr std::size_t size = sizeof...(Job);

  /// The place of `Wanted` in the list; does not compile where it is not there.
  template <class Wanted>
  static constexpr std::size_t place() {
    static_assert((std::is_same_v<Wanted, Job> || ...), "a job that no GPU was told of");
    std::size_t i = 0;
    (void)((std::is_same_v<Wanted, Job> || (++i, false)) || ...);
    return i;
  }

  /// f(name as C++ writes it, sizeof), for each in order.
  template <class F>
  static void each(F f) {
    (f(c10::demangle(typeid(Job).name()), sizeof(Job)), ...);
  }
};

using Jobs =
    JobList<Uniform<float>, Uniform<double>, Normal<float>, Normal<double>, Index,
            Gather<std::uint8_t, float>, Gather<std::uint8_t, double>, Gather<float, float>,
            Gather<float, double>, MakeRules<float>, MakeRules<double>, Optimise<float>, Optimise<double>,
            Activate<float>, Activate<double>, Deactivate<float>, Deactivate<double>, Unfold<float>,
            Unfold<double>, ByClass<float>, ThinProduct, AddChunks, SegmentStats<float>, SegmentStats<double>,
            Normalise<float>, Normalise<double>, SegmentSlopes<float>, SegmentSlopes<double>,
            NormaliseBack<float>, NormaliseBack<double>, Fold<float>, Fold<double>>;

/// Those that sum columns (columns_job.h): blocks of threads have items together.
using ColumnJobs = JobList<ColumnSums<0>, ColumnSums<1>, ColumnSums<2>, ColumnSums<4>, ColumnSums<8>,
                           ChunkStats<float>, ChunkStats<double>, ChunkSlopes<float>, ChunkSlopes<double>>;

}  // namespace monge::kernels
