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
bool isCase(StringRef rest) {
  return rest.consume_front("case") && (rest.empty() || !isNameChar(rest.front()));
}

/// Reads the texts one after the other; what it knows at the end of one is what is true of the
/// hole behind it. Where it loses track, it rejects every hole that follows.
class Scanner {
public:
  explicit Scanner(llvm::ArrayRef<StringRef> texts) : texts_(texts) { nest_.push_back(Top); }

  ShellScan scan() {
    for (text_ = 0; text_ < texts_.size(); ++text_) {
      for (position_ = 0; position_ < texts_[text_].size();)
        step(texts_[text_]);
      if (text_ + 1 < texts_.size())
        hole(text_);
    }
    result_.end = endOfScript();
    return std::move(result_);
  }

private:
  /// What the scanner is inside of.
  enum State : uint8_t {
    Top,          ///< unquoted, at the outermost level
    Group,        ///< unquoted, in `(…)`
    Array,        ///< unquoted, in bash's `name=(…)`
    Substitution, ///< unquoted, in `$(…)`, `<(…)` or `>(…)`
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
      found.ownWord = found.context == HoleContext::Unquoted && wordStart_ && !afterGroup_ &&
                      (after.empty() ? lastText : endsWord(after.front()));
      char quote = state == Double ? '"' : '\'';
      found.fillsQuotes = found.context != HoleContext::Unquoted && justOpened_ &&
                          before.ends_with(StringRef(&quote, 1)) &&
                          after.starts_with(StringRef(&quote, 1));
    }
    result_.holes.push_back(found);
    wordStart_ = wordIsName_ = afterGroup_ = justOpened_ = false;
    previous_ = '\0';
    afterBackslash_ = afterDollar_ = false;
  }

  HoleRejection rejectionHere() const {
    if (lost_ != HoleRejection::None)
      return lost_;
    if (afterBackslash_)
      return HoleRejection::AfterBackslash;
    if (afterDollar_)
      return HoleRejection::AfterDollar;
    if (brackets_ > 0)
      return HoleRejection::Subscript;
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
    case Array:
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
    case Array:
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

  /// What hides parentheses, or shows that these are the subshells of `( (…) )`, ends what can be
  /// told. So does a second `)` that does not follow the first.
  void stepArithmetic(StringRef rest) {
    char c = rest.front();
    bool startsName = position_ == 0 || !isNameChar(texts_[text_][position_ - 1]);
    if (StringRef("\"'`\\#").contains(c) || (startsName && isCase(rest)) ||
        rest.starts_with("$[") || (rest.starts_with("<<") && !dollarArithmetic_))
      return lose(HoleRejection::Arithmetic);
    if (rest.starts_with("${")) {
      StringRef inside = rest.take_until([](char end) { return end == '}'; });
      if (inside.find_first_of("()\"'`\\") != StringRef::npos)
        return lose(HoleRejection::Arithmetic);
      position_ += inside.size();
      return;
    }
    ++position_;
    if (c == '(')
      ++parentheses_;
    if (c != ')')
      return;
    --parentheses_;
    if (parentheses_ == 1 && !rest.starts_with("))"))
      return lose(HoleRejection::Arithmetic);
    if (parentheses_ == 0) {
      close();
      wordStart_ = wordIsName_ = false;
    }
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
      openArithmetic(false);
      position_ += 2;
      return;
    }
    if (rest.starts_with("<(") || rest.starts_with(">(")) { // bash: part of a word
      open(Substitution);
      wordStart_ = true;
      position_ += 2;
      return;
    }
    if (nest_.back() != Top && wordStart_ && isCase(rest))
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
    previous_ = c;
  }

  void stepCharacter(char c) {
    bool startsComment = c == '#' && wordStart_;
    if (c == '#' && afterGroup_) // of an array, it is no comment
      return lose(HoleRejection::Comment);
    stepBrackets(c);
    afterGroup_ = false;
    wordIsName_ = (wordStart_ || wordIsName_) && isNameChar(c);
    wordStart_ = endsWord(c);
    if (c == '"')
      open(Double);
    else if (c == '\'')
      open(Single);
    else if (c == '`')
      open(BackQuote);
    else if (c == '(')
      open(previous_ == '=' ? Array : Group);
    else if (c == ')' && nest_.back() != Top)
      closeParenthesis();
    else if (startsComment)
      open(Comment);
  }

  /// bash evaluates what is in the brackets of `name[…]=`, and of `name=([…]=)`, as arithmetic.
  /// Whether an `=` follows is not known yet.
  void stepBrackets(char c) {
    bool opens = wordIsName_ || (nest_.back() == Array && wordStart_);
    if (c == '[' && (brackets_ > 0 || opens))
      ++brackets_;
    else if (c == ']' && brackets_ > 0)
      --brackets_;
  }

  /// Text may go on behind a substitution; behind a group only operators may stand.
  void closeParenthesis() {
    wordStart_ = afterGroup_ = nest_.back() != Substitution;
    close();
  }

  void openArithmetic(bool afterDollar) {
    parentheses_ = 2;
    dollarArithmetic_ = afterDollar;
    open(Arithmetic);
  }

  /// `$(`, `$((`, `${`, and parameters that are one character; false for any other `$`.
  bool stepDollar(StringRef rest) {
    if (rest.front() != '$')
      return false;
    if (rest.size() == 1) {
      afterDollar_ = true;
      return false;
    }
    afterGroup_ = false;
    previous_ = '$';
    if (rest[1] == '[') { // bash's old `$((…))`
      lose(HoleRejection::Arithmetic);
    } else if (StringRef("$#?!-*@0123456789").contains(rest[1])) {
      position_ += 2;
      wordStart_ = wordIsName_ = false;
      return true;
    } else if (rest.starts_with("$((")) {
      openArithmetic(true);
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
    wordIsName_ = false;
    return true;
  }

  void stepBackslash(StringRef rest) {
    if (rest.size() == 1) {
      afterBackslash_ = true;
    } else if (rest[1] != '\n') {
      wordStart_ = wordIsName_ = afterGroup_ = false;
      previous_ = '\\';
    } else if (splitsToken(rest)) {
      return lose(HoleRejection::SplitToken);
    }
    position_ += 2;
  }

  /// A line continuation is no character: the shell puts together what is around it. Whether that
  /// may be a token that matters here.
  bool splitsToken(StringRef rest) const {
    if (position_ == 0)
      return false;
    while (rest.consume_front("\\\n")) {
    }
    char before = texts_[text_][position_ - 1];
    char after = rest.empty() ? '\0' : rest.front();
    if (nest_.back() == Double || before == '$')
      return before == '$';
    if (before == '<' || before == '>')
      return after == before || after == '(';
    if (before == '(')
      return after == '(';
    return nest_.back() != Top && isNameChar(before) && isNameChar(after); // a `case`
  }

  llvm::ArrayRef<StringRef> texts_;
  ShellScan result_;
  std::vector<State> nest_;
  HoleRejection lost_ = HoleRejection::None;
  size_t text_ = 0;     ///< which of the texts
  size_t position_ = 0; ///< in it
  int parentheses_ = 0; ///< open in Arithmetic
  bool dollarArithmetic_ = false;
  int brackets_ = 0;            ///< open in the subscript of a name
  char previous_ = '\0';        ///< the last unquoted character that was no token of its own
  bool wordStart_ = true;       ///< nothing of the word that may come has been read
  bool wordIsName_ = false;     ///< what has been read of the word is a name
  bool afterGroup_ = false;     ///< directly behind the `)` of a group
  bool justOpened_ = false;     ///< directly behind an opening quote
  bool afterBackslash_ = false; ///< at the end of the text
  bool afterDollar_ = false;
};

} // namespace

ShellScan scanShell(llvm::ArrayRef<StringRef> texts_) {
  return Scanner(texts_).scan();
}

} // namespace pipec::sema
