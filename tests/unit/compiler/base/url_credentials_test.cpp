// What of a URL, or of a variable for the network, lets somebody in.
#include "compiler/base/url_credentials.h"

#include <catch2/catch.hpp>

using namespace pipec::base;

using Texts = std::vector<std::string>;

TEST_CASE("a URL with a password or a token is one that should be a secret") {
  CHECK(urlCredential("https://user:pw@host/") == "it has a password in it");
  CHECK(urlCredential("ssh://git:pw@host/") == "it has a password in it");
  CHECK(urlCredential("https://:pw@host/") == "it has a password in it");
  CHECK(urlCredential("https://user:p/w@host/") == "it has a password in it");
  CHECK(urlCredential("https://ghp_0123456789abcdef@github.com/") == "its user looks like a token");
  CHECK(urlCredential("https://0123456789abcdef0123@host/") == "its user looks like a token");
}

TEST_CASE("a URL with a name, a port or an @ in its path is an ordinary one") {
  for (const char* url :
       {"https://host/", "ssh://git@host:22/x", "https://acme@dev.azure.com/acme/p/_git/x",
        "http://127.0.0.1:8080/@scope/package", "https://host/a:b@c", "https://[::1]:8443/x@y",
        "https://first.last%40example.com@host/", "ssh://APKAEIBAERJR2EXAMPLE@host/x",
        "file:///home/a@b/c:d", "https://host/?to=a:b@c"})
    CHECK(urlCredential(url) == "");
}

TEST_CASE("messages show a URL without what stands before its host") {
  CHECK(withoutUrlCredentials("https://user:pw@host/@x") == "https://***@host/@x");
  CHECK(withoutUrlCredentials("https://host/@x") == "https://host/@x");
}

TEST_CASE("of a proxy or an index the password is a secret, alone and with the user") {
  CHECK(networkCredentials("https_proxy", "http://user:pass%20word@proxy:3128") ==
        Texts{"user:pass%20word", "user:pass word", "pass%20word", "pass word"});
  CHECK(networkCredentials("https_proxy", "user:secret@proxy:3128") ==
        Texts{"user:secret", "secret"});
  CHECK(networkCredentials("GOPROXY", "https://a:first@one,https://b:second@two|direct") ==
        Texts{"a:first", "first", "b:second", "second"});
  CHECK(networkCredentials("PIP_INDEX_URL", "https://a-long-token@host/simple") ==
        Texts{"a-long-token"});
  CHECK(networkCredentials("https_proxy", "http://me@proxy") == Texts{"//me@"});
}

TEST_CASE("a variable that is called a token is one") {
  CHECK(networkCredentials("npm_config_//host/:_authToken", "abcdefgh") == Texts{"abcdefgh"});
  CHECK(networkCredentials("PGPASSWORD", "abcdefgh") == Texts{"abcdefgh"});
  CHECK(networkCredentials("npm_config_always_auth", "true").empty());
}

TEST_CASE("what has no credentials gives none") {
  for (const char* value : {"http://proxy:3128", "localhost,127.0.0.1,.example.com",
                            "/etc/ssl/certs/ca.pem", "me@example.com", "https://host/@scope", ""})
    CHECK(networkCredentials("https_proxy", value).empty() ==
          (llvm::StringRef(value) != "me@example.com"));
  CHECK(networkCredentials("MAIL", "me@example.com").empty());
}
