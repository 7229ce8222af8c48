// SandboxFixture: a temporary folder, a runner, and steps that are one shell script.
#pragma once

#include "runtime/sandbox/spawn.h"

#include "llvm/ADT/StringRef.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pipec::sandbox {

/// The value, or a failed test with the error's text.
template <class T> T require(llvm::Expected<T> value);
void require(llvm::Error error);

class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string path;

  /// Makes a file and the folders that lead to it; returns its absolute path.
  std::string file(llvm::StringRef name, llvm::StringRef content, unsigned mode = 0644) const;
  std::string folder(llvm::StringRef name) const;
};

/// The whole content, or a failed test.
std::string contentOf(const std::string& path);
bool exists(const std::string& path);

struct Outcome {
  SpawnResult result;
  std::string out;
  std::string err;
};

class SandboxFixture {
public:
  explicit SandboxFixture(SandboxMode mode = SandboxMode::Strict);

  /// A spawn with its folders made and its two log files in `temporary`.
  Spawn spawn(std::vector<std::string> arguments = {"true"});
  /// The same for `sh -c script`.
  Spawn script(llvm::StringRef text);

  Outcome run(const Spawn& spawn);
  Outcome run(StepRoot& root, const Spawn& spawn);
  /// Runs the script and requires that it succeeds; its standard output without the last newline.
  std::string output(llvm::StringRef text, const std::function<void(Spawn&)>& change = {});

  TemporaryFolder temporary;
  std::unique_ptr<SpawnRunner> runner;

private:
  unsigned serial = 0;
};

/// A number that no other process has on its command line, for `sleep`.
std::string uniqueSeconds();
/// How many processes of the whole machine have `text` on their command line.
unsigned processesWith(const std::string& text);
/// Waits until `condition` holds; false after a minute.
bool eventually(const std::function<bool()>& condition);

} // namespace pipec::sandbox

#include <catch2/catch.hpp>

template <class T> T pipec::sandbox::require(llvm::Expected<T> value) {
  if (!value)
    FAIL(llvm::toString(value.takeError()));
  return std::move(*value);
}
