// Joining messages about one wrong name or sign.
#include "compiler/diagnostics/joined_messages.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::diagnostics {

/// How many other places are shown.
static constexpr size_t ShownPlaces = 2;

/// Whether the same words in another place are about the same mistake.
static bool isJoined(const Diagnostic& message) {
  switch (message.code) {
  case Code::E0001:
  case Code::E0201:
  case Code::E0204:
  case Code::E0205:
  case Code::E0206:
  case Code::E0211:
  case Code::E0406:
  case Code::E0407:
  case Code::E0414:
    return true;
  case Code::E0401:
    // Else it is about an expression that has no name.
    return !llvm::StringRef(message.message).contains("this is");
  case Code::E0404:
  case Code::E0415:
  case Code::E0802:
    // Else it is about an expression that has no name.
    return !message.help.empty() && !llvm::StringRef(message.help).contains("…");
  default:
    return false;
  }
}

/// Fixes of the same words become one; the others fit only one of the places.
static void joinFixes(std::vector<Fix>& fixes, const std::vector<Fix>& more) {
  llvm::erase_if(fixes, [&](Fix& fix) {
    auto same =
        llvm::find_if(more, [&](const Fix& other) { return other.description == fix.description; });
    if (same == more.end())
      return true;
    llvm::append_range(fix.edits, same->edits);
    return false;
  });
}

void JoinedMessages::handle(Diagnostic message) {
  if (!isJoined(message)) {
    kept.push_back({std::move(message)});
    return;
  }
  std::string said = (codeName(message.code) + llvm::StringRef("\0", 1) + message.message +
                      llvm::StringRef("\0", 1) + message.help)
                         .str();
  auto [found, isNew] = firstSaying.try_emplace(said, kept.size());
  if (isNew) {
    kept.push_back({std::move(message)});
    return;
  }
  Kept* first = &kept[found->second];
  if (message.primary.range == first->message.primary.range)
    return;
  if (++first->repeated <= ShownPlaces)
    first->message.secondary.push_back({message.primary.range, "and here"});
  joinFixes(first->message.fixes, message.fixes);
}

void JoinedMessages::release(DiagnosticConsumer& consumer, bool withWarnings) {
  for (Kept& each : kept) {
    if (!withWarnings && each.message.severity() == Severity::Warning)
      continue;
    if (each.repeated > ShownPlaces)
      each.message.notes.push_back("and in " + std::to_string(each.repeated - ShownPlaces) +
                                   " more places");
    consumer.handle(std::move(each.message));
  }
  kept.clear();
  firstSaying.clear();
}

} // namespace pipec::diagnostics
