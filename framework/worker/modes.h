// What `runner-worker` does: `describe` answers about plugins and cells, `check` examines a plugin,
// `features` trains a classifier, `verify` compares known answers, `sample` draws what a run's generator
// makes, `serve` trains runs. README.md has the protocol.
#pragma once

#include <string>

namespace monge::worker {

int describe();
int check();
int sample();
int verify();
int features();
int serve(const std::string& device, int threads);

}  // namespace monge::worker
