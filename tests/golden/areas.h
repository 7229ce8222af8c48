// Areas of golden tests: what is made of a case, and compared with the files beside it.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <map>
#include <string>

namespace pipec::golden {

/// What a phase made of one case.
struct Outcome {
  /// By extension (`ast`, `diag`), the text of the file of that extension beside the case. An
  /// empty text stands for no file.
  std::map<std::string, std::string> sidecars;
  /// Whether there was an error; the name of the case must then begin with `fail_`.
  bool failed = false;
};

struct Area {
  llvm::StringLiteral name; ///< the folder
  /// `folder` is absolute; `file` is the name of the case in it, with `.pipe`.
  Outcome (*run)(const std::string& folder, const std::string& file);
};

/// All areas. A new one is a function in a file of its own and a line in areas.cpp.
llvm::ArrayRef<Area> areas();

Outcome runParse(const std::string& folder, const std::string& file);
Outcome runFormat(const std::string& folder, const std::string& file);
Outcome runSema(const std::string& folder, const std::string& file);
Outcome runLower(const std::string& folder, const std::string& file);
Outcome runPlan(const std::string& folder, const std::string& file);

} // namespace pipec::golden
