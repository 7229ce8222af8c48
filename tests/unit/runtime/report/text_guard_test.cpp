// What of the text of others gets to a terminal or a log.
#include "runtime/report/text_guard.h"

#include <catch2/catch.hpp>

using namespace pipec::report;

namespace {

std::string onTerminal(llvm::StringRef text) {
  return guarded(text, {.colors = true});
}
std::string inService(llvm::StringRef text) {
  return guarded(text, {.commands = true});
}

} // namespace

TEST_CASE("text stays as it is") {
  for (const char* text : {"", "a\n\tb\n", "std::x #y ##z\n", "caf\xc3\xa9 \xf0\x9f\x98\x80\n"}) {
    CHECK(guarded(text) == text);
    CHECK(onTerminal(text) == text);
    CHECK(inService(text) == text);
  }
}

TEST_CASE("colours stay where there are any, and end with their line") {
  CHECK(onTerminal("\x1b[31mred\x1b[0m, \x1b[1;38;5;8;4mbold\x1b[m\n") ==
        "\x1b[31mred\x1b[0m, \x1b[1;38;5;8;4mbold\x1b[m\n");
  CHECK(onTerminal("\x1b[31mred\nplain") == "\x1b[31mred\x1b[0m\nplain");
  CHECK(onTerminal("\x1b[38:2::1:2:3mred") == "\x1b[38:2::1:2:3mred\x1b[0m");
  CHECK(guarded("\x1b[31mred\x1b[0m\n") == "red\n");
  // As compilers write them.
  CHECK(onTerminal("\x1b[01m\x1b[Kerror\x1b[m\x1b[K\n") == "\x1b[01merror\x1b[m\n");
}

TEST_CASE("every other sequence is text") {
  CHECK(onTerminal("\x1b]52;c;eA==\x07") == "\\x1B]52;c;eA==\\x07");
  CHECK(onTerminal("\x1b[2K\x1b[1A\x1b[1K") == "\\x1B[2K\\x1B[1A\\x1B[1K");
  CHECK(onTerminal("\x1bPq#0\x1b\\") == "\\x1BPq#0\\x1B\\");
  CHECK(onTerminal("\xc2\x9b"
                   "31m \x9b"
                   "31m") == "\\u{9B}31m \\x9B31m");
  CHECK(onTerminal("a\bb\x7f\x0b") == "a\\x08b\\x7F\\x0B");
  CHECK(onTerminal("\xe2\x80\xae \xe2\x80\x8b \xf3\xa0\x81\x81") ==
        "\\u{202E} \\u{200B} \\u{E0041}");
  // Hidden text, fonts, and what is no sequence at all.
  CHECK(onTerminal("\x1b[8mhidden") == "\\x1B[8mhidden");
  CHECK(onTerminal("\x1b[0;11m \x1b[?25m \x1b[99999999999m") ==
        "\\x1B[0;11m \\x1B[?25m \\x1B[99999999999m");
  CHECK(onTerminal("\x1b") == "\\x1B");
  CHECK(onTerminal("\x1b[3") == "\\x1B[3");
  CHECK(onTerminal("\x1b[" + std::string(100, '1') + "m") ==
        "\\x1B[" + std::string(100, '1') + "m");
}

TEST_CASE("a carriage return ends a line") {
  CHECK(guarded("a\r\nb\r\n") == "a\nb\n");
  CHECK(guarded("\r 10 %\r 20 %\r\r\n\r\nend") == " 10 %\n 20 %\n\nend");
  CHECK(onTerminal("\x1b[32mok\rno") == "\x1b[32mok\x1b[0m\nno");
}

TEST_CASE("what a CI service takes for a command is none") {
  CHECK(inService("::error::x\n \t::Set-Output a::b\n\xc2\xa0\xe3\x80\x80::debug::\n") ==
        "\\x3A:error::x\n \t\\x3A:Set-Output a::b\n\xc2\xa0\xe3\x80\x80\\x3A:debug::\n");
  CHECK(inService("a\r::error::x") == "a\n\\x3A:error::x");
  CHECK(inService("\x1b[1m::error::x") == "\\x3A:error::x");
  CHECK(inService("a ##[error]b ###[c] ##VSO[d] ##teamcity[e]") ==
        "a \\x23#[error]b #\\x23#[c] \\x23#VSO[d] \\x23#teamcity[e]");
  CHECK(inService("a::b ::c :::d ## [e] ##vs") == "a::b ::c :::d ## [e] ##vs");
  CHECK(guarded("::error::x ##[y]") == "::error::x ##[y]");
  // A log as it is, but for these.
  CHECK(guarded("\x1b[2K\r::error::x\xff", {.commands = true, .escapes = false}) ==
        "\x1b[2K\r\\x3A:error::x\xff");
}

TEST_CASE("it makes no difference where text is cut") {
  const std::string text = "\x1b[31mred\xe2\x82\xac\x1b[0m\r\n::error::\r\x1b]0;t\x07 ##vso[x] "
                           "\xc2\x9b\xff\x1b[2K###[ \xe2\x80\xae: :: ##[\n :: ::a\x1b[";
  for (bool commands : {false, true})
    for (bool escapes : {false, true}) {
      GuardOptions options{.colors = true, .commands = commands, .escapes = escapes};
      std::string whole = guarded(text, options);
      for (size_t first = 0; first <= text.size(); ++first)
        for (size_t second = first; second <= text.size(); ++second) {
          TextGuard guard(options);
          std::string shown;
          guard.feed(text.substr(0, first), shown);
          guard.feed(text.substr(first, second - first), shown);
          guard.feed(text.substr(second), shown);
          guard.finish(shown);
          REQUIRE(shown == whole);
        }
    }
}
