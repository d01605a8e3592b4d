#include "sweep/size.h"

#include <algorithm>

#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

auto find(std::vector<Field>& fields, const std::string& key) {
  return std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.key == key; });
}

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

}  // namespace

void apply_size(const std::string& size, Value& root, Parsed& parsed) {
  std::vector<Field> sizes;
  if (const auto section = find(root.fields, "size"); section != root.fields.end()) {
    for (const Field& field : section->value.fields) {
      if (!field.value.is_table())
        parsed.faults.add(field.at, "[size] holds tables of settings: [size." + field.key + "]");
    }
    if (!section->value.is_table())
      parsed.faults.add(section->at, "'size' is a table of tables: [size.full]");
    sizes = std::move(section->value.fields);
    root.fields.erase(section);
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
  if (std::string* name = name_in(root)) *name += "_" + size;
}

}  // namespace monge::sweep
