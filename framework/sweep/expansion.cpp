#include "sweep/expansion.h"

#include <algorithm>
#include <optional>

namespace monge::sweep {
namespace {

using What = Target::What;

bool has_integer(const std::vector<Parameter>& parameters, const std::string& name) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const Parameter& one) { return one.name == name && one.type == "int"; });
}

bool takes_integers(const Target& target, const Catalogue& catalogue) {
  if (target.what == What::section) return has_integer(section_settings(target.section), target.name);
  if (target.what == What::optimizer_setting) {
    return std::any_of(optimizer_kinds().begin(), optimizer_kinds().end(),
                       [&](const OptimizerKind& kind) { return has_integer(kind.settings, target.name); });
  }
  return std::any_of(catalogue.found.begin(), catalogue.found.end(), [&](const auto& found) {
    const PluginSchema& schema = found.second;
    return target.what == What::slot_parameter && schema.kind == target.slot->kind &&
           has_integer(schema.parameters, target.name);
  });
}

class Builder {
 public:
  Builder(const Parsed& parsed, const Catalogue& catalogue, Faults& faults)
      : parsed_(parsed), catalogue_(catalogue), faults_(faults) {}

  Expansion build() {
    expansion_.blocks.resize(1 + parsed_.whens.size());
    for (std::size_t i = 0; i < parsed_.whens.size(); ++i) expansion_.blocks[i + 1].when = &parsed_.whens[i];
    for (std::size_t when = 0; when <= parsed_.whens.size(); ++when) {
      for (const GridAxis& axis : parsed_.axes) {
        if (axis.when == when) add(axis);
      }
    }
    expansion_.of_rows.resize(1);
    for (Block& block : expansion_.blocks) put_random_last(block);
    for (const Move& move : expansion_.blocks.front().moves) add_for_rows(move);
    expansion_.axes = expansion_.columns.size();
    for (const Row& row : parsed_.rows) add(row);
    for (Point& point : expansion_.rows) point.at.resize(expansion_.columns.size(), absent);
    return std::move(expansion_);
  }

 private:
  void add(const GridAxis& axis) {
    std::vector<Setting> alternatives = axis.alternatives;
    if (axis.random) alternatives = draw(axis);
    if (alternatives.empty()) return;
    const std::size_t count = alternatives.size();
    const Move::Part part = column_for(axis, std::move(alternatives));
    std::vector<Move>& moves = expansion_.blocks[axis.when].moves;
    const auto together = std::find_if(moves.begin(), moves.end(), [&](const Move& move) {
      const GridAxis& other = expansion_.columns[move.parts.front().column];
      return axis.random ? move.random : axis.zip != 0 && other.zip == axis.zip;
    });
    if (together == moves.end()) {
      moves.push_back({{part}, count, axis.random.has_value()});
    } else {
      together->parts.push_back(part);
      together->count = std::min(together->count, count);
    }
  }

  // What it sets are alternatives of columns, so that results tell rows apart. A flag's column is the flag's.
  void add(const Row& row) {
    Point point{{}, &row};
    for (const Setting& setting : row.set) {
      const auto flagged = [&](const GridAxis& column) {
        return column.from_flag && column.key == setting.key;
      };
      if (std::any_of(expansion_.columns.begin(), expansion_.columns.end(), flagged)) continue;
      GridAxis axis;
      axis.key = setting.key;
      axis.at = setting.at;
      const Move::Part part = column_for(axis, {setting});
      point.at.resize(expansion_.columns.size(), absent);
      point.at[part.column] = part.offset;
    }
    expansion_.rows.push_back(std::move(point));
  }

  Move::Part column_for(const GridAxis& axis, std::vector<Setting> alternatives) {
    std::vector<GridAxis>& columns = expansion_.columns;
    const auto same = std::find_if(columns.begin(), columns.end(),
                                   [&](const GridAxis& column) { return column.key == axis.key; });
    if (same == columns.end()) {
      columns.push_back(axis);
      columns.back().alternatives = std::move(alternatives);
      return {columns.size() - 1, 0};
    }
    const std::size_t offset = same->alternatives.size();
    same->alternatives.insert(same->alternatives.end(), alternatives.begin(), alternatives.end());
    return {static_cast<std::size_t>(same - columns.begin()), offset};
  }

