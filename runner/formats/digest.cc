#include "runner/formats/digest.h"

// The plain functions, as in runner/migration/checksum.cc.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <array>
#include <span>
#include <stdexcept>

namespace drydock {
namespace {

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot compute a digest");
}

std::string hex_of(std::span<const unsigned char> digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const unsigned byte : digest) {
    hex += digits[byte / 16];
    hex += digits[byte % 16];
  }
  return hex;
}

}  // namespace

struct RunningSha256::State {
  SHA256_CTX context;
};

RunningSha256::RunningSha256() : state_(std::make_unique<State>()) { SHA256_Init(&state_->context); }

RunningSha256::~RunningSha256() = default;

void RunningSha256::add(std::string_view bytes) {
  require(SHA256_Update(&state_->context, bytes.data(), bytes.size()) == 1);
}

std::string RunningSha256::base64() const {
  SHA256_CTX copy = state_->context;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  require(SHA256_Final(digest.data(), &copy) == 1);
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), SHA256_DIGEST_LENGTH);
  return {text.begin(), text.begin() + length};
}

std::string sha1_hex(std::string_view bytes) {
  SHA_CTX context;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  require(SHA1_Init(&context) == 1 && SHA1_Update(&context, bytes.data(), bytes.size()) == 1 &&
          SHA1_Final(digest.data(), &context) == 1);
  return hex_of(digest);
}

std::string md5_hex(std::string_view bytes) {
  MD5_CTX context;
  std::array<unsigned char, MD5_DIGEST_LENGTH> digest{};
  require(MD5_Init(&context) == 1 && MD5_Update(&context, bytes.data(), bytes.size()) == 1 &&
          MD5_Final(digest.data(), &context) == 1);
  return hex_of(digest);
}

}  // namespace drydock
