#include "runner/sql/lexer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace drydock;

namespace {

using Kind = Token::Kind;

struct Row {
  Dialect dialect;
  std::string text;
  std::vector<std::pair<Kind, std::string>> tokens;
};

const std::vector<Row> rows = {
    {Dialect::postgres, "a b", {{Kind::word, "a"}, {Kind::word, "b"}}},
    {Dialect::postgres, "a1$ _b é", {{Kind::word, "a1$"}, {Kind::word, "_b"}, {Kind::word, "é"}}},
    {Dialect::postgres, "1.5e-3+.5", {{Kind::number, "1.5e-3"}, {Kind::symbol, "+"}, {Kind::number, ".5"}}},
    {Dialect::postgres, "1-2", {{Kind::number, "1"}, {Kind::symbol, "-"}, {Kind::number, "2"}}},
    {Dialect::postgres, "1e--c", {{Kind::number, "1e"}, {Kind::line_comment, "--c"}}},
    {Dialect::postgres, "a::b", {{Kind::word, "a"}, {Kind::symbol, ":"}, {Kind::symbol, ":"}, {Kind::word, "b"}}},
    {Dialect::postgres, "'a''b'", {{Kind::string, "'a''b'"}}},
    {Dialect::postgres, "'a' 'b'", {{Kind::string, "'a'"}, {Kind::string, "'b'"}}},
    {Dialect::postgres, "e'\\''x", {{Kind::string, "e'\\''"}, {Kind::word, "x"}}},
    {Dialect::sqlite, "e'\\'x", {{Kind::word, "e"}, {Kind::string, "'\\'"}, {Kind::word, "x"}}},
    {Dialect::postgres, "u&'a' u&\"b\"", {{Kind::string, "u&'a'"}, {Kind::quoted_word, "u&\"b\""}}},
    {Dialect::postgres, "u & 'a'", {{Kind::word, "u"}, {Kind::symbol, "&"}, {Kind::string, "'a'"}}},
    {Dialect::postgres, "$a$x$b$y$a$z", {{Kind::string, "$a$x$b$y$a$"}, {Kind::word, "z"}}},
    {Dialect::sqlite, "$a$x", {{Kind::symbol, "$"}, {Kind::word, "a$x"}}},
    {Dialect::postgres, "$1", {{Kind::symbol, "$"}, {Kind::number, "1"}}},
    {Dialect::sqlite, "X'0a'", {{Kind::string, "X'0a'"}}},
    {Dialect::sqlite, "[a b]`c``d`", {{Kind::quoted_word, "[a b]"}, {Kind::quoted_word, "`c``d`"}}},
    {Dialect::postgres, "[a]", {{Kind::symbol, "["}, {Kind::word, "a"}, {Kind::symbol, "]"}}},
    {Dialect::postgres, "/*a/*b*/c*/d", {{Kind::block_comment, "/*a/*b*/c*/"}, {Kind::word, "d"}}},
    {Dialect::sqlite, "/*a/*b*/c", {{Kind::block_comment, "/*a/*b*/"}, {Kind::word, "c"}}},
    {Dialect::postgres, "/*/*/*/*/ a", {{Kind::block_comment, "/*/*/*/*/ a"}}},
    {Dialect::postgres, "a--b\nc", {{Kind::word, "a"}, {Kind::line_comment, "--b"}, {Kind::word, "c"}}},
    {Dialect::postgres, "\\x;", {{Kind::symbol, "\\"}, {Kind::word, "x"}, {Kind::symbol, ";"}}},
};

}  // namespace

TEST_CASE("A text is read as tokens") {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto tokens = tokenize(row.text, row.dialect);
    REQUIRE(tokens.size() == row.tokens.size());
    for (std::size_t at = 0; at < tokens.size(); ++at) {
      CHECK(tokens[at].kind == row.tokens[at].first);
      CHECK(tokens[at].text == row.tokens[at].second);
      CHECK(row.text.substr(tokens[at].offset, tokens[at].text.size()) == tokens[at].text);
    }
  }
}

TEST_CASE("Tokens know their line, also behind those that span several") {
  const auto tokens = tokenize("a\n'x\ny' b /*\n\n*/ c\n$$\n$$ d", Dialect::postgres);
  std::vector<int> lines;
  for (const Token& token : tokens) lines.push_back(token.line);
  CHECK(lines == std::vector<int>{1, 2, 3, 3, 5, 6, 7});
}

TEST_CASE("A literal that is not closed ends with the text and is marked") {
  for (const char* text : {"'a", "\"a", "/* a", "$x$ a $y$", "E'\\'", "E'\\", "U&'a", "'"}) {
    CAPTURE(text);
    const auto tokens = tokenize(text, Dialect::postgres);
    REQUIRE(tokens.size() == 1);
    CHECK_FALSE(tokens[0].terminated);
    CHECK(tokens[0].text == text);
  }
}

TEST_CASE("The significant text knows nothing of comments and white space") {
  const std::string plain = significant_text("create table t(a int);select 1", Dialect::postgres);
  CHECK(plain == "create table t ( a int ) ; select 1");
  CHECK(significant_text("-- why\ncreate  table /* x */ t(a int)\n;\n\nselect 1 -- end\n", Dialect::postgres) == plain);
  CHECK(significant_text("create table t(b int);select 1", Dialect::postgres) != plain);
  CHECK(significant_text("select 'a  b'", Dialect::postgres) != significant_text("select 'a b'", Dialect::postgres));
}

TEST_CASE("COPY data and psql's lines are significant as they are") {
  const std::string text = "\\restrict k\ncopy t from stdin;\na -- b\n\\.\n";
  CHECK(significant_text(text, Dialect::postgres) == "\\restrict k copy t from stdin ; a -- b\n");
}
