// The two policies: caches are discarded, state is migrated and never touched otherwise.
#include "runtime/db/database.h"

#include "tests/unit/runtime/temporary_folder.h"

#include "llvm/Support/raw_ostream.h"

#include <sys/wait.h>
#include <thread>

using namespace pipec;
using namespace pipec::test;

namespace {

struct Cache {
  TemporaryFolder folder;
  std::string path = folder / "sub/c.db";
  std::vector<std::string> warnings;
  db::CacheSchema schema{.application = 0x70697065,
                         .version = 3,
                         .sql = "CREATE TABLE t (a)",
                         .busyTimeout = std::chrono::milliseconds(200)};

  llvm::Expected<db::Database> tryOpen() {
    return db::openCache(path, schema,
                         [&](llvm::StringRef warning) { warnings.push_back(warning.str()); });
  }
  db::Database open() { return get(tryOpen()); }
};

int64_t countOf(db::Database& database) {
  int64_t count = -1;
  auto statement = get(database.prepare("SELECT count(*) FROM t"));
  CHECK(get(statement.first([&](const db::Row& row) { count = row.integer(0); })));
  return count;
}

int64_t pragma(db::Database& database, const std::string& name) {
  int64_t value = -1;
  auto statement = get(database.prepare("PRAGMA " + name));
  CHECK(get(statement.first([&](const db::Row& row) { value = row.integer(0); })));
  return value;
}

void overwrite(const std::string& path, size_t at, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  REQUIRE(file.seekp(static_cast<std::streamoff>(at)));
  REQUIRE(file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())));
}

} // namespace

TEST_CASE_METHOD(Cache, "a cache keeps what was written") {
  {
    auto database = open();
    check(database.execute("INSERT INTO t VALUES (1)"));
    CHECK(pragma(database, "synchronous") == 1);
  }
  auto database = open();
  CHECK(countOf(database) == 1);
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Cache, "a cache of another version or kind is made anew, once") {
  {
    auto database = open();
    check(database.execute("INSERT INTO t VALUES (1)"));
  }
  SECTION("older") {
    schema.version = 4;
  }
  SECTION("newer") {
    schema.version = 2;
  }
  SECTION("another kind") {
    schema.application = 5;
  }
  {
    auto database = open();
    CHECK(countOf(database) == 0);
    CHECK(pragma(database, "user_version") == schema.version);
    CHECK(warnings.size() == 1);
    check(database.execute("INSERT INTO t VALUES (1)"));
  }
  auto database = open();
  CHECK(countOf(database) == 1);
  CHECK(warnings.size() == 1);
}

