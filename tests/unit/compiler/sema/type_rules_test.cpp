// Subtyping and joins.
#include "compiler/sema/type_rules.h"

#include <catch2/catch.hpp>

using namespace pipec::sema;

namespace {

struct Types {
  TypeTable table;

  TypeId operator()(TypeKind kind) { return table.simple(kind); }
  TypeId proven(TypeKind kind, std::vector<uint32_t> evidence) {
    std::vector<SymbolId> ids;
    for (uint32_t index : evidence)
      ids.push_back(SymbolId{index});
    return table.with(table.simple(kind), ids);
  }
  bool below(TypeId s, TypeId t) { return isSubtype(table, s, t); }
};

} // namespace

TEST_CASE("equal types have equal ids") {
  Types types;
  TypeId files = types.table.list(types(TypeKind::File));
  CHECK(types.table.list(types(TypeKind::File)) == files);
  CHECK(types.proven(TypeKind::Dir, {2, 1, 2}) == types.proven(TypeKind::Dir, {1, 2}));
  CHECK(types.proven(TypeKind::Dir, {}) == types(TypeKind::Dir));
  CHECK(types.table.optional(types.table.optional(files)) == types.table.optional(files));
}

TEST_CASE("evidence adds up and can be forgotten, never invented") {
  Types types;
  TypeId plain = types(TypeKind::Image);
  TypeId tested = types.proven(TypeKind::Image, {1});
  TypeId both = types.proven(TypeKind::Image, {1, 2});
  CHECK(types.table.with(tested, SymbolId{2}) == both);
  CHECK(types.below(both, tested));
  CHECK(types.below(tested, plain));
  CHECK_FALSE(types.below(tested, both));
  CHECK_FALSE(types.below(plain, tested));
  CHECK_FALSE(types.below(tested, types.proven(TypeKind::File, {1})));
  CHECK(join(types.table, both, types.proven(TypeKind::Image, {2, 3})) ==
        types.proven(TypeKind::Image, {2}));
  CHECK(join(types.table, tested, types.proven(TypeKind::Image, {3})) == plain);
}

TEST_CASE("text and artifacts have supertypes") {
  Types types;
  CHECK(types.below(types(TypeKind::String), types(TypeKind::Arg)));
  CHECK_FALSE(types.below(types(TypeKind::Arg), types(TypeKind::String)));
  CHECK_FALSE(types.below(types(TypeKind::Int), types(TypeKind::Arg)));
  CHECK_FALSE(types.below(types(TypeKind::File), types(TypeKind::Arg)));
  CHECK(types.below(types.proven(TypeKind::File, {1}), types(TypeKind::Artifact)));
  CHECK(types.below(types(TypeKind::TestReport), types(TypeKind::Artifact)));
  CHECK(join(types.table, types(TypeKind::File), types(TypeKind::Dir)) ==
        types(TypeKind::Artifact));
  CHECK(join(types.table, types(TypeKind::String), types(TypeKind::Arg)) == types(TypeKind::Arg));
  CHECK(join(types.table, types(TypeKind::String), types(TypeKind::Int)) == std::nullopt);
}

TEST_CASE("collections follow their elements") {
  Types types;
  TypeTable& table = types.table;
  TypeId file = types(TypeKind::File), artifact = types(TypeKind::Artifact);
  TypeId string = types(TypeKind::String);
  CHECK(types.below(table.list(file), table.list(artifact)));
  CHECK(types.below(table.list(file), table.each(artifact)));
  CHECK_FALSE(types.below(table.each(file), table.list(file)));
  CHECK(types.below(table.map(string, file), table.map(string, artifact)));
  CHECK_FALSE(types.below(table.map(types(TypeKind::Int), file), table.map(string, file)));
  CHECK(types.below(file, table.optional(artifact)));
  CHECK(types.below(types(TypeKind::None), table.optional(file)));
  CHECK_FALSE(types.below(table.optional(file), file));
  CHECK(join(table, table.list(file), table.each(types(TypeKind::Dir))) == table.each(artifact));
  CHECK(join(table, types(TypeKind::None), file) == table.optional(file));
  CHECK(join(table, table.optional(string), types(TypeKind::Arg)) ==
        table.optional(types(TypeKind::Arg)));
}

TEST_CASE("deployments forget their environment, and Error fits everywhere") {
  Types types;
  TypeId any = types(TypeKind::Deployment);
  TypeId one = types.table.deployment(SymbolId{1}), other = types.table.deployment(SymbolId{2});
  CHECK(types.below(one, any));
  CHECK_FALSE(types.below(any, one));
  CHECK_FALSE(types.below(one, other));
  CHECK(join(types.table, one, other) == any);
  TypeId error = types(TypeKind::Error);
  CHECK(types.below(error, any));
  CHECK(types.below(any, error));
  CHECK(types.table.list(error) != error);
  CHECK(types.below(types.table.list(error), types.table.list(any)));
}
