// Deploys, live tests, approvals, and evidence.
#include "lowered.h"

using namespace pipec;
using namespace pipec::lower;

static const char* const Delivery = R"(
evidence Smoked
environment Staging requires Tested { url = "https://staging.dev" }
environment Production requires Tested & Smoked & Approved {
  url = "https://a.dev"
  protected = true
  paths = ["/srv/www"]
  secrets_from = ["prod/*"]
}
build b(d: Dir, n: Int = 0) -> Dir { run ["make", d, "${n}", out] }
test unit(subject app: Dir) proves Tested { run ["unit", app] }
test lint(subject app: Dir with Tested) proves Tested { run ["lint", app] }
deploy put(subject app: Dir, key: Secret) {
  secrets = ["KEY": key]
  run      sh"put ${app} ${to.name} ${to.url} ${release} > ${out}"
  rollback sh"put ${previous}"
  probe    sh"get"
}
test smoke(subject app: Dir, at: Deployment) proves Smoked {
  on_fail = OnFail.rollback
  run ["curl", at.url]
}
approve ship(subject app: Dir with Smoked) proves Approved {
  by = ["group:release"]
  message = "Ship ${app}?"
  timeout = 2d
}
)";

TEST_CASE("a promotion, from test to production") {
  Lowered lowered(std::string(Delivery) + R"(
pipeline p() {
  let app = b(dir("d"))
  stage test { let tested = unit(app) }
  stage staging {
    let staged = put(tested, to = Staging, key = secret("stage/key"))
    let smoked = smoke(tested, at = staged)
  }
  stage production {
    let approved = ship(smoked)
    put(approved, to = Production, key = secret("prod/key"))
  }
}
)",
                  {"d/x"});
  const plan::Plan& plan = lowered.ok();
  CHECK(lowered.labels() == Strings{"p.app/dir", "p.app", "p.test.tested", "p.staging.staged",
                                    "p.staging.smoked", "p.production.approved",
                                    "p.production.put"});
  plan::NodeId app = lowered.id("p.app");

  const plan::Node& staged = lowered.node("p.staging.staged");
  CHECK(staged.isEffect());
  CHECK(staged.action().subject == plan::ArtifactRef{app, 0});
  CHECK(lowered.labelsOf(staged.waits) == Strings{"p.test.tested"});
  CHECK(staged.action().secrets[0].secret == "stage/key");
  const auto& run = std::get<plan::Script>(staged.action().run[0].what);
  Strings values;
  for (const plan::Arg& value : run.values)
    values.push_back(plan::argText(value));
  CHECK(values == Strings{"${in:1}", "Staging", "https://staging.dev", "${release}", "${out:1}"});
  const auto& rollback = std::get<plan::Script>(staged.action().rollback->what);
  CHECK(plan::argText(rollback.values[0]) == "${previous}");
  CHECK(staged.action().probe);

  const plan::ActionSpec& smoked = lowered.action("p.staging.smoked");
  CHECK(smoked.kind == plan::ActionKind::LiveTest);
  CHECK(smoked.deployments == std::vector{lowered.id("p.staging.staged")});
  CHECK(smoked.onFail == plan::OnFail::Rollback);
  CHECK(smoked.proves == std::optional<std::string>("p.pipe:Smoked"));
  CHECK(lowered.argv("p.staging.smoked") == Strings{"curl", "${url:1}"});

  const plan::Node& approved = lowered.node("p.production.approved");
  CHECK(approved.action().gate == "p.pipe:ship");
  CHECK(approved.action().by == Strings{"group:release"});
  CHECK(plan::argText(*approved.action().message) == "Ship ${in:1}?");
  CHECK(lowered.labelsOf(approved.waits) == Strings{"p.staging.smoked"});

  const plan::Node& live = lowered.node("p.production.put");
  CHECK(lowered.labelsOf(live.waits) ==
        Strings{"p.test.tested", "p.staging.smoked", "p.production.approved"});
  REQUIRE(plan.environments.size() == 2);
  const plan::Environment& production = plan.environments[live.action().environmentId];
  CHECK(production.identity() == "p.pipe:Production");
  CHECK(production.isProtected);
  CHECK(production.paths == Strings{"/srv/www"});
  CHECK(production.secretsFrom == Strings{"prod/*"});
  CHECK(production.requiredEvidence == Strings{"Approved", "Tested", "p.pipe:Smoked"});

  CHECK(lowered.binding("p.production.put").effect);
  CHECK_FALSE(lowered.binding("p.test.tested").effect);
}

