// More than one server that an address could mean: whichever answers first is migrated, and backed up.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <set>

#include "rehearsal/doctor/checks.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

// Whether a server listens there; nothing is said to it.
bool answers(const fs::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.string().size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, socket.c_str(), socket.string().size());
  const int end = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (end < 0) return false;
  const bool connected = ::connect(end, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(end);
  return connected;
}

std::string parameter(const Patient& patient, const char* name, const char* otherwise) {
  const auto found = patient.url.parameters().find(name);
  return found == patient.url.parameters().end() || found->second.empty() ? otherwise : found->second;
}

class SeveralServersCheck final : public Check {
 public:
  std::string_view name() const override { return "several-servers"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (!patient.is_postgres()) return {};
    std::vector<Symptom> findings;
    const std::string host = parameter(patient, "host", "");
    if (host.find(',') != std::string::npos && parameter(patient, "target_session_attrs", "any") == "any")
      findings.push_back({Symptom::Level::warning,
                          {},
                          "the address names several hosts, " + host + ", and whichever answers first is taken",
                          "add target_session_attrs=read-write to the address, or name one host"});
    if (patient.url.is_local()) look_at_sockets(host, parameter(patient, "port", "5432"), findings);
    return findings;
  }

 private:
  static void look_at_sockets(const std::string& host, const std::string& port, std::vector<Symptom>& findings) {
    std::set<fs::path> servers;
    for (const std::string& directory : {host, std::string("/tmp"), std::string("/run/postgresql")}) {
      std::error_code error;
      const fs::path socket = fs::weakly_canonical(fs::path(directory) / (".s.PGSQL." + port), error);
      if (directory.starts_with('/') && answers(socket)) servers.insert(socket);
    }
    if (servers.size() < 2) return;
    std::string list;
    for (const fs::path& each : servers) list += (list.empty() ? "" : ", ") + each.string();
    findings.push_back({Symptom::Level::warning,
                        {},
                        "more than one server on this machine has the port " + port + " (" + list +
                            "): an address without the socket's directory may mean either",
                        "stop the one that is not meant, or give it another port"});
  }
};

}  // namespace

std::unique_ptr<Check> make_several_servers_check() { return std::make_unique<SeveralServersCheck>(); }

}  // namespace drydock
