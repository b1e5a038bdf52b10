// Entry point of test binaries that use SystemC, whose library owns main().
#include <gmock/gmock.h>
#include <systemc>

int sc_main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
