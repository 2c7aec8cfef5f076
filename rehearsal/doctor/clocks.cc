// Whether this machine's clock and the server's agree: "restore to ..." is told by the server's, whoever restores reads
// his own.
#include <cmath>

#include "rehearsal/doctor/checks.h"

namespace drydock {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

constexpr double tolerance = 2;  // seconds

class ClocksCheck final : public Check {
 public:
  std::string_view name() const override { return "clocks"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (!patient.is_postgres() || patient.database == nullptr) return {};
    const double before = now();
    const double server =
        std::stod(patient.database->query("SELECT extract(epoch FROM pg_catalog.clock_timestamp())").text(0, 0));
    const double after = now();
    const double apart = server < before ? before - server : server > after ? server - after : 0;
    if (apart < tolerance) return {};
    return {{Symptom::Level::warning,
             {},
             "the server's clock and this machine's are " + std::to_string(std::lround(apart)) +
                 " seconds apart: a time to restore to, read here, is another one there",
             "let both follow a time server (chrony, systemd-timesyncd)"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_clocks_check() { return std::make_unique<ClocksCheck>(); }

}  // namespace drydock
