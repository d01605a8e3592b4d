#include "verify/kinds.h"

#include <monge/architecture.h>
#include <monge/dataset.h>
#include <monge/enforcer.h>
#include <monge/loss.h>
#include <monge/metric.h>

namespace monge::verify {

Answers answers_of_kind(plugin::Catalog& catalog, const std::string& key) {
  const std::string kind = key.substr(0, key.find('/'));
  if (kind == Loss::kKind) return answers_of_loss(catalog, key);
  if (kind == Enforcer::kKind) return answers_of_enforcer(catalog, key);
  if (kind == Architecture::kKind) return answers_of_architecture(catalog, key);
  if (kind == Dataset::kKind) return answers_of_dataset(catalog, key);
  return answers_of_metric(catalog, key);
}

}  // namespace monge::verify
