// Text with holes, written down: once without loss, for keys and JSON, and once for people.
#pragma once

#include "compiler/plan/plan.h"

#include <string>

namespace pipec::plan {

/// `arg` as one string from which it could be read back: a hole is `${in:1}`, `${text:1}`,
/// `${out:1}`, `${url:1}` (numbers from 1, as in `/i/1`), `${report}`, `${id}`, `${release}` or
/// `${previous}`; a `$` of the text is `$$`. Different Args give different strings.
std::string argText(const Arg& arg);

/// `arg` with names, for keys and pins: `-o${out:site.js}`, `${in:1:main.c}`; a `$` stays a `$`.
std::string renderArg(const Arg& arg, const ActionSpec& spec);

} // namespace pipec::plan
