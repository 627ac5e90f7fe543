"""Live: the view of a training that goes on, and of a sweep over step sizes that grows finer."""
