// From the axes of a file to its points: the product of [grid], [[zip]] and the random axes, then the axes of
// each [[when]] that holds there; and the [[row]]s beside them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sweep/layout.h"
#include "sweep/parsed.h"

namespace monge::sweep {

/// Some axes that move together: one of [grid], those of a [[zip]], all that are random.
struct Move {
  struct Part {
    std::size_t column, offset;  // of the first alternative among the column's
  };
  std::vector<Part> parts;
  std::size_t count = 0;
  bool random = false;
};

/// Moves that are made where a condition holds, or everywhere.
struct Block {
  const Condition* when = nullptr;
  std::vector<Move> moves;
};

/// A cell to be: its alternative in each column, `absent` where it has none, and the row it was written as.
struct Point {
  Combination at;
  const Row* row = nullptr;
  std::size_t clash = absent;  // a column to which two [[when]]s give a value here
};

struct Expansion {
  std::vector<GridAxis> columns;  // one for each key; axes of two [[when]]s with one key are one column
  std::size_t axes = 0;           // columns from here on are set by rows alone
  std::vector<Block> blocks;      // the first one has no condition
  std::vector<Point> rows;
  std::vector<Block> of_rows;  // what --axis adds to rows too
};

/// Draws the random axes and orders the moves. Faults: random axes without samples, too many cells.
Expansion expansion_of(const Parsed& parsed, const Catalogue& catalogue, Faults& faults);

/// Visits every point, the last move fastest, rows last. `holds`: whether a [[when]] holds at a point whose
/// axes up to it are settled.
void visit(const Expansion& expansion, const Parsed& parsed,
           const std::function<bool(const Condition&, const Point&)>& holds,
           const std::function<void(const Point&)>& seen);

}  // namespace monge::sweep
