// The layout of documents.
#include "compiler/format/document.h"

#include <catch2/catch.hpp>

using namespace pipec::format;

namespace {

/// `f(a, b)`, and what follows it.
Document call(llvm::StringRef first, llvm::StringRef second, llvm::StringRef behind = "") {
  Document doc;
  doc.beginGroup();
  doc.text("f(");
  doc.beginIndent();
  doc.line(Break::Nothing);
  doc.text(first);
  doc.text(",");
  doc.line(Break::Space);
  doc.text(second);
  doc.ifBroken(",");
  doc.endIndent();
  doc.line(Break::Nothing);
  doc.text(")");
  doc.endGroup();
  doc.text(behind);
  return doc;
}

} // namespace

TEST_CASE("a group that fits is one line, else all its lines are broken") {
  CHECK(call("aa", "bb").render(9) == "f(aa, bb)");
  CHECK(call("aa", "bb").render(8) == "f(\n  aa,\n  bb,\n)");
  CHECK(call("ää", "bb").render(9) == "f(ää, bb)");
}

TEST_CASE("what follows a group up to the next break must fit, too") {
  CHECK(call("aa", "bb", " {").render(11) == "f(aa, bb) {");
  CHECK(call("aa", "bb", " {").render(10) == "f(\n  aa,\n  bb,\n) {");
}

TEST_CASE("a comment breaks the groups around it, and is not measured") {
  Document doc;
  doc.beginGroup();
  doc.text("[");
  doc.beginIndent();
  doc.line(Break::Nothing);
  doc.text("a");
  doc.ifBroken(",");
  doc.space();
  doc.comment("// c");
  doc.endIndent();
  doc.line(Break::Nothing);
  doc.text("]");
  doc.endGroup();
  CHECK(doc.render(100) == "[\n  a, // c\n]");

  Document trailing = call("aa", "bb");
  trailing.space();
  trailing.comment("// a long comment");
  CHECK(trailing.render(9) == "f(aa, bb) // a long comment");
}

TEST_CASE("white space that nothing follows is not written") {
  Document doc;
  doc.text("a");
  doc.space(3, 3);
  doc.line(Break::Space);
  doc.line(Break::Space, /*blank=*/true);
  doc.line(Break::Space);
  doc.text("b");
  doc.space();
  doc.line(Break::Space);
  CHECK(doc.render(100) == "a\n\nb");
}

TEST_CASE("the lines of a literal are relative to the line it begins on") {
  Document doc;
  doc.beginIndent();
  doc.line(Break::Nothing);
  doc.text("x = ");
  doc.literal({{"<", false}, {"one", false}, {"", false}, {"two", true}, {">", false}});
  doc.endIndent();
  Document outer;
  outer.text("{");
  outer.beginIndent();
  outer.line(Break::Nothing);
  outer.text("x = ");
  outer.literal({{"<", false}, {"one", false}, {"", false}, {"two", true}, {">", false}});
  outer.endIndent();
  CHECK(outer.render(100) == "{\n  x = <\n    one\n\ntwo\n    >");
}

TEST_CASE("a hugged part is broken in the place of its group, if its first line fits") {
  auto hugging = [](llvm::StringRef head) {
    Document doc;
    doc.beginGroup();
    doc.text(head);
    doc.beginIndent();
    doc.line(Break::Nothing);
    doc.beginHugged();
    doc.beginGroup();
    doc.text("[");
    doc.beginIndent();
    doc.line(Break::Nothing);
    doc.text("element");
    doc.ifBroken(",");
    doc.endIndent();
    doc.line(Break::Nothing);
    doc.text("]");
    doc.endGroup();
    doc.endHugged();
    doc.ifBroken(",");
    doc.endIndent();
    doc.line(Break::Nothing);
    doc.text(")");
    doc.endGroup();
    return doc;
  };
  CHECK(hugging("f(").render(12) == "f([element])");
  CHECK(hugging("f(").render(10) == "f([\n  element,\n])");
  CHECK(hugging("a_long_name(").render(12) == "a_long_name(\n  [element],\n)");
}
