// What the compiler itself brings: prelude functions, members of built-in types, body names,
// settings. Enumerations only; builtins_table.h and settings_table.h say how they are written.
#pragma once

#include <cstdint>

namespace pipec::sema {

/// Parameters, in the order of CallInfo::arguments, and result.
enum class PreludeFn : uint8_t {
  Glob,    ///< (patterns: String | List<String>, exclude: same, default none): List<File>
  File,    ///< (path: String): File
  Dir,     ///< (path: String): Dir
  Tree,    ///< (entries: Map<String, Artifact>): Dir
  Text,    ///< (name: String, content: String): File
  All,     ///< (proofs: List<T with E> | Each<T with E>): T with E
  Secret,  ///< (name: String): Secret
  Version, ///< (text: String): Version
  Url,     ///< (text: String): Url
  Some,    ///< (value: T): T?; the value itself
};

/// Members of built-in types; those with parameters are called. `Patterns` is String or
/// List<String>: the type of the argument says which.
enum class Method : uint8_t {
  FileName,
  FileStem,
  FileExt,
  FilePath,
  FileText,         ///< (): Arg
  DirFile,          ///< (path: String): File
  DirSub,           ///< (path: String): Dir
  DirSelect,        ///< (patterns: Patterns): Dir
  DirFiles,         ///< (pattern: Patterns): Each<File>
  StringLen,        ///< in Unicode code points
  StringUpper,      ///< ()
  StringLower,      ///< ()
  StringTrim,       ///< ()
  StringSplit,      ///< (separator: String): List<String>
  StringReplace,    ///< (old: String, new: String): String
  StringContains,   ///< (part: String): Bool
  StringStartsWith, ///< (prefix: String): Bool
  StringEndsWith,   ///< (suffix: String): Bool
  ListLen,
  ListFirst,   ///< T?
  ListJoin,    ///< (separator: String): String, or Arg if the elements are
  ListSort,    ///< ()
  ListUnique,  ///< ()
  ListFlatten, ///< ()
  ListReverse, ///< ()
  ListZip,     ///< (other: List<U>): List<Pair<T, U>>, as long as the shorter
  ListSum,     ///< (): Int
  ListMax,     ///< (): Int
  ListMin,     ///< (): Int
  MapLen,
  MapKeys,
  MapValues,
  MapGet, ///< (key: K): V?
  VersionMajor,
  VersionMinor,
  VersionPatch,
  UrlScheme,
  UrlHost,
  UrlPath,
  TestReportFiles,
  DeploymentUrl, ///< Arg
  PairFirst,
  PairSecond,
  ToName, ///< of `to` in a deploy: String, the environment's name
  ToUrl,  ///< of `to` in a deploy: Url, the environment's `url` setting
};

/// Names that exist in the body of an action alone. All are Arg but `previous` (the subject's type)
/// and `to` (which has only the members Method::ToName and ToUrl).
enum class BodyName : uint8_t {
  Out, ///< an output; BodyNameRef::output says which
  Id,
  Report,
  To,
  Release,
  Previous,
};

enum class SettingKind : uint8_t {
  Image,
  Platform,
  Env,
  Work,
  Shell,
  Timeout,
  NestedNamespaces,
  Cpu,
  Memory,
  Disk,
  Retries,
  Depfile,
  Digest,
  Secrets,
  SecretFiles,
  OnFail,
  Paths,
  Message,
  By,
  Url,
  Protected,
  SecretsFrom,
};

} // namespace pipec::sema
