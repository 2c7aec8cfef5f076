#include "runner/report/legible.h"

#include <doctest/doctest.h>

namespace drydock {

TEST_CASE("What would act on a terminal is shown, and does nothing") {
  const std::pair<std::string, std::string> cases[] = {
      {"two lines\n\tand a tab", "two lines\n\tand a tab"},
      {"clear \033[2J and home \033[H", "clear \\x1b[2J and home \\x1b[H"},
      {"over\rwritten\b", "over\\x0dwritten\\x08"},
      {std::string("a NUL \0 and DEL \x7f", 17), "a NUL \\x00 and DEL \\x7f"},
      {"C1: \xc2\x9b"
       "2J",
       "C1: \\x9b2J"},
      {"Grüße, 数据库 \xc2\xa0", "Grüße, 数据库 \xc2\xa0"},
      {"an end in the middle \xc2", "an end in the middle \xc2"},
  };
  for (const auto& [text, expected] : cases) {
    CHECK(visible(text, false) == expected);
    CHECK(visible(text, true) == expected);
  }
}

TEST_CASE("A painted text keeps its paint, and nothing else that begins like it") {
  CHECK(visible("\033[1;31mred\033[0m", true) == "\033[1;31mred\033[0m");
  CHECK(visible("\033[1;31mred\033[0m", false) == "\\x1b[1;31mred\\x1b[0m");
  CHECK(visible("\033[31Kred\033[", true) == "\\x1b[31Kred\\x1b[");
  CHECK(visible("\033[8mhidden", true) == "\\x1b[8mhidden");
}

}  // namespace drydock
