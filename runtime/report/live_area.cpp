// Redrawing with ANSI sequences: cursor up, erase to the end of the screen, write.
#include "runtime/report/live_area.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace pipec::report {

TerminalSize terminalSize(int descriptor) {
  TerminalSize size;
  winsize window{};
  if (::ioctl(descriptor, TIOCGWINSZ, &window) == 0) {
    if (window.ws_col)
      size.columns = window.ws_col;
    if (window.ws_row)
      size.rows = window.ws_row;
  }
  return size;
}

static void writeAll(int descriptor, llvm::StringRef text) {
  while (!text.empty()) {
    ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written > 0) {
      text = text.drop_front(static_cast<size_t>(written));
      continue;
    }
    if (errno == EAGAIN) {
      pollfd ready{descriptor, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

void Screen::print(llvm::StringRef text) {
  print([&](Sink sink) { sink(text); });
}

void Screen::print(llvm::function_ref<void(Sink)> write) {
  static constexpr size_t Piece = 64 * 1024;
  std::lock_guard lock(mutex);
  std::string shown = before();
  TextGuard guard(guardOptions);
  write([&](llvm::StringRef text) {
    guard.feed(text, shown);
    if (shown.size() < Piece)
      return;
    writeAll(descriptor, shown);
    shown.clear();
  });
  guard.finish(shown);
  shown += after();
  writeAll(descriptor, shown);
}

LiveArea::LiveArea(int fileDescriptor, GuardOptions options, Source lines)
    : Screen(fileDescriptor, options), source(std::move(lines)), ticker([this] { tick(); }) {}

LiveArea::~LiveArea() {
  {
    std::lock_guard lock(mutex);
    stopping = true;
  }
  wake.notify_all();
  ticker.join();
  writeAll(descriptor, eraseSequence());
}

std::string LiveArea::eraseSequence() const {
  if (drawnColumns.empty())
    return {};
  // After a resize the terminal may have wrapped what was drawn.
  unsigned columns = terminalSize(descriptor).columns, rows = 0;
  for (unsigned width : drawnColumns)
    rows += std::max(1U, (width + columns - 1) / columns);
  std::string text = "\r";
  if (rows > 1)
    text += "\x1b[" + std::to_string(rows - 1) + "A";
  return text + "\x1b[J";
}

std::string LiveArea::drawSequence() {
  std::string text;
  drawnColumns.clear();
  for (const Line& line : current) {
    if (!drawnColumns.empty())
      text += '\n';
    text += guarded(line.text, guardOptions);
    drawnColumns.push_back(line.columns);
  }
  return text;
}

void LiveArea::tick() {
  while (true) {
    std::vector<Line> lines = source(terminalSize(descriptor));
    std::unique_lock lock(mutex);
    if (stopping)
      return;
    current = std::move(lines);
    std::string bytes = eraseSequence();
    bytes += drawSequence();
    writeAll(descriptor, bytes);
    wake.wait_for(lock, std::chrono::milliseconds(100), [this] { return stopping; });
    if (stopping)
      return;
  }
}

} // namespace pipec::report
