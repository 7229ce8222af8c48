// Numbers with units, versions and URLs; equality and order.
#include "compiler/lower/scalars.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

// ---- numbers ----------------------------------------------------------------------------------

namespace {
struct Unit {
  llvm::StringLiteral name;
  int64_t factor;
};
} // namespace

static constexpr int64_t Kilo = 1000, Kibi = 1024;
/// Largest first: the order in which a duration is written.
static constexpr Unit DurationUnits[] = {
    {"d", 86400 * Kilo}, {"h", 3600 * Kilo}, {"min", 60 * Kilo}, {"s", Kilo}, {"ms", 1}};
static constexpr Unit SizeUnits[] = {{"TiB", Kibi* Kibi* Kibi* Kibi},
                                     {"GiB", Kibi* Kibi* Kibi},
                                     {"MiB", Kibi* Kibi},
                                     {"KiB", Kibi},
                                     {"TB", Kilo* Kilo* Kilo* Kilo},
                                     {"GB", Kilo* Kilo* Kilo},
                                     {"MB", Kilo* Kilo},
                                     {"KB", Kilo},
                                     {"B", 1}};

/// The sign apart, so that the most negative number needs no case of its own.
static std::string sign(int64_t value) {
  return value < 0 ? "-" : "";
}
static uint64_t magnitude(int64_t value) {
  return value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

std::string printDuration(int64_t milliseconds) {
  if (milliseconds == 0)
    return "0s";
  std::string text = sign(milliseconds);
  uint64_t rest = magnitude(milliseconds);
  for (const Unit& unit : DurationUnits) {
    if (uint64_t count = rest / unit.factor)
      text += llvm::utostr(count) + unit.name.str();
    rest %= unit.factor;
  }
  return text;
}

std::string printSize(int64_t bytes) {
  if (bytes == 0)
    return "0B";
  std::string best;
  for (const Unit& unit : SizeUnits) {
    if (magnitude(bytes) % unit.factor != 0)
      continue;
    std::string text = llvm::utostr(magnitude(bytes) / unit.factor) + unit.name.str();
    if (best.empty() || text.size() < best.size())
      best = text;
  }
  return sign(bytes) + best;
}

/// Digits with `_` between them at the front of `text`, which loses them; read with a `-` before
/// them if `negative`, since the most negative number has no opposite.
static std::optional<int64_t> takeDigits(llvm::StringRef& text, bool negative = false) {
  llvm::StringRef run = text.take_while([](char c) { return llvm::isDigit(c) || c == '_'; });
  if (run.empty() || run.front() == '_')
    return std::nullopt;
  std::string digits = (negative ? "-" : "") + run.str();
  llvm::erase(digits, '_');
  int64_t value = 0;
  if (llvm::StringRef(digits).getAsInteger(10, value))
    return std::nullopt;
  text = text.drop_front(run.size());
  return value;
}

std::optional<int64_t> parseInt(llvm::StringRef text) {
  bool negative = text.consume_front("-");
  std::optional<int64_t> value = takeDigits(text, negative);
  return text.empty() ? value : std::nullopt;
}

/// A number and its unit at the front of `text`, as the product.
static std::optional<int64_t> takeQuantity(llvm::StringRef& text, llvm::ArrayRef<Unit> units) {
  std::optional<int64_t> count = takeDigits(text);
  if (!count)
    return std::nullopt;
  llvm::StringRef name = text.take_while(llvm::isAlpha);
  text = text.drop_front(name.size());
  for (const Unit& unit : units)
    if (unit.name == name)
      return llvm::checkedMul(*count, unit.factor);
  return std::nullopt;
}

std::optional<int64_t> parseDuration(llvm::StringRef text) {
  std::optional<int64_t> total = takeQuantity(text, DurationUnits);
  while (total && !text.empty()) {
    std::optional<int64_t> more = takeQuantity(text, DurationUnits);
    total = more ? llvm::checkedAdd(*total, *more) : std::nullopt;
  }
  return total;
}

std::optional<int64_t> parseSize(llvm::StringRef text) {
  std::optional<int64_t> size = takeQuantity(text, SizeUnits);
  return text.empty() ? size : std::nullopt;
}

// ---- versions ---------------------------------------------------------------------------------

static llvm::StringRef withoutLeadingZeros(llvm::StringRef digits) {
  llvm::StringRef trimmed = digits.ltrim('0');
  return trimmed.empty() ? "0" : trimmed;
}

VersionParts splitVersion(llvm::StringRef text) {
  VersionParts version = {{"0", "0", "0"}, {}};
  auto [core, pre] = text.split('-');
  version.pre = pre;
  for (llvm::StringRef& number : version.numbers) {
    llvm::StringRef digits;
    std::tie(digits, core) = core.split('.');
    number = withoutLeadingZeros(digits);
  }
  return version;
}

/// Of digits without leading zeros, however many.
static int compareNumbers(llvm::StringRef a, llvm::StringRef b) {
  if (a.size() != b.size())
    return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

static int compareIdentifiers(llvm::StringRef a, llvm::StringRef b) {
  bool aIsNumber = llvm::all_of(a, llvm::isDigit), bIsNumber = llvm::all_of(b, llvm::isDigit);
  if (aIsNumber != bIsNumber)
    return aIsNumber ? -1 : 1;
  return aIsNumber ? compareNumbers(withoutLeadingZeros(a), withoutLeadingZeros(b)) : a.compare(b);
}

static int comparePreReleases(llvm::StringRef a, llvm::StringRef b) {
  if (a.empty() || b.empty())
    return int(a.empty()) - int(b.empty());
  while (!a.empty() && !b.empty()) {
    llvm::StringRef first, second;
    std::tie(first, a) = a.split('.');
    std::tie(second, b) = b.split('.');
    if (int order = compareIdentifiers(first, second))
      return order;
  }
  return int(b.empty()) - int(a.empty());
}

int compareVersions(llvm::StringRef a, llvm::StringRef b) {
  VersionParts first = splitVersion(a), second = splitVersion(b);
  for (int part = 0; part < 3; ++part)
    if (int order = compareNumbers(first.numbers[part], second.numbers[part]))
      return order;
  return comparePreReleases(first.pre, second.pre);
}

// ---- URLs -------------------------------------------------------------------------------------

UrlParts splitUrl(llvm::StringRef text) {
  auto [scheme, rest] = text.split("://");
  size_t slash = std::min(rest.find('/'), rest.size());
  return {scheme, rest.take_front(slash), rest.drop_front(slash)};
}

// ---- equality and order -------------------------------------------------------------------------

static bool equalLists(llvm::ArrayRef<Value> a, llvm::ArrayRef<Value> b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), equalValues);
}

