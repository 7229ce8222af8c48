// Hostile and broken input: an error each, never a crash.
#include "parsed.h"

#include "compiler/diagnostics/render.h"

#include "llvm/ADT/StringExtras.h"

#include <catch2/catch.hpp>

#include <random>

using namespace pipec;
using namespace pipec::parse;

namespace {

/// Parses, renders everything, and checks what must hold of any text.
size_t errorsIn(const std::string& text) {
  Parsed parsed(text);
  // A column costs its line, so the dump of one endless line is not worth its time.
  if (text.size() < 20000)
    parsed.dump();
  std::string rendered;
  llvm::raw_string_ostream out(rendered);
  for (const diagnostics::Diagnostic& diagnostic : parsed.diagnostics.all()) {
    REQUIRE(diagnostic.primary.range.begin <= diagnostic.primary.range.end);
    REQUIRE(diagnostic.primary.range.begin <= text.size());
    for (const diagnostics::Fix& fix : diagnostic.fixes)
      for (const diagnostics::Edit& edit : fix.edits)
        REQUIRE(edit.range.end <= text.size());
    diagnostics::renderText(out, parsed.sources, diagnostic, false);
  }
  CHECK(parsed.module.hasSyntaxErrors == parsed.diagnostics.hasErrors());
  return parsed.diagnostics.errorCount();
}

std::string repeated(llvm::StringRef text, size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  for (size_t index = 0; index < count; ++index)
    result += text;
  return result;
}

/// The programs that are known to be right.
std::vector<std::string> programs() {
  std::string folder = PIPEC_SOURCE_DIR "/tests/golden/parse";
  auto files = base::makeRealFileSystem();
  std::vector<std::string> texts;
  for (const base::DirectoryEntry& entry : llvm::cantFail(files->list(folder)))
    if (llvm::StringRef(entry.name).starts_with("ok_") &&
        llvm::StringRef(entry.name).ends_with(".pipe"))
      texts.push_back(llvm::cantFail(files->read(folder + "/" + entry.name)));
  return texts;
}

/// The same numbers everywhere, unlike the distributions of <random>.
class Numbers {
public:
  explicit Numbers(uint32_t seed) : engine(seed) {}
  size_t below(size_t limit) { return limit == 0 ? 0 : engine() % limit; }

private:
  std::mt19937 engine;
};

} // namespace

TEST_CASE("nesting beyond the limit is an error, whatever is nested") {
  for (const char* opening :
       {"(", "[", "{", "f(", "a[", "\"${", "sh\"${", "if ", "if a { ", "match ", "match a { ",
        "if a { 1 } else ", "if match a { _ => true } { 1 } else ",
        "if if a { 1 } else { 2 } { 1 } else ", "[for x in ", "[\"k\": "}) {
    INFO(opening);
    // A `${` that is open at the end of its line is a mistake of its own.
    size_t expected = llvm::StringRef(opening).contains("${") ? 2 : 1;
    CHECK(errorsIn("let x = " + repeated(opening, 20000)) == expected);
  }
  CHECK(errorsIn("let x: " + repeated("List<", 20000)) == 1);
  CHECK(errorsIn("let x: " + repeated("Map<K, ", 20000)) == 1);
  CHECK(errorsIn(repeated("pipeline p { stage s { ", 20000)) == 1);
}

TEST_CASE("nesting up to the limit is fine") {
  CHECK(errorsIn("let x = " + repeated("(", 250) + "1" + repeated(")", 250)) == 0);
  CHECK(errorsIn("let x = " + repeated("[f(a, b = ", 100) + "1" + repeated(")]", 100)) == 0);
  CHECK(errorsIn("let x = " + repeated("\"${", 250) + "1" + repeated("}\"", 250)) == 0);
  CHECK(errorsIn("let x = " + repeated("if a { 1 } else ", 250) + "{ 2 }") == 0);
  CHECK(errorsIn("let x = " + repeated("if a { 1 } else ", 250) +
                 "{ 2 }\nlet y = " + repeated("(", 250) + "1" + repeated(")", 250)) == 0);
  CHECK(errorsIn("let x: " + repeated("List<", 250) + "Int" + repeated(">", 250) + " = []") == 0);
  CHECK(errorsIn(repeated("let x = if a { 1 } else if b { 2 } else { 3 }\n", 2000)) == 0);
  CHECK(errorsIn("let x = [" + repeated("if a { 1 } else { 2 }, ", 2000) + "]") == 0);
}

TEST_CASE("operators without brackets may not nest without end, either") {
  CHECK(errorsIn("let x = " + repeated("not ", 20000) + "a") == 1);
  CHECK(errorsIn("let x = " + repeated("- ", 20000) + "a") == 1);
  CHECK(errorsIn("let x = a" + repeated(" ?? a", 20000)) == 1);
  CHECK(errorsIn("let x = a" + repeated(" + a", 20000)) == 1);
  CHECK(errorsIn("let x = a" + repeated(".b", 20000)) == 1);
  CHECK(errorsIn("let x = a" + repeated("()", 20000)) == 1);
  CHECK(errorsIn("let x = a" + repeated("[0]", 20000)) == 1);
  CHECK(errorsIn("let x = " + repeated(repeated("not ", 250) + "(", 200) + "a") >= 1);
  CHECK(errorsIn("let x = a" + repeated(" + a", 900)) == 0);
}

