// Levels only rise; each is told once.
#include "runtime/exec/cancellation.h"

#include <algorithm>

namespace pipec::exec {

void Cancellation::raise(Level wanted) {
  std::lock_guard lock(mutex);
  if (wanted == Level::Interrupt && current >= Level::Interrupt)
    wanted = Level::Kill;
  if (wanted <= current)
    return;
  current = wanted;
  for (const Listener* listener : listeners)
    listener->heard(current);
}

Cancellation::Listener::Listener(Cancellation& to, Heard call)
    : cancellation(to), heard(std::move(call)) {
  std::lock_guard lock(cancellation.mutex);
  cancellation.listeners.push_back(this);
  if (cancellation.current != Level::None)
    heard(cancellation.current);
}

Cancellation::Listener::~Listener() {
  std::lock_guard lock(cancellation.mutex);
  std::erase(cancellation.listeners, this);
}

} // namespace pipec::exec
