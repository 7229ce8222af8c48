// Value: what evaluation computes with. Immutable; copies share what is large.
#pragma once

#include "compiler/plan/plan.h"
#include "compiler/sema/builtin.h"
#include "compiler/sema/shell_scanner.h"
#include "compiler/sema/symbol.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pipec::lower {

class Value;

struct Duration {
  int64_t milliseconds = 0;
};
struct Size {
  int64_t bytes = 0;
};
struct Enumerator {
  sema::SymbolId enumeration;
  uint32_t member = 0;
};

/// What is text at evaluation. A Version and a Url are kept, and printed, as they were written; of
/// a Secret the text is its name.
enum class TextKind : uint8_t { String, Version, Url, Secret };
struct Text {
  TextKind kind = TextKind::String;
  std::shared_ptr<const std::string> text;
};

/// Evidence and the node that proves it.
struct Proof {
  sema::SymbolId evidence;
  plan::NodeId node;
  auto operator<=>(const Proof&) const = default;
};
/// Sorted, each once; null if there are none.
using Proofs = std::shared_ptr<const std::vector<Proof>>;

/// A handle and what is known about it. Two artifacts are the same if their handles are.
struct Artifact {
  /// Of `previous`, the node is invalid and `output` is the number of the body it belongs to.
  plan::ArtifactRef ref;
  plan::ArtifactType type = plan::ArtifactType::File;
  bool pool = false; ///< came into the body that is being evaluated through a `pool` parameter
  /// The node after which a name of this value is called: the last test or approval about it, or
  /// the node of the handle; invalid after `all`.
  plan::NodeId maker;
  Proofs proofs;

  bool isPrevious() const { return !ref.node.valid(); }
};

struct Deployment {
  plan::NodeId node;
};

// ---- text with holes --------------------------------------------------------------------------

/// The path of an artifact, or its content (`.text()`).
struct ArtifactPiece {
  Artifact artifact;
  bool content = false;
};
struct UrlPiece {
  plan::NodeId deployment;
};
/// `out`, `id`, `report` or `release` of the body with that number.
struct BodyPiece {
  sema::BodyName name = sema::BodyName::Out;
  uint32_t output = 0;
  uint32_t body = 0;
};
using ArgPiece = std::variant<std::string, ArtifactPiece, UrlPiece, BodyPiece>;
/// No two neighbours are text, and no text is empty.
using ArgPieces = std::vector<ArgPiece>;
/// Appends one piece, joining text with text.
void append(ArgPieces& pieces, ArgPiece piece);

/// How long the text is, where a path counts as 16 bytes: what it is bounded by.
uint64_t textSize(const ArgPieces& pieces);

struct Arg {
  std::shared_ptr<const ArgPieces> pieces;
  uint64_t weight = 0;
};

struct ShellReference {
  ArgPieces value;
  sema::HoleContext context = sema::HoleContext::Unquoted;
  /// Of a list: of each element, which no other text may touch, and of a list that has none.
  enum class InList : uint8_t { No, Element, Empty };
  InList inList = InList::No;
};
/// Text that the shell reads, or a value that it never does.
using ShellPart = std::variant<std::string, ShellReference>;
struct Command {
  std::shared_ptr<const std::vector<ShellPart>> parts;
  uint64_t weight = 0;
};

// ---- compounds --------------------------------------------------------------------------------

struct List {
  std::shared_ptr<const std::vector<Value>> items;
  uint64_t weight = 0;
};
/// A list of run-time length: parts in order, of which at least one was not known when it was made.
struct EachData;
struct Each {
  std::shared_ptr<const EachData> data;
  uint64_t weight = 0;
};
struct MapData;
struct Map {
  std::shared_ptr<const MapData> data;
  uint64_t weight = 0;
};
struct RecordData;
/// Fields of a record, named outputs of an action, or a pair.
struct Record {
  std::shared_ptr<const RecordData> data;
  uint64_t weight = 0;
};

class Value {
public:
  using Variant = std::variant<std::monostate, bool, int64_t, Duration, Size, Enumerator, Text,
                               Artifact, Deployment, Arg, Command, List, Map, Record, Each>;

  /// `none`.
  Value() = default;
  /// Of exactly one of the alternatives.
  template <class T>
  requires(requires(Variant variant) { std::get<T>(variant); }) Value(T value)
      : held_(std::move(value)) {}

  bool isNone() const { return std::holds_alternative<std::monostate>(held_); }
  template <class T> bool is() const { return std::holds_alternative<T>(held_); }
  /// The checker has made sure that it is one.
  template <class T> const T& as() const { return std::get<T>(held_); }
  template <class T> const T* tryAs() const { return std::get_if<T>(&held_); }
  const Variant& variant() const { return held_; }

  bool asBool() const { return as<bool>(); }
  int64_t asInt() const { return as<int64_t>(); }
  /// Of a Text of any kind.
  llvm::StringRef text() const { return *as<Text>().text; }
  llvm::ArrayRef<Value> items() const { return *as<List>().items; }

private:
  Variant held_;
};

/// nullopt: evaluation failed, which has been reported.
using Result = std::optional<Value>;

/// In the order of insertion.
struct MapData {
  std::vector<std::pair<Value, Value>> entries;
  llvm::StringMap<size_t> index; ///< by keyText of the key

  /// False if the key is there already.
  bool insert(Value key, Value value);
  const Value* find(const Value& key) const;
};

struct RecordData {
  sema::SymbolId symbol; ///< a Record, an Action with named outputs; invalid: a pair
  std::vector<Value> fields;
};

/// Elements that are known, or those of an expansion.
struct EachPart {
  plan::NodeId expansion; ///< invalid: `items`
  std::vector<Value> items;
};
struct EachData {
  std::vector<EachPart> parts;
};

Value makeString(std::string text);
Value makeText(TextKind kind, std::string text);
Value makeList(std::vector<Value> items);
/// A List if no part is an expansion.
Value makeEach(std::vector<EachPart> parts);
Value makeMap(MapData data);
Value makeRecord(sema::SymbolId symbol, std::vector<Value> fields);
/// A String if all of it is text, else an Arg.
Value makeArg(ArgPieces pieces);
Value makeCommand(std::vector<ShellPart> parts);

/// How many steps it takes to look at all of the value: its parts at any depth, each as often as it
/// is reached, and one more for each KiB of text. What is shared is small in memory and can be
/// beyond all bounds here.
uint64_t weightOf(const Value& value);

/// The text by which a map knows a key (String, Int or enumerator).
std::string keyText(const Value& key);

Proofs unite(const Proofs& a, const Proofs& b);
Proofs addProof(const Proofs& proofs, Proof proof);

/// Calls `artifact` and `deployment` for every one that is known in `value`, at any depth, those in
/// text included, and `expansion` for the lists of run-time length, in order.
void forEachHandle(
    const Value& value, llvm::function_ref<void(const Artifact&)> artifact,
    llvm::function_ref<void(const Deployment&)> deployment,
    llvm::function_ref<void(plan::NodeId)> expansion = [](plan::NodeId) {});

} // namespace pipec::lower
