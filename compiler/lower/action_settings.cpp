// Settings of actions.
#include "compiler/lower/action_body.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::lower {

using sema::SettingKind;

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> result;
  for (const Value& item : list.items())
    result.push_back(item.text().str());
  return result;
}

namespace {
/// Reports what a setting wants; false.
struct Wants {
  Session& session;
  SourceRange range;
  bool operator()(const llvm::Twine& what) const {
    session.reporter.report(Code::E0401, range, what);
    return false;
  }
};
} // namespace

static bool isSha256(llvm::StringRef digest) {
  return digest.consume_front("sha256:") && base::Sha256::fromHex(digest);
}

static bool isFileName(llvm::StringRef name) {
  return !name.empty() && name != "." && name != ".." && !name.contains('/');
}

static bool isVariableName(llvm::StringRef name) {
  return !name.empty() && !name.contains('=');
}

/// `secrets` and `secret_files`, sorted by name.
static bool applySecrets(const Value& value, bool files, const Wants& wants,
                         std::vector<plan::SecretUse>& out) {
  for (const auto& [key, secret] : value.as<Map>().data->entries) {
    if (files && !isFileName(key.text()))
      return wants("`secret_files` wants names of files, `" + key.text() + "` is none");
    if (!files && !isVariableName(key.text()))
      return wants("`secrets` wants names of variables, `" + key.text() + "` is none");
    out.push_back({key.text().str(), secret.text().str()});
  }
  llvm::sort(out, [](const auto& a, const auto& b) { return a.name < b.name; });
  return true;
}

static bool applyEnvironment(SpecBuilder& builder, const Value& value, const Wants& wants,
                             plan::ActionSpec& spec) {
  const auto& entries = value.as<Map>().data->entries;
  std::vector<const std::pair<Value, Value>*> sorted;
  for (const auto& entry : entries)
    sorted.push_back(&entry);
  llvm::sort(sorted, [](auto* a, auto* b) { return a->first.text() < b->first.text(); });
  for (const auto* entry : sorted) {
    if (!isVariableName(entry->first.text()))
      return wants("`env` wants names of variables, `" + entry->first.text() + "` is none");
    std::optional<plan::Arg> text = builder.arg(entry->second, wants.range);
    if (!text)
      return false;
    spec.environment.push_back({entry->first.text().str(), std::move(*text)});
  }
  return true;
}

static plan::OnFail onFail(const Enumerator& member) {
  static constexpr plan::OnFail Members[] = {plan::OnFail::Stop, plan::OnFail::Rollback,
                                             plan::OnFail::Warn};
  return Members[member.member];
}

/// Numbers: what has no key.
static bool applyLimit(SettingKind kind, const Value& value, const Wants& wants,
                       plan::ActionSpec& spec) {
  switch (kind) {
  case SettingKind::Timeout:
    spec.timeout = std::chrono::milliseconds(value.as<Duration>().milliseconds);
    return spec.timeout->count() > 0 || wants("`timeout` wants a time longer than 0s");
  case SettingKind::Cpu:
    spec.cpus = value.asInt();
    return *spec.cpus > 0 || wants("`cpu` wants at least 1");
  case SettingKind::Retries:
    spec.retries = value.asInt();
    return spec.retries >= 0 || wants("`retries` wants 0 or more");
  default:
    break;
  }
  int64_t bytes = value.as<Size>().bytes;
  bool isMemory = kind == SettingKind::Memory;
  (isMemory ? spec.memory : spec.disk) = static_cast<uint64_t>(bytes);
  return bytes > 0 || wants(llvm::Twine(isMemory ? "`memory`" : "`disk`") + " wants more than 0B");
}

/// Texts and lists of texts.
static bool applyText(SettingKind kind, const Value& value, const Wants& wants,
                      plan::ActionSpec& spec) {
  switch (kind) {
  case SettingKind::Shell:
    spec.shell = texts(value);
    return !spec.shell.empty() || wants("`shell` wants a program and its options, this is empty");
  case SettingKind::Depfile:
    spec.depfile = value.text().str();
    return (RepositoryNames::resolve("", *spec.depfile) && !spec.depfile->empty()) ||
           wants("`depfile` wants a path below the working directory");
  case SettingKind::Digest:
    spec.digest = value.text().str();
    return isSha256(*spec.digest) ||
           wants("`digest` wants `sha256:` and 64 hexadecimal digits in lower case");
  case SettingKind::Paths:
    spec.paths = texts(value);
    return true;
  default:
    spec.by = texts(value);
    return true;
  }
}

bool applySetting(Session& session, SpecBuilder& builder, SettingKind kind, const Value& value,
                  SourceRange range, plan::ActionSpec& spec) {
  Wants wants = {session, range};
  switch (kind) {
  case SettingKind::Image:
    if (value.isNone())
      return true;
    spec.image = builder.role(value, range);
    return spec.image.has_value();
  case SettingKind::Work:
    spec.work = builder.role(value, range);
    return spec.work.has_value();
  case SettingKind::Platform: {
    const Enumerator& member = value.as<Enumerator>();
    spec.platform = session.program.enumOf(member.enumeration).members[member.member];
    return true;
  }
  case SettingKind::Env:
    return applyEnvironment(builder, value, wants, spec);
  case SettingKind::Secrets:
    return applySecrets(value, /*files=*/false, wants, spec.secrets);
  case SettingKind::SecretFiles:
    return applySecrets(value, /*files=*/true, wants, spec.secretFiles);
  case SettingKind::OnFail:
    spec.onFail = onFail(value.as<Enumerator>());
    return true;
  case SettingKind::NestedNamespaces:
    spec.nestedNamespaces = value.asBool();
    return true;
  case SettingKind::Message:
    spec.message = builder.arg(value, range);
    return spec.message.has_value();
  case SettingKind::Timeout:
  case SettingKind::Cpu:
  case SettingKind::Retries:
  case SettingKind::Memory:
  case SettingKind::Disk:
    return applyLimit(kind, value, wants, spec);
  default:
    return applyText(kind, value, wants, spec);
  }
}

} // namespace pipec::lower