static bool equalMaps(const MapData& a, const MapData& b) {
  return a.entries.size() == b.entries.size() && llvm::all_of(a.entries, [&](const auto& entry) {
           const Value* other = b.find(entry.first);
           return other && equalValues(entry.second, *other);
         });
}

bool equalValues(const Value& a, const Value& b) {
  if (a.variant().index() != b.variant().index())
    return false;
  if (const bool* held = a.tryAs<bool>())
    return *held == b.asBool();
  if (a.is<List>())
    return equalLists(a.items(), b.items());
  if (const auto* map = a.tryAs<Map>())
    return equalMaps(*map->data, *b.as<Map>().data);
  if (const auto* record = a.tryAs<Record>())
    return equalLists(record->data->fields, b.as<Record>().data->fields);
  if (const auto* artifact = a.tryAs<Artifact>())
    return artifact->ref == b.as<Artifact>().ref;
  return a.isNone() || compareValues(a, b) == 0;
}

template <class T> static int order(T a, T b) {
  return int(a > b) - int(a < b);
}

int compareValues(const Value& a, const Value& b) {
  if (const auto* number = a.tryAs<int64_t>())
    return order(*number, b.asInt());
  if (const auto* duration = a.tryAs<Duration>())
    return order(duration->milliseconds, b.as<Duration>().milliseconds);
  if (const auto* size = a.tryAs<Size>())
    return order(size->bytes, b.as<Size>().bytes);
  if (const auto* enumerator = a.tryAs<Enumerator>())
    return order(enumerator->member, b.as<Enumerator>().member);
  if (const bool* flag = a.tryAs<bool>())
    return order(*flag, b.asBool());
  if (a.as<Text>().kind == TextKind::Version)
    return compareVersions(a.text(), b.text());
  return a.text().compare(b.text());
}

} // namespace pipec::lower
