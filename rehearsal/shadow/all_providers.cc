#include <algorithm>
#include <chrono>
#include <ctime>

#include "rehearsal/shadow/providers.h"

namespace drydock {

namespace {

std::vector<std::unique_ptr<ShadowProvider>> make_providers() {
  std::vector<std::unique_ptr<ShadowProvider>> providers;
  providers.push_back(sqlite_copy_provider());
  providers.push_back(postgres_private_provider());
  providers.push_back(postgres_server_provider());
  return providers;
}

std::string names() {
  std::string result;
  for (const auto& provider : all_providers()) result += (result.empty() ? "" : ", ") + std::string(provider->name());
  return result;
}

const ShadowProvider& named(std::string_view name, const CloneRequest& request) {
  const auto& all = all_providers();
  auto found = std::ranges::find_if(all, [&](const auto& provider) { return provider->name() == name; });
  if (found == all.end()) {
    throw CannotRehearse("there is no shadow provider '" + std::string(name) + "'; known are " + names());
  }
  if (std::optional<std::string> reason = (*found)->why_not(request)) {
    throw CannotRehearse("no shadow by provider '" + std::string(name) + "': " + *reason);
  }
  return **found;
}

const ShadowProvider& first_that_can(const CloneRequest& request) {
  std::string reasons;
  for (const auto& provider : all_providers()) {
    std::optional<std::string> reason = provider->why_not(request);
    if (!reason) return *provider;
    reasons += "\n  " + std::string(provider->name()) + ": " + *reason;
  }
  throw CannotRehearse("no shadow of " + request.source.display() + " can be made:" + reasons);
}

}  // namespace

const std::vector<std::unique_ptr<ShadowProvider>>& all_providers() {
  static const std::vector<std::unique_ptr<ShadowProvider>> providers = make_providers();
  return providers;
}

std::unique_ptr<Shadow> make_shadow(const CloneRequest& request, std::string_view provider) {
  const ShadowProvider& chosen = provider.empty() ? first_that_can(request) : named(provider, request);
  // What is left may be in use by somebody else: that is for `clean` and `doctor` to say.
  for (const std::string& line : remove_leftovers(request.shadow_directory).removed) {
    if (request.say) request.say(line);
  }
  return chosen.clone(request);
}

std::string utc_now() {
  std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace drydock
