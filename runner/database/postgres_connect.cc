// Opens a connection and, where that fails, says what was tried, why it failed and what to do. Asynchronous, so that an
// interruption is seen, and so that the server's reason can be asked for with its SQLSTATE, which is the same in every
// language of the server's.
#include <poll.h>

#include <array>
#include <chrono>
#include <regex>

#include "runner/database/interruption.h"
#include "runner/database/postgres_connection.h"
#include "runner/database/postgres_url.h"

namespace drydock {

namespace {

using Clock = std::chrono::steady_clock;

struct Advice {
  std::string_view sqlstate;  // "": recognised by its text
  std::string_view text;
  std::string_view what_to_do;
  bool may_heal = false;  // by itself, when a server starts
};

constexpr std::array<Advice, 15> all_advice = {{
    {"28P01", "", "check the user and the password: PGPASSWORD, ~/.pgpass or the address hold it"},
    {"", "no password supplied", "the server asks for a password: put it into PGPASSWORD, ~/.pgpass or the address"},
    {"28000", "",
     "the server does not let this user in from here: check the user's name, and pg_hba.conf on the server"},
    {"3D000", "", "create the database, or check its name in the address"},
    {"42501", "", "have CONNECT on the database granted to this user"},
    {"53300", "", "the server has no connection left: try again later"},
    {"57P03", "", "the server is starting or stopping: try again later", true},
    {"", "could not translate host name", "check the host's name in the address", true},
    {"", "Connection refused", "no server listens there: check host and port, and whether the server runs", true},
    {"", "No such file or directory",
     "no server listens on this socket: check its directory and the port, and whether the server runs", true},
    {"", "server closed the connection unexpectedly", "check whether the server runs, and its log", true},
    {"", "timeout", "the host does not answer: check host and port, and whether a firewall is between"},
    {"", "SSL", "check sslmode and the certificates that the address names"},
    {"", "certificate", "check sslmode and the certificates that the address names"},
    {"08P01", "", "what answers there refuses an option of the address: behind a pooler use plain options only"},
}};

Advice advice_for(const std::string& sqlstate, const std::string& reason) {
  for (const Advice& advice : all_advice) {
    bool fits = advice.sqlstate.empty() ? reason.find(advice.text) != std::string::npos : advice.sqlstate == sqlstate;
    if (fits) return advice;
  }
  return {"", "", "check the address, and whether the server runs"};
}

// The last attempt's reason: libpq writes 'connection to server at "h" (1.2.3.4), port 5432 failed: FATAL:  28P01: ...'
// and the LOCATION in the server's source on a line of its own.
DatabaseError::Details failure_of(const std::string& message) {
  DatabaseError::Details details;
  std::size_t at = message.rfind(" failed: ");
  std::string reason = at == std::string::npos ? message : message.substr(at + 9);
  reason = reason.substr(0, reason.find('\n'));
  static const std::regex server_error("^[^ :]+:  ([0-9A-Z]{5}): (.*)$");
  std::smatch match;
  if (std::regex_match(reason, match, server_error)) {
    details.sqlstate = match[1];
    reason = match[2].str();
  }
  details.message = reason;
  return details;
}

std::string part(std::string_view name, const char* value) {
  return value == nullptr || *value == '\0' ? std::string() : ", " + std::string(name) + " " + value;
}

ConnectionError connection_error(const DatabaseUrl& url, PGconn* connection, DatabaseError::Details details) {
  std::string tried = part("host", PQhost(connection)) + part("port", PQport(connection)) +
                      part("user", PQuser(connection)) + part("database", PQdb(connection));
  std::string what = "cannot connect to " + url.display();
  if (!tried.empty()) what += " (" + tried.substr(2) + ")";
  what += ": " + details.message;
  if (!details.sqlstate.empty()) what += " (" + details.sqlstate + ")";
  const Advice advice = advice_for(details.sqlstate, details.message);
  what += "\nnothing was changed; " + std::string(advice.what_to_do);
  details.connection_lost = true;
  details.may_heal = advice.may_heal;
  return {std::move(details), what};
}

PostgresParameters with_defaults(PostgresParameters parameters, const std::string& application) {
  auto unless_set = [&](const std::string& name, const std::string& value) {
    if (effective_parameter(parameters, name).empty()) parameters[name] = value;
  };
  parameters["client_encoding"] = "UTF8";
  parameters["fallback_application_name"] = application;
  unless_set("connect_timeout", "10");
  unless_set("keepalives_idle", "30");
  unless_set("keepalives_interval", "10");
  unless_set("keepalives_count", "3");
  // Trying Kerberos first costs a round trip, and a look-up of tickets.
  if (!parameters.contains("gssencmode") && std::getenv("PGGSSENCMODE") == nullptr)
    parameters["gssencmode"] = "disable";
  return parameters;
}

struct Arguments {
  std::vector<const char*> names, values;
};

Arguments arguments_of(const PostgresParameters& parameters) {
  Arguments arguments;
  for (const auto& [name, value] : parameters) {
    arguments.names.push_back(name.c_str());
    arguments.values.push_back(value.c_str());
  }
  arguments.names.push_back(nullptr);
  arguments.values.push_back(nullptr);
  return arguments;
}

// Polls until it is open or has failed; false where the time ran out.
bool finish_connecting(PGconn* connection, std::chrono::seconds timeout) {
  Clock::time_point end = Clock::now() + timeout;
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (true) {
    check_interruption();
    pollfd descriptor{PQsocket(connection), static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    bool ready = poll(&descriptor, 1, 100) > 0;
    if (ready) next = PQconnectPoll(connection);
    if (next == PGRES_POLLING_OK || next == PGRES_POLLING_FAILED) return true;
    if (timeout.count() > 0 && Clock::now() >= end) return false;
  }
}

}  // namespace

PostgresHandle connect_to_postgres(const DatabaseUrl& url, const std::string& application) {
  check_interruption();
  PostgresParameters parameters = with_defaults(url.parameters(), application);
  Arguments arguments = arguments_of(parameters);
  bool several_hosts = effective_parameter(parameters, "host").find(',') != std::string::npos ||
                       effective_parameter(parameters, "hostaddr").find(',') != std::string::npos;
  // Only the blocking form gives each of several hosts its own time.
  PostgresHandle connection(several_hosts ? PQconnectdbParams(arguments.names.data(), arguments.values.data(), 0)
                                          : PQconnectStartParams(arguments.names.data(), arguments.values.data(), 0));
  if (connection == nullptr) throw std::bad_alloc();
  if (!several_hosts && PQstatus(connection.get()) != CONNECTION_BAD) {
    PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
    std::chrono::seconds timeout(std::atoi(effective_parameter(parameters, "connect_timeout").c_str()));
    if (!finish_connecting(connection.get(), timeout)) {
      DatabaseError::Details details;
      details.message = "timeout after " + std::to_string(timeout.count()) + " s";
      throw connection_error(url, connection.get(), std::move(details));
    }
  }
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw connection_error(url, connection.get(), failure_of(PQerrorMessage(connection.get())));
  }
  return connection;
}

}  // namespace drydock
