// Text that HTML and XML can carry, and the reader that the tests of both writers rely on.
#include "runner/report/markup.h"

#include <doctest/doctest.h>

#include "runner/report/legible.h"

namespace drydock {
namespace {

TEST_CASE("what is no character, or controls a terminal, becomes a replacement character") {
  const std::string instead = "\xEF\xBF\xBD";
  struct Case {
    std::string bytes, legible;
  };
  for (const Case& each : {Case{"plain <text> & \"quotes\"", "plain <text> & \"quotes\""},
                           {"tab\tand\nline\r\n", "tab\tand\nline\r\n"},
                           {"\xC3\xA9 \xE6\xBC\xA2 \xF0\x9F\x9A\xA2", "\xC3\xA9 \xE6\xBC\xA2 \xF0\x9F\x9A\xA2"},
                           {std::string("a\0b", 3), "a" + instead + "b"},
                           {"\x1b[31m\x7f", instead + "[31m" + instead},
                           {"\xC2\x85", instead},
                           {"\xC2\xA0", "\xC2\xA0"},
                           {"\xEF\xBF\xBE\xEF\xBF\xBF", instead + instead},
                           {"\xEF\xBF\xBD", instead},
                           {"\xff", instead},
                           {"a\xC3", "a" + instead},
                           {"\xED\xA0\x80", instead + instead + instead},
                           {"", ""}})
    CHECK(legible(each.bytes) == each.legible);
}

TEST_CASE("the tests' reader of markup refuses what a reader of XML would refuse") {
  CHECK(what_is_malformed("<a b=\"&lt;\"><c/>text &amp; more</a>\n") == "");
  CHECK(what_is_malformed("<a><meta x=\"y\"></a>", {"meta"}) == "");
  for (const char* text : {"<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a>&</a>", "<a>&nbsp;</a>", "<a b=c></a>",
                           "<a b=\"<\"></a>", "<a b=\"c\" b=\"d\"></a>", "<a>\x01</a>", "<a", "<a b=\"c></a>"})
    CHECK_MESSAGE(what_is_malformed(text) != "", text);
}

}  // namespace
}  // namespace drydock