TEST_CASE_METHOD(Cache, "a cache that is no database is made anew, once") {
  {
    auto database = open();
    for (int i = 0; i < 2000; ++i)
      check(
          database.execute("INSERT INTO t VALUES ('some text that fills the pages of the file')"));
  }
  size_t size = static_cast<size_t>(statusOf(path).st_size);
  bool warns = true;
  SECTION("garbage") {
    writeFile(path, "this is not a database, whatever its name says");
  }
  SECTION("longer garbage") {
    writeFile(path, std::string(100'000, '\x5a'));
  }
  SECTION("random header") {
    overwrite(path, 0, "garbage!");
  }
  SECTION("cut in the header") {
    REQUIRE(::truncate(path.c_str(), 50) == 0);
  }
  SECTION("cut to one page") {
    REQUIRE(::truncate(path.c_str(), 4096) == 0);
  }
  SECTION("cut in a page") {
    REQUIRE(::truncate(path.c_str(), long(size / 2 + 100)) == 0);
  }
  SECTION("garbage and stale side files") {
    writeFile(path, std::string(20'000, 'x'));
    writeFile(path + "-wal", std::string(5'000, 'y'));
    writeFile(path + "-shm", std::string(5'000, 'z'));
  }
  SECTION("empty") {
    writeFile(path, "");
    warns = false; // nothing is lost that was not lost before
  }
  for (int round = 0; round < 2; ++round) {
    auto database = open();
    CHECK(countOf(database) == round);
    CHECK(warnings.size() == (warns ? 1 : 0));
    check(database.execute("INSERT INTO t VALUES (1)"));
  }
}

/// What a file may have besides what pipec makes.
static const std::vector<const char*> Additions = {
    "CREATE VIEW v AS WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x FROM c) SELECT x FROM c",
    "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END",
    "CREATE TABLE u (x)",
    "CREATE INDEX i ON t (abs(a))",
    "ALTER TABLE t ADD COLUMN c GENERATED ALWAYS AS (abs(a))",
    "DROP TABLE t; CREATE VIEW t AS SELECT 1 AS a",
};

TEST_CASE_METHOD(Cache, "a cache with other tables than pipec makes is made anew, once") {
  const char* addition = GENERATE(from_range(Additions));
  INFO(addition);
  {
    auto database = open();
    check(database.execute(addition));
  }
  CHECK_FALSE(get(db::openCacheForReading(path, schema)));
  for (int round = 0; round < 2; ++round) {
    auto database = open();
    CHECK(countOf(database) == 0);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("other tables") != std::string::npos);
  }
}

TEST_CASE_METHOD(Cache, "a database, its log and its lock are reached over no link") {
  TemporaryFolder elsewhere;
  writeFile(elsewhere / "file", "mine");
  check(base::makeDirectories(folder / "sub"));
  std::string place, target = elsewhere / "file";
  SECTION("the file") {
    place = path;
  }
  SECTION("the log") {
    place = path + "-wal";
  }
  SECTION("the log's index") {
    place = path + "-shm";
  }
  SECTION("the lock") {
    place = path + ".lock";
  }
  SECTION("the folder") {
    place = folder / "sub";
    target = elsewhere.path;
    REQUIRE(::rmdir(place.c_str()) == 0);
  }
  REQUIRE(::symlink(target.c_str(), place.c_str()) == 0);
  // SQLite may remove a link in the place of a side file, which is as good as an error.
  auto opened = tryOpen();
  if (!opened)
    llvm::consumeError(opened.takeError());
  else
    CHECK_FALSE(S_ISLNK(statusOf(path).st_mode));
  CHECK((!opened || place == path + "-wal" || place == path + "-shm"));
  CHECK(readFile(elsewhere / "file") == "mine");
  CHECK_FALSE(exists(elsewhere / "c.db"));
  CHECK_FALSE(exists(elsewhere / "c.db.lock"));
}

TEST_CASE_METHOD(Cache, "a statement that does not end is ended") {
  auto database = open();
  database.boundQuestions(3);
  auto endless = get(database.prepare("WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 "
                                      "FROM c) SELECT count(*) FROM c"));
  for (int round = 0; round < 2; ++round)
    CHECK(failureOf(endless.execute()).find("did not end") != std::string::npos);
  CHECK(countOf(database) == 0); // the next one may take its time again
}

TEST_CASE_METHOD(Cache, "what a database has may be read by its owner alone") {
  mode_t mask = GENERATE(0, 022, 077);
  mode_t before = ::umask(mask);
  auto database = open();
  check(database.execute("INSERT INTO t VALUES (1)"));
  ::umask(before);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"})
    CHECK((statusOf(path + suffix).st_mode & 0777) == 0600);
  CHECK((statusOf(folder / "sub").st_mode & 0777) == 0700);
}

TEST_CASE_METHOD(Cache, "damage that shows later is repaired by opening anew") {
  {
    auto database = open();
    for (int i = 0; i < 5000; ++i)
      check(
          database.execute("INSERT INTO t VALUES ('some text that fills the pages of the file')"));
  }
  overwrite(path, 8192, std::string(8192, '\xff'));
  auto database = open();
  CHECK(warnings.empty());
  auto select = get(database.prepare("SELECT a FROM t"));
  failureOf(select.each([](const db::Row&) {}));
  REQUIRE(database.damaged());

  auto other = open();
  { db::Statement gone = std::move(select); }
  // The other connection still holds the file: it is not removed under it.
  llvm::Expected<db::Database> refused = db::reopenCache(
      std::move(database), schema, [&](llvm::StringRef w) { warnings.push_back(w.str()); });
  CHECK(failureOf(std::move(refused)).find("using it") != std::string::npos);
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Cache, "two that see the damage rebuild once") {
  {
    auto database = open();
    for (int i = 0; i < 5000; ++i)
      check(
          database.execute("INSERT INTO t VALUES ('some text that fills the pages of the file')"));
  }
  overwrite(path, 8192, std::string(8192, '\xff'));
  auto warn = [&](llvm::StringRef warning) { warnings.push_back(warning.str()); };
  auto first = open();
  auto second = open();
  schema.busyTimeout = std::chrono::seconds(20);
  for (db::Database* database : {&first, &second}) {
    auto select = get(database->prepare("SELECT a FROM t"));
    failureOf(select.each([](const db::Row&) {}));
  }
  // The second one gives its lock up while it waits, which lets the first one in.
  std::optional<db::Database> renewed;
  std::thread other(
      [&] { renewed = get(db::reopenCache(std::move(second), schema, [](auto) {})); });
  auto mine = get(db::reopenCache(std::move(first), schema, warn));
  other.join();
  CHECK(countOf(mine) == 0);
  check(mine.execute("INSERT INTO t VALUES (1)"));
  CHECK(countOf(*renewed) == 1);
}

TEST_CASE_METHOD(Cache, "a cache in use is not discarded by another version") {
  auto database = open();
  schema.version = 9;
  CHECK(failureOf(tryOpen()).find("another pipec is using it") != std::string::npos);
  CHECK(warnings.empty());
  check(database.execute("INSERT INTO t VALUES (1)"));
  CHECK(countOf(database) == 1);
}

TEST_CASE_METHOD(Cache, "a cache that cannot be made is an error that names it") {
  SECTION("a file where its folder should be") {
    writeFile(folder / "sub", "in the way");
  }
  SECTION("a folder where it should be") {
    check(base::makeDirectories(path + "/x"));
  }
  CHECK(failureOf(tryOpen()).find(folder / "sub") != std::string::npos);
}

TEST_CASE_METHOD(Cache, "many processes make one cache at the same time") {
  std::vector<pid_t> children;
  schema.busyTimeout = std::chrono::seconds(30);
  bool garbage = GENERATE(false, true);
  if (garbage)
    writeFile(path, std::string(50'000, 'g'));
  for (int child = 0; child < 6; ++child) {
    pid_t pid = ::fork();
    if (pid == 0) {
      auto database = tryOpen();
      bool good = bool(database) && !database->execute("INSERT INTO t VALUES (1)");
      ::_exit(good ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (pid_t pid : children) {
    int status = -1;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  auto database = open();
  CHECK(countOf(database) == 6);
}

// --- State -------------------------------------------------------------------------------------

namespace {

struct State {
  TemporaryFolder folder;
  std::string path = folder / "state.db";
  std::vector<llvm::StringRef> migrations{
      "CREATE TABLE t (a); INSERT INTO t VALUES ('from version 1')",
      "ALTER TABLE t ADD COLUMN b DEFAULT 'from version 2'",
  };
  db::StateSchema schema() const {
    return {.application = 0x70697073,
            .migrations = migrations,
            .name = "the deploy state",
            .busyTimeout = std::chrono::milliseconds(200)};
  }
  db::Database open() { return get(db::openState(path, schema())); }
};

std::string textOf(db::Database& database, const std::string& sql) {
  std::string text;
  auto statement = get(database.prepare(sql));
  CHECK(get(statement.first([&](const db::Row& row) { text = row.text(0).str(); })));
  return text;
}

} // namespace

TEST_CASE_METHOD(State, "state is made, and migrated from every version") {
  std::vector<llvm::StringRef> all = migrations;
  size_t from = GENERATE(0u, 1u, 2u);
  if (from != 0) {
    migrations.resize(from);
    auto database = open();
    check(database.execute("UPDATE t SET a = 'kept'"));
  }
  migrations = all;
  auto database = open();
  CHECK(textOf(database, "SELECT a FROM t") == (from ? "kept" : "from version 1"));
  CHECK(textOf(database, "SELECT b FROM t") == "from version 2");
  CHECK(pragma(database, "user_version") == 2);
  CHECK(pragma(database, "synchronous") == 2);
  CHECK(pragma(database, "foreign_keys") == 1);
}

TEST_CASE_METHOD(State, "many processes make one state at the same time") {
  std::vector<pid_t> children;
  for (int child = 0; child < 6; ++child) {
    pid_t pid = ::fork();
    if (pid == 0) {
      db::StateSchema patient = schema();
      patient.busyTimeout = std::chrono::seconds(30);
      auto database = db::openState(path, patient);
      llvm::Error error =
          database ? database->execute("INSERT INTO t (a) VALUES (1)") : database.takeError();
      bool failed = bool(error);
      if (failed)
        llvm::errs() << base::describe(std::move(error)).second << '\n';
      ::_exit(failed ? 1 : 0);
    }
    children.push_back(pid);
  }
  for (pid_t pid : children) {
    int status = -1;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  auto database = open();
  CHECK(countOf(database) == 7);
}

TEST_CASE_METHOD(State, "a migration that fails changes nothing") {
  { auto database = open(); }
  migrations.push_back("CREATE TABLE u (x); INSERT INTO nowhere VALUES (1)");
  std::string message = failureOf(db::openState(path, schema()));
  CHECK(message.find(path) != std::string::npos);
  CHECK(message.find("nothing was changed") != std::string::npos);
  migrations.pop_back();
  auto database = open();
  CHECK(textOf(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'u'") == "0");
  CHECK(pragma(database, "user_version") == 2);
}

TEST_CASE_METHOD(State, "state that pipec cannot read is an error, and stays byte for byte") {
  bool reading = GENERATE(false, true);
  std::string wanted = path;
  SECTION("garbage") {
    writeFile(path, "precious, although it is no database");
  }
  SECTION("cut short") {
    {
      auto database = open();
      for (int i = 0; i < 1000; ++i)
        check(database.execute("INSERT INTO t (a) VALUES ('some text to fill a few pages')"));
    }
    REQUIRE(::truncate(path.c_str(), 6000) == 0);
  }
  SECTION("newer") {
    { auto database = open(); }
    migrations.pop_back();
    wanted = "newer pipec";
  }
  SECTION("of something else") {
    auto database = open();
    check(database.execute("PRAGMA application_id = 4711"));
    wanted = "not the deploy state";
  }
  std::string before = readFile(path);
  std::string message = reading ? failureOf(db::openStateForReading(path, schema()))
                                : failureOf(db::openState(path, schema()));
  CHECK(message.find(wanted) != std::string::npos);
  CHECK(message.find(path) != std::string::npos);
  CHECK(readFile(path) == before);
}

TEST_CASE_METHOD(State, "state with other tables than pipec makes is refused, and stays as it is") {
  const char* addition = GENERATE(from_range(Additions));
  INFO(addition);
  bool reading = GENERATE(false, true);
  {
    auto database = open();
    check(database.execute(addition));
  }
  std::string before = readFile(path);
  std::string message = reading ? failureOf(db::openStateForReading(path, schema()))
                                : failureOf(db::openState(path, schema()));
  CHECK(message.find("other tables, views or triggers") != std::string::npos);
  CHECK(message.find(path) != std::string::npos);
  CHECK(readFile(path) == before);
}

TEST_CASE_METHOD(State, "reading makes and changes nothing") {
  CHECK_FALSE(get(db::openStateForReading(path, schema())));
  CHECK_FALSE(exists(path));
  auto all = migrations;
  migrations.resize(1);
  { auto database = open(); }
  std::string before = readFile(path);
  migrations = all;
  {
    auto database = get(db::openStateForReading(path, schema()));
    REQUIRE(database);
    CHECK(textOf(*database, "SELECT b FROM t") == "from version 2");
    failureOf(database->execute("INSERT INTO t (a) VALUES (1)"));
  }
  CHECK(readFile(path) == before);
  CHECK_FALSE(exists(path + "-wal"));
}

TEST_CASE_METHOD(State, "reading works where nothing can be written") {
  { auto database = open(); }
  REQUIRE(::chmod(path.c_str(), 0444) == 0);
  REQUIRE(::chmod(folder.path.c_str(), 0555) == 0);
  auto database = get(db::openStateForReading(path, schema()));
  REQUIRE(database);
  CHECK(textOf(*database, "SELECT a FROM t") == "from version 1");
  REQUIRE(::chmod(folder.path.c_str(), 0755) == 0);
}

TEST_CASE_METHOD(State, "reading sees what another connection has just committed") {
  auto writer = open();
  check(writer.execute("UPDATE t SET a = 'just now'"));
  auto reader = get(db::openStateForReading(path, schema()));
  REQUIRE(reader);
  CHECK(textOf(*reader, "SELECT a FROM t") == "just now");
}

TEST_CASE_METHOD(State, "a lock of another is waited for, and then an error") {
  auto first = open();
  auto second = open();
  auto transaction = get(db::Transaction::begin(first));
  auto refused = db::Transaction::begin(second);
  CHECK(failureOf(std::move(refused)).find("locked") != std::string::npos);
}
