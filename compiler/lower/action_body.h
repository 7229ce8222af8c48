// The body of an action, evaluated: items in order → ActionSpec.
#pragma once

#include "compiler/lower/spec_builder.h"

namespace pipec::lower {

/// `frame` holds the parameters. What does not come from the body (subject, deployments of the
/// parameters, environment) is already in `spec`.
bool evaluateBody(Session& session, Evaluator& evaluator, Frame& frame, const ActionBody& body,
                  plan::ActionSpec& spec);

/// What can be known of the body although the variables in `open` (by slot) cannot: outputs and
/// `on_fail`, and what these need. E0501 if one of them depends on a variable that is open.
bool evaluateKnown(Session& session, Evaluator& evaluator, Frame& frame, const ActionBody& body,
                   std::vector<bool> open, plan::ActionSpec& spec);

/// Of File, Dir and Image.
plan::ArtifactType artifactType(sema::TypeKind kind);

/// One setting of an action that is no text with holes; what its value may not be is reported.
bool applySetting(Session& session, SpecBuilder& builder, sema::SettingKind kind,
                  const Value& value, SourceRange range, plan::ActionSpec& spec);
/// The texts of a List<String>.
std::vector<std::string> texts(const Value& list);

} // namespace pipec::lower
