// What is known of any plugin of a kind, whoever wrote it: from its own values, or by its kind alone.
#pragma once

#include "verify/answer.h"

namespace monge::verify {

Answers answers_of_loss(plugin::Catalog& catalog, const std::string& key);
Answers answers_of_enforcer(plugin::Catalog& catalog, const std::string& key);
Answers answers_of_architecture(plugin::Catalog& catalog, const std::string& key);
Answers answers_of_dataset(plugin::Catalog& catalog, const std::string& key);
Answers answers_of_metric(plugin::Catalog& catalog, const std::string& key);

}  // namespace monge::verify
