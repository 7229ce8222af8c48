// Diagnostics as JSON.
#include "compiler/base/json.h"
#include "compiler/diagnostics/render.h"

#include "llvm/Support/JSON.h"

#include <catch2/catch.hpp>

using namespace pipec;
using namespace pipec::diagnostics;

static llvm::json::Object rendered(const SourceManager& sources, const Diagnostic& diagnostic) {
  std::string text =
      base::renderJson([&](llvm::json::OStream& json) { renderJson(json, sources, diagnostic); });
  return *llvm::cantFail(llvm::json::parse(text)).getAsObject();
}

TEST_CASE("a diagnostic as JSON has all its parts") {
  SourceManager sources;
  SourceFileId id = sources.add("a.pipe", "let é = wrong\n");
  Diagnostic diagnostic;
  diagnostic.code = Code::E0201;
  diagnostic.message = "there is no `wrong`";
  diagnostic.primary = {{id, 9, 14}, "here"};
  diagnostic.secondary = {{{id, 4, 6}, "there"}};
  diagnostic.notes = {"note"};
  diagnostic.help = "help";
  diagnostic.fixes = {{"right", {{{id, 9, 14}, "right"}}}};
  llvm::json::Object json = rendered(sources, diagnostic);
  CHECK(*json.getString("code") == "E0201");
  CHECK(*json.getString("severity") == "error");
  CHECK(*json.getString("message") == "there is no `wrong`");
  CHECK(*json.getString("file") == "a.pipe");
  CHECK(*json.getInteger("line") == 1);
  CHECK(*json.getInteger("column") == 9);
  CHECK(*json.getInteger("endLine") == 1);
  CHECK(*json.getInteger("endColumn") == 14);
  CHECK(*json.getString("label") == "here");
  const llvm::json::Object& label = *(*json.getArray("labels"))[0].getAsObject();
  CHECK(*label.getString("text") == "there");
  CHECK(*label.getInteger("column") == 5);
  CHECK(*(*json.getArray("notes"))[0].getAsString() == "note");
  CHECK(*json.getString("help") == "help");
  const llvm::json::Object& fix = *(*json.getArray("fixes"))[0].getAsObject();
  CHECK(*fix.getString("description") == "right");
  const llvm::json::Object& edit = *(*fix.getArray("edits"))[0].getAsObject();
  CHECK(*edit.getInteger("begin") == 9);
  CHECK(*edit.getInteger("end") == 14);
  CHECK(*edit.getString("replacement") == "right");
}

TEST_CASE("bytes that are not UTF-8 do not break the document") {
  SourceManager sources;
  SourceFileId id = sources.add("\xff.pipe", "\xff");
  Diagnostic diagnostic;
  diagnostic.code = Code::W0904;
  diagnostic.message = "bad \xff";
  diagnostic.primary = {{id, 0, 1}, {}};
  llvm::json::Object json = rendered(sources, diagnostic);
  CHECK(*json.getString("severity") == "warning");
  CHECK(*json.getString("message") == "bad \uFFFD");
}

TEST_CASE("without a place the document has none") {
  SourceManager sources;
  Diagnostic diagnostic;
  diagnostic.message = "message";
  llvm::json::Object json = rendered(sources, diagnostic);
  CHECK(!json.get("file"));
  CHECK(!json.get("line"));
}
