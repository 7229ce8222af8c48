// Why a value cannot stand at a place of a shell string, in words.
#include "compiler/sema/shell_scanner.h"

namespace pipec::sema {

RejectionText explain(HoleRejection rejection) {
  switch (rejection) {
  case HoleRejection::None:
    break;
  case HoleRejection::Comment:
    return {"inside a comment", "a line break in the value would end the comment",
            "leave the value out"};
  case HoleRejection::HereDocument:
    return {"inside or after a here-document", "the shell would read it as script",
            "write the file with `text(\"conf\", \"…\")`, or use `printf '%s' ${name}`"};
  case HoleRejection::BackQuotes:
    return {"inside back-quotes", "the shell reads what is in them twice", "use `$(…)`"};
  case HoleRejection::Arithmetic:
    return {"inside or after `((…))`", "the shell evaluates what is in it",
            "compute it in pipec, or in a shell variable first: `n=${…}`"};
  case HoleRejection::ParameterExpansion:
    return {"inside `$${…}`", "shells disagree about quotes in here",
            "put it into a shell variable first: `x=${…}`"};
  case HoleRejection::AnsiQuotes:
    return {"after `$'…'`", "not every shell knows these quotes",
            "use `printf` for special characters"};
  case HoleRejection::CaseInSubshell:
    return {"after a `case` inside `(…)`", "its `)` could end the parentheses",
            "put the `case` outside, or in a script of its own"};
  case HoleRejection::AfterBackslash:
    return {"behind a backslash", "it would take the quotes away", "drop the backslash"};
  case HoleRejection::AfterDollar:
    return {"behind a `$`", "the shell would read a name here", "write `\\$`"};
  case HoleRejection::Subscript:
    return {"inside `name[…]`", "bash evaluates what is in the brackets",
            "put quotes around what is before the `[`"};
  case HoleRejection::SplitToken:
    return {"after a line continuation that cuts an operator", "the shell reads it as one",
            "join the lines"};
  }
  return {};
}

} // namespace pipec::sema
