"""Reads scenes as JSON from standard input; prints as JSON what the models of Slack's own SDK refuse or do not know."""

import json
import sys

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View


def lost(ours, theirs, path):
    """What the models dropped of ours: a property or an element that they do not know."""
    if isinstance(ours, dict):
        for key, value in ours.items():
            if value in (None, [], {}):
                continue
            if not isinstance(theirs, dict) or key not in theirs:
                yield f"{path}.{key}"
            else:
                yield from lost(value, theirs[key], f"{path}.{key}")
    elif isinstance(ours, list):
        if not isinstance(theirs, list) or len(ours) != len(theirs):
            yield path
            return
        for index, (one, other) in enumerate(zip(ours, theirs)):
            yield from lost(one, other, f"{path}[{index}]")


def problems(scene):
    view = scene.get("view")
    given = [view] if view else scene.get("blocks") or []
    for index, part in enumerate(given):
        model = View(**part) if view else Block.parse(part)
        if model is None:
            yield f"[{index}] is of an unknown kind, {part.get('type')}"
            continue
        yield from lost(part, model.to_dict(), f"[{index}]")


found = []
for scene in json.load(sys.stdin):
    try:
        found += [f"{scene['name']}: {problem}" for problem in problems(scene)]
    except (SlackObjectFormationError, TypeError) as error:
        found.append(f"{scene['name']}: {error}")
json.dump(found, sys.stdout)
