#include "record/audit_columns.h"

namespace monge::record {
namespace {

using Counts = AuditColumn::Counts;
using Columns = std::vector<AuditColumn>;

// A critic with batch norm scores a sample by its batch: alone, the sample has no slope.
const char* const if_alone = "; NaN where batch norm couples the samples of the critic's batch";

void add_slopes(Columns& columns, const std::string& where, const std::string& at) {
  const std::string name = "audit_slope_" + where, of = " of the critic's gradients at " + at + if_alone;
  columns.push_back({name + "_mean", "1", "mean of the norms" + of, Counts::points, ""});
  columns.push_back({name + "_p99", "1", "99th percentile of the norms" + of, Counts::points, ""});
  columns.push_back({name + "_max", "1", "largest of the norms" + of, Counts::points, ""});
  columns.push_back({name + "_over_one", "1", "share over 1 of the norms" + of, Counts::points, ""});
  columns.push_back(
      {name + "_histogram", "1", "share in each bin of the norms" + of, Counts::points, "audit_slope_bin"});
}

void add_gaps(Columns& columns, const std::string& split, const std::string& samples) {
  const std::string name = "audit_gap_" + split, doc = "critic's mean score of " + samples +
                                                       " less that of generated samples; a critic with batch "
                                                       "norm scores whole batches of train.batch_size";
  columns.push_back({name, "1", doc, Counts::samples, ""});
  columns.push_back({name + "_by_slope", "1",
                     "audit_gap_" + split + " over audit_slope_between_p99" + if_alone, Counts::samples, ""});
}

Columns make_columns() {
  Columns columns;
  add_slopes(columns, "real", "held-out samples");
  add_slopes(columns, "fake", "generated samples");
  add_slopes(columns, "between", "uniform points on lines between held-out and generated samples");
  add_slopes(columns, "far",
             "points far off: the data's mean plus three times its standard deviation times N(0, I)");
  columns.push_back({"audit_slope_pairs_max", "1",
                     std::string("largest |D(a) - D(b)| / |a - b| of held-out and generated samples a, b, of "
                                 "one class where the critic is conditional") +
                         if_alone,
                     Counts::points, ""});
  columns.push_back(
      {"audit_slope_cosine", "1",
       "mean cosine of the critic's gradients at generated samples and the optimal critic's; NaN where "
       "the data have no fixed generator that knows these",
       Counts::points, ""});
  add_gaps(columns, "test", "held-out samples");
  add_gaps(columns, "train", "training samples");
  columns.push_back(
      {"audit_critic_spectral_norm", "1",
       "largest singular value of each layer of the critic with its effective weights: of a linear "
       "layer's matrix exactly, of a convolution as a map of its input (not of its kernel's matrix) "
       "by 32 Lanczos steps; NaN for normalisations and embeddings",
       Counts::nothing, "audit_critic_layer"});
  columns.push_back({"audit_critic_stable_rank", "1",
                     "squared Frobenius norm over squared spectral norm of each layer of the critic",
                     Counts::nothing, "audit_critic_layer"});
  columns.push_back({"audit_critic_slope_by_layer", "1",
                     std::string("mean of the norms of the critic's gradients by what enters each layer, at "
                                 "held-out samples") +
                         if_alone,
                     Counts::points, "audit_critic_layer"});
  columns.push_back({"audit_critic_gradient_norm", "1",
                     "norm of the gradient by each layer's parameters in the critic's last update",
                     Counts::nothing, "audit_critic_layer"});
  columns.push_back({"audit_generator_gradient_norm", "1",
                     "norm of the gradient by each layer's parameters in the generator's last update",
                     Counts::nothing, "audit_generator_layer"});
  columns.push_back({"audit_critic_weight_max", "1",
                     "largest absolute effective weight of the critic, biases and normalisations apart",
                     Counts::nothing, ""});
  columns.push_back(
      {"audit_critic_weight_at_max", "1",
       "share of the critic's weights within 5 % of audit_critic_weight_max: clipping's pile-up",
       Counts::nothing, ""});
  columns.push_back({"audit_critic_weight_histogram", "1",
                     "share in each bin of the critic's weights over audit_critic_weight_max",
                     Counts::nothing, "audit_weight_bin"});
  columns.push_back(
      {"audit_sample_variance", "1",
       "variance of generated over that of held-out samples, within classes where the generator is "
       "conditional",
       Counts::samples, ""});
  columns.push_back(
      {"audit_mode_entropy", "1",
       "entropy of the modes nearest to generated samples over the logarithm of their number; NaN "
       "where modes are unknown",
       Counts::samples, ""});
  return columns;
}

}  // namespace

const Columns& audit_columns() {
  static const Columns all = make_columns();
  return all;
}

}  // namespace monge::record
