// Evidence: what environments and parameters require, and what `all` merges.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace pipec::sema {

namespace {

class EvidenceReporter {
public:
  explicit EvidenceReporter(ExprChecker& checker)
      : checker_(checker), state_(checker.state), types_(checker.types) {}

  std::vector<SymbolId> missing(TypeId got, llvm::ArrayRef<SymbolId> wanted) const {
    llvm::ArrayRef<SymbolId> has = types_.evidenceOf(got);
    std::vector<SymbolId> lacking;
    std::set_difference(wanted.begin(), wanted.end(), has.begin(), has.end(),
                        std::back_inserter(lacking));
    return lacking;
  }

  std::string names(llvm::ArrayRef<SymbolId> evidence) const {
    std::vector<std::string> shown;
    for (SymbolId id : evidence)
      shown.push_back(state_.show(id));
    return quotedList(shown);
  }

  /// `` `app` ``, or what it is.
  std::string subject(ExprId expr, TypeId type) const {
    if (const auto* name = state_.as<ast::NameExpr>(expr))
      return "`" + name->text + "`";
    return "this " + state_.show(types_.withoutEvidence(type));
  }

  void report(ExprId expr, TypeId got, llvm::ArrayRef<SymbolId> lacking,
              const std::string& requirer, const SourceRange* declared) {
    llvm::ArrayRef<SymbolId> has = types_.evidenceOf(got);
    std::string message = requirer + " requires evidence " + names(lacking) + "; " +
                          subject(expr, got) + " has " +
                          (has.empty() ? std::string("none") : "only " + names(has));
    std::optional<Loss> loss = findLoss(expr, lacking.front());
    if (loss)
      message = requirer + " requires evidence " + names(lacking) + "; " + subject(expr, got) +
                " lost it at `." + loss->method + "(…)`";
    auto builder = state_.emit(Code::E0601, state_.rangeOf(expr), message);
    builder.label(state_.show(got) + madeBy(expr));
    if (SourceRange made = placeOfOrigin(expr); !loss && made.valid())
      builder.also(made, "made here");
    if (loss)
      builder.also(loss->range, "this makes other content, about which nothing is known");
    if (declared && declared->valid())
      builder.also(*declared, "required here");
    std::string judge = proverOf(lacking.front(), expr);
    if (!judge.empty())
      builder.help("`" + judge + "` proves " + state_.show(lacking.front()) + ": pass its result");
  }

private:
  struct Loss {
    std::string method;
    SourceRange range;
  };

  /// What a variable was bound to; the expression itself if it is none.
  ExprId origin(ExprId expr) const {
    const auto* name = state_.as<ast::NameExpr>(expr);
    Local* local = name ? checker_.scope.find(name->text) : nullptr;
    return local && local->value.valid() ? local->value : expr;
  }

  /// Where the variable is bound; invalid if it is none.
  SourceRange placeOfOrigin(ExprId expr) const {
    const auto* name = state_.as<ast::NameExpr>(expr);
    Local* local = name ? checker_.scope.find(name->text) : nullptr;
    return local && local->kind == Local::Kind::Let ? local->range : SourceRange{};
  }

  std::string madeBy(ExprId expr) const {
    ExprId value = origin(expr);
    const auto* call = state_.as<ast::CallExpr>(value);
    if (!call)
      return "";
    const CallInfo& info = state_.tables.callOf(value);
    bool declared = info.callee == CallInfo::Callee::Action || info.callee == CallInfo::Callee::Fn;
    return declared && info.symbol.valid() ? ", made by `" + state_.show(info.symbol) + "`" : "";
  }

  /// Whether the value is a part of something that had the evidence.
  std::optional<Loss> findLoss(ExprId expr, SymbolId evidence) const {
    ExprId value = origin(expr);
    const auto* call = state_.as<ast::CallExpr>(value);
    const auto* member = call ? state_.as<ast::MemberExpr>(call->callee) : nullptr;
    if (!member)
      return std::nullopt;
    TypeId receiver = state_.tables.types[member->base];
    if (!receiver.valid() || !llvm::is_contained(types_.evidenceOf(receiver), evidence))
      return std::nullopt;
    return Loss{member->member.text, member->member.range};
  }

  /// A call of an action that proves it about `subject`, as this module would write it; empty if it
  /// knows none.
  std::string proverOf(SymbolId evidence, ExprId subject) const {
    const auto* name = state_.as<ast::NameExpr>(subject);
    auto callOf = [&](SymbolId action, llvm::StringRef shown) {
      bool hasMore = state_.program.actionOf(action).params.size() > 1;
      return (shown + "(" + (!name ? "…" : name->text + (hasMore ? ", …" : "")) + ")").str();
    };
    for (size_t i = 0; i < state_.program.symbols.size(); ++i) {
      SymbolId id = state_.program.symbols.idAt(i);
      const Symbol& symbol = state_.symbol(id);
      if (symbol.kind != SymbolKind::Action || state_.program.actionOf(id).proves != evidence)
        continue;
      if (symbol.module == state_.id)
        return callOf(id, symbol.name);
      if (symbol.isPublic && llvm::is_contained(state_.module.imports, symbol.module))
        return callOf(id, state_.show(id));
    }
    return "";
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
};

class MergeChecker {
public:
  explicit MergeChecker(ExprChecker& checker)
      : checker_(checker), state_(checker.state), types_(checker.types) {}

