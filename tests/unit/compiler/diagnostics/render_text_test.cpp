// The text that people see.
#include "compiler/diagnostics/render.h"

#include <catch2/catch.hpp>

using namespace pipec::diagnostics;

namespace {

/// One file, and a way to point at words in it.
class Page {
public:
  explicit Page(std::string text) : id(sources.add("a.pipe", std::move(text))) {}

  SourceRange range(llvm::StringRef word) const {
    auto begin = static_cast<uint32_t>(sources.file(id).text().find(word));
    return {id, begin, begin + static_cast<uint32_t>(word.size())};
  }

  Diagnostic error(llvm::StringRef word, std::string label = {}) const {
    Diagnostic diagnostic;
    diagnostic.code = Code::E0201;
    diagnostic.message = "message";
    diagnostic.primary = {range(word), std::move(label)};
    return diagnostic;
  }

  std::string render(const Diagnostic& diagnostic, bool color = false) const {
    std::string text;
    llvm::raw_string_ostream out(text);
    renderText(out, sources, diagnostic, color);
    return text;
  }

  SourceManager sources;
  SourceFileId id;
};

} // namespace

TEST_CASE("the layout of a small diagnostic") {
  Page page("let a = 1\nlet b = wrong\n");
  Diagnostic diagnostic = page.error("wrong", "here");
  diagnostic.notes = {"a note"};
  diagnostic.help = "a help";
  diagnostic.fixes = {{"right", {{page.range("wrong"), "right"}}},
                      {"remove it", {{page.range("wrong"), ""}}}};
  CHECK(page.render(diagnostic) == R"(error[E0201]: message
  --> a.pipe:2:9
   |
 2 | let b = wrong
   |         ^^^^^ here
   |
   = note: a note
   = help: a help
   = try: `right` or remove it

)");
}

TEST_CASE("without a place there is only the message") {
  Page page("");
  Diagnostic diagnostic = page.error("");
  diagnostic.primary.range = {};
  diagnostic.code = Code::W0904;
  diagnostic.help = "a help";
  CHECK(page.render(diagnostic) == "warning[W0904]: message\n   = help: a help\n\n");
}

TEST_CASE("other lines that matter are shown in order, with gaps") {
  Page page("one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
  Diagnostic diagnostic = page.error("eight", "primary");
  diagnostic.secondary = {{page.range("one"), "first"}, {page.range("six"), "near"}};
  CHECK(page.render(diagnostic) == R"(error[E0201]: message
  --> a.pipe:8:1
   |
 1 | one
   | --- first
...
 6 | six
   | --- near
 7 | seven
 8 | eight
   | ^^^^^ primary

)");
}

TEST_CASE("several labels of one line stand below each other") {
  Page page("  [\"gcc\", 14, none]\n");
  Diagnostic diagnostic = page.error("14", "Int");
  diagnostic.secondary = {{page.range("\"gcc\""), "String"}, {page.range("none"), ""}};
  CHECK(page.render(diagnostic) == R"(error[E0201]: message
  --> a.pipe:1:11
   |
 1 |   ["gcc", 14, none]
   |    -----  ^^  ----
   |    |      |
   |    |      Int
   |    String

)");
}

TEST_CASE("the last label stands beside its underline") {
  Page page("  [\"gcc\", 14]\n");
  Diagnostic diagnostic = page.error("14", "Int");
  diagnostic.secondary = {{page.range("\"gcc\""), "String"}};
  CHECK(page.render(diagnostic) == R"(error[E0201]: message
  --> a.pipe:1:11
   |
 1 |   ["gcc", 14]
   |    -----  ^^ Int
   |    |
   |    String

)");
}

TEST_CASE("another file follows with its own place") {
  Page page("let a = x\n");
  SourceFileId other = page.sources.add("lib.pipe", "\nlet x = 1\n");
  Diagnostic diagnostic = page.error("x", "used");
  diagnostic.secondary = {{{other, 5, 6}, "declared"}};
  CHECK(page.render(diagnostic) == R"(error[E0201]: message
  --> a.pipe:1:9
   |
 1 | let a = x
   |         ^ used
  ::: lib.pipe:2:5
   |
 2 | let x = 1
   |     - declared

)");
}

TEST_CASE("carets stand below tabs, wide and combining characters") {
  CHECK(Page("\tx").render(Page("\tx").error("x")) ==
        "error[E0201]: message\n  --> a.pipe:1:2\n   |\n 1 |     x\n   |     ^\n\n");
  Page wide("日本x");
  CHECK(wide.render(wide.error("x")) ==
        "error[E0201]: message\n  --> a.pipe:1:3\n   |\n 1 | 日本x\n   |     ^\n\n");
  Page combining("e\u0301x");
  CHECK(combining.render(combining.error("x")) ==
        "error[E0201]: message\n  --> a.pipe:1:3\n   |\n 1 | e\u0301x\n   |  ^\n\n");
}

TEST_CASE("what a terminal would act on is not shown") {
  Page page("a\x1b[31mb\xff\u202E x");
  std::string text = page.render(page.error("x"));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\xff') == std::string::npos);
  CHECK(text.find("\u202E") == std::string::npos);
  CHECK(text.find("a\uFFFD[31mb\uFFFD\uFFFD x") != std::string::npos);
}

TEST_CASE("a long line is shown around its label") {
  Page page(std::string(5000, 'a') + "wrong" + std::string(5000, 'b'));
  std::string text = page.render(page.error("wrong", "here"));
  CHECK(text.size() < 500);
  CHECK(text.find(" 1 | …aaaa") != std::string::npos);
  CHECK(text.find("aaawrongbbb") != std::string::npos);
  CHECK(text.find("bbbb…\n") != std::string::npos);
  CHECK(text.find("^^^^^ here") != std::string::npos);
}

TEST_CASE("a long line is not cut inside a character") {
  std::string filler;
  for (int index = 0; index < 500; ++index)
    filler += "é";
  Page page(filler + "wrong" + filler);
  std::string text = page.render(page.error("wrong"));
  CHECK(text.find("\uFFFD") == std::string::npos);
}

TEST_CASE("a range over several lines is underlined on its first") {
  Page page("let a = [\n  1,\n]\n");
  Diagnostic diagnostic = page.error("[\n  1,\n]");
  CHECK(page.render(diagnostic) ==
        "error[E0201]: message\n  --> a.pipe:1:9\n   |\n 1 | let a = [\n   |         ^\n\n");
}

TEST_CASE("the end of the file is a place") {
  Page page("let");
  Diagnostic diagnostic = page.error("let");
  diagnostic.primary.range = {page.id, 3, 3};
  CHECK(page.render(diagnostic) ==
        "error[E0201]: message\n  --> a.pipe:1:4\n   |\n 1 | let\n   |    ^\n\n");
}

TEST_CASE("a help of several lines is aligned") {
  Page page("x");
  Diagnostic diagnostic = page.error("x");
  diagnostic.help = "one\ntwo";
  CHECK(page.render(diagnostic).find("   = help: one\n           two\n") != std::string::npos);
}

TEST_CASE("colours are there if asked for, and change nothing else") {
  Page page("let b = wrong\n");
  Diagnostic diagnostic = page.error("wrong", "here");
  std::string colored = page.render(diagnostic, true);
  CHECK(colored.find("\x1b[1;31merror[E0201]\x1b[0m") != std::string::npos);
  std::string plain;
  for (size_t at = 0; at < colored.size(); ++at) {
    if (colored[at] == '\x1b')
      at = colored.find('m', at);
    else
      plain += colored[at];
  }
  CHECK(plain == page.render(diagnostic));
}
