#include "squash/postgres_dump.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/postgres_client_program.h"
#include "rehearsal/shadow/shadow.h"
#include "runner/sql/cutter.h"
#include "squash/postgres_migrator.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// "-- Name: users; Type: TABLE; Schema: public; Owner: app". The name may hold anything but a line's end.
bool read_header(std::string_view comment, DumpEntry& entry) {
  constexpr std::string_view name_at = "-- Name: ", type_at = "; Type: ", schema_at = "; Schema: ",
                             owner_at = "; Owner:";
  const std::size_t owner = comment.rfind(owner_at), schema = comment.rfind(schema_at), type = comment.rfind(type_at);
  if (!comment.starts_with(name_at) || owner == comment.npos || schema == comment.npos || type == comment.npos) {
    return false;
  }
  const auto between = [&](std::size_t from, std::string_view mark, std::size_t to) {
    return std::string(comment.substr(from + mark.size(), to - from - mark.size()));
  };
  entry = {between(type, type_at, schema), between(schema, schema_at, owner), between(0, name_at, type), {}};
  return true;
}

// Settings of a session in psql. The tables' access method and tablespace are the server's own defaults.
bool is_noise(const std::vector<Token>& tokens) {
  if (is_word(tokens[0], "SET")) return tokens.size() < 2 || !is_word(tokens[1], "SESSION");
  return is_word(tokens[0], "SELECT") && tokens.size() > 3 && tokens[3].text == "set_config";
}

// ... OWNER TO app: at the end of a statement.
bool gives_to(const std::vector<Token>& tokens, std::string_view role) {
  const std::size_t count = tokens.size();
  return count > 3 && is_word(tokens[count - 3], "OWNER") && is_word(tokens[count - 2], "TO") &&
         tokens[count - 1].text == role;
}

// The schema that every database has belongs to somebody else at first.
bool is_schema_public(const std::vector<Token>& tokens) {
  return is_word(tokens[0], "ALTER") && is_word(tokens[1], "SCHEMA") && tokens[2].text == "public";
}

bool stands_before_role(const Token& token) {
  return std::ranges::any_of(std::initializer_list<std::string_view>{"TO", "FROM", "ROLE", "FOR", "BY"},
                             [&](std::string_view word) { return is_word(token, word); });
}

// Where in a statement roles are named: behind TO, FROM and the like, and the commas after those. What stands in
// parentheses behind a policy's or a mapping's roles is an expression or an option.
std::vector<std::size_t> role_positions(const std::vector<Token>& tokens, bool until_parenthesis) {
  std::vector<std::size_t> positions;
  bool in_list = false;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (until_parenthesis && tokens[i].text == "(") break;
    const bool qualified = i + 1 < tokens.size() && tokens[i + 1].text == ".";
    const bool goes_on = in_list && tokens[i - 1].text == ",";
    if ((stands_before_role(tokens[i - 1]) || goes_on) && !qualified) {
      positions.push_back(i);
      in_list = true;
    } else if (tokens[i].text != ",") {
      in_list = false;
    }
  }
  return positions;
}

// Whoever runs the baseline is the migrating role; and only a superuser may set who the session is.
std::string with_roles(std::string_view text, const std::vector<Token>& tokens, const std::string& type,
                       std::string_view migrator) {
  if (is_word(tokens[0], "SET") && is_word(tokens[1], "SESSION")) {
    return "SET LOCAL ROLE " + std::string(tokens.back().text);
  }
  if (is_word(tokens[0], "RESET")) return "RESET ROLE";
  std::string result;
  std::size_t at = tokens.front().offset;
  for (const std::size_t i : role_positions(tokens, !type.ends_with("ACL"))) {
    if (tokens[i].text != migrator) continue;
    result += text.substr(at, tokens[i].offset - at);
    result += "CURRENT_USER";
    at = tokens[i].offset + tokens[i].text.size();
  }
  const Token& last = tokens.back();
  return result + std::string(text.substr(at, last.offset + last.text.size() - at));
}

