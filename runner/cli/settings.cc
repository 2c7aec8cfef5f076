#include "runner/cli/settings.h"

#include <unistd.h>

#include <algorithm>
#include <initializer_list>

#include "runner/cli/exit_code.h"

namespace drydock {
namespace {

// It becomes a key of drydock.toml, and stands in the stamp and in messages.
void require_a_name(const std::string& environment) {
  const auto is_no_part = [](unsigned char c) {
    return c < ' ' || c == 127 || std::string_view("\"'[]\\").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (environment.empty() || std::ranges::any_of(environment, is_no_part))
    throw Failure(ExitCode::usage, "--environment takes a name without quotes, brackets and control characters");
}

using Setting = std::optional<std::string>;

// In the order of precedence.
Setting first_of(std::initializer_list<Setting> settings) {
  for (const Setting& setting : settings)
    if (setting) return setting;
  return std::nullopt;
}

std::string folder_that_holds(const std::filesystem::path& migrations) {
  std::filesystem::path path = std::filesystem::absolute(migrations).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.parent_path().filename().string();
}

void read_config(const GlobalFlags& flags, Settings& settings) {
  const Setting named = first_of({flags.config, settings.variables.setting("DRYDOCK_CONFIG")});
  settings.config_path = named.value_or("drydock.toml");
  settings.config_text = read_config_text(settings.config_path);
  if (settings.config_text)
    settings.config = parse_config(*settings.config_text, settings.config_path, settings.variables);
  else if (named)
    throw Failure(ExitCode::usage, "there is no file " + *named + " (given by --config or DRYDOCK_CONFIG)");
}

}  // namespace

Settings read_settings(const GlobalFlags& flags) {
  Settings settings;
  settings.flags = flags;
  settings.variables = read_variables();
  read_config(flags, settings);
  const ConfigFile& file = settings.config;
  const auto variable = [&](const char* name) { return settings.variables.setting(name); };

  const Setting environment = first_of({flags.environment, variable("DRYDOCK_ENVIRONMENT"), file.environment});
  settings.environment = environment.value_or("development");
  require_a_name(settings.environment);
  settings.environment_given = environment.has_value();
  settings.target = environment_of(file, settings.environment);
  settings.show_values = flags.show_values && isatty(STDERR_FILENO) != 0;

  settings.migrations =
      first_of({flags.migrations, variable("DRYDOCK_MIGRATIONS"), file.migrations}).value_or("migrations");
  settings.format = first_of({flags.format, variable("DRYDOCK_FORMAT"), file.format}).value_or("");
  settings.project = file.project.value_or(folder_that_holds(settings.migrations));
  settings.database_text =
      first_of({flags.database, variable("DRYDOCK_DATABASE"), variable("DATABASE_URL"), settings.target.database});
  settings.direct_database_text = first_of({variable("DRYDOCK_DIRECT_DATABASE"), settings.target.direct_database});
  settings.config.shadow_directory = first_of({variable("DRYDOCK_SHADOW_DIRECTORY"), file.shadow_directory});
  settings.schema = first_of({flags.schema, variable("DRYDOCK_SCHEMA")});
  return settings;
}

EnvironmentConfig environment_of(const ConfigFile& file, const std::string& name) {
  const auto configured = file.environments.find(name);
  if (configured == file.environments.end()) return {};
  for (const auto& [key, message] : configured->second.unset)
    if (key != "database" && key != "direct_database") throw Failure(ExitCode::usage, message);
  return configured->second;
}

// A text of another origin does not need the variables of drydock.toml's.
void Settings::require_set(const std::optional<std::string>& text, const std::string& key) const {
  const auto message = target.unset.find(key);
  const std::optional<std::string>& written = key == "database" ? target.database : target.direct_database;
  if (message != target.unset.end() && text == written) throw Failure(ExitCode::usage, message->second);
}

DatabaseUrl Settings::within_schema(const DatabaseUrl& url) const {
  if (!schema) return url;
  if (url.dialect() == Dialect::sqlite)
    throw Failure(ExitCode::usage, "--schema is for PostgreSQL: " + url.display() + " has no schemas");
  return url.with_schema(*schema);
}

DatabaseUrl Settings::database() const {
  require_set(database_text, "database");
  if (database_text) return within_schema(DatabaseUrl::parse(*database_text));
  throw Failure(
      ExitCode::usage,
      "no database was given: use --database URL, the variable DATABASE_URL, or `database` under "
      "[environments." +
          environment + "] in " + config_path.string() +
          "\n(a URL is postgresql://user@host:port/name or sqlite:path.db; a bare postgresql:// takes libpq's "
          "PG* variables)");
}

DatabaseUrl Settings::direct_database() const {
  if (!direct_database_text) return database();
  require_set(direct_database_text, "direct_database");
  return within_schema(DatabaseUrl::parse(*direct_database_text));
}

Expectation Settings::expectation() const {
  return {environment, environment_given, target.is_protected, target.id, project};
}

}  // namespace drydock
