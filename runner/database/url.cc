#include "runner/database/url.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "runner/database/postgres_url.h"

namespace drydock {

namespace {

constexpr std::string_view known_addresses =
    "known are postgresql://user@host:port/name (also postgres://), sqlite:relative/path.db and "
    "sqlite:/absolute/path.db";

// What stands before the first colon, if that can be a scheme. Anything else is not repeated: it may be a password.
std::optional<std::string> scheme_of(std::string_view text) {
  std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string scheme(text.substr(0, colon));
  for (char& c : scheme) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+' && c != '.' && c != '-') return std::nullopt;
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return scheme;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  int letter = std::tolower(static_cast<unsigned char>(c));
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// A percent sign without two hexadecimal digits stands for itself.
std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool encoded = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (encoded) {
      result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string sqlite_path(std::string_view text) {
  if (text.empty()) throw DatabaseUrlError("the address sqlite: names no file: write sqlite:path/to/file.db");
  // Some tools read sqlite:///app.db as a relative path, others as an absolute one: the wrong file would be migrated.
  if (text.starts_with("//")) {
    throw DatabaseUrlError("sqlite:" + std::string(text) +
                           " can be read in two ways: write sqlite:relative/path.db or sqlite:/absolute/path.db");
  }
  if (text == ":memory:") {
    throw DatabaseUrlError("sqlite::memory: would be gone when the command ends: name a file, as in sqlite:app.db");
  }
  if (text.find('?') != std::string_view::npos) {
    throw DatabaseUrlError("an sqlite: address has no options: write a question mark in a path as %3F");
  }
  std::string path = percent_decoded(text);
  if (path.find('\0') != std::string::npos) throw DatabaseUrlError("the path of the sqlite: address holds a NUL byte");
  return path;
}

// 'value' with its quotes and backslashes escaped, as libpq reads it.
std::string conninfo_value(std::string_view value) {
  std::string result = "'";
  for (char c : value) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string display_of_schema(std::string_view schema) {
  return schema.empty() ? std::string() : ", schema " + std::string(schema);
}

}  // namespace

DatabaseUrl DatabaseUrl::parse(std::string_view text) {
  std::optional<std::string> scheme = scheme_of(text);
  if (!scheme) throw DatabaseUrlError("the database's address has no scheme: " + std::string(known_addresses));

  DatabaseUrl url;
  std::string_view rest = text.substr(scheme->size() + 1);
  if (*scheme == "sqlite") {
    url.dialect_ = Dialect::sqlite;
    url.database_ = sqlite_path(rest);
    url.display_ = "sqlite:" + std::string(rest);
  } else if ((*scheme == "postgresql" || *scheme == "postgres") && rest.starts_with("//")) {
    url.dialect_ = Dialect::postgres;
    url.parameters_ = parse_postgres_url(*scheme + ":" + std::string(rest));
    url.database_ = url.parameters_["dbname"];
    if (url.database_.empty()) url.parameters_.erase("dbname");
    url.display_ = display_postgres_url(url.parameters_) + display_of_schema(url.schema());
  } else if (*scheme == "postgresql" || *scheme == "postgres") {
    throw DatabaseUrlError("in the database's address // is missing after " + *scheme + ":; " +
                           std::string(known_addresses));
  } else {
    throw DatabaseUrlError("unknown scheme '" + *scheme + "' in the database's address; " +
                           std::string(known_addresses));
  }
  return url;
}

DatabaseUrl DatabaseUrl::of_file(std::string_view path) {
  std::string address = "sqlite:";
  for (const char c : path) address += c == '%' ? "%25" : c == '?' ? "%3F" : std::string(1, c);
  return parse(address);
}

std::string DatabaseUrl::conninfo() const {
  std::string result;
  for (const auto& [name, value] : parameters_) {
    if (!result.empty()) result += ' ';
    result += name + "=" + conninfo_value(value);
  }
  return result;
}

DatabaseUrl DatabaseUrl::with_database(std::string_view name) const {
  DatabaseUrl other = *this;
  other.database_ = name;
  other.parameters_["dbname"] = name;
  other.display_ = display_postgres_url(other.parameters_) + display_of_schema(schema());
  return other;
}

DatabaseUrl DatabaseUrl::with_schema(std::string_view name) const {
  DatabaseUrl other = *this;
  other.parameters_["options"] = options_with_schema(effective_parameter(parameters_, "options"), name);
  other.display_ = display_postgres_url(other.parameters_) + display_of_schema(name);
  return other;
}

std::string DatabaseUrl::schema() const {
  const auto options = parameters_.find("options");
  return options == parameters_.end() ? std::string() : schema_in_options(options->second);
}

bool DatabaseUrl::is_local() const { return dialect_ == Dialect::sqlite || is_local_postgres(parameters_); }

}  // namespace drydock
