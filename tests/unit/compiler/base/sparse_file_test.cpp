// Holes in files that are written and copied.
#include "compiler/base/sparse_file.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

using namespace pipec;

namespace {

/// A file that is open as long as this.
struct File {
  explicit File(const std::string& path)
      : number(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    REQUIRE(number >= 0);
  }
  ~File() { ::close(number); }
  struct stat status() const {
    struct stat found;
    REQUIRE(::fstat(number, &found) == 0);
    return found;
  }
  int number;
};

constexpr size_t MiB = 1 << 20;

} // namespace

TEST_CASE("zeros become holes, in whatever pieces they come") {
  std::string text(MiB, '\0');
  text += "middle" + std::string(2 * MiB, '\0') + "x" + std::string(MiB, '\0');
  for (size_t piece : {size_t{1000}, size_t{4096}, size_t{65537}, text.size()}) {
    test::TemporaryFolder folder;
    File file(folder / "a");
    base::SparseWriter writer(file.number);
    for (size_t at = 0; at < text.size(); at += piece)
      REQUIRE(writer.write(llvm::StringRef(text).substr(at, piece)));
    REQUIRE(writer.finish());
    CHECK(test::readFile(folder / "a") == text);
    CHECK(::lseek(file.number, 0, SEEK_CUR) == static_cast<off_t>(text.size()));
    if (piece >= 4096)
      CHECK(base::bytesOnDisk(file.status()) < MiB / 2);
  }
}

TEST_CASE("copies have the bytes and the holes") {
  test::TemporaryFolder folder;
  File from(folder / "from");
  REQUIRE(::ftruncate(from.number, 20 * MiB) == 0);
  REQUIRE(::pwrite(from.number, "middle", 6, 7 * MiB + 5) == 6);
  REQUIRE(::pwrite(from.number, "last", 4, 19 * MiB) == 4);
  File to(folder / "to");
  REQUIRE(base::copySparse(from.number, to.number) == 0);
  CHECK(test::readFile(folder / "to") == test::readFile(folder / "from"));
  CHECK(base::bytesOnDisk(to.status()) < MiB);

  File empty(folder / "empty"), copy(folder / "copy");
  CHECK(base::copySparse(empty.number, copy.number) == 0);
  CHECK(copy.status().st_size == 0);
}
