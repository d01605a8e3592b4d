#include "kernels/compile.h"

#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>

#include "kernels/cubin_file.h"
#include "kernels/jobs.h"
#include "kernels/library.h"
#include "kernels/product_job.h"
#include "kernels/sources.h"

namespace monge::kernels {
namespace {

// Where NVRTC may be. LibTorch has one of its own in its folder, or, as a wheel, in one of NVIDIA's beside
// it, where no loader looks; nor would NVRTC find its other half there, which is therefore opened first.
std::vector<std::string> places() {
  namespace fs = std::filesystem;
  std::vector<std::string> all;
  std::vector<fs::path> folders;
  std::error_code none;
  if (Dl_info torch; dladdr(reinterpret_cast<const void*>(&c10::demangle), &torch) != 0) {
    folders.push_back(fs::path(torch.dli_fname).parent_path());
    const auto packages = folders.front().parent_path().parent_path() / "nvidia";
    for (const auto& package : fs::directory_iterator(packages, none))
      folders.push_back(package.path() / "lib");
  }
  for (const auto& folder : folders) {
    for (const auto& file : fs::directory_iterator(folder, none)) {
      const auto name = file.path().filename().string();
      if (name.starts_with("libnvrtc-builtins.so")) dlopen(file.path().c_str(), RTLD_LAZY);
      if (name.starts_with("libnvrtc.so")) all.push_back(file.path());
    }
  }
  all.insert(all.end(), {"libnvrtc.so.13", "libnvrtc.so.12"});
  return all;
}

// Of nvrtc.h, the same since CUDA 11.
struct Nvrtc {
  using Program = void*;
  using Names = const char* const*;

  Library library{"libnvrtc.so.13", places()};
  const char* (*error)(int) = library["nvrtcGetErrorString"];
  int (*version)(int*, int*) = library["nvrtcVersion"];
  int (*create)(Program*, const char*, const char*, int, Names, Names) = library["nvrtcCreateProgram"];
  int (*destroy)(Program*) = library["nvrtcDestroyProgram"];
  int (*add_name)(Program, const char*) = library["nvrtcAddNameExpression"];
  int (*compile)(Program, int, Names) = library["nvrtcCompileProgram"];
  int (*lowered_name)(Program, const char*, const char**) = library["nvrtcGetLoweredName"];
  int (*log_size)(Program, std::size_t*) = library["nvrtcGetProgramLogSize"];
  int (*log)(Program, char*) = library["nvrtcGetProgramLog"];
  int (*image_size)(Program, std::size_t*) = library["nvrtcGetCUBINSize"];
  int (*image)(Program, char*) = library["nvrtcGetCUBIN"];
};

const Nvrtc& nvrtc() {
  static const Nvrtc opened;
  return opened;
}

void check(int status) {
  if (status != 0) throw std::runtime_error(std::string("NVRTC: ") + nvrtc().error(status));
}

/// NVRTC's program, for as long as the scope.
struct Program {
  Nvrtc::Program handle = nullptr;

  Program(const char* text, const std::vector<const char*>& headers, const std::vector<const char*>& names) {
    check(nvrtc().create(&handle, text, "kernels.cu", static_cast<int>(names.size()), headers.data(),
                         names.data()));
  }
  ~Program() { nvrtc().destroy(&handle); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string text(int (*size)(Nvrtc::Program, std::size_t*), int (*get)(Nvrtc::Program, char*)) const {
    std::size_t bytes = 0;
    check(size(handle, &bytes));
    std::string all(bytes, '\0');
    check(get(handle, all.data()));
    return all;
  }
};

const char* text_of(const std::string& name) {
  for (const auto& source : sources()) {
    if (source.name == name) return source.text;
  }
  throw std::logic_error("no source " + name);
}

// No fused multiply-add: kernels wait for memory or for tensor cores, and so round as the CPU does.
constexpr const char* kOptions[] = {"--std=c++20", "--device-as-default-execution-space", "--fmad=false"};

// `program` with all of sources() as headers.
Compiled made(const std::string& program, const std::vector<std::string>& kernels,
              const std::string& architecture) {
  std::vector<const char*> names, headers;
  for (const auto& source : sources()) {
    names.push_back(source.name);
    headers.push_back(source.text);
  }
  const Program unit(program.c_str(), headers, names);
  for (const auto& kernel : kernels) check(nvrtc().add_name(unit.handle, kernel.c_str()));
  const std::string target = "--gpu-architecture=" + architecture;
  std::vector<const char*> options(std::begin(kOptions), std::end(kOptions));
  options.push_back(target.c_str());
  const int status = nvrtc().compile(unit.handle, static_cast<int>(options.size()), options.data());
  Compiled result;
  const auto log = unit.text(nvrtc().log_size, nvrtc().log);
  result.log = log.substr(0, log.find('\0'));
  if (status != 0)
    throw std::runtime_error("NVRTC: " + std::string(nvrtc().error(status)) + "\n" + result.log);
  for (const auto& kernel : kernels) {
    const char* symbol = nullptr;
    check(nvrtc().lowered_name(unit.handle, kernel.c_str(), &symbol));
    result.symbols.emplace_back(symbol);
  }
  result.image = unit.text(nvrtc().image_size, nvrtc().image);
  return result;
}

// The same out of the cache, where it has been made before by this very compiler.
Compiled compiled(const std::string& program, const std::vector<std::string>& kernels,
                  const std::string& architecture) {
  std::string key = program + architecture;
  for (const auto& source : sources()) key += source.text;
  for (const auto& text : kernels) key += text;
  for (const char* option : kOptions) key += option;
  int major = 0, minor = 0;
  check(nvrtc().version(&major, &minor));
  key += std::to_string(major) + "." + std::to_string(minor);
  const CubinFile file(key);
  if (auto kept = file.read()) return *kept;
  auto result = made(program, kernels, architecture);
  if (result.log.empty()) file.write(result);
  return result;
}

}  // namespace

Compiled compile(const std::string& architecture) {
  std::string text = text_of("each.cu");
  std::vector<std::string> kernels;
  const auto add = [&](const std::string& kernel) {
    return [&text, &kernels, kernel](const std::string& job, std::size_t size) {
      text += "static_assert(sizeof(" + job + ") == " + std::to_string(size) + ");\n";  // laid out alike
      kernels.push_back(kernel + "<" + job + ">");
    };
  };
  Jobs::each(add("each"));
  ColumnJobs::each(add("columns"));
  return compiled(text, kernels, architecture);
}

Compiled compile_product(const std::string& architecture, const std::string& kernel) {
  const std::string check =
      "static_assert(sizeof(monge::kernels::Product) == " + std::to_string(sizeof(Product)) + ");\n";
  const bool wide =
      kernel.find("product_wide<") != std::string::npos;  // by instructions of this architecture alone
  return compiled(text_of(wide ? "product_wide.cu" : "product.cu") + check, {kernel},
                  architecture + (wide ? "a" : ""));
}

}  // namespace monge::kernels
