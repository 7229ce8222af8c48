// The machine's file system, and the writes and removals everyone shares.
#include "compiler/base/file_system.h"

#include "compiler/base/error.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace pipec::base;

namespace {

struct Folder {
  std::string path;
  std::unique_ptr<FileSystem> files = makeRealFileSystem();

  Folder() {
    const char* parent = std::getenv("TMPDIR");
    path = std::string(parent ? parent : "/tmp") + "/pipec-test.XXXXXX";
    REQUIRE(::mkdtemp(path.data()) != nullptr);
  }
  ~Folder() { llvm::consumeError(removeTree(path)); }

  std::string at(const std::string& name) const { return path + "/" + name; }
  bool exists(const std::string& name) const {
    struct stat status;
    return ::lstat(at(name).c_str(), &status) == 0;
  }
  std::string read(const std::string& name) {
    auto content = files->read(at(name));
    REQUIRE(bool(content));
    return *content;
  }
  void write(const std::string& name, const std::string& content) {
    succeed(writeFileAtomically(at(name), content));
  }
  static void succeed(llvm::Error error) {
    std::string text = error ? describe(std::move(error)).second : "";
    CHECK(text == "");
  }
  static std::string failure(llvm::Error error) {
    REQUIRE(bool(error));
    auto [category, text] = describe(std::move(error));
    CHECK(category == ErrorCategory::World);
    return text;
  }
  std::optional<FileStatus> status(const std::string& name, bool follow = true) {
    auto status = files->status(at(name), follow);
    REQUIRE(bool(status));
    return *status;
  }
};

} // namespace

TEST_CASE_METHOD(Folder, "a file is read whole") {
  for (size_t size : {0u, 1u, 4095u, 4096u, 4097u, 1'000'003u}) {
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; ++i)
      bytes[i] = static_cast<char>(i * 7);
    write("f", bytes);
    CHECK(read("f") == bytes);
  }
  auto proc = files->read("/proc/self/stat"); // its size is said to be 0
  REQUIRE(bool(proc));
  CHECK(proc->size() > 10);
}

TEST_CASE_METHOD(Folder, "what cannot be read is an error that names it") {
  write("f", "x");
  REQUIRE(::symlink("self", at("self").c_str()) == 0);
  for (std::string name : {"missing", "f/x", "self", ""}) {
    auto content = files->read(at(name));
    CHECK(failure(content.takeError()).find(at(name)) != std::string::npos);
  }
  int fd = ::open(at("huge").c_str(), O_WRONLY | O_CREAT, 0644);
  REQUIRE(::ftruncate(fd, 1l << 40) == 0);
  ::close(fd);
  auto huge = files->read(at("huge"));
  CHECK(failure(huge.takeError()).find("File too large") != std::string::npos);
}

