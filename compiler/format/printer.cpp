// Tokens with their comments, and lists.
#include "compiler/format/printer.h"

namespace pipec::format {

using ast::ExprId;

void Printer::gap() {
  Gap between = cursor.takeGap();
  if (!between.hasComments())
    return;
  doc.beginIndent();
  if (between.trailing) {
    doc.space();
    doc.comment(*between.trailing);
  }
  for (const GapComment& comment : between.comments) {
    doc.line(Break::Space);
    doc.comment(comment.text);
  }
  doc.endIndent();
}

void Printer::token(llvm::StringRef token) {
  gap();
  // `sh"a": "b"` would be read as a shell string that ended too early.
  if (std::exchange(behindShellLine, false) && llvm::StringRef(".:").contains(token.front()))
    doc.space();
  cursor.take(token);
  doc.text(token);
}

void Printer::word() {
  gap();
  behindShellLine = false;
  llvm::StringRef word = cursor.word();
  cursor.take(word);
  doc.text(word);
}

void Printer::spaced(llvm::StringRef token) {
  doc.space();
  this->token(token);
  doc.space();
}

void Printer::lineBreak(Break flat, bool first, Documented documented) {
  Gap between = cursor.takeGap();
  if (between.trailing && documented == Documented::Yes && isDocComment(*between.trailing)) {
    between.comments.insert(between.comments.begin(), {*between.trailing, false});
    between.trailing.reset();
  }
  if (between.trailing) {
    doc.space();
    doc.comment(*between.trailing);
  }
  for (const GapComment& comment : between.comments) {
    doc.line(flat, comment.blankBefore && !first);
    doc.comment(comment.text);
    first = false;
  }
  doc.line(flat, between.blankBefore && !(first && !between.trailing));
}

bool Printer::commentsBeforeClosing(bool first) {
  Gap between = cursor.takeGap();
  if (between.trailing) {
    doc.space();
    doc.comment(*between.trailing);
  }
  for (const GapComment& comment : between.comments) {
    doc.line(Break::Space, comment.blankBefore && !first);
    doc.comment(comment.text);
    first = false;
  }
  return between.hasComments();
}

void Printer::comma(Documented documented) {
  // Behind the comma it would document the next element.
  if (documented == Documented::Yes && cursor.docCommentBefore(","))
    token(",");
  else {
    cursor.skip(",");
    doc.text(",");
  }
}

void Printer::qualifiedName(const ast::QualifiedName& name) {
  for (size_t part = 0; part < name.parts.size(); ++part) {
    if (part > 0)
      token(".");
    word();
  }
}

void Printer::openBracket(llvm::StringRef bracket, bool obeysSource) {
  gap();
  doc.beginGroup();
  token(bracket);
  if (obeysSource && !oneLine && cursor.atNewLine())
    doc.breakGroup();
}

void Printer::list(llvm::StringRef open, llvm::StringRef close, size_t count, ListStyle style,
                   llvm::function_ref<void(size_t)> element) {
  openBracket(open, count > 0 && style.obeysSource);
  doc.beginIndent();
  for (size_t index = 0; index < count; ++index) {
    lineBreak(index == 0 ? style.edge : Break::Space, index == 0, style.documented);
    bool hugged = style.hugs && index + 1 == count;
    if (hugged)
      doc.beginHugged();
    element(index);
    if (hugged)
      doc.endHugged();
    if (index + 1 < count)
      comma(style.documented);
  }
  if (count > 0)
    doc.ifBroken(",");
  cursor.skip(",");
  bool commented = commentsBeforeClosing(count == 0);
  doc.endIndent();
  if (count > 0 || commented)
    doc.line(style.edge);
  token(close);
  doc.endGroup();
}

void Printer::block(size_t count, bool mayBeOneLine, llvm::function_ref<void(size_t)> item) {
  openBracket("{", count > 0);
  if (count > 1 || (count == 1 && !mayBeOneLine))
    doc.breakGroup();
  doc.beginIndent();
  for (size_t index = 0; index < count; ++index) {
    lineBreak(Break::Space, index == 0, Documented::Yes);
    item(index);
  }
  bool commented = commentsBeforeClosing(count == 0);
  doc.endIndent();
  if (count > 0 || commented)
    doc.line(Break::Space);
  token("}");
  doc.endGroup();
}

bool Printer::blankBehind(uint32_t end) const {
  SourceCursor behind = cursor.movedTo(end);
  behind.skip(",");
  Gap between = behind.takeGap();
  for (const GapComment& comment : between.comments)
    if (comment.blankBefore)
      return true;
  return between.blankBefore;
}

std::string onOneLine(const diagnostics::SourceFile& source, const ast::Module& module,
                      SourceCursor cursor, ExprId id) {
  Document doc;
  Printer(source, module, cursor, doc, /*oneLine=*/true).expr(id);
  return doc.render(Unlimited);
}

} // namespace pipec::format
