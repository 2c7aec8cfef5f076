#include "rehearsal/shadow/postgres_client_program.h"

#include <sstream>

#include "rehearsal/shadow/child_process.h"
#include "runner/database/error.h"

namespace drydock {

namespace fs = std::filesystem;

std::string conninfo_without_secrets(const DatabaseUrl& url) {
  std::string result;
  for (const auto& [name, value] : url.parameters()) {
    if (name.find("password") != std::string::npos && name != "passfile") continue;
    std::string escaped;
    for (char c : value) {
      if (c == '\'' || c == '\\') escaped += '\\';
      escaped += c;
    }
    result += (result.empty() ? "" : " ") + name + "='" + escaped + "'";
  }
  return result;
}

std::map<std::string, std::string> variables_for(const DatabaseUrl& url) {
  std::map<std::string, std::string> variables = {{"LC_MESSAGES", "C"}, {"PGAPPNAME", "drydock shadow"}};
  auto password = url.parameters().find("password");
  if (password != url.parameters().end()) variables["PGPASSWORD"] = password->second;
  return variables;
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