bool names_roles(const std::string& type) {
  return type == "ACL" || type == "DEFAULT ACL" || type == "POLICY" || type == "USER MAPPING";
}

// What a sequence is by default.
std::string without_defaults(std::string statement) {
  constexpr std::string_view defaults =
      "\n    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1";
  const std::size_t at = statement.find(defaults);
  if (at != std::string::npos) statement.erase(at, defaults.size());
  return statement;
}

void add_statement(std::string_view text, const std::vector<Token>& tokens, std::string_view migrator,
                   DumpEntry& entry) {
  if (is_noise(tokens)) return;
  if (gives_to(tokens, migrator)) {
    if (is_schema_public(tokens)) entry.statements.emplace_back("ALTER SCHEMA public OWNER TO CURRENT_USER");
    return;
  }
  if (names_roles(entry.type)) {
    entry.statements.push_back(with_roles(text, tokens, entry.type, migrator));
    return;
  }
  const std::size_t begin = tokens.front().offset;
  std::string statement(text.substr(begin, tokens.back().offset + tokens.back().text.size() - begin));
  entry.statements.push_back(entry.type == "SEQUENCE" ? without_defaults(std::move(statement)) : std::move(statement));
}

std::string name_of(const Token& token) {
  std::string name(token.text);
  if (token.kind != Token::Kind::quoted_word || name.size() < 2) return name;
  name = name.substr(1, name.size() - 2);
  for (std::size_t at = 0; (at = name.find("\"\"", at)) != name.npos; ++at) name.erase(at, 1);
  return name;
}

bool is_name(const Token& token) { return token.kind == Token::Kind::word || token.kind == Token::Kind::quoted_word; }

}  // namespace

std::vector<std::string> qualified_names(std::string_view statement) {
  const std::vector<Token> tokens = tokenize(statement, Dialect::postgres);
  std::vector<std::string> names;
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (is_name(tokens[i]) && tokens[i + 1].text == "." && is_name(tokens[i + 2])) {
      names.push_back(name_of(tokens[i]) + "." + name_of(tokens[i + 2]));
    }
    // 'public.users_id_seq'::regclass
    if (tokens[i].kind == Token::Kind::string && tokens[i + 1].text == ":") {
      const std::string_view text = tokens[i].text;
      if (text.size() < 2) continue;
      for (std::string& name : qualified_names(text.substr(1, text.size() - 2))) names.push_back(std::move(name));
    }
  }
  return names;
}

std::vector<DumpEntry> parse_dump(std::string_view text, std::string_view migrator) {
  std::vector<DumpEntry> entries;
  for (const Piece& piece : cut(text, Dialect::postgres)) {
    std::vector<Token> tokens;
    for (const Token& token : piece.tokens) {
      DumpEntry entry;
      if (tokens.empty() && is_comment(token) && read_header(token.text, entry)) entries.push_back(std::move(entry));
      if (!is_comment(token) && !is_symbol(token, ';')) tokens.push_back(token);
    }
    if (!tokens.empty() && !entries.empty()) add_statement(text, tokens, migrator, entries.back());
  }
  return entries;
}

std::vector<DumpEntry> dump_schema(ThrowawayDatabase& database) {
  const fs::path file = database.directory() / "schema.sql";
  const ClientAddress address(database.reader().url(), database.directory());
  Program dump;
  dump.arguments = {database.program("pg_dump"),
                    "--schema-only",
                    "--no-subscriptions",
                    "--exclude-schema=drydock",
                    "--exclude-schema=drydock_kept",
                    "--lock-wait-timeout=60s",
                    "--no-password",
                    "--encoding=UTF8",
                    "--file=" + file.string(),
                    "--dbname=" + address.conninfo()};
  dump.variables = address.variables();
  dump.output = database.directory() / "pg_dump.log";
  if (run_program(dump) != 0) throw CannotRehearse("pg_dump could not write the schema:" + errors_in(dump.output));
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  std::error_code ignored;
  fs::remove(file, ignored);
  return parse_dump(text.str(), migrator_of(database.reader()).quoted);
}

}  // namespace drydock
