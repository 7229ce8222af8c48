// The scanner of shell strings: its contexts, and real shells that agree with it.
#include "compiler/sema/shell_scanner.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <catch2/catch.hpp>

#include <random>

using namespace pipec::sema;
using llvm::StringRef;

namespace {

/// `@` stands for a hole.
ShellScan scanTemplate(StringRef text) {
  llvm::SmallVector<StringRef> texts;
  text.split(texts, '@');
  return scanShell(texts);
}

/// One letter for each hole: what the scanner says of it.
std::string contexts(StringRef text) {
  std::string letters;
  for (const ShellHole& hole : scanTemplate(text).holes) {
    if (hole.rejection != HoleRejection::None)
      letters += "-CHBAPQKEDSL"[static_cast<size_t>(hole.rejection)];
    else
      letters += "uds"[static_cast<size_t>(hole.context)];
  }
  return letters;
}

std::string ownWords(StringRef text) {
  std::string letters;
  for (const ShellHole& hole : scanTemplate(text).holes)
    letters += hole.ownWord ? 'y' : 'n';
  return letters;
}

/// A script that a shell runs safely if the scanner is right: values in variables, references in
/// the form that the context asks for.
std::string render(StringRef text, llvm::ArrayRef<std::string> values) {
  ShellScan scan = scanTemplate(text);
  llvm::SmallVector<StringRef> texts;
  text.split(texts, '@');
  std::string prelude, body = texts[0].str();
  for (size_t i = 0; i < scan.holes.size(); ++i) {
    std::string name = "__" + std::to_string(i + 1);
    prelude += name + "='";
    for (char c : values[i])
      prelude += c == '\'' ? std::string("'\\''") : std::string(1, c);
    prelude += "'\n";
    switch (scan.holes[i].context) {
    case HoleContext::Unquoted:
      body += "\"${" + name + "}\"";
      break;
    case HoleContext::DoubleQuoted:
      body += "${" + name + "}";
      break;
    case HoleContext::SingleQuoted:
      body += "'\"${" + name + "}\"'";
      break;
    }
    body += texts[i + 1];
  }
  return prelude + body;
}

struct ShellRun {
  std::string out;
  std::string err;
  int exitCode = 0;
};

ShellRun runShell(const std::string& shell, const std::string& script) {
  llvm::SmallString<64> out, err;
  REQUIRE(!llvm::sys::fs::createTemporaryFile("pipec-shell", "out", out));
  REQUIRE(!llvm::sys::fs::createTemporaryFile("pipec-shell", "err", err));
  std::optional<StringRef> redirects[] = {StringRef("/dev/null"), StringRef(out), StringRef(err)};
  ShellRun run;
  run.exitCode =
      llvm::sys::ExecuteAndWait(shell, {shell, "-eu", "-c", script}, std::nullopt, redirects);
  run.out = (*llvm::MemoryBuffer::getFile(out))->getBuffer().str();
  run.err = (*llvm::MemoryBuffer::getFile(err))->getBuffer().str();
  llvm::sys::fs::remove(out);
  llvm::sys::fs::remove(err);
  return run;
}

/// dash and bash, as far as they are here; `sh` always is.
std::vector<std::string> shells() {
  std::vector<std::string> found;
  for (const char* name : {"dash", "bash", "sh"})
    if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name))
      found.push_back(*path);
  return found;
}

} // namespace

TEST_CASE("a hole's context is where the shell would read it") {
  CHECK(contexts("echo @") == "u");
  CHECK(contexts("echo \"a @ b\" @") == "du");
  CHECK(contexts("echo 'a @ b' @") == "su");
  CHECK(contexts("echo \"$(printf '%s' @ \"x @\") @\"") == "udd");
  CHECK(contexts("( cd @ && ls ) > @") == "uu");
  CHECK(contexts("echo \\\" @ \\' @") == "uu");
  CHECK(contexts("echo \"\\\" @\" @") == "du");
  CHECK(contexts("echo 'it'\\''s @' @") == "su");
  CHECK(contexts("a=@; b=\"$a\" c='@'") == "us");
  CHECK(contexts("echo `date` @") == "u");
  CHECK(contexts("echo $((1 + 2)) @") == "u");
  CHECK(contexts("echo ${HOME} ${a:-b} @") == "u");
  CHECK(contexts("echo ${a:-$(echo ${b})} @") == "u");
  CHECK(contexts("echo $# a#b @ # end") == "u");
  CHECK(contexts("cat <<< @") == "u");
  CHECK(contexts("case @ in a) echo @ ;; esac; echo @") == "uuu");
  CHECK(contexts("echo a \\\n@") == "u");
}

TEST_CASE("holes that cannot be quoted safely are rejected, with the reason") {
  CHECK(contexts("echo # @\necho @") == "Cu");
  CHECK(contexts("(echo)# @\necho @") == "CC"); // of an array it would be no comment
  CHECK(contexts("echo $(x)#@") == "u");
  CHECK(contexts("echo a \\\n# @") == "C");
  CHECK(contexts("cat <<END\n@\nEND\necho @") == "HH");
  CHECK(contexts("echo `echo @` @") == "Bu");
  CHECK(contexts("echo \"`echo @`\"") == "B");
  CHECK(contexts("echo $((1 + @)) @") == "Au");
  CHECK(contexts("echo \"$((@))\"") == "A");
  CHECK(contexts("((x = @))") == "A");
  CHECK(contexts("echo $(( \"@\" ))") == "A");
  CHECK(contexts("echo ${a:-@} @") == "Pu");
  CHECK(contexts("echo \"${a:-@}\"") == "P");
  CHECK(contexts("echo ${a:-'}'} @") == "P");
  CHECK(contexts("echo $'a' @") == "Q");
  CHECK(contexts("echo $(case x in x) echo @ ;; esac)") == "K");
  CHECK(contexts("(case x in x) true ;; esac); echo @") == "K");
  CHECK(contexts("echo $(echo suitcase @)") == "u");
  CHECK(contexts("echo \\@") == "E");
  CHECK(contexts("echo \"\\@\"") == "E");
}

