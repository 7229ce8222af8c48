// Making and taking apart values.
#include "compiler/lower/value.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

namespace pipec::lower {

void append(ArgPieces& pieces, ArgPiece piece) {
  auto* text = std::get_if<std::string>(&piece);
  if (text && text->empty())
    return;
  if (text && !pieces.empty())
    if (auto* last = std::get_if<std::string>(&pieces.back())) {
      *last += *text;
      return;
    }
  pieces.push_back(std::move(piece));
}

std::string keyText(const Value& key) {
  if (const int64_t* number = key.tryAs<int64_t>())
    return llvm::itostr(*number);
  if (const auto* enumerator = key.tryAs<Enumerator>())
    return llvm::utostr(enumerator->member);
  return key.text().str();
}

bool MapData::insert(Value key, Value value) {
  if (!index.try_emplace(keyText(key), entries.size()).second)
    return false;
  entries.emplace_back(std::move(key), std::move(value));
  return true;
}

const Value* MapData::find(const Value& key) const {
  auto found = index.find(keyText(key));
  return found == index.end() ? nullptr : &entries[found->second].second;
}

Value makeText(TextKind kind, std::string text) {
  return Text{kind, std::make_shared<const std::string>(std::move(text))};
}
Value makeString(std::string text) {
  return makeText(TextKind::String, std::move(text));
}
static uint64_t weightOfAll(llvm::ArrayRef<Value> values) {
  uint64_t weight = 1;
  for (const Value& value : values)
    weight = llvm::SaturatingAdd(weight, weightOf(value));
  return weight;
}

Value makeList(std::vector<Value> items) {
  uint64_t weight = weightOfAll(items);
  return List{std::make_shared<const std::vector<Value>>(std::move(items)), weight};
}
Value makeEach(std::vector<EachPart> parts) {
  uint64_t weight = 1;
  for (const EachPart& part : parts)
    weight = llvm::SaturatingAdd(weight, weightOfAll(part.items));
  if (llvm::any_of(parts, [](const EachPart& part) { return part.expansion.valid(); }))
    return Each{std::make_shared<const EachData>(EachData{std::move(parts)}), weight};
  std::vector<Value> items;
  for (EachPart& part : parts)
    llvm::append_range(items, std::move(part.items));
  return makeList(std::move(items));
}
Value makeMap(MapData data) {
  uint64_t weight = 1;
  for (const auto& [key, value] : data.entries)
    weight = llvm::SaturatingAdd(weight, weightOf(key), weightOf(value));
  return Map{std::make_shared<const MapData>(std::move(data)), weight};
}
Value makeRecord(sema::SymbolId symbol, std::vector<Value> fields) {
  uint64_t weight = weightOfAll(fields);
  return Record{std::make_shared<const RecordData>(RecordData{symbol, std::move(fields)}), weight};
}
Value makeCommand(std::vector<ShellPart> parts) {
  uint64_t size = 0;
  for (const ShellPart& part : parts) {
    const auto* literal = std::get_if<std::string>(&part);
    size += literal ? literal->size() : textSize(std::get<ShellReference>(part).value);
  }
  uint64_t weight = 1 + parts.size() + size / 1024;
  return Command{std::make_shared<const std::vector<ShellPart>>(std::move(parts)), weight};
}

Value makeArg(ArgPieces pieces) {
  if (pieces.empty())
    return makeString({});
  if (pieces.size() == 1)
    if (auto* text = std::get_if<std::string>(&pieces.front()))
      return makeString(std::move(*text));
  uint64_t weight = 1 + pieces.size() + textSize(pieces) / 1024;
  return Arg{std::make_shared<const ArgPieces>(std::move(pieces)), weight};
}

uint64_t textSize(const ArgPieces& pieces) {
  static constexpr uint64_t PathSize = 16;
  uint64_t size = 0;
  for (const ArgPiece& piece : pieces) {
    const auto* text = std::get_if<std::string>(&piece);
    size += text ? text->size() : PathSize;
  }
  return size;
}

namespace {
struct Weigh {
  uint64_t operator()(const Text& text) const { return 1 + text.text->size() / 1024; }
  template <class Held> uint64_t operator()(const Held& held) const {
    if constexpr (requires { held.weight; })
      return held.weight;
    else
      return 1;
  }
};
} // namespace

uint64_t weightOf(const Value& value) {
  return std::visit(Weigh(), value.variant());
}

Proofs unite(const Proofs& a, const Proofs& b) {
  if (!a || a == b)
    return b;
  if (!b)
    return a;
  std::vector<Proof> both;
  std::set_union(a->begin(), a->end(), b->begin(), b->end(), std::back_inserter(both));
  return std::make_shared<const std::vector<Proof>>(std::move(both));
}

Proofs addProof(const Proofs& proofs, Proof proof) {
  return unite(proofs, std::make_shared<const std::vector<Proof>>(1, proof));
}

namespace {
/// Recursion is as deep as types are: lists hold lists only as far as the text says.
struct HandleWalk {
  llvm::function_ref<void(const Artifact&)> artifact;
  llvm::function_ref<void(const Deployment&)> deployment;
  llvm::function_ref<void(plan::NodeId)> expansion;

  void pieces(const ArgPieces& pieces) {
    for (const ArgPiece& piece : pieces) {
      if (const auto* path = std::get_if<ArtifactPiece>(&piece))
        artifact(path->artifact);
      else if (const auto* url = std::get_if<UrlPiece>(&piece))
        deployment(Deployment{url->deployment});
    }
  }

  void held(const Artifact& value) { artifact(value); }
  void held(const Deployment& value) { deployment(value); }
  void held(const Arg& arg) { pieces(*arg.pieces); }
  void held(const Command& command) {
    for (const ShellPart& part : *command.parts)
      if (const auto* reference = std::get_if<ShellReference>(&part))
        pieces(reference->value);
  }
  void held(const List& list) { values(*list.items); }
  void held(const Each& each) {
    for (const EachPart& part : each.data->parts) {
      if (part.expansion.valid())
        expansion(part.expansion);
      values(part.items);
    }
  }
  void held(const Map& map) {
    for (const auto& [key, item] : map.data->entries)
      value(item);
  }
  void held(const Record& record) { values(record.data->fields); }
  template <class Scalar> void held(const Scalar&) {}

  void values(const std::vector<Value>& items) {
    for (const Value& item : items)
      value(item);
  }
  void value(const Value& value) {
    std::visit([this](const auto& alternative) { held(alternative); }, value.variant());
  }
};
} // namespace

void forEachHandle(const Value& value, llvm::function_ref<void(const Artifact&)> artifact,
                   llvm::function_ref<void(const Deployment&)> deployment,
                   llvm::function_ref<void(plan::NodeId)> expansion) {
  HandleWalk{artifact, deployment, expansion}.value(value);
}

} // namespace pipec::lower
