// A comparison for spreadsheets and data frames.
#include <array>
#include <cmath>

#include "report/compare.h"
#include "report/format.h"
#include "sweep/value.h"

namespace monge::report {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

std::string csv_number(double value) { return std::isnan(value) ? "" : sweep::number_text(value); }

/// What became of the cell's runs, and the least and most generator steps of those that are done.
std::string runs_text(const CellResult& cell) {
  const int done = cell.count("done"), diverged = cell.count("diverged");
  std::string text;
  for (const int number : {cell.planned, done, diverged, cell.planned - done - diverged})
    text += "," + std::to_string(number);
  if (done == 0) return text + ",,";
  return text + "," + std::to_string(cell.least_steps) + "," + std::to_string(cell.most_steps);
}

}  // namespace

std::string to_csv(const Comparison& comparison) {
  std::string text = "cell,label";
  for (const std::string& name : comparison.parameters) text += "," + quoted(name);
  text += ",planned,done,diverged,other,steps_min,steps_max,metric,statistic,median,min,max,runs\n";
  for (const CellResult& cell : comparison.cells) {
    std::string begin = std::to_string(cell.cell) + "," + quoted(cell.label);
    for (const nlohmann::json& value : cell.parameters) begin += "," + quoted(parameter_text(value));
    begin += runs_text(cell);
    for (std::size_t i = 0; i < cell.metrics.size(); ++i) {
      const auto& [last, best, tail] = cell.metrics[i];
      const std::array<std::pair<const char*, const Spread*>, 3> statistics = {
          {{"last", &last}, {"best", &best}, {"tail", &tail}}};
      for (const auto& [name, spread] : statistics) {
        text += begin + "," + quoted(comparison.metrics[i].name) + "," + name + "," +
                csv_number(spread->median) + "," + csv_number(spread->least) + "," +
                csv_number(spread->greatest) + "," + std::to_string(spread->count) + "\n";
      }
    }
  }
  return text;
}

}  // namespace monge::report
