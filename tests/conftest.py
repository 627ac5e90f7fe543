from hypothesis import settings

# The same examples at every run: a build that turns red is the change's doing.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
