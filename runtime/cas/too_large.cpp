// The disk is asked only about files that are large.
#include "runtime/cas/too_large.h"

#include "compiler/base/size_text.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace pipec::cas {

char TooLarge::ID = 0;

/// No disk of today is smaller.
static constexpr uint64_t NeverTooLarge = uint64_t{1} << 30;

llvm::Error checkSize(int folder, const std::string& name, const struct stat& status,
                      const llvm::Twine& shown) {
  auto size = static_cast<uint64_t>(status.st_size);
  struct statvfs disk;
  if (size <= NeverTooLarge ||
      (folder == AT_FDCWD ? ::statvfs(name.c_str(), &disk) : ::fstatvfs(folder, &disk)) != 0)
    return llvm::Error::success();
  uint64_t capacity = static_cast<uint64_t>(disk.f_blocks) * disk.f_frsize;
  if (size <= capacity)
    return llvm::Error::success();
  return llvm::make_error<TooLarge>(("`" + shown + "` has " + base::sizeText(size) +
                                     ", and the whole disk that it is on has " +
                                     base::sizeText(capacity))
                                        .str());
}

} // namespace pipec::cas
