// Canonical JSON, and text of any bytes.
#include "compiler/base/json.h"

#include <catch2/catch.hpp>

using namespace pipec::base;

TEST_CASE("documents are written one way") {
  auto write = [](llvm::json::OStream& json) {
    json.object([&] {
      json.attribute("z", 1);
      json.attributeArray("a", [&] { json.value("x"); });
    });
  };
  CHECK(renderJson(write) == "{\n  \"z\": 1,\n  \"a\": [\n    \"x\"\n  ]\n}\n");
  CHECK(renderJson(write, /*pretty=*/false) == "{\"z\":1,\"a\":[\"x\"]}\n");
}

TEST_CASE("bytes that are not UTF-8 are replaced") {
  CHECK(jsonText("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(jsonText("caf\xe9") == "caf\xef\xbf\xbd");
  std::string every;
  for (int i = 0; i < 256; ++i)
    every += static_cast<char>(i);
  std::string text = renderJson([&](llvm::json::OStream& json) { json.value(jsonText(every)); });
  auto parsed = llvm::json::parse(text);
  REQUIRE(bool(parsed));
}

TEST_CASE("brackets are counted outside strings") {
  CHECK_FALSE(nestsDeeper(R"([{"a": "[[[[\"[["}, [1]])", 2));
  CHECK(nestsDeeper(R"([{"a": [1]}])", 2));
  CHECK_FALSE(nestsDeeper("[[]] [[]] ]]]", 2));
  CHECK(nestsDeeper(std::string(1'000'000, '['), 64));
}

TEST_CASE("what would act on a terminal, or on a CI service, is escaped and means the same") {
  const std::string text = "\x1b \x7f \xc2\x9b \xe2\x80\xae \xf3\xa0\x81\x81 ##[a] ### \xc3\xa9";
  std::string json = renderJson([&](llvm::json::OStream& out) { out.value(text); });
  CHECK(json ==
        "\"\\u001b \\u007f \\u009b \\u202e \\udb40\\udc41 #\\u0023[a] #\\u0023# \xc3\xa9\"\n");
  auto parsed = parseJson(json);
  REQUIRE(static_cast<bool>(parsed));
  CHECK(parsed->getAsString()->str() == text);
}

TEST_CASE("a pair of escapes is the character that it stands for, in every plane") {
  auto read = [](llvm::StringRef json) {
    auto parsed = parseJson(json);
    REQUIRE(static_cast<bool>(parsed));
    return parsed->getAsString()->str();
  };
  CHECK(read(R"("\uD83D\ude00")") == "\xf0\x9f\x98\x80");
  CHECK(read(R"("\ud87e\udc04 \udbff\udffd")") == "\xf0\xaf\xa0\x84 \xf4\x8f\xbf\xbd");
  CHECK(read(R"("\\ud87e\\udc04 \"\ud840\udc00\\")") == "\\ud87e\\udc04 \"\xf0\xa0\x80\x80\\");
  CHECK(read(R"("\ud87e \udc04 \ud87e")") == "\xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd");
  for (llvm::StringRef cut : {R"("\ud87e\udc0)", R"("\ud87e\)", R"("\ud)"}) {
    auto parsed = parseJson(cut);
    CHECK_FALSE(static_cast<bool>(parsed));
    llvm::consumeError(parsed.takeError());
  }
}