TEST_CASE_METHOD(Folder, "the status says what is there") {
  write("f", "12345");
  REQUIRE(::chmod(at("f").c_str(), 0640) == 0);
  timespec times[2] = {{1, 2}, {1'700'000'000, 123'456'789}};
  REQUIRE(::utimensat(AT_FDCWD, at("f").c_str(), times, 0) == 0);
  REQUIRE(::symlink("f", at("link").c_str()) == 0);
  REQUIRE(::symlink("nowhere", at("dangling").c_str()) == 0);
  REQUIRE(::symlink("self", at("self").c_str()) == 0);
  REQUIRE(::mkfifo(at("pipe").c_str(), 0644) == 0);

  auto f = status("f");
  REQUIRE(f);
  CHECK(f->kind == FileKind::Regular);
  CHECK(f->size == 5);
  CHECK(f->mode == 0640);
  CHECK_FALSE(f->executable);
  CHECK(f->modified == 1'700'000'000'123'456'789);
  CHECK(status("link") == f);
  CHECK(status("link", false)->kind == FileKind::Symlink);
  CHECK(status("")->kind == FileKind::Directory);
  CHECK(status("pipe")->kind == FileKind::Other);
  REQUIRE(::chmod(at("f").c_str(), 0641) == 0);
  CHECK(status("f")->executable);
  for (const char* nothing : {"missing", "f/x", "dangling", "self"})
    CHECK_FALSE(status(nothing));
  CHECK(status("dangling", false));
  CHECK(status("self", false));
}

TEST_CASE_METHOD(Folder, "a folder is listed in order, with kinds") {
  write("d/b", "");
  write("d/B", "");
  write("d/\xc3\xbc", "");
  write("d/sub/x", "");
  write("d/.hidden", "");
  REQUIRE(::symlink("sub", at("d/a").c_str()) == 0);
  auto entries = files->list(at("d"));
  REQUIRE(bool(entries));
  std::vector<std::pair<std::string, FileKind>> found;
  for (const auto& entry : *entries)
    found.emplace_back(entry.name, entry.kind);
  CHECK(found == std::vector<std::pair<std::string, FileKind>>{{".hidden", FileKind::Regular},
                                                               {"B", FileKind::Regular},
                                                               {"a", FileKind::Symlink},
                                                               {"b", FileKind::Regular},
                                                               {"sub", FileKind::Directory},
                                                               {"\xc3\xbc", FileKind::Regular}});
  auto missing = files->list(at("missing"));
  CHECK(failure(missing.takeError()).find(at("missing")) != std::string::npos);
}

TEST_CASE_METHOD(Folder, "links are read to the last byte") {
  for (size_t size : {1u, 255u, 256u, 257u, 4000u}) {
    std::string target(size, 't');
    REQUIRE(::symlink(target.c_str(), at("l" + std::to_string(size)).c_str()) == 0);
    auto found = files->readLink(at("l" + std::to_string(size)));
    REQUIRE(bool(found));
    CHECK(*found == target);
  }
}

TEST_CASE_METHOD(Folder, "writing replaces as a whole") {
  write("a/b/c", "first");
  REQUIRE(::link(at("a/b/c").c_str(), at("second name").c_str()) == 0);
  write("a/b/c", "second");
  CHECK(read("a/b/c") == "second");
  CHECK(read("second name") == "first");
  std::string longName(255, 'n');
  write(longName, "x");
  CHECK(read(longName) == "x");
  succeed(writeFileAtomically(at("synced/f"), "durable", /*durable=*/true));
  CHECK(read("synced/f") == "durable");
  auto entries = files->list(at("a/b"));
  REQUIRE(bool(entries));
  CHECK(entries->size() == 1);
}

TEST_CASE_METHOD(Folder, "a write that fails leaves what was there") {
  write("d/f", "old");
  CHECK(failure(writeFileAtomically(at("d"), "x")).find(at("d")) != std::string::npos);
  CHECK(failure(writeFileAtomically(at("d/f/x"), "x")).find("Not a directory") !=
        std::string::npos);
  CHECK(read("d/f") == "old");
  auto entries = files->list(path);
  REQUIRE(bool(entries));
  CHECK(entries->size() == 1);
}

TEST_CASE_METHOD(Folder, "what killed writers left does not pile up") {
  for (int i = 0; i < 3; ++i) {
    pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      struct rlimit limit = {1000, 1000};
      ::setrlimit(RLIMIT_FSIZE, &limit); // the write beyond it ends the process
      llvm::consumeError(writeFileAtomically(at("f"), std::string(2000, 'x')));
      ::_exit(0);
    }
    int status;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
  }
  auto entries = files->list(path);
  REQUIRE(bool(entries));
  CHECK(entries->size() == 1);
  write("f", "whole");
  CHECK(read("f") == "whole");
  entries = files->list(path);
  REQUIRE(bool(entries));
  CHECK(entries->size() == 1);
}

TEST_CASE_METHOD(Folder, "readers never see a part") {
  std::string a(200'000, 'a'), b(100'000, 'b');
  write("f", a);
  std::atomic<bool> stop = false;
  auto write = [&] {
    for (bool first = false; !stop; first = !first)
      llvm::consumeError(writeFileAtomically(at("f"), first ? a : b));
  };
  std::thread writer(write), another(write);
  bool whole = true;
  for (int i = 0; i < 300; ++i) {
    auto content = files->read(at("f"));
    whole &= content && (*content == a || *content == b);
    if (!content)
      llvm::consumeError(content.takeError());
  }
  stop = true;
  writer.join();
  another.join();
  CHECK(whole);
}

TEST_CASE_METHOD(Folder, "folders are made with their parents") {
  succeed(makeDirectories(at("a/b/c")));
  succeed(makeDirectories(at("a/b/c")));
  succeed(makeDirectories(at("a//b/c/")));
  succeed(makeDirectories("/"));
  succeed(makeDirectories(""));
  CHECK(status("a/b/c")->kind == FileKind::Directory);
  REQUIRE(::symlink("a", at("link").c_str()) == 0);
  succeed(makeDirectories(at("link/b/d")));
  CHECK(exists("a/b/d"));
  write("f", "x");
  CHECK(failure(makeDirectories(at("f"))).find("Not a directory") != std::string::npos);
  CHECK(failure(makeDirectories(at("f/x/y"))).find("Not a directory") != std::string::npos);
}

TEST_CASE_METHOD(Folder, "a tree is removed, whatever its modes, and nothing else") {
  write("keep/f", "precious");
  write("d/sub/f", "x");
  write("d/locked/f", "x");
  write("d/.pipec-remove.0/f", "x");
  REQUIRE(::symlink(at("keep").c_str(), at("d/link").c_str()) == 0);
  REQUIRE(::mkfifo(at("d/pipe").c_str(), 0644) == 0);
  REQUIRE(::chmod(at("d/locked/f").c_str(), 0) == 0);
  REQUIRE(::chmod(at("d/locked").c_str(), 0) == 0);
  REQUIRE(::chmod(at("d/sub").c_str(), 0555) == 0);
  REQUIRE(::chmod(at("d").c_str(), 0) == 0);
  succeed(removeTree(at("d")));
  CHECK_FALSE(exists("d"));
  CHECK(read("keep/f") == "precious");
  succeed(removeTree(at("d")));
  succeed(removeTree(at("keep/f/x")));
  REQUIRE(::symlink("keep", at("link").c_str()) == 0);
  succeed(removeTree(at("link")));
  CHECK_FALSE(exists("link"));
  CHECK(exists("keep/f"));
  succeed(removeTree(at("keep/f")));
  CHECK_FALSE(exists("keep/f"));
}

TEST_CASE_METHOD(Folder, "a tree that is deeper than PATH_MAX and the open files is removed") {
  succeed(makeDirectories(at("deep")));
  int here = ::open(at("deep").c_str(), O_RDONLY | O_DIRECTORY);
  for (int depth = 0; depth < 5000; ++depth) {
    if (depth % 500 == 0)
      ::close(::openat(here, "file", O_WRONLY | O_CREAT, 0644));
    REQUIRE(::mkdirat(here, "folder", 0755) == 0);
    int next = ::openat(here, "folder", O_RDONLY | O_DIRECTORY);
    ::close(here);
    here = next;
  }
  ::close(here);
  rlimit limit, few;
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  few = {200, limit.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  succeed(removeTree(at("deep")));
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK_FALSE(exists("deep"));
}

TEST_CASE_METHOD(Folder, "what cannot be removed is an error that names it") {
  if (::geteuid() == 0) {
    CHECK(failure(removeTree("/proc/self/status")).find("/proc/self/status") != std::string::npos);
    return;
  }
  write("d/f", "x");
  REQUIRE(::chmod(at("d").c_str(), 0555) == 0);
  CHECK(failure(removeTree(at("d/f"))).find(at("d/f")) != std::string::npos);
  REQUIRE(::chmod(at("d").c_str(), 0755) == 0);
}
