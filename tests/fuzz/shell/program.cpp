// Writing `.pipe` programs around templates, compiling them, rendering their scripts.
#include "tests/fuzz/shell/program.h"

#include "compiler/driver/compilation.h"
#include "runtime/exec/render.h"
#include "tests/unit/compiler/lower/memory_files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

#include <catch2/catch.hpp>

namespace pipec::fuzz {

using llvm::StringRef;
using llvm::utostr;

namespace {

/// Text of a `sh"""` string: only `${` is special there.
std::string shellText(StringRef text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${"))
      result += "$";
    result += text[i];
  }
  return result;
}

/// A `"…"` literal.
std::string literal(StringRef value) {
  std::string result = "\"";
  for (size_t i = 0; i < value.size(); ++i) {
    char c = value[i];
    if (c == '"' || c == '\\')
      result += '\\';
    if (value.substr(i).starts_with("${"))
      result += '$';
    if (static_cast<unsigned char>(c) < 0x20)
      result += "\\u{" + llvm::utohexstr(static_cast<unsigned char>(c)) + "}";
    else
      result += c;
  }
  return result + "\"";
}

/// One template as an action, and the calls of it.
class ActionWriter {
public:
  ActionWriter(const Template& what, size_t number) : template_(what), number_(number) {}

  std::string declaration() {
    std::string script = write(template_.parts);
    std::string parameters;
    for (const auto& [name, type] : parameters_)
      parameters += (parameters.empty() ? "" : ", ") + name + ": " + type;
    bool isSource = asks(template_.parts);
    return (isSource ? "source b" : "build b") + utostr(number_) + "(" + parameters +
           ") -> File {\n" + (isSource ? "resolve [\"ask\"]\n" : "") + lets_ + "run " + script +
           "\n}\n";
  }

  /// After `declaration()`. `file` gives the path of slot `i`'s file.
  std::string call(llvm::ArrayRef<std::string> values,
                   llvm::function_ref<std::string(size_t)> file) const {
    std::string text = "b" + utostr(number_) + "(";
    bool first = true;
    for (const Argument& argument : arguments_) {
      std::vector<std::string> items;
      for (size_t slot = argument.slot; slot < argument.slot + argument.count; ++slot)
        items.push_back(argument.isFile ? "file(" + literal(file(slot)) + ")"
                                        : literal(values[slot]));
      std::string value = llvm::join(items, ", ");
      text += (first ? "" : ", " + argument.name + " = ") +
              (argument.isList ? "[" + value + "]" : value);
      first = false;
    }
    return text + ")";
  }

private:
  struct Argument {
    std::string name;
    size_t slot = 0, count = 1;
    bool isFile = false, isList = false;
  };

  std::string write(llvm::ArrayRef<Part> parts) {
    std::string text;
    for (const Part& part : parts)
      text += part.kind == Part::Kind::Text ? shellText(part.text) : "${" + hole(part) + "}";
    return "sh\"\"\"\n" + text + "\n\"\"\"";
  }

  std::string hole(const Part& part) {
    switch (part.kind) {
    case Part::Kind::Text:
      break;
    case Part::Kind::Scalar:
      return scalar(part.slot);
    case Part::Kind::List: {
      bool files = part.count > 0 && template_.slots[part.slot].kind == SlotKind::Path;
      return parameter({"l" + utostr(lists_++), part.slot, part.count, files, true});
    }
    case Part::Kind::Fragment: {
      std::string value = write(part.fragment);
      if (asks(part.fragment))
        return value; // `id` is known in the `run` itself
      std::string name = "c" + utostr(fragments_++);
      lets_ += "let " + name + " = " + value + "\n";
      return name;
    }
    }
    return "";
  }

  /// Whether `id` is mentioned.
  bool asks(llvm::ArrayRef<Part> parts) const {
    return llvm::any_of(parts, [&](const Part& part) {
      return asks(part.fragment) || (part.kind == Part::Kind::Scalar &&
                                     template_.slots[part.slot].kind == SlotKind::Identity);
    });
  }

