#include "verify/suite.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cctype>
#include <chrono>

#include "conform/check.h"

namespace monge::verify {
namespace {

using conform::Result;
using conform::Verdict;

std::string small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool holds_text(const Answer& answer, const std::string& text) {
  return small_letters(answer.name + "\n" + answer.source).find(small_letters(text)) != std::string::npos;
}

Result result_of(const Answer& answer) {
  Result result;
  const auto begin = std::chrono::steady_clock::now();
  Finding finding;
  try {
    finding = answer.find();
    result.verdict = finding.holds() ? Verdict::ok : Verdict::failed;
    result.numbers = {{"expected", finding.expected},
                      {"got", finding.got},
                      {"tolerance", finding.tolerance},
                      {"in_errors", finding.in_errors}};
  } catch (const conform::Spared& reason) {
    result.text = reason.what();
  } catch (const c10::Error& error) {
    result.verdict = Verdict::failed;
    result.text = error.what_without_backtrace();
  } catch (const std::exception& error) {
    result.verdict = Verdict::failed;
    result.text = error.what();
  }
  result.numbers["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

Answers answers_of(plugin::Catalog& catalog, const std::string& key) {
  Answers own;
  for (auto& answer : all_answers(catalog)) {
    if (std::find(answer.plugins.begin(), answer.plugins.end(), key) != answer.plugins.end())
      own.push_back(std::move(answer));
  }
  return own.empty() ? answers_of_kind(catalog, key) : own;
}

}  // namespace

Answers all_answers(plugin::Catalog& catalog) {
  Answers all;
  for (auto answers :
       {loss_answers(catalog), dirac_answers(catalog), penalty_answers(catalog), capacity_answers(catalog),
        weight_answers(catalog), training_answers(catalog), optimizer_answers(), draw_answers(),
        dataset_answers(catalog), architecture_answers(catalog), metric_answers(catalog),
        transport_answers(catalog), feature_answers(catalog)}) {
    std::move(answers.begin(), answers.end(), std::back_inserter(all));
  }
  return all;
}

void run(plugin::Catalog& catalog, const Choice& choice, conform::Listener& listener) {
  Answers answers;
  if (choice.plugin.empty()) {
    answers = all_answers(catalog);
  } else if (const auto key = conform::open_plugin(catalog, choice.plugin, listener, choice.after)) {
    answers = answers_of(catalog, *key);
  }
  std::vector<conform::Step> steps;
  for (const Answer& answer : answers) {
    if (!holds_text(answer, choice.only)) continue;
    steps.push_back({answer.name, answer.source, [&answer] { return result_of(answer); }});
  }
  conform::run_steps(steps, listener, choice.after);
}

}  // namespace monge::verify
