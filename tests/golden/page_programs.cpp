// Reading fenced blocks.
#include "page_programs.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

namespace pipec::golden {

using Words = llvm::SmallVector<llvm::StringRef, 4>;

static void readProgram(PageProgram& program, llvm::ArrayRef<llvm::StringRef> words,
                        llvm::StringRef body) {
  program.text = body.str();
  for (llvm::StringRef word : words) {
    auto [name, value] = word.split('=');
    if (word == "plan")
      program.lowered = true;
    else if (!value.empty())
      program.parameters.push_back({name.str(), value.str()});
  }
}

static void readBlock(PagePrograms& programs, llvm::StringRef info, llvm::StringRef body) {
  Words words;
  info.split(words, ' ', -1, /*KeepEmpty=*/false);
  auto has = [&](llvm::StringRef word) { return llvm::is_contained(words, word); };
  if (has("beside")) {
    auto path =
        llvm::find_if(words, [](llvm::StringRef word) { return word.starts_with("file="); });
    std::string name = path->drop_front(5).str();
    if (!has("right"))
      programs.wrong.files[name] = body.str();
    if (!has("wrong"))
      programs.right.files[name] = body.str();
  } else if (has("wrong")) {
    readProgram(programs.wrong, words, body);
  } else if (has("right")) {
    readProgram(programs.right, words, body);
  }
}

PagePrograms programsOf(llvm::StringRef page) {
  constexpr llvm::StringLiteral Fence = "```";
  PagePrograms programs;
  while (true) {
    size_t open = page.find(Fence);
    if (open == llvm::StringRef::npos)
      return programs;
    page = page.drop_front(open + Fence.size());
    auto [info, rest] = page.split('\n');
    // A fence stands at the start of a line; quotes of a text do so only behind spaces.
    size_t close = rest.find((llvm::Twine("\n") + Fence).str());
    readBlock(programs, info, rest.take_front(close + 1));
    page = rest.drop_front(close + 1 + Fence.size());
  }
}

} // namespace pipec::golden
