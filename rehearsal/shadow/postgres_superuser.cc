#include "rehearsal/shadow/postgres_superuser.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace drydock {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view token_file = "drydock_token";

// What the superuser makes so becomes the role's, as it would be the role's on the target. Every name is qualified: the
// search_path is the migration's. Event triggers that a migration has made would run as the superuser, so none fires.
std::string install_sql(const std::string& role) {
  return "SET allow_system_table_mods = on; CREATE SCHEMA pg_drydock; RESET allow_system_table_mods; "
         "CREATE FUNCTION pg_drydock.run_as_superuser(token pg_catalog.text, statement pg_catalog.text) "
         "RETURNS pg_catalog.void LANGUAGE plpgsql SECURITY DEFINER SET session_replication_role = 'replica' AS "
         "$drydock$ DECLARE role pg_catalog.oid; BEGIN "
         "IF NOT coalesce(pg_catalog.pg_read_file('" +
         std::string(token_file) +
         "', 0, 1000, true) OPERATOR(pg_catalog.=) token, false) THEN "
         "RAISE insufficient_privilege USING MESSAGE = 'only drydock runs statements as the superuser'; END IF; "
         "EXECUTE statement; "
         "SELECT r.oid INTO STRICT role FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) " +
         literal(role) +
         "::pg_catalog.name; "
         "WITH given AS (UPDATE pg_catalog.pg_extension SET extowner = role WHERE extowner OPERATOR(pg_catalog.=) "
         "10::pg_catalog.oid AND extname OPERATOR(pg_catalog.<>) 'plpgsql'::pg_catalog.name RETURNING oid) "
         "INSERT INTO pg_catalog.pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype) "
         "SELECT d.oid, 'pg_catalog.pg_extension'::pg_catalog.regclass, g.oid, 0, "
         "'pg_catalog.pg_authid'::pg_catalog.regclass, role, 'o' FROM given g, pg_catalog.pg_database d "
         "WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database(); "
         "UPDATE pg_catalog.pg_publication SET pubowner = role WHERE pubowner OPERATOR(pg_catalog.=) "
         "10::pg_catalog.oid; "
         "UPDATE pg_catalog.pg_event_trigger SET evtowner = role WHERE evtowner OPERATOR(pg_catalog.=) "
         "10::pg_catalog.oid; END $drydock$; "
         "REVOKE ALL ON FUNCTION pg_drydock.run_as_superuser(pg_catalog.text, pg_catalog.text) FROM PUBLIC; "
         "GRANT USAGE ON SCHEMA pg_drydock TO " +
         drydock::quoted(role) +
         "; "
         "GRANT EXECUTE ON FUNCTION pg_drydock.run_as_superuser(pg_catalog.text, pg_catalog.text) TO " +
         drydock::quoted(role);
}

std::string random_token() {
  std::array<unsigned char, 32> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::system_error(errno, std::generic_category(), "no random bytes");
  }
  std::string token;
  for (unsigned char byte : bytes)
    token += {static_cast<char>('a' + (byte >> 4U)), static_cast<char>('a' + (byte & 15U))};
  return token;
}

// There while it lives; the server's user may read it.
class TokenFile {
 public:
  TokenFile(const fs::path& data, const std::string& token) : path_(data / token_file) {
    struct stat owner {};
    int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool written = file >= 0 && ::stat(data.c_str(), &owner) == 0 && ::fchown(file, owner.st_uid, owner.st_gid) == 0 &&
                   ::write(file, token.data(), token.size()) == static_cast<ssize_t>(token.size());
    int error = errno;
    if (file >= 0) ::close(file);
    if (!written) throw std::system_error(error, std::generic_category(), "cannot write " + path_.string());
  }
  ~TokenFile() { ::unlink(path_.c_str()); }
  TokenFile(const TokenFile&) = delete;
  TokenFile& operator=(const TokenFile&) = delete;

 private:
  fs::path path_;
};

}  // namespace

PostgresSuperuser::PostgresSuperuser(Database& shadow, fs::path data, const std::string& role)
    : data_(std::move(data)) {
  shadow.execute(install_sql(role));
}

StatementRun PostgresSuperuser::run(Database& session, const Statement& statement) const {
  std::string token = random_token();
  TokenFile file(data_, token);
  auto began = std::chrono::steady_clock::now();
  try {
    std::array<Value, 2> parameters{token, statement.text};
    session.query("SELECT pg_drydock.run_as_superuser($1, $2)", parameters);
  } catch (const DatabaseError& error) {
    DatabaseError::Details details = error.details();
    details.position = 0;  // it counts from the start of another text
    throw StatementError(std::move(details), 0);
  }
  return {&statement, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), 0};
}

}  // namespace drydock
