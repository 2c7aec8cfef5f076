// How pg_dump and pg_restore are told where to connect, and how what they say is read.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "runner/database/url.h"

namespace drydock {

// An address as a program is told it. Every process of the machine may read a command line, and no variable stands for
// the password of a key: what is secret goes into the environment, or into a service file.
class ClientAddress {
 public:
  // `directory` is this user's alone, and outlives the program: a service file is written there where one is needed. An
  // address or environment that names a service already keeps that; of the secrets only the password is added then.
  ClientAddress(const DatabaseUrl& url, const std::filesystem::path& directory);

  // For the command line: everything but secrets.
  const std::string& conninfo() const { return conninfo_; }
  // For the environment: the rest, and what makes the program's messages readable.
  const std::map<std::string, std::string>& variables() const { return variables_; }

 private:
  void add(const std::string& name, const std::string& value);

  std::string conninfo_;
  std::map<std::string, std::string> variables_;
};

// An entry of pg_restore --list without the numbers before it: its kind, schema and name.
std::string_view described(std::string_view entry);

// The error lines of their output, each without the values that it quotes; the command that failed is left out.
std::string errors_in(const std::filesystem::path& output);

}  // namespace drydock
