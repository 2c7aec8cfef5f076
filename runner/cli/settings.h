// What a command goes by: each setting from the flag, else the environment variable, else drydock.toml, else its
// default.
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
  std::optional<std::string> database, migrations, environment, config, format;
  std::string log_level = "warn", color = "auto";
  bool json = false, quiet = false;
};

struct Settings {
  std::filesystem::path config_path;
  std::optional<std::string> config_text;  // none: there is no drydock.toml
  ConfigFile config;
  EnvironmentConfig target;  // of the environment asked for

  std::filesystem::path migrations;
  std::string format;  // empty: detected
  std::string environment;
  bool environment_given = false;
  std::string project;
  std::optional<std::string> database_text, direct_database_text;

  // The target. Throws Failure (exit 2) where none was given, DatabaseUrlError.
  DatabaseUrl database() const;
  // The address beside a pooler, for copying and locks; the target where none was given.
  DatabaseUrl direct_database() const;
  // What the target must be.
  Expectation expectation() const;
};

// Throws Failure (exit 2).
Settings read_settings(const GlobalFlags& flags);

}  // namespace drydock
