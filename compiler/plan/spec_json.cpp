// Format: every member is a field of its own name, structs are objects, enumerators their names in
// lower case. Beyond that: text that is not UTF-8 is `{"bytes": hex}`; an id is its number, null if
// invalid; an artifact is `[node, output]`; a piece of text is a string, a hole `{"hole": kind,
// …}`; a command is `{"argv": …}` or `{"script": …, "values": …}` with the place it was written at.
//
// One walk over the members (`walk`) serves writing and reading, so neither can forget one.
#include "compiler/plan/spec_json.h"

#include "compiler/base/error.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <concepts>
#include <set>
#include <type_traits>

namespace pipec::plan {

using llvm::json::OStream;
using llvm::json::Value;

namespace {

/// The names of an enum's members, in order.
template <class Enum> struct Names;
template <> struct Names<ActionKind> {
  static constexpr llvm::StringLiteral all[] = {"source",    "build",  "test",
                                                "live_test", "deploy", "approve"};
};
template <> struct Names<ArtifactType> {
  static constexpr llvm::StringLiteral all[] = {"file", "dir", "image", "test_report"};
};
template <> struct Names<OnFail> {
  static constexpr llvm::StringLiteral all[] = {"stop", "rollback", "warn"};
};
template <> struct Names<HoleKind> {
  static constexpr llvm::StringLiteral all[] = {"text",        "input_path",  "input_text",
                                                "output_path", "report_path", "identity",
                                                "release",     "previous",    "deployment_url"};
};

template <class Archive> void walk(Archive& archive, Location& place) {
  archive.field("file", place.file);
  archive.field("line", place.line);
  archive.field("column", place.column);
}
template <class Archive> void walk(Archive& archive, Input& input) {
  archive.field("artifact", input.artifact);
  archive.field("type", input.type);
  archive.field("baseName", input.baseName);
  archive.field("pool", input.pool);
}
template <class Archive> void walk(Archive& archive, Output& output) {
  archive.field("name", output.name);
  archive.field("fileName", output.fileName);
  archive.field("type", output.type);
}
template <class Archive> void walk(Archive& archive, EnvironmentVariable& variable) {
  archive.field("name", variable.name);
  archive.field("value", variable.value);
}
template <class Archive> void walk(Archive& archive, SecretUse& use) {
  archive.field("name", use.name);
  archive.field("secret", use.secret);
}
template <class Archive> void walk(Archive& archive, ArgumentVector& vector) {
  archive.field("argv", vector.arguments);
}
template <class Archive> void walk(Archive& archive, Script& script) {
  archive.field("script", script.body);
  archive.field("values", script.values);
}
template <class Archive> void walk(Archive& archive, ActionSpec& spec) {
  archive.field("kind", spec.kind);
  archive.field("run", spec.run);
  archive.field("resolve", spec.resolve);
  archive.field("rollback", spec.rollback);
  archive.field("probe", spec.probe);
  archive.field("environment", spec.environment);
  archive.field("shell", spec.shell);
  archive.field("inputs", spec.inputs);
  archive.field("work", spec.work);
  archive.field("image", spec.image);
  archive.field("subject", spec.subject);
  archive.field("platform", spec.platform);
  archive.field("outputs", spec.outputs);
  archive.field("depfile", spec.depfile);
  archive.field("digest", spec.digest);
  archive.field("paths", spec.paths);
  archive.field("secrets", spec.secrets);
  archive.field("secretFiles", spec.secretFiles);
  archive.field("nestedNamespaces", spec.nestedNamespaces);
  archive.field("timeout", spec.timeout);
  archive.field("cpus", spec.cpus);
  archive.field("memory", spec.memory);
  archive.field("disk", spec.disk);
  archive.field("retries", spec.retries);
  archive.field("environmentId", spec.environmentId);
  archive.field("deployments", spec.deployments);
  archive.field("onFail", spec.onFail);
  archive.field("proves", spec.proves);
  archive.field("message", spec.message);
  archive.field("by", spec.by);
  archive.field("gate", spec.gate);
}

// ---- writing ------------------------------------------------------------------

class Writer {
public:
  explicit Writer(OStream& out) : json_(out) {}

