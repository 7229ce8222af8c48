// One mistake gives one message, what follows is still read, and fixes fix.
#include "parsed.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::parse;

/// The mistake gives the one code at the place, and its fix makes the text right.
static void checkFix(const std::string& text, const std::string& code, const std::string& fixed) {
  INFO(text);
  Parsed parsed(text);
  CHECK(parsed.codes() == Codes{code});
  CHECK(parsed.fixed() == fixed);
  CHECK(Parsed(fixed).codes().empty());
}

TEST_CASE("a late use behind declarations of which none could be read") {
  for (const char* text : {"use std.git\nlet\nuse std.web", "use std.git\npub\nuse std.web",
                           "use std.git\nenum\nuse std.web", "use std.git\nlet = 3\nuse std.web"})
    CHECK(!Parsed(text).codes().empty());
}

TEST_CASE("fixes") {
  checkFix("# a\nlet x = 1", "E0001 1:1", "// a\nlet x = 1");
  checkFix("let x = 1;", "E0001 1:10", "let x = 1");
  checkFix("let x = 'a'", "E0001 1:9", "let x = \"a\"");
  checkFix("let x = !a", "E0001 1:9", "let x = not a");
  checkFix("\xEF\xBB\xBFlet x = 1", "E0002 1:1", "let x = 1");
  checkFix("let x = \"a\nlet y = 1", "E0003 1:9", "let x = \"a\"\nlet y = 1");
  checkFix("let x = \"\\d\"", "E0004 1:10", "let x = \"\\\\d\"");
  checkFix("let x = \"\"\"\n a\n  \"\"\"", "E0005 2:2", "let x = \"\"\"\n  a\n  \"\"\"");
  checkFix("let x = 5m", "E0006 1:9", "let x = 5min");
  checkFix("let x = 1.5GiB", "E0007 1:9", "let x = 1536MiB");
  checkFix("build b() {\n  run sh\"a \"b\" c\"\n}", "E0009 2:12",
           "build b() {\n  run sh\"\"\"\n    a \"b\" c\n    \"\"\"\n}");
  checkFix("let x = f(a b)", "E0104 1:12", "let x = f(a, b)");
  checkFix("let x = if a { [] }", "E0106 1:9", "let x = if a { [] } else { [] }");
  checkFix("let x = a && b", "E0101 1:11", "let x = a and b");
  checkFix("let x = f(a: 1)", "E0101 1:12", "let x = f(a = 1)");
  checkFix("fn f(a = Int) -> Int = 1", "E0101 1:8", "fn f(a : Int) -> Int = 1");
  checkFix("fn f(a Int) -> Int = 1", "E0101 1:8", "fn f(a: Int) -> Int = 1");
  checkFix("let x 3", "E0101 1:7", "let x = 3");
  checkFix("build b() { image: a run sh\"x\" }", "E0101 1:18",
           "build b() { image = a run sh\"x\" }");
  checkFix("build b() {\n  runs sh\"x\"\n}", "E0101 2:8", "build b() {\n  run sh\"x\"\n}");
  checkFix("pipeline p() {\n  x = f()\n}", "E0101 2:5", "pipeline p() {\n  let x = f()\n}");
  checkFix("let x = match a { 1 -> 2 }", "E0101 1:21", "let x = match a { 1 => 2 }");
  checkFix("let x = 1\n}", "E0103 2:1", "let x = 1\n");
  checkFix("use \"./a-b.pipe\"", "E0101 1:5", "use \"./a-b.pipe\" as a_b");
}

/// Names of the declarations that could be read.
static std::vector<std::string> namesIn(const Parsed& parsed) {
  std::vector<std::string> names;
  for (const ast::Decl& decl : parsed.module.decls)
    names.push_back(ast::nameOf(decl).text);
  return names;
}

