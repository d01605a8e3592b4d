#include <utility>

#include "kernels/columns.h"
#include "stacked/affine.h"
#include "stacked/rows.h"

namespace monge::stacked {
namespace {

using kernels::Finish;
using Kind = Layer::Kind;

// a' b, a [K, P, M], b [K, P, N]. Where P is long and the result small, in parts, for there to be work for
// all.
Tensor summed(const Tensor& a, const Tensor& b) {
  constexpr std::int64_t kPart = 512, kSmall = std::int64_t{64} * 64;
  std::int64_t parts = 1;
  if (a.size(2) * b.size(2) <= kSmall && a.is_contiguous() && b.is_contiguous())
    while (a.size(1) / (2 * parts) >= kPart && a.size(1) % (2 * parts) == 0) parts *= 2;
  if (parts == 1) return at::bmm(a.transpose(1, 2), b);
  const auto split = [&](const Tensor& x) { return x.view({x.size(0) * parts, -1, x.size(2)}); };
  return at::bmm(split(a).transpose(1, 2), split(b)).view({a.size(0), parts, a.size(2), b.size(2)}).sum(1);
}

// [K, T, C] or, of images, [K, T, H, W, C] -> [K, T, H W, C], as sums of columns are kept.
Tensor columns_of(const Tensor& place) { return place.dim() == 3 ? place.unsqueeze(2) : place.flatten(2, 3); }

// A product with ones: LibTorch's sums along rows that lie apart take twice as long.
void add_by_library(const kernels::Columns& c, bool fresh) {
  const auto add = [&](const Tensor& few, const Tensor& place) {
    if (place.defined()) keep(at::bmm(few.transpose(1, 2), c.x).view(place.sizes()), place, fresh);
  };
  add(c.thin, c.products);
  add(at::ones({1, 1, 1}, c.x.options()).expand({c.x.size(0), c.x.size(1), 1}), c.sums);
  if (c.thin_sums.defined()) keep(c.thin.sum(1), c.thin_sums, fresh);
}

void add_sums(const kernels::Columns& c, bool fresh) {
  if (!kernels::is_ours(c.x)) return add_by_library(c, fresh);
  kernels::add_columns(c, fresh);
}

// Of a convolution, either kind.
std::pair<const Tensor&, const Tensor&> small_and_big(Kind kind, const Affine::Term& term) {
  if (kind == Kind::conv) return {term.signal, term.x};
  return {term.x, term.signal};
}

bool is_thin(const Shape& sample) { return sample.size() == 1 && sample[0] <= kernels::kMostThin; }

}  // namespace

// A linear layer whose weight's gradient is a product in the weight's own order.
bool Affine::is_plain() const {
  return kind_ == Kind::linear && in_.size() == 1 && out_.size() == 1 && !is_thin(in_) && !is_thin(out_);
}

// Of which a fused product makes the gradient of the weight by rows; nothing: it is LibTorch's to multiply.
std::optional<kernels::Operands> Affine::fused(const Term& term) const {
  if (!kernels::fuses(term.x)) return std::nullopt;
  const auto columns = [](const Tensor& rows) { return kernels::columns_outside(together(rows)); };
  if (kind_ == Kind::linear)
    return is_plain() ? std::optional(kernels::Operands{columns(term.signal), columns(term.x)})
                      : std::nullopt;
  if (window_.channels < kThin) return std::nullopt;
  const auto [small, big] = small_and_big(kind_, term);
  return kernels::Operands{columns(rows(small)), kernels::patches_summed(pixels_last(big), window_)};
}

bool Affine::may_descend(const Term& one, const Tensor& weight) const {
  const auto operands = is_plain() ? fused(one) : std::nullopt;
  return operands && kernels::may_descend(*operands, weight);
}

bool Affine::may_descend(const Term& one, const Term& other, const Tensor& weight) const {
  if (!is_plain()) return false;
  const auto first = fused(one), second = fused(other);
  return first && second && kernels::may_descend(*first, *second, weight);
}

// Shaped as the weight by rows, [K, out or small side, in or patch].
Tensor Affine::products(const Term& term) const {
  if (kind_ == Kind::linear) return summed(samples(term.signal), samples(term.x));
  const auto [small, big] = small_and_big(kind_, term);
  return summed(rows(small), kernels::unfold(pixels_last(big), window_));
}

void Affine::add_bias_gradient(const Tensor& signal, const Tensor& bias, bool fresh) const {
  if (!bias.defined()) return;
  const auto place = kind_ == Kind::linear ? by_rows(bias) : bias;
  const auto all = kind_ == Kind::linear ? samples(signal) : rows(signal);
  add_sums({.x = together(all), .sums = columns_of(place.unsqueeze(1)).squeeze(1)}, fresh);
}

// Of a layer between few numbers and many, the bias's too.
void Affine::add_thin_gradient(const Term& term, const Into& into) const {
  if (is_thin(in_)) {
    kernels::Columns sums{.x = together(samples(term.signal)), .thin = term.x};
    sums.products = columns_of(by_rows(into.weight).movedim(-1, 1));
    if (into.bias.defined()) sums.sums = columns_of(by_rows(into.bias).unsqueeze(1)).squeeze(1);
    return add_sums(sums, into.fresh);
  }
  add_sums({.x = together(samples(term.x)),
            .thin = term.signal,
            .products = columns_of(by_rows(into.weight)),
            .thin_sums = into.bias},
           into.fresh);
}

// `multiply(finish, out)` makes the gradient of the weight by rows, as a plain layer's weight has it.
template <class Multiply>
void Affine::add_fused(const Into& into, const Multiply& multiply) const {
  if (kind_ == Kind::linear)
    return multiply({.accumulate = !into.fresh, .descending = into.descending}, into.weight);
  const auto out = at::empty(weight_.sizes(), into.weight.options()), place = by_rows(into.weight);
  multiply({}, out);
  keep(out.view(place.sizes()), place, into.fresh);
}

void Affine::add_gradient(const Term& term, const Into& into) const {
  const bool linear = kind_ == Kind::linear, plain = linear && in_.size() == 1 && out_.size() == 1;
  if (linear && (is_thin(in_) || is_thin(out_))) return add_thin_gradient(term, into);
  if (const auto operands = fused(term)) {
    add_fused(into, [&](const Finish& finish, const Tensor& out) {
      kernels::multiply(operands->a, operands->b, finish, out);
    });
  } else if (plain) {
    into.weight.baddbmm_(term.signal.transpose(1, 2), term.x, into.fresh ? 0 : 1);
  } else {
    const auto place = by_rows(into.weight);
    keep(products(term).view(place.sizes()), place, into.fresh);
  }
  add_bias_gradient(term.signal, into.bias, into.fresh);
}

void Affine::add_gradients(const Term& one, const Term& other, const Into& into) const {
  const auto first = fused(one), second = fused(other);
  if (!first || !second) {
    add_gradient(one, into);
    add_gradient(other, {into.weight, {}, /*fresh=*/false, {}});
    return;
  }
  add_fused(into, [&](const Finish& finish, const Tensor& out) {
    kernels::multiply(*first, *second, finish, out);
  });
  add_bias_gradient(one.signal, into.bias, into.fresh);
}

}  // namespace monge::stacked
