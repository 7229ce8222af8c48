// Comprehensions: generators within generators, in the order written.
#include "compiler/lower/evaluator.h"
#include "compiler/lower/labels.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipec::lower {

namespace {
/// A loop that stopped where a generator goes over a list of run-time length.
struct Suspension {
  Frame frame;
  std::optional<ActionBody> body; ///< what `frame.body` shall point to
  size_t generator = 0;
  Value list;
};

/// Of a loop that has suspensions: what it gives, and where it goes on, in order.
using Steps = std::vector<std::variant<Value, Suspension>>;

class ComprehensionRun {
public:
  ComprehensionRun(Session& session, Evaluator& evaluator, Frame& frame, ast::ExprId id)
      : session_(session), evaluator_(evaluator), frame_(frame), id_(id),
        node_(std::get<ast::Comprehension>(frame.syntax.exprs[id].node)),
        info_(frame.checked.comprehensionOf(id)) {}

  Result run() {
    if (!generate(0))
      return std::nullopt;
    if (isMap())
      return makeMap(std::move(entries_));
    if (llvm::any_of(steps_, [](const auto& step) { return step.index() == 1; }))
      return suspended();
    return makeList(takeItems());
  }
  /// Goes on at generator number `index` with one element of its list; what that gives.
  std::optional<std::vector<Value>> resume(size_t index, const Value& item) {
    if (!iterate(index, Value(int64_t{0}), item))
      return std::nullopt;
    return takeItems();
  }
  /// What the loop gives for the first element of each generator from number `index` on.
  Result sample(size_t index);

private:
  bool isMap() const { return node_.key.valid(); }

  /// Runs generator number `index` and those after it; after the last one, the element.
  bool generate(size_t index);
  bool iterate(size_t index, const Value& first, const Value& second);
  void bind(size_t index, const Value& first, const Value& second);
  bool element();
  std::vector<Value> takeItems();
  Result suspended();

  Session& session_;
  Evaluator& evaluator_;
  Frame& frame_;
  ast::ExprId id_;
  const ast::Comprehension& node_;
  const sema::ComprehensionInfo& info_;
  Steps steps_;
  MapData entries_;
};
} // namespace

std::vector<Value> ComprehensionRun::takeItems() {
  std::vector<Value> items;
  items.reserve(steps_.size());
  for (auto& step : steps_)
    items.push_back(std::move(std::get<Value>(step)));
  steps_.clear();
  return items;
}

bool ComprehensionRun::generate(size_t index) {
  if (index == node_.generators.size())
    return element();
  const ast::Generator& generator = node_.generators[index];
  Limits::Level level(session_.limits, frame_.range(generator.iterable));
  Result written = level ? evaluator_.evaluate(frame_, generator.iterable) : std::nullopt;
  Result iterable = written ? session_.known(*written) : std::nullopt;
  if (!iterable)
    return false;
  if (iterable->is<Each>()) {
    std::optional<ActionBody> body;
    if (frame_.body)
      body = *frame_.body;
    steps_.push_back(Suspension{frame_, std::move(body), index, std::move(*iterable)});
    return true;
  }
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

void ComprehensionRun::bind(size_t index, const Value& first, const Value& second) {
  const sema::GeneratorInfo& slots = info_.generators[index];
  if (node_.generators[index].second) {
    frame_.bind(slots.first, first);
    frame_.bind(slots.second, second);
  } else {
    frame_.bind(slots.first, second);
  }
}

bool ComprehensionRun::iterate(size_t index, const Value& first, const Value& second) {
  const ast::Generator& generator = node_.generators[index];
  if (!session_.limits.step(frame_.range(generator.iterable)))
    return false;
  bind(index, first, second);
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
    steps_.push_back(std::move(*value));
    return true;
  }
  std::string name = keyText(*key);
  if (entries_.insert(std::move(*key), std::move(*value)))
    return true;
  session_.reporter.report(Code::E0704, frame_.range(node_.key),
                           "this `for` gives two entries for \"" + name + "\"");
  return false;
}

// ---- lists of run-time length
// --------------------------------------------------------------------

