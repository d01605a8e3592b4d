// What a step leaves of all runs, in one tensor: a step that is replayed writes it again, and one copy reads
// it.
#pragma once

#include "pack/stack.h"
#include "train/gradients.h"

namespace monge::pack {

class Sheet {
 public:
  /// The device's part: `cost` and `generator_loss` (undefined with a fixed generator) each [K, ...].
  void write(const train::CriticCost& cost, const Tensor& generator_loss, const Stack& critics,
             const Stack& generators);
  /// A record for each run, in tensors of their own; `read`: on the CPU.
  std::vector<train::StepRecord> records(bool read) const;
  const Tensor& all() const { return all_; }  // [K, n], undefined before the first step

 private:
  void add(Tensor train::StepRecord::*field, const Tensor& value);

  // Columns of one field.
  struct Place {
    Tensor train::StepRecord::*field;
    std::int64_t begin, width;
    bool scalar;
  };
  std::vector<Place> places_;
  std::vector<Tensor> columns_;  // while it is written
  Tensor all_;                   // [K, n]
};

}  // namespace monge::pack
