// What changes a key and what does not.
#include "compiler/plan/action_key.h"

#include <catch2/catch.hpp>

#include <functional>
#include <set>

using namespace pipec;
using namespace pipec::plan;

static Arg text(std::string value) {
  return {{HoleKind::Text, std::move(value), 0}};
}
static Piece hole(HoleKind kind, uint32_t index = 0) {
  return {kind, "", index};
}
static ContentKey content(llvm::StringRef bytes, char kind = 'f') {
  return {kind, base::digestOf(bytes), "note"};
}

namespace {
struct Subject {
  ActionSpec spec;
  KeyContext context;
  base::Digest key() const { return computeActionKey(spec, context); }
};
} // namespace

static Subject compile() {
  Subject subject;
  subject.spec.kind = ActionKind::Build;
  ArgumentVector argv;
  argv.arguments = {
      text("cc"), text("-c"), {hole(HoleKind::InputPath)}, {hole(HoleKind::OutputPath)}};
  subject.spec.run.push_back({argv, {"a.pipe", 3, 5}});
  subject.spec.run.push_back({Script{{text("v")}, "echo \"${__1}\""}, {"a.pipe", 4, 5}});
  subject.spec.environment = {{"A", text("1")}, {"B", text("2")}};
  subject.spec.inputs = {{{NodeId{0}, 0}, ArtifactType::File, "main.c", false}};
  subject.spec.outputs = {{"out", "main.o", ArtifactType::File}};
  subject.context.inputs = {content("int main;")};
  subject.context.isolation = "full";
  subject.context.root = base::digestOf("root");
  subject.context.tools = {{"cc", base::digestOf("cc")}};
  return subject;
}

using Change = std::function<void(Subject&)>;

TEST_CASE("what no key has changes no key") {
  std::vector<std::pair<std::string, Change>> changes = {
      {"location",
       [](Subject& s) {
         s.spec.run[0].location = {"b.pipe", 99, 1};
       }},
      {"note", [](Subject& s) { s.context.inputs[0].note = "src/other.c"; }},
      {"node of an input", [](Subject& s) { s.spec.inputs[0].artifact.node = NodeId{7}; }},
      {"timeout", [](Subject& s) { s.spec.timeout = std::chrono::seconds(5); }},
      {"cpu", [](Subject& s) { s.spec.cpus = 8; }},
      {"memory", [](Subject& s) { s.spec.memory = 1; }},
      {"disk", [](Subject& s) { s.spec.disk = 1; }},
      {"retries", [](Subject& s) { s.spec.retries = 3; }},
      {"on_fail", [](Subject& s) { s.spec.onFail = OnFail::Warn; }},
      {"evidence", [](Subject& s) { s.spec.proves = "Tested"; }},
      {"resolve",
       [](Subject& s) {
         s.spec.resolve = Command{Script{{}, "date"}, {}};
       }},
  };
  base::Digest before = compile().key();
  for (auto& [name, change] : changes) {
    INFO(name);
    Subject changed = compile();
    change(changed);
    CHECK(changed.key() == before);
  }
}

