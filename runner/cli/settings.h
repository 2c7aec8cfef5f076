// What a command goes by: each setting from the flag, else the environment variable (that of .env where there is none),
// else drydock.toml, else its default.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "runner/cli/config_file.h"
#include "runner/database/url.h"
#include "runner/identity/identity.h"

namespace drydock {

// The global options as given on the command line.
struct GlobalFlags {
  std::optional<std::string> database, migrations, environment, config, format, schema;
  std::string log_level = "warn", color = "auto";
  bool json = false, quiet = false, show_values = false;
};

struct Settings {
  GlobalFlags flags;
  Variables variables;
  std::filesystem::path config_path;
  std::optional<std::string> config_text;  // none: there is no drydock.toml
  ConfigFile config;
  EnvironmentConfig target;  // of the environment asked for

  std::filesystem::path migrations;
  std::string format;  // empty: detected
  std::string environment;
  bool environment_given = false;
  bool show_values = false;  // asked for, and standard error is a terminal
  std::string project;
  // Where they are drydock.toml's and name a variable that is not set, as written: whoever needs them is told.
  std::optional<std::string> database_text, direct_database_text;
  std::optional<std::string> schema;  // of a tenant: what is migrated, with a record of its own

  // The target. Throws Failure (exit 2) where none was given or a variable in it is not set, DatabaseUrlError.
  DatabaseUrl database() const;
  // The address beside a pooler, for copying and locks; the target where none was given.
  DatabaseUrl direct_database() const;
  // The address of the schema that is meant, where one is. Throws Failure (exit 2) where it has none.
  DatabaseUrl within_schema(const DatabaseUrl& url) const;
  // What the target must be.
  Expectation expectation() const;

 private:
  void require_set(const std::optional<std::string>& text, const std::string& key) const;
};

// That of drydock.toml; as by default where it has none. Throws Failure (exit 2) where a variable is not set that one
// of its keys names, addresses of databases aside.
EnvironmentConfig environment_of(const ConfigFile& file, const std::string& name);

// Throws Failure (exit 2).
Settings read_settings(const GlobalFlags& flags);

}  // namespace drydock