  std::string scalar(size_t slot) {
    std::string number = utostr(slot);
    switch (template_.slots[slot].kind) {
    case SlotKind::String:
      return parameter({"v" + number, slot, 1, false, false});
    case SlotKind::Path:
      return parameter({"f" + number, slot, 1, true, false});
    case SlotKind::Arg:
      lets_ += "let a" + number + " = \"${" + parameter({"v" + number, slot, 1, false, false}) +
               "}:${" + parameter({"f" + number, slot, 1, true, false}) + "}\"\n";
      return "a" + number;
    case SlotKind::Content:
      return parameter({"f" + number, slot, 1, true, false}) + ".text()";
    case SlotKind::Identity:
      return "id";
    }
    return "";
  }

  std::string parameter(Argument argument) {
    std::string type = argument.isFile ? "File" : "String";
    parameters_.emplace_back(argument.name, argument.isList ? "List<" + type + ">" : type);
    arguments_.push_back(argument);
    return argument.name;
  }

  const Template& template_;
  size_t number_;
  std::string lets_;
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::vector<Argument> arguments_;
  size_t lists_ = 0, fragments_ = 0;
};

/// All templates that are still in it as one program.
class Batch {
public:
  Batch(llvm::ArrayRef<Template> templates,
        llvm::ArrayRef<std::vector<std::vector<std::string>>> values, cas::ContentStore& store)
      : templates_(templates), values_(values), store_(store), out_(templates.size()) {
    out_.assign(templates.size(), false);
  }

  std::vector<RenderedTemplate> render() {
    // Each round leaves out what the one before it rejected.
    while (!compile()) {
    }
    std::vector<RenderedTemplate> result(templates_.size());
    for (size_t i = 0; i < templates_.size(); ++i) {
      if (out_[i])
        continue;
      result[i].accepted = true;
      for (size_t set = 0; set < values_[i].size(); ++set)
        result[i].cases.push_back(renderCase(i, set));
    }
    return result;
  }

private:
  /// `.text()` takes white space away at both ends: then something is left of a value that is not
  /// empty, and it is no name of a command.
  static std::string contentOf(StringRef value) {
    bool plain = llvm::all_of(value.trim(), [](char c) { return llvm::isAlnum(c); });
    return plain && !value.empty() ? ("e" + value + " e").str() : value.str();
  }

  /// What `resolve` answers.
  std::string identityOf(size_t i, size_t set) const {
    for (size_t slot = 0; slot < templates_[i].slots.size(); ++slot)
      if (templates_[i].slots[slot].kind == SlotKind::Identity && !values_[i][set][slot].empty())
        return values_[i][set][slot];
    return "";
  }

  std::string fileName(size_t i, size_t set, size_t slot) const {
    return "f" + utostr(i) + "_" + utostr(set) + "_" + utostr(slot) + values_[i][set][slot];
  }

  std::string writeProgram() {
    std::string calls = "pipeline p() {\n", text;
    lines_.clear();
    size_t line = 1;
    for (size_t i = 0; i < templates_.size(); ++i) {
      if (out_[i])
        continue;
      ActionWriter writer(templates_[i], i);
      std::string declaration = writer.declaration();
      lines_.emplace_back(line, i);
      line += StringRef(declaration).count('\n');
      text += declaration;
      for (size_t set = 0; set < values_[i].size(); ++set)
        calls += "let x" + utostr(i) + "_" + utostr(set) + " = " +
                 writer.call(values_[i][set], [&](size_t slot) { return fileName(i, set, slot); }) +
                 "\n";
    }
    return text + calls + "}\n";
  }

  /// False if it had to leave templates out.
  bool compile() {
    lower::MemoryFiles files;
    std::string program = writeProgram();
    files.add("/w/p.pipe", {base::FileKind::Regular, program});
    for (size_t i = 0; i < templates_.size(); ++i)
      for (size_t set = 0; set < values_[i].size(); ++set)
        for (size_t slot = 0; slot < values_[i][set].size(); ++slot)
          files.add("/w/" + fileName(i, set, slot), {base::FileKind::Regular, ""});
    driver::Compilation compilation(files, "/w");
    llvm::cantFail(compilation.load({"p.pipe"}));
    if (compilation.diagnostics().hasErrors()) {
      leaveOut(compilation);
      return false;
    }
    auto lowered = compilation.lower(compilation.pipelines().front(), {});
    if (!lowered)
      FAIL(llvm::toString(lowered.takeError()));
    if (!*lowered) {
      leaveOut(compilation);
      return false;
    }
    plan_ = std::move((*lowered)->plan);
    contents_.clear();
    for (size_t i = 0; i < templates_.size(); ++i)
      for (size_t set = 0; set < values_[i].size(); ++set)
        for (size_t slot = 0; slot < values_[i][set].size(); ++slot)
          if (!out_[i] && templates_[i].slots[slot].kind == SlotKind::Content)
            contents_[fileName(i, set, slot)] =
                llvm::cantFail(store_.putBytes(contentOf(values_[i][set][slot])));
    nodes_.clear();
    for (const plan::Node& node : plan_.nodes) {
      nodes_[node.label] = &node;
      for (const std::string& alias : node.aliases)
        nodes_[alias] = &node;
    }
    return true;
  }

