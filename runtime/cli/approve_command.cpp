// `pipec approve` and `pipec reject`: a person's verdict on what waits at a gate.
#include "runtime/cli/command.h"
#include "runtime/cli/invocation.h"
#include "runtime/cli/query.h"
#include "runtime/engine/session.h"

#include "compiler/base/error.h"
#include "runtime/environment/approval.h"
#include "runtime/environment/clock.h"
#include "runtime/environment/ledger.h"
#include "runtime/host/user.h"
#include "runtime/report/text.h"
#include "runtime/workspace/quantities.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::cli {

using environment::ApprovalRequest;

std::vector<Option> rejectOptions() {
  return {
      {"subject", 0, "DIGEST", "on what, by its first digits, as the held build has printed it"},
      {"comment", 0, "TEXT", "is kept and shown with the verdict"}};
}

std::vector<Option> approveOptions() {
  std::vector<Option> options = rejectOptions();
  options.push_back({"expires", 0, "DURATION", "how long it counts: 12h, 7d (default: for ever)"});
  return options;
}

// ---- which request -------------------------------------------------------------

static bool isCalled(const ApprovalRequest& request, const engine::Target& target) {
  return llvm::any_of(request.labels, [&](llvm::StringRef label) {
    return label == target.label || (label.consume_front(target.label) && label.starts_with("."));
  });
}

/// One line for each: what to type.
static std::string listed(llvm::ArrayRef<const ApprovalRequest*> requests) {
  static constexpr size_t Shown = 10;
  std::string text;
  for (const ApprovalRequest* request : requests.take_front(Shown)) {
    text += "\n  " + report::printable(request->labels.front());
    if (request->subject)
      text += " --subject " + request->subject->shortHex();
    text += "   (asked for by execution " + report::printable(request->execution) + ")";
  }
  if (requests.size() > Shown)
    text += "\n  … and " + std::to_string(requests.size() - Shown) + " older ones";
  return text;
}

static bool isOpen(const ApprovalRequest& request, int64_t now) {
  return !request.isAnswered(now) && (!request.expires || *request.expires > now);
}

/// The one request that the words mean. An answer must never be about something that the person
/// has not seen: where several are open, the subject has to be said.
static llvm::Expected<const ApprovalRequest*> choose(llvm::ArrayRef<ApprovalRequest> requests,
                                                     const engine::Target& target,
                                                     llvm::StringRef module,
                                                     llvm::StringRef subject) {
  std::vector<const ApprovalRequest*> called;
  std::vector<const ApprovalRequest*> open;
  int64_t now = environment::now();
  for (const ApprovalRequest& request : requests) {
    if (isOpen(request, now))
      open.push_back(&request);
    if (isCalled(request, target) && (module.empty() || request.module == module))
      called.push_back(&request);
  }
  if (called.empty())
    return base::usageError("`" + target.typed + "` has not asked for an approval" +
                            (open.empty() ? "; nothing does" : "; these do:" + listed(open)));
  std::vector<const ApprovalRequest*> meant = called;
  if (llvm::StringRef digits = subject; !subject.empty()) {
    digits.consume_front("sha256:");
    llvm::erase_if(meant, [&](const ApprovalRequest* request) {
      return !request->subject || !llvm::StringRef(request->subject->hex()).starts_with(digits);
    });
    if (meant.empty())
      return base::usageError("`" + target.typed + "` has not asked for an approval of `" +
                              subject + "`, but of:" + listed(called));
  } else if (llvm::any_of(meant, [&](const ApprovalRequest* r) { return isOpen(*r, now); })) {
    llvm::erase_if(meant, [&](const ApprovalRequest* request) { return !isOpen(*request, now); });
  }
  if (meant.size() > 1)
    return base::usageError("`" + target.typed +
                            "` has asked for several approvals; say which:" + listed(meant));
  return meant.front();
}

// ---- the verdict ---------------------------------------------------------------

static std::string joined(llvm::ArrayRef<std::string> names) {
  std::string text;
  for (llvm::StringRef name : names)
    text +=
        (text.empty() ? "`" : ", `") + report::printable(name.substr(name.rfind(':') + 1)) + "`";
  return text;
}

static llvm::Expected<environment::Approval>
decide(const ApprovalRequest& request, const Arguments& arguments, std::string who, bool approved) {
  environment::Approval verdict;
  verdict.key = request.key;
  verdict.approved = approved;
  verdict.who = std::move(who);
  verdict.when = environment::now();
  verdict.comment = arguments.value("comment").value_or("");
  if (auto expires = arguments.value("expires")) {
    auto duration = workspace::parseDuration(*expires);
    if (!duration)
      return duration.takeError();
    verdict.expires = verdict.when + duration->count();
  }
  const std::string& label = request.labels.front();
  if (!environment::mayDecide(request.by, verdict.who)) {
    std::string allowed;
    for (const std::string& by : request.by)
      allowed += (allowed.empty() ? "`" : ", `") + by + "`";
    return base::usageError("`" + verdict.who + "` may not decide on `" + label + "`: only " +
                            allowed + " may");
  }
  if (request.expires && *request.expires <= verdict.when && !request.isAnswered(verdict.when))
    return base::usageError("the time to decide on `" + label + "` is over; building it again " +
                            "asks again");
  return verdict;
}

static llvm::Expected<ExitCode> runVerdict(llvm::StringRef command, Words words, Streams& io,
                                           bool approved) {
  auto invocation = invokeSimple(command, words, io);
  if (!invocation)
    return invocation.takeError();
  if (!*invocation)
    return ExitCode::Success;
  const Arguments& arguments = (*invocation)->arguments;
  auto who = host::answeringUser(("pipec " + command).str());
  if (!who)
    return who.takeError();
  auto target = singleTarget(arguments, command);
  if (!target)
    return target.takeError();
  auto workspace = workspace::findWorkspace();
  if (!workspace)
    return workspace.takeError();
  std::string module;
  if (!target->file.empty()) {
    auto path = workspace->relative(target->file);
    if (!path)
      return path.takeError();
    module = std::move(*path);
  }
  auto ledger =
      engine::openDeployState(*workspace, (*invocation)->common.places, environment::Access::Write,
                              [&io](llvm::StringRef message) { io.warning(message); });
  if (!ledger)
    return ledger.takeError();
  auto requests = (*ledger)->requests();
  if (!requests)
    return requests.takeError();
  auto request = choose(*requests, *target, module, arguments.value("subject").value_or(""));
  if (!request)
    return request.takeError();
  auto verdict = decide(**request, arguments, std::move(*who), approved);
  if (!verdict)
    return verdict.takeError();
  if (llvm::Error error = (*ledger)->recordApproval(*verdict))
    return error;
  const std::string& label = (*request)->labels.front();
  if ((*invocation)->common.quiet)
    return ExitCode::Success;
  io.err << (approved ? "approved: " : "rejected: ") << report::printable(label);
  if ((*request)->subject)
    io.err << ", subject " << (*request)->subject->shortHex();
  if (!(*request)->environments.empty())
    io.err << ", for " << joined((*request)->environments);
  if (approved)
    io.err << "; the next `pipec build` goes on from here";
  io.err << '\n';
  return ExitCode::Success;
}

llvm::Expected<ExitCode> runApprove(Words words, Streams& io) {
  return runVerdict("approve", words, io, /*approved=*/true);
}

llvm::Expected<ExitCode> runReject(Words words, Streams& io) {
  return runVerdict("reject", words, io, /*approved=*/false);
}

} // namespace pipec::cli
