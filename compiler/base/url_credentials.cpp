// Finding user information (RFC 3986, 3.2.1) in URLs, and in texts that have URLs in them.
#include "compiler/base/url_credentials.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <optional>

namespace pipec::base {

using llvm::StringRef;

/// `begin` and `end` of what stands before the `@`, in a text.
struct Place {
  size_t begin = 0;
  size_t end = 0;
};

/// The user information of the authority that begins at `begin`.
static std::optional<Place> placeFrom(StringRef text, size_t begin) {
  size_t end = std::min(text.find_first_of(" \t\r\n\"'<>", begin), text.size());
  size_t authorityEnd = std::min(text.find_first_of("/?#", begin), end);
  StringRef authority = text.slice(begin, authorityEnd);
  size_t at = authority.rfind('@');
  // `user:pass/word@host`: wrong, and understood by some. What follows a host is a port.
  if (at == StringRef::npos && authority.contains(':') &&
      !llvm::all_of(authority.rsplit(':').second, llvm::isDigit)) {
    authority = text.slice(begin, end);
    at = authority.rfind('@');
  }
  if (at == StringRef::npos || at == 0)
    return std::nullopt;
  return Place{begin, begin + at};
}

static std::vector<Place> placesIn(StringRef text) {
  std::vector<Place> places;
  for (size_t at = text.find("://"); at != StringRef::npos; at = text.find("://", at + 3))
    if (auto place = placeFrom(text, at + 3))
      places.push_back(*place);
  return places;
}

static std::string percentDecoded(StringRef text) {
  std::string decoded;
  for (size_t at = 0; at < text.size(); ++at) {
    bool isCode = text[at] == '%' && at + 2 < text.size() && llvm::isHexDigit(text[at + 1]) &&
                  llvm::isHexDigit(text[at + 2]);
    decoded +=
        isCode ? static_cast<char>(llvm::hexFromNibbles(text[at + 1], text[at + 2])) : text[at];
    at += isCode ? 2 : 0;
  }
  return decoded;
}

/// What services give out as tokens: a known beginning, or long and with digits.
static bool looksLikeToken(StringRef user) {
  constexpr StringRef Beginnings[] = {"ghp_",   "gho_",  "ghu_",  "ghs_", "github_pat_",
                                      "glpat-", "gldt-", "ATATT", "ATCTT"};
  if (llvm::any_of(Beginnings, [&](StringRef begin) { return user.starts_with(begin); }))
    return true;
  auto isTokenChar = [](char c) { return llvm::isAlnum(c) || c == '_' || c == '-'; };
  return user.size() >= 20 && llvm::all_of(user, isTokenChar) && llvm::any_of(user, llvm::isDigit);
}

std::string urlCredential(StringRef text) {
  for (const Place& place : placesIn(text)) {
    auto [user, password] = text.slice(place.begin, place.end).split(':');
    if (!password.empty())
      return "it has a password in it";
    // An ssh key of some services has a user that looks like one.
    if (text.starts_with("http") && looksLikeToken(user))
      return "its user looks like a token";
  }
  return "";
}

std::string withoutUrlCredentials(StringRef text) {
  std::string shown = text.str();
  std::vector<Place> places = placesIn(text);
  for (const Place& place : llvm::reverse(places))
    shown.replace(place.begin, place.end - place.begin, "***");
  return shown;
}

// ---- variables for the network -------------------------------------------------

/// A shorter name is too often a word.
static constexpr size_t ShortestName = 8;

static void addCredentials(std::vector<std::string>& found, StringRef information) {
  auto add = [&](StringRef secret) {
    for (std::string text : {secret.str(), percentDecoded(secret)})
      if (!text.empty() && !llvm::is_contained(found, text))
        found.push_back(std::move(text));
  };
  auto [user, password] = information.split(':');
  if (!password.empty() || user.size() >= ShortestName)
    add(information);
  else
    add(("//" + user + "@").str());
  add(password);
  if (looksLikeToken(user))
    add(user);
}

/// `NPM_TOKEN`, `npm_config_//registry.example.com/:_authToken`, `PGPASSWORD`.
static bool isCalledSecret(StringRef name) {
  constexpr StringRef Endings[] = {"token", "password", "passwd", "secret",
                                   "_auth", "apikey",   "api_key"};
  std::string lower = name.lower();
  return llvm::any_of(Endings, [&](StringRef end) { return StringRef(lower).ends_with(end); });
}

std::vector<std::string> networkCredentials(StringRef name, StringRef value) {
  std::vector<std::string> found;
  for (const Place& place : placesIn(value))
    addCredentials(found, value.slice(place.begin, place.end));
  if (name.ends_with_insensitive("proxy") && !value.contains("://"))
    if (auto place = placeFrom(value, 0))
      addCredentials(found, value.slice(place->begin, place->end));
  if (isCalledSecret(name) && value.size() >= ShortestName)
    found.push_back(value.str());
  return found;
}

} // namespace pipec::base
