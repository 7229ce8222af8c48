// Reading templates, and filling them in as text.
#include "tests/fuzz/shell/template.h"

#include "llvm/ADT/StringExtras.h"

namespace pipec::fuzz {

using llvm::StringRef;

namespace {

class TemplateParser {
public:
  TemplateParser(StringRef marked, Numbers& numbers) : rest_(marked), numbers_(numbers) {}

  std::optional<Template> parse(StringRef marked) {
    result_.written = marked.str();
    result_.parts = parts(false);
    if (bad_ || !rest_.empty() || result_.slots.empty())
      return std::nullopt;
    return std::move(result_);
  }

private:
  std::vector<Part> parts(bool inFragment) {
    std::vector<Part> list;
    std::string text;
    auto flush = [&](bool beforeHole) {
      // Such a `$` would belong to the hole's own `${`.
      bad_ |= (beforeHole && StringRef(text).ends_with("$")) || StringRef(text).contains("\"\"\"");
      if (!text.empty())
        list.push_back({Part::Kind::Text, std::move(text), 0, 0, {}});
      text.clear();
    };
    bool closed = !inFragment;
    while (!rest_.empty()) {
      if (inFragment && rest_.consume_front("»")) {
        closed = true;
        break;
      }
      if (rest_.consume_front("§")) {
        bool alone = isApart(text.empty() ? last_ : text.back());
        flush(true);
        list.push_back({Part::Kind::Scalar, "", addSlot(alone && isApart(next())), 1, {}});
        last_ = 'x';
      } else if (rest_.consume_front("¶")) {
        flush(true);
        list.push_back(listPart());
        last_ = 'x';
      } else if (rest_.consume_front("«")) {
        flush(true);
        Part part{Part::Kind::Fragment, "", 0, 0, {}};
        last_ = 'x';
        part.fragment = parts(true);
        list.push_back(std::move(part));
        last_ = 'x';
      } else {
        text += rest_.front();
        rest_ = rest_.drop_front();
      }
    }
    bad_ |= !closed;
    flush(false);
    return list;
  }

  char next() const { return rest_.empty() ? ' ' : rest_.front(); }
  static bool isApart(char c) { return StringRef(" \n").contains(c); }

  size_t addSlot(bool alone) {
    SlotKind kind = SlotKind::String;
    constexpr SlotKind Others[] = {SlotKind::Path, SlotKind::Arg, SlotKind::Content,
                                   SlotKind::Identity};
    if (numbers_.percent(35))
      kind = Others[numbers_.below(std::size(Others))];
    result_.slots.push_back({kind, alone});
    return result_.slots.size() - 1;
  }

  Part listPart() {
    Part part{Part::Kind::List, "", result_.slots.size(), numbers_.below(4), {}};
    SlotKind kind = numbers_.percent(30) ? SlotKind::Path : SlotKind::String;
    for (size_t i = 0; i < part.count; ++i)
      result_.slots.push_back({kind, true});
    return part;
  }

  StringRef rest_;
  Numbers& numbers_;
  Template result_;
  char last_ = ' '; ///< before the text that is being read
  bool bad_ = false;
};

void fill(llvm::ArrayRef<Part> parts, llvm::ArrayRef<std::string> values, std::string& script) {
  for (const Part& part : parts) {
    switch (part.kind) {
    case Part::Kind::Text:
      script += part.text;
      break;
    case Part::Kind::Scalar:
    case Part::Kind::List:
      script += llvm::join(values.slice(part.slot, part.count), " ");
      break;
    case Part::Kind::Fragment:
      fill(part.fragment, values, script);
      break;
    }
  }
}

} // namespace

std::string Template::filled(llvm::ArrayRef<std::string> values) const {
  std::string script;
  fill(parts, values, script);
  return script;
}

std::optional<Template> parseTemplate(StringRef marked, Numbers& numbers) {
  return TemplateParser(marked, numbers).parse(marked);
}

std::string placeholder(size_t slot) {
  // No part of a name to any shell, so that `§=x` assigns nothing and `$y§` is `$y` and a word.
  return "ü9q" + llvm::utostr(slot) + "z";
}

} // namespace pipec::fuzz
