// What gates ask for, and the verdicts.
#include "compiler/base/error.h"
#include "compiler/base/json.h"
#include "runtime/environment/ledger.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::environment {

static std::string listText(llvm::ArrayRef<std::string> texts) {
  auto write = [&](llvm::json::OStream& json) {
    json.array([&] {
      for (const std::string& text : texts)
        json.value(base::jsonText(text));
    });
  };
  return base::renderJson(write, /*pretty=*/false);
}

/// False: `text` is no list that listText() wrote.
static bool readList(llvm::StringRef text, std::vector<std::string>& texts) {
  llvm::json::Path::Root root;
  auto json = base::parseJson(text);
  if (json)
    return llvm::json::fromJSON(*json, texts, root);
  llvm::consumeError(json.takeError());
  return false;
}

bool ApprovalRequest::isAnswered(int64_t time) const {
  return verdict && (!verdict->expires || *verdict->expires > time);
}

llvm::Error Ledger::recordApproval(const Approval& approval) {
  std::lock_guard lock(mutex_);
  auto write = database_->prepare("INSERT INTO approvals (key, approved, who, decided, comment, "
                                  "expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  if (!write)
    return write.takeError();
  return write->execute(approval.key, approval.approved, approval.who, approval.when,
                        approval.comment, approval.expires);
}

llvm::Expected<bool> Ledger::wasApprovedUnderOldName(llvm::StringRef module,
                                                     llvm::StringRef label) {
  std::lock_guard lock(mutex_);
  if (!database_)
    return false;
  auto read = database_->prepare("SELECT labels FROM approval_requests JOIN approvals USING (key) "
                                 "WHERE length(key) = ?1 AND module = ?2 AND approved");
  if (!read)
    return read.takeError();
  bool was = false;
  auto look = [&](const db::Row& row) {
    std::vector<std::string> labels;
    was |= readList(row.text(0), labels) && llvm::is_contained(labels, label);
  };
  if (llvm::Error error = read->each(look, base::Digest::OldNameSize, module))
    return error;
  return was;
}

static std::optional<int64_t> optionalInteger(const db::Row& row, int column) {
  return row.isNull(column) ? std::nullopt : std::optional(row.integer(column));
}

llvm::Expected<std::optional<Approval>> Ledger::approval(const base::Digest& key) {
  std::lock_guard lock(mutex_);
  if (!database_)
    return std::nullopt;
  auto read = database_->prepare("SELECT approved, who, decided, comment, expires FROM approvals "
                                 "WHERE key = ?1 ORDER BY sequence DESC");
  if (!read)
    return read.takeError();
  Approval approval;
  approval.key = key;
  auto take = [&](const db::Row& row) {
    approval.approved = row.boolean(0);
    approval.who = row.text(1).str();
    approval.when = row.integer(2);
    approval.comment = row.text(3).str();
    approval.expires = optionalInteger(row, 4);
  };
  auto found = read->first(take, key);
  if (!found)
    return found.takeError();
  return *found ? std::optional(std::move(approval)) : std::nullopt;
}

// ---- requests ------------------------------------------------------------------

llvm::Error Ledger::recordRequest(const ApprovalRequest& request) {
  std::lock_guard lock(mutex_);
  auto write = database_->prepare("INSERT OR REPLACE INTO approval_requests VALUES "
                                  "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  if (!write)
    return write.takeError();
  return write->execute(request.key, request.module, listText(request.labels), request.subject,
                        listText(request.environments), listText(request.by), request.message,
                        request.execution, request.requested, request.expires);
}

llvm::Expected<std::vector<ApprovalRequest>> Ledger::requests() {
  std::vector<ApprovalRequest> requests;
  {
    std::lock_guard lock(mutex_);
    if (!database_)
      return requests;
    auto read = database_->prepare(
        "SELECT key, module, labels, subject, environments, deciders, message, execution, "
        "requested, expires FROM approval_requests WHERE length(key) <> ?1 "
        "ORDER BY requested DESC, key");
    if (!read)
      return read.takeError();
    bool readable = true;
    auto add = [&](const db::Row& row) {
      ApprovalRequest request;
      request.key = row.digest(0).value_or(base::Digest{});
      request.module = row.text(1).str();
      readable &= readList(row.text(2), request.labels) &&
                  readList(row.text(4), request.environments) &&
                  readList(row.text(5), request.by) && !request.labels.empty();
      request.subject = row.digest(3);
      request.message = row.text(6).str();
      request.execution = row.text(7).str();
      request.requested = row.integer(8);
      request.expires = optionalInteger(row, 9);
      requests.push_back(std::move(request));
    };
    if (llvm::Error error = read->each(add, base::Digest::OldNameSize))
      return error;
    if (!readable)
      return base::worldError("`" + database_->path() +
                              "` is damaged: a request for an approval "
                              "cannot be read; restore it from a backup");
  }
  for (ApprovalRequest& request : requests) {
    auto verdict = approval(request.key);
    if (!verdict)
      return verdict.takeError();
    request.verdict = std::move(*verdict);
  }
  return requests;
}

} // namespace pipec::environment
