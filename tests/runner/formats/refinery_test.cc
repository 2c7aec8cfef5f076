// A folder of refinery's.
#include <doctest/doctest.h>

#include "fixtures/format_folder.h"

using namespace drydock;
using fixtures::FormatFolder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("refinery: U is a migration like V") {
  FormatFolder folder("refinery");
  folder.with("V10__ten.sql").with("deep/V9__nine.sql").with("U3__late.sql").with("mod.rs");
  CHECK(folder.listing() == "3 late (3), 9 nine (9), 10 ten (10)");
  CHECK(folder.next("more") == std::vector<std::string>{"V11__more.sql"});
}

TEST_CASE(
    "refinery: it is told from Flyway by what lies beside it, and a folder that either would read otherwise is "
    "refused") {
  FormatFolder folder("flyway");
  folder.with("V1__a.sql").with("U2__b.sql");
  CHECK(folder.recognised() == "flyway");
  CHECK(contains(folder.error(), "--format refinery"));
  folder.with("../Cargo.toml", "[dependencies]\nrefinery = \"0.8\"\n");
  CHECK(folder.recognised() == "refinery");
}

TEST_CASE("refinery: programs and names that do not fit are refused by name") {
  const char* files[] = {"V2__fill.rs", "V1.1__x.sql", "V2__x-y.sql", "V2_x.sql", "2_x.sql", "U1__twin.sql"};
  for (const char* file : files) {
    CAPTURE(file);
    FormatFolder folder("refinery");
    CHECK(contains(folder.with("V1__a.sql").with(file).error(), file));
  }
}
