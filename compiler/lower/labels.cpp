// Naming nodes.
#include "compiler/lower/labels.h"

#include "compiler/lower/builtins.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

namespace pipec::lower {

static void addNodes(const Artifact& artifact, std::vector<plan::NodeId>& nodes) {
  if (artifact.isPrevious())
    return;
  nodes.push_back(artifact.ref.node);
  if (artifact.maker.valid())
    nodes.push_back(artifact.maker);
  if (artifact.proofs)
    for (const Proof& proof : *artifact.proofs)
      nodes.push_back(proof.node);
}

std::vector<plan::NodeId> nodesOf(const Value& value) {
  std::vector<plan::NodeId> nodes;
  forEachHandle(
      value, [&](const Artifact& artifact) { addNodes(artifact, nodes); },
      [&](const Deployment& deployment) { nodes.push_back(deployment.node); },
      [&](plan::NodeId list) { nodes.push_back(list); });
  llvm::sort(nodes);
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

std::string Labeler::claim(const std::string& label) {
  std::string candidate = label;
  for (unsigned number = 2; !taken_.insert(candidate).second; ++number)
    candidate = label + "#" + llvm::utostr(number);
  return candidate;
}

void Labeler::give(plan::NodeId id, const std::string& label) {
  plan::Node& node = session_.nodes[id];
  if (node.label.empty())
    node.label = label;
  else if (node.label != label)
    node.aliases.push_back(label);
}

std::vector<std::string> Labeler::fieldNames(const RecordData& record) const {
  if (!record.symbol.valid())
    return {"first", "second"};
  std::vector<std::string> names;
  if (session_.program.symbols[record.symbol].kind == sema::SymbolKind::Action) {
    for (const sema::OutputInfo& output : session_.program.actionOf(record.symbol).outputs)
      names.push_back(output.name);
  } else {
    for (const sema::ParamInfo& field : session_.program.recordOf(record.symbol).fields)
      names.push_back(field.name);
  }
  return names;
}

void Labeler::visitParts(const std::string& label, const Value& value,
                         std::vector<plan::Binding>* bindings) {
  if (value.is<List>()) {
    for (auto [index, item] : llvm::enumerate(value.items()))
      visit(label + "[" + llvm::utostr(index) + "]", item, bindings);
  } else if (const auto* each = value.tryAs<Each>()) {
    // The elements of the expansions are named when they are known.
    size_t number = 0;
    for (const EachPart& part : each->data->parts) {
      if (part.expansion.valid())
        give(part.expansion, label);
      for (const Value& item : part.items)
        visit(label + "[" + llvm::utostr(number++) + "]", item, bindings);
    }
  } else if (const auto* map = value.tryAs<Map>()) {
    for (const auto& [key, item] : map->data->entries) {
      ArgPieces text;
      appendText(session_, key, text);
      visit(label + "[" + (text.empty() ? "" : std::get<std::string>(text.front())) + "]", item,
            bindings);
    }
  } else if (const auto* record = value.tryAs<Record>()) {
    std::vector<std::string> names = fieldNames(*record->data);
    for (auto [name, field] : llvm::zip(names, record->data->fields))
      visit(label + "." + name, field, bindings);
  }
}

/// The action whose call gives these named outputs, as a node; invalid for other records.
static plan::NodeId makerOfOutputs(const Session& session, const Record& record) {
  sema::SymbolId symbol = record.data->symbol;
  bool isOutputs =
      symbol.valid() && session.program.symbols[symbol].kind == sema::SymbolKind::Action;
  return isOutputs ? record.data->fields.front().as<Artifact>().ref.node : plan::NodeId();
}

void Labeler::visit(const std::string& label, const Value& value,
                    std::vector<plan::Binding>* bindings) {
  std::vector<plan::NodeId> nodes = bindings ? nodesOf(value) : std::vector<plan::NodeId>();
  plan::Binding binding;
  binding.label = label;
  plan::NodeId named;
  if (const auto* artifact = value.tryAs<Artifact>()) {
    binding.artifact = artifact->ref;
    named = artifact->maker;
  } else if (const auto* deployment = value.tryAs<Deployment>()) {
    named = deployment->node;
  } else if (const auto* record = value.tryAs<Record>()) {
    named = makerOfOutputs(session_, *record);
  }
  if (named.valid())
    give(named, label);
  if (bindings && !nodes.empty()) {
    binding.nodes = std::move(nodes);
    binding.stage = session_.stage;
    bindings->push_back(std::move(binding));
  }
  bool hasParts = value.is<List>() || value.is<Each>() || value.is<Map>() || value.is<Record>();
  if (hasParts)
    visitParts(label, value, bindings);
}

void Labeler::nameRest(const std::string& label, size_t firstNode) {
  for (size_t i = firstNode; i < session_.nodes.size(); ++i) {
    plan::Node& node = session_.nodes[plan::NodeId{static_cast<uint32_t>(i)}];
    if (!node.label.empty())
      continue;
    std::string name = label + "/" + node.definition;
    unsigned number = ++callees_[name];
    node.label = number == 1 ? name : name + "#" + llvm::utostr(number);
  }
}

std::string Labeler::nameElement(plan::NodeId list, const std::string& key, const Value& value,
                                 size_t firstNode) {
  const plan::Node& node = session_.nodes[list];
  std::string claimed = key;
  for (unsigned number = 2; !taken_.insert(node.label + "[" + claimed + "]").second; ++number)
    claimed = key + "#" + llvm::utostr(number);
  name(node.label + "[" + claimed + "]", value, firstNode, &elementBindings_);
  for (const std::string& alias : node.aliases)
    visit(alias + "[" + claimed + "]", value, &elementBindings_);
  return claimed;
}

static bool hasHandles(const Value& value) {
  bool found = false;
  forEachHandle(
      value, [&](const Artifact&) { found = true; }, [&](const Deployment&) { found = true; },
      [&](plan::NodeId) { found = true; });
  return found;
}

bool Labeler::mayName(SourceRange range, const Value& value) {
  static constexpr uint64_t StepsForAName = 8;
  uint64_t weight = weightOf(value);
  return session_.limits.step(range, weight) &&
         (!hasHandles(value) ||
          session_.limits.step(range, llvm::SaturatingMultiply(StepsForAName, weight)));
}

void Labeler::name(const std::string& label, const Value& value, size_t firstNode,
                   std::vector<plan::Binding>* bindings) {
  if (hasHandles(value))
    visit(label, value, bindings);
  nameRest(label, firstNode);
}

} // namespace pipec::lower
