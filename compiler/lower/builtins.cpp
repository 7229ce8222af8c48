// Which built-in does what.
#include "compiler/lower/builtins.h"

#include "compiler/base/url_credentials.h"
#include "compiler/sema/literal_text.h"

#include "llvm/Support/ErrorHandling.h"

namespace pipec::lower {

using sema::Method;
using sema::PreludeFn;

static Result checkedText(const BuiltinCall& call, TextKind kind) {
  llvm::StringRef text = call.argument(0).text();
  bool isVersion = kind == TextKind::Version;
  std::string problem = isVersion ? sema::versionProblem(text) : sema::urlProblem(text);
  std::string secret = isVersion || !problem.empty() ? "" : base::urlCredential(text);
  if (!secret.empty()) {
    call.error(Code::E0416,
               "\"" + base::withoutUrlCredentials(text) + "\" is no place for a secret: " + secret)
        .help(sema::CredentialHelp.str());
    return std::nullopt;
  }
  if (problem.empty())
    return makeText(kind, text.str());
  call.error(Code::E0408,
             "\"" + text + "\" is not a " + (isVersion ? "Version" : "URL") + ": " + problem);
  return std::nullopt;
}

Result callPrelude(const BuiltinCall& call, PreludeFn fn) {
  switch (fn) {
  case PreludeFn::Glob:
    return globFiles(call);
  case PreludeFn::File:
    return repositoryPath(call, plan::ArtifactType::File);
  case PreludeFn::Dir:
    return repositoryPath(call, plan::ArtifactType::Dir);
  case PreludeFn::Tree:
    return composeTree(call);
  case PreludeFn::Text:
    return textFile(call);
  case PreludeFn::All:
    return mergeProofs(call);
  case PreludeFn::Secret:
    return makeText(TextKind::Secret, call.argument(0).text().str());
  case PreludeFn::Version:
    return checkedText(call, TextKind::Version);
  case PreludeFn::Url:
    return checkedText(call, TextKind::Url);
  case PreludeFn::Some:
    return call.argument(0);
  }
  llvm_unreachable("the prelude has ten functions");
}

Result callMember(const BuiltinCall& call, Method method, const Value& receiver) {
  if (method == Method::PairFirst || method == Method::PairSecond)
    return receiver.as<Record>().data->fields[method == Method::PairFirst ? 0 : 1];
  if (const auto* list = receiver.tryAs<List>())
    return listMember(call, method, *list);
  if (const auto* map = receiver.tryAs<Map>())
    return mapMember(call, method, *map->data);
  if (const auto* artifact = receiver.tryAs<Artifact>())
    return artifactMember(call, method, *artifact);
  if (const auto* deployment = receiver.tryAs<Deployment>()) {
    ArgPieces pieces;
    append(pieces, UrlPiece{deployment->node});
    return makeArg(std::move(pieces));
  }
  switch (receiver.as<Text>().kind) {
  case TextKind::String:
    return textMember(call, method, receiver);
  case TextKind::Version:
    return versionMember(method, receiver.text());
  case TextKind::Url:
    return urlMember(method, receiver.text());
  case TextKind::Secret:
    break;
  }
  llvm_unreachable("a Secret has no members");
}

} // namespace pipec::lower
