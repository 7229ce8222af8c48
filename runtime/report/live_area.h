// LiveArea: the lines at the bottom of a terminal that are redrawn while other text scrolls above.
#pragma once

#include "runtime/report/text_guard.h"

#include "llvm/ADT/STLFunctionalExtras.h"
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

/// Where text for people goes. Each call is one block that nothing else is mixed into. Nothing of
/// the text acts on the terminal but its colours (TextGuard). Safe to use from several threads.
/// What cannot be written (the reader has gone) is dropped.
class Screen {
public:
  /// Takes the pieces of a block, in order.
  using Sink = llvm::function_ref<void(llvm::StringRef)>;

  Screen(int fileDescriptor, GuardOptions options)
      : descriptor(fileDescriptor), guardOptions(options) {}
  virtual ~Screen() = default;

  /// `text` is empty or ends in a newline.
  void print(llvm::StringRef text);
  /// The same in pieces, for what is too large to be held: `write` hands them to the sink.
  void print(llvm::function_ref<void(Sink)> write);

protected:
  /// What is drawn around a block, with the mutex held.
  virtual std::string before() { return {}; }
  virtual std::string after() { return {}; }

  const int descriptor;
  const GuardOptions guardOptions;
  std::mutex mutex;
};

/// Writes and nothing else.
class PlainScreen final : public Screen {
public:
  using Screen::Screen;
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

  LiveArea(int descriptor, GuardOptions options, Source lines);
  /// Clears the area.
  ~LiveArea() override;

protected:
  std::string before() override { return eraseSequence(); }
  std::string after() override { return drawSequence(); }

private:
  void tick();
  /// The bytes that clear what was drawn last and leave the cursor at its first column.
  std::string eraseSequence() const;
  std::string drawSequence();

  Source source;
  std::condition_variable wake;
  bool stopping = false;
  std::vector<Line> current;
  std::vector<unsigned> drawnColumns; ///< of each line on the screen
  std::thread ticker;
};

} // namespace pipec::report
