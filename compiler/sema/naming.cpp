// Walks the declarations of a module and looks at their names.
#include "compiler/sema/naming.h"

#include "compiler/base/identifier.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace pipec::sema {

using llvm::StringRef;

namespace {

enum class Style : uint8_t { LowerSnake, UpperCamel };

/// Who may know a name.
enum class Reach : uint8_t {
  Outside, ///< other modules, labels, the command line
  Module,
  Decl, ///< one declaration alone
};

struct DeclaredName {
  const ast::Name* name = nullptr;
  Style style = Style::LowerSnake;
  Reach reach = Reach::Outside;
  SourceRange decl; ///< if it is of one declaration
};

// ---- styles --------------------------------------------------------------------

bool hasStyle(StringRef name, Style style) {
  name = name.ltrim('_');
  if (name.empty())
    return true;
  if (style == Style::LowerSnake)
    return llvm::none_of(name, llvm::isUpper);
  return !llvm::isLower(name.front()) && !name.contains('_');
}

/// `maxJobs`, `HTTPServer`, `MAX_JOBS` → `max_jobs`, `http_server`, `max_jobs`.
std::string lowerSnake(StringRef name) {
  std::string result;
  for (size_t i = 0; i < name.size(); ++i) {
    bool startsWord =
        i > 0 && llvm::isUpper(name[i]) && name[i - 1] != '_' &&
        (!llvm::isUpper(name[i - 1]) || (i + 1 < name.size() && llvm::isLower(name[i + 1])));
    if (startsWord)
      result += '_';
    result += llvm::toLower(name[i]);
  }
  return result;
}

/// `build_mode`, `BUILD_MODE`, `buildMode` → `BuildMode`.
std::string upperCamel(StringRef name) {
  std::string result;
  llvm::SmallVector<StringRef, 4> words;
  StringRef rest = name.ltrim('_');
  result.append(name.size() - rest.size(), '_');
  rest.split(words, '_', -1, /*KeepEmpty=*/false);
  for (StringRef word : words) {
    bool shouts = words.size() > 1 && word.size() > 1 && llvm::none_of(word, llvm::isLower);
    result += llvm::toUpper(word.front());
    result += shouts ? word.drop_front().lower() : word.drop_front().str();
  }
  return result;
}

// ---- what is declared ----------------------------------------------------------

class NameLint {
public:
  explicit NameLint(ModuleState& state) : state(state), syntax(state.syntax) {}

  void run() {
    for (const ast::UseDecl& use : syntax.uses)
      if (use.alias)
        add(*use.alias, Style::LowerSnake, Reach::Outside);
    for (const ast::Decl& decl : syntax.decls) {
      current = &decl;
      std::visit([&](const auto& node) { addDecl(node); }, decl.node);
    }
    addBinders();
    collectUses();
    for (const DeclaredName& each : declared)
      if (!hasStyle(each.name->text, each.style))
        warn(each);
  }

private:
  ModuleState& state;
  const ast::Module& syntax;
  const ast::Decl* current = nullptr;
  std::vector<DeclaredName> declared;
  std::vector<const ast::Name*> typeUses; ///< as the first part of a dotted name
  std::vector<std::pair<StringRef, SourceRange>> uses;
  llvm::StringSet<> taken; ///< whatever is a name somewhere in the module

  void add(const ast::Name& name, Style style, Reach reach, SourceRange decl = {}) {
    if (!name.text.empty())
      declared.push_back({&name, style, reach, decl});
  }
  void addValue(const ast::Name& name) { add(name, Style::LowerSnake, Reach::Outside); }
  void addLocal(const ast::Name& name) {
    add(name, Style::LowerSnake, Reach::Decl, current->range);
  }
  /// What only the module can know, unless it is public.
  Reach reachOfPrivate() const { return current->isPublic ? Reach::Outside : Reach::Module; }

  void addParams(const std::vector<ast::Param>& params) {
    for (const ast::Param& param : params)
      addValue(param.name);
  }

  void addDecl(const ast::LetDecl& let) { addValue(let.name); }
  void addDecl(const ast::FnDecl& fn) {
    add(fn.name, Style::LowerSnake, reachOfPrivate());
    addParams(fn.params);
    addBody(fn.body);
  }
  void addDecl(const ast::ActionDecl& action) {
    addValue(action.name);
    addParams(action.params);
    if (action.result)
      for (const ast::OutputField& field : action.result->fields)
        addValue(field.name);
    addBody(action.items);
  }
  void addDecl(const ast::TypeDecl& type) {
    add(type.name, Style::UpperCamel, reachOfPrivate());
    for (const ast::FieldDecl& field : type.fields)
      addValue(field.name);
  }
  void addDecl(const ast::EnumDecl& enumeration) {
    add(enumeration.name, Style::UpperCamel, reachOfPrivate());
    for (const ast::EnumMember& member : enumeration.members)
      addValue(member.name);
  }
  void addDecl(const ast::EvidenceDecl& evidence) {
    add(evidence.name, Style::UpperCamel, Reach::Outside);
  }
  void addDecl(const ast::EnvironmentDecl& environment) {
    add(environment.name, Style::UpperCamel, Reach::Outside);
  }
  void addDecl(const ast::PipelineDecl& pipeline) {
    addValue(pipeline.name);
    addParams(pipeline.params);
    addItems(pipeline.items);
  }

