// Sums that other tools keep of their files, to be checked against the files.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace drydock {

// SHA-256 of what was added so far, one part after the other.
class RunningSha256 {
 public:
  RunningSha256();
  ~RunningSha256();
  RunningSha256(const RunningSha256&) = delete;
  RunningSha256& operator=(const RunningSha256&) = delete;

  void add(std::string_view bytes);
  // The sum up to here in base64; more may be added afterwards.
  std::string base64() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// In lower-case hex digits.
std::string sha1_hex(std::string_view bytes);
std::string md5_hex(std::string_view bytes);

}  // namespace drydock
