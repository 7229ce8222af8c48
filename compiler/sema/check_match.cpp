// `match`: patterns, exhaustiveness, unreachable arms.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/expr_text.h"
#include "compiler/sema/literal_text.h"
#include "compiler/sema/names.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace pipec::sema {

using llvm::StringRef;

namespace {

class MatchChecker {
public:
  MatchChecker(ExprChecker& checker, ExprId expr, const ast::MatchExpr& match,
               const Expected& expected)
      : checker_(checker), state_(checker.state), types_(checker.types), expr_(expr), match_(match),
        branches_(checker, expected) {}

  TypeId check() {
    subject_ = checker_.inferKnown(match_.subject);
    refuseSubject();
    MatchInfo info;
    for (const ast::MatchArm& arm : match_.arms)
      info.arms.push_back(checkArm(arm));
    checkExhaustive();
    state_.tables.details[expr_] = static_cast<uint32_t>(state_.tables.matches.size());
    state_.tables.matches.push_back(std::move(info));
    return branches_.result();
  }

private:
  /// What cannot be looked into becomes Error, and no pattern is wrong.
  void refuseSubject() {
    TypeId value = types_.is(subject_, TypeKind::Optional) ? types_[subject_].element : subject_;
    SourceRange range = state_.rangeOf(match_.subject);
    bool binds = value != subject_; // `some(x)` takes a value of any type
    if (binds || isScalar(types_, value) || state_.isError(value))
      return;
    if (types_.is(value, TypeKind::Each))
      reportEach(checker_, match_.subject, range);
    else if (types_.is(value, TypeKind::Arg))
      state_.emit(Code::E0405, range, "this text contains an artifact and cannot be inspected")
          .label(labelOfArg(checker_, match_.subject))
          .help("decide on the value that went into it");
    else
      state_.emit(Code::E0401, range,
                  "`match` looks at simple values, enums and optionals, this is " +
                      withArticle(state_.show(value)));
    subject_ = state_.error();
  }

  void reportUnreachable(const ast::MatchArm& arm) {
    SourceRange range = arm.alternatives.front().range;
    if (coveredBy_ && coveredBy_ == all_)
      state_.emit(Code::E0410, range, "this arm can never be chosen; `_` above covers everything")
          .also(*all_, "here");
    else if (coveredBy_)
      state_.emit(Code::E0410, range, "this arm can never be chosen")
          .also(*coveredBy_, "this covers it already");
    else
      state_.emit(Code::E0410, range,
                  "this arm can never be chosen; the arms above cover everything");
  }

  std::vector<PatternInfo> checkArm(const ast::MatchArm& arm) {
    size_t mark = checker_.scope.mark();
    std::vector<PatternInfo> infos;
    bool reachable = false;
    for (const ast::Pattern& pattern : arm.alternatives) {
      infos.push_back(checkPattern(pattern, arm.alternatives.size() > 1));
      reachable |= cover(pattern, infos.back());
    }
    if (!reachable && !state_.isError(subject_) && !brokenArm_)
      reportUnreachable(arm);
    brokenArm_ = false;
    branches_.add(arm.value);
    checker_.leave(mark);
    return infos;
  }

  PatternInfo checkPattern(const ast::Pattern& pattern, bool oneOfMany) {
    if (std::holds_alternative<ast::WildcardPattern>(pattern.node))
      return {};
    if (const auto* literal = std::get_if<ast::LiteralPattern>(&pattern.node))
      return checkLiteral(*literal);
    const auto& name = std::get<ast::NamePattern>(pattern.node);
    return name.argument ? checkSome(pattern, name, oneOfMany) : checkMember(pattern, name);
  }

  PatternInfo broken() {
    brokenArm_ = true;
    return {};
  }

  PatternInfo checkLiteral(const ast::LiteralPattern& pattern) {
    if (state_.as<ast::NoneLiteral>(pattern.literal)) {
      checker_.check(pattern.literal, {.type = subject_, .wanter = {.name = "the match"}});
      return {.kind = PatternInfo::Kind::None};
    }
    TypeId type =
        checker_.check(pattern.literal, {.type = subject_, .wanter = {.name = "the match"}});
    if (state_.isError(type))
      return broken();
    if (types_.is(subject_, TypeKind::Optional)) {
      state_.emit(Code::E0401, state_.rangeOf(pattern.literal),
                  "a value that may be `none` is matched with `none` and `some(x)`");
      return broken();
    }
    return {.kind = PatternInfo::Kind::Literal, .literal = pattern.literal};
  }

