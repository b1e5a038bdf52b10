// Loads, stores and iterators: which bytes, and which accesses are refused.
#include <aie4ml_adf/kernel_fault.hpp>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/unit/adf/exact.hpp"

namespace aie4ml::adf {
namespace {

struct Memory : ::testing::Test {
  alignas(64) int16 words[128];
  Memory() { std::iota(std::begin(words), std::end(words), int16{0}); }
};

TEST_F(Memory, LoadsAndStoresWholeVectors) {
  const auto v = aie::load_v<16>(words + 32);
  EXPECT_EQ(v.get(0), 32);
  EXPECT_EQ(v.get(15), 47);
  EXPECT_EQ(aie::store_v(words, v), words);
  EXPECT_EQ(words[15], 47);
  EXPECT_EQ(words[16], 16);
  const int16* __restrict constant = words;
  EXPECT_EQ((aie::load_v<8>(constant + 8).get(7)), 47) << "128 bits at a multiple of 16 bytes";
}

TEST_F(Memory, MisalignedAccessIsAFaultThatSaysBy) {
  try {
    (void)aie::load_v<32>(words + 8);
    FAIL() << "no fault";
  } catch (const KernelFault& fault) {
    EXPECT_STREQ(
        fault.what(),
        "aie::load_v: the address is 16 bytes past a multiple of 32, the alignment of this access; align the "
        "buffer (alignas(aie::vector_decl_align)) and step by whole vectors, or use the unaligned access");
  }
  EXPECT_THROW((void)aie::load_v<8>(words + 4), KernelFault);
  EXPECT_THROW(aie::store_v(words + 1, aie::zeros<int16, 8>()), KernelFault);
  EXPECT_THROW((void)*aie::begin_vector<16>(words + 8), KernelFault);
}

TEST_F(Memory, UnalignedAccessTakesAnyElement) {
  const auto v = aie::load_unaligned_v<32>(words + 3);
  EXPECT_EQ(v.get(0), 3);
  EXPECT_EQ(v.get(31), 34);
  aie::store_unaligned_v(words + 5, v, 1);
  EXPECT_EQ(words[5], 3);
  EXPECT_EQ(words[36], 34);
  EXPECT_EQ(words[37], 37);
  EXPECT_THROW((void)aie::load_unaligned_v<32>(words + 3, 2), KernelFault) << "promised two elements";
}

TEST_F(Memory, IteratorsReadAndWriteInOrder) {
  auto in = aie::cbegin_vector<16>(words);
  auto out = aie::begin_restrict_vector<16>(words + 64);
  for (int i = 0; i < 3; ++i) *out++ = *in++;
  EXPECT_EQ(words[64 + 47], 47);
  EXPECT_EQ(words[64 + 48], 112);
  EXPECT_EQ(in - aie::cbegin_vector<16>(words), 3);
  const aie::vector<int16, 16> last = *--in;
  EXPECT_EQ(last.get(0), 32);
  EXPECT_EQ(in[-2].get(1), 1);
  const auto vector = *(in - 1);
  EXPECT_EQ(vector.get(0), 16);
}

TEST_F(Memory, CircularIteratorsComeBack) {
  auto it = aie::cbegin_vector_circular<16, 48>(words);
  const int expected[] = {0, 16, 32, 0, 16};
  for (const int first : expected) EXPECT_EQ((*it++).get(0), first);
  it -= 3;
  EXPECT_EQ((*it).get(0), 32);
  auto element = aie::begin_circular(words, 5);
  element += 7;
  *element = -1;
  EXPECT_EQ(words[2], -1);
}

TEST(PackedMemory, FourBitPointersStepByPairs) {
  alignas(32) std::uint8_t bytes[64];
  for (int i = 0; i < 64; ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const auto v = aie::load_v<64>(reinterpret_cast<uint4*>(bytes) + 32);
  EXPECT_EQ(v.get(0), 0);
  EXPECT_EQ(v.get(1), 2);
  EXPECT_EQ(v.get(62), 15);
  EXPECT_EQ(v.get(63), 3);
  auto it = aie::cbegin_vector<64>(reinterpret_cast<const uint4*>(bytes));
  ++it;
  EXPECT_EQ((*it).get(63), 3);
}

}  // namespace
}  // namespace aie4ml::adf
