// Integers and units.
#include "compiler/parse/numbers.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

namespace pipec::parse {

using diagnostics::Code;
using diagnostics::DiagnosticEmitter;
using diagnostics::SourceRange;

namespace {

struct Unit {
  llvm::StringLiteral name;
  int64_t size;
};

/// In milliseconds, smallest first.
constexpr Unit DurationUnits[] = {
    {"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
/// In bytes, smallest first.
constexpr Unit DecimalSizes[] = {
    {"B", 1}, {"KB", 1000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}};
constexpr Unit BinarySizes[] = {
    {"B", 1}, {"KiB", 1LL << 10}, {"MiB", 1LL << 20}, {"GiB", 1LL << 30}, {"TiB", 1LL << 40}};

/// What people write elsewhere, and what they mean.
constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral> Synonyms[] = {
    {"msec", "ms"},   {"millis", "ms"}, {"sec", "s"},      {"secs", "s"},      {"second", "s"},
    {"seconds", "s"}, {"mins", "min"},  {"minute", "min"}, {"minutes", "min"}, {"hr", "h"},
    {"hrs", "h"},     {"hour", "h"},    {"hours", "h"},    {"H", "h"},         {"day", "d"},
    {"days", "d"},    {"D", "d"},       {"S", "s"},        {"b", "B"},         {"byte", "B"},
    {"bytes", "B"},   {"k", "KB"},      {"K", "KB"},       {"kb", "KB"},       {"Kb", "KB"},
    {"kB", "KB"},     {"M", "MB"},      {"mb", "MB"},      {"Mb", "MB"},       {"g", "GB"},
    {"G", "GB"},      {"gb", "GB"},     {"Gb", "GB"},      {"t", "TB"},        {"T", "TB"},
    {"tb", "TB"},     {"Tb", "TB"},     {"Ki", "KiB"},     {"Mi", "MiB"},      {"Gi", "GiB"},
    {"Ti", "TiB"},    {"kib", "KiB"},   {"mib", "MiB"},    {"gib", "GiB"},     {"tib", "TiB"},
    {"MIB", "MiB"},   {"GIB", "GiB"},   {"KIB", "KiB"},    {"TIB", "TiB"}};

std::string withoutUnderscores(llvm::StringRef digits) {
  std::string result;
  llvm::copy_if(digits, std::back_inserter(result), [](char c) { return c != '_'; });
  return result;
}

/// nullopt if the digits do not fit.
std::optional<int64_t> digitsValue(llvm::StringRef digits) {
  int64_t value = 0;
  if (llvm::StringRef(withoutUnderscores(digits)).getAsInteger(10, value))
    return std::nullopt;
  return value;
}

const Unit* unitNamed(llvm::ArrayRef<Unit> units, llvm::StringRef name) {
  const Unit* found = llvm::find_if(units, [&](const Unit& unit) { return unit.name == name; });
  return found == units.end() ? nullptr : found;
}

/// The units that `name` belongs with; empty if there is no such unit.
llvm::ArrayRef<Unit> familyOf(llvm::StringRef name) {
  for (llvm::ArrayRef<Unit> family :
       {llvm::ArrayRef<Unit>(DurationUnits), llvm::ArrayRef<Unit>(BinarySizes),
        llvm::ArrayRef<Unit>(DecimalSizes)})
    if (unitNamed(family, name))
      return family;
  return {};
}

bool isDigitOrUnderscore(char c) {
  return llvm::isDigit(c) || c == '_';
}

std::nullopt_t tooLarge(llvm::StringRef text, SourceRange range, DiagnosticEmitter emitter,
                        llvm::StringRef what, llvm::StringRef limit) {
  emitter.emit(Code::E0010, range, "`" + text + "` does not fit in " + what)
      .label("the largest is " + limit);
  return std::nullopt;
}

/// In the largest unit that divides it.
std::string written(int64_t value, llvm::ArrayRef<Unit> family) {
  const Unit* best = &family.front();
  for (const Unit& unit : family)
    if (value != 0 && value % unit.size == 0)
      best = &unit;
  return std::to_string(value / best->size) + best->name.str();
}

/// `1.5GiB` as whole units: `1536MiB`. Empty if it is no whole number of the smallest.
std::string withoutFraction(llvm::StringRef whole, llvm::StringRef fraction, llvm::StringRef unit) {
  llvm::ArrayRef<Unit> family = familyOf(unit);
  auto digits = digitsValue((whole + fraction).str());
  if (family.empty() || !digits || fraction.size() > 9)
    return {};
  int64_t scale = 1;
  for (size_t count = withoutUnderscores(fraction).size(); count > 0; --count)
    scale *= 10;
  int64_t total = 0;
  if (llvm::MulOverflow(*digits, unitNamed(family, unit)->size, total) || total % scale != 0)
    return {};
  return written(total / scale, family);
}

} // namespace

std::optional<int64_t> readInt(llvm::StringRef text, bool negated, SourceRange range,
                               DiagnosticEmitter emitter) {
  std::string digits = withoutUnderscores(text);
  if (negated && llvm::StringRef(digits).ltrim('0') == "9223372036854775808")
    return std::numeric_limits<int64_t>::min();
  int64_t value = 0;
  if (llvm::StringRef(digits).getAsInteger(10, value))
    return tooLarge(text, range, emitter, "a 64-bit Int", "9223372036854775807");
  return value;
}

std::optional<int64_t> readDuration(llvm::StringRef text, SourceRange range,
                                    DiagnosticEmitter emitter) {
  int64_t total = 0;
  for (llvm::StringRef rest = text; !rest.empty();) {
    llvm::StringRef digits = rest.take_while(isDigitOrUnderscore);
    rest = rest.drop_front(digits.size());
    llvm::StringRef name = rest.take_until(isDigitOrUnderscore);
    rest = rest.drop_front(name.size());
    const Unit* unit = unitNamed(DurationUnits, name);
    std::optional<int64_t> count = digitsValue(digits);
    int64_t part = 0;
    if (!unit || !count || llvm::MulOverflow(*count, unit->size, part) ||
        llvm::AddOverflow(total, part, total))
      return tooLarge(text, range, emitter, "a Duration", "9223372036854775807ms");
  }
  return total;
}

std::optional<int64_t> readSize(llvm::StringRef text, SourceRange range,
                                DiagnosticEmitter emitter) {
  llvm::StringRef digits = text.take_while(isDigitOrUnderscore);
  llvm::StringRef name = text.drop_front(digits.size());
  const Unit* unit = unitNamed(DecimalSizes, name);
  if (!unit)
    unit = unitNamed(BinarySizes, name);
  std::optional<int64_t> count = digitsValue(digits);
  int64_t bytes = 0;
  if (!unit || !count || llvm::MulOverflow(*count, unit->size, bytes))
    return tooLarge(text, range, emitter, "a Size", "9223372036854775807B");
  return bytes;
}

static void reportFraction(llvm::StringRef whole, llvm::StringRef rest, SourceRange range,
                           DiagnosticEmitter emitter) {
  llvm::StringRef fraction = rest.take_while(isDigitOrUnderscore);
  llvm::StringRef unit = rest.drop_front(fraction.size());
  auto builder = emitter.emit(Code::E0007, range, "there are no fractional numbers");
  std::string fixed = withoutFraction(whole, fraction, unit);
  if (!fixed.empty())
    builder.fix(range, fixed);
  else if (unit.empty())
    builder.help("a version is a text: `\"" + whole + "." + fraction + "\"`");
}

/// `0x1f`, `1e6`.
static bool reportOtherNotation(llvm::StringRef text, SourceRange range,
                                DiagnosticEmitter emitter) {
  int64_t value = 0;
  bool prefixed = text.starts_with_insensitive("0x") || text.starts_with_insensitive("0b") ||
                  text.starts_with_insensitive("0o");
  if (prefixed && !text.getAsInteger(0, value)) {
    emitter.emit(Code::E0006, range, "numbers are written in decimal")
        .fix(range, llvm::Twine(value));
    return true;
  }
  auto [mantissa, exponent] = text.split(text.contains('e') ? 'e' : 'E');
  unsigned zeros = 0;
  auto count = digitsValue(mantissa);
  if (exponent.empty() || !count || exponent.getAsInteger(10, zeros) || zeros > 18)
    return false;
  emitter.emit(Code::E0006, range, "numbers are written without an exponent")
      .fix(range, llvm::Twine(*count) + std::string(*count == 0 ? 0 : zeros, '0'));
  return true;
}

void reportBadNumber(llvm::StringRef text, SourceRange range, DiagnosticEmitter emitter) {
  llvm::StringRef digits = text.take_while(isDigitOrUnderscore);
  llvm::StringRef unit = text.drop_front(digits.size());
  if (unit.consume_front(".")) {
    reportFraction(digits, unit, range, emitter);
    return;
  }
  if (unit == "m") {
    emitter.emit(Code::E0006, range, "`" + text + "` could mean minutes or megabytes")
        .fix(range, digits + "min")
        .fix(range, digits + "MB");
    return;
  }
  if (reportOtherNotation(text, range, emitter))
    return;
  auto builder = emitter.emit(Code::E0006, range, "there is no unit `" + unit + "`");
  builder.label("durations: ms s min h d; sizes: B KB MB GB TB KiB MiB GiB TiB");
  const auto* known =
      llvm::find_if(Synonyms, [&](const auto& entry) { return entry.first == unit; });
  if (known != std::end(Synonyms))
    builder.suggest(range, digits + known->second);
}

} // namespace pipec::parse
