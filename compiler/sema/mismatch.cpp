// What to say about a value of another type than wanted.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/expr_text.h"
#include "compiler/sema/type_rules.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

class MismatchReporter {
public:
  MismatchReporter(ExprChecker& checker, ExprId expr, TypeId got, const Expected& expected)
      : checker_(checker), state_(checker.state), types_(checker.types), expr_(expr), got_(got),
        expected_(expected), range_(state_.rangeOf(expr)) {}

  void report() {
    if (expected_.vector)
      return reportArgument();
    TypeId wanted = expected_.type;
    if (types_.is(wanted, TypeKind::Optional))
      wanted = types_[wanted].element;
    if (types_.is(got_, TypeKind::None))
      return reportNothing();
    if (types_.is(got_, TypeKind::Optional) && isSubtype(types_, types_[got_].element, wanted))
      return reportNone(checker_, expr_);
    if (types_.is(got_, TypeKind::Each))
      return reportEach(checker_, expr_, range_);
    if (isSubjectType(types_, wanted) && types_.is(wanted, TypeKind::With) &&
        types_.withoutEvidence(got_) == types_[wanted].element)
      return reportMissingEvidence(checker_, expr_, got_, wanted, expected_.wanter);
    reportByKind(wanted);
  }

private:
  void reportByKind(TypeId wanted) {
    TypeKind to = types_.kind(wanted), from = types_.kind(got_);
    bool text = from == TypeKind::String || from == TypeKind::Arg;
    if (text && (to == TypeKind::Version || to == TypeKind::Url))
      return reportUnread(to);
    if (from == TypeKind::Arg && to == TypeKind::String)
      return reportInspected();
    if (from == TypeKind::Secret && (to == TypeKind::Arg || to == TypeKind::String))
      return reportSecret();
    auto report = emit(Code::E0401, message());
    if (expected_.wanter.declared.valid())
      report.also(expected_.wanter.declared, "declared here");
    if (from == TypeKind::File && to == TypeKind::Dir)
      fixCallee(report, "file", "dir");
    else if (from == TypeKind::Dir && to == TypeKind::File)
      fixCallee(report, "dir", "file");
    else if (to == TypeKind::String || to == TypeKind::Arg)
      fixText(report);
    else if (text && (to == TypeKind::File || to == TypeKind::Dir))
      wrap(report, to == TypeKind::File ? "file(" : "dir(", ")");
  }

  DiagnosticBuilder emit(Code code, const llvm::Twine& message) {
    return state_.emit(code, range_, message);
  }

  std::string message() const {
    const Wanter& wanter = expected_.wanter;
    TypeId type = expected_.type;
    // That `none` is as good as no setting helps nobody who gave something else.
    if (wanter.kind == Wanter::Kind::Setting && types_.is(type, TypeKind::Optional))
      type = types_[type].element;
    std::string wanted = state_.show(type), got = state_.show(got_);
    const auto* name = state_.as<ast::NameExpr>(expr_);
    std::string subject = name ? "`" + name->text + "`" : "this";
    std::string this_ = ", " + subject + " is " + withArticle(got);
    if (wanter.name.empty())
      return withArticle(wanted) + " is wanted here" + this_;
    std::string who =
        wanter.kind == Wanter::Kind::Other ? wanter.name.str() : "`" + wanter.name.str() + "`";
    if (wanter.element)
      return who + " wants elements of type " + wanted + this_;
    switch (wanter.kind) {
    case Wanter::Kind::Let:
      return who + " is declared as " + withArticle(wanted) + this_;
    case Wanter::Kind::Result:
      return who + " gives " + withArticle(wanted) + this_;
    default:
      return who + " wants " + withArticle(wanted) + this_;
    }
  }

  void reportArgument() {
    bool none = types_.is(got_, TypeKind::None);
    auto report = emit(Code::E0401, "an argument of a command is text, an artifact or a list of "
                                    "those, this is " +
                                        (none ? "`none`" : withArticle(state_.show(got_))));
    if (isScalar(types_, got_))
      fixText(report);
  }

  void reportNothing() {
    emit(Code::E0401, "`none` is no " + state_.show(expected_.type))
        .label("only a type with `?` may be `none`");
  }

