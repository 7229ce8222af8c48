// A state of open elements, driven by expat's calls.
#include "runtime/test_report/junit_reader.h"

#include "runtime/test_report/xml_text.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>
#include <expat.h>
#include <memory>
#include <utility>

namespace pipec::test_report {

/// Before position `size` and not inside a character.
static size_t boundaryBefore(llvm::StringRef text, size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
    --size;
  return size;
}

static std::string cut(llvm::StringRef text, size_t most) {
  if (text.size() <= most)
    return text.str();
  return text.take_front(boundaryBefore(text, most)).str() + "…";
}

static std::string cutFront(llvm::StringRef text, size_t most) {
  if (text.size() <= most)
    return text.str();
  size_t begin = text.size() - most;
  while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
    ++begin;
  return "…" + text.drop_front(begin).str();
}

/// Seconds, as some write them with commas for the thousands, and others with one for the fraction.
static std::optional<int64_t> milliseconds(llvm::StringRef text) {
  static constexpr size_t GroupDigits = 3;
  bool isFraction = text.count(',') == 1 && !text.contains('.') &&
                    text.trim().split(',').second.size() != GroupDigits;
  std::string plain;
  for (char c : text.trim())
    if (c != ',' || isFraction)
      plain += c == ',' ? '.' : c;
  double seconds = 0;
  static constexpr double Longest = 1e9;
  if (plain.empty() || !llvm::to_float(plain, seconds) || !(seconds >= 0) || seconds > Longest)
    return std::nullopt;
  return std::llround(seconds * 1000);
}

namespace {

enum class Element : uint8_t {
  Suite,
  Case,
  Failure,
  Error,
  Skipped,
  EarlierFailure, ///< of an attempt before the last: flakyFailure, rerunFailure, …
  Output,
  StackTrace, ///< inside an EarlierFailure
  Other,
};

class Reader {
public:
  explicit Reader(XML_Parser parser) : parser(parser) {}

  void start(llvm::StringRef name, const char** attributes);
  void end();
  void text(llvm::StringRef more);
  void refuse(llvm::StringRef why);

  ParsedReport result;

private:
  static Element elementOf(llvm::StringRef name, Element parent);
  void startSuite(llvm::StringRef name);
  void startCase(const char** attributes);
  void endCase();
  void endFailure(Outcome outcome);

  void stop();

  XML_Parser parser;
  bool stopped = false; ///< the end of an empty element is still told
  std::vector<Element> open;
  std::vector<std::string> suites;

