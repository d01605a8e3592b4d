// The files of a folder of images, in an order that no file system decides.
#pragma once

#include <monge/error.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace monge::plugins {

struct ImageFile {
  std::string name;  // relative to the folder
  std::uintmax_t bytes = 0;
  std::int64_t changed = 0;  // nanoseconds, of the file system's clock
  std::int64_t label = 0;
};

/// Every file in `root` and below, sorted by name; none whose name or folder begins with a dot.
inline std::vector<ImageFile> list_images(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  std::vector<ImageFile> files;
  try {
    for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
      if (entry->path().filename().string().starts_with('.')) {
        if (entry->is_directory()) entry.disable_recursion_pending();
        continue;
      }
      if (!entry->is_regular_file()) continue;
      ImageFile file;
      file.name = entry->path().lexically_relative(root).generic_string();
      file.bytes = entry->file_size();
      file.changed = std::chrono::nanoseconds(entry->last_write_time().time_since_epoch()).count();
      files.push_back(std::move(file));
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(Exit::storage, root.string() + " cannot be listed: " + error.code().message() + " (" +
                                   error.path1().string() + ")");
  }
  if (files.empty()) throw Error(Exit::storage, root.string() + " has no files; it should hold the images");
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

/// Labels 0, 1, ... for the folders just below the root, in the order of their names.
inline void label_by_folder(const std::filesystem::path& root, std::vector<ImageFile>& files) {
  std::vector<std::string> folders;
  for (auto& file : files) {
    const auto slash = file.name.find('/');
    if (slash == std::string::npos) {
      throw Error(Exit::experiment, root.string() + ": " + file.name +
                                        " lies in no subfolder; labels = \"folders\" needs a subfolder for "
                                        "each label and no image beside them");
    }
    const auto folder = file.name.substr(0, slash);
    const auto place = std::lower_bound(folders.begin(), folders.end(), folder);
    if (place == folders.end() || *place != folder) folders.insert(place, folder);
  }
  for (auto& file : files) {
    const auto place =
        std::lower_bound(folders.begin(), folders.end(), file.name.substr(0, file.name.find('/')));
    file.label = place - folders.begin();
  }
}

}  // namespace monge::plugins
