#include "cli/arguments.h"

#include <algorithm>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <charconv>

#include "sweep/nearest.h"

namespace monge::cli {
namespace {

namespace po = boost::program_options;

po::options_description described(const Command& command) {
  po::options_description all;
  for (const Option& option : command.options) {
    const std::string names = option.name + (option.letter != 0 ? std::string{',', option.letter} : "");
    if (option.argument.empty()) {
      all.add_options()(names.c_str(), option.doc.c_str());
    } else {
      all.add_options()(names.c_str(), po::value<std::string>(), option.doc.c_str());
    }
  }
  return all;
}

Error unknown_option(const Command& command, const std::string& typed) {
  std::vector<std::string> known{"--help"};
  for (const Option& option : command.options) known.push_back("--" + option.name);
  return usage_error(command.name, "unknown option '" + typed + "'" + sweep::did_you_mean(typed, known));
}

std::vector<po::option> tokens(const Command& command, const std::vector<std::string>& words) {
  // Guessing would let '--res' mean '--results' today and become ambiguous with tomorrow's option.
  const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  const po::options_description all = described(command);
  try {
    return po::command_line_parser(words).options(all).style(style).run().options;
  } catch (const po::unknown_option& error) {
    throw unknown_option(command, error.get_option_name());
  } catch (const po::error& error) {
    throw usage_error(command.name, error.what());
  }
}

void check_value(const Command& command, const Option& option, const std::vector<std::string>& values) {
  if (!option.repeats && values.size() > 1) {
    throw usage_error(command.name, "option '--" + option.name + "' is given twice");
  }
  if (!option.argument.empty() && values.back().empty()) {
    throw usage_error(command.name,
                      "option '--" + option.name + "' is empty: " + option.argument + ", " + option.doc);
  }
}

void check_positionals(const Command& command, const std::vector<std::string>& given) {
  for (std::size_t i = given.size(); i < command.positionals.size(); ++i) {
    if (command.positionals[i].required) {
      throw usage_error(command.name,
                        command.positionals[i].name + " is missing: " + command.positionals[i].doc);
    }
  }
  for (std::size_t i = 0; i < given.size() && i < command.positionals.size(); ++i) {
    if (given[i].empty()) {
      throw usage_error(command.name,
                        command.positionals[i].name + " is empty: " + command.positionals[i].doc);
    }
  }
  if (given.size() > command.positionals.size()) {
    throw usage_error(command.name, "'" + given[command.positionals.size()] + "' is one argument too many");
  }
}

}  // namespace

Arguments Arguments::parse(const Command& command, const std::vector<std::string>& words,
                           std::vector<std::string> line) {
  Arguments result;
  result.command_ = &command;
  result.line_ = std::move(line);
  for (const po::option& token : tokens(command, words)) {
    if (token.position_key >= 0) {
      result.positionals_.push_back(token.value.at(0));
      continue;
    }
    std::vector<std::string>& values = result.options_[token.string_key];
    values.push_back(token.value.empty() ? "" : token.value.front());
    for (const Option& option : command.options) {
      if (option.name == token.string_key) check_value(command, option, values);
    }
  }
  check_positionals(command, result.positionals_);
  return result;
}

std::string Arguments::text(const std::string& option, const std::string& otherwise) const {
  const auto found = options_.find(option);
  return found == options_.end() ? otherwise : found->second.back();
}

std::vector<std::string> Arguments::texts(const std::string& option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::vector<std::string>() : found->second;
}

std::string Arguments::choice(const std::string& option, const std::vector<std::string>& choices) const {
  std::string value = text(option, choices.front());
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  throw usage_error(command_->name, "--" + option + " must be one of " + sweep::listed(choices) + ", got '" +
                                        value + "'" + sweep::did_you_mean(value, choices));
}

long Arguments::whole(const std::string& option, long low, long high, long otherwise,
                      const std::string& also) const {
  if (!has(option)) return otherwise;
  const std::string value = text(option);
  long number = 0;
  const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (fault != std::errc() || end != value.data() + value.size() || number < low || number > high) {
    throw usage_error(command_->name, "--" + option + " must be a whole number from " + std::to_string(low) +
                                          " to " + std::to_string(high) +
                                          (also.empty() ? "" : " or " + also) + ", got '" + value + "'");
  }
  return number;
}

}  // namespace monge::cli
