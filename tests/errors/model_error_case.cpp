#include "tests/errors/model_error_case.hpp"

namespace aie4ml::tests {

TEST_P(ModelError, SaysWhereWhyAndWhatToDo) {
  OnnxBuilder b = dense_model();
  GetParam().break_it(b);
  EXPECT_EQ(import_error(b), GetParam().message);
}

}  // namespace aie4ml::tests
