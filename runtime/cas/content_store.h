// ContentStore: blobs and Merkle trees by Digest.
#pragma once

#include "compiler/base/digest.h"
#include "compiler/base/error.h"
#include "runtime/cas/additions.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pipec::cas {

enum class EntryKind : uint8_t { File, Executable, Symlink, Directory };

/// What an artifact is in the store: a blob (File, Executable: its bytes) or a tree (Directory: the
/// encoding of a `Directory`). A Symlink's digest is that of its target text. Nobody can make other
/// content of the same kind that has this digest.
struct Content {
  EntryKind kind = EntryKind::File;
  base::Digest digest;
  auto operator<=>(const Content&) const = default;
};

struct TreeEntry {
  std::string name; ///< one component: no `/`, not empty, not `.` or `..`
  Content content;
  std::string target; ///< of a Symlink
  bool operator==(const TreeEntry&) const = default;
};

/// One level of a Merkle tree; entries are sorted by name (bytes) and unique. An empty directory is
/// content.
struct Directory {
  std::vector<TreeEntry> entries;
  bool operator==(const Directory&) const = default;
};

/// `file`, `executable`, `symlink`, `directory`: as documents have it.
llvm::StringRef kindName(EntryKind kind);

/// The bytes whose digest is the directory's; the format is described in directory.cpp.
std::string encodeDirectory(const Directory& directory);
/// Fails on anything encodeDirectory did not write: unsorted or repeated names, `..`, trailing
/// bytes.
llvm::Expected<Directory> decodeDirectory(llvm::StringRef bytes);

using BytesSeen = llvm::function_ref<void(llvm::StringRef piece)>;

/// How content, or a result, came to be lost.
struct Loss {
  enum class Kind : uint8_t {
    Collected, ///< by collection: nobody had used it for long
    Cleared,   ///< with all the others
  };
  Kind kind = Kind::Collected;
  int64_t when = 0; ///< milliseconds since the epoch
};

/// Everything that can be named by Content. Safe to use from several threads and processes at once:
/// writes are to a temporary name, then renamed; what is published never changes.
/// What is asked for (`contains`), put or materialised counts as used, and stays as long as the
/// process lives (collection.h). `Expected<optional<…>>` is nullopt, and `Expected<bool>` false,
/// when the content is not (or no longer) there.
class ContentStore {
public:
  virtual ~ContentStore() = default;

  virtual llvm::Expected<base::Digest> putBytes(llvm::StringRef bytes) = 0;
  /// Stores the file's bytes; a symlink is an error. `seen` gets them in pieces, in their order, as
  /// they are stored.
  virtual llvm::Expected<base::Digest> putFile(llvm::StringRef path, BytesSeen seen = nullptr) = 0;
  /// Stores a file, symlink or directory as it is on disk: modes (execute bit), links as links,
  /// empty directories. Sockets, pipes and devices are an error that names them; so are names that
  /// are not UTF-8.
  virtual llvm::Expected<Content> putPath(llvm::StringRef path, bool consume = false) = 0;
  virtual llvm::Expected<base::Digest> putDirectory(const Directory& directory) = 0;

  /// Checked against the digest; content that does not match is removed and counts as not there.
  virtual llvm::Expected<std::optional<std::string>> bytes(const base::Digest& digest) = 0;
  /// The same in pieces, for what may be large: checked before `use` gets the first one. False: not
  /// in the store.
  virtual llvm::Expected<bool> pieces(const base::Digest& digest,
                                      llvm::function_ref<void(llvm::StringRef)> use);
  virtual llvm::Expected<std::optional<Directory>> directory(const base::Digest& digest) = 0;
  /// Whether everything that `content` reaches is there.
  virtual llvm::Expected<bool> contains(const Content& content) = 0;

  /// An immutable copy on disk for a step's root: the absolute path of a file (mode 0644 or 0755)
  /// or of a folder (files 0644/0755, folders 0755), times fixed at 946684800. Made at the first
  /// call, kept for the next; callers only read it, or bind it read-only. A Symlink alone is an
  /// error. nullopt: content not in the store.
  virtual llvm::Expected<std::optional<std::string>> materialise(const Content& content) = 0;

  /// Writes a private copy to `path` (which must not exist; parents are made), in full or not at
  /// all: a temporary name beside it, then a rename. Verified while copied. False: not in the
  /// store.
  virtual llvm::Expected<bool> copyTo(const Content& content, llvm::StringRef path) = 0;
  /// Makes `path` equal to `content` touching only what differs: missing or changed files are
  /// restored, extra ones removed. Returns how many entries it had to change.
  virtual llvm::Expected<std::optional<uint64_t>> restoreTo(const Content& content,
                                                            llvm::StringRef path) = 0;

