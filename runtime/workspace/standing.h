// Whose state a workspace has: what in its `.pipec` this user's pipec has made.
//
// A `.pipec` comes with a checkout or an archive as easily as any other folder, and what is in it
// can make pipec run commands, serve results and remove files. So pipec writes a number that nobody
// can guess into `.pipec/id`, notes it in the user's own state (known_folders.h), and believes a
// `.pipec` by that number alone, and in it nothing that git tracks.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <set>
#include <string>

namespace pipec::workspace {

struct Standing {
  enum class Kind : uint8_t {
    Absent,
    New,     ///< nothing in it has to be believed
    Own,     ///< it has the number of one that was made here
    Foreign, ///< it has state, and was not made here
    Refused, ///< it is a link, another user's, or open to be written by others
  };
  Kind kind = Kind::Absent;
  std::string problem;     ///< of Refused: a sentence with the remedy
  std::string id;          ///< of Own
  bool isTracked = false;  ///< git has something of it in its index
  bool isWritable = false; ///< by others than its owner
  bool needsNote = false;  ///< of Own: git's index, or the root, is not the one that was noted
  std::string gitIndex;    ///< the stamp of git's index now
  /// The names in it that are not believed: of state, and of links in the place of files and
  /// folders of pipec's own.
  std::set<std::string> unbelieved;
};

/// Looks at the `.pipec` of the workspace at `root` (absolute, without links); writes nothing.
Standing look(const std::string& root);

/// `history.db and kept.json of `.pipec``, for messages, and why they are not believed.
std::string describeUnbelieved(const Standing& standing);

} // namespace pipec::workspace
