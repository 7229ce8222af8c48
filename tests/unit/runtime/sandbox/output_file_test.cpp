// The beginning and the end of what was printed, in a file that stays small.
#include "runtime/sandbox/output_file.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace pipec;
using sandbox::OutputWriter;

namespace {

/// Writes with a limit of 2 × 10 bytes.
class Output {
public:
  static constexpr uint64_t Kept = 10;

  Output() : file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    REQUIRE(file >= 0);
    writer = OutputWriter(file, Kept);
  }
  ~Output() { ::close(file); }

  Output& write(llvm::StringRef text) {
    REQUIRE(writer.write(text.data(), text.size()) == 0);
    return *this;
  }
  Output& leaveOut(uint64_t bytes) {
    writer.leaveOut(bytes);
    return *this;
  }
  /// What is read back, with `<n>` for n bytes that are left out.
  std::string read() {
    REQUIRE(writer.finish() == 0);
    std::string text;
    llvm::Error error = sandbox::readOutput(
        path, [&](llvm::StringRef piece) { text += piece; },
        [&](uint64_t bytes) { text += "<" + std::to_string(bytes) + ">"; }, Kept);
    REQUIRE_FALSE(static_cast<bool>(error));
    return text;
  }

  test::TemporaryFolder folder;
  std::string path = folder / "out";
  int file;
  OutputWriter writer;
};

} // namespace

TEST_CASE("what fits is kept as it is") {
  CHECK(Output().read().empty());
  CHECK(Output().write("short").read() == "short");
  CHECK(Output().write("0123456789").write("abcdefghij").read() == "0123456789abcdefghij");
}

TEST_CASE("of more, both ends are kept") {
  CHECK(Output().write("0123456789abcdefghijK").read() == "0123456789<1>bcdefghijK");
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += std::to_string(1000 + i);
  for (size_t piece : {1, 3, 7, 10, 11, 399, 400}) {
    Output output;
    for (size_t at = 0; at < all.size(); at += piece)
      output.write(llvm::StringRef(all).substr(at, piece));
    CHECK(output.read() == all.substr(0, 10) + "<380>" + all.substr(390));
    struct stat status;
    REQUIRE(::stat(output.path.c_str(), &status) == 0);
    CHECK(status.st_size == 2 * 10 + 3 * 8);
  }
}

TEST_CASE("what somebody else has left out is a gap") {
  CHECK(Output().write("abc").leaveOut(5).write("xyz").read() == "abc<5>xyz");
  CHECK(Output().write("abc").leaveOut(5).write("0123456789xyz").read() == "abc<8>3456789xyz");
  CHECK(Output().write("abc").leaveOut(5).write("lost").leaveOut(1).write("xyz").read() ==
        "abc<10>xyz");
  CHECK(Output().leaveOut(2).read() == "<2>");
}
