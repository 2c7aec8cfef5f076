// Whether a shadow could be made here at all.
#include "rehearsal/doctor/checks.h"

namespace drydock {
namespace {

class ShadowCheck final : public Check {
 public:
  std::string_view name() const override { return "shadow"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (patient.database == nullptr) return {};
    std::string reasons;
    for (const auto& provider : all_providers()) {
      if (!patient.provider.empty() && provider->name() != patient.provider) continue;
      const std::optional<std::string> reason = provider->why_not(patient.clone);
      if (!reason) return {};
      reasons += (reasons.empty() ? "" : "; ") + std::string(provider->name()) + ": " + *reason;
    }
    return {{patient.needs_shadow ? Symptom::Level::error : Symptom::Level::note,
             {},
             "no shadow can be made here, so that `migrate` is refused where a table holds a row (" + reasons + ")",
             "one of what the reasons say"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_shadow_check() { return std::make_unique<ShadowCheck>(); }

}  // namespace drydock
