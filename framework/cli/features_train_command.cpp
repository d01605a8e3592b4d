#include <iomanip>
#include <sstream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/place.h"
#include "cli/plugin_key.h"
#include "schedule/features.h"
#include "sweep/settings.h"

namespace monge::cli {
namespace {

using schedule::Epoch;

std::string fixed(double number, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << number;
  return text.str();
}

Exit train_features(const Arguments& arguments, Terminal& terminal) {
  const std::string dataset = arguments.text("dataset", "fashion_mnist");
  if (!sweep::is_plugin_name(dataset)) {
    throw usage_error("features train", "'" + dataset + "' is no data set's name; see: runner plugin list");
  }
  const auto folders = plugin_folders(arguments.texts("plugins"), arguments.command().name);
  const auto trained =
      schedule::train_classifier({worker_program(), folders, dataset}, [&](const Epoch& epoch) {
        terminal.out << "epoch " << epoch.number << " of " << epoch.of << ": mean loss "
                     << fixed(epoch.loss, 4) << std::endl;
      });
  terminal.out << dataset << ": " << fixed(100 * trained.accuracy, 2) << " % of " << trained.samples
               << " held-out samples in the right one of " << trained.classes << " classes, after "
               << fixed(trained.seconds, 0) << " s\n"
               << "kept in " << trained.path << "\nSHA-256 " << trained.hash << "\n";
  return Exit::ok;
}

}  // namespace

Command features_train_command() {
  Command command;
  command.name = "features train";
  command.summary = "train the classifier whose features metrics read";
  command.about =
      "Trains a small convolutional network on the data set's labels and keeps it in MONGE_CACHE (or "
      "~/.cache/monge), once for all experiments. Its last hidden layer gives the features and its softmax "
      "the class probabilities that metrics such as frechet, kid, prdc, modes, class_accuracy and "
      "classifier_score read.\n"
      "The same data, LibTorch and kind of processor give the same weights; results carry their hash, and "
      "values of unlike ones are never compared. Stacked MNIST is seen by the classifier of mnist.";
  command.options = {{"dataset", 0, "NAME", "a data set of labelled images (fashion_mnist)"},
                     plugins_option()};
  command.examples = {{"runner features train", "for Fashion-MNIST"},
                      {"runner features train --dataset mnist", "for MNIST and stacked MNIST"}};
  command.exits = {{Exit::ok, "it is trained and kept"},
                   {Exit::failed, "runner-worker cannot be asked, or died"},
                   {Exit::experiment, "the data set is not there, or has no labels"},
                   {Exit::plugin},
                   {Exit::storage}};
  command.run = train_features;
  return command;
}

}  // namespace monge::cli