TEST_CASE("long things are fine") {
  CHECK(errorsIn("let x = \"" + std::string(1 << 20, 'a') + "\"") == 0);
  CHECK(errorsIn("let x = [" + repeated("\"a\", ", 100000) + "]") == 0);
  CHECK(errorsIn("let x = [" + repeated("\"a\": 1, ", 50000) + "]") == 0);
  CHECK(errorsIn("// " + std::string(1 << 20, '/')) == 0);
  CHECK(errorsIn("let x = \"" + repeated("${a}", 50000) + "\"") == 0);
}

TEST_CASE("long mistakes are few errors, and quick") {
  CHECK(errorsIn(std::string(1 << 20, 'a')) == 1);
  CHECK(errorsIn("let x = [" + repeated("1 ", 100000) + "]") >= 1);
  CHECK(errorsIn(repeated("}", 100000)) >= 1);
  CHECK(errorsIn(repeated(")", 100000)) == 1);
  CHECK(errorsIn(repeated("let ", 100000)) >= 1);
  CHECK(errorsIn(repeated("\"", 100001)) >= 1);
  CHECK(errorsIn("let x = " + repeated("(1 ", 200)) >= 1);
  CHECK(errorsIn(repeated("use 1 ", 100000)) >= 1);
}

TEST_CASE("bytes that are no text") {
  CHECK(errorsIn(std::string("let x = 1\0let y = 2", 19)) == 1);
  CHECK(errorsIn(std::string(10000, '\0')) == 1);
  CHECK(errorsIn("\xff\xfel\0e\0t\0") == 1);
  CHECK(errorsIn("let x = \"\xc3\"") == 1);
  CHECK(errorsIn("\xed\xa0\x80") == 1);
  CHECK(errorsIn("let x = \"\xf4\x90\x80\x80\"") == 1);
  Numbers numbers(1);
  for (int round = 0; round < 50; ++round) {
    std::string bytes;
    for (int index = 0; index < 400; ++index)
      bytes += static_cast<char>(numbers.below(256));
    CHECK(errorsIn(bytes) >= 1);
  }
}

TEST_CASE("random printable characters") {
  Numbers numbers(2);
  constexpr llvm::StringLiteral Alphabet = "{}()[]\"\"\"$${ \n\n=:,.->#'/*\\sh\"ifab01";
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (size_t length = numbers.below(200); length > 0; --length)
      text += Alphabet[numbers.below(Alphabet.size())];
    errorsIn(text);
  }
}

TEST_CASE("every beginning of a program") {
  for (const std::string& program : programs())
    for (size_t length = 0; length < program.size(); length += 11)
      errorsIn(program.substr(0, length));
}

TEST_CASE("programs with bytes taken out, doubled or replaced") {
  Numbers numbers(3);
  for (const std::string& program : programs())
    for (int round = 0; round < 60; ++round) {
      std::string text = program;
      for (size_t edits = 1 + numbers.below(3); edits > 0 && !text.empty(); --edits) {
        size_t at = numbers.below(text.size());
        switch (numbers.below(4)) {
        case 0:
          text.erase(at, 1 + numbers.below(5));
          break;
        case 1:
          text.insert(at, text.substr(numbers.below(text.size()), numbers.below(20)));
          break;
        case 2:
          text[at] = "{}()[]\"$=:,\n"[numbers.below(12)];
          break;
        default:
          text.erase(at);
          break;
        }
      }
      errorsIn(text);
    }
}

TEST_CASE("a token too few or too many is one mistake, mostly") {
  Numbers numbers(4);
  std::vector<size_t> counts;
  for (const std::string& program : programs()) {
    std::vector<std::pair<size_t, size_t>> words;
    for (size_t at = 0; at < program.size();) {
      size_t end = at + 1;
      if (llvm::isAlnum(program[at]))
        while (end < program.size() && llvm::isAlnum(program[end]))
          ++end;
      if (!llvm::isSpace(program[at]))
        words.emplace_back(at, end - at);
      at = end;
    }
    for (int round = 0; round < 40 && !words.empty(); ++round) {
      auto [at, length] = words[numbers.below(words.size())];
      std::string text = program;
      if (round % 2 == 0) {
        text.erase(at, length);
      } else {
        auto [from, size] = words[numbers.below(words.size())];
        text.replace(at, length, program.substr(from, size));
      }
      counts.push_back(errorsIn(text));
    }
  }
  std::sort(counts.begin(), counts.end());
  REQUIRE(counts.size() > 200);
  INFO("the most are " << counts.back());
  CHECK(counts[counts.size() / 2] <= 1);
  CHECK(counts[counts.size() * 95 / 100] <= 3);
}