  void reportUnread(TypeKind wanted) {
    StringRef type = wanted == TypeKind::Version ? "Version" : "Url";
    StringRef convert = wanted == TypeKind::Version ? "version" : "url";
    if (types_.is(got_, TypeKind::Arg)) {
      emit(Code::E0405,
           "this text contains an artifact and cannot be read as " + withArticle(type));
      return;
    }
    auto report = emit(Code::E0402, "this String is not " + withArticle(type));
    report.label("only literals are read as " + convert + "s where one is expected");
    report.help("annotate what it comes from, or convert it: `" + convert + "(…)`");
    wrap(report, convert.str() + "(", ")");
  }

  void reportInspected() {
    std::string who =
        expected_.wanter.name.empty() ? "a String" : "`" + expected_.wanter.name.str() + "`";
    emit(Code::E0405, "this text contains an artifact, and " + who +
                          " has to be known before "
                          "anything runs")
        .label(labelOfArg(checker_, expr_))
        .help("decide on the value that went into it");
  }

  void reportSecret() {
    emit(Code::E0802, "a Secret cannot be put into text")
        .label("arguments and variables appear in process lists and logs")
        .help("`secrets = [\"NAME\": …]`, and `$NAME` in the script");
  }

  void fixCallee(DiagnosticBuilder& report, StringRef from, StringRef to) {
    const auto* call = state_.as<ast::CallExpr>(expr_);
    const auto* name = call ? state_.as<ast::NameExpr>(call->callee) : nullptr;
    if (name && name->text == from)
      report.fix(state_.rangeOf(call->callee), to,
                 "`" + to + "(" +
                     (call->arguments.size() == 1
                          ? textOr(state_, call->arguments.front().value, "…")
                          : std::string("…")) +
                     ")`");
  }

  void fixText(DiagnosticBuilder& report) {
    if (const auto* number = state_.as<ast::IntLiteral>(expr_))
      report.fix(range_, "\"" + llvm::Twine(number->value) + "\"");
    else if (isScalar(types_, got_))
      wrap(report, "\"${", "}\"");
  }

  void wrap(DiagnosticBuilder& report, const std::string& before, const std::string& after) {
    report.fix(diagnostics::Fix{"`" + before + textOr(state_, expr_, "…") + after + "`",
                                {{{range_.file, range_.begin, range_.begin}, before},
                                 {{range_.file, range_.end, range_.end}, after}}});
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  ExprId expr_;
  TypeId got_;
  const Expected& expected_;
  SourceRange range_;
};

} // namespace

void reportMismatch(ExprChecker& checker, ExprId expr, TypeId got, const Expected& expected) {
  MismatchReporter(checker, expr, got, expected).report();
}

void reportEach(ExprChecker& checker, ExprId list, SourceRange use) {
  ModuleState& state = checker.state;
  TypeId type = state.tables.types[list];
  bool known = type.valid() && checker.types.is(type, TypeKind::Each);
  bool files = known && checker.types.is(checker.types.withoutEvidence(checker.types[type].element),
                                         TypeKind::File);
  auto report = state.emit(Code::E0501, use,
                           llvm::Twine("how many ") + (files ? "files" : "elements") +
                               " there are is only known at run time");
  std::string shown = known ? state.show(type) : "Each";
  std::string built = textOfBuilt(checker, list);
  if (state.rangeOf(list) == use)
    report.label(shown);
  else
    report.also(state.rangeOf(list),
                shown + ": " + (built.empty() ? "what it looks into" : "`" + built + "`") +
                    " must be built first");
  report.help("an Each can be looped over, passed to an action, added to a list, merged with "
              "`all`");
}

void reportNone(ExprChecker& checker, ExprId expr, bool isOperand) {
  SourceRange range = checker.state.rangeOf(expr);
  TypeId type = checker.state.tables.types[expr];
  auto report = checker.state.emit(Code::E0415, range, "this may be `none`");
  report.label(checker.state.show(type))
      .help("say what to take then, `" + textOr(checker.state, expr, "…") +
            " ?? other`, or `match` on it");
  std::string other = checker.types.is(type, TypeKind::Optional)
                          ? placeholderOf(checker.types, checker.types[type].element)
                          : "";
  if (other.empty())
    return;
  std::string before = isOperand ? "(" : "", after = " ?? " + other + (isOperand ? ")" : "");
  report.fix({"`" + textOr(checker.state, expr, "…") + " ?? " + other + "`",
              {{{range.file, range.begin, range.begin}, before},
               {{range.file, range.end, range.end}, after}},
              /*isGuess=*/true});
}

} // namespace pipec::sema
