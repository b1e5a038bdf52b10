// Where the variables of a vector program are declared in C++: in the innermost block that has all their
// uses, with their first value if that is given there. Internal to the folder.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

class Scopes {
 public:
  // The program outlives this and stays where it is.
  explicit Scopes(const VectorProgram& program);

  // Variables that a block declares at its start, without a value.
  [[nodiscard]] const std::vector<int>& declared_at_start(const std::vector<Node>& block) const;
  // Whether the statement declares the variable it gives a value to.
  [[nodiscard]] bool declared_here(const Statement& statement) const {
    return declaring_.contains(&statement);
  }

 private:
  using Block = const std::vector<Node>*;
  struct Use {
    std::vector<Block> path;  // outermost first
    const Statement* statement{};
    bool defines{};  // without reading what was there
  };
  void visit(const std::vector<Node>& block, std::vector<Block>& path);
  void add_use(int variable, const std::vector<Block>& path, const Statement& statement, bool defines);

  std::map<int, std::vector<Use>> uses_;
  std::map<Block, std::vector<int>> at_start_;
  std::set<const Statement*> declaring_;
};

}  // namespace aie4ml::kernels
