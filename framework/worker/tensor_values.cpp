#include "worker/tensor_values.h"

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace monge::worker {
namespace {

// One dimension a length, as netCDF shares them.
std::string dimension_of(std::int64_t side) {
  std::string name(1, 'n');
  return name.append(std::to_string(side));
}

record::Values values_of(const Tensor& tensor) {
  const auto flat = tensor.detach().to(at::kCPU).contiguous();
  const auto take = [&]<class T>(T) {
    const auto* data = flat.const_data_ptr<T>();
    return std::vector<T>(data, data + flat.numel());
  };
  if (flat.scalar_type() == at::kDouble) return take(double{});
  if (flat.scalar_type() == at::kLong) return take(std::int64_t{});
  return take(float{});
}

}  // namespace

std::string file_name(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

void add_tensor(record::Group& group, const std::string& name, const Tensor& tensor) {
  std::vector<std::string> dims;
  for (const auto side : tensor.sizes()) {
    const auto length = static_cast<std::size_t>(side);
    // In the order of their lengths.
    const auto place =
        std::lower_bound(group.dimensions.begin(), group.dimensions.end(), length,
                         [](const record::Dimension& d, std::size_t l) { return d.length < l; });
    if (place == group.dimensions.end() || place->length != length) {
      group.dimensions.insert(place, {dimension_of(side), length});
    }
    dims.push_back(dimension_of(side));
  }
  group.variables.push_back({name, dims, values_of(tensor), {}});
}

Tensor tensor_of(const record::Values& values) {
  return std::visit(
      [](const auto& list) -> Tensor {
        using T = typename std::decay_t<decltype(list)>::value_type;
        if constexpr (std::is_same_v<T, std::string>)
          return {};
        else
          return at::from_blob(const_cast<T*>(list.data()),
                               {static_cast<std::int64_t>(list.size())},  // NOLINT: read only
                               c10::CppTypeToScalarType<T>::value);
      },
      values);
}

}  // namespace monge::worker
