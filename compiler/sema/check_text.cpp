// String literals: what they are read as, and what their holes may hold.
#include "compiler/base/url_credentials.h"
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/expr_text.h"
#include "compiler/sema/literal_text.h"
#include "compiler/sema/type_rules.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

/// The expected type, if it is one that literals are read as; else Error.
TypeKind literalKind(const TypeTable& types, const Expected& expected) {
  if (!expected.type.valid())
    return TypeKind::Error;
  TypeId type = expected.type;
  if (types.is(type, TypeKind::Optional))
    type = types[type].element;
  TypeKind kind = types.kind(type);
  return kind == TypeKind::Version || kind == TypeKind::Url ? kind : TypeKind::Error;
}

TypeId checkPlain(ExprChecker& checker, ExprId expr, StringRef text, const Expected& expected) {
  TypeKind kind = literalKind(checker.types, expected);
  if (kind == TypeKind::Error)
    return checker.state.simple(TypeKind::String);
  std::string problem = kind == TypeKind::Url ? urlProblem(text) : versionProblem(text);
  if (!problem.empty()) {
    checker.state.emit(Code::E0408, checker.state.rangeOf(expr),
                       "\"" + text + "\" is not " +
                           (kind == TypeKind::Url ? "a URL" : "a version") + ": " + problem);
    return checker.state.error();
  }
  std::string secret = kind == TypeKind::Url ? base::urlCredential(text) : "";
  if (!secret.empty()) {
    checker.state
        .emit(Code::E0416, checker.state.rangeOf(expr),
              "\"" + base::withoutUrlCredentials(text) + "\" is no place for a secret: " + secret)
        .help(std::string(CredentialHelp));
    return checker.state.error();
  }
  return checker.state.simple(kind);
}

bool refuseHole(ExprChecker& checker, ExprId hole, StringRef what, TypeId type,
                const llvm::Twine& help) {
  checker.state.emit(Code::E0404, checker.state.rangeOf(hole), what + " cannot be put into text")
      .label(checker.state.show(type))
      .help(help);
  return false;
}

bool refuseList(ExprChecker& checker, ExprId hole, TypeId type) {
  SourceRange range = checker.state.rangeOf(hole);
  auto report = checker.state.emit(Code::E0404, range, "a list cannot be put into text");
  report.label(checker.state.show(type));
  TypeId element = checker.types[type].element;
  if (isScalar(checker.types, element) || checker.types.is(element, TypeKind::Arg))
    report.fix({range.file, range.end, range.end}, ".join(\"-\")",
               "`" + textOr(checker.state, hole, "…") + ".join(\"-\")`");
  return false;
}

bool refuseSecret(ExprChecker& checker, ExprId hole) {
  checker.state.emit(Code::E0802, checker.state.rangeOf(hole), "a Secret cannot be put into text")
      .label("arguments appear in process lists and logs")
      .help("`secrets = [\"TOKEN\": …]`, and `$TOKEN` in the script");
  return false;
}

} // namespace

bool checkHole(ExprChecker& checker, ExprId hole, TypeId type) {
  const TypeTable& types = checker.types;
  if (isScalar(types, type) || isArtifact(types, type))
    return true;
  switch (types.kind(type)) {
  case TypeKind::Error:
  case TypeKind::Arg:
    return true;
  case TypeKind::Secret:
    return refuseSecret(checker, hole);
  case TypeKind::List:
    return refuseList(checker, hole, type);
  case TypeKind::Optional:
    return refuseHole(checker, hole, "a value that may be `none`", type,
                      "say what to write then: `${" + textOr(checker.state, hole, "…") +
                          " ?? other}`");
  case TypeKind::None:
    return refuseHole(checker, hole, "`none`", type, "write what you mean");
  case TypeKind::Each:
    return refuseHole(checker, hole, "a list of run-time length", type,
                      "pass it to an action that takes a List");
  case TypeKind::Command:
    return refuseHole(checker, hole, "a command", type, "put it into another `sh\"…\"`");
  case TypeKind::Deployment:
    return refuseHole(checker, hole, "a Deployment", type, "in an action, write its `.url`");
  case TypeKind::Map:
    return refuseHole(checker, hole, "a map", type, "name an entry of it");
  default:
    return refuseHole(checker, hole, "a record", type, "name a field of it");
  }
}

TypeId checkString(ExprChecker& checker, ExprId expr, const ast::StringLiteral& literal,
                   const Expected& expected) {
  if (literal.parts.empty())
    return checkPlain(checker, expr, "", expected);
  if (literal.parts.size() == 1 && !literal.parts[0].hole.valid())
    return checkPlain(checker, expr, literal.parts[0].text, expected);
  bool ok = true;
  bool scalar = true;
  for (const ast::StringPart& part : literal.parts) {
    if (!part.hole.valid())
      continue;
    TypeId type = checker.infer(part.hole);
    ok &= checkHole(checker, part.hole, type) && !checker.state.isError(type);
    scalar &= isScalar(checker.types, type);
  }
  if (!ok)
    return checker.state.error();
  return checker.state.simple(scalar ? TypeKind::String : TypeKind::Arg);
}

} // namespace pipec::sema
