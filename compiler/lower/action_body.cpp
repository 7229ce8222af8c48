// From the items of a body to a spec. Everything is evaluated in the order written; only then are
// inputs numbered, `env` first, so that numbers do not depend on where settings stand.
#include "compiler/lower/action_body.h"

#include "compiler/lower/slot_mentions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::lower {

namespace {
class BodyEvaluation {
public:
  BodyEvaluation(Session& session, Evaluator& evaluator, Frame& frame, const ActionBody& body,
                 plan::ActionSpec& spec)
      : session_(session), evaluator_(evaluator), frame_(frame), spec_(spec),
        info_(session_.program.actionOf(body.action)),
        decl_(std::get<ast::ActionDecl>(session_.program.declOf(body.action).node)),
        fileNames_(info_.outputs.size()), builder_(session_, body, spec_) {}

  bool run() {
    for (const ast::ActionItem& item : decl_.items)
      if (!std::visit([&](const auto& kind) { return evaluate(kind); }, item))
        return false;
    return addOutputs() && addSettings() && addCommands();
  }
  bool runKnown(std::vector<bool> open);

private:
  struct EvaluatedSetting {
    sema::SettingKind kind;
    Value value;
    SourceRange range;
  };
  struct EvaluatedCommand {
    ast::Clause clause;
    Value value;
    SourceRange range;
  };

  bool evaluate(const ast::LetDecl& let) { return evaluator_.run(frame_, let); }
  bool evaluate(const ast::AssertStmt& assertion) { return evaluator_.run(frame_, assertion); }
  bool evaluate(const ast::OutItem& item);
  bool evaluate(const ast::CommandItem& item);
  bool evaluate(const ast::Setting& item);

  /// The slots that outputs and `on_fail` need.
  std::vector<bool> neededSlots() const;
  bool isOpen(ast::ExprId value, const std::vector<bool>& open, llvm::StringRef what);

  bool addOutputs();
  SourceRange fileNameRange(size_t index) const;
  bool checkFileName(const plan::Output& output);
  bool addSettings();
  bool addCommands();

  Session& session_;
  Evaluator& evaluator_;
  Frame& frame_;
  plan::ActionSpec& spec_;
  const sema::ActionInfo& info_;
  const ast::ActionDecl& decl_;
  std::vector<std::optional<std::pair<std::string, SourceRange>>> fileNames_;
  std::vector<EvaluatedSetting> settings_;
  std::vector<EvaluatedCommand> commands_;
  SpecBuilder builder_;
};
} // namespace

bool BodyEvaluation::evaluate(const ast::OutItem& item) {
  auto output = llvm::find_if(
      info_.outputs, [&](const sema::OutputInfo& made) { return made.fileName == item.value; });
  Result name = evaluator_.evaluate(frame_, item.value);
  if (name && output != info_.outputs.end())
    fileNames_[output - info_.outputs.begin()] = {name->text().str(), frame_.range(item.value)};
  return name.has_value();
}

bool BodyEvaluation::evaluate(const ast::CommandItem& item) {
  Result value = evaluator_.evaluate(frame_, item.command);
  if (value)
    commands_.push_back({item.clause, std::move(*value), item.range});
  return value.has_value();
}

bool BodyEvaluation::evaluate(const ast::Setting& item) {
  auto setting = llvm::find_if(
      info_.settings, [&](const sema::SettingInfo& known) { return known.value == item.value; });
  Result value = evaluator_.evaluate(frame_, item.value);
  if (value)
    settings_.push_back({setting->kind, std::move(*value), frame_.range(item.value)});
  return value.has_value();
}

plan::ArtifactType artifactType(sema::TypeKind kind) {
  switch (kind) {
  case sema::TypeKind::Dir:
    return plan::ArtifactType::Dir;
  case sema::TypeKind::Image:
    return plan::ArtifactType::Image;
  default:
    return plan::ArtifactType::File;
  }
}

/// Where the name of output number `index` is written: its `out` clause, or the definition's name.
SourceRange BodyEvaluation::fileNameRange(size_t index) const {
  return fileNames_[index] ? fileNames_[index]->second : decl_.name.range;
}

/// Two outputs must not be one another, nor inside one another.
bool BodyEvaluation::checkFileName(const plan::Output& output) {
  SourceRange range = fileNameRange(spec_.outputs.size());
  for (auto [index, other] : llvm::enumerate(spec_.outputs)) {
    llvm::StringRef a = output.fileName, b = other.fileName;
    bool same = a == b;
    bool nested = a.starts_with((b + "/").str()) || b.starts_with((a + "/").str());
    if (!same && !nested)
      continue;
    std::string message =
        same ? "`" + decl_.name.text + "` makes two outputs named \"" + output.fileName + "\""
             : "`" + decl_.name.text + "` makes one output inside another: \"" + other.fileName +
                   "\" and \"" + output.fileName + "\"";
    auto diagnostic = session_.reporter.report(Code::E0709, range, message);
    if (fileNames_[index])
      diagnostic.also(fileNameRange(index), "the name of `" + other.name + "`");
    return false;
  }
  return true;
}

