"""The speed of the app and of its engine against the goals they were built for: `python -m tools.bench [--quick]`.

It measures and reports, and asserts nothing about speed: a busy machine makes slow numbers. Where a goal is a ratio,
both sides are measured in turn within one run, so that whatever slows the one slows the other.
"""
