// Comments at every place: each of a program's gaps gets one, in turn.
#include "formatted.h"

#include "llvm/ADT/StringExtras.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::format;

namespace {

constexpr llvm::StringLiteral Program = R"(use std.git as g
use "./go.pipe" as go
pub let x: Map<String, List<Int>?> = [ "k" : 1 , "l" : - 2 ]
evidence Smoked
environment Production requires Tested & Smoked { url = "u" protected = true }
fn f ( a : Int = 1 , b : Dir with A & B ) -> Int { let y = a + 1 assert y > 0 , "m" return ( y ) }
type T { a : Int , b : Int = 2 }
enum E { one , two }
build b ( subject s : Dir , pool p : Dir ) -> ( o : File , q : File ) {
  image = i . j ( k , n = [ 1 , 2 , 3 ] ) [ 0 ]
  out o = "o"
  run [ for a , _ in xs if c for d in ys => a : not d ]
}
test t ( ) proves Tested { run sh"a ${ b }" }
pipeline p ( a : Int ) { stage s when a == 1 { f ( a ) } out r = if a { 1 } else if b { 2 } else { 3 } }
pipeline q = p ( a = match e { one | two => 1 , some ( v ) => 2 , _ => 0 .. 3 } )
)";

/// Where a token ends and white space follows, outside of strings.
std::vector<size_t> gapsOf(llvm::StringRef text) {
  std::vector<size_t> gaps;
  bool inString = false;
  for (size_t at = 0; at < text.size(); ++at) {
    inString ^= text[at] == '"';
    if (!inString && (text[at] == ' ' || text[at] == '\n') &&
        (at == 0 || !llvm::isSpace(text[at - 1])))
      gaps.push_back(at);
  }
  return gaps;
}

} // namespace

TEST_CASE("a comment is kept wherever it stands") {
  REQUIRE(problemOf(Program) == "");
  std::vector<size_t> gaps = gapsOf(Program);
  REQUIRE(gaps.size() > 200);
  unsigned failures = 0;
  for (const char* comment : {" // c\n", "\n// c\n", "\n\n  /// c\n\n", " /// c\n", "\r\n//! c\r\n",
                              " // c\n// d\n\n\n// e\n"})
    for (size_t gap : gaps) {
      std::string text = (Program.take_front(gap) + comment + Program.drop_front(gap)).str();
      std::string problem = problemOf(text);
      if (!problem.empty() && ++failures < 5)
        FAIL_CHECK(problem << "with the comment in:\n" << text);
    }
  CHECK(failures == 0);
}
