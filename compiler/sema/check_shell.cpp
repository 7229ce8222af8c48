// `sh"…"`: the quoting context of each hole, and what may stand there.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/settings_table.h"
#include "compiler/sema/shell_scanner.h"
#include "compiler/sema/type_rules.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

class ShellChecker {
public:
  ShellChecker(ExprChecker& checker, ExprId expr, const ast::StringLiteral& literal)
      : checker_(checker), state_(checker.state), types_(checker.types), expr_(expr),
        literal_(literal) {}

  TypeId check() {
    ShellScan scan = scanShell(texts());
    end_ = scan.end;
    size_t hole = 0;
    for (size_t i = 0; i < literal_.parts.size(); ++i)
      if (literal_.parts[i].hole.valid())
        checkPart(i, scan.holes[hole++]);
    reportEnd();
    state_.tables.details[expr_] = static_cast<uint32_t>(state_.tables.shells.size());
    state_.tables.shells.push_back({std::move(scan.holes)});
    return ok_ ? state_.simple(TypeKind::Command) : state_.error();
  }

private:
  /// One more than there are holes.
  std::vector<StringRef> texts() const {
    std::vector<StringRef> texts(1);
    for (const ast::StringPart& part : literal_.parts) {
      if (part.hole.valid())
        texts.emplace_back();
      else
        texts.back() = part.text;
    }
    return texts;
  }

  void checkPart(size_t index, const ShellHole& hole) {
    const ast::StringPart& part = literal_.parts[index];
    checker_.shellHole = part.hole;
    checker_.shellHoleRange = part.range;
    TypeId type = checker_.infer(part.hole);
    checker_.shellHole = {};
    if (state_.isError(type))
      ok_ = false;
    else if (!mayStand(part, hole, type, index))
      ok_ = false;
  }

  bool mayStand(const ast::StringPart& part, const ShellHole& hole, TypeId type, size_t index) {
    bool command = types_.is(type, TypeKind::Command);
    if (types_.is(type, TypeKind::Secret))
      return rejectSecret(part, hole);
    if (types_.is(type, TypeKind::Each)) {
      reportEach(checker_, part.hole, part.range);
      return false;
    }
    bool list = types_.is(type, TypeKind::List) && isWord(types_[type].element);
    if (!command && !list && !checkHole(checker_, part.hole, type))
      return false;
    if (hole.rejection != HoleRejection::None)
      return reject(part, hole.rejection);
    bool quoted = hole.context != HoleContext::Unquoted;
    if (command && quoted)
      return rejectCommand(part);
    if (list && quoted)
      return rejectQuotedList(part, hole, index);
    if (list && !hole.ownWord)
      return rejectJoinedList(part);
    if (hole.fillsQuotes && end_ == ShellEnd::Complete && !state_.hasErrors())
      warnQuotes(part, index);
    return true;
  }

  bool isWord(TypeId type) const {
    return isScalar(types_, type) || isArtifact(types_, type) || types_.is(type, TypeKind::Arg);
  }

  /// Once for each reason: the holes behind the first have the same cause.
  bool reject(const ast::StringPart& part, HoleRejection rejection) {
    if (rejection == reported_)
      return false;
    reported_ = rejection;
    RejectionText why = explain(rejection);
    state_.emit(Code::E0803, part.range, "a value cannot be quoted safely " + why.where)
        .label(why.label)
        .help(why.help);
    return false;
  }

  /// The secret goes into the environment, and the script reads it from there.
  bool rejectSecret(const ast::StringPart& part, const ShellHole& hole) {
    const auto* name = state_.as<ast::NameExpr>(part.hole);
    std::string variable = name ? StringRef(name->text).upper() : "TOKEN";
    std::string value = name ? name->text : "…";
    std::string setting = "secrets = [\"" + variable + "\": " + value + "]";
    auto report =
        state_.emit(Code::E0802, state_.rangeOf(part.hole), "a Secret cannot be put into text");
    report.label("arguments appear in process lists and logs");
    report.help("`" + setting + "`, and `$" + variable + "` in the script");
    const ast::CommandItem* command = commandAround(part);
    if (!name || !command || hole.rejection != HoleRejection::None ||
        hole.context == HoleContext::SingleQuoted)
      return false;
    bool quote =
        hole.context == HoleContext::Unquoted && literal_.form == ast::StringForm::ShellBlock;
    std::string reference = quote ? "\"$" + variable + "\"" : "$" + variable;
    SourceRange start{part.range.file, command->range.begin, command->range.begin};
    report.fix(diagnostics::Fix{"`" + setting + "` and `" + reference + "`",
                                {{start, setting + "\n  "}, {part.range, reference}}});
    return false;
  }

