// A part of the plane as a picture: a surface as colours, its level lines, points.
#pragma once

#include <array>
#include <vector>

#include "picture/picture.h"

namespace monge::picture {

using Colour = std::array<std::uint8_t, 3>;

/// 0 is dark blue, 1 yellow, and equal steps look equal (matplotlib's viridis); grey where `t` is no number.
Colour viridis(double t);

struct Frame {
  double left, right, bottom, top;
};

/// Values on a square lattice over a frame, corners included: row by row, the bottom row first.
struct Surface {
  Frame frame;
  std::int64_t side = 0;  // at least 2
  std::vector<double> values;
};

class Plane {
 public:
  Plane(const Frame& frame, std::int64_t side);  // white, side x side

  /// The surface at every pixel's middle, bilinear between its points, the top row first; outside its frame
  /// the edge's value.
  std::vector<double> heights(const Surface& surface) const;
  /// Colours from the least to the greatest finite height.
  void colour(const std::vector<double>& heights);
  void level(const std::vector<double>& heights, double value, const Colour& colour);
  /// x, y, x, y, ...; what lies outside is left out.
  void points(const std::vector<float>& coordinates, const Colour& colour);

  const Picture& picture() const { return picture_; }

 private:
  double x_of(std::int64_t column) const;
  double y_of(std::int64_t row) const;

  Frame frame_;
  Picture picture_;
};

/// Left and right, with a white line between them. Both of one height, in colour.
Picture side_by_side(const Picture& left, const Picture& right);

}  // namespace monge::picture
