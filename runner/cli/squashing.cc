#include "runner/cli/squashing.h"

#include "runner/cli/exit_code.h"

namespace drydock {
namespace {

// What the environments of drydock.toml have in common; nothing where they have different kinds, or none.
std::optional<Dialect> configured_dialect(const ConfigFile& file) {
  std::optional<Dialect> found;
  for (const auto& [name, environment] : file.environments) {
    // Only the kind is asked for: a password in it may be a variable that is not set here.
    if (!environment.database || !is_database_url(*environment.database)) continue;
    const Dialect dialect = environment.database->starts_with("sqlite:") ? Dialect::sqlite : Dialect::postgres;
    if (found && *found != dialect) return std::nullopt;
    found = dialect;
  }
  return found;
}

}  // namespace

void ThrowawayOptions::declare(Options& options) {
  options.option("--dialect", "NAME", dialect, "postgres or sqlite, where no database is given")
      .one_of({"postgres", "sqlite"});
  options.option("--server", "URL", server, "make the throw-away databases on this PostgreSQL server");
}

Dialect ThrowawayOptions::chosen_dialect(const Settings& settings) const {
  if (settings.database_text) return settings.database().dialect();
  if (dialect) return *dialect == "sqlite" ? Dialect::sqlite : Dialect::postgres;
  if (server) return DatabaseUrl::parse(*server).dialect();
  if (const auto configured = configured_dialect(settings.config)) return *configured;
  throw Failure(ExitCode::usage,
                "nothing says which kind of database the migrations are for: add --dialect postgres or --dialect "
                "sqlite, or give the database by --database URL");
}

ThrowawayRequest ThrowawayOptions::request(const Settings& settings, Dialect dialect_,
                                           const std::optional<DatabaseUrl>& like) const {
  ThrowawayRequest request;
  request.dialect = dialect_;
  request.server_url = server;
  if (!server && settings.target.shadow == "server") request.server_url = settings.target.shadow_server;
  request.binaries = settings.config.binaries;
  request.shadow_directory = settings.config.shadow_directory;
  if (like && like->dialect() == Dialect::postgres) {
    if (!like->database().empty()) request.database = like->database();
    if (const auto user = like->parameters().find("user"); user != like->parameters().end())
      request.role = user->second;
  }
  return request;
}

ThrowawayRequest ThrowawayOptions::request(const Settings& settings, Dialect dialect_) const {
  return request(settings, dialect_,
                 settings.database_text ? std::optional(settings.database()) : std::optional<DatabaseUrl>());
}

bool is_database_url(std::string_view text) {
  return text.starts_with("sqlite:") || text.starts_with("postgres:") || text.starts_with("postgresql:");
}

}  // namespace drydock