  TestCase current;    ///< of the Case that is open
  std::string message; ///< of the failure that is open
  std::string type;
  std::string characters; ///< of the element with text that is open
};

} // namespace

void Reader::stop() {
  stopped = true;
  XML_StopParser(parser, /*resumable=*/XML_FALSE);
}

void Reader::refuse(llvm::StringRef why) {
  if (!result.problem.empty())
    return;
  result.problem = ("line " + llvm::Twine(XML_GetCurrentLineNumber(parser)) + ": " + why).str();
  stop();
}

/// Only what stands where it belongs has a meaning.
Element Reader::elementOf(llvm::StringRef name, Element parent) {
  Element element = llvm::StringSwitch<Element>(name)
                        .Cases("testsuites", "testsuite", Element::Suite)
                        .Case("testcase", Element::Case)
                        .Case("failure", Element::Failure)
                        .Case("error", Element::Error)
                        .Case("skipped", Element::Skipped)
                        .Cases("flakyFailure", "flakyError", "rerunFailure", "rerunError",
                               Element::EarlierFailure)
                        .Cases("system-out", "system-err", Element::Output)
                        .Case("stackTrace", Element::StackTrace)
                        .Default(Element::Other);
  bool isInPlace = element == Element::Suite || element == Element::Case ? parent == Element::Suite
                   : element == Element::StackTrace ? parent == Element::EarlierFailure
                                                    : parent == Element::Case;
  return isInPlace ? element : Element::Other;
}

static llvm::StringRef attribute(const char** attributes, llvm::StringRef name) {
  for (; *attributes; attributes += 2)
    if (name == attributes[0])
      return attributes[1];
  return {};
}

void Reader::startSuite(llvm::StringRef name) {
  suites.push_back(cut(name, MaxName));
}

void Reader::startCase(const char** attributes) {
  if (result.cases.size() == MaxCases)
    return refuse("it has more than " + std::to_string(MaxCases) + " cases");
  current = TestCase();
  for (const std::string& suite : suites)
    if (!suite.empty())
      current.suite += (current.suite.empty() ? "" : " > ") + suite;
  current.suite = cut(current.suite, MaxName);
  current.className = cut(attribute(attributes, "classname"), MaxName);
  current.name = cut(attribute(attributes, "name"), MaxName);
  current.durationMs = milliseconds(attribute(attributes, "time"));
  // GoogleTest and CTest say only here that a case is disabled.
  llvm::StringRef status = attribute(attributes, "status");
  llvm::StringRef outcome = attribute(attributes, "result");
  if (status == "notrun" || status == "disabled" || outcome == "suppressed" || outcome == "skipped")
    current.outcome = Outcome::Skipped;
}

void Reader::start(llvm::StringRef name, const char** attributes) {
  if (open.size() == MaxDepth)
    return refuse("elements are nested more than " + std::to_string(MaxDepth) + " deep");
  Element element = Element::Other;
  if (!open.empty()) {
    element = elementOf(name, open.back());
  } else if (name == "testsuites" || name == "testsuite") {
    element = Element::Suite;
    result.isReport = true;
  } else {
    return stop();
  }
  open.push_back(element);
  switch (element) {
  case Element::Suite:
    // What surrounds all suites is called after the tool.
    return startSuite(name == "testsuites" ? "" : attribute(attributes, "name"));
  case Element::Case:
    return startCase(attributes);
  case Element::Failure:
  case Element::Error:
  case Element::Skipped:
  case Element::EarlierFailure:
    message = attribute(attributes, "message").str();
    type = attribute(attributes, "type").str();
    characters.clear();
    return;
  case Element::Output:
    characters.clear();
    return;
  case Element::StackTrace:
  case Element::Other:
    return;
  }
}

void Reader::text(llvm::StringRef more) {
  // One that is larger than what is kept of it need not be collected.
  static constexpr size_t Collected = 4 * (MaxDetails + MaxMessage);
  Element element = open.empty() ? Element::Other : open.back();
  if (element == Element::Output) {
    characters += more;
    if (characters.size() > 2 * Collected)
      characters.erase(0, characters.size() - Collected);
  } else if (element != Element::Other && element != Element::Suite && element != Element::Case &&
             characters.size() < Collected) {
    characters += more;
  }
}

/// The first line that says something.
static llvm::StringRef firstLine(llvm::StringRef text) {
  return text.ltrim().split('\n').first.rtrim();
}

/// A case can have several failures: the first one counts, and an error more than a failure.
void Reader::endFailure(Outcome outcome) {
  bool isEarlier = outcome == Outcome::Flaky;
  bool isFirst = current.message.empty() && current.details.empty();
  if (isEarlier && !isFailure(current.outcome))
    current.outcome = Outcome::Flaky;
  else if (outcome == Outcome::Skipped && current.outcome == Outcome::Passed)
    current.outcome = Outcome::Skipped;
  else if (isFailure(outcome) && current.outcome != Outcome::Error)
    current.outcome = outcome;
  if (!isFirst)
    return;
  llvm::StringRef line = firstLine(message);
  if (line.empty())
    line = firstLine(characters);
  if (line.empty())
    line = type;
  current.message = cut(line, MaxMessage);
  if (outcome == Outcome::Skipped)
    return;
  llvm::StringRef said = llvm::StringRef(message).trim();
  llvm::StringRef more = llvm::StringRef(characters).rtrim();
  bool repeats = said.empty() || more.contains(said) || said == line;
  std::string details = repeats ? more.str() : said.str() + "\n" + more.str();
  current.details = cut(details, MaxDetails);
}

void Reader::endCase() {
  if (current.outcome == Outcome::Passed || current.outcome == Outcome::Skipped)
    current.output.clear();
  result.cases.push_back(std::move(current));
}

void Reader::end() {
  if (stopped)
    return;
  Element element = open.back();
  open.pop_back();
  switch (element) {
  case Element::Suite:
    suites.pop_back();
    return;
  case Element::Case:
    return endCase();
  case Element::Failure:
    return endFailure(Outcome::Failed);
  case Element::Error:
    return endFailure(Outcome::Error);
  case Element::Skipped:
    return endFailure(Outcome::Skipped);
  case Element::EarlierFailure:
    return endFailure(Outcome::Flaky);
  case Element::Output:
    if (!current.output.empty() && current.output.back() != '\n')
      current.output += '\n';
    current.output = cutFront(current.output + characters, MaxOutput);
    return;
  case Element::StackTrace:
  case Element::Other:
    return;
  }
}

// ---- expat ---------------------------------------------------------------------

static void onStart(void* reader, const char* name, const char** attributes) {
  static_cast<Reader*>(reader)->start(name, attributes);
}
static void onEnd(void* reader, const char*) {
  static_cast<Reader*>(reader)->end();
}
static void onText(void* reader, const char* text, int size) {
  static_cast<Reader*>(reader)->text({text, static_cast<size_t>(size)});
}
static void onDocumentType(void* reader, const char*, const char*, const char*, int) {
  static_cast<Reader*>(reader)->refuse("it has a document type, which could define entities");
}

ParsedReport readJUnit(llvm::StringRef bytes) {
  const XmlText readable = readableXml(bytes);
  llvm::StringRef xml = readable.text;
  // The encoding that the file declares is not the one that the text has now.
  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                      XML_ParserFree);
  Reader reader(parser.get());
  XML_SetUserData(parser.get(), &reader);
  XML_SetElementHandler(parser.get(), onStart, onEnd);
  XML_SetCharacterDataHandler(parser.get(), onText);
  XML_SetStartDoctypeDeclHandler(parser.get(), onDocumentType);
  static constexpr size_t Piece = 1 << 20; // expat counts in int
  XML_Status status = XML_STATUS_OK;
  do {
    llvm::StringRef piece = xml.take_front(Piece);
    xml = xml.drop_front(piece.size());
    status = XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), xml.empty());
  } while (status == XML_STATUS_OK && !xml.empty());
  XML_Error code = XML_GetErrorCode(parser.get());
  if (status != XML_STATUS_OK && code != XML_ERROR_ABORTED)
    reader.refuse(XML_ErrorString(code));
  reader.result.wasReplaced = readable.wasReplaced;
  return std::move(reader.result);
}

} // namespace pipec::test_report
