#include "kernels/cubin_file.h"

#include <monge/cache.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <sstream>

namespace monge::kernels {
namespace {

namespace fs = std::filesystem;

void put(std::ostream& out, const std::string& text) { out << text.size() << ' ' << text; }

bool take(std::istream& in, std::string& text) {
  constexpr std::size_t kMost = std::size_t{1} << 30;
  std::size_t size = 0;
  if (!(in >> size) || in.get() != ' ' || size > kMost) return false;
  text.resize(size);
  return static_cast<bool>(in.read(text.data(), static_cast<std::streamsize>(size)));
}

std::string sum_of(const std::string& image) { return std::to_string(std::hash<std::string>()(image)); }

}  // namespace

CubinFile::CubinFile(const std::string& key) : key_(key) {
  const fs::path folder = cache_folder();
  if (!folder.empty())
    path_ = folder / "kernels" / (std::to_string(std::hash<std::string>()(key)) + ".cubin");
}

std::optional<Compiled> CubinFile::read() const {
  std::ifstream in(path_, std::ios::binary);
  constexpr std::size_t kMostSymbols = 10'000;
  std::string key;
  Compiled compiled;
  if (!in || !take(in, key) || key != key_) return {};
  std::size_t symbols = 0;
  if (!(in >> symbols) || symbols > kMostSymbols) return {};
  compiled.symbols.resize(symbols);
  for (auto& symbol : compiled.symbols) {
    if (!take(in, symbol)) return {};
  }
  std::string sum;
  if (!take(in, compiled.image) || !take(in, sum) || sum != sum_of(compiled.image)) return {};
  return compiled;
}

void CubinFile::write(const Compiled& compiled) const {
  if (path_.empty()) return;
  std::error_code none;
  fs::create_directories(path_.parent_path(), none);
  const fs::path beside = path_.string() + "." + std::to_string(getpid());
  {
    std::ofstream out(beside, std::ios::binary);
    put(out, key_);
    out << compiled.symbols.size() << ' ';
    for (const auto& symbol : compiled.symbols) put(out, symbol);
    put(out, compiled.image);
    put(out, sum_of(compiled.image));
    if (!out.flush()) {
      fs::remove(beside, none);
      return;
    }
  }
  fs::rename(beside, path_, none);
  if (none) fs::remove(beside, none);
}

}  // namespace monge::kernels