TEST_CASE("every keyed field changes the key, each in its own way") {
  auto argv = [](Subject& s) -> std::vector<Arg>& {
    return std::get<ArgumentVector>(s.spec.run[0].what).arguments;
  };
  auto script = [](Subject& s) -> Script& { return std::get<Script>(s.spec.run[1].what); };
  std::vector<std::pair<std::string, Change>> changes = {
      {"kind", [](Subject& s) { s.spec.kind = ActionKind::Test; }},
      {"live", [](Subject& s) { s.spec.kind = ActionKind::LiveTest; }},
      {"argument", [&](Subject& s) { argv(s)[1] = text("-C"); }},
      {"argument added", [&](Subject& s) { argv(s).push_back(text("")); }},
      {"argument order", [&](Subject& s) { std::swap(argv(s)[0], argv(s)[1]); }},
      {"hole for text", [&](Subject& s) { argv(s)[2] = text("${in:1}"); }},
      {"hole's kind", [&](Subject& s) { argv(s)[2] = {hole(HoleKind::InputText)}; }},
      {"script", [&](Subject& s) { script(s).body += " "; }},
      {"script's value", [&](Subject& s) { script(s).values[0] = text("w"); }},
      {"vector for script", [](Subject& s) { s.spec.run[1].what = ArgumentVector{{text("v")}}; }},
      {"order of commands", [](Subject& s) { std::swap(s.spec.run[0], s.spec.run[1]); }},
      {"variable", [](Subject& s) { s.spec.environment[0].value = text("3"); }},
      {"variable's name", [](Subject& s) { s.spec.environment[0].name = "AA"; }},
      {"shell",
       [](Subject& s) {
         s.spec.shell = {"bash", "-c"};
       }},
      {"platform", [](Subject& s) { s.spec.platform = "linux_arm64"; }},
      {"input's content", [](Subject& s) { s.context.inputs[0] = content("other"); }},
      {"executable bit", [](Subject& s) { s.context.inputs[0].kind = 'x'; }},
      {"input's name", [](Subject& s) { s.spec.inputs[0].baseName = "main.cc"; }},
      {"pool", [](Subject& s) { s.spec.inputs[0].pool = true; }},
      {"work", [](Subject& s) { s.context.work = content("w", 'd'); }},
      {"image", [](Subject& s) { s.context.image = content("w", 'd'); }},
      {"subject", [](Subject& s) { s.context.subject = content("w", 'd'); }},
      {"output's file", [](Subject& s) { s.spec.outputs[0].fileName = "x.o"; }},
      {"output's type", [](Subject& s) { s.spec.outputs[0].type = ArtifactType::Dir; }},
      {"depfile", [](Subject& s) { s.spec.depfile = "x.d"; }},
      {"digest", [](Subject& s) { s.spec.digest = "sha256:00"; }},
      {"path", [](Subject& s) { s.spec.paths = {"/srv"}; }},
      {"secret",
       [](Subject& s) {
         s.spec.secrets = {{"T", "npm/read"}};
       }},
      {"secret file",
       [](Subject& s) {
         s.spec.secretFiles = {{"T", "npm/read"}};
       }},
      {"nested namespaces", [](Subject& s) { s.spec.nestedNamespaces = true; }},
      {"isolation", [](Subject& s) { s.context.isolation = "scratch"; }},
      {"root", [](Subject& s) { s.context.root = base::digestOf("apt upgrade"); }},
      {"no root", [](Subject& s) { s.context.root.reset(); }},
      {"tool", [](Subject& s) { s.context.tools[0].second = base::digestOf("cc 2"); }},
      {"source", [](Subject& s) { s.spec.kind = ActionKind::Source; }},
      {"network variable",
       [](Subject& s) {
         s.spec.kind = ActionKind::Source;
         s.context.network = {{"PIP_INDEX_URL", base::digestOf("https://a.example")}};
       }},
      {"network variable's value",
       [](Subject& s) {
         s.spec.kind = ActionKind::Source;
         s.context.network = {{"PIP_INDEX_URL", base::digestOf("https://b.example")}};
       }},
      {"network variable's name",
       [](Subject& s) {
         s.spec.kind = ActionKind::Source;
         s.context.network = {{"npm_config_registry", base::digestOf("https://b.example")}};
       }},
      {"deployment", [](Subject& s) { s.context.deployments = {"a.pipe:Production@3"}; }},
  };
  std::set<std::string> keys = {compile().key().hex()};
  for (auto& [name, change] : changes) {
    INFO(name);
    Subject changed = compile();
    change(changed);
    CHECK(keys.insert(changed.key().hex()).second);
  }
}

TEST_CASE("lists and texts cannot be taken for one another") {
  auto keyOf = [](std::vector<Arg> arguments) {
    Subject subject = compile();
    subject.spec.run = {{ArgumentVector{std::move(arguments)}, {}}};
    return subject.key();
  };
  CHECK(keyOf({text("ab")}) != keyOf({text("a"), text("b")}));
  CHECK(keyOf({text("a b")}) != keyOf({text("a"), text("b")}));
  CHECK(keyOf({text("a"), {}}) != keyOf({{}, text("a")}));
  CHECK(keyOf({{{HoleKind::Text, "$", 0}, hole(HoleKind::ReportPath)}}) !=
        keyOf({text("$${report}")}));
  CHECK(keyOf({text("x\narg[1]=y")}) != keyOf({text("x"), text("y")}));

  Subject two = compile(), one = compile();
  one.spec.shell = {"sh -c"};
  two.spec.shell = {"sh", "-c"};
  CHECK(one.key() != two.key());
}

