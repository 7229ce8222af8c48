// Parameters from the command line.
#include "lowered.h"

using namespace pipec;
using namespace pipec::lower;

static const char* const All = R"(
enum Mode { debug, release }
build b(v: String) -> File { run ["echo", v, out] }
pipeline p(flag: Bool = false, count: Int = 1, name: String = "n", wait: Duration = 1min,
           room: Size = 1GiB, version: Version = "1.0", at: Url = "https://a.dev",
           mode: Mode = Mode.debug, token: Secret = secret("t/default"), maybe: Int? = none,
           run_on: List<Int> = [20, 22]) {
  let x = b("${flag} ${count} ${name} ${wait} ${room} ${version} ${at} ${mode} ${maybe ?? 0} ${run_on.len}")
}
)";

static std::string shown(std::vector<plan::Parameter> given) {
  Lowered lowered(All, {}, std::move(given));
  return lowered.argv("p.x").at(1);
}

static std::string refused(std::vector<plan::Parameter> given) {
  Lowered lowered(All, {}, std::move(given));
  CHECK_FALSE(lowered.succeeded);
  REQUIRE(lowered.allText().size() == 1);
  return lowered.allText()[0];
}

TEST_CASE("each type reads its own form") {
  CHECK(shown({}) == "false 1 n 1min 1GiB 1.0 https://a.dev debug 0 2");
  CHECK(shown({{"flag", "true"},
               {"count", "-1_000"},
               {"name", "${x}"},
               {"wait", "1h30min"},
               {"room", "10MB"},
               {"version", "2.1.0-rc.1"},
               {"at", "ssh://git@b.dev/x"},
               {"mode", "release"},
               {"maybe", "7"},
               {"run-on", "18"},
               {"run_on", "20"},
               {"run-on", "22"}}) ==
        "true -1000 $${x} 1h30min 10MB 2.1.0-rc.1 ssh://git@b.dev/x release 7 3");
}

TEST_CASE("the largest and the smallest Int can be given") {
  CHECK(shown({{"count", "9223372036854775807"}}).substr(0, 25) == "false 9223372036854775807");
  CHECK(shown({{"count", "-9223372036854775808"}}).substr(0, 26) == "false -9223372036854775808");
  CHECK(refused({{"count", "-9223372036854775809"}}).substr(0, 25) == "E0708: --count wants an I");
}

TEST_CASE("E0708: what does not fit") {
  CHECK(refused({{"version", "1.0-a..b"}}).substr(0, 27) == "E0708: --version wants a Ve");
  CHECK(refused({{"count", "four"}}) == "E0708: --count wants an Int, got `four`");
  CHECK(refused({{"flag", "yes"}}) == "E0708: --flag wants a Bool, got `yes`");
  CHECK(refused({{"mode", "fast"}}) == "E0708: --mode wants a Mode, got `fast`");
  CHECK(refused({{"run-on", "x"}}) == "E0708: --run-on wants an Int, got `x`");
  CHECK(refused({{"count", "1"}, {"count", "2"}}) ==
        "E0708: --count is given twice; it is no list");
  CHECK(refused({{"at", "htps://x"}}).substr(0, 30) == "E0708: --at wants a Url, got `");
}

TEST_CASE("no text has a NUL character") {
  CHECK(refused({{"name", std::string("a\0b", 3)}}).substr(0, 25) == "E0708: --name wants a Str");
}

TEST_CASE("an unknown parameter is a usage error with a suggestion") {
  CHECK(refused({{"cuont", "1"}}) ==
        "pipeline `p` has no parameter `cuont`; did you mean `--count`?");
  CHECK(refused({{"elephant", "1"}}) == "pipeline `p` has no parameter `elephant`");
}

TEST_CASE("a parameter without a default must be given") {
  Lowered lowered("build b(v: String) -> File { run [\"echo\", v, out] }\n"
                  "pipeline p(dry_run: String) { let x = b(dry_run) }");
  CHECK_FALSE(lowered.succeeded);
  CHECK(lowered.allText() == Strings{"E0708: pipeline `p` needs --dry-run (String)"});
}

TEST_CASE("an optional parameter that is not given is none") {
  std::string text = "build b(v: Bool) -> File { run [\"echo\", \"${v}\", out] }\n"
                     "pipeline p(tag: String?) { let x = b(tag == none) }";
  CHECK(Lowered(text).argv("p.x").at(1) == "true");
  CHECK(Lowered(text, {}, {{"tag", "a"}}).argv("p.x").at(1) == "false");
}

TEST_CASE("what no command line can give must be given by another pipeline") {
  std::string text = "pipeline q() = p(file(\"a\"))\n"
                     "pipeline p(app: File) { let x = app }";
  CHECK(Lowered(text, {"a"}).allText() ==
        Strings{"E0708: pipeline `p` cannot be started by itself: `app` has no default, "
                "and no command line can give its type, File"});
  CHECK(Lowered(text, {"a"}, {}, "q").ok().nodes.size() == 1);
}

TEST_CASE("the plan has the parameters as a command line would give them") {
  Lowered lowered(All, {}, {{"run-on", "1"}, {"run-on", "2"}, {"token", "a/b"}});
  Strings printed;
  for (const plan::Parameter& parameter : lowered.ok().parameters)
    printed.push_back(parameter.name + "=" + parameter.value);
  CHECK(printed == Strings{"flag=false", "count=1", "name=n", "wait=1min", "room=1GiB",
                           "version=1.0", "at=https://a.dev", "mode=debug", "token=a/b", "run_on=1",
                           "run_on=2"});
}
