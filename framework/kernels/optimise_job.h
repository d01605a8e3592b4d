// One update of K runs' parameters, each by its own optimiser: train/optimizer.cpp's formulas, then the clip
// and the moving average, with one read and one write of each number.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/four_job.h"

namespace monge::kernels {

/// A run's row of the table of settings; all double, so that the table is one tensor [K, 10].
struct OptimizerRow {
  enum Kind { adam, adamw, rmsprop, sgd };
  double kind, learning_rate, beta1, beta2, weight_decay, alpha, epsilon, momentum;
  double clip;     // parameters stay in [-clip, clip]; infinity: anywhere
  double average;  // the decay of the moving average, once it is not young (train/step.cpp)
};

/// a / b and the root of x. In float on a GPU, to two units in the last place and without denormal numbers,
/// which a worker's CPU flushes too: two instructions in place of twenty. Of a step, which is a small part of
/// its parameter, that is below the parameter's own rounding.
template <class T>
T quotient(T a, T b) {
#ifdef __CUDA_ARCH__
  if constexpr (sizeof(T) == sizeof(float)) {
    asm("div.approx.ftz.f32 %0, %0, %1;" : "+f"(a) : "f"(b));
    return a;
  }
#endif
  return a / b;
}
template <class T>
T root(T x) {
#ifdef __CUDA_ARCH__
  if constexpr (sizeof(T) == sizeof(float)) {
    asm("sqrt.approx.ftz.f32 %0, %0;" : "+f"(x));
    return x;
  }
#endif
  return std::sqrt(x);
}

/// What the parameters of one run have in common: computed in double, once for all of them.
template <class T>
struct Rule {
  OptimizerRow::Kind kind;
  bool keeps_first, keeps_second;  // the moments that it reads: the others are left as they are
  T decay;                         // of a parameter, adamw's; else 0
  T first, first_rest;             // beta1 and 1 - beta1, or momentum and 1
  T second, second_rest;           // beta2 or alpha, and 1 - that
  T step, scale, epsilon;          // learning rate and 1, which adam corrects for moments that begin at zero
  T clip;
  T fresh;  // the new parameters' share in the moving average

  Rule(const OptimizerRow& s, std::int64_t update)
      : kind(static_cast<OptimizerRow::Kind>(static_cast<int>(s.kind))),
        keeps_first(is_adam() ? s.beta1 != 0 : s.momentum != 0),
        keeps_second(kind != OptimizerRow::sgd),
        decay(kind == OptimizerRow::adamw ? s.learning_rate * s.weight_decay : 0),
        first(is_adam() ? s.beta1 : s.momentum),
        first_rest(is_adam() ? 1 - s.beta1 : 1),
        second(is_adam() ? s.beta2 : s.alpha),
        second_rest(1 - (is_adam() ? s.beta2 : s.alpha)),
        step(s.learning_rate),
        scale(1),
        epsilon(s.epsilon),
        clip(s.clip) {
    const auto n = static_cast<double>(update), young = n / (n + 9);
    fresh = 1 - (young < s.average ? young : s.average);
    if (!is_adam()) return;
    step = s.learning_rate / (1 - std::pow(s.beta1, n));
    scale = 1 / std::sqrt(1 - std::pow(s.beta2, n));
  }

  bool is_adam() const { return kind == OptimizerRow::adam || kind == OptimizerRow::adamw; }

  /// Where no first moment is kept, but a second one is.
  T by_second(T p, T g, T& v) const {
    v = second * v + second_rest * g * g;
    return clipped(p - decay * p - quotient(step * g, root(v) * scale + epsilon));
  }

  T operator()(T p, T g, T& m, T& v) const {
    if (keeps_second && !keeps_first) return by_second(p, g, v);
    if (is_adam()) {
      m = first * m + first_rest * g;
      v = second * v + second_rest * g * g;
      return clipped(p - decay * p - quotient(step * m, root(v) * scale + epsilon));
    }
    if (keeps_second) {  // its quotients are summed up
      v = second * v + second_rest * g * g;
      g = g / (std::sqrt(v) + epsilon);
    }
    if (keeps_first) g = m = first * m + g;
    return clipped(p - step * g);
  }

 private:
  // What is not a number stays so. In two steps, which are no branches on a GPU.
  T clipped(T p) const {
    p = p < -clip ? -clip : p;
    return p > clip ? clip : p;
  }
};

template <class T>
struct MakeRules {
  const OptimizerRow* settings;  // [K], like all below
  std::int64_t* updates;         // so far; one more then
  float* steps;                  // the same; null: nobody wants it
  Rule<T>* rules;

  auto of_run(std::uint32_t run) const {
    return [all = *this, run](std::uint32_t) {
      const auto update = ++all.updates[run];
      if (all.steps != nullptr) all.steps[run] = static_cast<float>(update);
      all.rules[run] = Rule<T>(all.settings[run], update);
    };
  }
};

/// Numbers of a run that are left out: multiples of four, in order.
struct Hole {
  std::uint32_t begin = ~0U, size = 0;
};

template <class T>
struct Optimise {
  static constexpr int kHoles = 8;

  const Rule<T>* rules;  // [K]
  const T* gradient;     // [K, size], like all below
  T *values, *first, *second;
  T* average;  // null: none
  std::uint32_t size;
  Hole holes[kHoles] = {};  // size is a multiple of four where there are some

  bool by_fours() const { return size % 4 == 0; }

  std::uint32_t items() const {
    std::uint32_t left = size;
    for (const Hole& hole : holes) left -= hole.size;
    return by_fours() ? left / 4 : left;
  }

  auto of_run(std::uint32_t run) const {
    const auto begin = static_cast<std::int64_t>(run) * size;
    return [rule = rules[run], all = *this, begin](std::uint32_t i) {
      if (all.by_fours())
        all.template update<4>(rule, begin + all.outside_holes(4 * i));
      else
        all.template update<1>(rule, begin + i);
    };
  }

 private:
  std::uint32_t outside_holes(std::uint32_t at) const {
    for (const Hole& hole : holes) at += at >= hole.begin ? hole.size : 0;
    return at;
  }

  template <int N>
  void update(const Rule<T>& rule, std::int64_t at) const {
    using Some = Numbers<T, N>;
    Some p = Some::at(values + at), m = {}, v = {};
    const Some g = Some::at(gradient + at);
    if (rule.keeps_first) m = Some::at(first + at);
    if (rule.keeps_second) v = Some::at(second + at);
    for (int j = 0; j < N; ++j) p.v[j] = rule(p.v[j], g.v[j], m.v[j], v.v[j]);
    Some::at(values + at) = p;
    if (rule.keeps_first) Some::at(first + at) = m;
    if (rule.keeps_second) Some::at(second + at) = v;
    if (average == nullptr) return;
    Some mean = Some::at(average + at);
    for (int j = 0; j < N; ++j) mean.v[j] += rule.fresh * (p.v[j] - mean.v[j]);
    Some::at(average + at) = mean;
  }
};

}  // namespace monge::kernels
