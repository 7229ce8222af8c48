// One mistake gives one message: programs with a single wrong token, and how much is said about it.
#include "mutations.h"

#include "compiler/base/overlay_files.h"
#include "compiler/diagnostics/render.h"
#include "compiler/driver/compilation.h"
#include "tests/support/campaign.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace pipec;
using namespace pipec::driver;
using test::numberFrom;

namespace {

constexpr llvm::StringLiteral Root = PIPEC_SOURCE_DIR;
constexpr uint64_t DefaultSeed = 20240229;
constexpr size_t DefaultCount = 350;
/// What one wrong token may cost at most.
constexpr size_t MostMessages = 3;

/// The standard library and the examples, relative to the root of the project.
std::vector<std::string> programPaths() {
  auto files = base::makeRealFileSystem();
  std::vector<std::string> paths = {"examples/website/website.pipe"};
  for (llvm::StringRef folder : {"stdlib/std", "tests/golden/sema"})
    for (const base::DirectoryEntry& entry :
         llvm::cantFail(files->list((Root + "/" + folder).str())))
      if (llvm::StringRef(entry.name).ends_with(".pipe") &&
          (folder == "stdlib/std" || llvm::StringRef(entry.name).starts_with("ok_example_")))
        paths.push_back((folder + "/" + entry.name).str());
  return paths;
}

/// What `./site` writes beside the example.
constexpr llvm::StringLiteral ExampleSettings = R"(//! Where things are.
pub let address = url("http://127.0.0.1:8731/")
pub let www = "/srv/www"
pub let repository = url("https://example.com/website.git")
pub let repository_folder = "/srv/website.git"
)";

struct Checked {
  size_t count = 0;
  std::string messages;
};

Checked check(const std::string& path, const std::string& text) {
  base::OverlayFiles files;
  files.put((Root + "/" + path).str(), text);
  files.put((Root + "/examples/website/.site/settings.pipe").str(), ExampleSettings.str());
  Compilation compilation(files, Root.str());
  llvm::cantFail(compilation.load({path}));
  Checked checked;
  llvm::raw_string_ostream out(checked.messages);
  for (const diagnostics::Diagnostic& diagnostic : compilation.diagnostics().all())
    diagnostics::renderText(out, compilation.sources(), diagnostic, /*color=*/false);
  checked.count = compilation.diagnostics().all().size();
  return checked;
}

/// How many mutations of each kind gave how many messages.
class Distribution {
public:
  void add(MutationKind kind, size_t count) {
    size_t column = std::min(count, Columns - 1);
    ++cells[static_cast<size_t>(kind)][column];
    ++total[column];
  }

  std::string table() const {
    std::string text = "messages of one wrong token\n" + padded("", 16);
    for (size_t column = 0; column < Columns; ++column)
      text += padded(std::to_string(column) + (column + 1 == Columns ? "+" : ""), 6);
    for (size_t kind = 0; kind < MutationKinds; ++kind)
      text += row(nameOf(static_cast<MutationKind>(kind)), cells[kind]);
    return text + row("all", total);
  }

private:
  static constexpr size_t Columns = 7;
  using Row = std::array<size_t, Columns>;
  std::array<Row, MutationKinds> cells = {};
  Row total = {};

  static std::string padded(std::string text, size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
  }
  static std::string row(llvm::StringRef name, const Row& counts) {
    std::string text = "\n" + padded(name.str(), 16);
    for (size_t count : counts)
      text += padded(std::to_string(count), 6);
    return text;
  }
};

} // namespace

TEST_CASE("one wrong token gives one message") {
  std::vector<std::string> paths = programPaths();
  std::vector<std::string> programs;
  auto files = base::makeRealFileSystem();
  for (const std::string& path : paths) {
    programs.push_back(llvm::cantFail(files->read((Root + "/" + path).str())));
    Checked whole = check(path, programs.back());
    INFO(path << "\n" << whole.messages);
    REQUIRE(whole.count == 0);
  }

  // PIPEC_MUTATIONS=5000 looks at more of them, PIPEC_MUTATION_SEED=1 at others.
  size_t wanted = numberFrom("PIPEC_MUTATIONS", DefaultCount);
  uint64_t seed = numberFrom("PIPEC_MUTATION_SEED", DefaultSeed);
  Distribution distribution;
  std::vector<size_t> counts; // of the mutations that are mistakes
  for (const Mutation& mutation : mutate(programs, wanted, seed)) {
    Checked checked = check(paths[mutation.program], mutation.text);
    distribution.add(mutation.kind, checked.count);
    if (checked.count > 0)
      counts.push_back(checked.count);
    INFO(paths[mutation.program] << ", " << mutation.description << "\n" << checked.messages);
    CHECK(checked.count <= MostMessages);
  }
  WARN("seed " << seed << ": " << distribution.table());
  // A mutation of a text or of a comment's neighbour is often no mistake; most others are.
  REQUIRE(counts.size() > wanted / 2);
  std::nth_element(counts.begin(), counts.begin() + counts.size() / 2, counts.end());
  CHECK(counts[counts.size() / 2] == 1);
}
