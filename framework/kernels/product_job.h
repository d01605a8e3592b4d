// A product of matrices for each of K runs, C(m, n) = finish(sum over p of A(m, p) B(n, p)). An operand may
// be the patches of images, which are never unfolded in memory. Read by g++ and by CUDA's compilers, like the
// other *_job.h; constexpr stands for "on both sides".
#pragma once

#include <cstdint>

#include "kernels/divisor_job.h"
#include "kernels/optimise_job.h"

namespace monge::kernels {

/// Which of the classes of pixels that a spread has: y and x modulo its stride.
struct Class {
  int y, x;
};

/// What a row or a column has in the address of an element: their sum is the element, if it is in the image.
struct Point {
  int offset, y, x;

  friend constexpr Point operator+(const Point& a, const Point& b) {
    return {a.offset + b.offset, a.y + b.y, a.x + b.x};
  }
};

/// A matrix. Row (r, oy, ox), a place of the window in image r; column (ky, kx, c), a place in the window.
/// The element is that of the image at (oy * stride - pad_y + ky, ox * stride - pad_x + kx, c), 0 outside of
/// it. As it stands, with rows, cols, step_row and channels set, a plain matrix: images of one pixel.
struct Patches {
  static constexpr int kOutside = -(1 << 30);  // of any image, whatever is added

  const float* data = nullptr;
  std::int64_t run_stride = 0, class_stride = 0;
  std::uint32_t rows = 0, cols = 0;
  int height = 1, width = 1;                             // of an image
  int step_row = 0, step_y = 0, step_x = 0, step_c = 1;  // from an image, line, pixel, channel to the next
  Divisor out_height, out_width, kernel_width, channels;
  int stride = 1, pad_y = 0, pad_x = 0;
  // Unless fold is 0, the pads of class q are those less (q + fold_pad) / fold: it sees a window of its own.
  int fold = 0, fold_pad_y = 0, fold_pad_x = 0;
  // Four channels may be read at once: they lie together at a multiple of 16 bytes, wherever they are.
  bool wide = false;

  friend constexpr bool operator==(const Patches&, const Patches&) = default;
  constexpr const float* of_run(std::uint32_t run, std::uint32_t which) const {
    return data + (run * run_stride + which * class_stride);
  }
  constexpr Class origin(Class q) const {
    if (fold == 0) return {-pad_y, -pad_x};
    return {(q.y + fold_pad_y) / fold - pad_y, (q.x + fold_pad_x) / fold - pad_x};
  }
  constexpr Point row(std::uint32_t i, Class origin) const {
    const auto line = out_width.quotient(i), image = out_height.quotient(line);
    const int y = static_cast<int>(line - image * out_height.value) * stride + origin.y;
    const int x = static_cast<int>(i - line * out_width.value) * stride + origin.x;
    return {static_cast<int>(image) * step_row + y * step_y + x * step_x, i < rows ? y : kOutside, x};
  }
  constexpr Point col(std::uint32_t i) const {
    const auto pixel = channels.quotient(i), line = kernel_width.quotient(pixel);
    const int x = static_cast<int>(pixel - line * kernel_width.value), y = static_cast<int>(line);
    const int c = static_cast<int>(i - pixel * channels.value);
    return {y * step_y + x * step_x + c * step_c, i < cols ? y : kOutside, x};
  }
  /// Row i begins i * step_row from the first, and its elements lie together.
  constexpr bool is_plain() const {
    const Class begin = origin({0, 0});
    return height == 1 && width == 1 && out_height.value == 1 && out_width.value == 1 &&
           kernel_width.value == 1 && step_c == 1 && begin.y == 0 && begin.x == 0;
  }
  constexpr bool holds(const Point& at) const {
    return static_cast<std::uint32_t>(at.y) < static_cast<std::uint32_t>(height) &&
           static_cast<std::uint32_t>(at.x) < static_cast<std::uint32_t>(width);
  }
};

/// Memory in which the rows of a matrix go on, by its steps, as if all of them lay there.
struct Rest {
  const float* data = nullptr;  // where row 0 would be
  std::int64_t run_stride = 0;

  constexpr const float* of_run(std::uint32_t run) const { return data + run * run_stride; }
};

/// C is the gradient of parameters that lie as it does, to be updated (Rule::by_second) in place of C's being
/// written. What is found of each of its parts is in the place of the part's first block of kRows by
/// kColumns; other blocks' places stay as they are.
struct Descent {
  static constexpr std::uint32_t kRows = 16, kColumns = 32;
  /// The length of a part of the gradient; the largest of its parameters then, by amount, or not a number.
  struct Found {
    float length, largest;
  };

