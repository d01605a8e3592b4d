// What a step leaves of all runs, in one tensor: a step that is replayed writes it again, and one copy reads
// it.
#pragma once

#include <memory>

#include "pack/stack.h"
#include "train/gradients.h"
#include "train/step_numbers.h"

namespace monge::pack {

/// Columns of the sheet [K, n] that have one field.
struct Place {
  Tensor train::StepRecord::*field;
  std::int64_t begin, width;
  bool scalar;
};

/// One step's sheet, read when the first run's numbers are asked for.
class Records {
 public:
  Records(Tensor sheet, std::shared_ptr<const std::vector<Place>> places, Tensor first_bad)
      : sheet_(std::move(sheet)), places_(std::move(places)), first_bad_(std::move(first_bad)) {}

  std::size_t size() const { return static_cast<std::size_t>(sheet_.size(0)); }
  const train::StepNumbers& of(std::size_t seat) const;

 private:
  Tensor sheet_;
  std::shared_ptr<const std::vector<Place>> places_;
  Tensor first_bad_;                              // as it is when the others are read
  mutable std::vector<train::StepNumbers> read_;  // of each run
};

class Sheet {
 public:
  /// The device's part: `cost` and `generator_loss` (undefined with a fixed generator) each [K, ...].
  void write(const train::CriticCost& cost, const Tensor& generator_loss, const Stack& critics,
             const Stack& generators);
  /// A copy, for nobody to write it again.
  std::shared_ptr<const Records> records(const Tensor& first_bad) const;
  const Tensor& all() const { return all_; }  // [K, n], undefined before the first step

 private:
  std::shared_ptr<const std::vector<Place>> places_;
  Tensor all_;  // [K, n]
};

}  // namespace monge::pack
