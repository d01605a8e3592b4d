// A folder of JPEG and PNG files of any size: the central square of each, brought to one size.
#include <monge/dataset.h>

#include <algorithm>
#include <sstream>

#include "held_out.h"
#include "image_files.h"
#include "kept.h"
#include "picture.h"
#include "spread.h"

namespace {

namespace fs = std::filesystem;
using namespace monge::plugins;
using monge::Error;
using monge::Exit;

struct ImageFolder final : monge::Dataset {
  enum class Colour { rgb, grey };
  enum class Labels { none, folders };
  std::string root;
  std::int64_t size = 64;
  Colour colour = Colour::rgb;
  Labels labels = Labels::none;
  double test_share = 0.1;
  double skip_at_most = 0.01;

  static void describe(monge::Describe<ImageFolder>& d) {
    d.doc(
        "Images from a folder: JPEG and PNG of any size, central square, antialiased to [3 or 1, size, "
        "size]; "
        "a share of them is held out as test. Decoded once, then kept in MONGE_CACHE (~/.cache/monge)");
    d.paper("JPEG: ITU-T T.81 (1992) and Exif 2.3; PNG: ISO/IEC 15948 (2004)");
    d.param(
        "root", &ImageFolder::root,
        "folder of the images, with all its subfolders; a relative one is looked for in the working folder, "
        "then in MONGE_DATA and the system's folders of data");
    d.param("size", &ImageFolder::size, "height and width of the samples").range(4, 1024).unit("pixel");
    d.param("colour", &ImageFolder::colour, "three channels, or one of luma (ITU-R BT.601)")
        .choices({{"rgb", Colour::rgb}, {"grey", Colour::grey}});
    d.param("labels", &ImageFolder::labels,
            "none, or the number of the subfolder just below root, in the order of names")
        .choices({{"none", Labels::none}, {"folders", Labels::folders}});
    d.param("test_share", &ImageFolder::test_share, kTestShareDoc).range(0, 1);
    d.param("skip_at_most", &ImageFolder::skip_at_most,
            "share of the files that may be damaged or no images; they are named in the log and left out")
        .range(0, 1);
  }

  Samples load(const Source& source) const override {
    const fs::path folder = find_root(source);
    auto files = list_images(folder);
    if (labels == Labels::folders) label_by_folder(folder, files);
    // Those to train on first, so that both splits are one piece of memory each, which all processes share.
    const auto test = std::stable_partition(files.begin(), files.end(), [&](const ImageFile& file) {
      return !is_held_out(file.name, test_share);
    });
    // One file for a folder and the pixels' settings; its key says in which state the folder was.
    const bool grey = colour == Colour::grey;
    std::ostringstream settings;
    settings << fs::canonical(folder).string() << '\0' << size << ' ' << grey << ' ' << test_share;
    const auto name = "image_folder-" + Sha256().add(settings.str()).hex().substr(0, 16) + ".tensors";
    const Kept kept = kept_or_made(name, key_of(files), [&] { return decode_all(folder, files); });
    if (!kept.notes.empty()) say(kept.notes);
    check_skipped(folder, files.size(), kept);
    return split(folder, files, test - files.begin(), kept);
  }

 private:
  fs::path find_root(const Source& source) const {
    if (root.empty()) {
      throw Error(Exit::experiment, "the parameter 'root' is not set; it names the folder of the images");
    }
    std::vector<fs::path> places = {root};
    if (fs::path(root).is_relative()) {
      for (const auto& place : source.folders) places.push_back(place / root);
    }
    std::string looked;
    for (const auto& place : places) {
      std::error_code ignored;
      if (fs::is_directory(place, ignored)) return place;
      looked += (looked.empty() ? "" : ", ") + place.string();
    }
    throw Error(Exit::experiment,
                "there is no folder " + looked + "; correct the parameter 'root'" +
                    (places.size() > 1 ? " or set the environment variable MONGE_DATA" : ""));
  }

  static std::string key_of(const std::vector<ImageFile>& files) {
    std::ostringstream text;
    for (const auto& file : files) text << file.name << '\0' << file.bytes << '\0' << file.changed << '\0';
    return Sha256().add(text.str()).hex();
  }

  /// Two tensors, images [n, C, S, S] and the number of each one's file [n], and a note for every file left
  /// out.
  Kept decode_all(const fs::path& folder, const std::vector<ImageFile>& files) const {
    const bool grey = colour == Colour::grey;
    const auto images =
        at::empty({static_cast<std::int64_t>(files.size()), grey ? 1 : 3, size, size}, at::kByte);
    std::vector<std::string> faults(files.size());
    spread(files.size(), [&](std::size_t i) {
      try {
        fit(decode(whole_file(folder / files[i].name), size, grey), images[static_cast<std::int64_t>(i)]);
      } catch (const std::exception& error) {
        faults[i] = error.what();
      }
    });
    std::vector<std::int64_t> good;
    Kept kept;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (faults[i].empty()) {
        good.push_back(static_cast<std::int64_t>(i));
        continue;
      }
      kept.notes += (kept.notes.empty() ? "" : "\n") + (folder / files[i].name).string() + ": left out: it " +
                    faults[i];
    }
    const auto chosen = at::tensor(good, at::kLong);
    kept.tensors = {good.size() == files.size() ? images : images.index_select(0, chosen), chosen};
    return kept;
  }

  void check_skipped(const fs::path& folder, std::size_t total, const Kept& kept) const {
    const auto skipped = total - static_cast<std::size_t>(kept.tensors[1].numel());
    if (static_cast<double>(skipped) <= skip_at_most * static_cast<double>(total)) return;
    std::istringstream lines(kept.notes);
    std::string text, line;
    for (int i = 0; i < 5 && std::getline(lines, line); ++i) text += "\n  " + line;
    if (skipped > 5) text += "\n  and " + std::to_string(skipped - 5) + " more";
    throw Error(Exit::storage, folder.string() + ": " + std::to_string(skipped) + " of " +
                                   std::to_string(total) +
                                   " files are damaged or no images, allowed is a share of " +
                                   (std::ostringstream() << skip_at_most).str() +
                                   "; mend or remove them, or raise 'skip_at_most':" + text);
  }

  Samples split(const fs::path& folder, const std::vector<ImageFile>& files, std::int64_t first_test,
                const Kept& kept) const {
    const auto &images = kept.tensors[0], &number = kept.tensors[1];
    const auto train = (number < first_test).sum().item<std::int64_t>(), test = images.size(0) - train;
    if (train == 0 || test == 0) {
      throw Error(Exit::experiment, folder.string() + ": test_share = " + std::to_string(test_share) +
                                        " leaves " + std::to_string(train) + " images to train on and " +
                                        std::to_string(test) + " to test on; both need some");
    }
    Samples samples;
    samples.train = images.narrow(0, 0, train);
    samples.test = images.narrow(0, train, test);
    if (labels == Labels::folders) {
      std::vector<std::int64_t> all(files.size());
      std::transform(files.begin(), files.end(), all.begin(), [](const auto& file) { return file.label; });
      const auto label = at::tensor(all, at::kLong).index_select(0, number);
      samples.train_label = label.narrow(0, 0, train);
      samples.test_label = label.narrow(0, train, test);
    }
    return samples;
  }
};

}  // namespace

MONGE_PLUGIN(ImageFolder)
