// A simple tokenizer of its own, which cannot share a mistake with the compiler, and the mutations.
#include "mutations.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <random>

namespace pipec::driver {
namespace {

struct Piece {
  size_t begin = 0;
  size_t end = 0;
};

bool isWordByte(char byte) {
  return llvm::isAlnum(byte) || byte == '_';
}

/// Words, numbers, signs and quotes; what is in a text is cut into pieces like everything else.
std::vector<Piece> piecesOf(llvm::StringRef text) {
  constexpr llvm::StringLiteral Long[] = {
      "\"\"\"", "=>", "->", "==", "!=", "<=", ">=", "??", "..", "$${", "${"};
  std::vector<Piece> pieces;
  for (size_t at = 0; at < text.size();) {
    llvm::StringRef rest = text.drop_front(at);
    size_t length = 1;
    if (rest.starts_with("//") && (at == 0 || text[at - 1] != ':')) {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (isWordByte(rest.front()))
      length = rest.take_while(isWordByte).size();
    else
      for (llvm::StringRef sign : Long)
        if (length == 1 && rest.starts_with(sign))
          length = sign.size();
    if (!llvm::isSpace(rest.front()))
      pieces.push_back({at, at + length});
    at += length;
  }
  return pieces;
}

class Mutator {
public:
  Mutator(llvm::StringRef text, std::mt19937_64& random)
      : text_(text), pieces_(piecesOf(text)), random_(random) {}

  /// Empty text: this kind does not fit the place that was drawn.
  Mutation make(MutationKind kind) {
    Mutation result;
    result.kind = kind;
    size_t index = pick(pieces_.size());
    const Piece& piece = pieces_[index];
    llvm::StringRef old = textOf(piece);
    switch (kind) {
    case MutationKind::DeleteToken:
      return replaced(kind, piece, "", "`" + old.str() + "`");
    case MutationKind::InsertToken: {
      std::string added = textOf(pieces_[pick(pieces_.size())]).str();
      return replaced(kind, {piece.begin, piece.begin}, added + " ",
                      "`" + added + "` before `" + old.str() + "`");
    }
    case MutationKind::ReplaceToken: {
      std::string other = textOf(pieces_[pick(pieces_.size())]).str();
      return replaced(kind, piece, other, "`" + old.str() + "` by `" + other + "`");
    }
    case MutationKind::SwapTokens: {
      if (index + 1 == pieces_.size())
        return result;
      const Piece& next = pieces_[index + 1];
      std::string between = text_.slice(piece.end, next.begin).str();
      return replaced(kind, {piece.begin, next.end}, textOf(next).str() + between + old.str(),
                      "`" + old.str() + "` and `" + textOf(next).str() + "`");
    }
    case MutationKind::RepeatToken:
      return replaced(kind, {piece.end, piece.end}, " " + old.str(), "`" + old.str() + "`");
    case MutationKind::MisspellName:
      return misspell(piece);
    case MutationKind::DropSign:
      if (!llvm::StringRef("(){}[],\"").contains(old.front()))
        return result;
      return replaced(kind, piece, "", "`" + old.str() + "`");
    }
    return result;
  }

private:
  llvm::StringRef text_;
  std::vector<Piece> pieces_;
  std::mt19937_64& random_;

  // The distributions of the standard library differ from one implementation to another.
  size_t pick(size_t count) { return random_() % count; }
  llvm::StringRef textOf(const Piece& piece) const { return text_.slice(piece.begin, piece.end); }

  Mutation misspell(const Piece& piece) {
    llvm::StringRef old = textOf(piece);
    if (old.size() < 3 || !llvm::isAlpha(old.front()))
      return {};
    std::string name = old.str();
    size_t at = 1 + pick(name.size() - 1);
    char letter = static_cast<char>('a' + pick(26));
    switch (pick(4)) {
    case 0:
      std::swap(name[at - 1], name[at]);
      break;
    case 1:
      name.erase(at, 1);
      break;
    case 2:
      name.insert(at, 1, letter);
      break;
    default:
      name[at] = letter;
      break;
    }
    return replaced(MutationKind::MisspellName, piece, name,
                    "`" + old.str() + "` as `" + name + "`");
  }

  Mutation replaced(MutationKind kind, Piece piece, const std::string& by,
                    const std::string& what) const {
    Mutation result;
    result.kind = kind;
    if (textOf(piece) == by)
      return result;
    result.text = (text_.take_front(piece.begin) + by + text_.drop_front(piece.end)).str();
    size_t line = 1 + text_.take_front(piece.begin).count('\n');
    result.description = "line " + std::to_string(line) + ": " + nameOf(kind).str() + " " + what;
    return result;
  }
};

} // namespace

llvm::StringRef nameOf(MutationKind kind) {
  switch (kind) {
  case MutationKind::DeleteToken:
    return "delete token";
  case MutationKind::InsertToken:
    return "insert token";
  case MutationKind::ReplaceToken:
    return "replace token";
  case MutationKind::SwapTokens:
    return "swap tokens";
  case MutationKind::RepeatToken:
    return "repeat token";
  case MutationKind::MisspellName:
    return "misspell name";
  case MutationKind::DropSign:
    return "drop sign";
  }
  return "";
}

std::vector<Mutation> mutate(llvm::ArrayRef<std::string> programs, size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Mutator> mutators;
  for (const std::string& program : programs)
    mutators.emplace_back(program, random);
  std::vector<Mutation> mutations;
  llvm::StringSet<> seen;
  while (mutations.size() < count) {
    size_t program = random() % programs.size();
    auto kind = static_cast<MutationKind>(mutations.size() % MutationKinds);
    Mutation mutation = mutators[program].make(kind);
    if (mutation.text.empty() || !seen.insert(mutation.text).second)
      continue;
    mutation.program = program;
    mutations.push_back(std::move(mutation));
  }
  return mutations;
}

} // namespace pipec::driver
