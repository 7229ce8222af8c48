// The live lines of a terminal, looked at through a pseudo terminal and a small screen model.
#include "runtime/report/live_area.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

using namespace pipec::report;

namespace {

/// A pseudo terminal, and everything that was written to it once close() was called.
class Terminal {
public:
  explicit Terminal(unsigned columns) : master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    REQUIRE(master >= 0);
    REQUIRE(::grantpt(master) == 0);
    REQUIRE(::unlockpt(master) == 0);
    slave = ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(slave >= 0);
    resize(columns);
    reader = std::thread([this] {
      char buffer[4096];
      for (;;) {
        ssize_t size = ::read(master, buffer, sizeof buffer);
        if (size > 0)
          bytes.append(buffer, static_cast<size_t>(size));
        else if (size == 0 || errno != EINTR)
          return; // EIO: the other end is closed
      }
    });
  }
  ~Terminal() {
    if (slave >= 0)
      finish();
    ::close(master);
  }
  void resize(unsigned columns) {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = 24;
    REQUIRE(::ioctl(slave, TIOCSWINSZ, &size) == 0);
  }
  std::string finish() {
    ::close(slave);
    slave = -1;
    reader.join();
    return bytes;
  }

  int slave = -1;

private:
  int master;
  std::thread reader;
  std::string bytes;
};

/// What stands on the screen after `bytes`: knows the sequences that a LiveArea uses, and no
/// others.
std::string shown(const std::string& bytes) {
  std::vector<std::string> lines(1);
  size_t row = 0, column = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    char c = bytes[i];
    if (c == '\n') {
      if (++row == lines.size())
        lines.emplace_back();
    } else if (c == '\r') {
      column = 0;
    } else if (c == '\x1b') {
      size_t end = bytes.find_first_of("AJ", i);
      REQUIRE(end != std::string::npos);
      std::string number = bytes.substr(i + 2, end - i - 2);
      if (bytes[end] == 'A') {
        row -= std::stoul(number);
      } else {
        lines.resize(row + 1);
        lines[row].resize(column);
      }
      i = end;
    } else {
      lines[row].resize(std::max(lines[row].size(), column + 1), ' ');
      lines[row][column++] = c;
    }
  }
  std::string text;
  for (const std::string& line : lines)
    text += line + "\n";
  return text;
}

LiveArea::Line line(const std::string& text) {
  return {text, static_cast<unsigned>(text.size())};
}

} // namespace

TEST_CASE("what is printed scrolls above the live lines, which are gone in the end") {
  Terminal terminal(80);
  std::atomic<int> asked = 0;
  std::atomic<unsigned> columns = 0; // assertions belong to the test's own thread
  {
    LiveArea area(terminal.slave, {}, [&](TerminalSize size) {
      columns = size.columns;
      ++asked;
      return std::vector<LiveArea::Line>{line("running a"), line("[1/2]")};
    });
    area.print("first\n");
    for (int before = asked; asked < before + 3;)
      std::this_thread::yield();
    area.print("second\nthird\n");
  }
  CHECK(columns.load() == 80);
  // The terminal makes CR LF of LF, which the model takes as it comes.
  CHECK(shown(terminal.finish()) == "first\nsecond\nthird\n\n");
}

TEST_CASE("lines that the terminal wrapped after a resize are cleared as well") {
  Terminal terminal(80);
  {
    std::atomic<int> asked = 0;
    LiveArea area(terminal.slave, {}, [&](TerminalSize) {
      ++asked;
      return std::vector<LiveArea::Line>{line(std::string(70, 'x'))};
    });
    while (asked < 2)
      std::this_thread::yield();
    terminal.resize(30);
    for (int before = asked; asked < before + 2;)
      std::this_thread::yield();
  }
  // 70 columns are three rows of 30: two rows up from the last one.
  CHECK(terminal.finish().find("\r\x1b[2A\x1b[J") != std::string::npos);
}

TEST_CASE("a reader that has gone is no problem") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  ::close(ends[0]);
  auto previous = ::signal(SIGPIPE, [](int) {});
  PlainScreen screen(ends[1], {});
  screen.print("nobody reads this\n");
  ::signal(SIGPIPE, previous);
  ::close(ends[1]);
}
