// RandomProgram: the grammar, as choices.
#pragma once

#include "token_writer.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipec::test {

class RandomProgram {
public:
  RandomProgram(uint64_t seed, const ProgramShape& shape)
      : shape(shape), random(seed), writer(random, this->shape) {}

  std::string write();

private:
  ProgramShape shape;
  Random random;
  TokenWriter writer;
  unsigned inHoles = 0;

  using Rule = void (RandomProgram::*)();
  using DeepRule = void (RandomProgram::*)(unsigned depth);

  // ---- random_declarations.cpp ----

  void use();
  void declaration();
  void let();
  void assertion();
  void fn();
  void typeDecl();
  void enumDecl();
  void action();
  void evidence();
  void environment();
  void pipeline();
  void params(bool withModes);
  void result();
  void actionItem();
  void out();
  void setting();
  void command();
  void stage();
  void callStatement();
  void statement();
  void statements(llvm::function_ref<void()> one);
  void evidenceSet();

  // ---- random_expressions.cpp ----

  void name();
  void typeName();
  void qualifiedName();
  void type(unsigned depth);
  void expr() { expr(shape.depth); }
  void expr(unsigned depth);
  void conjunction(unsigned depth);
  void comparison(unsigned depth);
  void coalesced(unsigned depth);
  void range(unsigned depth);
  void sum(unsigned depth);
  void product(unsigned depth);
  void operand(unsigned depth);
  void suffix(unsigned depth);
  void args(unsigned depth);
  void primary(unsigned depth);
  void literal(unsigned depth);
  void list(unsigned depth);
  void map(unsigned depth);
  void comprehension(unsigned depth);
  void condition(unsigned depth);
  void match(unsigned depth);
  void pattern();
  void parenthesized(unsigned depth);
  void string(unsigned depth);
  void lineString(bool shell, unsigned depth);
  void blockString(bool shell, unsigned depth);
  void hole(unsigned depth);
  void binder();

  /// How long a list is: mostly short, rarely empty, sometimes longer than any line.
  size_t length(size_t least);
  /// With a comma between two, and sometimes one behind the last.
  void commaSeparated(size_t count, llvm::function_ref<void()> element);
};

} // namespace pipec::test
