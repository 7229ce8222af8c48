// Real shells agree with the scanner of shell strings: what a script does with nasty values is what
// the same text does with plain words written where the holes are.
#include "tests/fuzz/shell/program.h"
#include "tests/fuzz/shell/shells.h"
#include "tests/support/campaign.h"
#include "tests/unit/runtime/temporary_folder.h"

#include "llvm/ADT/StringExtras.h"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace pipec;
using namespace pipec::fuzz;
using llvm::StringRef;
using test::numberFrom;

namespace {

using Values = std::vector<std::string>;

/// Puts values where their placeholders are.
std::string replaced(StringRef text, llvm::ArrayRef<std::string> values) {
  std::string result;
  while (!text.empty()) {
    size_t slot = 0;
    StringRef rest = text;
    if (rest.consume_front("ü9q") && !rest.consumeInteger(10, slot) && rest.consume_front("z") &&
        slot < values.size()) {
      result += values[slot];
      text = rest;
    } else {
      result += text.front();
      text = text.drop_front();
    }
  }
  return result;
}

/// Templates with their values, and how they fare in the shells.
class Round {
public:
  Round(cas::ContentStore& store, llvm::ArrayRef<std::string> shells)
      : store_(store), shells_(shells) {}

  void add(Template what, std::vector<Values> sets) {
    templates_.push_back(std::move(what));
    values_.push_back(std::move(sets));
  }
  size_t size() const { return templates_.size(); }

  /// How many templates the compiler accepted; compares all outcomes.
  size_t run() {
    std::vector<RenderedTemplate> rendered = renderTemplates(templates_, values_, store_);
    std::vector<std::string> scripts;
    size_t accepted = 0;
    for (size_t i = 0; i < rendered.size(); ++i) {
      if (!rendered[i].accepted)
        continue;
      ++accepted;
      scripts.push_back(withPlaceholders(templates_[i]));
      for (const RenderedCase& one : rendered[i].cases)
        scripts.push_back(one.script);
    }
    for (const std::string& shell : shells_)
      compare(shell, rendered, scripts);
    return accepted;
  }

  size_t cases = 0;    ///< scripts with nasty values that a shell has run
  size_t complete = 0; ///< those of them that succeeded

private:
  static std::string withPlaceholders(const Template& what) {
    Values words;
    for (size_t slot = 0; slot < what.slots.size(); ++slot)
      words.push_back(placeholder(slot));
    return what.filled(words);
  }

  void compare(const std::string& shell, llvm::ArrayRef<RenderedTemplate> rendered,
               llvm::ArrayRef<std::string> scripts) {
    std::vector<ShellOutcome> outcomes = runScripts(shell, scripts);
    size_t next = 0;
    for (size_t i = 0; i < rendered.size(); ++i) {
      if (!rendered[i].accepted)
        continue;
      const ShellOutcome& plain = outcomes[next++];
      for (const RenderedCase& one : rendered[i].cases) {
        const std::string& script = scripts[next];
        const ShellOutcome& nasty = outcomes[next++];
        ++cases;
        complete += nasty.exitCode == 0;
        ShellOutcome expected{replaced(plain.out, one.values), plain.exitCode};
        if (nasty == expected)
          continue;
        FAIL_CHECK(shell << ": the template\n"
                         << templates_[i].written << "\nbecame\n"
                         << script << "\nwhich gave " << nasty.exitCode << "\n"
                         << nasty.out << "\ninstead of " << expected.exitCode << "\n"
                         << expected.out);
        return;
      }
    }
  }

  cas::ContentStore& store_;
  llvm::ArrayRef<std::string> shells_;
  std::vector<Template> templates_;
  std::vector<std::vector<Values>> values_;
};

std::vector<Values> randomSets(const Template& what, size_t count, bool mayBeEmpty,
                               Numbers& numbers) {
  std::vector<Values> sets(count);
  for (Values& set : sets)
    for (const Slot& slot : what.slots)
      set.push_back(nastyValue(numbers, mayBeEmpty || slot.standsAlone));
  return sets;
}

void runCases(std::string (*generate)(Numbers&), bool structured, size_t wanted) {
  auto seed = static_cast<uint32_t>(numberFrom("PIPEC_FUZZ_SEED", 1));
  INFO("PIPEC_FUZZ_SEED=" << seed << " PIPEC_FUZZ_CASES=" << wanted);
  Numbers numbers(seed);
  test::TemporaryFolder folder;
  auto store = test::get(cas::openLocalContentStore(folder / "store"));
  std::vector<std::string> shells = testedShells();
  size_t cases = 0, complete = 0, tried = 0, accepted = 0;
  while (cases < wanted) {
    Round round(*store, shells);
    while (round.size() < 300)
      if (auto parsed = parseTemplate(generate(numbers), numbers)) {
        std::vector<Values> sets = randomSets(*parsed, 4, structured, numbers);
        round.add(std::move(*parsed), std::move(sets));
      }
    tried += round.size();
    accepted += round.run();
    cases += round.cases;
    complete += round.complete;
  }
  INFO(cases << " cases, " << complete << " of them complete; " << accepted << " of " << tried
             << " templates were accepted");
  if (std::getenv("PIPEC_FUZZ_VERBOSE"))
    WARN("statistics");
  // Else the templates say too little.
  CHECK(complete * 100 > cases * (structured ? 60 : 5));
}

} // namespace

