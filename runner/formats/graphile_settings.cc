#include "runner/formats/graphile_settings.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "runner/database/database.h"
#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/sections.h"
#include "runner/sql/scanner.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

std::array<fs::path, 2> places_of(const fs::path& committed) { return {committed / "../..", committed / ".."}; }

bool begins_word(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// As the tool does it: wherever the name stands and no longer one does.
std::string with_placeholders(std::string text, const GraphileSettings::Placeholders& placeholders) {
  for (const auto& [name, value] : placeholders)
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos;) {
      const std::size_t end = at + name.size();
      if (end < text.size() && begins_word(text[end])) {
        at = end;
        continue;
      }
      text.replace(at, name.size(), value);
      at += value.size();
    }
  return text;
}

// "!ENV" is the value of the environment's variable of that name.
void add_placeholders(GraphileSettings::Placeholders& placeholders, const nlohmann::json& given,
                      const FormatContext& context) {
  for (const auto& [name, value] : given.items()) {
    if (!value.is_string()) continue;
    const std::string text = value.get<std::string>();
    const auto of_environment = context.variable ? context.variable(name.substr(1)) : std::nullopt;
    if (text != "!ENV")
      placeholders[name] = text;
    else if (of_environment)
      placeholders[name] = *of_environment;
  }
}

void add_session_settings(GraphileSettings& settings, const nlohmann::json& given, const std::string& file) {
  for (const auto& [name, value] : given.items()) {
    if (!value.is_string() && !value.is_number())
      throw MigrationError(file, 0, "the value of " + name + " in pgSettings is neither a text nor a number");
    settings.session[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
}

void add_file(GraphileSettings& settings, const fs::path& file, const FormatContext& context) {
  if (!is_file(file)) return;
  const auto given = nlohmann::json::parse(text_of_file(file, file.string()), nullptr, false, true);
  if (given.is_discarded())
    throw MigrationError(
        file.string(), 0,
        "cannot be read as JSON with comments, and may hold placeholders and settings of the migrations");
  const auto object = [&](const char* key) {
    const bool is_there = given.is_object() && given.contains(key) && given[key].is_object();
    return is_there ? given[key] : nlohmann::json::object();
  };
  add_placeholders(settings.placeholders, object("placeholders"), context);
  add_session_settings(settings, object("pgSettings"), file.string());
}

// One element of a list of names, as the server reads it: without quotes its letters are small.
std::string name_element(std::string_view element) {
  std::string name(trimmed(element));
  if (name.size() > 1 && name.front() == '"' && name.back() == '"') return name.substr(1, name.size() - 2);
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name;
}

// SET takes a list of names element by element, where the tool gives it as one text. SET, and no function, since a run
// that goes on behind a failure repeats what was set.
std::string set_statement(const std::string& name, const std::string& value) {
  std::string list;
  if (name == "search_path" || name == "temp_tablespaces") {
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t end = std::min(value.find(',', at), value.size());
      list += (list.empty() ? "" : ", ") + literal(name_element(std::string_view(value).substr(at, end - at)));
      at = end + 1;
    }
  } else {
    list = literal(value);
  }
  std::string parts;  // app.user: each part by itself
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('.', at), name.size());
    parts += (parts.empty() ? "" : ".") + drydock::quoted(name.substr(at, end - at));
    at = end + 1;
  }
  return "SET " + parts + " = " + list + "; ";
}

// The settings stand in front of the first statement, on its line: what is above it, directives too, stays above it.
std::string with_session(std::string text, const std::map<std::string, std::string>& session) {
  if (session.empty()) return text;
  Scanner scanner(text, Dialect::postgres);
  Token token;
  do {
    if (!scanner.next(token)) return text;
  } while (token.kind == Token::Kind::line_comment || token.kind == Token::Kind::block_comment);
  std::string set;
  for (const auto& [name, value] : session) set += set_statement(name, value);
  return text.insert(token.offset, set);
}

}  // namespace

std::string GraphileSettings::apply_to(std::string body) const {
  return with_session(with_placeholders(std::move(body), placeholders), session);
}

GraphileSettings read_graphile_settings(const fs::path& committed, const FormatContext& context) {
  GraphileSettings settings;
  for (const fs::path& place : places_of(committed)) add_file(settings, place / ".gmrc", context);
  for (const char* name : {"DATABASE_NAME", "DATABASE_OWNER"})
    if (const auto value = context.variable ? context.variable(name) : std::nullopt)
      settings.placeholders[":" + std::string(name)] = *value;
  for (const auto& [name, value] : context.placeholders) settings.placeholders[":" + name] = value;
  return settings;
}

std::vector<std::string> graphile_settings_remarks(const fs::path& committed) {
  for (const fs::path& place : places_of(committed))
    if (is_file(place / ".gmrc.js") || is_file(place / ".gmrc.cjs"))
      return {
          "the settings of graphile-migrate are JavaScript here and are not read: placeholders can be given in "
          "[placeholders] of drydock.toml, pgSettings in a .gmrc or by ALTER DATABASE ... SET"};
  return {};
}

}  // namespace drydock
