// Random scripts, and random values for their holes.
#include "tests/fuzz/shell/template.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::fuzz {

using llvm::StringLiteral;
using llvm::StringRef;

// ---- structured ----------------------------------------------------------------

namespace {

/// `p` prints its arguments to the test, `w` writes them without a line end to where it is told,
/// `y` is a variable; see shells.cpp.
class Structured {
public:
  explicit Structured(Numbers& numbers) : numbers_(numbers) {}

  std::string script() {
    std::string text = command();
    for (size_t more = numbers_.below(3); more > 0; --more)
      text += separator() + command();
    static constexpr StringLiteral Ends[] = {"", "", "", " # it's \"the $(end", "\n# `", "\n"};
    return text + numbers_.oneOf(Ends).str();
  }

private:
  std::string separator() {
    static constexpr StringLiteral Separators[] = {
        "\n", "; ", " && ", "\n\n", " ;\\\n ", " # it's (not\" `code\n", " || p no; ", "\n#§$(\n"};
    // A hole in a comment is rejected, which has tests of its own.
    StringRef chosen = numbers_.oneOf(Separators);
    return chosen.contains("§") ? "\n" : chosen.str();
  }

  /// Replaces `W` by words, `C` by commands and `I` by what a substitution prints.
  std::string expand(StringRef form) {
    ++depth_;
    std::string text;
    for (char c : form) {
      if (c == 'W')
        text += word();
      else if (c == 'C')
        text += command();
      else
        text += c;
    }
    --depth_;
    return text;
  }

  std::string word() {
    static constexpr StringLiteral Plain[] = {"§",
                                              "§",
                                              "pre§post",
                                              "\"§\"",
                                              "\"a § b\"",
                                              "'a § b'",
                                              "'§'",
                                              "§§",
                                              "\\\"§\\'",
                                              "it\\'s§",
                                              "\"\\\"§\\\"\"",
                                              "'it'\\''s §'",
                                              "$((1+2))§",
                                              "`w a`§",
                                              "--out=§",
                                              "\"${y}\"§",
                                              "$y§",
                                              "*§",
                                              "§?",
                                              "{a,§}",
                                              "{§,b}",
                                              "~§",
                                              "x=§",
                                              "§#a",
                                              "a#§",
                                              "\"#\"§",
                                              "\"$$ §\"",
                                              "$#§",
                                              "[§]*",
                                              "${none:-d}§",
                                              "\"$(w a)§\"",
                                              "\"it's §\"",
                                              "'\"'§'\"'",
                                              "\"$((2*3)) §\"",
                                              "-§"};
    static constexpr StringLiteral Nested[] = {
        "\"$(w W.)\"",          "\"a $(w 'b' W.) §\"",
        "\"$( (w W.) )\"",      "$(p W)§",
        "\"$(w \"x W\".)\"",    "\"$(w \"$(w W.)\" \\\n W.)\"",
        "\"${none:-$(w b)}\"§", "\"$(w W. # it's\n)\""};
    // No quotes in quotes: `"x W"` wants a word that may stand there.
    if (depth_ < 4 && numbers_.percent(25)) {
      StringRef form = numbers_.oneOf(Nested);
      if (form.contains("\"x W\""))
        return "\"$(w \"x §\".)\"";
      return expand(form);
    }
    return numbers_.oneOf(Plain).str();
  }

  std::string command() {
    static constexpr StringLiteral Simple[] = {"p W",
                                               "p W W",
                                               "p W W W",
                                               "p ¶",
                                               "p a ¶ W",
                                               "v=§; p \"$v\"",
                                               "v=\"a § b\" ; p \"$v\" W",
                                               "v=W p W",
                                               "p W \\\n  W",
                                               "export v=§; p \"$v\"",
                                               "set -- ¶ ; p \"$#\" \"$@\"",
                                               "set -- a ¶\np \"$#\" \"$@\"",
                                               ": < /dev/null > /dev/null; p W",
                                               "p W # it's a \"comment $(\n",
                                               "«p W»",
                                               "«p W; p §» && p W",
                                               "p «§ a W»",
                                               "p a «»§",
                                               "[ \"x§\" != y§y ] && p W",
                                               "read -r v <<E || p W\nE\np no",
                                               "p W; read -r v <<'E'\nit's $(x \" `\nE",
                                               "p W 2> /dev/null",

                                               "[[ a == a ]] && p W"};
    static constexpr StringLiteral Compound[] = {"for i in ¶; do p \"$i\" W; done",
                                                 "for i in W ¶ a\ndo\n  C\ndone",
                                                 "if p W; then C; else C; fi",
                                                 "if [ a = b ]; then C; elif p W; then C; fi",
                                                 "( C )",
                                                 "(C; C)",
                                                 "{ C; }",
                                                 "C && C",
                                                 "p W | { C; }",
                                                 "! p W || C",
                                                 "f() { C; }; f",
                                                 "f() ( C ); f W",
                                                 "f() { p \"$@\"; }; f ¶ W",
                                                 "case § in a|b) C ;; *) p W ;; esac",
                                                 "case a in (a) C ;; esac",
                                                 "case \"a§\" in \"a\"b) p no ;; a*) C ;; esac",
                                                 "while p W; do C; break; done",
                                                 "until ! p W; do C; break; done",
                                                 "«C»",
                                                 "«C»; p W",
                                                 "( «C» )",
                                                 "if «C»; then «C»; fi",
                                                 "p \"$( «C» )\" W",
                                                 "p \"$(C)\" W"};
    if (depth_ < 3 && numbers_.percent(45))
      return withLineEnd(expand(numbers_.oneOf(Compound)));
    return withLineEnd(expand(numbers_.oneOf(Simple)));
  }