Result ComprehensionRun::sample(size_t index) {
  if (index == node_.generators.size())
    return evaluator_.evaluate(frame_, node_.value);
  Result written = evaluator_.evaluate(frame_, node_.generators[index].iterable);
  Result iterable = written ? session_.known(*written) : std::nullopt;
  if (!iterable)
    return std::nullopt;
  if (const auto* map = iterable->tryAs<Map>()) {
    if (map->data->entries.empty())
      return std::nullopt;
    const auto& [key, value] = map->data->entries.front();
    bind(index, key, value);
  } else {
    if (iterable->items().empty())
      return std::nullopt;
    bind(index, Value(int64_t{0}), iterable->items().front());
  }
  return sample(index + 1);
}

/// The run of a suspended loop, in a frame of its own.
template <class Use>
static auto goOn(Session& session, ast::ExprId id, const Suspension& suspension, Use use) {
  Evaluator evaluator(session);
  Frame frame = suspension.frame;
  frame.body = suspension.body ? &*suspension.body : nullptr;
  return use(ComprehensionRun(session, evaluator, frame, id));
}

/// Appends what a suspended loop gives for the elements of its list. They are named after `loop`.
static bool runSuspended(Session& session, plan::NodeId loop, ast::ExprId id,
                         const Suspension& suspension, Elements& elements) {
  return goOn(session, id, suspension, [&](ComprehensionRun run) {
    std::optional<Elements> sources = session.lists.elements(suspension.list);
    assert(sources && "it goes on when the list is known");
    for (const Element& source : *sources) {
      size_t firstNode = session.nodes.size();
      auto values = run.resume(suspension.generator, source.value);
      if (!values)
        return false;
      for (Value& value : *values) {
        std::string key = session.labeler->nameElement(loop, source.key, value, firstNode);
        elements.push_back({std::move(key), std::move(value)});
      }
      // What the condition alone has made.
      session.labeler->nameRest(session.nodes[loop].label + "[" + source.key + "]", firstNode);
    }
    return true;
  });
}

Result ComprehensionRun::suspended() {
  SourceRange range = frame_.range(id_);
  std::vector<EachPart> open;
  for (const auto& step : steps_)
    if (const auto* suspension = std::get_if<Suspension>(&step))
      llvm::append_range(open, suspension->list.as<Each>().data->parts);
  Value lists = makeEach(std::move(open));

  std::optional<plan::NodeId> loop =
      session_.addExpansion(range, plan::Expansion{}, waitsFor(lists), "for");
  if (!loop)
    return std::nullopt;
  auto steps = std::make_shared<const Steps>(std::move(steps_));
  Session& session = session_;
  ast::ExprId id = id_;
  session_.lists.add(*loop, [&session, steps, id]() -> Result {
    const auto& first = steps->front();
    if (const auto* value = std::get_if<Value>(&first))
      return *value;
    const Suspension& suspension = std::get<Suspension>(first);
    return goOn(session, id, suspension,
                [&](ComprehensionRun run) { return run.sample(suspension.generator); });
  });
  session_.lists.await(*loop, lists, [&session, steps, id, range, loop = *loop] {
    session.limits.loops.push_back({range, session.nodes.size()});
    Elements elements;
    bool done = llvm::all_of(*steps, [&](const auto& step) {
      if (const auto* suspension = std::get_if<Suspension>(&step))
        return runSuspended(session, loop, id, *suspension, elements);
      Value value = std::get<Value>(step);
      std::string key = session.labeler->nameElement(loop, llvm::utostr(elements.size()), value,
                                                     session.nodes.size());
      elements.push_back({std::move(key), std::move(value)});
      return true;
    });
    session.limits.loops.pop_back();
    if (done)
      session.lists.set(loop, std::move(elements));
    return done;
  });
  return makeEach({{*loop, {}}});
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::Comprehension&) {
  session_.limits.loops.push_back({frame.range(id), session_.nodes.size()});
  Result value = ComprehensionRun(session_, *this, frame, id).run();
  session_.limits.loops.pop_back();
  return value;
}

} // namespace pipec::lower
