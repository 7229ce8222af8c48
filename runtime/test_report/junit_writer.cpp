// XML by hand: a handful of elements.
#include "runtime/test_report/junit_writer.h"

#include "compiler/base/character.h"
#include "compiler/base/json.h"

#include <ctime>

namespace pipec::test_report {

static void append(std::string& xml, llvm::StringRef text, bool isAttribute) {
  // jsonText makes UTF-8 of anything.
  std::string utf8 = base::jsonText(text);
  for (llvm::StringRef rest = utf8; !rest.empty();) {
    base::Character character = base::firstCharacter(rest);
    rest = rest.drop_front(character.bytes.size());
    uint32_t c = character.codePoint.value_or(0);
    if (c == 0xFFFE || c == 0xFFFF) {
      xml += "\xEF\xBF\xBD";
    } else if (c == '&') {
      xml += "&amp;";
    } else if (c == '<') {
      xml += "&lt;";
    } else if (c == '>') {
      xml += "&gt;";
    } else if (c == '"') {
      xml += "&quot;";
    } else if (c == '\r' || (isAttribute && (c == '\n' || c == '\t')) ||
               (c >= 0x7F && base::isHidden(c))) {
      // Else a reader takes it for something else, or who looks at the file is misled.
      xml += "&#" + std::to_string(c) + ";";
    } else if (c < 0x20 && c != '\n' && c != '\t') {
      xml += "\xEF\xBF\xBD";
    } else {
      xml += character.bytes;
    }
  }
}

static void attribute(std::string& xml, llvm::StringRef name, llvm::StringRef value) {
  xml += (" " + name + "=\"").str();
  append(xml, value, /*isAttribute=*/true);
  xml += '"';
}

static std::string seconds(int64_t milliseconds) {
  std::string fraction = std::to_string(1000 + milliseconds % 1000);
  return std::to_string(milliseconds / 1000) + "." + fraction.substr(1);
}

static std::string utcTime(int64_t milliseconds) {
  std::time_t time = milliseconds / 1000;
  std::tm parts = {};
  ::gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return text;
}

static void countAttributes(std::string& xml, const Counts& counts) {
  attribute(xml, "tests", std::to_string(counts.all()));
  attribute(xml, "failures", std::to_string(counts.failed));
  attribute(xml, "errors", std::to_string(counts.errors));
}

static void writeProblem(std::string& xml, const TestCase& test) {
  bool isFlaky = test.outcome == Outcome::Flaky;
  llvm::StringRef element = isFlaky                            ? "flakyFailure"
                            : test.outcome == Outcome::Skipped ? "skipped"
                            : test.outcome == Outcome::Error   ? "error"
                                                               : "failure";
  xml += ("      <" + element).str();
  if (!test.message.empty())
    attribute(xml, "message", test.message);
  if (test.outcome == Outcome::Skipped) {
    xml += "/>\n";
    return;
  }
  attribute(xml, "type", outcomeName(test.outcome));
  xml += isFlaky ? "><stackTrace>" : ">";
  append(xml, test.details, /*isAttribute=*/false);
  xml += isFlaky ? "</stackTrace>" : "";
  xml += ("</" + element + ">\n").str();
}

static void writeCase(std::string& xml, const Suite& suite, const TestCase& test) {
  xml += "    <testcase";
  attribute(xml, "name", test.name);
  attribute(xml, "classname",
            !test.className.empty() ? test.className
            : !test.suite.empty()   ? test.suite
                                    : suite.name);
  if (test.durationMs)
    attribute(xml, "time", seconds(*test.durationMs));
  if (test.outcome == Outcome::Passed && test.output.empty()) {
    xml += "/>\n";
    return;
  }
  xml += ">\n";
  if (test.outcome != Outcome::Passed)
    writeProblem(xml, test);
  if (!test.output.empty()) {
    xml += "      <system-out>";
    append(xml, test.output, /*isAttribute=*/false);
    xml += "</system-out>\n";
  }
  xml += "    </testcase>\n";
}

static void writeSuite(std::string& xml, const Suite& suite) {
  Counts counts = count(suite.cases);
  xml += "  <testsuite";
  attribute(xml, "name", suite.name);
  countAttributes(xml, counts);
  attribute(xml, "skipped", std::to_string(counts.skipped));
  attribute(xml, "time", seconds(suite.durationMs));
  if (suite.started)
    attribute(xml, "timestamp", utcTime(suite.started));
  xml += ">\n";
  if (!suite.properties.empty()) {
    xml += "    <properties>\n";
    for (const auto& [name, value] : suite.properties) {
      xml += "      <property";
      attribute(xml, "name", name);
      attribute(xml, "value", value);
      xml += "/>\n";
    }
    xml += "    </properties>\n";
  }
  for (const TestCase& test : suite.cases)
    writeCase(xml, suite, test);
  xml += "  </testsuite>\n";
}

std::string writeJUnit(llvm::ArrayRef<Suite> suites) {
  Counts counts;
  int64_t durationMs = 0;
  for (const Suite& suite : suites) {
    durationMs += suite.durationMs;
    for (const TestCase& test : suite.cases)
      counts.add(test);
  }
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites";
  attribute(xml, "name", "pipec");
  countAttributes(xml, counts);
  attribute(xml, "time", seconds(durationMs));
  xml += ">\n";
  for (const Suite& suite : suites)
    writeSuite(xml, suite);
  return xml + "</testsuites>\n";
}

} // namespace pipec::test_report
