// Questions about the files of a root between its commands, answered by its supervisor.
#pragma once

#include "runtime/sandbox/wire.h"

namespace pipec::sandbox {

/// MessageKind::CopyOut. False: pipec is gone.
bool answerCopyOut(int channel, MessageReader& message, MessageBuffer& buffer);
/// MessageKind::Resolve. False: pipec is gone.
bool answerResolve(int channel, MessageReader& message);

} // namespace pipec::sandbox
