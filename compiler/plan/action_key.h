// ActionKey: the digest under which an action's result is known, and the walk that explains it.
#pragma once

#include "compiler/base/fingerprint.h"
#include "compiler/plan/plan.h"

#include <optional>
#include <string>
#include <vector>

namespace pipec::plan {

/// Content as keys have it: what it is, and its digest. The runtime fills it from its store.
struct ContentKey {
  char kind = 'f'; ///< f file, x executable file, l link, d directory, i image by its manifest
  base::Digest digest;
  std::string note; ///< for explanations: a path or label
};

/// What an execution read of a pool.
struct PoolRead {
  uint32_t input = 0; ///< number of the pool among ActionSpec::inputs, from 0
  std::string path;   ///< below it; empty: the pool itself
  ContentKey content;
};

/// What is known about an action when all it depends on exists.
struct KeyContext {
  /// As many as ActionSpec::inputs, in order; of a pool its names alone: a tree in which every file
  /// is empty.
  std::vector<ContentKey> inputs;
  /// What was read of the pools, sorted by input and path. Without it the key is that of the first
  /// of two look-ups: under it, the sets of files are known that may be read.
  std::vector<PoolRead> reads;
  std::optional<ContentKey> work;
  std::optional<ContentKey> image;
  std::optional<ContentKey> subject;
  std::string identity; ///< of a source: what `resolve` printed
  /// Without an image: the fingerprint of the default root, and of what argv[0]s resolve to in it.
  std::optional<base::Digest> root;
  std::vector<std::pair<std::string, base::Digest>> tools; ///< name, content; sorted, unique
  /// Of a source: the variables for the network that can change what it gets, and a digest of what
  /// each says; sorted by name.
  std::vector<std::pair<std::string, base::Digest>> network;
  /// How steps are isolated here (`full`, `scratch`).
  std::string isolation;
  /// Of a live test: for each deployment, `environment identity@generation`.
  std::vector<std::string> deployments;
};

/// The one walk over the fields of the key of a source, build, test or live test. Tags are stable
/// names, each once (`run[0].arg[1]`, `input[2]`, `env.PATH`): inputs, values of scripts and
/// deployments count from 1, as `/i/1` and `$__1` do (`pool[2]`, `read.2/x.h`), everything else
/// from 0, as argv does. Values have no name, path of the machine or comment; notes have. Not
/// walked: labels, definitions' and parameters' names, locations, timeout, retries, resources, and
/// `resolve` (its answer is). The first field is the key's kind and format version.
void walkActionKey(const ActionSpec& spec, const KeyContext& context, base::FieldSink& sink);

base::Digest computeActionKey(const ActionSpec& spec, const KeyContext& context);

/// The key of what a source asks by `resolve`: the command with its environment, shell, platform,
/// image, work, secrets' names, and the content of the inputs that these mention. Neither `run` nor
/// the machine is in it, so that an answer that was remembered or pinned survives both.
base::Digest computeQuestionKey(const ActionSpec& spec, const KeyContext& context);

/// The values in that question, for people: of a script those of its holes, else the arguments.
std::vector<std::string> questionValues(const ActionSpec& spec);

/// The release of a deploy: H(spec, subject, inputs, names of secrets and their versions). What the
/// machine adds to other keys is not in it: a newer package on the host deploys nothing.
void walkReleaseKey(const ActionSpec& spec, const KeyContext& context,
                    const std::vector<std::pair<std::string, std::string>>& secretVersions,
                    base::FieldSink& sink);
base::Digest computeRelease(const ActionSpec& spec, const KeyContext& context,
                            const std::vector<std::pair<std::string, std::string>>& secretVersions);

/// One field that differs between two recorded keys.
struct FieldDifference {
  enum class Kind : uint8_t { Added, Removed, Changed };
  Kind kind = Kind::Changed;
  std::string tag;
  std::string before; ///< value; empty if Added
  std::string after;  ///< value; empty if Removed
  std::string note;   ///< the newer one if both have one
};
/// Contents first, then in the order of `after`, then what only `before` had. Inputs are matched by
/// their notes, elements of other lists (`run[0].arg`, …) from both ends, so that one more is one
/// difference. What follows in a command from one input more or less is left out.
std::vector<FieldDifference> compareFields(const std::vector<base::Field>& before,
                                           const std::vector<base::Field>& after);

/// One clause in the words of `pipec why`: "input 2 `src/main.c` changed: a1b2c3d4e5f6 → …",
/// "run[0] argument 3 changed: `-O0` → `-O2`", "env.FOO added: `1`".
std::string describe(const FieldDifference& difference);

} // namespace pipec::plan