  /// What ends in a here-document must be followed by a line end.
  static std::string withLineEnd(std::string text) {
    if (StringRef(text).ends_with("\nE"))
      text += "\n:";
    return text;
  }

  Numbers& numbers_;
  int depth_ = 0;
};

} // namespace

std::string structuredScript(Numbers& numbers) {
  return Structured(numbers).script();
}

// ---- unstructured --------------------------------------------------------------

/// Whether the outcome of a script may depend on its values without anything being wrong.
static bool dependsOnValues(StringRef script) {
  // What is in `<(…)` runs beside the rest; `[` and `${x#…}` look at values, `()` defines a
  // function, which may have any name and never end; `${#` counts.
  for (StringRef bad : {"(", ">(", "[ ", "[\n", "[\t", "[\\", "${#", "()", "( )", "(\n)"})
    if (script.contains(bad))
      return true;
  return false;
}

std::string unstructuredScript(Numbers& numbers) {
  static constexpr StringLiteral Holes[] = {"§", "§", "§", "¶", "«", "»", " § ", " ¶ "};
  static constexpr StringLiteral Openers[] = {
      "'",    "\"",  "`",          "$(",          "(",
      "((",   "$((", "${",         "{ ",          "\"$(",
      "\"${", "(",   "case x in ", "if p; then ", "for i in a b; do ",
      "$[",   "$'",  "$\"",        "x=(",         "<<E\n"};
  static constexpr StringLiteral Closers[] = {"'",      "\"",  "`",   ")",   ")", "))",    "))",
                                              "}",      "; }", ")\"", "}\"", ")", " esac", "; fi",
                                              "; done", "]",   "'",   "\"",  ")", "\nE\n"};
  static constexpr StringLiteral Pieces[] = {
      "'",         "\"",         "`",       "\\",    "\\\n",    "$",   "$(",    ")",
      "(",         "((",         "))",      "$((",   "${",      "}",   "{",     " ",
      "\n",        ";",          "|",       "&&",    "||",      "#",   " #",    "<",
      ">",         "<<",         "<<<",     "*",     "?",       "[",   "]",     "~",
      "=",         "x=",         "\np ",    "; p ",  "p a",     "*) ", "x) ",   "(x) ",
      ";;",        "; esac",     "case",    "! ",    "$$",      "$#",  "$y",    "${y}",
      "${y",       ":-",         "1",       "+",     "-",       ",",   "..",    "a",
      "b",         "case x in ", "\nE\n",   "<<E\n", "<<'E'\n", ")#",  "\\\n#", "$\\\n(",
      "<\\\n<E\n", "ca\\\nse",   " &&\\\n", "E"};
  std::string text = numbers.percent(80) ? "p " : "";
  std::vector<size_t> open;
  for (size_t length = 1 + numbers.below(14); length > 0; --length) {
    if (numbers.percent(30)) {
      text += numbers.oneOf(Holes);
    } else if (numbers.percent(30)) {
      open.push_back(numbers.below(std::size(Openers)));
      text += Openers[open.back()];
    } else if (!open.empty() && numbers.percent(40)) {
      text += Closers[open.back()];
      open.pop_back();
    } else {
      text += numbers.oneOf(Pieces);
    }
  }
  text += numbers.oneOf({"", "§", " § "});
  for (; !open.empty(); open.pop_back())
    text += Closers[open.back()];
  text += numbers.oneOf({"", "\np §", " §", "; p § ¶"});
  return dependsOnValues(text) ? "" : text;
}

// ---- values --------------------------------------------------------------------

std::string nastyValue(Numbers& numbers, bool mayBeEmpty) {
  static constexpr StringLiteral Pieces[] = {
      "'",        "\"",          "$",         "`",         "\\",     "\n",   "*",     "?",
      "[a]",      "$(pwn)",      "`pwn`",     ";pwn",      "; pwn;", "|pwn", "&&pwn", "-rf",
      "--",       " ",           "\t",        "é",         "ā",      "Ĉ",    "😀",     "!",
      "!!",       "~",           "{a,b}",     "{1..3}",    ")",      "(",    "#",     " #",
      "EOF",      "E",           "\nE\n",     "$y",        "${y}",   "$1",   "$@",    "\"$(pwn)\"",
      "'$(pwn)'", "a=b",         "esac",      ";;",        "done",   "fi",   "}",     "{",
      "<",        ">",           ">f",        "y[$(pwn)]", "\\n",    "\\0",  "\\c",   "\x01",
      "\x7f",     "\"; pwn; \"", "'; pwn; '", "\n pwn\n"};
  std::string value;
  for (size_t length = numbers.below(5) + (mayBeEmpty ? 0 : 1); length > 0; --length)
    value += numbers.oneOf(Pieces);
  return value;
}

} // namespace pipec::fuzz
