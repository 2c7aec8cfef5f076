#include "rehearsal/shadow/postgres_client_program.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <system_error>

#include "rehearsal/shadow/child_process.h"
#include "runner/database/error.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// Passwords, of the server's user and of the key, and keys that stand in the address themselves.
bool is_secret(const std::string& name) {
  if (name == "passfile") return false;
  return name.find("password") != std::string::npos || name.find("secret") != std::string::npos ||
         name.ends_with("client_key") || name.ends_with("server_key");
}

void write_private(const fs::path& file, const std::string& text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      descriptor >= 0 && ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int reason = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!written) throw std::system_error(reason, std::generic_category(), "cannot write " + file.string());
}

}  // namespace

ClientAddress::ClientAddress(const DatabaseUrl& url, const fs::path& directory)
    : variables_{{"LC_MESSAGES", "C"}, {"PGAPPNAME", "drydock shadow"}} {
  std::string secrets;
  for (const auto& [name, value] : url.parameters()) {
    if (name == "password")
      variables_["PGPASSWORD"] = value;
    else if (name == "sslkey")
      variables_["PGSSLKEY"] = value;
    else if (is_secret(name))
      secrets += name + "=" + value + "\n";
    else
      add(name, value);
  }
  const bool has_service = url.parameters().contains("service") || std::getenv("PGSERVICE") != nullptr;
  if (secrets.empty() || has_service) return;
  write_private(directory / "service", "[drydock]\n" + secrets);
  add("service", "drydock");
  variables_["PGSERVICEFILE"] = (directory / "service").string();
}

void ClientAddress::add(const std::string& name, const std::string& value) {
  conninfo_ += (conninfo_.empty() ? "" : " ") + name + "='";
  for (char c : value) {
    if (c == '\'' || c == '\\') conninfo_ += '\\';
    conninfo_ += c;
  }
  conninfo_ += "'";
}

std::string_view described(std::string_view entry) {
  std::size_t at = entry.find("; ") + 1;
  for (int numbers = 0; numbers < 2 && at != std::string_view::npos; ++numbers) at = entry.find(' ', at + 1);
  return at == std::string_view::npos ? std::string_view() : entry.substr(at + 1);
}

std::string errors_in(const fs::path& output) {
  std::istringstream text(last_lines(output, 40));
  std::string result;
  for (std::string line; std::getline(text, line);) {
    bool is_error = line.find("error:") != std::string::npos || line.find("ERROR:") != std::string::npos;
    if (is_error) result += "\n  " + without_values(line);
  }
  return result;
}

}  // namespace drydock
