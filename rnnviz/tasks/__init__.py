"""What networks are trained on: each module a task, its data and the simple baseline to beat."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.tasks.adding import ADDING
from rnnviz.tasks.copy_memory import COPY
from rnnviz.tasks.dyck import DYCK
from rnnviz.tasks.long_lag import LONG_LAG
from rnnviz.tasks.next_character import NAMES
from rnnviz.tasks.task import Task
from rnnviz.tasks.temporal_order import ORDER

#: The tasks by name, in the order in which they are offered.
TASKS: Mapping[str, Task] = {task.name: task for task in (ADDING, COPY, ORDER, LONG_LAG, DYCK, NAMES)}
