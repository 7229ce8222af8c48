// Reading options: one loop over the words.
#include "runtime/cli/arguments.h"

#include "compiler/base/error.h"
#include "compiler/diagnostics/diagnostic.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace pipec::cli {

static bool sameName(llvm::StringRef a, llvm::StringRef b) {
  auto plain = [](char c) { return c == '_' ? '-' : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return plain(x) == plain(y); });
}

/// Reads the words one by one. What is not known is an error, or skipped for a first look.
class ArgumentReader {
public:
  ArgumentReader(llvm::ArrayRef<std::string> words, llvm::ArrayRef<Option> options,
                 bool skipUnknown)
      : words(words), options(options), skipUnknown(skipUnknown) {}

  llvm::Error read();

  Arguments result;
  std::vector<Arguments::Word> plain;

private:
  llvm::Error readLong(llvm::StringRef word);
  llvm::Error readLetters(llvm::StringRef letters);
  llvm::Error take(const Option& option, llvm::StringRef shown,
                   std::optional<llvm::StringRef> value);
  llvm::Error unknown(llvm::StringRef name);
  const Option* find(llvm::StringRef name) const {
    auto found = llvm::find_if(options, [&](const Option& o) { return sameName(o.name, name); });
    return found == options.end() ? nullptr : &*found;
  }

  llvm::ArrayRef<std::string> words;
  llvm::ArrayRef<Option> options;
  bool skipUnknown;
  size_t next = 0;
  bool afterUnknown = false;
};

llvm::Error ArgumentReader::read() {
  bool optionsEnded = false;
  while (next < words.size()) {
    llvm::StringRef word = words[next++];
    bool follows = std::exchange(afterUnknown, false);
    if (optionsEnded || word == "-" || !word.starts_with("-")) {
      plain.push_back({word.str(), follows && !optionsEnded});
      result.plain.push_back(word.str());
    } else if (word == "--") {
      optionsEnded = true;
    } else if (llvm::Error error = word.starts_with("--") ? readLong(word.drop_front(2))
                                                          : readLetters(word.drop_front(1))) {
      return error;
    }
  }
  return llvm::Error::success();
}

llvm::Error ArgumentReader::readLong(llvm::StringRef word) {
  auto [name, text] = word.split('=');
  std::optional<llvm::StringRef> value;
  if (name.size() < word.size())
    value = text;
  const Option* option = find(name);
  if (option)
    return take(*option, ("--" + name).str(), value);
  afterUnknown = !value;
  return skipUnknown ? llvm::Error::success() : unknown(name);
}

llvm::Error ArgumentReader::readLetters(llvm::StringRef letters) {
  while (!letters.empty()) {
    char letter = letters.front();
    letters = letters.drop_front();
    auto option = llvm::find_if(options, [&](const Option& o) { return o.letter == letter; });
    std::string shown = std::string("-") + letter;
    if (option == options.end()) {
      if (skipUnknown)
        return llvm::Error::success();
      return base::usageError("unknown option `" + shown + "`");
    }
    if (option->value.empty()) {
      if (llvm::Error error = take(*option, shown, std::nullopt))
        return error;
      continue;
    }
    std::optional<llvm::StringRef> value;
    if (!letters.empty()) {
      letters.consume_front("=");
      value = letters;
    }
    return take(*option, shown, value);
  }
  return llvm::Error::success();
}

llvm::Error ArgumentReader::take(const Option& option, llvm::StringRef shown,
                                 std::optional<llvm::StringRef> value) {
  if (option.isBool) {
    if (!value && next < words.size() && (words[next] == "true" || words[next] == "false"))
      value = words[next++];
    result.given.push_back({option.name, value.value_or("true").str()});
    return llvm::Error::success();
  }
  if (option.value.empty()) {
    if (value)
      return base::usageError("`" + shown + "` takes no value");
    result.given.push_back({option.name, ""});
    return llvm::Error::success();
  }
  if (!value) {
    if (next == words.size()) {
      if (skipUnknown)
        return llvm::Error::success();
      return base::usageError("`" + shown + "` needs a value: `" + shown + " " + option.value +
                              "`");
    }
    value = words[next++];
  }
  result.given.push_back({option.name, value->str()});
  return llvm::Error::success();
}

llvm::Error ArgumentReader::unknown(llvm::StringRef name) {
  std::vector<llvm::StringRef> names;
  for (const Option& option : options)
    names.push_back(option.name);
  llvm::StringRef nearest = diagnostics::closestName(name, names);
  if (nearest.empty())
    return base::usageError("unknown option `--" + name + "`");
  return base::usageError("unknown option `--" + name + "`; did you mean `--" + nearest + "`?");
}

llvm::Expected<Arguments> Arguments::parse(llvm::ArrayRef<std::string> words,
                                           llvm::ArrayRef<Option> options) {
  ArgumentReader reader(words, options, /*skipUnknown=*/false);
  if (llvm::Error error = reader.read())
    return error;
  return std::move(reader.result);
}

Arguments::FirstLook Arguments::look(llvm::ArrayRef<std::string> words,
                                     llvm::ArrayRef<Option> options) {
  ArgumentReader reader(words, options, /*skipUnknown=*/true);
  llvm::consumeError(reader.read()); // told when all options are known
  return {std::move(reader.result), std::move(reader.plain)};
}

bool Arguments::has(llvm::StringRef name) const {
  return llvm::any_of(given, [&](const Given& g) { return g.name == name; });
}

std::optional<std::string> Arguments::value(llvm::StringRef name) const {
  std::optional<std::string> last;
  for (const Given& g : given)
    if (g.name == name)
      last = g.value;
  return last;
}

std::vector<std::string> Arguments::values(llvm::StringRef name) const {
  std::vector<std::string> all;
  for (const Given& g : given)
    if (g.name == name)
      all.push_back(g.value);
  return all;
}

// ---- help ----------------------------------------------------------------------

static std::string head(const Option& option) {
  std::string text = "  ";
  bool isLetterOnly = option.letter && option.name.size() == 1;
  if (option.letter)
    text += std::string("-") + option.letter;
  if (!isLetterOnly) {
    text += option.letter ? ", " : "    ";
    text += "--" + option.name;
  }
  if (!option.value.empty())
    text += " " + option.value;
  return text;
}

std::string describe(llvm::ArrayRef<Option> options) {
  constexpr size_t Widest = 30;
  size_t column = 0;
  for (const Option& option : options)
    column = std::max(column, std::min(Widest, head(option).size()));
  std::string text;
  for (const Option& option : options) {
    std::string line = head(option);
    std::string indent(column + 2, ' ');
    if (line.size() > column)
      line += "\n" + indent;
    else
      line.append(column + 2 - line.size(), ' ');
    for (char c : option.help)
      c == '\n' ? line += "\n" + indent : line += c;
    text += line + "\n";
  }
  return text;
}

} // namespace pipec::cli
