// The one function that creates result files: whatever happens, a name holds the old file or the new one,
// whole.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace monge::record {

/// Fills the file of this name.
using Write = std::function<void(const std::filesystem::path& temporary)>;

/// Calls `write` with the name of an empty file beside `path`, forces what it wrote to disk, renames it to
/// `path` and forces the folder to disk. When anything fails the temporary is removed, `path` is as before
/// (or, where the folder alone could not be forced, already new), and the fault comes as
/// Error(Exit::storage, "path: cannot be written: reason; remedy"). Exceptions of
/// `write` other than std::system_error pass unchanged. A process that may meet `ulimit -f` has to ignore
/// SIGXFSZ.
void publish(const std::filesystem::path& path, const Write& write);

/// The same for files of one folder: none appears before the contents of all are on disk, and then they
/// appear in this order. Half the waiting for the disk of publishing them one by one.
void publish_in_order(const std::vector<std::pair<std::filesystem::path, Write>>& files);

/// publish() of a text or of any other bytes.
void publish_text(const std::filesystem::path& path, std::string_view text);

/// Overwrites `path` with `bytes`; throws std::system_error with the reason. For use inside publish().
void write_bytes(const std::filesystem::path& path, std::string_view bytes);

/// Removes the temporaries that killed processes have left in this folder. The caller holds the folder's
/// lock.
void remove_leftovers(const std::filesystem::path& folder);

/// "path: cannot be written: No space left on device; ..." for an error number of the system.
std::string cannot_be_written(const std::filesystem::path& path, int error_number);

}  // namespace monge::record
