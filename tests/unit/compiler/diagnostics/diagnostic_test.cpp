// Building diagnostics, and the list that keeps them.
#include "compiler/diagnostics/diagnostic.h"

#include <catch2/catch.hpp>

using namespace pipec::diagnostics;

namespace {
constexpr SourceFileId File{0};
}

TEST_CASE("a builder hands its diagnostic over at the end of the expression") {
  DiagnosticList list;
  DiagnosticEmitter emitter(list);
  emitter.emit(Code::E0204, {File, 4, 7}, "`src` is already a parameter")
      .label("here")
      .also({File, 0, 3}, "declared here")
      .note("a note")
      .help("a help")
      .fix({File, 4, 7}, "other");
  REQUIRE(list.all().size() == 1);
  const Diagnostic& diagnostic = list.all().front();
  CHECK(diagnostic.code == Code::E0204);
  CHECK(diagnostic.message == "`src` is already a parameter");
  CHECK(diagnostic.primary.text == "here");
  CHECK(diagnostic.primary.range == SourceRange{File, 4, 7});
  REQUIRE(diagnostic.secondary.size() == 1);
  CHECK(diagnostic.secondary[0].text == "declared here");
  CHECK(diagnostic.notes == std::vector<std::string>{"a note"});
  CHECK(diagnostic.help == "a help");
  REQUIRE(diagnostic.fixes.size() == 1);
  CHECK(diagnostic.fixes[0].description == "other");
  CHECK(diagnostic.fixes[0].edits[0].replacement == "other");
}

TEST_CASE("a list counts errors, not warnings") {
  DiagnosticList list;
  DiagnosticEmitter emitter(list);
  emitter.emit(Code::W0901, {File, 0, 1}, "unused");
  CHECK(!list.hasErrors());
  emitter.emit(Code::E0001, {File, 0, 1}, "bad");
  CHECK(list.hasErrors());
  CHECK(list.errorCount() == 1);
}

TEST_CASE("sorting is by place and drops repetitions") {
  DiagnosticList list;
  DiagnosticEmitter emitter(list);
  emitter.emit(Code::E0201, {SourceFileId{1}, 0, 1}, "c");
  emitter.emit(Code::E0201, {File, 9, 10}, "b");
  emitter.emit(Code::E0201, {File, 2, 3}, "a");
  emitter.emit(Code::E0201, {File, 9, 10}, "b");
  list.sort();
  REQUIRE(list.all().size() == 3);
  CHECK(list.all()[0].message == "a");
  CHECK(list.all()[1].message == "b");
  CHECK(list.all()[2].message == "c");
  CHECK(list.errorCount() == 3);
}
