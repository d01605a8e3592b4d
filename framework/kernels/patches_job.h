// Images of K runs as matrices of patches, and back: what makes a convolution a product of matrices.
#pragma once

#include <cstdint>

namespace monge::kernels {

/// A square kernel on its way over images with pixels last.
struct Window {
  std::uint32_t kernel, stride, pad;
  std::uint32_t height, width, channels;  // of the image
  std::uint32_t rows, columns;            // places of the kernel
};

/// A place in the matrix of one run's patches: its rows are (r, oy, ox), its columns (ky, kx, c).
struct Place {
  std::uint32_t r, oy, ox, ky, kx, c;

  Place(const Window& w, std::uint32_t i) {
    c = i % w.channels;
    i /= w.channels;
    kx = i % w.kernel;
    i /= w.kernel;
    ky = i % w.kernel;
    i /= w.kernel;
    ox = i % w.columns;
    i /= w.columns;
    oy = i % w.rows;
    r = i / w.rows;
  }
};

template <class T>
struct Unfold {
  const T* image;
  std::int64_t of_k, of_r, of_y, of_x, of_c;  // strides
  T* patches;                                 // [K, size]
  std::uint32_t size;
  Window window;

  auto of_run(std::uint32_t run) const {
    return [all = *this, own = image + run * of_k,
            out = patches + static_cast<std::int64_t>(run) * size](std::uint32_t i) {
      const Window& w = all.window;
      const Place p(w, i);
      // Unsigned, so that what is above or left of the image is beyond it.
      const std::uint32_t y = p.oy * w.stride + p.ky - w.pad, x = p.ox * w.stride + p.kx - w.pad;
      const bool inside = y < w.height && x < w.width;
      out[i] = inside ? own[p.r * all.of_r + y * all.of_y + x * all.of_x + p.c * all.of_c] : T(0);
    };
  }
};

/// Kernels of [K, n, ky, kx, c] by the pixels that they reach: [K, class y, class x, c, ty, tx, n], zero
/// where a kernel is not a multiple of its stride long.
template <class T>
struct ByClass {
  const T* weight;
  T* out;
  std::uint32_t small, taps;  // n; taps a side of each class
  Window window;

  auto of_run(std::uint32_t run) const {
    const Window& w = window;
    const auto size = static_cast<std::int64_t>(small) * w.kernel * w.kernel * w.channels;
    const auto out_size = static_cast<std::int64_t>(small) * taps * taps * w.stride * w.stride * w.channels;
    return [all = *this, from = weight + run * size, to = out + run * out_size](std::uint32_t i) {
      const Window& v = all.window;
      const std::uint32_t n = i % all.small, tx = i / all.small % all.taps,
                          ty = i / (all.small * all.taps) % all.taps;
      const std::uint32_t rest = i / (all.small * all.taps * all.taps), c = rest % v.channels;
      const std::uint32_t qx = rest / v.channels % v.stride, qy = rest / (v.channels * v.stride);
      const std::uint32_t ky = (qy + v.pad) % v.stride + v.stride * (all.taps - 1 - ty);
      const std::uint32_t kx = (qx + v.pad) % v.stride + v.stride * (all.taps - 1 - tx);
      to[i] = ky < v.kernel && kx < v.kernel
                  ? from[((static_cast<std::int64_t>(n) * v.kernel + ky) * v.kernel + kx) * v.channels + c]
                  : T(0);
    };
  }
};

template <class T>
struct Fold {
  const T* patches;  // [K, r, oy, ox, ky, kx, c]
  T* image;          // [K, r, y, x, c]
  std::uint32_t patches_size, size;
  Window window;

  auto of_run(std::uint32_t run) const {
    return [w = window, own = patches + static_cast<std::int64_t>(run) * patches_size,
            out = image + static_cast<std::int64_t>(run) * size](std::uint32_t i) {
      const std::uint32_t c = i % w.channels, x = i / w.channels % w.width;
      const std::uint32_t y = i / (w.channels * w.width) % w.height,
                          r = i / (w.channels * w.width * w.height);
      T sum = 0;
      for (std::uint32_t ky = (y + w.pad) % w.stride; ky < w.kernel && ky <= y + w.pad; ky += w.stride) {
        const std::uint32_t oy = (y + w.pad - ky) / w.stride;
        if (oy >= w.rows) continue;
        for (std::uint32_t kx = (x + w.pad) % w.stride; kx < w.kernel && kx <= x + w.pad; kx += w.stride) {
          const std::uint32_t ox = (x + w.pad - kx) / w.stride;
          if (ox >= w.columns) continue;
          const std::int64_t row = (std::int64_t{r} * w.rows + oy) * w.columns + ox;
          sum += own[((row * w.kernel + ky) * w.kernel + kx) * w.channels + c];
        }
      }
      out[i] = sum;
    };
  }
};

}  // namespace monge::kernels
