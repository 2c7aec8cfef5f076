#include "runner/migration/checksum.h"

#include <doctest/doctest.h>

#include <string>

using namespace drydock;

TEST_CASE("SHA-256 is the known one") {
  CHECK(sha256("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("Line endings and a byte order mark make no other text") {
  for (const char* spelling : {"a\nb\n", "a\r\nb\r\n", "a\rb\r", "a\r\nb\n",
                               "\xEF\xBB\xBF"
                               "a\nb\n"}) {
    CAPTURE(spelling);
    CHECK(normalise_text(spelling) == "a\nb\n");
  }
  CHECK(normalise_text("a\r\r\n") == "a\n\n");
  CHECK(normalise_text("a\xEF\xBB\xBF") == "a\xEF\xBB\xBF");
  CHECK(normalise_text("\xEF\xBB\xBF").empty());
}

TEST_CASE("The first byte that is no UTF-8 is found") {
  struct Row {
    std::string bytes;
    std::size_t offset;
  };
  constexpr std::size_t none = std::string::npos;
  const Row rows[] = {
      {"", none},
      {"plain", none},
      {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\xA2", none},
      {"\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF", none},
      {"ab\xE9", 2},            // Latin-1
      {"a\x80", 1},             // a continuation alone
      {"\xC0\x80", 0},          // overlong
      {"\xE0\x9F\xBF", 0},      // overlong
      {"\xF0\x8F\xBF\xBF", 0},  // overlong
      {"x\xED\xA0\x80", 1},     // a surrogate
      {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
      {"\xF5\x80\x80\x80", 0},
      {"\xE2\x82", 0},  // cut off
      {"\xFF\xFE"
       "a",
       0},  // UTF-16
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    CHECK(first_invalid_utf8(row.bytes) == row.offset);
  }
}
