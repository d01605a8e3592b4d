// What a run's folder says about the run, without reading its arrays; and the last word on a run whose worker
// died.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "record/group.h"

namespace monge::record {

struct RunSummary {
  std::string id;           // of the run that the file is of
  std::string status;       // done, diverged, failed, crashed, timeout, killed, interrupted, running
  std::string status_text;  // a sentence, may be empty
  std::int64_t step = 0;    // generator steps made
  std::string fingerprint;  // JSON; empty where the file has none
  double seconds = 0;       // of training, all attempts together
};

/// Whether a run's file is there. Throws Error(Exit::storage) where its folder does not let anybody know.
bool is_there(const std::filesystem::path& file);

/// What is said of a run.h5 or state.h5 that lies in the folder of another run.
std::string of_another_run(const std::filesystem::path& file, const std::string& owner);

/// Reads run.h5 cheaply. Throws as read() does.
RunSummary summary(const std::filesystem::path& run_h5);

/// The folder's run.h5, or nothing where there is none. A damaged one is moved aside, so that the attempt
/// that begins takes nothing's place; then `why` is its fault and its new name. Throws Error(Exit::storage)
/// where it cannot be read or moved.
std::optional<Group> read_or_keep(const std::filesystem::path& folder, std::string& why);

/// A status given by the parent, because the worker is dead.
struct MarkedStatus {
  std::string status;  // failed, crashed, timeout, killed
  std::string text;
  std::int64_t step = 0;
  std::string id, cell_id, sweep, label;
  std::int64_t seed = 0;
  std::string config;  // canonical JSON
};

/// Of a run as a worker is asked for it: {"id", "cell_id", "sweep", "label", "seed", "config"}; what it lacks
/// is left empty.
MarkedStatus status_of(const nlohmann::json& run, const std::string& status, const std::string& text = "",
                       std::int64_t step = 0);

/// A run that is to be trained again from its beginning keeps its files until the new attempt has written its
/// own; until then this order lies beside them, a file `redo`. Throws Error(Exit::storage).
void order_again(const std::filesystem::path& folder);
bool is_ordered_again(const std::filesystem::path& folder);
void fulfil_order(const std::filesystem::path& folder);
/// Of an attempt that has left run.h5 and no snapshot: where it was ordered, the snapshot beside it is an
/// older one's, and goes.
void end_ordered(const std::filesystem::path& folder);

/// Seals `folder`/run.h5 with this status and an event that says so. What was recorded stays; where nothing
/// readable is there, or only what was to be trained again, a valid file without rows takes its place.
/// Creates the folder.
void mark(const std::filesystem::path& folder, const MarkedStatus& status);

/// Attributes, texts and tables every run.h5 has: a run that has recorded nothing yet.
Group empty_run(const MarkedStatus& status);

/// The current time, ISO 8601 in UTC with seconds: 2025-02-11T16:03:20Z.
std::string now_iso8601();

}  // namespace monge::record
