// The digest by which equal calls are one node.
#include "compiler/lower/value_hasher.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::lower;

static base::FastHash hash(const Value& value) {
  ValueHasher hasher;
  hasher.add(value);
  return hasher.hash();
}

static Artifact artifact(uint32_t node) {
  Artifact result;
  result.ref = {plan::NodeId{node}, 0};
  return result;
}

TEST_CASE("values that differ have different digests") {
  std::vector<Value> values = {
      Value(),
      false,
      true,
      int64_t(0),
      int64_t(1),
      Duration{1},
      Size{1},
      makeString(""),
      makeString("a"),
      makeText(TextKind::Version, "1"),
      makeText(TextKind::Url, "1"),
      makeText(TextKind::Secret, "1"),
      makeString("1"),
      makeList({}),
      makeList({makeString("a"), makeString("b")}),
      makeList({makeString("ab")}),
      makeList({makeList({makeString("a")}), makeString("b")}),
      makeList({makeList({makeString("a"), makeString("b")})}),
      artifact(1),
      artifact(2),
      Deployment{plan::NodeId{1}},
      Enumerator{sema::SymbolId{1}, 0},
      Enumerator{sema::SymbolId{1}, 1},
      makeRecord(sema::SymbolId{1}, {makeString("a")}),
      makeRecord(sema::SymbolId{2}, {makeString("a")}),
      makeArg({std::string("a"), ArtifactPiece{artifact(1), false}}),
      makeArg({std::string("a"), ArtifactPiece{artifact(1), true}}),
      makeCommand({std::string("a")}),
      makeCommand({ShellReference{{std::string("a")}, sema::HoleContext::Unquoted}}),
      makeCommand({ShellReference{{std::string("a")}, sema::HoleContext::DoubleQuoted}}),
  };
  for (size_t i = 0; i < values.size(); ++i)
    for (size_t j = 0; j < values.size(); ++j) {
      INFO(i << " and " << j);
      CHECK((hash(values[i]) == hash(values[j])) == (i == j));
    }
}

TEST_CASE("proofs, pools and names of a handle do not count") {
  Artifact proved = artifact(1);
  proved.proofs = addProof(nullptr, {sema::SymbolId{1}, plan::NodeId{7}});
  proved.pool = true;
  proved.maker = plan::NodeId{7};
  CHECK(hash(proved) == hash(artifact(1)));
}

TEST_CASE("text pieces join, and an Arg of text alone is a String") {
  ArgPieces pieces;
  append(pieces, std::string("a"));
  append(pieces, std::string(""));
  append(pieces, std::string("b"));
  CHECK(pieces.size() == 1);
  Value value = makeArg(pieces);
  REQUIRE(value.is<Text>());
  CHECK(value.text() == "ab");
}
