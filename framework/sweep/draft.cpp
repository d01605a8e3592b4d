#include "sweep/draft.h"

#include <algorithm>
#include <set>

#include "sweep/flags.h"
#include "sweep/nearest.h"
#include "sweep/parsed.h"
#include "sweep/sections.h"
#include "sweep/size.h"

namespace monge::sweep {
namespace {

// The comment that the file begins with, up to its first empty line: the question asked. Lines such as
// "#:schema x.json" are for editors.
std::string question_of(const std::string& text) {
  std::string question;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t hash = line.find_first_not_of(" \t\r");
    if (hash == std::string::npos && question.empty()) continue;
    if (hash == std::string::npos || line[hash] != '#') break;
    if (line.compare(hash, 2, "#:") == 0) continue;
    const std::size_t begin = line.find_first_not_of("# \t\r", hash);
    if (begin == std::string::npos) break;
    question +=
        (question.empty() ? "" : " ") + line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
  }
  return question;
}

// "; did you mean 'experiments/ring.toml'?", of the files beside it.
std::string near_files(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder.empty() ? "." : folder, unreadable)) {
    std::error_code none;  // a link to nothing would be near to itself
    if (entry.path().extension() == ".toml" && entry.exists(none))
      names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const std::string near = nearest(file.filename().string(), names);
  return near.empty() ? "" : "; did you mean '" + (folder / near).string() + "'?";
}

// What `runner sweep` has left in its folder is for `collect`: of its sections none is an experiment's.
void refuse_record(const Value& root, const std::string& file) {
  const Field* sweep = root.field("sweep");
  if (root.field("format") == nullptr || sweep == nullptr) return;
  const Field* from = sweep->value.field("file");
  throw Error(Exit::experiment,
              file + ": is what `runner sweep` has written, not an experiment" +
                  (from != nullptr && from->value.is_text() ? "; that is " + from->value.text() : ""));
}

class Plugins {
 public:
  void add(const Slot& slot, const Value& value) {
    if (value.is_text() && is_plugin_name(value.text())) keys_.insert(slot.kind + "/" + value.text());
    if (const Field* plugin = value.field("plugin"); plugin != nullptr) add(slot, plugin->value);
    for (const Value& item : value.items) add(slot, item);
  }
  void add(const Setting& setting) {
    const bool names_plugins =
        setting.target.what == Target::What::slot || setting.target.what == Target::What::slot_plugin;
    if (names_plugins) add(*setting.target.slot, setting.value);
  }
  void add(const std::vector<Setting>& settings) {
    for (const Setting& setting : settings) add(setting);
  }
  void add_usual(const Slot& slot) {
    if (!slot.usual.empty()) keys_.insert(slot.kind + "/" + slot.usual);
  }
  std::vector<std::string> keys() const { return {keys_.begin(), keys_.end()}; }

 private:
  std::set<std::string> keys_;
};

// The most telling place of `key` among settings: itself, a table that holds it, or something it holds.
const Place* place_in(const std::vector<Setting>& settings, std::string_view key) {
  const Place* best = nullptr;
  for (const Setting& setting : settings) {
    const std::string_view own = setting.key;
    if (own == key) return &setting.at;
    if (key.starts_with(own) && key[own.size()] == '.') {
      const Field* field = setting.value.field(key.substr(own.size() + 1));
      best = field != nullptr ? &field->at : &setting.at;
    } else if (best == nullptr && own.starts_with(key) && own[key.size()] == '.') {
      best = &setting.at;
    }
  }
  return best;
}

}  // namespace

Draft::Draft(Parsed parsed) : parsed_(std::make_unique<Parsed>(std::move(parsed))) {}
Draft::Draft(Draft&&) noexcept = default;
Draft& Draft::operator=(Draft&&) noexcept = default;
Draft::~Draft() = default;

std::vector<std::string> Draft::plugins() const {
  Plugins plugins;
  plugins.add(parsed_->base);
  plugins.add(parsed_->set);
  for (const GridAxis& axis : parsed_->axes) plugins.add(axis.alternatives);
  for (const Row& row : parsed_->rows) plugins.add(row.set);
  for (const Rule& rule : parsed_->overrides) plugins.add(rule.set);
  for (const Slot& slot : slots()) {
    if (place_in(parsed_->base, slot.key) == nullptr) plugins.add_usual(slot);
  }
  return plugins.keys();
}

Draft read_experiment(const std::filesystem::path& file, const CommandLine& command_line) {
  Parsed parsed;
  parsed.file = file.string();
  std::error_code fault;
  if (!std::filesystem::exists(file, fault)) {
    throw Error(Exit::experiment,
                parsed.file + ": " +
                    (fault ? "cannot be read: " + fault.message() : "no such file" + near_files(file)));
  }
  const std::string text = read_text(parsed.file, Limits().bytes, Exit::experiment);
  Value root = parse_toml(text, parsed.file);
  refuse_control_characters(root, parsed.faults);
  parsed.faults.raise();  // no other fault may show them
  refuse_record(root, parsed.file);
  parsed.question = question_of(text);
  apply_size(command_line.size, root, parsed);
  set_in_file(command_line, root, parsed);
  add_size_to_name(command_line.size, root);
  const Field* experiment = root.field("experiment");
  if (experiment == nullptr || experiment->value.field("name") == nullptr) {
    parsed.faults.add({parsed.file, 1, 1},
                      "the experiment needs a name, which is its folder in results/: "
                      "[experiment] name = \"" +
                          file.stem().string() + "\"");
  }
  read_sections(root, parsed);
  parsed.rows_alone = parsed.axes.empty() && !parsed.rows.empty();
  read_flags(command_line, parsed);
  return Draft(std::move(parsed));
}

std::string place_of(const Draft& draft, std::string_view dotted_key) {
  const Parsed& parsed = draft.parsed();
  if (const Place* place = place_in(parsed.set, dotted_key)) return place->text();
  for (const bool from_flag : {true, false}) {
    for (const GridAxis& axis : parsed.axes) {
      const bool related = dotted_key == axis.key || dotted_key.starts_with(axis.key + ".");
      if (related && axis.from_flag == from_flag) return axis.at.text();
    }
  }
  if (const Place* place = place_in(parsed.base, dotted_key)) return place->text();
  return Place{parsed.file, 1, 1}.text();
}

}  // namespace monge::sweep
