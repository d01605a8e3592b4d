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

// Between which two of `side` points from `least` to `greatest`, and how far towards the second.
struct Place {
  std::size_t before;
  double share;
};

Place place_of(double at, double least, double greatest, std::size_t side) {
  const double cells =
      std::clamp((at - least) / (greatest - least), 0.0, 1.0) * static_cast<double>(side - 1);
  const auto before = std::min(static_cast<std::size_t>(cells), side - 2);
  return {before, cells - static_cast<double>(before)};
}

// std::lerp() promises more, at five times the price.
double mixed(double a, double b, double share) { return a + share * (b - a); }

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

Plane::Plane(const Frame& frame, std::int64_t side) : frame_(frame), picture_(side, side, 3, 255) {}

double Plane::x_of(std::int64_t column) const {
  return std::lerp(frame_.left, frame_.right,
                   (static_cast<double>(column) + 0.5) / static_cast<double>(picture_.width));
}

double Plane::y_of(std::int64_t row) const {
  return std::lerp(frame_.top, frame_.bottom,
                   (static_cast<double>(row) + 0.5) / static_cast<double>(picture_.height));
}

std::vector<double> Plane::heights(const Surface& surface) const {
  const auto side = static_cast<std::size_t>(surface.side);
  std::vector<Place> places;
  for (std::int64_t column = 0; column < picture_.width; ++column)
    places.push_back(place_of(x_of(column), surface.frame.left, surface.frame.right, side));
  std::vector<double> all, line(side);
  all.reserve(static_cast<std::size_t>(picture_.height * picture_.width));
  for (std::int64_t row = 0; row < picture_.height; ++row) {
    const Place at = place_of(y_of(row), surface.frame.bottom, surface.frame.top, side);
    const double* below = &surface.values[at.before * side];
    for (std::size_t i = 0; i < side; ++i) line[i] = mixed(below[i], below[side + i], at.share);
    for (const Place& place : places)
      all.push_back(mixed(line[place.before], line[place.before + 1], place.share));
  }
  return all;
}

void Plane::colour(const std::vector<double>& heights) {
  static const std::vector<Colour> shades = [] {
    std::vector<Colour> all;
    for (int i = 0; i < 256; ++i) all.push_back(viridis(i / 255.0));
    return all;
  }();
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (const double height : heights) {
    if (!std::isfinite(height)) continue;
    least = std::min(least, height);
    greatest = std::max(greatest, height);
  }
  const double span = greatest > least ? greatest - least : 1;
  auto* pixel = picture_.at(0, 0);
  for (const double height : heights) {
    const double t = std::clamp((height - least) / span, 0.0, 1.0);
    const Colour shade = std::isnan(t) ? viridis(t) : shades[static_cast<std::size_t>(std::lround(255 * t))];
    pixel = std::copy(shade.begin(), shade.end(), pixel);
  }
}

// A pixel belongs to the line where its neighbour to the right or below lies on the other side of `value`.
void Plane::level(const std::vector<double>& heights, double value, const Colour& colour) {
  const auto width = static_cast<std::size_t>(picture_.width);
  for (std::int64_t row = 0; row + 1 < picture_.height; ++row) {
    const double* here = &heights[static_cast<std::size_t>(row) * width];
    for (std::size_t column = 0; column + 1 < width; ++column) {
      const bool above = here[column] > value;
      if (above != (here[column + 1] > value) || above != (here[column + width] > value))
        put(picture_, row, static_cast<std::int64_t>(column), colour);
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
