// Comprehensions: generators within generators, in the order written.
#include "compiler/lower/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace pipec::lower {

namespace {
class ComprehensionRun {
public:
  ComprehensionRun(Session& session, Evaluator& evaluator, Frame& frame,
                   const ast::Comprehension& node, const sema::ComprehensionInfo& info)
      : session_(session), evaluator_(evaluator), frame_(frame), node_(node), info_(info) {}

  Result run() {
    if (!generate(0))
      return std::nullopt;
    return isMap() ? makeMap(std::move(entries_)) : makeList(std::move(items_));
  }

private:
  bool isMap() const { return node_.key.valid(); }

  /// Runs generator number `index` and those after it; after the last one, the element.
  bool generate(size_t index);
  bool iterate(size_t index, const Value& first, const Value& second);
  bool element();

  Session& session_;
  Evaluator& evaluator_;
  Frame& frame_;
  const ast::Comprehension& node_;
  const sema::ComprehensionInfo& info_;
  std::vector<Value> items_;
  MapData entries_;
};
} // namespace

bool ComprehensionRun::generate(size_t index) {
  if (index == node_.generators.size())
    return element();
  const ast::Generator& generator = node_.generators[index];
  Limits::Level level(session_.limits, frame_.range(generator.iterable));
  Result iterable = level ? evaluator_.evaluate(frame_, generator.iterable) : std::nullopt;
  if (!iterable)
    return false;
  if (const auto* map = iterable->tryAs<Map>()) {
    for (const auto& [key, value] : map->data->entries)
      if (!iterate(index, key, value))
        return false;
    return true;
  }
  for (auto [position, item] : llvm::enumerate(iterable->items()))
    if (!iterate(index, Value(static_cast<int64_t>(position)), item))
      return false;
  return true;
}

bool ComprehensionRun::iterate(size_t index, const Value& first, const Value& second) {
  const ast::Generator& generator = node_.generators[index];
  const sema::GeneratorInfo& slots = info_.generators[index];
  if (!session_.limits.step(frame_.range(generator.iterable)))
    return false;
  if (generator.second) {
    frame_.bind(slots.first, first);
    frame_.bind(slots.second, second);
  } else {
    frame_.bind(slots.first, second);
  }
  if (generator.condition.valid()) {
    Result wanted = evaluator_.evaluate(frame_, generator.condition);
    if (!wanted)
      return false;
    if (!wanted->asBool())
      return true;
  }
  return generate(index + 1);
}

bool ComprehensionRun::element() {
  Result key = isMap() ? evaluator_.evaluate(frame_, node_.key) : Result(Value());
  Result value = key ? evaluator_.evaluate(frame_, node_.value) : std::nullopt;
  if (!value)
    return false;
  if (!isMap()) {
    items_.push_back(std::move(*value));
    return true;
  }
  std::string name = keyText(*key);
  if (entries_.insert(std::move(*key), std::move(*value)))
    return true;
  session_.reporter.report(Code::E0704, frame_.range(node_.key),
                           "this `for` gives two entries for \"" + name + "\"");
  return false;
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::Comprehension& node) {
  session_.limits.loops.push_back({frame.range(id), session_.nodes.size()});
  Result value =
      ComprehensionRun(session_, *this, frame, node, frame.checked.comprehensionOf(id)).run();
  session_.limits.loops.pop_back();
  return value;
}

} // namespace pipec::lower
