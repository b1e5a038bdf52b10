#include "compiler/draw/route_tracks.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace aie4ml::compiler {
namespace {

constexpr double kEdge = 0.05;  // of a gutter, stays free on either side

bool is_horizontal(arch::PortSide side) {
  return side == arch::PortSide::west || side == arch::PortSide::east;
}

// Words move south or west through it.
bool moves_backwards(arch::PortSide side, bool is_master) {
  return is_master ? side == arch::PortSide::south || side == arch::PortSide::west
                   : side == arch::PortSide::north || side == arch::PortSide::east;
}

}  // namespace

RouteTracks::RouteTracks(const Plan& plan, const ArrayView& view) : view_(view) {
  for (const Route& route : plan.routes) {
    for (const Hop& hop : route) collect(hop);
  }
  std::map<int, std::size_t> turns_of_column, turns_of_row;  // of the fullest switch
  for (const auto& [tile, set] : turns_x_) {
    turns_of_column[tile.col] = std::max(turns_of_column[tile.col], set.size());
  }
  for (const auto& [tile, set] : turns_y_) {
    turns_of_row[tile.row] = std::max(turns_of_row[tile.row], set.size());
  }
  for (int col = view_.first_col(); col <= view_.last_col(); ++col) {
    column_bands_[col] = bands(columns_[col].size(), turns_of_column[col]);
  }
  for (int row = 0; row <= view_.last_row(); ++row) {
    row_bands_[row] = bands(rows_[row].size(), turns_of_row[row]);
  }
}

// Wires to neighbours lie in the first part of a gutter, turns in the rest.
RouteTracks::Bands RouteTracks::bands(std::size_t wires, std::size_t turns) {
  wires = std::max<std::size_t>(wires, 1);
  turns = std::max<std::size_t>(turns, 1);
  const double begin = view_.gutter() * kEdge, end = view_.gutter() * (1 - kEdge);
  const double step = (end - begin) / static_cast<double>(wires + turns);
  const double border = begin + step * static_cast<double>(wires);
  spacing_ = std::min(spacing_, step);
  return {(begin + border) / 2, (border + end) / 2, std::min(step, kWidestSpacing)};
}

double RouteTracks::offset(double middle, double step, Place place) {
  return middle + (place.rank - (place.count - 1) / 2.0) * step;
}

bool RouteTracks::is_local(arch::TileCoord tile, arch::StreamPort port) {
  return arch::is_local(port.side) || (tile.row == 0 && port.side == arch::PortSide::south);
}

void RouteTracks::claim_wire(arch::TileCoord tile, arch::StreamPort port, bool is_master) {
  if (is_local(tile, port)) {
    turns_x_[tile].insert({port, is_master});
    return;
  }
  const Wire wire{moves_backwards(port.side, is_master), port.index};
  if (is_horizontal(port.side)) {
    rows_[tile.row].insert(wire);
  } else {
    columns_[tile.col].insert(wire);
  }
}

void RouteTracks::collect(const Hop& hop) {
  const auto& [slave, master] = hop.connection;
  claim_wire(hop.tile, slave, false);
  claim_wire(hop.tile, master, true);
  // Turning places belong to the slave: what is sent on to several masters turns once.
  const bool from_horizontal = is_horizontal(slave.side), to_horizontal = is_horizontal(master.side);
  if (from_horizontal && to_horizontal) turns_x_[hop.tile].insert({slave, false});
  if (!from_horizontal && !to_horizontal) turns_y_[hop.tile].insert({slave, false});
}

template <class Key>
RouteTracks::Place RouteTracks::place_of(const std::set<Key>& set, const Key& key) {
  const auto found = set.find(key);
  if (found == set.end()) std::abort();  // every hop of the plan was collected
  return {static_cast<int>(std::distance(set.begin(), found)), static_cast<int>(set.size())};
}

double RouteTracks::turn_x(arch::TileCoord tile, Bend bend) const {
  const Place place = place_of(turns_x_.at(tile), bend);
  return view_.cell(tile).x +
         offset(column_bands_.at(tile.col).turns, column_bands_.at(tile.col).step, place);
}

double RouteTracks::turn_y(arch::TileCoord tile, Bend bend) const {
  const Place place = place_of(turns_y_.at(tile), bend);
  return view_.cell(tile).bottom() -
         offset(row_bands_.at(tile.row).turns, row_bands_.at(tile.row).step, place);
}

// Wires further left reach the body higher up, so that they do not cross.
double RouteTracks::entry_y(arch::TileCoord tile, Bend bend) const {
  const Place place = place_of(turns_x_.at(tile), bend);
  const Box body = view_.body(tile);
  const double step = std::min(kWidestSpacing, body.height / (place.count + 1));
  return body.bottom() - (place.count - place.rank) * step;
}

RouteTracks::End RouteTracks::end_of(arch::TileCoord tile, arch::StreamPort port, bool is_master) const {
  if (is_local(tile, port)) return {true, true, turn_x(tile, {port, is_master})};
  const bool horizontal = is_horizontal(port.side);
  const auto& wires = horizontal ? rows_.at(tile.row) : columns_.at(tile.col);
  const Place place = place_of(wires, Wire{moves_backwards(port.side, is_master), port.index});
  const Bands& bands = horizontal ? row_bands_.at(tile.row) : column_bands_.at(tile.col);
  const double from_corner = offset(bands.wires, bands.step, place);
  const Box cell = view_.cell(tile);
  return horizontal ? End{false, false, cell.bottom() - from_corner} : End{true, false, cell.x + from_corner};
}

Point RouteTracks::boundary(arch::TileCoord tile, const End& end, arch::StreamPort port,
                            bool is_master) const {
  const Box cell = view_.cell(tile);
  if (end.local) return {end.at, entry_y(tile, {port, is_master})};
  if (!end.vertical) return {port.side == arch::PortSide::west ? cell.x : cell.right(), end.at};
  return {end.at, port.side == arch::PortSide::south ? cell.bottom() : cell.y};
}

std::vector<Point> RouteTracks::line(const Hop& hop) const {
  const auto& [slave, master] = hop.connection;
  const End from = end_of(hop.tile, slave, false), to = end_of(hop.tile, master, true);
  std::vector<Point> points;
  if (from.local) points.push_back({view_.body(hop.tile).x, entry_y(hop.tile, {slave, false})});
  points.push_back(boundary(hop.tile, from, slave, false));
  if (from.vertical && to.vertical) {
    const double y = turn_y(hop.tile, {slave, false});
    points.push_back({from.at, y});
    points.push_back({to.at, y});
  } else if (!from.vertical && !to.vertical) {
    const double x = turn_x(hop.tile, {slave, false});
    points.push_back({x, from.at});
    points.push_back({x, to.at});
  } else if (from.vertical) {
    points.push_back({from.at, to.at});
  } else {
    points.push_back({to.at, from.at});
  }
  points.push_back(boundary(hop.tile, to, master, true));
  if (to.local) points.push_back({view_.body(hop.tile).x, entry_y(hop.tile, {master, true})});
  return points;
}

}  // namespace aie4ml::compiler