  // Root file systems of images, which the store keeps whole.
  /// A new, empty folder on the store's file system, which only its owner can enter; removed when
  /// the process ends.
  virtual llvm::Expected<std::string> newFolder();
  /// The root file system that was kept under `id`: the absolute path of its folder, only to be
  /// read and to be bound read-only. Noted as used; it stays as long as the process lives. nullopt:
  /// there is none, or what is there was changed by somebody, and is removed.
  virtual llvm::Expected<std::optional<std::string>> findRoot(const base::Digest& id);
  /// Moves the folder `root`, which lies below one from `newFolder`, into the store as the root
  /// file system of `id`, and returns its place. Files are as they are: modes, times of
  /// modification, links and hard links stay. Files, folders and links only; the owner may read,
  /// write and enter every folder. If another process was faster, its root is taken. A file that
  /// another kept root has too (same bytes, mode and time) takes no space again.
  virtual llvm::Expected<std::string> keepRoot(const base::Digest& id, llvm::StringRef root);

  /// What is known of the loss of content, or of the result under a key. nullopt: nothing.
  virtual std::optional<Loss> lossOf(const base::Digest& digest) { return std::nullopt; }
  /// What was added since the last call, for Collector::add.
  virtual Additions takeAdditions() { return {}; }
  virtual bool hasAdditions() { return false; }
};

/// The error of whoever needs content that is not, or no longer, in the store: somebody removed it,
/// or it was damaged. What made it can make it again.
class LostContent final : public llvm::ErrorInfo<LostContent, base::Error> {
public:
  static char ID;
  explicit LostContent(std::string message)
      : ErrorInfo(base::ErrorCategory::World, std::move(message)) {}
};
llvm::Error lostContent(const base::Digest& digest);

/// The error of reading as a directory what is none, or one that encodeDirectory did not write: a
/// name in it leads out, say. `contains` takes it for something that is not there.
class NoDirectory final : public llvm::ErrorInfo<NoDirectory, base::Error> {
public:
  static char ID;
  explicit NoDirectory(const base::Digest& digest);
};
/// The error of whoever cannot write to the store, or not read it: the disk is full, read-only or
/// failing. The same build in another folder may succeed.
class UnusableStore final : public llvm::ErrorInfo<UnusableStore, base::Error> {
public:
  static char ID;
  explicit UnusableStore(std::string message)
      : ErrorInfo(base::ErrorCategory::World, std::move(message)) {}
};
/// As base::systemError.
llvm::Error unusableStore(const llvm::Twine& action, int errorNumber);
/// An UnusableStore if the disk of `folder`, which must exist, is full but for 16 MiB or 256 files.
/// Not less: what one step could not write, another one may just have freed.
llvm::Error checkRoom(llvm::StringRef folder);

/// Pure functions over trees, the meaning of the language's `.file .sub .select tree(…)`.
/// nullopt: there is nothing at `path` (a plain relative path, `.` is the tree itself). Links are
/// followed inside the tree; one that leads out is nothing, a cycle of them a usage error. So the
/// result is never a Symlink.
llvm::Expected<std::optional<Content>> lookUp(ContentStore& store, const base::Digest& directory,
                                              llvm::StringRef path);
/// What `keep` accepts of the files (relative paths), with the folders that lead there; other empty
/// folders go.
llvm::Expected<std::optional<base::Digest>>
filter(ContentStore& store, const base::Digest& directory,
       llvm::function_ref<bool(llvm::StringRef path)> keep,
       llvm::function_ref<bool(llvm::StringRef directory)> mayKeepBelow);

/// Takes away what `restoreTo(content, path)` has put there, or has left half done: the files,
/// links and folders of `content` that are still what was put there, and nothing else; somebody may
/// have changed a file, or keep one of his own in the folder. A link where a folder was is removed,
/// not entered. Of a folder that the store has lost, what is there goes if it is exactly that
/// folder.
llvm::Error removeRestored(ContentStore& store, const Content& content, llvm::StringRef path);

struct Placement {
  std::string
      path; ///< relative, `.` is the root; longer paths replace what shorter ones have there
  Content content;
};
/// A tree composed of placements; a usage error when two have the same path or one lies below a
/// file.
llvm::Expected<base::Digest> compose(ContentStore& store, std::vector<Placement> placements);

/// Every relative path of a file or link below `directory`, sorted by bytes.
llvm::Expected<std::vector<std::pair<std::string, TreeEntry>>>
listFiles(ContentStore& store, const base::Digest& directory);

/// The store in a folder of the local disk, which is made if it is not there.
llvm::Expected<std::unique_ptr<ContentStore>> openLocalContentStore(llvm::StringRef folder);

/// The same for a dry run: `folder` is read if it is there, and never written. What is put stays in
/// memory: digests, directories and files up to 4 KiB; of larger files `contains` knows and `bytes`
/// does not. `materialise`, `copyTo` and `restoreTo` are errors.
llvm::Expected<std::unique_ptr<ContentStore>> openContentStoreForReading(llvm::StringRef folder);

} // namespace pipec::cas