  template <class T> void field(llvm::StringRef name, const T& member) {
    json_.attributeBegin(name);
    value(member);
    json_.attributeEnd();
  }

  void value(const std::string& text) {
    if (llvm::json::isUTF8(text))
      return json_.value(text);
    json_.object([&] { json_.attribute("bytes", llvm::toHex(text, /*LowerCase=*/true)); });
  }
  void value(bool flag) { json_.value(flag); }
  template <std::integral Integer> void value(const Integer& number) { json_.value(number); }
  void value(std::chrono::milliseconds time) { json_.value(int64_t{time.count()}); }
  template <class Tag> void value(base::Id<Tag> id) {
    if (id.valid())
      json_.value(id.index);
    else
      json_.value(nullptr);
  }
  void value(const ArtifactRef& artifact) {
    json_.array([&] {
      value(artifact.node);
      value(artifact.output);
    });
  }
  void value(const Piece& piece) {
    if (piece.kind == HoleKind::Text && piece.index == 0)
      return value(piece.text);
    json_.object([&] {
      field("hole", piece.kind);
      field("index", piece.index);
      field("text", piece.text);
    });
  }
  void value(const Command& command) {
    json_.object([&] {
      std::visit([&](const auto& what) { walkConst(what); }, command.what);
      field("at", command.location);
    });
  }
  template <class T> void value(const std::optional<T>& maybe) {
    if (maybe)
      value(*maybe);
    else
      json_.value(nullptr);
  }
  template <class T> void value(const std::vector<T>& list) {
    json_.array([&] {
      for (const T& element : list)
        value(element);
    });
  }
  template <class T> void value(const T& other) {
    if constexpr (std::is_enum_v<T>)
      json_.value(Names<T>::all[static_cast<size_t>(other)]);
    else
      json_.object([&] { walkConst(other); });
  }

  /// The walk is written for both directions; this one does not change what it visits.
  template <class T> void walkConst(const T& object) { walk(*this, const_cast<T&>(object)); }

private:
  OStream& json_;
};

// ---- reading ------------------------------------------------------------------

/// Reads one object's fields. The first thing that does not fit is kept as `error`.
class Reader {
public:
  Reader(const Value& source, std::string place, std::string& firstError)
      : object(source.getAsObject()), where(std::move(place)), error(firstError) {
    if (!object)
      fail("is not an object");
  }
  /// Complains about what nobody asked for.
  void finish() {
    if (!object)
      return;
    for (const auto& [name, unused] : *object)
      if (!known.count(name.str()))
        fail("has the unknown field `" + name.str() + "`");
  }

  bool has(llvm::StringRef name) const { return object && object->get(name); }

  template <class T> void field(llvm::StringRef name, T& member) {
    known.insert(name.str());
    const Value* found = object ? object->get(name) : nullptr;
    if (found)
      Reader::read(*found, member, where + "." + name.str(), error);
  }

private:
  void fail(const std::string& what) { fail(where, what, error); }
  static void fail(const std::string& place, const std::string& what, std::string& error) {
    if (error.empty())
      error = place + " " + what;
  }

