// `[for x in xs if c => e]`, over lists, maps, and lists of run-time length.
#include "compiler/sema/expr_rules.h"
#include "compiler/sema/type_rules.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::sema {

namespace {

class ComprehensionChecker {
public:
  ComprehensionChecker(ExprChecker& checker, ExprId expr, const ast::Comprehension& loop,
                       const Expected& expected)
      : checker_(checker), state_(checker.state), types_(checker.types), expr_(expr), loop_(loop),
        expected_(expected) {}

  TypeId check() {
    size_t mark = checker_.scope.mark();
    bool outer = checker_.perElement;
    ComprehensionInfo info;
    for (const ast::Generator& generator : loop_.generators)
      info.generators.push_back(checkGenerator(generator));
    TypeId result = loop_.key.valid() ? checkMapLoop() : checkListLoop();
    checker_.leave(mark);
    checker_.perElement = outer;
    info.kind = loop_.key.valid() ? ComprehensionKind::Map
                : each_           ? ComprehensionKind::Each
                                  : ComprehensionKind::List;
    state_.tables.details[expr_] = static_cast<uint32_t>(state_.tables.comprehensions.size());
    state_.tables.comprehensions.push_back(std::move(info));
    return result;
  }

private:
  GeneratorInfo checkGenerator(const ast::Generator& generator) {
    TypeId iterable = checker_.inferKnown(generator.iterable);
    auto [first, second] = elementTypes(generator, iterable);
    GeneratorInfo info;
    info.first = checker_.declare(generator.first, first);
    if (generator.second)
      info.second = checker_.declare(*generator.second, second);
    if (generator.condition.valid())
      checker_.check(generator.condition,
                     {.type = state_.simple(TypeKind::Bool),
                      .wanter = {.kind = Wanter::Kind::Condition, .name = "if"}});
    return info;
  }

  /// What the binders are bound to.
  std::pair<TypeId, TypeId> elementTypes(const ast::Generator& generator, TypeId iterable) {
    const Type type = types_[iterable];
    std::pair<TypeId, TypeId> failed{state_.error(), state_.error()};
    switch (type.kind) {
    case TypeKind::Error:
      return failed;
    case TypeKind::List:
      return generator.second ? std::pair(state_.simple(TypeKind::Int), type.element)
                              : std::pair(type.element, TypeId());
    case TypeKind::Map:
      if (generator.second)
        return {type.key, type.element};
      state_.emit(Code::E0401, generator.first.range, "a loop over a map needs two names")
          .help("`for key, value in …`; `_` for the one that is not needed");
      return failed;
    case TypeKind::Each:
      return ofEach(generator, type.element);
    case TypeKind::Optional:
      reportNone(checker_, generator.iterable);
      return failed;
    default:
      state_.emit(Code::E0401, state_.rangeOf(generator.iterable),
                  "a loop goes over a list or a map, this is " +
                      withArticle(state_.show(iterable)));
      return failed;
    }
  }

  std::pair<TypeId, TypeId> ofEach(const ast::Generator& generator, TypeId element) {
    SourceRange list = state_.rangeOf(generator.iterable);
    if (checker_.perElement)
      state_
          .emit(Code::E0503, list, "a loop over run-time files inside another one is not supported")
          .help(RemedyOfNestedLoop);
    else
      state_.runTimeLoops.push_back({checker_.body.owner, list});
    if (generator.second) {
      state_
          .emit(Code::E0501, generator.second->range,
                "the elements of a list of run-time length have no index")
          .label("which files there are, and in what order, is only known at run time");
      return {state_.error(), state_.error()};
    }
    each_ = true;
    checker_.perElement = true;
    return {element, {}};
  }

  /// What is expected of the whole, without `?`; invalid if nothing.
  TypeId wanted() const {
    if (!expected_.type.valid() || !types_.is(expected_.type, TypeKind::Optional))
      return expected_.type;
    return types_[expected_.type].element;
  }

  TypeId checkListLoop() {
    TypeId value = checkValue();
    if (state_.isError(value) || types_.is(value, TypeKind::Vector))
      return value;
    if (!each_)
      return types_.list(value);
    if (isEachElement(value))
      return types_.each(value);
    if (types_.is(value, TypeKind::Deployment) && state_.as<ast::CallExpr>(loop_.value))
      return state_.error(); // an effect per element, which is reported with the effects
    state_
        .emit(Code::E0401, state_.rangeOf(loop_.value),
              "a loop over run-time files gives artifacts, this is " +
                  withArticle(state_.show(value)))
        .help("build a File, Dir or Image from each, or a record of those");
    return state_.error();
  }

  TypeId checkValue() {
    if (expected_.vector)
      return checker_.check(loop_.value, {.vector = true});
    TypeId list = wanted();
    if (list.valid()) {
      TypeKind kind = types_.kind(list);
      if (kind == TypeKind::List || kind == TypeKind::Each) {
        return checker_.check(loop_.value, expected_.element(types_[list].element));
      }
      if (kind == TypeKind::Error)
        return checker_.check(loop_.value, {.type = list});
    }
    return checker_.inferKnown(loop_.value);
  }

  TypeId checkMapLoop() {
    TypeId map = wanted();
    bool push = map.valid() && types_.is(map, TypeKind::Map);
    TypeId key = push ? checker_.check(loop_.key, {.type = types_[map].key,
                                                   .wanter = {.name = "a key of this map"}})
                      : checkKeyType(checker_, loop_.key, checker_.inferKnown(loop_.key));
    TypeId value = push ? checker_.check(loop_.value, expected_.element(types_[map].element))
                        : checker_.inferKnown(loop_.value);
    if (each_) {
      state_
          .emit(Code::E0501, state_.rangeOf(loop_.key),
                "how many files there are is only known at run time")
          .label("the keys of a map are known before anything runs")
          .help("make a list: `[for f in … => …]`");
      return state_.error();
    }
    if (state_.isError(key) || state_.isError(value))
      return state_.error();
    return types_.map(key, value);
  }

  bool isEachElement(TypeId type) const {
    auto isArtifactField = [&](const auto& field) { return isEachElement(field.type); };
    if (types_.is(type, TypeKind::Record))
      return llvm::all_of(state_.program.recordOf(types_[type].symbol).fields, isArtifactField);
    if (types_.is(type, TypeKind::Outputs))
      return true;
    return isArtifact(types_, type) || state_.isError(type);
  }

  ExprChecker& checker_;
  ModuleState& state_;
  TypeTable& types_;
  ExprId expr_;
  const ast::Comprehension& loop_;
  const Expected& expected_;
  bool each_ = false;
};

} // namespace

TypeId checkComprehension(ExprChecker& checker, ExprId expr, const ast::Comprehension& loop,
                          const Expected& expected) {
  return ComprehensionChecker(checker, expr, loop, expected).check();
}

} // namespace pipec::sema
