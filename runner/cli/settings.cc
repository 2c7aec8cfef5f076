#include "runner/cli/settings.h"

#include <cstdlib>
#include <initializer_list>

#include "runner/cli/exit_code.h"

namespace drydock {
namespace {

using Setting = std::optional<std::string>;

Setting variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::nullopt : Setting(value);
}

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
  const Setting named = first_of({flags.config, variable("DRYDOCK_CONFIG")});
  settings.config_path = named.value_or("drydock.toml");
  settings.config_text = read_config_text(settings.config_path);
  if (settings.config_text)
    settings.config = parse_config(*settings.config_text, settings.config_path);
  else if (named)
    throw Failure(ExitCode::usage, "there is no file " + *named + " (given by --config or DRYDOCK_CONFIG)");
}

}  // namespace

Settings read_settings(const GlobalFlags& flags) {
  Settings settings;
  read_config(flags, settings);
  const ConfigFile& file = settings.config;

  const Setting environment = first_of({flags.environment, variable("DRYDOCK_ENVIRONMENT"), file.environment});
  settings.environment = environment.value_or("development");
  settings.environment_given = environment.has_value();
  const auto configured = file.environments.find(settings.environment);
  if (configured != file.environments.end()) settings.target = configured->second;

  settings.migrations =
      first_of({flags.migrations, variable("DRYDOCK_MIGRATIONS"), file.migrations}).value_or("migrations");
  settings.format = first_of({flags.format, variable("DRYDOCK_FORMAT"), file.format}).value_or("");
  settings.project = file.project.value_or(folder_that_holds(settings.migrations));
  settings.database_text =
      first_of({flags.database, variable("DRYDOCK_DATABASE"), variable("DATABASE_URL"), settings.target.database});
  settings.direct_database_text = first_of({variable("DRYDOCK_DIRECT_DATABASE"), settings.target.direct_database});
  return settings;
}

DatabaseUrl Settings::database() const {
  if (database_text) return DatabaseUrl::parse(*database_text);
  throw Failure(
      ExitCode::usage,
      "no database was given: use --database URL, the variable DATABASE_URL, or `database` under "
      "[environments." +
          environment + "] in " + config_path.string() +
          "\n(a URL is postgresql://user@host:port/name or sqlite:path.db; a bare postgresql:// takes libpq's "
          "PG* variables)");
}

DatabaseUrl Settings::direct_database() const {
  return direct_database_text ? DatabaseUrl::parse(*direct_database_text) : database();
}

Expectation Settings::expectation() const {
  return {environment, environment_given, target.is_protected, target.id, project};
}

}  // namespace drydock
