// Values of literals, precedence, positions and documentation.
#include "parsed.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::parse;

static int64_t intValue(const std::string& text) {
  return Parsed("let x = " + text).value<ast::IntLiteral>().value;
}

static int64_t durationValue(const std::string& text) {
  return Parsed("let x = " + text).value<ast::DurationLiteral>().milliseconds;
}

static int64_t sizeValue(const std::string& text) {
  return Parsed("let x = " + text).value<ast::SizeLiteral>().bytes;
}

TEST_CASE("numbers") {
  CHECK(intValue("1_000_000") == 1000000);
  CHECK(intValue("9223372036854775807") == std::numeric_limits<int64_t>::max());
  CHECK(intValue("-9223372036854775808") == std::numeric_limits<int64_t>::min());
  // Only a sign right before the digits belongs to them.
  CHECK(Parsed("let x = -(-9223372036854775808)").value<ast::UnaryExpr>().op ==
        ast::UnaryOp::Negate);
  CHECK(intValue("-0009_223_372_036_854_775_808") == std::numeric_limits<int64_t>::min());
  CHECK(durationValue("250ms") == 250);
  CHECK(durationValue("1h30min") == 5400000);
  CHECK(durationValue("1d1ms") == 86400001);
  CHECK(durationValue("106751991167d") == 106751991167 * 86400000);
  CHECK(sizeValue("512MiB") == 512LL << 20);
  CHECK(sizeValue("10MB") == 10000000);
  CHECK(sizeValue("7B") == 7);
}

TEST_CASE("numbers that do not fit") {
  CHECK(Parsed("let x = 9223372036854775808").codes() == Codes{"E0010 1:9"});
  CHECK(Parsed("let x = -9223372036854775809").codes() == Codes{"E0010 1:10"});
  CHECK(Parsed("let x = 106751991168d").codes() == Codes{"E0010 1:9"});
  CHECK(Parsed("let x = 9223372036854775807TiB").codes() == Codes{"E0010 1:9"});
  CHECK(Parsed("let x = 9223372036854775807ms1ms").codes() == Codes{"E0010 1:9"});
}

