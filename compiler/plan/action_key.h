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
  char kind = 'f'; ///< f file, x executable file, l link, d directory
  base::Digest digest;
  std::string note; ///< for explanations: a path or label
};

/// What is known about an action when all it depends on exists.
struct KeyContext {
  std::vector<ContentKey> inputs; ///< as many as ActionSpec::inputs, in order
  std::optional<ContentKey> work;
  std::optional<ContentKey> image;
  std::optional<ContentKey> subject;
  std::string identity; ///< of a source: what `resolve` printed
  /// Without an image: the fingerprint of the default root, and of what argv[0]s resolve to in it.
  std::optional<base::Digest> root;
  std::vector<std::pair<std::string, base::Digest>> tools; ///< name, content; sorted, unique
  /// How steps are isolated here (`full`, `scratch`).
  std::string isolation;
  /// Of a live test: for each deployment, `environment identity@generation`.
  std::vector<std::string> deployments;
};

/// The one walk over the fields of the key of a source, build, test or live test. Tags are stable
/// names
/// (`run[0].arg[1]`, `input[2]`, `env.PATH`); values have no name, path of the machine or comment;
/// notes have. Not walked: labels, definitions' and parameters' names, locations, timeout, retries,
/// resources. The first field is the key's kind and format version.
void walkActionKey(const ActionSpec& spec, const KeyContext& context, base::FieldSink& sink);

base::Digest computeActionKey(const ActionSpec& spec, const KeyContext& context);

/// The release of a deploy: H(spec, subject, inputs, names of secrets and their versions).
void walkReleaseKey(const ActionSpec& spec, const KeyContext& context,
                    const std::vector<std::pair<std::string, std::string>>& secretVersions,
                    base::FieldSink& sink);
base::Digest computeRelease(const ActionSpec& spec, const KeyContext& context,
                            const std::vector<std::pair<std::string, std::string>>& secretVersions);

/// One field that differs between two recorded keys, in the words of `pipec why`.
struct FieldDifference {
  enum class Kind : uint8_t { Added, Removed, Changed };
  Kind kind = Kind::Changed;
  std::string tag;
  std::string before; ///< value
  std::string after;
  std::string note;
};
std::vector<FieldDifference> compareFields(const std::vector<base::Field>& before,
                                           const std::vector<base::Field>& after);

} // namespace pipec::plan
