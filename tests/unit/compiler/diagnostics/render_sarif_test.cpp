// Diagnostics as SARIF 2.1.0.
#include "compiler/base/json.h"
#include "compiler/diagnostics/render.h"

#include "llvm/Support/JSON.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::diagnostics;
using llvm::json::Array;
using llvm::json::Object;

namespace {

/// The object at a path of field names and indices.
const llvm::json::Value& at(const llvm::json::Value& value,
                            std::initializer_list<llvm::StringRef> path) {
  const llvm::json::Value* here = &value;
  for (llvm::StringRef step : path) {
    size_t index = 0;
    INFO(step.str());
    if (!step.getAsInteger(10, index)) {
      REQUIRE(here->getAsArray());
      REQUIRE(index < here->getAsArray()->size());
      here = &(*here->getAsArray())[index];
    } else {
      REQUIRE(here->getAsObject());
      REQUIRE(here->getAsObject()->get(step));
      here = here->getAsObject()->get(step);
    }
  }
  return *here;
}

struct Log {
  SourceManager sources;
  std::vector<Diagnostic> diagnostics;
  bool strict = false;

  llvm::json::Value render() const {
    std::string text = base::renderJson([&](llvm::json::OStream& json) {
      renderSarif(json, sources, diagnostics, {"1.2.3", "/work space", strict});
    });
    return llvm::cantFail(llvm::json::parse(text));
  }
};

} // namespace

TEST_CASE("a SARIF log has rules, results, regions, related locations and fixes") {
  Log log;
  SourceFileId id = log.sources.add("ci/a b.pipe", "let é = wrong\n");
  Diagnostic error;
  error.code = Code::E0208;
  error.message = "unknown setting";
  error.primary = {{id, 9, 14}, "here"};
  error.secondary = {{{id, 4, 6}, "there"}};
  error.notes = {"why"};
  error.help = "what";
  error.fixes = {{"`right`", {{{id, 9, 14}, "right"}}}};
  Diagnostic warning;
  warning.code = Code::W0904;
  warning.message = "never used";
  warning.primary = {{id, 4, 6}, ""};
  log.diagnostics = {warning, error};

  llvm::json::Value sarif = log.render();
  CHECK(at(sarif, {"version"}) == "2.1.0");
  CHECK(at(sarif, {"runs", "0", "tool", "driver", "name"}) == "pipec");
  CHECK(at(sarif, {"runs", "0", "tool", "driver", "semanticVersion"}) == "1.2.3");
  CHECK(at(sarif, {"runs", "0", "columnKind"}) == "unicodeCodePoints");
  CHECK(at(sarif, {"runs", "0", "originalUriBaseIds", "WORKSPACE", "uri"}) ==
        "file:///work%20space/");

  CHECK(at(sarif, {"runs", "0", "tool", "driver", "rules", "0", "id"}) == "E0208");
  CHECK(at(sarif, {"runs", "0", "tool", "driver", "rules", "1", "id"}) == "W0904");
  CHECK(at(sarif, {"runs", "0", "tool", "driver", "rules", "1", "defaultConfiguration", "level"}) ==
        "warning");
  CHECK(at(sarif, {"runs", "0", "tool", "driver", "rules", "0", "help", "markdown"})
            .getAsString()
            ->contains("Why: "));

  CHECK(at(sarif, {"runs", "0", "results", "0", "ruleIndex"}) == 1);
  const llvm::json::Value& result = at(sarif, {"runs", "0", "results", "1"});
  CHECK(at(result, {"ruleId"}) == "E0208");
  CHECK(at(result, {"ruleIndex"}) == 0);
  CHECK(at(result, {"level"}) == "error");
  CHECK(at(result, {"message", "text"}) == "unknown setting\nnote: why\nhelp: what");
  const llvm::json::Value& place = at(result, {"locations", "0", "physicalLocation"});
  CHECK(at(place, {"artifactLocation", "uri"}) == "ci/a%20b.pipe");
  CHECK(at(place, {"artifactLocation", "uriBaseId"}) == "WORKSPACE");
  CHECK(at(place, {"region", "startLine"}) == 1);
  CHECK(at(place, {"region", "startColumn"}) == 9);
  CHECK(at(place, {"region", "endColumn"}) == 14);
  CHECK(at(result, {"relatedLocations", "0", "message", "text"}) == "there");
  const llvm::json::Value& change = at(result, {"fixes", "0", "artifactChanges", "0"});
  CHECK(at(change, {"replacements", "0", "deletedRegion", "startColumn"}) == 9);
  CHECK(at(change, {"replacements", "0", "insertedContent", "text"}) == "right");
}

TEST_CASE("warnings that are errors have the level of errors") {
  Log log;
  Diagnostic warning;
  warning.code = Code::W0904;
  warning.message = "never used";
  log.diagnostics = {warning};
  log.strict = true;
  llvm::json::Value sarif = log.render();
  CHECK(at(sarif, {"runs", "0", "results", "0", "level"}) == "error");
  CHECK(!at(sarif, {"runs", "0", "results", "0"}).getAsObject()->get("locations"));
}

TEST_CASE("a log without diagnostics is one all the same") {
  llvm::json::Value sarif = Log().render();
  CHECK(at(sarif, {"runs", "0", "results"}).getAsArray()->empty());
  CHECK(at(sarif, {"runs", "0", "tool", "driver", "rules"}).getAsArray()->empty());
}
