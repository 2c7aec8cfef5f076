#include "runner/database/postgres_url.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <sstream>
#include <vector>

#include "runner/database/url.h"

namespace drydock {

namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// libpq's messages quote what they stumbled over, which may be a part of the password: only what stands before is told.
std::string without_quotation(std::string_view libpq_message) {
  std::string_view reason = libpq_message.substr(0, libpq_message.find('"'));
  while (!reason.empty() && (reason.back() == ' ' || reason.back() == ':' || reason.back() == '\n')) {
    reason.remove_suffix(1);
  }
  return std::string(reason);
}

DatabaseUrlError unreadable(const std::string& reason) {
  return DatabaseUrlError("the database's address cannot be read: " + reason +
                          " (the address is not repeated here, it may hold a password)\n"
                          "write postgresql://user@host:port/name?options; in a name or password @ : / ? # % and "
                          "blanks are written as %40 %3A %2F %3F %23 %25 %20");
}

// An @ or / in a password that is not encoded makes libpq take the rest of it for a host, a port or a name, all of
// which are shown.
void refuse_stray_at_sign(std::string_view text) {
  std::size_t begin = text.find("//") + 2;
  std::size_t at = text.find('@', begin);
  bool ends_user = at != std::string_view::npos && at < text.find('/', begin);
  std::size_t rest = ends_user ? at + 1 : begin;
  bool stray = text.substr(rest, text.find('?', rest) - rest).find('@') != std::string_view::npos;
  if (stray) throw unreadable("there is an @ too many");
}

// Passwords, and options that are free text.
bool may_hold_a_secret(const std::string& name) {
  if (name == "options") return true;
  for (std::string_view part : {"password", "secret", "passfile", "client_key", "server_key"}) {
    if (name.find(part) != std::string::npos) return true;
  }
  return false;
}

std::vector<std::string> comma_separated(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  if (parts.empty()) parts.emplace_back();
  return parts;
}

bool is_socket(const std::string& host) { return host.starts_with('/') || host.starts_with('@'); }

bool is_loopback(const std::string& host) {
  return host.empty() || is_socket(host) || host == "localhost" || host == "::1" || host.starts_with("127.");
}

// "a:1,b:2"; a socket's directory cannot stand there, and goes to the options.
std::string host_part(const std::vector<std::string>& hosts, const std::vector<std::string>& ports) {
  std::string result;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (i > 0) result += ',';
    bool brackets = hosts[i].find(':') != std::string::npos;
    result += brackets ? "[" + hosts[i] + "]" : percent_encoded(hosts[i]);
    const std::string& port = ports.size() == hosts.size() ? ports[i] : ports.front();
    if (!port.empty()) result += ":" + port;
  }
  return result;
}

std::string value_of(const PostgresParameters& parameters, const std::string& name) {
  auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

// A parameter of drydock's own, which the server keeps and does nothing with.
constexpr std::string_view schema_option = "-c drydock.schema=";

// The server splits options at blanks.
std::string escaped_option(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '\\' || std::isspace(static_cast<unsigned char>(letter)) != 0) result += '\\';
    result += letter;
  }
  return result;
}

}  // namespace

std::string percent_encoded(std::string_view text, std::string_view also_plain) {
  static constexpr std::array<char, 17> digits = {"0123456789ABCDEF"};
  std::string result;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    bool plain = std::isalnum(byte) != 0 || byte >= 0x80 || std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain || also_plain.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return result;
}

PostgresParameters parse_postgres_url(std::string_view text) {
  refuse_stray_at_sign(text);
  char* raw_error = nullptr;
  Options options(PQconninfoParse(std::string(text).c_str(), &raw_error), PQconninfoFree);
  std::unique_ptr<char, decltype(&PQfreemem)> error(raw_error, PQfreemem);
  if (options == nullptr) {
    throw unreadable(without_quotation(error ? error.get() : "out of memory"));
  }
  PostgresParameters parameters;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parameters[option->keyword] = option->val;
  }
  if (value_of(parameters, "port").find_first_not_of("0123456789,") != std::string::npos) {
    throw unreadable("the port is not a number");
  }
  return parameters;
}

std::string display_postgres_url(const PostgresParameters& parameters) {
  std::vector<std::string> hosts = comma_separated(value_of(parameters, "host"));
  bool as_options = std::any_of(hosts.begin(), hosts.end(), is_socket);
  std::string result = "postgresql://";
  if (parameters.contains("user")) result += percent_encoded(value_of(parameters, "user")) + "@";
  if (!as_options) result += host_part(hosts, comma_separated(value_of(parameters, "port")));
  if (parameters.contains("dbname")) result += "/" + percent_encoded(value_of(parameters, "dbname"));

  char separator = '?';
  for (const auto& [name, value] : parameters) {
    bool shown_already = name == "user" || name == "dbname" || (!as_options && (name == "host" || name == "port"));
    if (shown_already || may_hold_a_secret(name)) continue;
    result += separator + name + "=" + percent_encoded(value, "/,:");
    separator = '&';
  }
  return result;
}

bool is_local_postgres(const PostgresParameters& parameters) {
  // A service's file may name any host; it is read by libpq only when it connects.
  if (parameters.contains("service") && !parameters.contains("host") && !parameters.contains("hostaddr")) return false;
  std::string address = effective_parameter(parameters, "hostaddr");
  std::vector<std::string> hosts = comma_separated(address.empty() ? effective_parameter(parameters, "host") : address);
  return std::all_of(hosts.begin(), hosts.end(), is_loopback);
}

std::string options_with_schema(const std::string& options, std::string_view schema) {
  std::string identifier = "\"";
  for (const char letter : schema) identifier += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return options + (options.empty() ? "" : " ") + "-c search_path=" + escaped_option(identifier + "\"") + " " +
         std::string(schema_option) + escaped_option(schema);
}

std::string schema_in_options(std::string_view options) {
  const std::size_t found = options.rfind(schema_option);
  if (found == std::string_view::npos) return {};
  std::string schema;
  for (std::size_t at = found + schema_option.size(); at < options.size() && options[at] != ' '; ++at)
    schema += options[at] == '\\' && at + 1 < options.size() ? options[++at] : options[at];
  return schema;
}

std::string effective_parameter(const PostgresParameters& parameters, const std::string& name) {
  if (auto found = parameters.find(name); found != parameters.end()) return found->second;
  Options defaults(PQconndefaults(), PQconninfoFree);
  for (const PQconninfoOption* option = defaults.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (name == option->keyword) return option->val == nullptr ? std::string() : option->val;
  }
  return {};
}

}  // namespace drydock
