// The state machine over POSIX quoting.
#include "compiler/sema/shell_scanner.h"

#include <cctype>
#include <cstddef>

namespace pipec::sema {

namespace {

using llvm::StringRef;

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}
bool endsWord(char c) {
  return isBlank(c) || StringRef(";|&<>()").contains(c);
}
bool isNameChar(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// Reads the texts one after the other; what it knows at the end of one is what is true of the
/// hole behind it. Where it loses track, it rejects every hole that follows.
class Scanner {
public:
  explicit Scanner(llvm::ArrayRef<StringRef> texts) : texts_(texts) { nest_.push_back(Top); }

  ShellScan scan() {
    for (size_t i = 0; i < texts_.size(); ++i) {
      for (position_ = 0; position_ < texts_[i].size();)
        step(texts_[i]);
      if (i + 1 < texts_.size())
        hole(i);
    }
    result_.end = endOfScript();
    return std::move(result_);
  }

private:
  /// What the scanner is inside of.
  enum State : uint8_t {
    Top,          ///< unquoted, at the outermost level
    Group,        ///< unquoted, in `(…)`
    Substitution, ///< unquoted, in `$(…)`
    Double,       ///< `"…"`
    Single,       ///< `'…'`
    Comment,
    BackQuote,
    Parameter,  ///< `${…}`
    Arithmetic, ///< `((…))` or `$((…))`, counted by parentheses
  };

  void hole(size_t i) {
    ShellHole found;
    found.rejection = rejectionHere();
    if (found.rejection == HoleRejection::None) {
      State state = nest_.back();
      found.context = state == Double   ? HoleContext::DoubleQuoted
                      : state == Single ? HoleContext::SingleQuoted
                                        : HoleContext::Unquoted;
      StringRef before = texts_[i], after = texts_[i + 1];
      bool lastText = i + 2 == texts_.size();
      found.ownWord = found.context == HoleContext::Unquoted && wordStart_ &&
                      (after.empty() ? lastText : endsWord(after.front()));
      char quote = state == Double ? '"' : '\'';
      found.fillsQuotes = found.context != HoleContext::Unquoted && justOpened_ &&
                          before.ends_with(StringRef(&quote, 1)) &&
                          after.starts_with(StringRef(&quote, 1));
    }
    result_.holes.push_back(found);
    wordStart_ = justOpened_ = afterBackslash_ = false;
  }

  HoleRejection rejectionHere() const {
    if (lost_ != HoleRejection::None)
      return lost_;
    if (afterBackslash_)
      return HoleRejection::AfterBackslash;
    for (State state : nest_) {
      if (state == BackQuote)
        return HoleRejection::BackQuotes;
      if (state == Arithmetic)
        return HoleRejection::Arithmetic;
      if (state == Parameter)
        return HoleRejection::ParameterExpansion;
      if (state == Comment)
        return HoleRejection::Comment;
    }
    return HoleRejection::None;
  }

  ShellEnd endOfScript() const {
    if (lost_ != HoleRejection::None)
      return ShellEnd::Complete; // it cannot be told
    if (afterBackslash_)
      return ShellEnd::AfterBackslash;
    switch (nest_.back()) {
    case Double:
    case Single:
    case BackQuote:
      return ShellEnd::InQuotes;
    case Parameter:
      return ShellEnd::InExpansion;
    case Group:
    case Substitution:
    case Arithmetic:
      return ShellEnd::InSubstitution;
    case Comment:
      return nest_.size() > 2 ? ShellEnd::InSubstitution : ShellEnd::Complete;
    case Top:
      return ShellEnd::Complete;
    }
    return ShellEnd::Complete;
  }

  void lose(HoleRejection reason) { lost_ = reason; }
  void open(State state) {
    nest_.push_back(state);
    justOpened_ = true;
  }
  void close() { nest_.pop_back(); }

  /// Reads one piece of syntax at `position` and moves past it.
  void step(StringRef text) {
    StringRef rest = text.substr(position_);
    if (lost_ != HoleRejection::None) {
      position_ = text.size();
      return;
    }
    justOpened_ = false;
    switch (nest_.back()) {
    case Single:
      if (rest.front() == '\'')
        close();
      ++position_;
      return;
    case Comment:
      if (rest.front() == '\n') {
        close();
        wordStart_ = true;
      }
      ++position_;
      return;
    case BackQuote:
      stepBackQuote(rest);
      return;
    case Arithmetic:
      stepArithmetic(rest);
      return;
    case Parameter:
      stepParameter(rest);
      return;
    case Double:
      stepDouble(rest);
      return;
    case Top:
    case Group:
    case Substitution:
      stepUnquoted(rest);
      return;
    }
  }

  /// Ends at the first back-quote that no backslash precedes, whatever is between.
  void stepBackQuote(StringRef rest) {
    if (rest.front() == '\\') {
      position_ += 2;
      return;
    }
    if (rest.front() == '`')
      close();
    ++position_;
  }

  /// Quotes, comments and the like may hide parentheses: then it may also be a `$( (…) )`.
  void stepArithmetic(StringRef rest) {
    char c = rest.front();
    if (StringRef("\"'`\\#").contains(c))
      return lose(HoleRejection::Arithmetic);
    if (c == '(')
      ++parentheses_;
    if (c == ')' && --parentheses_ == 0) {
      close();
      wordStart_ = false;
    }
    ++position_;
  }

  void stepParameter(StringRef rest) {
    if (StringRef("\"'`\\").contains(rest.front()))
      return lose(HoleRejection::ParameterExpansion); // shells disagree about quotes in here
    if (rest.front() == '}') {
      close();
      ++position_;
      return;
    }
    if (!stepDollar(rest))
      ++position_;
  }

  void stepDouble(StringRef rest) {
    if (rest.front() == '\\')
      return stepBackslash(rest);
    if (rest.front() == '"') {
      close();
      ++position_;
      return;
    }
    if (stepDollar(rest))
      return;
    if (rest.front() == '`')
      open(BackQuote);
    ++position_;
  }

  void stepUnquoted(StringRef rest) {
    char c = rest.front();
    if (c == '\\')
      return stepBackslash(rest);
    if (rest.starts_with("$'")) // bash and POSIX 2024 have it, dash does not
      return lose(HoleRejection::AnsiQuotes);
    if (stepDollar(rest))
      return;
    if (rest.starts_with("((")) {
      parentheses_ = 2;
      open(Arithmetic);
      position_ += 2;
      return;
    }
    if (nest_.back() != Top && wordStart_ && rest.starts_with("case") &&
        (rest.size() == 4 || !isNameChar(rest[4])))
      return lose(HoleRejection::CaseInSubshell); // the `)` of a pattern would be misread
    if (rest.starts_with("<<<")) {
      position_ += 3;
      wordStart_ = true;
      return;
    }
    if (rest.starts_with("<<"))
      return lose(HoleRejection::HereDocument);
    ++position_;
    stepCharacter(c);
  }

  void stepCharacter(char c) {
    bool startsComment = c == '#' && wordStart_;
    wordStart_ = endsWord(c);
    if (c == '"')
      open(Double);
    else if (c == '\'')
      open(Single);
    else if (c == '`')
      open(BackQuote);
    else if (c == '(')
      open(Group);
    else if (c == ')' && nest_.back() != Top)
      closeParenthesis();
    else if (startsComment)
      open(Comment);
  }

  /// Text may go on behind a substitution; behind a group only operators may stand.
  void closeParenthesis() {
    wordStart_ = nest_.back() == Group;
    close();
  }

  /// `$(`, `$((`, `${`; false for any other `$`.
  bool stepDollar(StringRef rest) {
    if (rest.starts_with("$((")) {
      parentheses_ = 2;
      open(Arithmetic);
      position_ += 3;
    } else if (rest.starts_with("$(")) {
      open(Substitution);
      wordStart_ = true;
      position_ += 2;
    } else if (rest.starts_with("${")) {
      open(Parameter);
      position_ += 2;
    } else {
      return false;
    }
    if (nest_.back() != Substitution)
      wordStart_ = false;
    return true;
  }

  void stepBackslash(StringRef rest) {
    if (rest.size() == 1) {
      afterBackslash_ = true;
      ++position_;
      return;
    }
    if (rest[1] != '\n') // a line continuation is no character
      wordStart_ = false;
    position_ += 2;
  }

  llvm::ArrayRef<StringRef> texts_;
  ShellScan result_;
  std::vector<State> nest_;
  HoleRejection lost_ = HoleRejection::None;
  size_t position_ = 0;
  int parentheses_ = 0;
  bool wordStart_ = true;
  bool justOpened_ = false;
  bool afterBackslash_ = false;
};

} // namespace

ShellScan scanShell(llvm::ArrayRef<StringRef> texts_) {
  return Scanner(texts_).scan();
}

} // namespace pipec::sema
