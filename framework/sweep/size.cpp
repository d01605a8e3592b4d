#include "sweep/size.h"

#include <algorithm>

#include "sweep/nearest.h"
#include "sweep/sections.h"

namespace monge::sweep {
namespace {

auto find(std::vector<Field>& fields, const std::string& key) {
  return std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.key == key; });
}

constexpr std::size_t most_sizes = 100;

void merge(const Value& patch, Value& into) {
  for (const Field& field : patch.fields) {
    const auto found = find(into.fields, field.key);
    if (found == into.fields.end()) {
      into.fields.push_back(field);
    } else if (field.value.is_table() && !field.value.braces && found->value.is_table()) {
      merge(field.value, found->value);
    } else {
      *found = field;
    }
  }
}

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.key);
  return names;
}

// `root`.experiment.name, where it is a text.
std::string* name_in(Value& root) {
  const auto experiment = find(root.fields, "experiment");
  if (experiment == root.fields.end()) return nullptr;
  const auto name = find(experiment->value.fields, "name");
  if (name == experiment->value.fields.end() || !name->value.is_text()) return nullptr;
  return name->value.scalar.get_ptr<std::string*>();
}

// A mistake in a size is one of the file, whichever size is used.
void check_size(const Field& size, const Value& root, Parsed& parsed) {
  if (!size.value.is_table()) {
    parsed.faults.add(size.at, "[size] holds tables of settings: [size." + size.key + "]");
    return;
  }
  Value patched = root;
  merge(size.value, patched);
  Parsed read;
  read_sections(patched, read);
  parsed.faults.add(read.faults);
}

}  // namespace

void apply_size(const std::string& size, Value& root, Parsed& parsed) {
  std::vector<Field> sizes;
  if (const auto section = find(root.fields, "size"); section != root.fields.end()) {
    if (!section->value.is_table())
      parsed.faults.add(section->at, "'size' is a table of tables: [size.full]");
    if (section->value.fields.size() > most_sizes)
      parsed.faults.add(section->at, "an experiment has at most " + std::to_string(most_sizes) + " sizes");
    sizes = std::move(section->value.fields);
    root.fields.erase(section);
  }
  if (sizes.size() <= most_sizes) {
    for (const Field& field : sizes) check_size(field, root, parsed);
  }
  if (size.empty()) return;
  const auto chosen = find(sizes, size);
  if (chosen == sizes.end()) {
    const std::vector<std::string> known = names_of(sizes);
    parsed.faults.add({"--size " + size},
                      known.empty() ? parsed.file + " has no sizes: leave it out"
                                    : parsed.file + " has no [size." + size + "]" +
                                          did_you_mean(size, known) + "  Known: " + listed(known),
                      Exit::usage);
    return;
  }
  merge(chosen->value, root);
}

void add_size_to_name(const std::string& size, Value& root) {
  std::string* name = size.empty() ? nullptr : name_in(root);
  if (name != nullptr) *name += "_" + size;
}

}  // namespace monge::sweep