  PatternInfo checkSome(const ast::Pattern& pattern, const ast::NamePattern& name, bool oneOfMany) {
    TypeId inner = state_.error();
    if (name.name.parts.size() != 1 || name.name.parts[0].text != "some")
      state_.emit(Code::E0401, pattern.range, "only `some(x)` binds a name in a pattern");
    else if (types_.is(subject_, TypeKind::Optional))
      inner = types_[subject_].element;
    else if (!state_.isError(subject_))
      state_
          .emit(Code::E0401, pattern.range,
                "this is " + withArticle(state_.show(subject_)) + ", never `none`")
          .label("`some(x)` is for a type with `?`");
    if (oneOfMany && name.argument->name)
      state_
          .emit(Code::E0401, name.argument->range, "one of several alternatives cannot bind a name")
          .help("give it an arm of its own, or write `some(_)`");
    SlotId slot = checker_.declare(*name.argument, inner);
    if (state_.isError(inner))
      brokenArm_ = true;
    return {.kind = PatternInfo::Kind::Some, .slot = slot};
  }

  PatternInfo checkMember(const ast::Pattern& pattern, const ast::NamePattern& name) {
    if (state_.isError(subject_))
      return broken();
    if (!types_.is(subject_, TypeKind::Enum)) {
      state_
          .emit(Code::E0401, pattern.range,
                "a name in a pattern is a member of an enum, and this matches " +
                    withArticle(state_.show(subject_)))
          .help(types_.is(subject_, TypeKind::Optional) ? "write `some(x)`, and match on `x`"
                                                        : "write a literal, or `_`");
      return broken();
    }
    SymbolId enumeration = types_[subject_].symbol;
    if (name.name.parts.size() > 1 && !namesEnum(name.name, enumeration))
      return broken();
    const std::vector<std::string>& members = state_.program.enumOf(enumeration).members;
    const ast::Name& last = name.name.parts.back();
    auto found = llvm::find(members, last.text);
    if (found != members.end())
      return {.kind = PatternInfo::Kind::EnumMember,
              .member = static_cast<uint32_t>(found - members.begin())};
    std::vector<StringRef> names(members.begin(), members.end());
    StringRef closest = diagnostics::closestName(last.text, names);
    auto report = state_.emit(Code::E0205, last.range,
                              "`" + state_.show(subject_) + "` has no member `" + last.text + "`" +
                                  didYouMean(last.text, names));
    if (!closest.empty())
      report.suggest(last.range, closest);
    return broken();
  }

  /// Whether what stands before the last dot names this enum.
  bool namesEnum(const ast::QualifiedName& name, SymbolId enumeration) {
    ast::QualifiedName prefix = name;
    prefix.parts.pop_back();
    prefix.range = diagnostics::join(prefix.parts.front().range, prefix.parts.back().range);
    std::optional<SymbolId> found = findQualified(
        state_, prefix, "enum", [&] { return namesOfKinds(state_, {SymbolKind::Enum}); });
    if (!found)
      return false;
    state_.use(checker_.body.owner, *found);
    if (*found == enumeration)
      return true;
    state_.emit(Code::E0401, prefix.range,
                "this matches " + withArticle(state_.show(subject_)) + ", not " +
                    withArticle(state_.show(*found)));
    return false;
  }

  /// Notes what the pattern covers; false if all of it was covered before.
  bool cover(const ast::Pattern& pattern, const PatternInfo& info) {
    coveredBy_ = all_;
    if (all_)
      return false;
    if (info.kind == PatternInfo::Kind::Any && !brokenArm_) {
      bool useful = !isComplete();
      all_ = pattern.range;
      return useful;
    }
    auto [first, isNew] = seen_.try_emplace(keyOf(pattern, info), pattern.range);
    if (!isNew)
      coveredBy_ = first->second;
    return isNew;
  }

  /// Equal for patterns that choose the same values.
  std::string keyOf(const ast::Pattern& pattern, const PatternInfo& info) const {
    switch (info.kind) {
    case PatternInfo::Kind::Any:
      return "broken " + std::to_string(pattern.range.begin);
    case PatternInfo::Kind::None:
      return "none";
    case PatternInfo::Kind::Some:
      return "some";
    case PatternInfo::Kind::EnumMember:
      return "member " + std::to_string(info.member);
    case PatternInfo::Kind::Literal:
      return keyOfLiteral(info.literal, false);
    }
    return {};
  }

