// Interpolation: holes become text where they can, and stay holes where they cannot.
#include "compiler/lower/builtins.h"
#include "compiler/lower/evaluator.h"
#include "compiler/lower/scalars.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

void appendText(const Session& session, const Value& value, ArgPieces& pieces) {
  if (const bool* flag = value.tryAs<bool>()) {
    append(pieces, std::string(*flag ? "true" : "false"));
  } else if (const auto* number = value.tryAs<int64_t>()) {
    append(pieces, llvm::itostr(*number));
  } else if (const auto* duration = value.tryAs<Duration>()) {
    append(pieces, printDuration(duration->milliseconds));
  } else if (const auto* size = value.tryAs<Size>()) {
    append(pieces, printSize(size->bytes));
  } else if (const auto* enumerator = value.tryAs<Enumerator>()) {
    append(pieces, session.program.enumOf(enumerator->enumeration).members[enumerator->member]);
  } else if (const auto* text = value.tryAs<Text>()) {
    assert(text->kind != TextKind::Secret && "the checker lets no secret into text");
    append(pieces, *text->text);
  } else if (const auto* artifact = value.tryAs<Artifact>()) {
    append(pieces, ArtifactPiece{*artifact, false});
  } else if (const auto* arg = value.tryAs<Arg>()) {
    for (const ArgPiece& piece : *arg->pieces)
      append(pieces, piece);
  } else {
    llvm_unreachable("the checker lets nothing else into text");
  }
}

Result Evaluator::evaluateNode(Frame& frame, ast::ExprId id, const ast::StringLiteral& node) {
  if (node.isShell())
    return shellString(frame, id, node);
  ArgPieces pieces;
  for (const ast::StringPart& part : node.parts) {
    if (!part.hole.valid()) {
      append(pieces, part.text);
      continue;
    }
    Result value = evaluate(frame, part.hole);
    if (!value)
      return std::nullopt;
    appendText(session_, *value, pieces);
    // At each hole: what is too long is never made.
    if (!session_.limits.length(frame.range(id), textSize(pieces)))
      return std::nullopt;
  }
  if (!session_.limits.string(frame.range(id), textSize(pieces)))
    return std::nullopt;
  Value value = makeArg(std::move(pieces));
  sema::TypeId type = frame.checked.types[id];
  if (!type.valid() || !value.is<Text>())
    return value;
  if (session_.program.types.is(type, sema::TypeKind::Optional))
    type = session_.program.types[type].element;
  if (session_.program.types.is(type, sema::TypeKind::Version))
    return makeText(TextKind::Version, value.text().str());
  if (session_.program.types.is(type, sema::TypeKind::Url))
    return makeText(TextKind::Url, value.text().str());
  return value;
}

namespace {
/// Appends parts of a shell string, joining text with text.
class ShellBuilder {
  static constexpr uint64_t ReferenceSize = 16; // `"${__1}"` and its assignment

public:
  void text(llvm::StringRef text) {
    bytes += text.size();
    if (text.empty())
      return;
    if (!parts.empty())
      if (auto* last = std::get_if<std::string>(&parts.back())) {
        *last += text;
        return;
      }
    parts.push_back(text.str());
  }
  void reference(ShellReference reference) {
    bytes += ReferenceSize + textSize(reference.value);
    parts.push_back(std::move(reference));
  }
  void splice(const Command& command) {
    for (const ShellPart& part : *command.parts) {
      if (const auto* literal = std::get_if<std::string>(&part))
        text(*literal);
      else
        reference(std::get<ShellReference>(part));
    }
    spliced = true;
  }

  std::vector<ShellPart> parts;
  uint64_t bytes = 0;
  bool spliced = false;
};

/// A value that the shell would read elsewhere than the checker, which saw the strings one by one,
/// has thought.
struct Misplaced {
  Code code = Code::E0803;
  std::string what;
  llvm::StringRef help;
};

std::optional<Misplaced> misplaced(const sema::ShellHole& hole, const ShellReference& reference) {
  constexpr llvm::StringLiteral Complete =
      "let each command be complete: quotes and parentheses in pairs, no comment or here-document "
      "at its end";
  if (hole.rejection != sema::HoleRejection::None)
    return Misplaced{Code::E0803, "a value stands " + sema::explain(hole.rejection).where.str(),
                     Complete};
  if (hole.context != reference.context)
    return Misplaced{Code::E0803, "a value stands in other quotes or parentheses", Complete};
  if (reference.inList != ShellReference::InList::No && !hole.ownWord)
    return Misplaced{Code::E0804, "a list touches other text and would not be a list of words",
                     "write blanks around the command, or the text into each element of the list"};
  return std::nullopt;
}

std::optional<Misplaced> findMisplaced(llvm::ArrayRef<ShellPart> parts) {
  std::vector<llvm::StringRef> texts(1);
  std::vector<const ShellReference*> references;
  for (const ShellPart& part : parts) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      texts.back() = *text;
      continue;
    }
    references.push_back(&std::get<ShellReference>(part));
    texts.emplace_back();
  }
  sema::ShellScan scan = sema::scanShell(texts);
  for (const auto& [hole, reference] : llvm::zip_equal(scan.holes, references))
    if (std::optional<Misplaced> found = misplaced(hole, *reference))
      return found;
  return std::nullopt;
}
} // namespace

/// A command may end in what reaches into the script that it is spliced into: a comment, a
/// here-document, a `)` too many.
bool Evaluator::checkSpliced(Frame& frame, ast::ExprId id, llvm::ArrayRef<ShellPart> parts) {
  std::optional<Misplaced> found = findMisplaced(parts);
  if (!found)
    return true;
  session_.reporter
      .report(found->code, frame.range(id),
              "with the commands that are put into this script, " + found->what)
      .help(found->help);
  return false;
}

Result Evaluator::shellString(Frame& frame, ast::ExprId id, const ast::StringLiteral& node) {
  const sema::ShellInfo& info = frame.checked.shellOf(id);
  ShellBuilder builder;
  size_t hole = 0;
  for (const ast::StringPart& part : node.parts) {
    if (!part.hole.valid()) {
      builder.text(part.text);
      continue;
    }
    sema::HoleContext context = info.holes[hole++].context;
    Result value = evaluate(frame, part.hole);
    if (!value)
      return std::nullopt;
    if (const auto* command = value->tryAs<Command>()) {
      builder.splice(*command);
    } else if (value->is<List>()) {
      // It leaves no word, and must stand where it could leave one.
      if (value->items().empty())
        builder.reference({{}, context, ShellReference::InList::Empty});
      llvm::StringRef separator = "";
      for (const Value& item : value->items()) {
        builder.text(separator);
        ArgPieces pieces;
        appendText(session_, item, pieces);
        builder.reference({std::move(pieces), context, ShellReference::InList::Element});
        separator = " ";
        if (!session_.limits.length(frame.range(id), builder.bytes))
          return std::nullopt;
      }
    } else {
      ArgPieces pieces;
      appendText(session_, *value, pieces);
      builder.reference({std::move(pieces), context});
    }
    if (!session_.limits.length(frame.range(id), builder.bytes))
      return std::nullopt;
  }
  if (!session_.limits.string(frame.range(id), builder.bytes))
    return std::nullopt;
  if (builder.spliced && !checkSpliced(frame, id, builder.parts))
    return std::nullopt;
  return makeCommand(std::move(builder.parts));
}

} // namespace pipec::lower
