// Reports in the store.
#include "runtime/test_report/report_folder.h"

#include "tests/unit/runtime/temporary_folder.h"

using namespace pipec;
using namespace pipec::test;
using namespace pipec::test_report;
using Catch::Contains;

TEST_CASE("all XML files of a report are read, and a broken one is a problem with its name") {
  TemporaryFolder folder;
  std::string report = folder / "report";
  auto write = [&](const std::string& path, const std::string& text) {
    check(base::makeDirectories(report + "/deep"));
    check(base::writeFileAtomically(report + "/" + path, text));
  };
  write("TEST-a.xml", "<testsuite name='a'><testcase name='one'/></testsuite>");
  write("deep/b.XML", "<testsuite name='b'><testcase name='two'/></testsuite>");
  write("coverage.xml", "<coverage/>");
  write("notes.txt", "<testsuite><testcase name='no'/></testsuite>");
  write("torn.xml", "<testsuite name='t'><testcase name='three'/>");
  REQUIRE(::symlink("TEST-a.xml", (report + "/link.xml").c_str()) == 0);
  auto store = get(cas::openLocalContentStore(folder / "cas"));
  cas::Content content = get(store->putPath(report));

  auto read = get(readReportFolder(*store, content));
  REQUIRE(read);
  std::vector<std::string> names;
  for (const TestCase& test : read->cases)
    names.push_back(test.suite + ":" + test.name);
  CHECK(names == std::vector<std::string>{"a:one", "b:two", "t:three"});
  REQUIRE(read->problems.size() == 1);
  CHECK_THAT(read->problems[0], Contains("`torn.xml`: line 1"));

  CHECK_FALSE(get(readReportFolder(*store, {cas::EntryKind::Directory, base::digestOf("none")})));
}
