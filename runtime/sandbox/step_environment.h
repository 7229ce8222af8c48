// The environment, user and places that every step has, whatever the machine.
#pragma once

#include "runtime/sandbox/spawn.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace pipec::sandbox {

inline constexpr const char* StepUser = "pipec";
inline constexpr unsigned StepUserId = 1000;
inline constexpr const char* StepHostName = "pipec";
inline constexpr const char* StepPath = "/usr/bin:/bin:/usr/sbin:/sbin";
inline constexpr const char* SecretsFolder = "/secrets";
/// What every root has of its own, whatever the host or an image has there.
inline constexpr llvm::StringLiteral OwnPlaces[] = {"/dev",    "/i",       "/o",   "/proc",
                                                    "/report", "/secrets", "/tmp", "/w"};

/// `NAME=VALUE`, sorted by name: the fixed variables, then `spawn.environment` over them. `home`,
/// `temporary` and `secrets` are what HOME, TMPDIR and (if there are secret files) SECRETS say.
std::vector<std::string> stepEnvironment(const Spawn& spawn, llvm::StringRef home,
                                         llvm::StringRef temporary, llvm::StringRef secrets);

} // namespace pipec::sandbox
