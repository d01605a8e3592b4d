#include "worker/animation.h"

#include <algorithm>
#include <cmath>

#include "measure/surface.h"
#include "picture/plane.h"
#include "worker/points.h"

namespace monge::worker {
namespace {

using measure::Evaluation;
using picture::Picture;

constexpr picture::Colour kRed = {230, 60, 60}, kWhite = {255, 255, 255}, kDark = {40, 40, 40};

Picture image_of(const Evaluation& evaluation) {
  Picture picture;
  picture.height = evaluation.image_shape.at(0);
  picture.width = evaluation.image_shape.at(1);
  picture.channels = evaluation.image_shape.at(2);
  picture.bytes = evaluation.image;
  return picture;
}

// The surface of this name, where the evaluation has it.
const std::vector<double>* values_of(const Evaluation& evaluation, const std::string& name) {
  const auto found = evaluation.values.find(name);
  return found == evaluation.values.end() ? nullptr : &found->second;
}

Picture plane_of(const Evaluation& evaluation, const std::string& name, double reach,
                 const std::vector<float>& real) {
  constexpr std::int64_t kSide = 200, kLevels = 8;
  const picture::Frame frame = {-reach, reach, -reach, reach};
  picture::Plane plane(frame, kSide);
  const auto* values = values_of(evaluation, name);
  if (values != nullptr) {
    const auto heights = plane.heights({frame, measure::kSurfaceSide, *values});
    const auto [least, greatest] = std::minmax_element(heights.begin(), heights.end());
    plane.colour(heights);
    const bool slope = name == "critic_surface_slope";
    if (slope) plane.level(heights, 1, kWhite);
    for (std::int64_t i = 1; !slope && i < kLevels; ++i)
      plane.level(heights, std::lerp(*least, *greatest, static_cast<double>(i) / kLevels), kDark);
  }
  plane.points(real, values != nullptr ? kWhite : kDark);
  plane.points(evaluation.points, kRed);
  return plane.picture();
}

Picture points_of(const Evaluation& evaluation, const std::vector<float>& real) {
  const auto* reach = values_of(evaluation, "critic_surface_reach");
  const double around = std::max(reach != nullptr ? reach->front() : 0, reach_of(real));
  const Picture score = plane_of(evaluation, "critic_surface", around, real);
  return reach == nullptr ? score
                          : side_by_side(score, plane_of(evaluation, "critic_surface_slope", around, real));
}

}  // namespace

std::string animation(const std::vector<Evaluation>& evaluations, const Tensor& real) {
  constexpr std::size_t kFrames = 64;
  constexpr double kSeconds = 0.2;  // a frame
  if (evaluations.empty()) return "";
  const bool image = !evaluations.front().image.empty();
  const bool plane = evaluations.front().points_shape.size() == 2 && evaluations.front().points_shape[1] == 2;
  if (!image && !plane) return "";
  const std::vector<float> points = image ? std::vector<float>() : plane_points(real, kRealPoints);
  std::vector<Picture> frames;
  const std::size_t count = std::min(kFrames, evaluations.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = count == 1 ? 0 : i * (evaluations.size() - 1) / (count - 1);
    frames.push_back(image ? image_of(evaluations[place]) : points_of(evaluations[place], points));
  }
  return picture::gif(frames, kSeconds);
}

}  // namespace monge::worker