  std::string keyOfLiteral(ExprId literal, bool negative) const {
    if (const auto* unary = state_.as<ast::UnaryExpr>(literal))
      return keyOfLiteral(unary->operand, !negative);
    std::string sign = negative ? "-" : "";
    if (const auto* number = state_.as<ast::IntLiteral>(literal))
      return sign + std::to_string(number->value);
    if (const auto* duration = state_.as<ast::DurationLiteral>(literal))
      return sign + std::to_string(duration->milliseconds);
    if (const auto* size = state_.as<ast::SizeLiteral>(literal))
      return sign + std::to_string(size->bytes);
    if (const auto* boolean = state_.as<ast::BoolLiteral>(literal))
      return boolean->value ? "true" : "false";
    const auto* text = state_.as<ast::StringLiteral>(literal);
    std::string written = text && !text->parts.empty() ? text->parts.front().text : "";
    return "\"" + (types_.is(subject_, TypeKind::Version) ? normalVersion(written) : written);
  }

  /// What no pattern covers, as the user would write it; `_` for types without an end.
  std::vector<std::string> missing() const {
    std::vector<std::string> names;
    auto want = [&](const std::string& key, const std::string& shown) {
      if (!seen_.count(key))
        names.push_back(shown);
    };
    switch (types_.kind(subject_)) {
    case TypeKind::Bool:
      want("true", "true");
      want("false", "false");
      break;
    case TypeKind::Optional:
      want("none", "none");
      want("some", "some(x)");
      break;
    case TypeKind::Enum: {
      const auto& members = state_.program.enumOf(types_[subject_].symbol).members;
      for (size_t i = 0; i < members.size(); ++i)
        want("member " + std::to_string(i), members[i]);
      break;
    }
    default:
      names.push_back("_");
    }
    return names;
  }

  bool isComplete() const { return !seen_.empty() && missing().empty(); }

  void checkExhaustive() {
    if (state_.isError(subject_) || all_ || anyBroken())
      return;
    std::vector<std::string> names = missing();
    if (names.empty())
      return;
    bool isEnum = types_.is(subject_, TypeKind::Enum);
    std::vector<std::string> shown;
    for (const std::string& name : names)
      shown.push_back(isEnum ? state_.show(subject_) + "." + name : name);
    SourceRange range = state_.rangeOf(expr_);
    SourceRange keyword{range.file, range.begin, range.begin + 5}; // `match`
    auto report =
        state_.emit(Code::E0409, keyword,
                    names.front() == "_" ? "this match does not cover every value"
                                         : "this match does not cover " + quotedList(shown));
    report.help(names.front() == "_" ? "add `_ => …`"
                                     : "add `" + names.front() + " => …` or `_ => …`");
    suggestArms(report, names);
  }

  /// An arm for all that is missing, with a value that only keeps its place.
  void suggestArms(DiagnosticBuilder& report, const std::vector<std::string>& names) {
    std::string value = placeholderOf(types_, branches_.result());
    if (value.empty() || match_.arms.empty())
      return;
    SourceRange last = match_.arms.back().range;
    std::string arms;
    for (const std::string& name : names)
      arms += ", " + (name == "some(x)" ? "some(_)" : name) + " => " + value;
    report.suggest({last.file, last.end, last.end}, arms, "`" + arms.substr(2) + "`");
  }

  bool anyBroken() const {
    return llvm::any_of(
        seen_, [](const auto& entry) { return StringRef(entry.first).starts_with("broken "); });
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  ExprId expr_;
  const ast::MatchExpr& match_;
  BranchJoin branches_;
  TypeId subject_;
  std::map<std::string, SourceRange> seen_;
  std::optional<SourceRange> all_;
  std::optional<SourceRange> coveredBy_; ///< what made the last pattern needless; unset: several
  bool brokenArm_ = false;               ///< a pattern of this arm was reported
};

} // namespace

TypeId checkMatch(ExprChecker& checker, ExprId expr, const ast::MatchExpr& match,
                  const Expected& expected) {
  return MatchChecker(checker, expr, match, expected).check();
}

} // namespace pipec::sema