/// The expression with a bracket around every operator's operands.
static std::string grouped(const ast::Module& module, ast::ExprId id) {
  const auto& node = module.exprs[id].node;
  if (const auto* name = std::get_if<ast::NameExpr>(&node))
    return name->text;
  if (const auto* unary = std::get_if<ast::UnaryExpr>(&node))
    return std::string(unary->op == ast::UnaryOp::Not ? "(not " : "(-") +
           grouped(module, unary->operand) + ")";
  if (const auto* binary = std::get_if<ast::BinaryExpr>(&node)) {
    static const char* const signs[] = {
        "or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "??", "..", "+", "-", "*", "/", "%"};
    return "(" + grouped(module, binary->left) + signs[static_cast<size_t>(binary->op)] +
           grouped(module, binary->right) + ")";
  }
  return "?";
}

static std::string grouped(const std::string& text) {
  Parsed parsed("let x = " + text);
  REQUIRE(parsed.codes().empty());
  return grouped(parsed.module, std::get<ast::LetDecl>(parsed.module.decls.front().node).value);
}

TEST_CASE("precedence") {
  CHECK(grouped("a or b and c") == "(aor(bandc))");
  CHECK(grouped("a or b or c") == "((aorb)orc)");
  CHECK(grouped("not a == b") == "(not (a==b))");
  CHECK(grouped("not not a and b") == "((not (not a))andb)");
  CHECK(grouped("a == not b") == "(a==(not b))");
  CHECK(grouped("a == b ?? c") == "(a==(b??c))");
  CHECK(grouped("a ?? b ?? c") == "(a??"
                                  "(b??c))");
  CHECK(grouped("a ?? b .. c") == "(a??"
                                  "(b..c))");
  CHECK(grouped("a .. b + c") == "(a..(b+c))");
  CHECK(grouped("a - b - c") == "((a-b)-c)");
  CHECK(grouped("a + b * c % d") == "(a+((b*c)%d))");
  CHECK(grouped("-a * b") == "((-a)*b)");
  CHECK(grouped("- - a") == "(-(-a))");
  CHECK(grouped("a - -b") == "(a-(-b))");
  CHECK(grouped("a in b and c != d") == "((ainb)and(c!=d))");
  CHECK(grouped("(a + b) * c") == "((a+b)*c)");
  CHECK(grouped("a < b or c >= d") == "((a<b)or(c>=d))");
}

TEST_CASE("chains of comparisons are refused, and the fix says what is meant") {
  Parsed chain("let x = 0 < n <= f(10)");
  CHECK(chain.codes() == Codes{"E0107 1:9"});
  CHECK(chain.fixed() == "let x = 0 < n and n <= f(10)");
  CHECK(Parsed(chain.fixed()).codes().empty());
  CHECK(Parsed("let x = (a < b) == (c < d)").codes().empty());
}

TEST_CASE("a type may end right before its `=`") {
  for (const char* text :
       {"let x: List<String>=[]", "fn f(a: Map<String, List<Int>>=[:], b: Int=1) -> Int = 1",
        "type R { a: List<std.T?>=[], b: List<Dir with A & B>=[] }",
        "pipeline p(a: List<Int>=[1]) {\n  let b: List<Int>=a\n}"})
    CHECK(Parsed(text).codes() == Codes{});
  CHECK(Parsed("let x = a >= b").value<ast::BinaryExpr>().op == ast::BinaryOp::GreaterEqual);
  CHECK(Parsed("let x = [\"k\": a >= b]").codes() == Codes{});
  CHECK(Parsed("let x: Bool = a<b").codes() == Codes{});
  CHECK(Parsed("let x = [\"k\": a < b, \"l\": c >= d]").codes() == Codes{});
}

TEST_CASE("positions are bytes of the file") {
  Parsed parsed("let é = 1");
  CHECK(parsed.codes() == Codes{"E0001 1:5"});
  Parsed second("// é\nlet x = \"é${ab}\"\n");
  const auto& string = second.value<ast::StringLiteral>();
  REQUIRE(string.parts.size() == 2);
  const diagnostics::SourceFile& source = second.sources.file(second.file);
  auto textAt = [&](diagnostics::SourceRange range) {
    return source.text().slice(range.begin, range.end);
  };
  CHECK(textAt(string.parts[0].range) == "é");
  CHECK(textAt(string.parts[1].range) == "${ab}");
  CHECK(textAt(second.module.exprs[string.parts[1].hole].range) == "ab");
}

TEST_CASE("documentation goes to the next declaration") {
  Parsed parsed("//! module\n//!  indented\n\n/// one\n///\n/// two\n//// none\n// none\n"
                "pub enum E {\n  /// member\n  a, b }\n");
  CHECK(parsed.module.doc == "module\n indented");
  REQUIRE(parsed.module.decls.size() == 1);
  CHECK(parsed.module.decls[0].doc == "one\n\ntwo");
  CHECK(parsed.module.decls[0].isPublic);
  const auto& members = std::get<ast::EnumDecl>(parsed.module.decls[0].node).members;
  REQUIRE(members.size() == 2);
  CHECK(members[0].doc == "member");
  CHECK(members[1].doc.empty());
  CHECK(parsed.module.comments.size() == 8);
}

TEST_CASE("soft keywords are names") {
  std::string names = "use as type enum evidence environment requires source build test deploy "
                      "approve pipeline stage when run resolve rollback probe out subject pool "
                      "proves with";
  llvm::SmallVector<llvm::StringRef> words;
  llvm::StringRef(names).split(words, ' ');
  for (llvm::StringRef word : words) {
    INFO(word.str());
    CHECK(Parsed("let " + word.str() + " = a." + word.str() + "(" + word.str() + ", " + word.str() +
                 " = 1)")
              .codes()
              .empty());
  }
}

TEST_CASE("a module with errors says so") {
  CHECK(!Parsed("let x = 1").module.hasSyntaxErrors);
  CHECK(Parsed("let x = )").module.hasSyntaxErrors);
  CHECK(Parsed("let x = \xff").module.hasSyntaxErrors);
}

TEST_CASE("the dump is the same for the same text") {
  std::string text = "pipeline p() { let a = f([for x in y => x: 1]) }";
  CHECK(Parsed(text).dump() == Parsed(text).dump());
}
