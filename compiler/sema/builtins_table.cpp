// The table of built-ins.
#include "compiler/sema/builtins_table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cassert>

namespace pipec::sema {

namespace {

using T = TypeKind;
using P = BuiltinParamType;

constexpr BuiltinParam GlobParams[] = {{"patterns", P::Patterns}, {"exclude", P::Patterns, true}};
constexpr BuiltinParam PathParam[] = {{"path"}};
constexpr BuiltinParam TreeParams[] = {{"entries", P::ArtifactMap}};
constexpr BuiltinParam TextParams[] = {{"name"}, {"content"}};
constexpr BuiltinParam ProofsParam[] = {{"proofs", P::Proofs}};
constexpr BuiltinParam NameParam[] = {{"name"}};
constexpr BuiltinParam TextParam[] = {{"text"}};
constexpr BuiltinParam ValueParam[] = {{"value", P::Any}};
constexpr BuiltinParam PatternsParam[] = {{"patterns", P::Patterns}};
constexpr BuiltinParam SeparatorParam[] = {{"separator"}};
constexpr BuiltinParam ReplaceParams[] = {{"old"}, {"new"}};
constexpr BuiltinParam OtherParam[] = {{"other", P::AnyList}};
constexpr BuiltinParam KeyParam[] = {{"key", P::ReceiverKey}};

constexpr PreludeFnEntry PreludeFns[] = {
    {"glob", PreludeFn::Glob, GlobParams, T::Error},
    {"file", PreludeFn::File, PathParam, T::File},
    {"dir", PreludeFn::Dir, PathParam, T::Dir},
    {"tree", PreludeFn::Tree, TreeParams, T::Dir},
    {"text", PreludeFn::Text, TextParams, T::File},
    {"all", PreludeFn::All, ProofsParam, T::Error},
    {"secret", PreludeFn::Secret, NameParam, T::Secret},
    {"version", PreludeFn::Version, TextParam, T::Version},
    {"url", PreludeFn::Url, TextParam, T::Url},
    {"some", PreludeFn::Some, ValueParam, T::Error},
};

constexpr MethodEntry Methods[] = {
    {T::File, "name", Method::FileName, false, {}, T::String},
    {T::File, "stem", Method::FileStem, false, {}, T::String},
    {T::File, "ext", Method::FileExt, false, {}, T::String},
    {T::File, "path", Method::FilePath, false, {}, T::String},
    {T::File, "text", Method::FileText, true, {}, T::Arg},
    {T::Dir, "file", Method::DirFile, true, PathParam, T::File},
    {T::Dir, "sub", Method::DirSub, true, PathParam, T::Dir},
    {T::Dir, "select", Method::DirSelect, true, PatternsParam, T::Dir},
    {T::Dir, "files", Method::DirFiles, true, PatternsParam, T::Error},
    {T::String, "len", Method::StringLen, false, {}, T::Int},
    {T::String, "upper", Method::StringUpper, true, {}, T::String},
    {T::String, "lower", Method::StringLower, true, {}, T::String},
    {T::String, "trim", Method::StringTrim, true, {}, T::String},
    {T::String, "split", Method::StringSplit, true, SeparatorParam, T::Error},
    {T::String, "replace", Method::StringReplace, true, ReplaceParams, T::String},
    {T::String, "contains", Method::StringContains, true, TextParam, T::Bool},
    {T::String, "starts_with", Method::StringStartsWith, true, TextParam, T::Bool},
    {T::String, "ends_with", Method::StringEndsWith, true, TextParam, T::Bool},
    {T::List, "len", Method::ListLen, false, {}, T::Int},
    {T::List, "first", Method::ListFirst, false, {}, T::Error},
    {T::List, "join", Method::ListJoin, true, SeparatorParam, T::Error},
    {T::List, "sort", Method::ListSort, true, {}, T::Error},
    {T::List, "unique", Method::ListUnique, true, {}, T::Error},
    {T::List, "flatten", Method::ListFlatten, true, {}, T::Error},
    {T::List, "reverse", Method::ListReverse, true, {}, T::Error},
    {T::List, "zip", Method::ListZip, true, OtherParam, T::Error},
    {T::List, "sum", Method::ListSum, true, {}, T::Int},
    {T::List, "max", Method::ListMax, true, {}, T::Int},
    {T::List, "min", Method::ListMin, true, {}, T::Int},
    {T::Map, "len", Method::MapLen, false, {}, T::Int},
    {T::Map, "keys", Method::MapKeys, false, {}, T::Error},
    {T::Map, "values", Method::MapValues, false, {}, T::Error},
    {T::Map, "get", Method::MapGet, true, KeyParam, T::Error},
    {T::Version, "major", Method::VersionMajor, false, {}, T::Int},
    {T::Version, "minor", Method::VersionMinor, false, {}, T::Int},
    {T::Version, "patch", Method::VersionPatch, false, {}, T::Int},
    {T::Url, "scheme", Method::UrlScheme, false, {}, T::String},
    {T::Url, "host", Method::UrlHost, false, {}, T::String},
    {T::Url, "path", Method::UrlPath, false, {}, T::String},
    {T::TestReport, "files", Method::TestReportFiles, false, {}, T::Dir},
    {T::Deployment, "url", Method::DeploymentUrl, false, {}, T::Arg},
    {T::Pair, "first", Method::PairFirst, false, {}, T::Error},
    {T::Pair, "second", Method::PairSecond, false, {}, T::Error},
};

constexpr llvm::StringRef PreludeTypeNames[] = {
    "Bool",     "Int",        "String", "Duration", "Size", "Version", "Url",
    "Arg",      "Command",    "Secret", "File",     "Dir",  "Image",   "TestReport",
    "Artifact", "Deployment", "List",   "Map",      "Each", "Pair",
};

} // namespace

llvm::ArrayRef<PreludeFnEntry> preludeFns() {
  return PreludeFns;
}

const PreludeFnEntry* findPreludeFn(llvm::StringRef name) {
  for (const PreludeFnEntry& entry : PreludeFns)
    if (entry.name == name)
      return &entry;
  return nullptr;
}

const PreludeFnEntry& entryOf(PreludeFn fn) {
  const PreludeFnEntry& entry = PreludeFns[static_cast<size_t>(fn)];
  assert(entry.fn == fn && "the table is in the order of the enumeration");
  return entry;
}

const MethodEntry* findMethod(TypeKind receiver, llvm::StringRef name) {
  for (const MethodEntry& entry : Methods)
    if (entry.receiver == receiver && entry.name == name)
      return &entry;
  return nullptr;
}

const MethodEntry& entryOf(Method method) {
  const MethodEntry& entry = Methods[static_cast<size_t>(method)];
  assert(entry.method == method && "the table is in the order of the enumeration");
  return entry;
}

std::vector<llvm::StringRef> methodNames(TypeKind receiver) {
  std::vector<llvm::StringRef> names;
  for (const MethodEntry& entry : Methods)
    if (entry.receiver == receiver)
      names.push_back(entry.name);
  return names;
}

TypeKind simpleTypeNamed(llvm::StringRef name) {
  return llvm::StringSwitch<TypeKind>(name)
      .Case("Bool", T::Bool)
      .Case("Int", T::Int)
      .Case("String", T::String)
      .Case("Duration", T::Duration)
      .Case("Size", T::Size)
      .Case("Version", T::Version)
      .Case("Url", T::Url)
      .Case("Arg", T::Arg)
      .Case("Command", T::Command)
      .Case("Secret", T::Secret)
      .Case("File", T::File)
      .Case("Dir", T::Dir)
      .Case("Image", T::Image)
      .Case("TestReport", T::TestReport)
      .Case("Artifact", T::Artifact)
      .Case("Deployment", T::Deployment)
      .Default(T::Error);
}

llvm::ArrayRef<llvm::StringRef> preludeTypeNames() {
  return PreludeTypeNames;
}

} // namespace pipec::sema
