// Declarations and statements.
#include "random_program.h"

namespace pipec::test {

void RandomProgram::use() {
  writer.line();
  writer.token("use");
  if (random.once(3)) {
    writer.token("\"./rules/go.pipe\"");
    writer.token("as");
    name();
    return;
  }
  qualifiedName();
  if (random.once(3)) {
    writer.token("as");
    name();
  }
}

void RandomProgram::declaration() {
  static constexpr Rule Rules[] = {
      &RandomProgram::let,      &RandomProgram::let,         &RandomProgram::fn,
      &RandomProgram::typeDecl, &RandomProgram::enumDecl,    &RandomProgram::action,
      &RandomProgram::action,   &RandomProgram::action,      &RandomProgram::evidence,
      &RandomProgram::evidence, &RandomProgram::environment, &RandomProgram::pipeline,
      &RandomProgram::pipeline};
  writer.line();
  if (random.once(4))
    writer.token("pub");
  (this->*random.oneOf(Rules))();
}

void RandomProgram::statements(llvm::function_ref<void()> one) {
  writer.token("{");
  for (size_t count = length(0); count > 0; --count) {
    writer.line();
    one();
  }
  writer.line();
  writer.token("}");
}

void RandomProgram::let() {
  writer.token("let");
  name();
  if (random.once(3)) {
    writer.token(":");
    type(shape.depth);
  }
  writer.token("=");
  expr();
}

void RandomProgram::assertion() {
  writer.token("assert");
  expr();
  writer.token(",");
  expr();
}

void RandomProgram::fn() {
  writer.token("fn");
  name();
  params(/*withModes=*/false);
  writer.token("->");
  type(shape.depth);
  if (random.once(2)) {
    writer.token("=");
    expr();
    return;
  }
  writer.token("{");
  for (size_t count = random.below(4); count > 0; --count) {
    writer.line();
    random.once(3) ? assertion() : let();
  }
  writer.line();
  writer.token("return");
  expr();
  writer.line();
  writer.token("}");
}

void RandomProgram::typeDecl() {
  writer.token("type");
  typeName();
  writer.token("{");
  commaSeparated(length(0), [&] {
    writer.line();
    name();
    writer.token(":");
    type(shape.depth);
    if (random.once(3)) {
      writer.token("=");
      expr();
    }
  });
  writer.token("}");
}

void RandomProgram::enumDecl() {
  writer.token("enum");
  typeName();
  writer.token("{");
  commaSeparated(length(1), [&] { name(); });
  writer.token("}");
}

// ---- actions ----------------------------------------------------------------

void RandomProgram::action() {
  static constexpr const char* Kinds[] = {"source", "build", "test", "deploy", "approve"};
  writer.token(random.oneOf(Kinds));
  name();
  params(/*withModes=*/true);
  if (!random.once(4))
    result();
  statements([&] { actionItem(); });
}

void RandomProgram::params(bool withModes) {
  static constexpr const char* Modes[] = {"subject", "pool"};
  writer.token("(");
  commaSeparated(length(0), [&] {
    if (withModes && random.once(3))
      writer.token(random.oneOf(Modes));
    name();
    writer.token(":");
    type(shape.depth);
    if (random.once(4)) {
      writer.token("=");
      expr(1);
    }
  });
  writer.token(")");
}

void RandomProgram::result() {
  if (random.once(3)) {
    writer.token("proves");
    qualifiedName();
    return;
  }
  writer.token("->");
  if (!random.once(3)) {
    type(shape.depth);
    return;
  }
  writer.token("(");
  commaSeparated(length(1), [&] {
    name();
    writer.token(":");
    type(shape.depth);
  });
  writer.token(")");
}

void RandomProgram::actionItem() {
  static constexpr Rule Rules[] = {&RandomProgram::let,     &RandomProgram::assertion,
                                   &RandomProgram::out,     &RandomProgram::setting,
                                   &RandomProgram::setting, &RandomProgram::setting,
                                   &RandomProgram::command, &RandomProgram::command};
  (this->*random.oneOf(Rules))();
}

void RandomProgram::out() {
  writer.token("out");
  if (random.once(2))
    name();
  writer.token("=");
  expr();
}

void RandomProgram::setting() {
  static constexpr const char* Names[] = {"image",
                                          "work",
                                          "timeout",
                                          "env",
                                          "memory",
                                          "secret_files",
                                          "a_setting_with_a_name_that_is_never_aligned"};
  writer.token(random.oneOf(Names));
  writer.token("=");
  expr();
}

void RandomProgram::command() {
  static constexpr const char* Clauses[] = {"run", "resolve", "rollback", "probe"};
  writer.token(random.oneOf(Clauses));
  expr();
}

// ---- environments and pipelines ---------------------------------------------

void RandomProgram::evidence() {
  writer.token("evidence");
  typeName();
}

void RandomProgram::evidenceSet() {
  qualifiedName();
  for (size_t count = random.once(8) ? 12 : random.below(3); count > 0; --count) {
    writer.token("&");
    qualifiedName();
  }
}

void RandomProgram::environment() {
  writer.token("environment");
  typeName();
  if (random.once(2)) {
    writer.token("requires");
    evidenceSet();
  }
  if (random.once(3))
    return;
  statements([&] { setting(); });
}

void RandomProgram::callStatement() {
  name();
  for (size_t count = random.below(3); count > 0; --count)
    suffix(1);
  args(shape.depth);
}

void RandomProgram::statement() {
  static constexpr Rule Rules[] = {&RandomProgram::let, &RandomProgram::let,
                                   &RandomProgram::assertion, &RandomProgram::out,
                                   &RandomProgram::callStatement};
  (this->*random.oneOf(Rules))();
}

void RandomProgram::stage() {
  writer.token("stage");
  name();
  if (random.once(3)) {
    writer.token("when");
    expr();
  }
  statements([&] { statement(); });
}

void RandomProgram::pipeline() {
  writer.token("pipeline");
  name();
  if (random.once(2))
    params(/*withModes=*/false);
  if (random.once(5)) {
    writer.token("=");
    expr();
    return;
  }
  statements([&] { random.once(2) ? stage() : statement(); });
}

} // namespace pipec::test
