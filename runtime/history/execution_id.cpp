// Ids of executions.
#include "runtime/history/history.h"

#include <atomic>
#include <chrono>
#include <sys/random.h>

namespace pipec::history {

/// Crockford's base 32, in lower case: digits sort before letters, and no two look alike.
static void putBase32(std::string& text, uint64_t number, int characters) {
  static constexpr char Alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  for (int shift = 5 * (characters - 1); shift >= 0; shift -= 5)
    text += Alphabet[(number >> shift) & 31];
}

AttemptName AttemptName::of(llvm::StringRef id) {
  AttemptName name;
  auto [execution, number] = id.split('.');
  name.execution = execution.str();
  if (number.getAsInteger(10, name.number) || name.number == 0)
    name.number = 1;
  return name;
}

std::string AttemptName::id() const {
  return number == 1 ? execution : execution + "." + std::to_string(number);
}

std::string newExecutionId() {
  auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  uint16_t chance = 0;
  static std::atomic<uint16_t> serial = 0;
  if (::getrandom(&chance, sizeof chance, GRND_NONBLOCK) != sizeof chance)
    chance = serial.fetch_add(1); // too early after boot for chance
  std::string id;
  putBase32(id, static_cast<uint64_t>(now.count()), 9);
  putBase32(id, chance, 3);
  return id;
}

} // namespace pipec::history
