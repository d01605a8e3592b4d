// An experiment file as it was written: read, not yet checked against the plugins.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace monge::sweep {

/// What the command line adds to the file, as typed.
struct CommandLine {
  std::vector<std::string> set;   // "optimizer.learning_rate=1e-4", "loss=bce", 'enforcer={plugin="clip"}'
  std::vector<std::string> axis;  // "enforcer=clip,none", "optimizer.learning_rate={log=[1e-5,1e-3,3]}"
  std::string only;               // a condition, see expression.h; "" for all cells
  std::string seeds;              // "5" for seeds 1 to 5, or "1,7,9"; "" for those of the file
  std::string size = {};          // "full": the file as [size.full] patches it; "" for the file as it stands
};

struct Parsed;

class Draft {
 public:
  explicit Draft(Parsed parsed);
  Draft(Draft&&) noexcept;
  Draft& operator=(Draft&&) noexcept;
  ~Draft();

  /// Keys such as "loss/bce" of every plugin that a cell may use: sections, axes, overrides and flags.
  std::vector<std::string> plugins() const;

  const Parsed& parsed() const { return *parsed_; }

 private:
  std::unique_ptr<Parsed> parsed_;
};

/// Reads a file and the flags given beside it.
/// Throws monge::Error (Exit::experiment) with every fault, one a line, where the file is no TOML or cannot
/// be read. All other faults are kept in the draft: `resolve` reports them together with those that only the
/// plugins' descriptions show, so that a user sees all of them at once.
Draft read_experiment(const std::filesystem::path& file, const CommandLine& command_line);

/// Where a setting was given: "experiments/x.toml:14:11", or "--set loss.margin=2". The nearest table that
/// would hold it where the setting itself was left to its default.
std::string place_of(const Draft& draft, std::string_view dotted_key);

}  // namespace monge::sweep
