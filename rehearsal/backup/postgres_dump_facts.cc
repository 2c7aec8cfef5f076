#include "rehearsal/backup/postgres_dump_facts.h"

#include <cstdlib>
#include <istream>
#include <set>
#include <string_view>

#include "runner/sql/roles.h"

namespace drydock {

namespace {

// The text between quotes behind a word: ENCODING = 'UTF8'.
std::string quoted_behind(std::string_view line, std::string_view word) {
  const std::size_t at = line.find(std::string(word) + " = '");
  if (at == std::string_view::npos) return {};
  const std::size_t from = at + word.size() + 4;
  return std::string(line.substr(from, line.find('\'', from) - from));
}

std::string first_of(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts)
    if (!text.empty()) return text;
  return {};
}

std::optional<ClusterLocale> locale_in(std::string_view line) {
  ClusterLocale locale;
  locale.encoding = quoted_behind(line, "ENCODING");
  if (locale.encoding.empty()) return std::nullopt;
  const std::string both = quoted_behind(line, " LOCALE");
  locale.collate = first_of({quoted_behind(line, "LC_COLLATE"), both, "C"});
  locale.ctype = first_of({quoted_behind(line, "LC_CTYPE"), both, "C"});
  if (line.find("LOCALE_PROVIDER = icu") != std::string_view::npos) {
    locale.provider = 'i';
    locale.locale = quoted_behind(line, "ICU_LOCALE");
  } else if (line.find("LOCALE_PROVIDER = builtin") != std::string_view::npos) {
    locale.provider = 'b';
    locale.locale = quoted_behind(line, "BUILTIN_LOCALE");
  }
  return locale;
}

bool may_name_roles(std::string_view line) {
  for (std::string_view start : {"GRANT ", "REVOKE ", "ALTER DEFAULT PRIVILEGES ", "SET SESSION AUTHORIZATION ",
                                 "CREATE POLICY ", "CREATE USER MAPPING ", "CREATE SCHEMA "})
    if (line.starts_with(start)) return true;
  return line.starts_with("ALTER ") && line.find(" OWNER TO ") != std::string_view::npos;
}

// A policy's expression may go on over lines, its roles stand before it.
std::string_view statement_in(std::string_view line) {
  for (std::string_view end : {" USING (", " WITH CHECK ("})
    if (line.starts_with("CREATE POLICY ")) line = line.substr(0, line.find(end));
  while (!line.empty() && (line.back() == ';' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

void add_roles(const std::string& line, std::set<std::string>& roles) {
  Statement statement;
  statement.text = statement_in(line);
  for (const std::string& name : role_names(statement).named)
    if (!name.starts_with("pg_")) roles.insert(name);
}

bool begins_data(std::string_view line) { return line.starts_with("COPY ") && line.ends_with(" FROM stdin;"); }

}  // namespace

DumpFacts read_dump_facts(std::istream& text) {
  constexpr std::string_view version = "-- Dumped from database version ";
  DumpFacts facts;
  std::set<std::string> roles;
  bool in_data = false;
  for (std::string line; std::getline(text, line);) {
    if (in_data) {
      in_data = line != "\\.";
    } else if (begins_data(line)) {
      in_data = true;
    } else if (line.starts_with(version)) {
      facts.server_major = std::atoi(line.c_str() + version.size());
    } else if (line.starts_with("CREATE DATABASE ")) {
      facts.locale = locale_in(line);
    } else if (line.starts_with("-- PostgreSQL database dump complete")) {
      facts.is_complete = true;
    } else if (line.starts_with("-- PostgreSQL database cluster dump")) {
      facts.is_cluster = true;
    } else if (may_name_roles(line)) {
      add_roles(line, roles);
    }
  }
  facts.roles.assign(roles.begin(), roles.end());
  return facts;
}

}  // namespace drydock