TEST_CASE("a list may stand where nothing touches it") {
  CHECK(ownWords("rm @") == "y");
  CHECK(ownWords("rm @ @") == "yy");
  CHECK(ownWords("rm @@") == "nn");
  CHECK(ownWords("rm -f@ @x") == "nn");
  CHECK(ownWords("rm --dir=@") == "n");
  CHECK(ownWords("for x in @; do echo \"$x\"; done") == "y");
  CHECK(ownWords("(rm @)") == "y");
  CHECK(ownWords("rm $(echo)@") == "n");
  CHECK(ownWords("rm a\\\n@") == "n");
  CHECK(ownWords("rm a \\\n @") == "y");
}

TEST_CASE("quotes that hold a hole alone are seen") {
  ShellScan scan = scanTemplate("rm \"@\" '@' \"@x\" \"a\"@\"b\"");
  REQUIRE(scan.holes.size() == 4);
  CHECK(scan.holes[0].fillsQuotes);
  CHECK(scan.holes[1].fillsQuotes);
  CHECK_FALSE(scan.holes[2].fillsQuotes);
  CHECK_FALSE(scan.holes[3].fillsQuotes);
}

TEST_CASE("a script that stops in the middle of something is seen") {
  CHECK(scanTemplate("echo 'a' # it's fine").end == ShellEnd::Complete);
  CHECK(scanTemplate("echo 'a").end == ShellEnd::InQuotes);
  CHECK(scanTemplate("echo \"a @").end == ShellEnd::InQuotes);
  CHECK(scanTemplate("echo $(date").end == ShellEnd::InSubstitution);
  CHECK(scanTemplate("(echo # x)").end == ShellEnd::InSubstitution);
  CHECK(scanTemplate("echo ${x").end == ShellEnd::InExpansion);
  CHECK(scanTemplate("echo \\").end == ShellEnd::AfterBackslash);
}

TEST_CASE("real shells pass every value on as it is") {
  struct Case {
    const char* text;
    std::function<std::string(const std::string&, const std::string&)> expected;
  };
  auto first = [](const std::string& a, const std::string&) { return "[" + a + "]"; };
  auto both = [](const std::string& a, const std::string& b) { return "[" + a + "][" + b + "]"; };
  const Case cases[] = {
      {"printf '[%s]' @", first},
      {"printf '[%s]' pre@post", [](auto& a, auto&) { return "[pre" + a + "post]"; }},
      {"printf '[%s]' \"x @ y\" @", [](auto& a, auto& b) { return "[x " + a + " y][" + b + "]"; }},
      {"printf '[%s]' 'x @ y'", [](auto& a, auto&) { return "[x " + a + " y]"; }},
      {"printf '[%s]' \"$(printf '%s.' @)\"", [](auto& a, auto&) { return "[" + a + ".]"; }},
      {"printf '[%s]' \"$(printf '%s.' \"q @\")\" @",
       [](auto& a, auto& b) { return "[q " + a + ".][" + b + "]"; }},
      {"for i in @ @; do printf '[%s]' \"$i\"; done # done", both},
      {"if true; then printf '[%s]' @; fi; ( printf '[%s]' @ )", both},
      {"X=@ ; export X; printf '[%s]' \"$X\" | cat", first},
      {"printf '[%s]' \\\"@", [](auto& a, auto&) { return "[\"" + a + "]"; }},
      {"i=$((1+2)); printf '[%s]' `echo x`@ \"$i@\"",
       [](auto& a, auto& b) { return "[x" + a + "][3" + b + "]"; }},
      {"printf '[%s]' ${NONE:-d}@ a#@",
       [](auto& a, auto& b) { return "[d" + a + "][a#" + b + "]"; }},
      {"case @ in *) printf '[%s]' @ ;; esac", [](auto&, auto& b) { return "[" + b + "]"; }},
  };
  const StringRef pieces[] = {
      "a",  "b",  " ", "'", "\"", "$",     "`",    "\\",      ";",  "&",          "|",       "<",
      ">",  "(",  ")", "{", "}",  "[",     "]",    "*",       "?",  "!",          "#",       "~",
      "\n", "\t", "-", "=", "%",  "$(id)", "`id`", "${HOME}", "$$", "\"; id; \"", "'; id; '"};
  std::mt19937 random(1); // mt19937 gives the same numbers everywhere
  auto value = [&] {
    std::string text;
    for (unsigned n = random() % 9; n > 0; --n)
      text += pieces[random() % std::size(pieces)];
    return text;
  };
  std::vector<std::string> found = shells();
  REQUIRE(!found.empty());
  for (int round = 0; round < 12; ++round)
    for (const Case& test : cases) {
      std::string a = value(), b = value();
      std::string script = render(test.text, {a, b});
      for (const std::string& shell : found) {
        ShellRun run = runShell(shell, script);
        INFO(shell << ": " << script);
        CHECK(run.out == test.expected(a, b));
        CHECK(run.err.empty());
        CHECK(run.exitCode == 0);
      }
    }
}
