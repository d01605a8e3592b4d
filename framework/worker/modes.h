// What `runner-worker` does: `describe` answers about plugins and cells, `check` examines a plugin, `serve`
// trains runs. README.md has the protocol.
#pragma once

#include <string>

namespace monge::worker {

int describe();
int check();
int serve(const std::string& device, int threads);

}  // namespace monge::worker
