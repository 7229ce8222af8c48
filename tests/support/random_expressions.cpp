// Expressions, types and names.
#include "random_program.h"

namespace pipec::test {

// ---- names and types --------------------------------------------------------

void RandomProgram::name() {
  // Soft keywords are names, too.
  static constexpr const char* Names[] = {"a",
                                          "b",
                                          "src",
                                          "app",
                                          "deps",
                                          "x1",
                                          "_hidden",
                                          "node_modules",
                                          "sh",
                                          "s",
                                          "test",
                                          "run_",
                                          "source",
                                          "build",
                                          "subject",
                                          "with",
                                          "a_name_as_long_as_this_one"};
  writer.token(random.oneOf(Names));
}

void RandomProgram::typeName() {
  static constexpr const char* Names[] = {"Dir", "File", "Tested",   "Production",
                                          "Int", "Mode", "Approved", "Deployment"};
  writer.token(random.oneOf(Names));
}

void RandomProgram::qualifiedName() {
  name();
  for (size_t count = random.below(3); count > 0; --count) {
    writer.token(".");
    name();
  }
}

void RandomProgram::type(unsigned depth) {
  qualifiedName();
  if (depth > 0 && random.once(3)) {
    writer.token("<");
    type(depth - 1);
    for (size_t count = random.below(3); count > 0; --count) {
      writer.token(",");
      type(depth - 1);
    }
    writer.token(">");
  }
  if (random.once(6)) {
    writer.token("with");
    evidenceSet();
  }
  if (random.once(5))
    writer.token("?");
}

// ---- operators, loosest first -----------------------------------------------

void RandomProgram::expr(unsigned depth) {
  conjunction(depth);
  for (size_t count = depth > 0 && random.once(8) ? 1 + random.below(3) : 0; count > 0; --count) {
    writer.token("or");
    conjunction(depth - 1);
  }
}

void RandomProgram::conjunction(unsigned depth) {
  comparison(depth);
  for (size_t count = depth > 0 && random.once(8) ? 1 + random.below(3) : 0; count > 0; --count) {
    writer.token("and");
    comparison(depth - 1);
  }
}

void RandomProgram::comparison(unsigned depth) {
  static constexpr const char* Signs[] = {"==", "!=", "<", "<=", ">", ">=", "in"};
  while (random.once(12))
    writer.token("not");
  coalesced(depth);
  if (depth > 0 && random.once(8)) {
    writer.token(random.oneOf(Signs));
    coalesced(depth - 1);
  }
}

void RandomProgram::coalesced(unsigned depth) {
  range(depth);
  for (size_t count = depth > 0 && random.once(12) ? 1 + random.below(3) : 0; count > 0; --count) {
    writer.token("??");
    range(depth - 1);
  }
}

void RandomProgram::range(unsigned depth) {
  sum(depth);
  if (depth > 0 && random.once(12)) {
    writer.token("..");
    sum(depth - 1);
  }
}

void RandomProgram::sum(unsigned depth) {
  static constexpr const char* Signs[] = {"+", "+", "-"};
  product(depth);
  for (size_t count = depth > 0 && random.once(6) ? length(1) : 0; count > 0; --count) {
    writer.token(random.oneOf(Signs));
    product(depth - 1);
  }
}

void RandomProgram::product(unsigned depth) {
  static constexpr const char* Signs[] = {"*", "/", "%"};
  operand(depth);
  for (size_t count = depth > 0 && random.once(10) ? 1 + random.below(3) : 0; count > 0; --count) {
    writer.token(random.oneOf(Signs));
    operand(depth - 1);
  }
}

void RandomProgram::operand(unsigned depth) {
  if (random.once(100)) { // the smallest Int, which is one literal with its sign
    writer.token("-");
    writer.token("9223372036854775808");
    return;
  }
  while (random.once(12))
    writer.token("-");
  primary(depth);
  while (depth > 0 && random.once(4))
    suffix(depth - 1);
}

void RandomProgram::suffix(unsigned depth) {
  switch (random.below(3)) {
  case 0:
    writer.token(".");
    name();
    return;
  case 1:
    writer.token("[");
    expr(depth);
    writer.token("]");
    return;
  default:
    args(depth);
    return;
  }
}

void RandomProgram::args(unsigned depth) {
  writer.token("(");
  commaSeparated(depth == 0 ? random.below(2) : length(0), [&] {
    if (random.once(2)) {
      name();
      writer.token("=");
    }
    expr(depth == 0 ? 0 : depth - 1);
  });
  writer.token(")");
}

// ---- operands ---------------------------------------------------------------

/// Bytes; a program that is longer comes to its end.
constexpr size_t SoftLimit = 8000;

void RandomProgram::primary(unsigned depth) {
  if (writer.size() > SoftLimit)
    depth = 0;
  static constexpr DeepRule Shallow[] = {&RandomProgram::literal, &RandomProgram::string};
  static constexpr DeepRule Deep[] = {&RandomProgram::list,          &RandomProgram::map,
                                      &RandomProgram::comprehension, &RandomProgram::condition,
                                      &RandomProgram::match,         &RandomProgram::parenthesized,
                                      &RandomProgram::string,        &RandomProgram::string};
  if (random.once(2))
    name();
  else if (depth == 0 || random.once(3))
    (this->*random.oneOf(Shallow))(depth);
  else
    (this->*random.oneOf(Deep))(depth - 1);
}

void RandomProgram::literal(unsigned) {
  static constexpr const char* Literals[] = {
      "0",   "42",   "1_000_000", "10min", "1h30min", "250ms", "512MiB",
      "4GB", "true", "false",     "none",  "2d",      "7B",    "9223372036854775807"};
  writer.token(random.oneOf(Literals));
}

size_t RandomProgram::length(size_t least) {
  return least + (random.once(40) ? 10 + random.below(15) : random.below(4));
}

void RandomProgram::commaSeparated(size_t count, llvm::function_ref<void()> element) {
  for (size_t index = 0; index < count; ++index) {
    element();
    if (index + 1 < count || random.once(3))
      writer.token(",");
  }
}

void RandomProgram::list(unsigned depth) {
  writer.token("[");
  commaSeparated(length(0), [&] { expr(depth); });
  writer.token("]");
}

void RandomProgram::map(unsigned depth) {
  size_t count = length(0);
  writer.token("[");
  if (count == 0)
    writer.token(":");
  commaSeparated(count, [&] {
    random.once(3) ? expr(depth) : lineString(/*shell=*/false, depth);
    writer.token(":");
    expr(depth);
  });
  writer.token("]");
}

void RandomProgram::binder() {
  random.once(4) ? writer.token("_") : name();
}

void RandomProgram::comprehension(unsigned depth) {
  writer.token("[");
  for (size_t count = random.once(4) ? 3 : 1; count > 0; --count) {
    writer.token("for");
    binder();
    if (random.once(3)) {
      writer.token(",");
      binder();
    }
    writer.token("in");
    expr(depth);
    if (random.once(3)) {
      writer.token("if");
      expr(depth);
    }
  }
  writer.token("=>");
  expr(depth);
  if (random.once(3)) {
    writer.token(":");
    expr(depth);
  }
  writer.token("]");
}

void RandomProgram::condition(unsigned depth) {
  auto branch = [&] {
    writer.token("{");
    expr(depth);
    writer.token("}");
  };
  for (size_t count = random.once(3) ? 3 : 1; count > 0; --count) {
    writer.token("if");
    expr(depth);
    branch();
    writer.token("else");
  }
  branch();
}

void RandomProgram::match(unsigned depth) {
  writer.token("match");
  expr(depth);
  writer.token("{");
  commaSeparated(length(1), [&] {
    pattern();
    while (random.once(4)) {
      writer.token("|");
      pattern();
    }
    writer.token("=>");
    expr(depth);
  });
  writer.token("}");
}

void RandomProgram::pattern() {
  switch (random.below(6)) {
  case 0:
    writer.token("_");
    return;
  case 1:
    if (random.once(2))
      writer.token("-");
    writer.token("42");
    return;
  case 2:
    writer.token(random.once(2) ? "none" : "10min");
    return;
  case 3:
    writer.token(random.once(3) ? "\"\"" : "\"some text\"");
    return;
  default:
    qualifiedName();
    if (random.once(3)) {
      writer.token("(");
      binder();
      writer.token(")");
    }
    return;
  }
}

void RandomProgram::parenthesized(unsigned depth) {
  size_t count = random.once(5) ? 3 : 1;
  for (size_t index = 0; index < count; ++index)
    writer.token("(");
  expr(depth);
  for (size_t index = 0; index < count; ++index)
    writer.token(")");
}

// ---- strings ----------------------------------------------------------------

void RandomProgram::string(unsigned depth) {
  bool shell = random.once(2);
  random.once(3) ? blockString(shell, depth) : lineString(shell, depth);
}

void RandomProgram::hole(unsigned depth) {
  writer.glued("${");
  ++inHoles;
  expr(depth == 0 || inHoles > 2 ? 0 : depth - 1);
  --inHoles;
  writer.token("}");
  writer.glued("");
}

void RandomProgram::lineString(bool shell, unsigned depth) {
  static constexpr const char* Plain[] = {"text ",      "a\\nb",  "\\\"quoted\\\"", "$${x}",
                                          "\\u{1F600}", "ä ö ü ", "$HOME ",         "// no comment",
                                          "{",          "}"};
  static constexpr const char* Shell[] = {"npm ci && ", "printf '%s\\n' ", "$${x:-y}", "$(date) ",
                                          "\\\\ ",      "# no comment ",   "{ }"};
  writer.token(shell ? "sh\"" : "\"");
  writer.glued("");
  writer.forbidLines();
  for (size_t count = random.once(20) ? 20 : random.below(4); count > 0; --count)
    if (random.once(3))
      hole(depth);
    else
      writer.glued(shell ? random.oneOf(Shell) : random.oneOf(Plain));
  writer.allowLines();
  writer.token("\"");
}

void RandomProgram::blockString(bool shell, unsigned depth) {
  static constexpr const char* Indents[] = {"", "  ", "    ", "      ", "\t", " \t "};
  static constexpr const char* Texts[] = {
      "if [ \"$x\" ]; then", "  deeper", "\tby a tab", "ends ", "$${x}", "{", "}", "'$1' $(y)"};
  std::string indent = random.oneOf(Indents);
  // At the start of a line in a hole it would end the block around.
  if (inHoles > 0)
    writer.sameLine();
  writer.token(shell ? "sh\"\"\"" : "\"\"\"");
  writer.glued(random.once(4) ? "  " : "");
  writer.glued(writer.lineEnd());
  for (size_t count = random.below(5); count > 0; --count) {
    if (random.once(5)) {
      writer.glued(random.once(2) ? "" : random.once(2) ? " " : indent + "  ");
    } else {
      writer.glued(indent);
      for (size_t part = random.below(4); part > 0; --part)
        if (random.once(3))
          hole(depth);
        else
          writer.glued(!shell && random.once(3) ? "\\t\\\"" : random.oneOf(Texts));
    }
    writer.glued(writer.lineEnd());
  }
  writer.glued(indent);
  writer.token("\"\"\"");
}

} // namespace pipec::test