TEST_CASE("structured scripts treat every value as data") {
  runCases(structuredScript, true, numberFrom("PIPEC_FUZZ_CASES", 4000) / 2);
}

TEST_CASE("whatever the script, every value is data") {
  runCases(unstructuredScript, false, numberFrom("PIPEC_FUZZ_CASES", 4000) / 2);
}

// ---- what went wrong once, or would ----------------------------------------------

namespace {

enum class Verdict : uint8_t { Safe, Rejected };

struct FixedCase {
  const char* marked;
  Verdict verdict;
};

void checkFixed(llvm::ArrayRef<FixedCase> fixed) {
  Numbers numbers(1);
  test::TemporaryFolder folder;
  auto store = test::get(cas::openLocalContentStore(folder / "store"));
  std::vector<std::string> shells = testedShells();
  for (const FixedCase& one : fixed) {
    INFO(one.marked);
    auto parsed = parseTemplate(one.marked, numbers);
    REQUIRE(parsed);
    Round round(*store, shells);
    std::vector<Values> sets = randomSets(*parsed, 12, false, numbers);
    sets.push_back(Values(parsed->slots.size(), "y[$(pwn)]"));
    sets.push_back(Values(parsed->slots.size(), "a  b * $(pwn)"));
    round.add(std::move(*parsed), std::move(sets));
    CHECK(round.run() == (one.verdict == Verdict::Safe ? 1 : 0));
  }
}

} // namespace

TEST_CASE("what a simple reader of scripts takes for something else") {
  using enum Verdict;
  checkFixed({
      {"p \"$(case x in x) p § ;; esac)\"", Rejected},
      {"(case x in x) p a ;; esac); p §", Rejected},
      {"case x in x) p § ;; esac; p §", Safe},
      {"(p a)# it's\np §", Rejected},
      {"p a \\\n# it's\np §", Safe},
      {"p a \\\n# it's §\n", Rejected},
      {"((x = §)); p a", Rejected},
      {"((1 + 1)); p §", Safe},
      {"((p a); p §)", Rejected},
      {"((case x in x) p a;; esac) ); p §", Rejected},
      {"((read -r v <<E))\n§\nE\n", Rejected},
      {"p $[§]", Rejected},
      {"p \"$[1]§\"", Rejected},
      {"p \"$$(p § )\"", Safe},
      {"p \"$(p $${)} § )\"", Safe},
      {"p \"$#(§)$?(§)\" §", Safe},
  });
}

TEST_CASE("bash evaluates subscripts") {
  using enum Verdict;
  checkFixed({
      {"a[§]=1; p a", Rejected},
      {"a[ 1 + § ]=1", Rejected},
      {"x=([§]=1); p a", Rejected},
      {"x=(a)# \"\np § \"", Rejected},
      {"x=(§ b); p a", Safe},
      {"p [§] x[a]§ /a[§]", Safe},
  });
}

TEST_CASE("part of a word in bash: process substitution") {
  using enum Verdict;
  checkFixed({
      {"p <(:)¶", Rejected},
      {"p <(:)#\" §\"", Safe},
  });
}

TEST_CASE("line continuations do not hide what they cut") {
  using enum Verdict;
  checkFixed({
      {"read -r v <\\\n<E\n§\nE\n", Rejected},
      {"p \"$\\\n(p § )\"", Rejected},
      {"p \"$(ca\\\nse x in x) p § ;; esac)\"", Rejected},
      {"(\\\n(1 + §))", Rejected},
      {"p \"$(\\\n p § \\\n §)\" a\\\n§ &&\\\np §", Safe},
  });
}

TEST_CASE("a spliced command does not change how the rest is read") {
  using enum Verdict;
  checkFixed({
      {"«p a $»§", Rejected},
      {"«p a $» §", Safe},
      {"«p a \\»§", Rejected},
      {"«p 'a»§'", Rejected},
      {"«p \"a»§\"", Rejected},
      {"«p $(p a»§)", Rejected},
      {"«p a # it's» §", Rejected},
      {"«p a # it's»\np §", Safe},
      {"«read -r v <<E\na\nE»; p §", Rejected},
      {"«p $'a»; p §", Rejected},
      {"p \"$( «p a)» § )\"", Rejected},
      {"p «§ »¶", Rejected},
      {"p a«¶§»", Rejected},
      {"p «p ¶ »§ ¶", Safe},
      {"p «a ¶ b»§", Safe},
      {"p --x=«¶ »", Rejected},
      {"p «« ¶»»§", Rejected},
      {"p « «§ ¶ » »§ §", Safe},
      {"p a «» §; «p §» && «if p §; then «p §»; fi»", Safe},
  });
}
