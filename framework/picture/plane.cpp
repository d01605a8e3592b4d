#include "picture/plane.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace monge::picture {
namespace {

void put(Picture& picture, std::int64_t row, std::int64_t column, const Colour& colour) {
  if (row < 0 || column < 0 || row >= picture.height || column >= picture.width) return;
  std::copy(colour.begin(), colour.end(), picture.at(row, column));
}

}  // namespace

Colour viridis(double t) {
  static constexpr std::array<Colour, 10> kStops = {{{68, 1, 84},
                                                     {72, 40, 120},
                                                     {62, 73, 137},
                                                     {49, 104, 142},
                                                     {38, 130, 142},
                                                     {31, 158, 137},
                                                     {53, 183, 121},
                                                     {110, 206, 88},
                                                     {181, 222, 43},
                                                     {253, 231, 37}}};
  if (std::isnan(t)) return {160, 160, 160};
  const double place = std::clamp(t, 0.0, 1.0) * (kStops.size() - 1);
  const auto stop = std::min(static_cast<std::size_t>(place), kStops.size() - 2);
  Colour colour;
  for (std::size_t c = 0; c < 3; ++c) {
    colour[c] = static_cast<std::uint8_t>(
        std::lround(std::lerp(kStops[stop][c], kStops[stop + 1][c], place - static_cast<double>(stop))));
  }
  return colour;
}

double Surface::at(double x, double y) const {
  const auto cells = static_cast<double>(side - 1);
  const double column = std::clamp((x - frame.left) / (frame.right - frame.left), 0.0, 1.0) * cells;
  const double row = std::clamp((y - frame.bottom) / (frame.top - frame.bottom), 0.0, 1.0) * cells;
  const auto i = std::min(static_cast<std::int64_t>(column), side - 2);
  const auto j = std::min(static_cast<std::int64_t>(row), side - 2);
  const double s = column - static_cast<double>(i), t = row - static_cast<double>(j);
  const double* corner = &values[j * side + i];
  return std::lerp(std::lerp(corner[0], corner[1], s), std::lerp(corner[side], corner[side + 1], s), t);
}

Plane::Plane(const Frame& frame, std::int64_t side) : frame_(frame), picture_(side, side, 3, 255) {}

double Plane::x_of(std::int64_t column) const {
  return std::lerp(frame_.left, frame_.right,
                   (static_cast<double>(column) + 0.5) / static_cast<double>(picture_.width));
}

double Plane::y_of(std::int64_t row) const {
  return std::lerp(frame_.top, frame_.bottom,
                   (static_cast<double>(row) + 0.5) / static_cast<double>(picture_.height));
}

void Plane::surface(const Surface& surface) {
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (const double value : surface.values) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  const double span = greatest > least ? greatest - least : 1;
  for (std::int64_t row = 0; row < picture_.height; ++row) {
    for (std::int64_t column = 0; column < picture_.width; ++column) {
      put(picture_, row, column, viridis((surface.at(x_of(column), y_of(row)) - least) / span));
    }
  }
}

// A pixel belongs to the line where its neighbour to the right or below lies on the other side of `value`.
void Plane::level(const Surface& surface, double value, const Colour& colour) {
  for (std::int64_t row = 0; row + 1 < picture_.height; ++row) {
    for (std::int64_t column = 0; column + 1 < picture_.width; ++column) {
      const bool above = surface.at(x_of(column), y_of(row)) > value;
      if (above != (surface.at(x_of(column + 1), y_of(row)) > value) ||
          above != (surface.at(x_of(column), y_of(row + 1)) > value)) {
        put(picture_, row, column, colour);
      }
    }
  }
}

void Plane::points(const std::vector<float>& coordinates, const Colour& colour) {
  for (std::size_t i = 0; i + 1 < coordinates.size(); i += 2) {
    const double x = (coordinates[i] - frame_.left) / (frame_.right - frame_.left);
    const double y = (frame_.top - coordinates[i + 1]) / (frame_.top - frame_.bottom);
    if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) continue;
    const auto row = static_cast<std::int64_t>(y * static_cast<double>(picture_.height));
    const auto column = static_cast<std::int64_t>(x * static_cast<double>(picture_.width));
    for (const auto& [down, right] : {std::pair{0, 0}, {0, 1}, {1, 0}, {1, 1}}) {
      put(picture_, row + down, column + right, colour);
    }
  }
}

Picture side_by_side(const Picture& left, const Picture& right) {
  constexpr std::int64_t kGap = 4;
  Picture both(left.height, left.width + kGap + right.width, 3, 255);
  for (std::int64_t row = 0; row < left.height; ++row) {
    std::copy_n(left.at(row, 0), 3 * left.width, both.at(row, 0));
    std::copy_n(right.at(row, 0), 3 * right.width, both.at(row, left.width + kGap));
  }
  return both;
}

}  // namespace monge::picture
