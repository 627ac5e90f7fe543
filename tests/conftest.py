import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy is loaded: threads of small products only wait for each other

import audit  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

pytest.register_assert_rewrite("picture", "panels", "drawn")

# The same examples at every run: a build that turns red is the change's doing.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """No test passes while the package does something that it may not."""
    answer = yield
    assert not (noted := audit.taken()), noted
    return answer
