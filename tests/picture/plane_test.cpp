#include "picture/plane.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace plane_test {

using namespace monge::picture;

namespace {

constexpr Frame kFrame = {-1, 1, 0, 2};

// x + 10 y on a lattice of 3 x 3.
Surface slanted() {
  Surface surface{kFrame, 3, {}};
  for (const double y : {0.0, 1.0, 2.0}) {
    for (const double x : {-1.0, 0.0, 1.0}) surface.values.push_back(x + 10 * y);
  }
  return surface;
}

Colour at(const Picture& picture, std::int64_t row, std::int64_t column) {
  const auto* pixel = picture.at(row, column);
  return {pixel[0], pixel[1], pixel[2]};
}

constexpr Colour kRed = {255, 0, 0}, kWhite = {255, 255, 255};

}  // namespace

TEST_CASE("plane: a surface is bilinear between its lattice points and flat outside") {
  const auto heights = Plane(kFrame, 100).heights(slanted());
  REQUIRE(heights.size() == 100 * 100);
  CHECK(heights[0] == doctest::Approx(-0.99 + 10 * 1.99));
  CHECK(heights[25 * 100 + 62] == doctest::Approx(0.25 + 10 * 1.49));
  CHECK(heights.back() == doctest::Approx(0.99 + 10 * 0.01));
  const auto wide = Plane({-9, 11, -9, 11}, 10).heights(slanted());  // pixels of two by two
  CHECK(wide.front() == doctest::Approx(-1 + 10 * 2));
  CHECK(wide.back() == doctest::Approx(1 + 10 * 0));
}

TEST_CASE("plane: colours rise from left below to right above, from dark blue to yellow") {
  Plane plane(kFrame, 100);
  plane.colour(plane.heights(slanted()));
  CHECK(at(plane.picture(), 99, 0)[2] > at(plane.picture(), 99, 0)[1]);  // blue
  CHECK(at(plane.picture(), 0, 99)[0] > 240);                            // yellow
  CHECK(viridis(0) == Colour{68, 1, 84});
  CHECK(viridis(1) == Colour{253, 231, 37});
  CHECK(viridis(std::nan("")) == Colour{160, 160, 160});
}

TEST_CASE("plane: a surface without numbers is grey, and one of equal values has a colour") {
  Plane plane(kFrame, 8);
  Surface surface = slanted();
  std::fill(surface.values.begin(), surface.values.end(), std::nan(""));
  plane.colour(plane.heights(surface));
  CHECK(at(plane.picture(), 4, 4) == Colour{160, 160, 160});
  std::fill(surface.values.begin(), surface.values.end(), 7.0);
  plane.colour(plane.heights(surface));
  CHECK(at(plane.picture(), 4, 4) == viridis(0));
}

TEST_CASE("plane: a level line runs where the surface has the value") {
  Plane plane(kFrame, 100);
  plane.level(plane.heights(slanted()), 10, kRed);  // near y = 1, the middle row
  for (const std::int64_t column : {0, 50, 98}) {
    bool found = false;
    for (std::int64_t row = 44; row <= 56; ++row) found = found || at(plane.picture(), row, column) == kRed;
    CHECK(found);
  }
  CHECK(at(plane.picture(), 10, 50) == kWhite);
  CHECK(at(plane.picture(), 90, 50) == kWhite);
}

TEST_CASE("plane: a point is two by two pixels at its place, and those outside are left out") {
  Plane plane(kFrame, 100);
  plane.points({0.5F, 0.5F, 3, 1, NAN, 1, -1, 2}, kRed);
  CHECK(at(plane.picture(), 75, 75) == kRed);
  CHECK(at(plane.picture(), 76, 76) == kRed);
  CHECK(at(plane.picture(), 0, 0) == kRed);
  const auto& bytes = plane.picture().bytes;
  CHECK(std::count(bytes.begin(), bytes.end(), 0) == 2 * 4 * 2);  // two points, four pixels, green and blue
}

TEST_CASE("plane: two pictures stand side by side") {
  const Plane left(kFrame, 10);
  Plane right(kFrame, 10);
  right.points({-1, 2}, kRed);
  const Picture both = side_by_side(left.picture(), right.picture());
  CHECK(both.width == 24);
  CHECK(both.height == 10);
  CHECK(at(both, 0, 14) == kRed);
}

}  // namespace plane_test
