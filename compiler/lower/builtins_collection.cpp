// Members of List and Map.
#include "compiler/lower/builtins.h"
#include "compiler/lower/scalars.h"
#include "compiler/lower/value_hasher.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <unordered_set>

namespace pipec::lower {

using sema::Method;

static Result join(const BuiltinCall& call, llvm::ArrayRef<Value> items) {
  ArgPieces pieces;
  uint64_t bytes = 0;
  for (auto [index, item] : llvm::enumerate(items)) {
    ArgPieces part;
    if (index != 0)
      append(part, call.argument(0).text().str());
    appendText(call.session, item, part);
    bytes += textSize(part);
    if (!call.session.limits.length(call.range, bytes))
      return std::nullopt;
    for (ArgPiece& piece : part)
      append(pieces, std::move(piece));
  }
  if (!call.session.limits.string(call.range, bytes))
    return std::nullopt;
  return makeArg(std::move(pieces));
}

/// The first of equal elements stays.
static Value unique(llvm::ArrayRef<Value> items) {
  std::vector<Value> kept;
  std::unordered_set<base::FastHash> seen;
  for (const Value& item : items) {
    ValueHasher hasher(ValueHasher::Versions::ByOrder);
    hasher.add(item);
    if (seen.insert(hasher.hash()).second)
      kept.push_back(item);
  }
  return makeList(std::move(kept));
}

static Value sort(llvm::ArrayRef<Value> items) {
  std::vector<Value> sorted = items;
  llvm::stable_sort(sorted, [](const Value& a, const Value& b) { return compareValues(a, b) < 0; });
  return makeList(std::move(sorted));
}

static Result flatten(const BuiltinCall& call, llvm::ArrayRef<Value> items) {
  std::vector<Value> flat;
  for (const Value& item : items) {
    if (!call.session.limits.step(call.range, item.items().size()))
      return std::nullopt;
    llvm::append_range(flat, item.items());
  }
  return makeList(std::move(flat));
}

static Value zip(llvm::ArrayRef<Value> items, llvm::ArrayRef<Value> others) {
  std::vector<Value> pairs;
  for (size_t i = 0; i < std::min(items.size(), others.size()); ++i)
    pairs.push_back(makeRecord(sema::SymbolId(), {items[i], others[i]}));
  return makeList(std::move(pairs));
}

static Result sum(const BuiltinCall& call, llvm::ArrayRef<Value> items) {
  int64_t total = 0;
  for (const Value& item : items) {
    std::optional<int64_t> next = llvm::checkedAdd(total, item.asInt());
    if (!next) {
      call.error(Code::E0702, "integer overflow in this sum");
      return std::nullopt;
    }
    total = *next;
  }
  return total;
}

static Result extreme(const BuiltinCall& call, Method method, llvm::ArrayRef<Value> items) {
  if (items.empty()) {
    call.error(Code::E0703, llvm::Twine("an empty list has no ") +
                                (method == Method::ListMax ? "maximum" : "minimum"));
    return std::nullopt;
  }
  auto less = [](const Value& a, const Value& b) { return a.asInt() < b.asInt(); };
  return method == Method::ListMax ? *llvm::max_element(items, less)
                                   : *llvm::min_element(items, less);
}

Result listMember(const BuiltinCall& call, Method method, const List& receiver) {
  llvm::ArrayRef<Value> items = *receiver.items;
  if (method == Method::ListLen)
    return static_cast<int64_t>(items.size());
  if (method == Method::ListFirst)
    return items.empty() ? Value() : items.front();
  bool looksDeep = method == Method::ListUnique || method == Method::ListSort;
  uint64_t steps = looksDeep ? receiver.weight : items.size();
  // A list of n elements is sorted by about n log n comparisons.
  for (size_t rest = method == Method::ListSort ? items.size() : 0; rest > 1; rest /= 2)
    steps = llvm::SaturatingAdd(steps, receiver.weight);
  if (!call.session.limits.step(call.range, steps))
    return std::nullopt;
  switch (method) {
  case Method::ListJoin:
    return join(call, items);
  case Method::ListSort:
    return sort(items);
  case Method::ListUnique:
    return unique(items);
  case Method::ListFlatten:
    return flatten(call, items);
  case Method::ListReverse:
    return makeList(std::vector<Value>(items.rbegin(), items.rend()));
  case Method::ListZip:
    return zip(items, call.argument(0).items());
  case Method::ListSum:
    return sum(call, items);
  case Method::ListMax:
  case Method::ListMin:
    return extreme(call, method, items);
  default:
    llvm_unreachable("not a member of List");
  }
}

Result mapMember(const BuiltinCall& call, Method method, const MapData& map) {
  if (method == Method::MapLen)
    return static_cast<int64_t>(map.entries.size());
  if (method == Method::MapGet) {
    if (!call.session.limits.step(call.range, weightOf(call.argument(0))))
      return std::nullopt;
    const Value* found = map.find(call.argument(0));
    return found ? *found : Value();
  }
  if (!call.session.limits.step(call.range, map.entries.size()))
    return std::nullopt;
  std::vector<Value> items;
  for (const auto& [key, value] : map.entries)
    items.push_back(method == Method::MapKeys ? key : value);
  return makeList(std::move(items));
}

} // namespace pipec::lower
