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

/// What the parameters of one run have in common: computed in double, once for all of them.
template <class T>
struct Rule {
  OptimizerRow::Kind kind;
  bool keeps_first, keeps_second;  // the moments that it reads: the others are left as they are
  T learning_rate, beta1, beta2, decay, alpha, epsilon, momentum, clip;
  T beta1_rest, beta2_rest, alpha_rest;  // 1 - beta1, ...
  T step, root;                          // adam's, corrected for the moments' beginning at zero
  T fresh;                               // the new parameters' share in the moving average

  Rule(const OptimizerRow& s, std::int64_t update)
      : kind(static_cast<OptimizerRow::Kind>(static_cast<int>(s.kind))),
        keeps_first(is_adam() ? s.beta1 != 0 : s.momentum != 0),
        keeps_second(kind != OptimizerRow::sgd),
        learning_rate(s.learning_rate),
        beta1(s.beta1),
        beta2(s.beta2),
        decay(s.learning_rate * s.weight_decay),
        alpha(s.alpha),
        epsilon(s.epsilon),
        momentum(s.momentum),
        clip(s.clip),
        beta1_rest(1 - s.beta1),
        beta2_rest(1 - s.beta2),
        alpha_rest(1 - s.alpha) {
    const auto n = static_cast<double>(update), young = n / (n + 9);
    step = s.learning_rate / (1 - std::pow(s.beta1, n));
    root = std::sqrt(1 - std::pow(s.beta2, n));
    fresh = 1 - (young < s.average ? young : s.average);
  }

  bool is_adam() const { return kind == OptimizerRow::adam || kind == OptimizerRow::adamw; }

  T adam_step(T p, T g, T& first, T& second) const {
    if (kind == OptimizerRow::adamw) p -= decay * p;
    const T m = beta1 * first + beta1_rest * g;
    const T v = beta2 * second + beta2_rest * g * g;
    first = m;
    second = v;
    return p - step * m / (std::sqrt(v) / root + epsilon);
  }

  T rmsprop_step(T p, T g, T& first, T& second) const {
    const T v = alpha * second + alpha_rest * g * g;
    second = v;
    const T scale = std::sqrt(v) + epsilon;
    if (momentum == 0) return p - learning_rate * g / scale;
    const T m = momentum * first + g / scale;
    first = m;
    return p - learning_rate * m;
  }

  T sgd_step(T p, T g, T& first) const {
    if (momentum == 0) return p - learning_rate * g;
    const T m = momentum * first + g;
    first = m;
    return p - learning_rate * m;
  }

  T operator()(T p, T g, T& first, T& second) const {
    const T next = kind == OptimizerRow::rmsprop ? rmsprop_step(p, g, first, second)
                   : kind == OptimizerRow::sgd   ? sgd_step(p, g, first)
                                                 : adam_step(p, g, first, second);
    return next < -clip ? -clip : next > clip ? clip : next;  // what is not a number stays so
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

template <class T>
struct Optimise {
  const Rule<T>* rules;  // [K]
  const T* gradient;     // [K, size], like all below
  T *values, *first, *second;
  T* average;  // null: none
  std::uint32_t size;

  std::uint32_t items() const { return (size + 3) / 4; }  // four parameters each

  auto of_run(std::uint32_t run) const {
    const auto begin = static_cast<std::int64_t>(run) * size;
    return [rule = rules[run], all = *this, begin](std::uint32_t i) {
      if (all.size % 4 == 0)
        all.four(rule, begin + 4 * static_cast<std::int64_t>(i));
      else
        for (std::uint32_t j = 4 * i; j < all.size && j < 4 * i + 4; ++j) all.one(rule, begin + j);
    };
  }

 private:
  void one(const Rule<T>& rule, std::int64_t at) const {
    T m = rule.keeps_first ? first[at] : 0, v = rule.keeps_second ? second[at] : 0;
    const T p = rule(values[at], gradient[at], m, v);
    values[at] = p;
    if (rule.keeps_first) first[at] = m;
    if (rule.keeps_second) second[at] = v;
    if (average != nullptr) average[at] += rule.fresh * (p - average[at]);
  }

  void four(const Rule<T>& rule, std::int64_t at) const {
    Four<T> p = Four<T>::at(values + at), m = {}, v = {};
    const Four<T> g = Four<T>::at(gradient + at);
    if (rule.keeps_first) m = Four<T>::at(first + at);
    if (rule.keeps_second) v = Four<T>::at(second + at);
    for (int j = 0; j < 4; ++j) p.v[j] = rule(p.v[j], g.v[j], m.v[j], v.v[j]);
    Four<T>::at(values + at) = p;
    if (rule.keeps_first) Four<T>::at(first + at) = m;
    if (rule.keeps_second) Four<T>::at(second + at) = v;
    if (average == nullptr) return;
    Four<T> mean = Four<T>::at(average + at);
    for (int j = 0; j < 4; ++j) mean.v[j] += rule.fresh * (p.v[j] - mean.v[j]);
    Four<T>::at(average + at) = mean;
  }
};

}  // namespace monge::kernels
