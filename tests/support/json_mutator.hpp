// Damages JSON documents at random: for tests that whatever is read is read or refused.
#pragma once

#include <random>

#include <nlohmann/json.hpp>

namespace aie4ml::test {

// One change anywhere in `value`: something erased, repeated, replaced by a value that is odd anywhere, a
// character or a number changed a little.
void damage(nlohmann::json& value, std::mt19937& random);

// One change that leaves the form as it is, so that more of it comes through the reader: two values of the
// same key, or two items of one array, change places; a number is changed by little or a power of two.
void disturb(nlohmann::json& value, std::mt19937& random);

}  // namespace aie4ml::test
