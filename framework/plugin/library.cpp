#include "plugin/library.h"

#include <dlfcn.h>
#include <elf.h>
#include <monge/error.h>

#include <algorithm>
#include <boost/core/demangle.hpp>
#include <boost/dll/shared_library.hpp>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include "plugin/catalog.h"
#include "plugin/schema.h"

namespace monge::plugin {
namespace {

namespace dll = boost::dll;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
  throw Error(Exit::plugin, path.string() + ": " + why);
}

// dlopen of a file that ends early dies of SIGBUS; a text file's own message is "invalid ELF header".
void check_elf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr header{};
  if (!file) refuse(path, "cannot be read: no such file or no permission");
  file.read(reinterpret_cast<char*>(&header), sizeof header);
  const auto got = static_cast<std::size_t>(file.gcount());
  if (got < SELFMAG || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    refuse(path, "is not a shared library; build it with monge_add_plugin");
  }
  const auto end = header.e_shoff + std::uint64_t{header.e_shnum} * header.e_shentsize;
  if (got < sizeof header || std::filesystem::file_size(path) < end) {
    refuse(path, "is cut short: the file ends before its section table; build or copy it again");
  }
}

// Boost appends a stale errno to the loader's text, so the loader is asked again for its own words.
std::string loader_reason(const std::filesystem::path& path) {
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr) return "loaded at the second try only";
  std::string text = dlerror();
  if (const auto at = text.find(path.string() + ": "); at == 0) text = text.substr(path.string().size() + 2);
  const std::string undefined = "undefined symbol: ";
  if (text.starts_with(undefined)) {
    text = undefined + boost::core::demangle(text.substr(undefined.size()).c_str());
  }
  return text;
}

const PluginHeader* load(const std::filesystem::path& path) {
  dll::shared_library library;
  try {
    library.load(path.string(), dll::load_mode::rtld_now);
  } catch (const boost::system::system_error&) {
    refuse(path, "cannot be loaded: " + loader_reason(path));
  } catch (const std::exception& error) {
    refuse(path, std::string("threw while it was loaded (an initialiser of a global): ") + error.what());
  } catch (...) {
    refuse(path, "threw something that is no std::exception while it was loaded");
  }
  if (!library.has("monge_plugin")) {
    refuse(path, "is not a plugin (no symbol monge_plugin); does its source end with MONGE_PLUGIN(...)?");
  }
  const auto* header = &library.get<const PluginHeader>("monge_plugin");
  dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // a second reference, never given back: it stays open
  return header;
}

std::map<std::string, std::string> fields_of(const std::string& build) {
  std::map<std::string, std::string> fields;
  std::istringstream words(build);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    fields[word.substr(0, equals)] = equals == std::string::npos ? "" : word.substr(equals + 1);
  }
  return fields;
}

void check_build(const std::filesystem::path& path, const char* build) {
  const auto theirs = fields_of(build);
  std::string differing;
  for (const auto& [field, ours] : fields_of(MONGE_BUILD)) {
    const auto found = theirs.find(field);
    const std::string got = found == theirs.end() ? "unknown" : found->second;
    if (got != ours) differing += "\n    " + field + ": plugin " + got + ", runner " + ours;
  }
  if (!differing.empty()) {
    refuse(path,
           "was built for another Monge and must be rebuilt (runner plugin build of its source, or cmake "
           "--build of its project)" +
               differing);
  }
}

const PluginHeader* checked_header(const std::filesystem::path& path) {
  check_elf(path);
  const PluginHeader* header = load(path);
  if (header->magic != PluginHeader::kMagic)
    refuse(path, "is not a Monge plugin: its header has another magic number");
  if (header->size != sizeof(PluginHeader)) {
    refuse(path, "was built for another Monge: its header has " + std::to_string(header->size) +
                     " bytes, not " + std::to_string(sizeof(PluginHeader)) + "; rebuild it");
  }
  check_build(path, header->build);
  return header;
}

Library described(const std::filesystem::path& path, const PluginHeader* header) {
  Library library{header->kind, header->name, path, header, {}};
  try {
    header->describe(library.schema);
  } catch (const std::exception& error) {
    refuse(path, std::string("its describe threw: ") + error.what());
  } catch (...) {
    refuse(path, "its describe threw something that is no std::exception");
  }
  if (const std::string fault = unusable(library.schema, header->kind); !fault.empty()) refuse(path, fault);
  return library;
}

// Where it lies says what it must be.
Library placed(const std::filesystem::path& path, const PluginHeader* header, const std::string& kind,
               const std::string& name) {
  if (kind != header->kind || name != header->name) {
    refuse(path, "calls itself " + std::string(header->kind) + "/" + header->name + " but lies where " +
                     kind + "/" + name + " belongs; move or rename it");
  }
  return described(path, header);
}

}  // namespace

Library open_library(const std::filesystem::path& path, const std::string& kind, const std::string& name) {
  return placed(path, checked_header(path), kind, name);
}

Library open_library(const std::filesystem::path& path) {
  const PluginHeader* header = checked_header(path);
  const std::string folder = std::filesystem::absolute(path).parent_path().filename();
  const bool of_a_kind = std::find(kinds().begin(), kinds().end(), folder) != kinds().end();
  return placed(path, header, of_a_kind ? folder : header->kind, path.stem());
}

}  // namespace monge::plugin
