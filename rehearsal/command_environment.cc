#include "rehearsal/command_environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "runner/database/lock.h"
#include "runner/database/postgres_url.h"

namespace drydock {

namespace {

struct LibpqVariable {
  const char* parameter;  // of an address
  const char* variable;
};

// Those that decide which server and database is reached, and how.
constexpr std::array<LibpqVariable, 22> leading = {{{"host", "PGHOST"},
                                                    {"hostaddr", "PGHOSTADDR"},
                                                    {"port", "PGPORT"},
                                                    {"dbname", "PGDATABASE"},
                                                    {"user", "PGUSER"},
                                                    {"password", "PGPASSWORD"},
                                                    {"passfile", "PGPASSFILE"},
                                                    {"service", "PGSERVICE"},
                                                    {"servicefile", "PGSERVICEFILE"},
                                                    {"sslmode", "PGSSLMODE"},
                                                    {"sslcert", "PGSSLCERT"},
                                                    {"sslkey", "PGSSLKEY"},
                                                    {"sslrootcert", "PGSSLROOTCERT"},
                                                    {"sslcrl", "PGSSLCRL"},
                                                    {"sslcrldir", "PGSSLCRLDIR"},
                                                    {"requirepeer", "PGREQUIREPEER"},
                                                    {"channel_binding", "PGCHANNELBINDING"},
                                                    {"gssencmode", "PGGSSENCMODE"},
                                                    {"krbsrvname", "PGKRBSRVNAME"},
                                                    {"target_session_attrs", "PGTARGETSESSIONATTRS"},
                                                    {"connect_timeout", "PGCONNECT_TIMEOUT"},
                                                    {"options", "PGOPTIONS"}}};

// What a session is like, wherever it is: the same on the shadow as on the target.
bool is_of_any_server(std::string_view variable) { return variable == "PGOPTIONS" || variable == "PGCONNECT_TIMEOUT"; }

std::string parameter(const DatabaseUrl& url, const char* name) {
  const auto found = url.parameters().find(name);
  return found == url.parameters().end() ? std::string() : found->second;
}

EnvironmentVariables own_variables() {
  EnvironmentVariables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

std::string absolute_path(const DatabaseUrl& url) {
  return std::filesystem::absolute(url.database()).lexically_normal().string();
}

bool is_by_socket(const DatabaseUrl& url) { return parameter(url, "host").starts_with('/'); }

// A socket's directory cannot stand where a host stands, and several tools read no user there without a host: both are
// options, which libpq, SQLAlchemy and ActiveRecord read alike.
std::string address_by_socket(const DatabaseUrl& url) {
  std::string address =
      "postgresql:///" + percent_encoded(url.database()) + "?host=" + percent_encoded(parameter(url, "host"), "/");
  for (const auto& [name, value] : url.parameters()) {
    const bool of_a_network = name == "hostaddr" || name == "sslmode" || name == "gssencmode" ||
                              name == "channel_binding" || name == "target_session_attrs";
    if (name == "host" || name == "dbname" || of_a_network || value.empty()) continue;
    address += "&" + name + "=" + percent_encoded(value, "/");
  }
  return address;
}

std::string address_of(const DatabaseUrl& url) {
  if (url.dialect() == Dialect::sqlite) return "sqlite:" + absolute_path(url);
  if (is_by_socket(url)) return address_by_socket(url);
  const std::string password = parameter(url, "password"), port = parameter(url, "port");
  std::string login = percent_encoded(parameter(url, "user"));
  if (!password.empty()) login += ":" + percent_encoded(password);
  if (!login.empty()) login += "@";
  const std::string mode = parameter(url, "sslmode");
  return "postgresql://" + login + parameter(url, "host") + (port.empty() ? "" : ":" + port) + "/" +
         percent_encoded(url.database()) + (mode.empty() ? "" : "?sslmode=" + mode);
}

const EnvironmentVariables& placeholders_of_none() {
  static const EnvironmentVariables none = {{"url", ""},  {"host", ""},     {"port", ""},    {"user", ""},
                                            {"path", ""}, {"password", ""}, {"database", ""}};
  return none;
}

EnvironmentVariables placeholders(const DatabaseUrl& url, const std::string& address) {
  EnvironmentVariables values = placeholders_of_none();
  values["url"] = address;
  if (url.dialect() == Dialect::sqlite) {
    values["path"] = values["database"] = absolute_path(url);
    return values;
  }
  values["database"] = effective_parameter(url.parameters(), "dbname");
  for (const char* name : {"host", "port", "user", "password"})
    values[name] = effective_parameter(url.parameters(), name);
  return values;
}

// Calls found(name, begin, end) for each {name}; a brace that opens no word stands for itself.
template <typename Found>
void each_placeholder(std::string_view text, Found found) {
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const bool is_word = !name.empty() && std::all_of(name.begin(), name.end(),
                                                      [](unsigned char c) { return std::isalpha(c) != 0 || c == '_'; });
    if (is_word) found(std::string(name), open, close + 1);
  }
}

std::string filled(std::string_view text, const EnvironmentVariables& values) {
  std::string result;
  std::size_t done = 0;
  each_placeholder(text, [&](const std::string& name, std::size_t begin, std::size_t end) {
    result.append(text.substr(done, begin - done)).append(values.at(name));
    done = end;
  });
  return result.append(text.substr(done));
}

}  // namespace

EnvironmentVariables command_environment(const DatabaseUrl& url, const std::optional<std::string>& url_text,
                                         CommandPlace place, const EnvironmentVariables& templates) {
  EnvironmentVariables variables = own_variables();
  const bool postgres = url.dialect() == Dialect::postgres;
  if (place == CommandPlace::shadow) {
    for (const LibpqVariable& each : leading) {
      if (!is_of_any_server(each.variable)) variables.erase(each.variable);
    }
    variables.erase("PGSYSCONFDIR");
  }
  variables.erase("DRYDOCK_DIRECT_DATABASE");
  for (const LibpqVariable& each : leading) {
    const std::string value = postgres ? parameter(url, each.parameter) : "";
    if (!value.empty()) variables[each.variable] = value;
  }
  const std::string address = url_text && postgres && !is_by_socket(url) ? *url_text : address_of(url);
  variables["DATABASE_URL"] = variables["DRYDOCK_DATABASE"] = address;
  // Where `protect` is installed, its trigger lets the session through by this name while the migrate lock is held.
  if (postgres) variables["PGAPPNAME"] = applying_session;
  // A server of Rails' that waits in the background would go on with the addresses of the run that started it.
  variables["DISABLE_SPRING"] = "1";
  const EnvironmentVariables values = placeholders(url, address);
  for (const auto& [name, text] : templates) variables[name] = filled(text, values);
  return variables;
}

std::optional<std::string> unknown_placeholder(std::string_view text) {
  std::optional<std::string> unknown;
  each_placeholder(text, [&](const std::string& name, std::size_t, std::size_t) {
    if (!unknown && !placeholders_of_none().contains(name)) unknown = "{" + name + "}";
  });
  return unknown;
}

}  // namespace drydock
