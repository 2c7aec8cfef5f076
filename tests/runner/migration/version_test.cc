#include "runner/migration/version.h"

#include <doctest/doctest.h>

#include <string>

using drydock::Version;

TEST_CASE("Versions compare as numbers of any length and width") {
  struct Row {
    const char* left;
    const char* right;
    std::strong_ordering expected;
  };
  const Row rows[] = {
      {"9", "10", std::strong_ordering::less},
      {"0001", "1", std::strong_ordering::equal},
      {"0", "000", std::strong_ordering::equal},
      {"0010", "9", std::strong_ordering::greater},
      {"20261120103000", "2", std::strong_ordering::greater},
      {"99999999999999999999999999", "100000000000000000000000000", std::strong_ordering::less},
      {"18446744073709551617", "1", std::strong_ordering::greater},
  };
  for (const Row& row : rows) {
    CAPTURE(row.left);
    CAPTURE(row.right);
    const Version left(row.left);
    const Version right(row.right);
    CHECK(((left <=> right) == row.expected));
    CHECK((left == right) == (row.expected == 0));
    CHECK((left.significant() == right.significant()) == (left == right));
  }
}

TEST_CASE("A version keeps its spelling and has no zeros in front of what counts") {
  CHECK(Version("0042").text() == "0042");
  CHECK(Version("0042").significant() == "42");
  CHECK(Version("000").significant() == "0");
  CHECK(Version().empty());
  CHECK(Version().significant().empty());
  CHECK(Version() < Version("0"));
}

TEST_CASE("Versions with dots compare part by part, and any other text stands behind the numbers") {
  CHECK(Version("1.9") < Version("1.10"));
  CHECK(Version("1.9") < Version("2"));
  CHECK(Version("1") < Version("1.0.1"));
  CHECK((Version("1.01") <=> Version("1.1")) == std::strong_ordering::equal);
  CHECK(Version("99") < Version("20240101_a"));
  CHECK(Version("20240101_a") < Version("20240101_b"));
}

TEST_CASE("Places decide over what the versions say, and a version without one stands last") {
  const Version first("zebra", 1), second("ant", 2);
  CHECK(first < second);
  CHECK(second < Version("aardvark"));
  CHECK(first == Version("zebra"));
  CHECK(first != second);
}