  /// Lets in the body of a function or action: nothing else has their names.
  template <class Item> void addBody(const std::vector<Item>& items) {
    for (const Item& item : items)
      if (const auto* let = std::get_if<ast::LetDecl>(&item))
        addLocal(let->name);
  }
  /// In a pipeline, names are labels.
  template <class Item> void addItems(const std::vector<Item>& items) {
    for (const Item& item : items) {
      if (const auto* let = std::get_if<ast::LetDecl>(&item))
        addValue(let->name);
      if (const auto* out = std::get_if<ast::OutItem>(&item); out && out->name)
        addValue(*out->name);
      if constexpr (std::is_same_v<Item, ast::PipelineItem>)
        if (const auto* stage = std::get_if<ast::StageDecl>(&item)) {
          addValue(stage->name);
          addItems(stage->items);
        }
    }
  }

  /// Names that loops and patterns bind.
  void addBinders() {
    auto addBinder = [&](const ast::Binder* binder) {
      if (!binder || !binder->name)
        return;
      auto around = llvm::find_if(syntax.decls, [&](const ast::Decl& decl) {
        return decl.range.begin <= binder->range.begin && binder->range.end <= decl.range.end;
      });
      if (around == syntax.decls.end())
        return;
      current = &*around;
      addLocal(*binder->name);
    };
    for (const ast::Expr& expr : syntax.exprs) {
      if (const auto* loop = std::get_if<ast::Comprehension>(&expr.node))
        for (const ast::Generator& generator : loop->generators) {
          addBinder(&generator.first);
          addBinder(generator.second ? &*generator.second : nullptr);
        }
      if (const auto* match = std::get_if<ast::MatchExpr>(&expr.node))
        for (const ast::MatchArm& arm : match->arms)
          for (const ast::Pattern& pattern : arm.alternatives)
            if (const auto* named = std::get_if<ast::NamePattern>(&pattern.node)) {
              typeUses.push_back(&named->name.parts.front());
              addBinder(named->argument ? &*named->argument : nullptr);
            }
    }
  }

  void collectUses() {
    for (const ast::Expr& expr : syntax.exprs)
      if (const auto* name = std::get_if<ast::NameExpr>(&expr.node))
        uses.push_back({name->text, expr.range});
    for (const ast::TypeExpr& type : syntax.types)
      typeUses.push_back(&type.name.parts.front());
    for (const auto& [text, range] : uses)
      taken.insert(text);
    for (const ast::Name* name : typeUses)
      taken.insert(name->text);
    for (const DeclaredName& each : declared)
      taken.insert(each.name->text);
    for (const ast::UseDecl& use : syntax.uses)
      taken.insert(use.boundName());
  }

  // ---- what is said ------------------------------------------------------------

  void warn(const DeclaredName& each) {
    const ast::Name& name = *each.name;
    bool isValue = each.style == Style::LowerSnake;
    std::string better = isValue ? lowerSnake(name.text) : upperCamel(name.text);
    // What an action's body brings along cannot be bound in it.
    bool isBodyName =
        each.reach == Reach::Decl &&
        llvm::is_contained({"out", "id", "report", "to", "release", "previous"}, better);
    bool mayBe = !isBodyName && hasStyle(better, each.style) && !base::isKeyword(better) &&
                 !taken.contains(better);
    auto report =
        state.emit(Code::W0907, name.range,
                   "`" + name.text + "` is not written as " +
                       (isValue ? "values are, in `lower_snake`"
                                : "types, evidence and environments are, in `UpperCamel`"));
    if (!mayBe)
      return;
    if (each.reach == Reach::Outside)
      report.help("call it `" + better + "`, wherever it is named");
    else
      report.fix(renaming(each, better));
  }

  /// All places in `range` that name what `each` declares. There is no shadowing: what has the same
  /// text in one declaration is the same, or bound beside it, and may be renamed with it.
  diagnostics::Fix renaming(const DeclaredName& each, const std::string& better) {
    diagnostics::Fix fix;
    fix.description = better;
    auto rename = [&](StringRef text, SourceRange range) {
      bool isInside = each.reach == Reach::Module ||
                      (each.decl.begin <= range.begin && range.end <= each.decl.end);
      if (text == each.name->text && isInside)
        fix.edits.push_back({range, better});
    };
    for (const DeclaredName& other : declared)
      if (other.reach == each.reach)
        rename(other.name->text, other.name->range);
    for (const auto& [text, range] : uses)
      rename(text, range);
    if (each.reach == Reach::Module)
      for (const ast::Name* name : typeUses)
        rename(name->text, name->range);
    llvm::sort(fix.edits, [](const diagnostics::Edit& a, const diagnostics::Edit& b) {
      return a.range.begin < b.range.begin;
    });
    auto same = [](const diagnostics::Edit& a, const diagnostics::Edit& b) {
      return a.range == b.range;
    };
    fix.edits.erase(std::unique(fix.edits.begin(), fix.edits.end(), same), fix.edits.end());
    return fix;
  }
};

} // namespace

void warnNaming(ModuleState& state) {
  if (!state.hasErrors())
    NameLint(state).run();
}

} // namespace pipec::sema
