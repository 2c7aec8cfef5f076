// Where a shadow lies. It is a full copy of real people's data: the directory is its user's alone (0700), never lies
// inside a git work tree, and goes when its object goes.
//
//   BASE/templates/KEY/         empty server directories, kept (postgres_template_directory.h)
//   BASE/shadow-XXXXXX/owner    held with flock() while the shadow lives: whoever gets the lock may remove it
//                    .../       the shadow
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "rehearsal/shadow/server_user.h"
#include "rehearsal/shadow/shadow.h"

namespace drydock {

// The directory that the shadows of `user` (nullopt: of whom drydock runs as) lie in: the setting, else the user's
// cache directory, else one in /var/tmp. Throws CannotRehearse where it lies in a work tree or belongs to somebody
// else.
std::filesystem::path shadow_base(const std::optional<std::string>& setting, const std::optional<ServerUser>& user);

// The same places, without making or judging them: where the janitor looks.
std::vector<std::filesystem::path> possible_shadow_bases(const std::optional<std::string>& setting);

// A disk that is full, or would be: names the directory, what is free and what is needed, and the remedy.
CannotRehearse disk_full(const std::filesystem::path& directory, std::int64_t needed_bytes);

class ShadowDirectory {
 public:
  // Throws CannotRehearse where `needed_bytes` do not fit.
  ShadowDirectory(const std::filesystem::path& base, const std::optional<ServerUser>& user, std::int64_t needed_bytes);
  ~ShadowDirectory();
  ShadowDirectory(const ShadowDirectory&) = delete;
  ShadowDirectory& operator=(const ShadowDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& base() const { return base_; }

  // Makes a directory of the user's, 0700, inside; or one with a short path, for a socket, that goes with this one.
  std::filesystem::path make(std::string_view name) const;
  std::filesystem::path make_for_socket();

 private:
  std::filesystem::path base_, path_, elsewhere_;
  std::optional<ServerUser> user_;
  int owner_ = -1;
};

// Takes a shadow's directory away, its owner's file last: where that is cut short, or something in it cannot be
// removed, the janitor still knows it.
void remove_shadow(const std::filesystem::path& shadow, std::error_code& error);

// The shadows of this user's whose owners are dead, left as they are.
struct AbandonedShadows {
  std::vector<std::filesystem::path> shadows;
  std::vector<std::string> unseen;  // what could not be looked at, and why
};
AbandonedShadows abandoned_shadows(const std::optional<std::string>& shadow_directory);

// Takes the shadows in `base` whose owners are dead, and what their servers left running.
Leftovers remove_abandoned(const std::filesystem::path& base);

}  // namespace drydock