TEST_CASE("a declaration with a mistake does not spoil the next") {
  using Names = std::vector<std::string>;
  auto check = [](const std::string& broken, const std::string& code) {
    INFO(broken);
    Parsed parsed(broken + "\nbuild after(a: Int) -> File {\n  run sh\"x\"\n}\nlet last = 1\n");
    CHECK(parsed.codes() == Codes{code});
    Names names = namesIn(parsed);
    REQUIRE(names.size() >= 2);
    CHECK(names[names.size() - 2] == "after");
    CHECK(names.back() == "last");
  };
  check("let x = )", "E0101 1:9");
  check("let x = f(1, 2", "E0101 2:1");
  check("let x = [1, 2", "E0101 2:1");
  check("let x = \"a", "E0003 1:9");
  check("let x = f(\"a)", "E0003 1:11");
  check("let x = \"${a\"", "E0102 1:10");
  check("let x = sh\"\"\"\n  ${a\n  \"\"\"", "E0102 2:3");
  check("build b() -> File {\n  run sh\"x\"", "E0102 1:19");
  check("build b() -> File {\n  run sh\"x\"\n}\n}", "E0103 4:1");
  check("build (a: Int) -> File { run sh\"x\" }", "E0101 1:7");
  check("type T { a: Int, b }", "E0101 1:20");
  check("enum E {", "E0102 1:8");
  check("fn f(a: Int) -> Int { let b = a }", "E0101 1:33");
  check("pipeline p( {\n}", "E0101 1:13");
  check("environment E requires { url = \"x\" }", "E0101 1:24");
  check("nonsense at all", "E0101 1:1");
  check("= 3", "E0101 1:1");
}

TEST_CASE("an item with a mistake does not spoil the next") {
  Parsed parsed("build b(a: Int) -> File {\n"
                "  timeout = 5 5\n"
                "  image = f(,)\n"
                "  let x = [1, 2\n"
                "  work = a.\n"
                "  out = \"x\"\n"
                "  run sh\"x\"\n"
                "}\n");
  CHECK(parsed.codes() == Codes{"E0101 2:15", "E0101 3:13", "E0101 5:3", "E0101 6:7"});
  const auto& action = std::get<ast::ActionDecl>(parsed.module.decls.at(0).node);
  CHECK(std::holds_alternative<ast::CommandItem>(action.items.back()));
}

TEST_CASE("a name bound to something broken is bound") {
  Parsed parsed(
      "pipeline p() {\n  let a = f(\n  let b = g(1 2, = 3)\n  stage s {\n    let c = )\n  }\n}");
  const auto& pipeline = std::get<ast::PipelineDecl>(parsed.module.decls.at(0).node);
  REQUIRE(pipeline.items.size() == 3);
  CHECK(std::get<ast::LetDecl>(pipeline.items[0]).name.text == "a");
  CHECK(std::get<ast::LetDecl>(pipeline.items[1]).name.text == "b");
  const auto& stage = std::get<ast::StageDecl>(pipeline.items[2]);
  REQUIRE(stage.items.size() == 1);
  CHECK(std::get<ast::LetDecl>(stage.items[0]).name.text == "c");
}

TEST_CASE("arguments around a broken one are kept") {
  Parsed parsed("let x = f(a, b = , c = 3)");
  CHECK(parsed.codes() == Codes{"E0101 1:18"});
  const auto& call = parsed.value<ast::CallExpr>();
  REQUIRE(call.arguments.size() == 3);
  CHECK(call.arguments[1].name->text == "b");
  CHECK(std::holds_alternative<ast::ErrorExpr>(parsed.module.exprs[call.arguments[1].value].node));
  CHECK(call.arguments[2].name->text == "c");
}

TEST_CASE("many missing commas are one mistake in each place") {
  Parsed parsed("let x = [1 2 3 4 5]\nlet y = [1 2]");
  CHECK(parsed.codes() == Codes{"E0104 1:11", "E0104 2:11"});
  CHECK(parsed.value<ast::ListLiteral>().elements.size() == 5);
}

TEST_CASE("one character that starts nothing gives one message, wherever it stands") {
  CHECK(Parsed("# a b c\n# let x = (\nlet y = 1").codes() == Codes{"E0001 1:1"});
  CHECK(Parsed("let y = 1;\n# let z = 3;\nlet z = 3;").codes() == Codes{"E0001 1:10", "E0001 2:1"});
  CHECK(Parsed("let y = 1 ^ 2; @\nlet z = 3").codes() == Codes{"E0001 1:11"});
  CHECK(Parsed("let y = 1 @ 2\nlet z = 3").codes() == Codes{"E0001 1:11"});
  CHECK(Parsed("let größe = 3\nlet z = größe").codes() == Codes{"E0001 1:7"});
}

TEST_CASE("a block comment is one mistake") {
  CHECK(Parsed("/* a \"b\n c' */ let x = 1").codes() == Codes{"E0001 1:1"});
  CHECK(Parsed("let x = 1 /* b */ + 2").codes() == Codes{"E0001 1:11"});
}
