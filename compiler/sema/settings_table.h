// The table of settings: their names, types, and where they may stand.
#pragma once

#include "compiler/sema/builtin.h"
#include "compiler/sema/typed_program.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace pipec::sema {

/// What a setting belongs to.
enum class SettingOwner : uint8_t {
  Source = 1 << 0,
  Build = 1 << 1,
  HermeticTest = 1 << 2,
  LiveTest = 1 << 3,
  Deploy = 1 << 4,
  Approve = 1 << 5,
  Environment = 1 << 6,
};

struct SettingEntry {
  llvm::StringLiteral name;
  SettingKind kind;
  uint8_t owners; ///< a set of SettingOwner

  bool allowedIn(SettingOwner owner) const { return owners & static_cast<uint8_t>(owner); }
};

/// Null if there is no such setting.
const SettingEntry* findSetting(llvm::StringRef name);
/// In the order of the table.
std::vector<llvm::StringRef> settingNames(SettingOwner owner);
/// `source, live test, deploy`.
std::string ownersOf(const SettingEntry& entry);
/// With its article: `a live test`, `an environment`.
llvm::StringRef describe(SettingOwner owner);
SettingOwner ownerOf(ast::ActionKind kind, bool live);

TypeId typeOfSetting(TypedProgram& program, SettingKind kind);

} // namespace pipec::sema