  static void read(const Value& json, std::string& text, const std::string& place,
                   std::string& error) {
    if (auto plain = json.getAsString()) {
      text = plain->str();
      return;
    }
    const llvm::json::Object* bytes = json.getAsObject();
    auto hex = bytes && bytes->size() == 1 ? bytes->getString("bytes") : std::nullopt;
    if (!hex || !llvm::tryGetFromHex(*hex, text))
      fail(place, "is not text", error);
  }
  static void read(const Value& json, bool& flag, const std::string& place, std::string& error) {
    if (auto found = json.getAsBoolean())
      flag = *found;
    else
      fail(place, "is not true or false", error);
  }
  template <std::integral Integer>
  static void read(const Value& json, Integer& number, const std::string& place,
                   std::string& error) {
    if constexpr (std::is_same_v<Integer, uint64_t>) {
      if (auto found = json.getAsUINT64()) {
        number = *found;
        return;
      }
    } else if (auto found = json.getAsInteger(); found && std::in_range<Integer>(*found)) {
      number = static_cast<Integer>(*found);
      return;
    }
    fail(place, "is not a number of its kind", error);
  }
  static void read(const Value& json, std::chrono::milliseconds& time, const std::string& place,
                   std::string& error) {
    int64_t count = 0;
    read(json, count, place, error);
    time = std::chrono::milliseconds(count);
  }
  template <class Tag>
  static void read(const Value& json, base::Id<Tag>& id, const std::string& place,
                   std::string& error) {
    id = {};
    if (!json.getAsNull())
      read(json, id.index, place, error);
  }
  static void read(const Value& json, ArtifactRef& artifact, const std::string& place,
                   std::string& error) {
    const llvm::json::Array* pair = json.getAsArray();
    if (!pair || pair->size() != 2)
      return fail(place, "is not a pair of node and output", error);
    read((*pair)[0], artifact.node, place, error);
    read((*pair)[1], artifact.output, place, error);
  }
  static void read(const Value& json, Piece& piece, const std::string& place, std::string& error) {
    const llvm::json::Object* hole = json.getAsObject();
    if (!hole || !hole->get("hole"))
      return read(json, piece.text, place, error);
    Reader reader(json, place, error);
    reader.field("hole", piece.kind);
    reader.field("index", piece.index);
    reader.field("text", piece.text);
    reader.finish();
  }
  static void read(const Value& json, Command& command, const std::string& place,
                   std::string& error) {
    Reader reader(json, place, error);
    if (reader.has("script")) {
      walk(reader, command.what.emplace<Script>());
    } else if (reader.has("argv")) {
      walk(reader, command.what.emplace<ArgumentVector>());
    } else {
      reader.fail("is not a command");
    }
    reader.field("at", command.location);
    reader.finish();
  }
  template <class T>
  static void read(const Value& json, std::optional<T>& maybe, const std::string& place,
                   std::string& error) {
    maybe.reset();
    if (!json.getAsNull())
      read(json, maybe.emplace(), place, error);
  }
  template <class T>
  static void read(const Value& json, std::vector<T>& list, const std::string& place,
                   std::string& error) {
    const llvm::json::Array* elements = json.getAsArray();
    if (!elements)
      return fail(place, "is not a list", error);
    list.clear();
    for (auto [index, element] : llvm::enumerate(*elements))
      read(element, list.emplace_back(), place + "[" + std::to_string(index) + "]", error);
  }
  template <class T>
  static void read(const Value& json, T& other, const std::string& place, std::string& error) {
    if constexpr (std::is_enum_v<T>) {
      const auto* name = llvm::find(Names<T>::all, json.getAsString().value_or(""));
      if (name == std::end(Names<T>::all))
        return fail(place, "is none of the names it can have", error);
      other = static_cast<T>(name - std::begin(Names<T>::all));
    } else {
      Reader reader(json, place, error);
      walk(reader, other);
      reader.finish();
    }
  }

  const llvm::json::Object* object;
  std::string where;
  std::string& error;
  std::set<std::string> known;
};

} // namespace

void writeJson(OStream& json, const ActionSpec& spec) {
  Writer writer(json);
  json.object([&] { writer.walkConst(spec); });
}

llvm::Expected<ActionSpec> readActionSpec(const Value& json) {
  std::string error;
  ActionSpec spec;
  Reader reader(json, "spec", error);
  walk(reader, spec);
  reader.finish();
  if (!error.empty())
    return base::worldError("not a recorded action: " + error);
  return spec;
}

} // namespace pipec::plan
