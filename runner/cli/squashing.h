// What `squash`, `schema` and `verify` do alike: say which kind of database is meant, and where empty ones are made.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/database/url.h"
#include "squash/throwaway.h"

namespace drydock {

// The options that these commands have.
struct ThrowawayOptions {
  std::optional<std::string> dialect, server;  // --dialect, --server

  void declare(Options& options);
  // Of the address in the settings, else --dialect, else what all environments of drydock.toml have.
  // Throws Failure (exit 2) where nothing says it.
  Dialect chosen_dialect(const Settings& settings) const;
  // Databases like that of the settings, or like this one: with its name and its role, for statements that name them.
  // Neither is opened.
  ThrowawayRequest request(const Settings& settings, Dialect dialect_) const;
  ThrowawayRequest request(const Settings& settings, Dialect dialect_, const std::optional<DatabaseUrl>& like) const;
};

// Whether the text is a database's address rather than a folder's path.
bool is_database_url(std::string_view text);

}  // namespace drydock
