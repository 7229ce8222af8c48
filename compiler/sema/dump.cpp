// Writing of typed programs.
#include "compiler/sema/dump.h"

#include "compiler/sema/settings_table.h"

namespace pipec::sema {

namespace {

class Dumper {
public:
  Dumper(llvm::raw_ostream& out, const TypedProgram& program, ast::ModuleId module)
      : out_(out), program_(program), id_(module), syntax_((*program.graph)[module].syntax),
        tables_(program.modules[module]) {}

  void dump() {
    for (size_t i = 0; i < syntax_.decls.size(); ++i) {
      SymbolId symbol = tables_.declSymbols[i];
      if (symbol.valid())
        std::visit([&](const auto& decl) { dumpDecl(decl, symbol); }, syntax_.decls[i].node);
    }
    dumpLetOrder();
  }

private:
  std::string show(TypeId type) const {
    return type.valid() ? program_.typeName(type, id_) : "no value";
  }

  void dumpParams(llvm::ArrayRef<ParamInfo> params) {
    out_ << "(";
    for (size_t i = 0; i < params.size(); ++i) {
      const ParamInfo& param = params[i];
      out_ << (i == 0 ? "" : ", ");
      if (param.mode != ast::ParamMode::Plain)
        out_ << (param.mode == ast::ParamMode::Subject ? "subject " : "pool ");
      out_ << param.name << ": " << show(param.type) << (param.defaultValue.valid() ? " = …" : "");
    }
    out_ << ")";
  }

  void endLine(EffectSet effects) {
    if (!effects.empty())
      out_ << "  // " << printEffects(effects);
    out_ << "\n";
  }

  void dumpEvidence(llvm::ArrayRef<SymbolId> evidence) {
    for (size_t i = 0; i < evidence.size(); ++i)
      out_ << (i == 0 ? "" : " & ") << program_.symbolName(evidence[i], id_);
  }

  void dumpDecl(const ast::LetDecl& decl, SymbolId symbol) {
    const LetInfo& info = program_.letOf(symbol);
    out_ << "let " << decl.name.text << ": " << show(info.type);
    endLine(info.effects);
  }

  void dumpDecl(const ast::FnDecl& decl, SymbolId symbol) {
    const FnInfo& info = program_.fnOf(symbol);
    out_ << "fn " << decl.name.text;
    dumpParams(info.params);
    out_ << " -> " << show(info.result);
    endLine(info.effects);
    for (const ast::FnStmt& statement : decl.body)
      std::visit([&](const auto& item) { dumpItem(item, "  "); }, statement);
  }

  void dumpDecl(const ast::ActionDecl& decl, SymbolId symbol) {
    const ActionInfo& info = program_.actionOf(symbol);
    out_ << describe(ownerOf(info.kind, info.live)).split(' ').second << " " << decl.name.text;
    dumpParams(info.params);
    for (size_t i = 0; i < info.outputs.size(); ++i)
      out_ << (i == 0 ? " -> " : ", ") << info.outputs[i].name << ": "
           << show(info.outputs[i].type);
    if (info.proves.valid())
      out_ << " proves " << program_.symbolName(info.proves, id_);
    endLine(info.toolEffects);
    for (const ast::ActionItem& item : decl.items)
      std::visit([&](const auto& node) { dumpItem(node, "  "); }, item);
  }

  void dumpDecl(const ast::TypeDecl& decl, SymbolId symbol) {
    out_ << "type " << decl.name.text;
    dumpParams(program_.recordOf(symbol).fields);
    out_ << "\n";
  }

  void dumpDecl(const ast::EnumDecl& decl, SymbolId symbol) {
    out_ << "enum " << decl.name.text << " {";
    for (const std::string& member : program_.enumOf(symbol).members)
      out_ << " " << member;
    out_ << " }\n";
  }

  void dumpDecl(const ast::EvidenceDecl& decl, SymbolId) {
    out_ << "evidence " << decl.name.text << "\n";
  }

  void dumpDecl(const ast::EnvironmentDecl& decl, SymbolId symbol) {
    const EnvironmentInfo& info = program_.environmentOf(symbol);
    out_ << "environment " << decl.name.text << (info.requires_.empty() ? "" : " requires ");
    dumpEvidence(info.requires_);
    out_ << "\n";
    for (const ast::Setting& setting : decl.settings)
      dumpItem(setting, "  ");
  }

  void dumpDecl(const ast::PipelineDecl& decl, SymbolId symbol) {
    out_ << "pipeline " << decl.name.text;
    dumpParams(program_.pipelineOf(symbol).params);
    if (decl.alias.valid())
      out_ << " = " << program_.symbolName(tables_.callOf(decl.alias).symbol, id_);
    out_ << "\n";
    for (const ast::PipelineItem& item : decl.items)
      std::visit([&](const auto& node) { dumpItem(node, "  "); }, item);
  }

  void dumpItem(const ast::LetDecl& let, llvm::StringRef indent) {
    out_ << indent << "let " << let.name.text << ": " << show(tables_.types[let.value]) << "\n";
  }
  void dumpItem(const ast::OutItem& item, llvm::StringRef indent) {
    out_ << indent << "out" << (item.name ? " " + item.name->text : "") << ": "
         << show(tables_.types[item.value]) << "\n";
  }
  void dumpItem(const ast::CommandItem& item, llvm::StringRef indent) {
    out_ << indent << spell(item.clause) << ": " << show(tables_.types[item.command]) << "\n";
  }
  void dumpItem(const ast::Setting& setting, llvm::StringRef indent) {
    out_ << indent << setting.name.text << ": " << show(tables_.types[setting.value]) << "\n";
  }
  void dumpItem(const ast::CallStmt& statement, llvm::StringRef indent) {
    out_ << indent << "call: " << show(tables_.types[statement.call]) << "\n";
  }
  void dumpItem(const ast::StageDecl& stage, llvm::StringRef indent) {
    out_ << indent << "stage " << stage.name.text << "\n";
    for (const ast::StageItem& item : stage.items)
      std::visit([&](const auto& node) { dumpItem(node, "    "); }, item);
  }
  void dumpItem(const ast::AssertStmt&, llvm::StringRef) {}

  void dumpLetOrder() {
    llvm::StringRef separator = "let order: ";
    for (SymbolId let : program_.letOrder) {
      if (program_.symbols[let].module != id_)
        continue;
      out_ << separator << program_.symbols[let].name;
      separator = ", ";
    }
    if (separator == ", ")
      out_ << "\n";
  }

  llvm::raw_ostream& out_;
  const TypedProgram& program_;
  ast::ModuleId id_;
  const ast::Module& syntax_;
  const CheckedModule& tables_;
};

} // namespace

void dump(llvm::raw_ostream& out, const TypedProgram& program, ast::ModuleId module) {
  Dumper(out, program, module).dump();
}

} // namespace pipec::sema
