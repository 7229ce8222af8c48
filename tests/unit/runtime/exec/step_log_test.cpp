// What is kept of what a step printed.
#include "runtime/exec/step_log.h"

#include "tests/unit/runtime/temporary_folder.h"

#include <fcntl.h>
#include <unistd.h>

using namespace pipec;
using namespace pipec::exec;
using namespace pipec::test;

namespace {

const std::string Value = "hunter2/5f0c+9a?";

SecretValues secretsOf(std::vector<std::string> values) {
  StepOptions options;
  for (std::string& value : values)
    options.secrets.push_back({"TOKEN", std::move(value)});
  return SecretValues(options);
}

class Logs {
public:
  std::string keep(const SecretValues& secrets, llvm::ArrayRef<std::string> pieces,
                   uint64_t kept = sandbox::KeptOutput) {
    StepLog log(*store, kept);
    MaskedLog masked(secrets, log);
    for (const std::string& piece : pieces)
      if (llvm::Error error = piece == "gap" ? masked.leaveOut(1000) : masked.add(piece))
        FAIL(base::describe(std::move(error)).second);
    if (llvm::Error error = masked.finish())
      FAIL(base::describe(std::move(error)).second);
    return *get(store->bytes(get(log.keep())));
  }

  TemporaryFolder folder;
  std::unique_ptr<cas::ContentStore> store = get(cas::openLocalContentStore(folder / "cas"));
};

} // namespace

TEST_CASE_METHOD(Logs, "values are masked wherever the pieces are cut") {
  SecretValues secrets = secretsOf({Value, "2/5f0c", "hunter2/5f0c+9a?and more", "abcdefgh\nijkl"});
  const std::string text = "a " + Value + Value +
                           "b hunter2/\n5f0c+9a?and mo\n\n\nhunter2/5f0c+9a?and "
                           "more 2/5f0c 2/5f0 hunter2/5f0c+9a abcdefghijkl\nend";
  std::string whole = text;
  secrets.mask(whole);
  for (size_t first = 0; first <= text.size(); ++first) {
    REQUIRE(keep(secrets, {text.substr(0, first), text.substr(first)}) == whole);
    REQUIRE(keep(secrets, {text.substr(0, first / 2), text.substr(first / 2, first - first / 2),
                           text.substr(first)}) == whole);
  }
  std::vector<std::string> bytes;
  for (char c : text)
    bytes.emplace_back(1, c);
  CHECK(keep(secrets, bytes) == whole);
}

TEST_CASE_METHOD(Logs, "no part of a value is left at a gap") {
  SecretValues secrets = secretsOf({Value});
  std::string far = "far from the gap, where all of the text is kept" + std::string(200, '.');
  for (size_t cut = 0; cut <= Value.size(); ++cut) {
    std::string kept = keep(secrets, {far + Value.substr(0, cut), "gap", Value.substr(cut) + far});
    INFO(kept);
    CHECK(kept.find("[pipec leaves out ") != std::string::npos);
    CHECK(kept.substr(0, 100) == far.substr(0, 100));
    CHECK(kept.substr(kept.size() - 100) == far.substr(far.size() - 100));
    for (size_t begin = 0; begin + 3 <= Value.size(); ++begin)
      CHECK(kept.find(Value.substr(begin, 3)) == std::string::npos);
  }
}

TEST_CASE_METHOD(Logs, "of a long text both ends are kept, with a line in between") {
  std::string begin(300'000, 'a'), middle(300'000, 'b'), end(300'000, 'c');
  CHECK(keep(SecretValues({}), {begin, middle, end}, 300'000) ==
        begin +
            "\n[pipec leaves out 293 KiB here: it keeps the first and the last 293 KiB of what a "
            "step prints]\n" +
            end);
  CHECK(keep(SecretValues({}), {begin, middle, end}, 450'000) == begin + middle + end);
  CHECK(keep(SecretValues({}), {begin, middle, end}, EverythingKept) == begin + middle + end);
}
