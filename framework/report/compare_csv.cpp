// A comparison for spreadsheets and data frames.
#include <array>
#include <cmath>

#include "report/compare.h"
#include "sweep/value.h"

namespace monge::report {
namespace {

/// Of the cell's runs that are done: "300", "300..900"; "" where there is none.
std::string steps_range(const CellResult& cell) {
  if (!cell.runs.contains("done")) return "";
  const std::string least = std::to_string(cell.least_steps), most = std::to_string(cell.most_steps);
  return least == most ? least : least + ".." + most;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

std::string csv_number(double value) { return std::isnan(value) ? "" : sweep::number_text(value); }

}  // namespace

std::string to_csv(const Comparison& comparison) {
  std::string text = "cell";
  for (const std::string& name : comparison.parameters) text += "," + quoted(name);
  text += ",steps,metric,statistic,median,min,max,runs\n";
  for (const CellResult& cell : comparison.cells) {
    std::string begin = std::to_string(cell.cell);
    for (const std::string& value : cell.parameters) begin += "," + quoted(value);
    begin += "," + steps_range(cell);
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