TEST_CASE("a pool counts by its names and by what was read of it") {
  Subject unread = compile();
  unread.spec.inputs[0].pool = true;
  std::set<std::string> keys = {unread.key().hex()};
  auto isNew = [&](const Subject& subject) { return keys.insert(subject.key().hex()).second; };

  Subject input = unread;
  input.spec.inputs[0].pool = false;
  CHECK(isNew(input));
  Subject names = unread;
  names.context.inputs[0] = content("one more", 'd');
  CHECK(isNew(names));
  Subject read = unread;
  read.context.reads = {{0, "a.h", content("1")}};
  CHECK(isNew(read));
  read.context.reads[0].content.note = "include/a.h";
  CHECK_FALSE(isNew(read));
  read.context.reads[0].content = content("2");
  CHECK(isNew(read));
  read.context.reads[0].path = "b.h";
  CHECK(isNew(read));
  read.context.reads[0].path = "";
  CHECK(isNew(read));
  read.context.reads.push_back({0, "a.h", content("1")});
  CHECK(isNew(read));
}

TEST_CASE("a source is known by its identity, and its question by resolve") {
  Subject main = compile(), next = compile();
  main.spec.kind = next.spec.kind = ActionKind::Source;
  main.spec.resolve = Command{Script{{}, "git ls-remote main"}, {}};
  next.spec.resolve = Command{Script{{}, "git ls-remote next"}, {}};
  CHECK(main.key() == next.key());
  CHECK(computeQuestionKey(main.spec, main.context) != computeQuestionKey(next.spec, next.context));
  next.context.identity = "4f2a";
  CHECK(main.key() != next.key());
}

TEST_CASE("a question is what resolve depends on, and not run, names or the machine") {
  Subject asked = compile();
  asked.spec.kind = ActionKind::Source;
  asked.spec.resolve = Command{Script{{{{HoleKind::InputText, "", 0}}}, "ask ${__1}"}, {}};
  asked.context.inputs[0] = content("list");
  base::Digest question = computeQuestionKey(asked.spec, asked.context);
  auto isAsked = [&](const Subject& other) {
    return computeQuestionKey(other.spec, other.context) == question;
  };

  Subject other = asked;
  other.spec.run = {Command{Script{{}, "something else"}, {}}};
  other.spec.outputs[0].fileName = "elsewhere";
  other.spec.inputs.push_back(other.spec.inputs[0]);
  other.context.inputs.push_back(content("of run alone"));
  other.context.root = base::digestOf("apt upgrade");
  other.context.isolation = "scratch";
  CHECK(isAsked(other));

  Subject edited = asked;
  edited.context.inputs[0] = content("another list");
  CHECK_FALSE(isAsked(edited));
  Subject shell = asked;
  shell.spec.shell = {"bash", "-c"};
  CHECK_FALSE(isAsked(shell));
  Subject secret = asked;
  secret.spec.secrets = {{"TOKEN", "other"}};
  CHECK_FALSE(isAsked(secret));
  CHECK(questionValues(asked.spec).size() == 1);
}

static ActionSpec deploy() {
  ActionSpec spec;
  spec.kind = ActionKind::Deploy;
  spec.run = {{ArgumentVector{{text("put")}}, {}}};
  spec.secrets = {{"KEY", "aws/www"}};
  return spec;
}

TEST_CASE("a release is the content, the commands and the versions of secrets") {
  KeyContext context;
  context.subject = content("site", 'd');
  base::Digest release = computeRelease(deploy(), context, {{"aws/www", "1"}});

  KeyContext upgraded = context;
  upgraded.root = base::digestOf("apt upgrade");
  upgraded.tools = {{"put", base::digestOf("put 2")}};
  CHECK(computeRelease(deploy(), upgraded, {{"aws/www", "1"}}) == release);

  KeyContext edited = context;
  edited.subject = content("site 2", 'd');
  CHECK(computeRelease(deploy(), edited, {{"aws/www", "1"}}) != release);
  CHECK(computeRelease(deploy(), context, {{"aws/www", "2"}}) != release);
  ActionSpec other = deploy();
  other.rollback = other.run[0];
  CHECK(computeRelease(other, context, {{"aws/www", "1"}}) != release);
}

TEST_CASE("tags are unique, and the first says kind and version") {
  Subject subject = compile();
  subject.context.work = subject.context.image = subject.context.subject = content("x", 'd');
  base::FingerprintRecorder recorder;
  walkActionKey(subject.spec, subject.context, recorder);
  std::set<std::string> tags;
  for (const base::Field& field : recorder.fields())
    CHECK(tags.insert(field.tag).second);
  CHECK(recorder.fields()[0] == base::Field{"key", "build/3", ""});
  CHECK(tags.count("input[1]") == 1);
  CHECK(tags.count("run[0].arg[3]") == 1);
  CHECK(tags.count("run[1].value[1]") == 1);
}
