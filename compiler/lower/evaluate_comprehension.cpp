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
  size_t position = 0; ///< how many items come before what it gives
};

/// What a loop gives, and where it goes on.
struct Steps {
  std::vector<Value> items;
  std::vector<Suspension> suspensions;
};

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
    if (!steps_.suspensions.empty())
      return suspended();
    return makeList(std::move(steps_.items));
  }
  /// Goes on at generator number `index` with one element of its list; what that gives.
  std::optional<std::vector<Value>> resume(size_t index, const Value& item) {
    if (!iterate(index, Value(int64_t{0}), item))
      return std::nullopt;
    return std::exchange(steps_.items, {});
  }
  /// What the loop gives for `item` at generator number `index`, and the first element of each
  /// generator after it.
  Result sample(size_t index, const Value& item) {
    bind(index, Value(int64_t{0}), item);
    return sample(index + 1);
  }

private:
  bool isMap() const { return node_.key.valid(); }

  /// Runs generator number `index` and those after it; after the last one, the element.
  bool generate(size_t index);
  bool iterate(size_t index, const Value& first, const Value& second);
  void bind(size_t index, const Value& first, const Value& second);
  bool element();
  Result sample(size_t index);
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
    steps_.suspensions.push_back(
        {frame_, std::move(body), index, std::move(*iterable), steps_.items.size()});
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
    steps_.items.push_back(std::move(*value));
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
  for (const Suspension& suspension : steps_.suspensions)
    llvm::append_range(open, suspension.list.as<Each>().data->parts);
  Value lists = makeEach(std::move(open));

  std::optional<plan::NodeId> loop =
      session_.addExpansion(range, plan::Expansion{}, waitsFor(lists), "for");
  if (!loop)
    return std::nullopt;
  auto steps = std::make_shared<const Steps>(std::move(steps_));
  Session& session = session_;
  ast::ExprId id = id_;
  session_.lists.add(*loop, [&session, steps, id]() -> Result {
    if (!steps->items.empty())
      return steps->items.front();
    const Suspension& suspension = steps->suspensions.front();
    Result item = session.lists.sample(suspension.list);
    if (!item)
      return std::nullopt;
    return goOn(session, id, suspension,
                [&](ComprehensionRun run) { return run.sample(suspension.generator, *item); });
  });
  session_.lists.await(*loop, lists, [&session, steps, id, range, loop = *loop] {
    session.limits.loops.push_back({range, session.nodes.size()});
    Elements elements;
    bool done = true;
    auto known = steps->items.begin();
    auto addKnown = [&](size_t end) {
      for (; known != steps->items.begin() + end; ++known) {
        size_t number = known - steps->items.begin();
        std::string key =
            session.labeler->nameElement(loop, llvm::utostr(number), *known, session.nodes.size());
        elements.push_back({std::move(key), *known});
      }
    };
    for (const Suspension& suspension : steps->suspensions) {
      addKnown(suspension.position);
      done = done && runSuspended(session, loop, id, suspension, elements);
    }
    addKnown(steps->items.size());
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