  /// The command that the string is part of, if its action may be given a first `secrets`.
  const ast::CommandItem* commandAround(const ast::StringPart& part) const {
    const ast::ActionDecl* action = checker_.body.action;
    if (!action)
      return nullptr;
    const ActionInfo& info = state_.program.actionOf(checker_.body.owner);
    if (!findSetting("secrets")->allowedIn(ownerOf(info.kind, info.live)))
      return nullptr;
    const ast::CommandItem* around = nullptr;
    for (const ast::ActionItem& item : action->items) {
      const auto* setting = std::get_if<ast::Setting>(&item);
      if (setting && setting->name.text == "secrets")
        return nullptr;
      const auto* command = std::get_if<ast::CommandItem>(&item);
      if (command && command->range.begin <= part.range.begin &&
          part.range.end <= command->range.end)
        around = command;
    }
    return around;
  }

  bool rejectCommand(const ast::StringPart& part) {
    state_.emit(Code::E0803, part.range, "a command cannot be quoted")
        .label("Command: it is spliced as shell text")
        .help("use `\"$(${…})\"` for what it prints");
    return false;
  }

  bool rejectQuotedList(const ast::StringPart& part, const ShellHole& hole, size_t index) {
    auto report =
        state_.emit(Code::E0804, part.range, "a list inside quotes would become one word");
    if (hole.fillsQuotes)
      report.fix(removeQuotes(index));
    return false;
  }

  bool rejectJoinedList(const ast::StringPart& part) {
    state_.emit(Code::E0804, part.range, "a list next to other text would not be a list of words")
        .label("only its first or last element would touch the text")
        .help("put the text into each element: `${[for x in … => \"--flag=${x}\"]}`");
    return false;
  }

  void warnQuotes(const ast::StringPart& part, size_t index) {
    const auto* name = state_.as<ast::NameExpr>(part.hole);
    std::string shown = name ? "`${" + name->text + "}`" : "this hole";
    state_
        .emit(Code::W0906, part.range,
              "quotes around " + shown + " are not needed; pipec quotes it")
        .fix(removeQuotes(index));
  }

  /// Removes the quote before and the quote behind the hole.
  diagnostics::Fix removeQuotes(size_t index) const {
    SourceRange before = literal_.parts[index - 1].range, after = literal_.parts[index + 1].range;
    return {"remove the quotes",
            {{{before.file, before.end - 1, before.end}, ""},
             {{after.file, after.begin, after.begin + 1}, ""}}};
  }

  /// What a script leaves open would reach into the one it is spliced into.
  void reportEnd() {
    if (end_ == ShellEnd::Complete || state_.syntax.hasSyntaxErrors || !ok_)
      return;
    ok_ = false;
    StringRef where = end_ == ShellEnd::InQuotes         ? "inside quotes"
                      : end_ == ShellEnd::InSubstitution ? "inside `(…)`"
                      : end_ == ShellEnd::InExpansion    ? "inside `$${…}`"
                                                         : "behind a backslash";
    state_.emit(Code::E0803, state_.rangeOf(expr_), "this script ends " + where)
        .label("no shell would accept it");
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  ExprId expr_;
  const ast::StringLiteral& literal_;
  ShellEnd end_ = ShellEnd::Complete; ///< else nobody knows what is in quotes
  HoleRejection reported_ = HoleRejection::None;
  bool ok_ = true;
};

} // namespace

TypeId checkShell(ExprChecker& checker, ExprId expr, const ast::StringLiteral& literal) {
  return ShellChecker(checker, expr, literal).check();
}

} // namespace pipec::sema