  const Rule<float>* rules = nullptr;  // [K]; null: C is written
  float *values = nullptr, *second = nullptr;
  Found* found = nullptr;
  std::uint32_t down = 0, across = 0;  // blocks

  constexpr Found& place(std::uint32_t run, std::uint32_t m, std::uint32_t n) const {
    return found[(std::int64_t{run} * down + m / kRows) * across + n / kColumns];
  }
};

/// Where C lies and what becomes of a sum on its way there. Row m is (r, oy, ox), which of class q is the
/// pixel (oy * fold + q.y, ox * fold + q.x) of image r; as it stands, plain.
struct Output {
  float* data = nullptr;
  std::int64_t run_stride = 0;
  int height = 1, width = 1, fold = 1;
  int step_row = 0, step_y = 0, step_x = 0, step_n = 1;
  Divisor out_height, out_width;
  const float* bias = nullptr;  // [N] of each run
  std::int64_t bias_run_stride = 0;
  const float* mask = nullptr;  // addressed as C is
  float slope = 1, mask_slope = 1;
  bool accumulate = false;
  bool wide = false;  // four n at once, C, bias and mask; N is a multiple of four then
  Descent descent;

  /// Of row m in its run; -1 where a class has no such pixel.
  constexpr int row(std::uint32_t m, Class q) const {
    const auto line = out_width.quotient(m), image = out_height.quotient(line);
    const int y = static_cast<int>(line - image * out_height.value) * fold + q.y;
    const int x = static_cast<int>(m - line * out_width.value) * fold + q.x;
    return y < height && x < width ? static_cast<int>(image) * step_row + y * step_y + x * step_x : -1;
  }
  constexpr float finish(float sum, float old, float added, float open) const {
    float v = sum + old + added;
    v = v > 0 ? v : v * slope;
    return open > 0 ? v : v * mask_slope;
  }
  constexpr std::int64_t place(std::uint32_t run, int row, std::uint32_t n) const {
    return run * run_stride + row + static_cast<std::int64_t>(n) * step_n;
  }
  constexpr float finished(float sum, std::uint32_t run, std::uint32_t n, std::int64_t at) const {
    return finish(sum, accumulate ? data[at] : 0, bias != nullptr ? bias[run * bias_run_stride + n] : 0,
                  mask != nullptr ? mask[at] : 1);
  }
  constexpr void store(float sum, std::uint32_t run, int row, std::uint32_t n) const {
    const auto at = place(run, row, n);
    data[at] = finished(sum, run, n, at);
  }
};

/// A and B each with their rows outside and their columns summed over, or the other way round. B's classes,
/// and A's own windows, are those of C: fold * fold of them.
struct Product {
  Patches a, b;
  Output c;
  bool a_rows = true, b_rows = true;
  std::uint32_t m = 0, n = 0, p = 0;
  // From this p on both, with columns outside, lie elsewhere; 0: they do not. A multiple of kSplit.
  std::uint32_t split = 0;
  Rest a_rest, b_rest;

  static constexpr std::uint32_t kSplit = 32;  // no slab has rows of both pieces

  constexpr std::uint32_t classes() const { return static_cast<std::uint32_t>(c.fold * c.fold); }
};

/// product_wide.cu stores 32 columns of C at a time by way of lines so far apart in shared memory.
constexpr int kStorePitch = 32 + 8;

/// How a block shares a part of C out: block_m * block_n of it, warp_m * warp_n a warp, with `blocks` of them
/// on one multiprocessor. What is summed over comes in `stages` of `slabs`, each 16 deep.
struct Tile {
  int block_m, block_n, warp_m, warp_n, stages, slabs, blocks;

  constexpr int threads() const { return block_m / warp_m * (block_n / warp_n) * 32; }
  constexpr int shared() const { return (block_m + block_n) * 16 * 4 * stages * slabs; }
};

constexpr Tile kTiles[] = {
    {128, 64, 64, 32, 4, 1, 3}, {64, 128, 64, 32, 4, 1, 3}, {128, 32, 32, 32, 4, 1, 4},
    {128, 64, 64, 32, 3, 2, 2}, {64, 64, 32, 32, 3, 2, 4},
};

}  // namespace monge::kernels
