// LiveArea: the lines at the bottom of a terminal that are redrawn while other text scrolls above.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pipec::report {

struct TerminalSize {
  unsigned columns = 80;
  unsigned rows = 24;
};
TerminalSize terminalSize(int descriptor);

/// Where text for people goes. Each call is one block that nothing else is mixed into. Safe to use
/// from several threads. What cannot be written (the reader has gone) is dropped.
class Screen {
public:
  virtual ~Screen() = default;
  /// `text` is empty or ends in a newline.
  virtual void print(llvm::StringRef text) = 0;
};

/// Writes and nothing else.
class PlainScreen final : public Screen {
public:
  explicit PlainScreen(int descriptor) : descriptor(descriptor) {}
  void print(llvm::StringRef text) override;

private:
  std::mutex mutex;
  int descriptor;
};

/// Asks for its lines ten times a second, cuts nothing: the lines must fit into the columns given.
/// The cursor is never hidden, so no death of the process can leave it so; each redraw is one
/// write.
class LiveArea final : public Screen {
public:
  /// `lines` is called from a thread of the area's own, never while a lock of the area is held.
  /// Lines may have colours; `widths` are their columns.
  struct Line {
    std::string text;
    unsigned columns = 0;
  };
  using Source = std::function<std::vector<Line>(TerminalSize)>;

  LiveArea(int descriptor, Source lines);
  /// Clears the area.
  ~LiveArea() override;

  void print(llvm::StringRef text) override;

private:
  void tick();
  /// The bytes that clear what was drawn last and leave the cursor at its first column.
  std::string eraseSequence() const;
  std::string drawSequence();

  int descriptor;
  Source source;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::vector<Line> current;
  std::vector<unsigned> drawnColumns; ///< of each line on the screen
  std::thread ticker;
};

} // namespace pipec::report
