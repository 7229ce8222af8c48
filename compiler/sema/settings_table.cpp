// The table of settings.
#include "compiler/sema/settings_table.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::sema {

namespace {

constexpr uint8_t bit(SettingOwner owner) {
  return static_cast<uint8_t>(owner);
}

constexpr uint8_t Tests = bit(SettingOwner::HermeticTest) | bit(SettingOwner::LiveTest);
constexpr uint8_t WithCommands =
    bit(SettingOwner::Source) | bit(SettingOwner::Build) | Tests | bit(SettingOwner::Deploy);
constexpr uint8_t WithSecrets =
    bit(SettingOwner::Source) | bit(SettingOwner::LiveTest) | bit(SettingOwner::Deploy);

constexpr SettingEntry Settings[] = {
    {"image", SettingKind::Image, WithCommands},
    {"platform", SettingKind::Platform, WithCommands},
    {"env", SettingKind::Env, WithCommands},
    {"work", SettingKind::Work, WithCommands},
    {"shell", SettingKind::Shell, WithCommands},
    {"timeout", SettingKind::Timeout, WithCommands | bit(SettingOwner::Approve)},
    {"nested_namespaces", SettingKind::NestedNamespaces, WithCommands},
    {"cpu", SettingKind::Cpu, WithCommands},
    {"memory", SettingKind::Memory, WithCommands},
    {"disk", SettingKind::Disk, WithCommands},
    {"retries", SettingKind::Retries,
     bit(SettingOwner::Source) | Tests | bit(SettingOwner::Deploy)},
    {"depfile", SettingKind::Depfile, bit(SettingOwner::Build)},
    {"digest", SettingKind::Digest, bit(SettingOwner::Source)},
    {"secrets", SettingKind::Secrets, WithSecrets},
    {"secret_files", SettingKind::SecretFiles, WithSecrets},
    {"on_fail", SettingKind::OnFail, Tests},
    {"paths", SettingKind::Paths, bit(SettingOwner::Source) | bit(SettingOwner::Environment)},
    {"message", SettingKind::Message, bit(SettingOwner::Approve)},
    {"by", SettingKind::By, bit(SettingOwner::Approve)},
    {"url", SettingKind::Url, bit(SettingOwner::Environment)},
    {"protected", SettingKind::Protected, bit(SettingOwner::Environment)},
    {"secrets_from", SettingKind::SecretsFrom, bit(SettingOwner::Environment)},
};

constexpr std::pair<SettingOwner, llvm::StringLiteral> Owners[] = {
    {SettingOwner::Source, "a source"},
    {SettingOwner::Build, "a build"},
    {SettingOwner::HermeticTest, "a hermetic test"},
    {SettingOwner::LiveTest, "a live test"},
    {SettingOwner::Deploy, "a deploy"},
    {SettingOwner::Approve, "an approve"},
    {SettingOwner::Environment, "an environment"},
};

} // namespace

const SettingEntry* findSetting(llvm::StringRef name) {
  for (const SettingEntry& entry : Settings)
    if (entry.name == name)
      return &entry;
  return nullptr;
}

std::vector<llvm::StringRef> settingNames(SettingOwner owner) {
  std::vector<llvm::StringRef> names;
  for (const SettingEntry& entry : Settings)
    if (entry.allowedIn(owner))
      names.push_back(entry.name);
  return names;
}

std::string ownersOf(const SettingEntry& entry) {
  std::string text;
  auto add = [&](llvm::StringRef owner) {
    if (!text.empty())
      text += ", ";
    text += owner;
  };
  bool allTests = (entry.owners & Tests) == Tests;
  for (const auto& [owner, name] : Owners) {
    if (!entry.allowedIn(owner) || (allTests && owner == SettingOwner::LiveTest))
      continue;
    bool anyTest = allTests && owner == SettingOwner::HermeticTest;
    add(anyTest ? llvm::StringRef("test") : name.split(' ').second);
  }
  return text;
}

llvm::StringRef describe(SettingOwner owner) {
  for (const auto& [candidate, name] : Owners)
    if (candidate == owner)
      return name;
  llvm_unreachable("every owner is in the table");
}

SettingOwner ownerOf(ast::ActionKind kind, bool live) {
  switch (kind) {
  case ast::ActionKind::Source:
    return SettingOwner::Source;
  case ast::ActionKind::Build:
    return SettingOwner::Build;
  case ast::ActionKind::Test:
    return live ? SettingOwner::LiveTest : SettingOwner::HermeticTest;
  case ast::ActionKind::Deploy:
    return SettingOwner::Deploy;
  case ast::ActionKind::Approve:
    return SettingOwner::Approve;
  }
  llvm_unreachable("every kind is covered");
}

TypeId typeOfSetting(TypedProgram& program, SettingKind kind) {
  TypeTable& types = program.types;
  auto simple = [&](TypeKind wanted) { return types.simple(wanted); };
  auto mapOf = [&](TypeKind value) { return types.map(simple(TypeKind::String), simple(value)); };
  switch (kind) {
  case SettingKind::Image:
    return types.optional(simple(TypeKind::Image));
  case SettingKind::Platform:
    return types.nominal(TypeKind::Enum, program.prelude.platform);
  case SettingKind::Env:
    return mapOf(TypeKind::Arg);
  case SettingKind::Work:
    return simple(TypeKind::Dir);
  case SettingKind::Timeout:
    return simple(TypeKind::Duration);
  case SettingKind::Cpu:
  case SettingKind::Retries:
    return simple(TypeKind::Int);
  case SettingKind::Memory:
  case SettingKind::Disk:
    return simple(TypeKind::Size);
  case SettingKind::Depfile:
  case SettingKind::Digest:
    return simple(TypeKind::String);
  case SettingKind::Secrets:
  case SettingKind::SecretFiles:
    return mapOf(TypeKind::Secret);
  case SettingKind::OnFail:
    return types.nominal(TypeKind::Enum, program.prelude.onFail);
  case SettingKind::Shell:
  case SettingKind::Paths:
  case SettingKind::By:
  case SettingKind::SecretsFrom:
    return types.list(simple(TypeKind::String));
  case SettingKind::Message:
    return simple(TypeKind::Arg);
  case SettingKind::Url:
    return simple(TypeKind::Url);
  case SettingKind::NestedNamespaces:
  case SettingKind::Protected:
    return simple(TypeKind::Bool);
  }
  llvm_unreachable("every setting is covered");
}

} // namespace pipec::sema