bool BodyEvaluation::addOutputs() {
  for (auto [index, output] : llvm::enumerate(info_.outputs)) {
    plan::Output made;
    made.name = output.name;
    made.type = artifactType(session_.program.types.kind(output.type));
    std::string written = fileNames_[index] ? fileNames_[index]->first : output.name;
    std::optional<std::string> path = RepositoryNames::resolve("", written);
    if (!path || *path == ".") {
      session_.reporter
          .report(Code::E0705, fileNameRange(index),
                  "\"" + written + "\" cannot be the name of an output")
          .help("it is a relative path below the output folder, without `..`");
      return false;
    }
    made.fileName = std::move(*path);
    if (!checkFileName(made))
      return false;
    spec_.outputs.push_back(std::move(made));
  }
  if (info_.writesUrl)
    spec_.outputs.push_back({"out", "out", plan::ArtifactType::File});
  return true;
}

bool BodyEvaluation::addSettings() {
  auto isEnv = [](const EvaluatedSetting& setting) {
    return setting.kind == sema::SettingKind::Env;
  };
  std::stable_partition(settings_.begin(), settings_.end(), isEnv);
  for (const EvaluatedSetting& setting : settings_)
    if (!applySetting(session_, builder_, setting.kind, setting.value, setting.range, spec_))
      return false;
  for (const plan::EnvironmentVariable& variable : spec_.environment)
    for (const plan::SecretUse& secret : spec_.secrets)
      if (variable.name == secret.name) {
        session_.reporter.report(Code::E0704, decl_.name.range,
                                 "`" + secret.name + "` is both in `env` and in `secrets`");
        return false;
      }
  return true;
}

bool BodyEvaluation::addCommands() {
  for (const EvaluatedCommand& command : commands_) {
    std::optional<plan::Command> made = builder_.command(command.value, command.range);
    if (!made)
      return false;
    switch (command.clause) {
    case ast::Clause::Run:
      spec_.run.push_back(std::move(*made));
      break;
    case ast::Clause::Resolve:
      spec_.resolve = std::move(*made);
      break;
    case ast::Clause::Rollback:
      spec_.rollback = std::move(*made);
      break;
    case ast::Clause::Probe:
      spec_.probe = std::move(*made);
      break;
    }
  }
  return true;
}

// ---- before lists are known
// ----------------------------------------------------------------------

static bool isOnFail(const sema::ActionInfo& info, const ast::Setting& item) {
  const sema::SettingInfo* setting = info.setting(sema::SettingKind::OnFail);
  return setting && setting->value == item.value;
}

std::vector<bool> BodyEvaluation::neededSlots() const {
  std::vector<bool> needed(info_.slotCount);
  auto need = [&](ast::ExprId value) {
    forEachSlot(frame_, value, [&](sema::SlotId slot) {
      if (slot.valid())
        needed[slot.index] = true;
    });
  };
  auto isNeeded = [&](sema::SlotId slot) { return slot.valid() && needed[slot.index]; };
  for (const ast::ActionItem& item : llvm::reverse(decl_.items)) {
    if (const auto* out = std::get_if<ast::OutItem>(&item))
      need(out->value);
    else if (const auto* setting = std::get_if<ast::Setting>(&item);
             setting && isOnFail(info_, *setting))
      need(setting->value);
    else if (const auto* let = std::get_if<ast::LetDecl>(&item);
             let && isNeeded(frame_.checked.letSlots[let->value]))
      need(let->value);
  }
  return needed;
}

bool BodyEvaluation::isOpen(ast::ExprId value, const std::vector<bool>& open,
                            llvm::StringRef what) {
  if (!mentions(frame_, value, open))
    return false;
  session_.reporter
      .report(Code::E0501, frame_.range(value),
              what + " depends on a list whose length is only known at run time")
      .help("what the steps after this one must know cannot depend on such a list");
  return true;
}

bool BodyEvaluation::runKnown(std::vector<bool> open) {
  std::vector<bool> needed = neededSlots();
  for (const ast::ActionItem& item : decl_.items) {
    if (const auto* let = std::get_if<ast::LetDecl>(&item)) {
      sema::SlotId slot = frame_.checked.letSlots[let->value];
      if (!slot.valid())
        continue;
      if (mentions(frame_, let->value, open))
        open[slot.index] = true;
      else if (needed[slot.index] && !evaluate(*let))
        return false;
    } else if (const auto* out = std::get_if<ast::OutItem>(&item)) {
      if (isOpen(out->value, open, "the name of an output") || !evaluate(*out))
        return false;
    } else if (const auto* setting = std::get_if<ast::Setting>(&item);
               setting && isOnFail(info_, *setting)) {
      if (isOpen(setting->value, open, "`on_fail`") || !evaluate(*setting))
        return false;
    }
  }
  return addOutputs() && addSettings();
}

bool evaluateKnown(Session& session, Evaluator& evaluator, Frame& frame, const ActionBody& body,
                   std::vector<bool> open, plan::ActionSpec& spec) {
  return BodyEvaluation(session, evaluator, frame, body, spec).runKnown(std::move(open));
}

bool evaluateBody(Session& session, Evaluator& evaluator, Frame& frame, const ActionBody& body,
                  plan::ActionSpec& spec) {
  return BodyEvaluation(session, evaluator, frame, body, spec).run();
}

} // namespace pipec::lower