  std::vector<Setting> draw(const GridAxis& axis) {
    if (!parsed_.samples) {
      faults_.add(axis.at, "a random axis needs a number of samples: [experiment] samples = 20");
      return {};
    }
    const KeyReading reading = read_key(axis.key);
    const bool whole = takes_integers(reading.target, catalogue_);
    std::vector<Setting> settings;
    settings.reserve(*parsed_.samples);
    for (std::size_t sample = 0; sample < *parsed_.samples; ++sample) {
      Value value = drawn(*axis.random, share(parsed_.samples_seed, axis.key, sample), whole);
      const Place at = value.at;
      settings.push_back({axis.key, reading.target, at, std::move(value)});
    }
    return settings;
  }

  static void put_random_last(Block& block) {
    std::stable_partition(block.moves.begin(), block.moves.end(),
                          [](const Move& move) { return !move.random; });
  }

  void add_for_rows(const Move& move) {
    Move own{{}, move.count, move.random};
    for (const Move::Part& part : move.parts) {
      if (expansion_.columns[part.column].from_flag) own.parts.push_back(part);
    }
    if (!own.parts.empty()) expansion_.of_rows.front().moves.push_back(std::move(own));
  }

  const Parsed& parsed_;
  const Catalogue& catalogue_;
  Faults& faults_;
  Expansion expansion_;
};

class Visitor {
 public:
  Visitor(const std::vector<Block>& blocks, const std::function<bool(const Condition&, const Point&)>& holds,
          const std::function<void(const Point&)>& seen)
      : blocks_(blocks), holds_(holds), seen_(seen) {}

  void from(Point point) {
    point_ = std::move(point);
    block(0);
  }

 private:
  void block(std::size_t at) {
    if (at == blocks_.size()) {
      seen_(point_);
    } else if (blocks_[at].when != nullptr && !holds_(*blocks_[at].when, point_)) {
      block(at + 1);
    } else {
      move(at, 0);
    }
  }

  void move(std::size_t block_at, std::size_t at) {
    if (at == blocks_[block_at].moves.size()) return block(block_at + 1);
    const Move& own = blocks_[block_at].moves[at];
    if (own.random && sample_) {
      take(own, *sample_);
      move(block_at, at + 1);
    } else {
      for (std::size_t i = 0; i < own.count; ++i) {
        take(own, i);
        if (own.random) sample_ = i;
        move(block_at, at + 1);
        if (own.random) sample_.reset();
      }
    }
    for (const Move::Part& part : own.parts) point_.at[part.column] = absent;
    point_.clash = absent;
  }

  void take(const Move& own, std::size_t alternative) {
    for (const Move::Part& part : own.parts) {
      std::size_t& at = point_.at[part.column];
      if (at != absent && at < part.offset) point_.clash = part.column;
      at = part.offset + alternative;
    }
  }

  const std::vector<Block>& blocks_;
  const std::function<bool(const Condition&, const Point&)>& holds_;
  const std::function<void(const Point&)>& seen_;
  Point point_;
  std::optional<std::size_t> sample_;  // that the random axes so far have taken
};

}  // namespace

Expansion expansion_of(const Parsed& parsed, const Catalogue& catalogue, Faults& faults) {
  return Builder(parsed, catalogue, faults).build();
}

void visit(const Expansion& expansion, const Parsed& parsed,
           const std::function<bool(const Condition&, const Point&)>& holds,
           const std::function<void(const Point&)>& seen) {
  const Combination none(expansion.columns.size(), absent);
  if (!parsed.rows_alone) Visitor(expansion.blocks, holds, seen).from({none});
  for (const Point& row : expansion.rows) Visitor(expansion.of_rows, holds, seen).from(row);
}

}  // namespace monge::sweep
