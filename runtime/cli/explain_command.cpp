// `pipec explain`.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"

#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/pages.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

using diagnostics::Page;

std::vector<Option> explainOptions() {
  return {formatOption()};
}

static void writeDocument(Streams& io, llvm::ArrayRef<Page> pages, bool withText) {
  io.out << base::renderJson([&](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("schema", "pipec.explain/1");
      json.attributeArray("pages", [&] {
        for (const Page& page : pages)
          json.object([&] {
            json.attribute("code", base::jsonText(page.code));
            json.attribute("title", base::jsonText(page.title));
            if (withText)
              json.attribute("text", base::jsonText(page.text));
          });
      });
    });
  });
}

/// Markdown as a terminal shows it best: programs indented instead of fenced.
static std::string plainText(llvm::StringRef text) {
  std::string plain;
  bool inProgram = false;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    if (line.starts_with("```")) {
      inProgram = !inProgram;
      continue;
    }
    plain += (inProgram && !line.empty() ? "    " : "") + line.str() + "\n";
  }
  return plain;
}

static llvm::Error unknownCode(llvm::StringRef typed, llvm::ArrayRef<Page> pages) {
  std::vector<llvm::StringRef> codes;
  for (const Page& page : pages)
    codes.push_back(page.code);
  llvm::StringRef nearest = diagnostics::closestName(typed.upper(), codes);
  if (nearest.empty())
    return base::usageError("there is no diagnostic `" + typed + "`; `pipec explain` lists them");
  return base::usageError("there is no diagnostic `" + typed + "`; did you mean `" + nearest +
                          "`?");
}

llvm::Expected<ExitCode> runExplain(Words words, Streams& io) {
  auto invocation = invokeSimple("explain", words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto asJson = wantsJson(arguments);
  if (!asJson)
    return asJson.takeError();

  std::vector<Page> pages = diagnostics::pagesOf(diagnostics::embeddedPages());
  if (arguments.words().empty()) {
    if (*asJson)
      writeDocument(io, pages, /*withText=*/false);
    else
      for (const Page& page : pages)
        io.out << page.code << "  " << page.title << '\n';
    return ExitCode::Success;
  }
  std::vector<Page> chosen;
  for (const std::string& word : arguments.words()) {
    auto page =
        llvm::find_if(pages, [&](const Page& p) { return p.code.equals_insensitive(word); });
    if (page == pages.end())
      return unknownCode(word, pages);
    chosen.push_back(*page);
  }
  if (*asJson) {
    writeDocument(io, chosen, /*withText=*/true);
    return ExitCode::Success;
  }
  for (const auto& [index, page] : llvm::enumerate(chosen))
    io.out << (index == 0 ? "" : "\n") << page.code << ": " << page.title << "\n\n"
           << plainText(page.text);
  return ExitCode::Success;
}

} // namespace pipec::cli
