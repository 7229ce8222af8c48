// One program from one seed.
#include "program_generator.h"

#include "random_program.h"

namespace pipec::test {

std::string RandomProgram::write() {
  if (random.once(10))
    writer.shebang();
  for (size_t count = random.below(4); count > 0; --count)
    use();
  for (unsigned count = 0; count < shape.declarations; ++count)
    declaration();
  return writer.take();
}

std::string generateProgram(uint64_t seed, const ProgramShape& shape) {
  return RandomProgram(seed, shape).write();
}

} // namespace pipec::test
