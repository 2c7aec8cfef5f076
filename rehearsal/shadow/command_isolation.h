// Another tool's command on a shadow: it is the user's own program, and needs the user's files, but what it reaches of
// databases shall be the shadow alone. Where this kernel lets it, it runs in an empty network, or at least can make no
// internet socket, and the sockets of other PostgreSQL servers on this machine, or the target's SQLite file, are
// covered for it: an address that is written down somewhere in the tool's settings then leads nowhere.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/database/url.h"

namespace drydock {

// Made before fork(), entered in the child.
class CommandIsolation {
 public:
  CommandIsolation(const DatabaseUrl& shadow, const DatabaseUrl& target);

  // In the child.
  void enter() const;
  // What of it this machine cannot do, one sentence each.
  const std::vector<std::string>& notes() const { return notes_; }
  // What can be said of the target behind the command: a clause of a message.
  std::string state_of_target() const;

 private:
  enum Reached { nothing = 0, network_left = 1, covered = 2 };
  int try_to_enter() const;
  void find_out();

  bool by_socket_ = true;  // the shadow is reached without a network
  std::vector<std::filesystem::path> hidden_, read_only_;
  std::vector<std::string> notes_;
};

}  // namespace drydock
