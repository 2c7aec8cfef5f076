// The private server that a backup of PostgreSQL is restored into: an empty one for a dump, a copy of the cluster for a
// base backup. Confined as a shadow's is. What is restored is a source that rehearsals clone, so that they are isolated
// as any other rehearsal; here it is only kept from acting by itself: no event trigger fires, no subscription is left,
// no job runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/backup/restored_backup.h"
#include "rehearsal/shadow/postgres_binaries.h"
#include "rehearsal/shadow/postgres_template_directory.h"
#include "rehearsal/shadow/postgres_throwaway_server.h"

namespace drydock {

class PostgresBackupServer final : public RestoredBackup {
 public:
  // Nothing runs yet. Throws CannotRehearse where there is no room.
  PostgresBackupServer(const RestoreRequest& request, std::int64_t bytes);

  Database& database() override { return *database_; }
  std::string address() const override;
  std::optional<Moment> taken_at() const override { return taken_at_; }
  const std::vector<std::string>& notes() const override { return notes_; }

  const PostgresBinaries& binaries() const { return binaries_; }
  // REQUIRES: called before either start.
  void use(PostgresBinaries binaries) { binaries_ = std::move(binaries); }
  ShadowDirectory& directory() { return directory_; }
  void set_taken_at(std::optional<Moment> moment) { taken_at_ = moment; }

  // Starts an empty server with a database of that name, in which these roles are superusers until settle().
  void start_empty(const ClusterLocale& locale, const std::string& database, const std::vector<std::string>& roles);
  // Makes the directory "data" the server user's own and starts a server on it, recovered as after a crash; its
  // settings, its rules of access and its archive are left out. Throws BackupRefused.
  void start_copied();
  // Of a copied cluster: the database that the request means. Throws BackupRefused with their names where none is.
  std::string chosen_database(const RestoreRequest& request);

  // Where a program restores to. REQUIRES: started.
  DatabaseUrl url(const std::string& database) const;
  // Stills what would act by itself, and takes SUPERUSER from the dump's roles. REQUIRES: restored.
  void settle(const std::string& database);

 private:
  ServerRequest server_request() const;

  std::optional<ServerUser> user_;
  PostgresBinaries binaries_;
  ShadowDirectory directory_;
  std::unique_ptr<ThrowawayServer> server_;  // goes before its directory
  std::unique_ptr<Database> database_;       // goes before its server
  std::optional<std::string> role_;
  std::vector<std::string> lent_;  // the dump's roles, superusers for a while
  std::string name_;
  std::optional<Moment> taken_at_;
  std::vector<std::string> notes_;
};

// The programs of that major version, or of a newer one where it need not be `exactly` that. Throws CannotRehearse,
// which names what the backup needs and what is here.
PostgresBinaries binaries_for_backup(const RestoreRequest& request, int major, bool exactly);

}  // namespace drydock
