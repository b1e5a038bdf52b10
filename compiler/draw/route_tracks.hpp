// Wires: every stream between two switches has a track of its own, so that lines never lie on each other.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "compiler/draw/array_view.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

class RouteTracks {
 public:
  // Keeps references.
  RouteTracks(const Plan& plan, const ArrayView& view);

  // One connection inside its cell: from the side, or the body, where words come in to where they go out.
  [[nodiscard]] std::vector<Point> line(const Hop& hop) const;
  // Whether a port leads to the body of its own tile, and not to a neighbour. PLIOs are the shim's body.
  static bool is_local(arch::TileCoord tile, arch::StreamPort port);
  // Between tracks where they are closest, in px: lines should be thinner.
  [[nodiscard]] double spacing() const { return spacing_; }

 private:
  static constexpr double kWidestSpacing = 4;  // px

  // A wire between neighbours is named by the port at its source: north- and eastgoing ones first.
  struct Wire {
    bool backwards{};  // southgoing, westgoing
    int index{};
    friend auto operator<=>(const Wire&, const Wire&) = default;
  };
  // Something that needs a place of its own within one switch.
  struct Bend {
    arch::StreamPort port{};
    bool is_master{};
    friend auto operator<=>(const Bend&, const Bend&) = default;
  };
  struct Place {
    int rank{}, count{};
  };
  struct End {
    bool vertical{}, local{};
    double at{};  // x of a vertical wire, y of a horizontal one
  };
  void collect(const Hop& hop);
  void claim_wire(arch::TileCoord tile, arch::StreamPort port, bool is_master);
  [[nodiscard]] End end_of(arch::TileCoord tile, arch::StreamPort port, bool is_master) const;
  [[nodiscard]] Point boundary(arch::TileCoord tile, const End& end, arch::StreamPort port,
                               bool is_master) const;
  // Column where a connection between two horizontal wires turns, or a local port comes up; row where one
  // between two vertical wires turns.
  [[nodiscard]] double turn_x(arch::TileCoord tile, Bend bend) const;
  [[nodiscard]] double turn_y(arch::TileCoord tile, Bend bend) const;
  [[nodiscard]] double entry_y(arch::TileCoord tile, Bend bend) const;
  // Of a gutter, from its left or lower side: where the wires and the turns are centred.
  struct Bands {
    double wires{}, turns{};
    double step{};  // from one track to the next
  };
  Bands bands(std::size_t wires, std::size_t turns);
  static double offset(double middle, double step, Place place);
  template <class Key>
  static Place place_of(const std::set<Key>& set, const Key& key);

  const ArrayView& view_;
  std::map<int, std::set<Wire>> columns_, rows_;
  std::map<arch::TileCoord, std::set<Bend>> turns_x_, turns_y_;
  std::map<int, Bands> column_bands_, row_bands_;
  double spacing_{kWidestSpacing};
};

}  // namespace aie4ml::compiler
