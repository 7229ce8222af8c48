// Values as bytes.
#include "compiler/lower/value_hasher.h"

#include "compiler/sema/literal_text.h"

#include "llvm/Support/Endian.h"

namespace pipec::lower {

void ValueHasher::add(uint64_t number) {
  char little[8];
  llvm::support::endian::write64le(little, number);
  bytes_.append(little, sizeof(little));
}

void ValueHasher::add(llvm::StringRef text) {
  add(uint64_t(text.size()));
  bytes_.append(text.data(), text.size());
}

void ValueHasher::held(const Text& text) {
  add(uint64_t(text.kind));
  bool byOrder = text.kind == TextKind::Version && versions_ == Versions::ByOrder;
  add(byOrder ? llvm::StringRef(sema::normalVersion(*text.text)) : llvm::StringRef(*text.text));
}

void ValueHasher::held(const Artifact& artifact) {
  add(uint64_t(artifact.ref.node.index));
  add(uint64_t(artifact.ref.output));
  add(uint64_t(artifact.type));
}

void ValueHasher::add(const ArgPiece& piece) {
  add(uint64_t(piece.index()));
  if (const auto* text = std::get_if<std::string>(&piece)) {
    add(llvm::StringRef(*text));
  } else if (const auto* artifact = std::get_if<ArtifactPiece>(&piece)) {
    held(artifact->artifact);
    add(uint64_t(artifact->content));
  } else if (const auto* url = std::get_if<UrlPiece>(&piece)) {
    add(uint64_t(url->deployment.index));
  } else {
    const BodyPiece& body = std::get<BodyPiece>(piece);
    add(uint64_t(body.name));
    add(uint64_t(body.output));
    add(uint64_t(body.body));
  }
}

void ValueHasher::add(const ArgPieces& pieces) {
  add(uint64_t(pieces.size()));
  for (const ArgPiece& piece : pieces)
    add(piece);
}

void ValueHasher::held(const Command& command) {
  add(uint64_t(command.parts->size()));
  for (const ShellPart& part : *command.parts) {
    add(uint64_t(part.index()));
    if (const auto* literal = std::get_if<std::string>(&part)) {
      add(llvm::StringRef(*literal));
    } else {
      const auto& reference = std::get<ShellReference>(part);
      add(uint64_t(reference.context));
      add(uint64_t(reference.inList));
      add(reference.value);
    }
  }
}

void ValueHasher::add(const std::vector<Value>& values) {
  add(uint64_t(values.size()));
  for (const Value& value : values)
    add(value);
}

void ValueHasher::held(const Each& each) {
  add(uint64_t(each.data->parts.size()));
  for (const EachPart& part : each.data->parts) {
    add(uint64_t(part.expansion.index));
    add(part.items);
  }
}

void ValueHasher::held(const Map& map) {
  add(uint64_t(map.data->entries.size()));
  for (const auto& [key, value] : map.data->entries) {
    add(key);
    add(value);
  }
}

void ValueHasher::held(const Record& record) {
  add(uint64_t(record.data->symbol.index));
  add(record.data->fields);
}

void ValueHasher::held(const Enumerator& enumerator) {
  add(uint64_t(enumerator.enumeration.index));
  add(uint64_t(enumerator.member));
}

void ValueHasher::add(const Value& value) {
  add(uint64_t(value.variant().index()));
  std::visit([this](const auto& alternative) { held(alternative); }, value.variant());
}

} // namespace pipec::lower