  void leaveOut(driver::Compilation& compilation) {
    bool any = false;
    for (const diagnostics::Diagnostic& diagnostic : compilation.diagnostics().all()) {
      if (diagnostic.severity() != diagnostics::Severity::Error)
        continue;
      size_t line = compilation.sources()
                        .file(diagnostic.primary.range.file)
                        .lineColumn(diagnostic.primary.range.begin)
                        .line;
      auto after = llvm::partition_point(lines_, [&](const auto& at) { return at.first <= line; });
      REQUIRE(after != lines_.begin());
      size_t i = std::prev(after)->second;
      INFO(templates_[i].written << "\n" << diagnostic.message);
      REQUIRE((diagnostic.code == diagnostics::Code::E0803 ||
               diagnostic.code == diagnostics::Code::E0804));
      out_[i] = any = true;
    }
    REQUIRE(any);
  }

  RenderedCase renderCase(size_t i, size_t set) {
    auto found = nodes_.find("p.x" + utostr(i) + "_" + utostr(set));
    REQUIRE(found != nodes_.end());
    exec::BoundAction action;
    action.spec = found->second->action();
    RenderedCase rendered;
    for (size_t slot = 0; slot < templates_[i].slots.size(); ++slot)
      rendered.values.push_back(valueOf(i, set, slot, action.spec));
    for (const plan::Input& input : action.spec.inputs)
      action.inputs.push_back({cas::EntryKind::File, contents_.lookup(input.baseName)});
    exec::StepOptions options;
    options.identity = identityOf(i, set);
    auto place = [](StringRef path) { return path.str(); };
    exec::RenderContext context{action, options, store_, place};
    const auto& script = std::get<plan::Script>(action.spec.run.at(0).what);
    rendered.script = llvm::cantFail(exec::renderScript(script, context));
    return rendered;
  }

  /// What the hole must give: text as it is, and of a file its path in the root.
  std::string valueOf(size_t i, size_t set, size_t slot, const plan::ActionSpec& spec) const {
    const std::string& value = values_[i][set][slot];
    SlotKind kind = templates_[i].slots[slot].kind;
    if (kind == SlotKind::String)
      return value;
    if (kind == SlotKind::Identity)
      return identityOf(i, set);
    if (kind == SlotKind::Content)
      return StringRef(contentOf(value)).trim().str();
    std::string name = fileName(i, set, slot);
    auto input =
        llvm::find_if(spec.inputs, [&](const plan::Input& in) { return in.baseName == name; });
    REQUIRE(input != spec.inputs.end());
    std::string path = "/i/" + utostr(input - spec.inputs.begin() + 1) + "/" + name;
    return kind == SlotKind::Path ? path : value + ":" + path;
  }

  llvm::ArrayRef<Template> templates_;
  llvm::ArrayRef<std::vector<std::vector<std::string>>> values_;
  cas::ContentStore& store_;
  std::vector<bool> out_;
  std::vector<std::pair<size_t, size_t>> lines_; ///< first line, template
  plan::Plan plan_;
  llvm::StringMap<const plan::Node*> nodes_;
  llvm::StringMap<base::Digest> contents_; ///< by the name of the file
};

} // namespace

std::vector<RenderedTemplate>
renderTemplates(llvm::ArrayRef<Template> templates,
                llvm::ArrayRef<std::vector<std::vector<std::string>>> values,
                cas::ContentStore& store) {
  return Batch(templates, values, store).render();
}

} // namespace pipec::fuzz
