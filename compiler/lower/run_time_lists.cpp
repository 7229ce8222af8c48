// Waiting for lists, and going on when they are known.
#include "compiler/lower/run_time_lists.h"

#include "compiler/lower/labels.h"
#include "compiler/lower/session.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::lower {

void RunTimeLists::add(plan::NodeId list, std::function<Result()> sample) {
  lists_.try_emplace(list).first->second.sample = std::move(sample);
}

void RunTimeLists::await(plan::NodeId node, const Value& value, Resume resume) {
  Waiting waiting;
  waiting.node = node;
  waiting.resume = std::move(resume);
  waiting.calls = session_.reporter.calls;
  std::set<plan::NodeId> open;
  forEachHandle(
      value, [](const Artifact&) {}, [](const Deployment&) {},
      [&](plan::NodeId list) {
        if (!elementsOf(list))
          open.insert(list);
      });
  waiting.missing = open.size();
  for (plan::NodeId list : open)
    lists_.at(list).waiters.push_back(waiting_.size());
  if (open.empty())
    ready_.insert(waiting_.size());
  waiting_.push_back(std::move(waiting));
}

void RunTimeLists::addFiles(plan::NodeId list, MakeFile file) {
  add(list, [file] { return file("element"); });
  lists_.at(list).file = std::move(file);
}

void RunTimeLists::setFiles(plan::NodeId list, std::vector<std::string> paths) {
  await(list, Value(), [this, list, paths = std::move(paths)] {
    Elements elements;
    for (const std::string& path : paths) {
      size_t firstNode = session_.nodes.size();
      Result file = lists_.at(list).file(path);
      if (!file)
        return false;
      std::string key = session_.labeler->nameElement(list, path, *file, firstNode);
      elements.push_back({std::move(key), std::move(*file)});
    }
    set(list, std::move(elements));
    return true;
  });
}

void RunTimeLists::set(plan::NodeId id, Elements elements) {
  List& list = lists_.at(id);
  list.elements = std::move(elements);
  for (size_t waiter : list.waiters)
    if (--waiting_[waiter].missing == 0)
      ready_.insert(waiter);
}

plan::Growth::Failure RunTimeLists::failureOf(const diagnostics::Diagnostic& message) {
  std::string text = message.message;
  if (!message.primary.text.empty())
    text += " (" + message.primary.text + ")";
  for (const diagnostics::Label& label : message.secondary) {
    plan::Location place = session_.reporter.location(label.range);
    text += "; " + (label.text.empty() ? "see" : label.text) + ": " + place.file + ":" +
            llvm::utostr(place.line) + ":" + llvm::utostr(place.column);
  }
  return {diagnostics::codeName(message.code).str(), std::move(text),
          session_.reporter.location(message.primary.range)};
}

bool RunTimeLists::resumeOne(Waiting& waiting, diagnostics::DiagnosticConsumer& consumer) {
  auto stage = std::exchange(session_.stage, session_.nodes[waiting.node].stage);
  auto nextStage = std::exchange(session_.nextStage, session_.nodes[waiting.node].before);
  auto calls = std::exchange(session_.reporter.calls, waiting.calls);
  diagnostics::DiagnosticList messages;
  diagnostics::DiagnosticConsumer& before = session_.reporter.redirect(messages);
  bool done = waiting.resume();
  session_.reporter.redirect(before);
  session_.stage = stage;
  session_.nextStage = nextStage;
  session_.reporter.calls = std::move(calls);
  waiting.resume = nullptr; // what it holds is no longer needed
  for (const diagnostics::Diagnostic& message : messages.all()) {
    if (done || message.severity() != diagnostics::Severity::Error) {
      consumer.handle(message);
    } else if (!failureOf(waiting.node)) {
      fail(waiting.node, failureOf(message));
    }
  }
  return done;
}

std::vector<plan::NodeId> RunTimeLists::resume(diagnostics::DiagnosticConsumer& consumer) {
  std::vector<plan::NodeId> done;
  while (!ready_.empty()) {
    size_t next = *ready_.begin();
    ready_.erase(ready_.begin());
    // What is resumed may make others wait, so it is moved out of the table.
    Waiting waiting = std::move(waiting_[next]);
    if (resumeOne(waiting, consumer))
      done.push_back(waiting.node);
  }
  return done;
}

const Elements* RunTimeLists::elementsOf(plan::NodeId list) const {
  auto found = lists_.find(list);
  return found != lists_.end() && found->second.elements ? &*found->second.elements : nullptr;
}

std::optional<Elements> RunTimeLists::elements(const Value& value) const {
  Elements all;
  size_t number = 0;
  auto add = [&](llvm::ArrayRef<Value> items) {
    for (const Value& item : items)
      all.push_back({llvm::utostr(number++), item});
  };
  const auto* each = value.tryAs<Each>();
  if (!each) {
    add(value.items());
    return all;
  }
  for (const EachPart& part : each->data->parts) {
    add(part.items);
    if (!part.expansion.valid())
      continue;
    const Elements* known = elementsOf(part.expansion);
    if (!known)
      return std::nullopt;
    llvm::append_range(all, *known);
  }
  return all;
}

Value RunTimeLists::resolved(const Value& value) const {
  if (!value.is<Each>())
    return value;
  std::optional<Elements> known = elements(value);
  if (!known)
    return value;
  std::vector<Value> items;
  for (Element& element : *known)
    items.push_back(std::move(element.value));
  return makeList(std::move(items));
}

Result RunTimeLists::sample(const Value& value) const {
  for (const EachPart& part : value.as<Each>().data->parts) {
    if (!part.items.empty())
      return part.items.front();
    if (part.expansion.valid())
      return lists_.at(part.expansion).sample();
  }
  return std::nullopt;
}

const plan::Growth::Failure* RunTimeLists::failureOf(plan::NodeId node) const {
  auto found = failures_.find(node);
  return found == failures_.end() ? nullptr : &found->second;
}

void RunTimeLists::fail(plan::NodeId node, plan::Growth::Failure failure) {
  failures_.emplace(node, std::move(failure));
}

} // namespace pipec::lower