  TypeId check(ExprId proofs) {
    if (const auto* list = state_.as<ast::ListLiteral>(proofs))
      return checkLiteral(proofs, *list);
    TypeId type = checker_.inferKnown(proofs);
    if (state_.isError(type))
      return type;
    const Type t = types_[type];
    bool sequence = t.kind == TypeKind::List || t.kind == TypeKind::Each;
    if (!sequence || !isSubjectType(types_, t.element))
      return refuse(proofs, type);
    if (t.kind == TypeKind::Each)
      refuseLoopSubject(proofs);
    return t.element;
  }

private:
  TypeId refuse(ExprId expr, TypeId type) {
    if (!state_.isError(type))
      state_.emit(Code::E0401, state_.rangeOf(expr),
                  "`all` merges evidence about one File, Dir or Image, this is " +
                      withArticle(state_.show(type)));
    return state_.error();
  }

  /// Unites the evidence of the members.
  TypeId checkLiteral(ExprId proofs, const ast::ListLiteral& list) {
    if (list.elements.empty()) {
      state_.emit(Code::E0609, state_.rangeOf(proofs),
                  "`all` merges evidence about one artifact; here is none");
      return state_.error();
    }
    TypeId united;
    for (ExprId element : list.elements) {
      TypeId type = checker_.inferKnown(element);
      if (!isSubjectType(types_, type))
        return refuse(element, type);
      if (united.valid() && types_.withoutEvidence(united) != types_.withoutEvidence(type)) {
        state_
            .emit(Code::E0609, state_.rangeOf(element),
                  "`all` merges evidence about one artifact; these are of different types")
            .label(state_.show(type))
            .also(state_.rangeOf(list.elements.front()), state_.show(united));
        return state_.error();
      }
      united = united.valid() ? types_.with(united, types_.evidenceOf(type).vec()) : type;
    }
    state_.tables.types[proofs] = types_.list(united);
    return united;
  }

  const ast::Comprehension* loopOf(ExprId expr) const {
    const auto* name = state_.as<ast::NameExpr>(expr);
    Local* local = name ? checker_.scope.find(name->text) : nullptr;
    return state_.as<ast::Comprehension>(local && local->value.valid() ? local->value : expr);
  }

  /// Proofs about the files of a run-time list are about different artifacts, always.
  void refuseLoopSubject(ExprId proofs) {
    const ast::Comprehension* loop = loopOf(proofs);
    const auto* call = loop ? state_.as<ast::CallExpr>(loop->value) : nullptr;
    if (!call)
      return;
    const CallInfo& info = state_.tables.callOf(loop->value);
    if (info.callee != CallInfo::Callee::Action || !info.symbol.valid())
      return;
    std::optional<uint32_t> subject = state_.program.actionOf(info.symbol).subject;
    if (!subject || *subject >= info.arguments.size())
      return;
    ExprId argument = info.arguments[*subject].value;
    const auto* name = argument.valid() ? state_.as<ast::NameExpr>(argument) : nullptr;
    bool isBinder = name && llvm::any_of(loop->generators, [&](const ast::Generator& generator) {
                      return generator.first.name && generator.first.name->text == name->text;
                    });
    if (isBinder)
      state_
          .emit(Code::E0609, state_.rangeOf(argument),
                "`all` merges evidence about one artifact; `" + name->text +
                    "` is another in each round")
          .help("judge one artifact in every round, or drop `all`");
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
};

} // namespace

void checkRequirements(ExprChecker& checker, ExprId subject, TypeId type, SymbolId environment) {
  ModuleState& state = checker.state;
  EvidenceReporter reporter(checker);
  const EnvironmentInfo& info = state.program.environmentOf(environment);
  std::vector<SymbolId> lacking = reporter.missing(type, info.requires_);
  if (lacking.empty())
    return;
  const auto& decl = std::get<ast::EnvironmentDecl>(state.program.declOf(environment).node);
  std::string first = state.symbol(lacking.front()).name;
  SourceRange declared = decl.name.range;
  for (const ast::QualifiedName& required : decl.requires_)
    if (required.parts.back().text == first)
      declared = required.range;
  reporter.report(subject, type, lacking, state.show(environment), &declared);
}

void reportMissingEvidence(ExprChecker& checker, ExprId expr, TypeId got, TypeId wanted,
                           const Wanter& wanter) {
  EvidenceReporter reporter(checker);
  std::vector<SymbolId> lacking = reporter.missing(got, checker.types.evidenceOf(wanted));
  llvm::StringRef name = wanter.owner.empty() ? wanter.name : wanter.owner;
  std::string requirer = name.empty() ? checker.state.show(wanted) : "`" + name.str() + "`";
  reporter.report(expr, got, lacking, requirer, &wanter.declared);
}

TypeId checkAll(ExprChecker& checker, ExprId proofs) {
  return MergeChecker(checker).check(proofs);
}

} // namespace pipec::sema