TEST_CASE("proofs are waited for where a type asks, and nowhere else") {
  Lowered lowered(std::string(Delivery) + R"(
pipeline p() {
  let app = b(dir("d"))
  let tested = unit(app)
  let linted = lint(tested)
  let more = b(tested)
}
)",
                  {"d/x"});
  CHECK(lowered.labelsOf(lowered.node("p.linted").waits) == Strings{"p.tested"});
  CHECK(lowered.node("p.more").waits.empty());
  CHECK(lowered.node("p.tested").waits.empty());
}

TEST_CASE("equal calls unite what they wait for, and never wait for what needs them") {
  Lowered lowered(std::string(Delivery) + R"(
test other(subject app: Dir, extra: Dir) proves Tested { run ["other", app, extra] }
build pack(app: Dir with Tested) -> Dir { run ["pack", app, out] }
pipeline p() {
  let app = b(dir("d"))
  let one = unit(app)
  let two = other(app, extra = dir("d"))
  let x = pack(one)
  let y = pack(two)
  let late = other(app, extra = x)
  let z = pack(late)
}
)",
                  {"d/x"});
  CHECK(lowered.binding("p.x").artifact == lowered.binding("p.y").artifact);
  CHECK(lowered.binding("p.x").artifact == lowered.binding("p.z").artifact);
  CHECK(lowered.labelsOf(lowered.node("p.x").waits) == Strings{"p.one", "p.two"});
}

TEST_CASE("E0606: a check of another deployment's artifact") {
  Lowered lowered(std::string(Delivery) + R"(
pipeline p() {
  let app = unit(b(dir("d")))
  let other = unit(b(dir("d"), n = 1))
  stage staging {
    let staged = put(app, to = Staging, key = secret("k"))
    smoke(other, at = staged)
  }
}
)",
                  {"d/x"});
  CHECK_FALSE(lowered.succeeded);
  CHECK(lowered.allText().back() == "E0606: `staged` was not deployed from `other`");
}

TEST_CASE("E0610: two deploys to one environment, but equal calls are one deploy") {
  std::string head = std::string(Delivery) +
                     "pipeline p() { let app = unit(b(dir(\"d\")))\n"
                     "stage s { put(app, to = Staging, key = secret(\"k\"))\n";
  Lowered same(head + "let live = put(app, to = Staging, key = secret(\"k\")) } }", {"d/x"});
  CHECK(same.node("p.s.put").aliases == Strings{"p.s.live"});

  Lowered two(head + "put(app, to = Staging, key = secret(\"other\")) } }", {"d/x"});
  CHECK_FALSE(two.succeeded);
  CHECK(two.allText().back() == "E0610: a plan deploys at most once to an environment, and "
                                "`Staging` already has a deploy");
}

TEST_CASE("E0609: evidence about different artifacts, and about none") {
  auto message = [](const std::string& list) {
    Lowered lowered(std::string(Delivery) +
                        "pipeline p() { let web = b(dir(\"d\"))\n"
                        "let cli = b(dir(\"d\"), n = 1)\n"
                        "let x = all(" +
                        list + ") }",
                    {"d/x"});
    CHECK_FALSE(lowered.succeeded);
    return lowered.allText().back();
  };
  CHECK(message("[unit(web), unit(cli)]") ==
        "E0609: `all` merges evidence about one artifact; these are about different ones "
        "(`p.web`, `p.cli`)");
  CHECK(message("[for x in [web] if false => unit(x)]") ==
        "E0609: `all` has nothing to merge: the list is empty");
}

TEST_CASE("projections make other content, which has no proofs") {
  Lowered lowered(std::string(Delivery) + R"(
pipeline p() {
  let tested = unit(b(dir("d")))
  let part = tested.sub("x")
  out part = part
  out whole = tested
}
)",
                  {"d/x"});
  REQUIRE(lowered.ok().keptOutputs.size() == 2);
  CHECK(lowered.plan.keptOutputs[0].waits.empty());
  CHECK(lowered.labelsOf(lowered.plan.keptOutputs[1].waits) == Strings{"p.tested"});
}

TEST_CASE("`previous` is a path, not content") {
  Lowered lowered(R"(
environment E {}
deploy d(subject app: Dir) {
  run sh"put ${app}"
  rollback sh"put ${previous.sub("x")}"
}
pipeline p() { stage s { d(dir("d"), to = E) } }
)",
                  {"d/x"});
  CHECK_FALSE(lowered.succeeded);
  CHECK(lowered.allText().back().substr(0, 6) == "E0205:");
}
