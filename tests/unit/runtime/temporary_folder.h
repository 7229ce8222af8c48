// A folder of its own for one test case.
#pragma once

#include "compiler/base/error.h"
#include "compiler/base/file_system.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace pipec::test {

/// Removed at the end, whatever the modes in it.
class TemporaryFolder {
public:
  /// In `$TMPDIR`, else in `place`.
  explicit TemporaryFolder(const std::string& place = "/tmp") {
    const char* parent = std::getenv("TMPDIR");
    path = (parent ? parent : place) + "/pipec-test.XXXXXX";
    REQUIRE(::mkdtemp(path.data()) != nullptr);
  }
  ~TemporaryFolder() { llvm::consumeError(base::removeTree(path)); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string operator/(const std::string& name) const { return path + "/" + name; }

  std::string path;
};

/// The value, or a failed test that shows the error.
template <class Value> Value get(llvm::Expected<Value> expected) {
  if (!expected) {
    std::string message = base::describe(expected.takeError()).second;
    FAIL(message);
  }
  return std::move(*expected);
}

inline void check(llvm::Error error) {
  if (error) {
    std::string message = base::describe(std::move(error)).second;
    FAIL(message);
  }
}

/// The message of what has to fail.
template <class Value> std::string failureOf(llvm::Expected<Value> expected) {
  REQUIRE_FALSE(bool(expected));
  return base::describe(expected.takeError()).second;
}

inline std::string failureOf(llvm::Error error) {
  REQUIRE(bool(error));
  return base::describe(std::move(error)).second;
}

inline void writeFile(const std::string& path, const std::string& content, mode_t mode = 0644) {
  check(base::makeDirectories(path.substr(0, path.rfind('/'))));
  std::ofstream(path, std::ios::binary) << content;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

inline std::string readFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

inline struct stat statusOf(const std::string& path) {
  struct stat status;
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status;
}

inline bool exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

} // namespace pipec::test
