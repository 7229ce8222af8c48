// Statements, rows and transactions.
#include "runtime/db/database.h"

#include "tests/support/digests.h"
#include "tests/unit/runtime/temporary_folder.h"

using namespace pipec;
using namespace pipec::test;

static const db::CacheSchema Schema{
    .application = 77, .version = 1, .sql = "CREATE TABLE t (a, b, c)"};

static db::Database openPlain(const TemporaryFolder& folder) {
  return get(
      db::openCache(folder / "t.db", Schema, [](llvm::StringRef warning) { FAIL(warning.str()); }));
}

TEST_CASE("values come back as they were bound") {
  TemporaryFolder folder;
  auto database = openPlain(folder);
  auto insert = get(database.prepare("INSERT INTO t VALUES (?1, ?2, ?3)"));
  auto select = get(database.prepare("SELECT a, b, c FROM t WHERE rowid = ?1"));
  std::string zeroes("a\0b", 3);
  base::Digest digest = test::sampleDigest(0x0123456789abcdef);

  check(insert.execute(int64_t(-5), llvm::StringRef(zeroes), db::Blob{zeroes}));
  CHECK(database.lastInsertId() == 1);
  CHECK(get(select.first(
      [&](const db::Row& row) {
        CHECK(row.integer(0) == -5);
        CHECK(row.text(1) == zeroes);
        CHECK(row.blob(2) == zeroes);
        CHECK_FALSE(row.digest(2));
      },
      1)));

  check(insert.execute(digest, true, std::nullopt));
  CHECK(get(select.first(
      [&](const db::Row& row) {
        CHECK(row.digest(0) == digest);
        CHECK(row.boolean(1));
        CHECK(row.isNull(2));
        CHECK(row.text(2).empty());
      },
      2)));

  check(insert.execute("", db::Blob{""}, std::optional<int>()));
  CHECK(get(select.first(
      [&](const db::Row& row) {
        CHECK_FALSE(row.isNull(0));
        CHECK_FALSE(row.isNull(1));
        CHECK(row.isNull(2));
      },
      3)));
  CHECK_FALSE(get(select.first([](const db::Row&) { FAIL("no such row"); }, 4)));
}

TEST_CASE("each row is seen once, in order") {
  TemporaryFolder folder;
  auto database = openPlain(folder);
  auto insert = get(database.prepare("INSERT INTO t (a) VALUES (?1)"));
  for (int i = 0; i < 10; ++i)
    check(insert.execute(i));
  auto select = get(database.prepare("SELECT a FROM t WHERE a >= ?1 ORDER BY a"));
  std::vector<int64_t> seen;
  check(select.each([&](const db::Row& row) { seen.push_back(row.integer(0)); }, 7));
  CHECK(seen == std::vector<int64_t>{7, 8, 9});
  auto remove = get(database.prepare("DELETE FROM t WHERE a < ?1"));
  check(remove.execute(4));
  CHECK(database.changes() == 4);
}

static int64_t countOf(db::Database& database) {
  int64_t count = -1;
  auto statement = get(database.prepare("SELECT count(*) FROM t"));
  CHECK(get(statement.first([&](const db::Row& row) { count = row.integer(0); })));
  return count;
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  TemporaryFolder folder;
  auto database = openPlain(folder);
  {
    auto transaction = get(db::Transaction::begin(database));
    check(database.execute("INSERT INTO t VALUES (1, 2, 3)"));
  }
  CHECK(countOf(database) == 0);
  auto transaction = get(db::Transaction::begin(database));
  check(database.execute("INSERT INTO t VALUES (1, 2, 3)"));
  check(transaction.commit());
  CHECK(countOf(database) == 1);
}

TEST_CASE("a statement that failed can be used again") {
  TemporaryFolder folder;
  auto database = openPlain(folder);
  check(database.execute("CREATE UNIQUE INDEX i ON t (a)"));
  auto insert = get(database.prepare("INSERT INTO t (a) VALUES (?1)"));
  check(insert.execute(1));
  auto [category, text] = base::describe(insert.execute(1));
  CHECK(category == base::ErrorCategory::World);
  CHECK(text.find(folder / "t.db") != std::string::npos);
  check(insert.execute(2));
  CHECK(countOf(database) == 2);
}

TEST_CASE("wrong SQL is an error and no crash") {
  TemporaryFolder folder;
  auto database = openPlain(folder);
  CHECK(failureOf(database.prepare("SELECT nonsense FROM nowhere")).find("nowhere") !=
        std::string::npos);
  CHECK_FALSE(database.damaged());
}

TEST_CASE("a statement may outlive its database") {
  TemporaryFolder folder;
  std::optional<db::Database> database = openPlain(folder);
  auto insert = get(database->prepare("INSERT INTO t (a) VALUES (?1)"));
  database.reset();
  check(insert.execute(1));
}

TEST_CASE("a reader's snapshot does not see later writes") {
  TemporaryFolder folder;
  auto reader = openPlain(folder);
  auto writer = openPlain(folder);
  auto snapshot = get(db::Transaction::begin(reader, db::TransactionKind::Read));
  CHECK(countOf(reader) == 0);
  check(writer.execute("INSERT INTO t VALUES (1, 2, 3)"));
  CHECK(countOf(reader) == 0);
  check(snapshot.commit());
  CHECK(countOf(reader) == 1);
}

TEST_CASE("who dies before a commit has done nothing, and who dies after it has done all") {
  TemporaryFolder folder;
  auto database = openPlain(folder);
  db::Moment last = db::Moment::Begin;
  std::vector<db::Moment> seen;
  database.intercept([&](db::Moment moment) {
    seen.push_back(moment);
    return moment == last ? base::worldError("killed") : llvm::Error::success();
  });
  auto write = [&]() -> llvm::Error {
    auto transaction = db::Transaction::begin(database);
    if (!transaction)
      return transaction.takeError();
    auto insert = database.prepare("INSERT INTO t VALUES (1, 2, 3)");
    if (!insert)
      return insert.takeError();
    if (llvm::Error error = insert->execute())
      return error;
    return transaction->commit();
  };
  auto rows = [&] {
    int64_t count = -1;
    auto other = openPlain(folder);
    auto select = get(other.prepare("SELECT count(*) FROM t"));
    CHECK(get(select.first([&](const db::Row& row) { count = row.integer(0); })));
    return count;
  };
  CHECK(failureOf(write()) == "killed");
  CHECK(rows() == 0);
  last = db::Moment::Commit;
  CHECK(failureOf(write()) == "killed");
  CHECK(rows() == 0);
  last = db::Moment::Committed;
  CHECK(failureOf(write()) == "killed");
  CHECK(rows() == 1);
  last = db::Moment::Query;
  check(write());
  CHECK(rows() == 2);
  CHECK(failureOf(get(database.prepare("INSERT INTO t VALUES (1, 2, 3)")).execute()) == "killed");
  CHECK(rows() == 2);
  using enum db::Moment;
  CHECK(seen == std::vector{Begin, Begin, Commit, Begin, Commit, Committed, Begin, Commit,
                            Committed, Query});
}
